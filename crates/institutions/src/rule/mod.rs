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

    /// What an alert that lasts does.
    fn on_lasting(&self) -> Lasting {
        Lasting::Prolongs
    }
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

/// What an alert that lasts does to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// It keeps the rule in force.
    Prolongs,
    /// It puts the rule in force again once it has not held for so many steps; never, where there is no number.
    Again(Option<u32>),
}

/// How long a rule has been in force, in plain numbers: all that the engine keeps of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Force {
    /// Steps for which it still holds, the next included; 0 when it does not.
    pub left: u32,
    /// Steps that have passed since it last held.
    pub rested: u32,
}

/// Whether a step raised an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// It did, after one that did not.
    New,
    /// It did again.
    Lasting,
    /// It did not.
    No,
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

    /// Goes from one step to the next, at whose beginning the rule holds or not.
    pub fn advance(&mut self, rule: &dyn Rule, alert: Alert) -> Change {
        let held = self.holds();
        self.rested = if held { 0 } else { self.rested.saturating_add(1) };
        let begins = match (alert, rule.on_lasting()) {
            (Alert::New, _) | (Alert::Lasting, Lasting::Prolongs) => true,
            (Alert::Lasting, Lasting::Again(Some(rest))) => !held && self.rested >= rest,
            (Alert::Lasting, Lasting::Again(None)) | (Alert::No, _) => false,
        };
        self.left = if begins { rule.steps().max(1) } else { self.left.saturating_sub(1) };
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

    /// An alert at the end of step 0 that lasts over step 1: a limit of three steps holds in steps 1 to 4, a halt in 1 to 3.
    #[test]
    fn a_rule_holds_for_its_steps_from_the_last_alert_that_counts() {
        let text = |text: &str| Node::Text(text.to_owned());
        let limit = [("asset", text("token")), ("most", Node::Integer(1)), ("steps", Node::Integer(3))];
        let limit = read("position_limit", &limit).unwrap();
        let halt = read("circuit_breaker", &[("steps", Node::Integer(3))]).unwrap();
        let again = read("circuit_breaker", &[("steps", Node::Integer(1)), ("again_after", Node::Integer(2))]).unwrap();
        let path = |rule: &AnyRule| {
            let mut force = Force::default();
            let alerts = [Alert::New, Alert::Lasting, Alert::No, Alert::No, Alert::No, Alert::No];
            alerts.map(|alert| (force.advance(&**rule, alert), force.holds()))
        };
        let (begins, stays, ends) = ((Change::Begins, true), (Change::Stays, true), (Change::Ends, false));
        let no = (Change::Stays, false);
        assert_eq!(path(&limit), [begins, stays, stays, stays, ends, no]);
        assert_eq!(path(&halt), [begins, stays, stays, ends, no, no]);
        // An alert that lasts: one step halted, two of trading, one halted, and so on.
        let mut force = Force::default();
        let lasting = [Alert::New, Alert::Lasting, Alert::Lasting, Alert::Lasting, Alert::Lasting, Alert::Lasting];
        let holds = lasting.map(|alert| {
            force.advance(&*again, alert);
            force.holds()
        });
        assert_eq!(holds, [true, false, false, true, false, false]);
    }

    #[test]
    fn a_change_needs_a_direction_and_a_time() {
        let text = |text: &str| Node::Text(text.to_owned());
        assert!(read("fee_rise", &[]).is_err());
        let both = [("parameter", text("sell_fee")), ("by", Node::Float(0.1)), ("factor", Node::Float(2.0))];
        assert!(read("fee_rise", &both).unwrap_err().message.contains("either"));
        assert!(read("fee_rise", &both[..2]).is_ok());
        assert!(read("circuit_breaker", &[("steps", Node::Integer(0))]).is_err());
        assert!(read("freeze", &[]).is_ok());
        assert!(read("position_limit", &[("asset", text("token"))]).is_err());
    }
}
