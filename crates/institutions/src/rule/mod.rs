//! What follows from an alert: rules that a scenario lays down beforehand.
//!
//! An alert puts a monitor's rules in force from the next step on; each holds for its own number of steps, counted anew
//! from every further alert. A rule is a declaration: the engine finds what it names, applies it between steps, and
//! takes it back when it lapses.

mod capacity_change;
mod circuit_breaker;
mod fee_rise;
mod freeze;
mod position_limit;

use std::fmt::Debug;

use walras_catalog::entries;

pub use capacity_change::CapacityChange;
pub use circuit_breaker::{CircuitBreaker, Reopening};
pub use fee_rise::FeeRise;
pub use freeze::Freeze;
pub use position_limit::PositionLimit;

/// What follows from an alert.
pub trait Rule: Debug + Send + Sync {
    /// For how many steps after an alert it holds, at least one.
    fn steps(&self) -> u32;
}

entries! {
    /// What follows from an alert.
    pub enum AnyRule: dyn Rule = "rule" {
        CircuitBreaker(CircuitBreaker),
        PositionLimit(PositionLimit),
        FeeRise(FeeRise),
        Freeze(Freeze),
        CapacityChange(CapacityChange),
    }
}

/// How long a rule has been in force, in plain numbers: all that the engine keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Force {
    /// Steps for which it still holds, the next included; 0 when it does not.
    pub left: u32,
}

/// What a step's end means for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It comes into force.
    Begins,
    /// It stays as it was, in force or not.
    Stays,
    /// It lapses.
    Ends,
}

impl Force {
    /// Whether it holds in the next step.
    #[must_use]
    pub const fn holds(self) -> bool {
        self.left > 0
    }

    /// Goes from one step to the next, at whose beginning the rule holds or not; `alert` tells whether this step raised one.
    pub fn advance(&mut self, rule: &dyn Rule, alert: bool) -> Change {
        let held = self.holds();
        self.left = if alert { rule.steps().max(1) } else { self.left.saturating_sub(1) };
        match (held, self.holds()) {
            (false, true) => Change::Begins,
            (true, false) => Change::Ends,
            _ => Change::Stays,
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_catalog::{Node, Read, Table, Value};

    use super::*;

    fn read(kind: &str, keys: &[(&str, Node)]) -> Result<AnyRule, walras_catalog::Problem> {
        let mut table = Table::default();
        table.set("kind", Default::default(), Value::made(Node::Text(kind.to_owned())));
        keys.iter().for_each(|(key, node)| table.set(key, Default::default(), Value::made(node.clone())));
        AnyRule::read(&Value::made(Node::Table(table)), None)
    }

    /// An alert at the end of step 0 and of step 1: a rule of three steps holds in steps 1 to 4.
    #[test]
    fn a_rule_holds_for_its_steps_from_the_last_alert() {
        let rule = read("circuit_breaker", &[("steps", Node::Integer(3))]).unwrap();
        let mut force = Force::default();
        let path: Vec<(Change, bool)> = [true, true, false, false, false, false]
            .map(|alert| (force.advance(&*rule, alert), force.holds()))
            .to_vec();
        let (begins, stays, ends) = (Change::Begins, Change::Stays, Change::Ends);
        let expected = [(begins, true), (stays, true), (stays, true), (stays, true), (ends, false), (stays, false)];
        assert_eq!(path, expected);
    }

    #[test]
    fn a_change_needs_a_direction_and_a_time() {
        let text = |text: &str| Node::Text(text.to_owned());
        assert!(read("fee_rise", &[("parameter", text("m.fee"))]).is_err());
        let both = [("parameter", text("m.fee")), ("by", Node::Float(0.1)), ("factor", Node::Float(2.0))];
        assert!(read("fee_rise", &both).unwrap_err().message.contains("either"));
        assert!(read("fee_rise", &both[..2]).is_ok());
        assert!(read("circuit_breaker", &[("steps", Node::Integer(0))]).is_err());
        assert!(read("freeze", &[]).is_ok());
        assert!(read("position_limit", &[("asset", text("token"))]).is_err());
    }
}
