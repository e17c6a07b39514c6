//! What a contract says, as a scenario states it and in whole atoms.

use std::sync::Arc;

use walras_catalog::{Bounds, Problem, Reference, Span, choice, entry};
use walras_formula::{Condition, Formula, Scope};
use walras_ledger::Atoms;

use super::reward::{self, AnyReward, Rate, Reward, Units};
use crate::attribution::{AnyAttribution, LastTouch};

choice! {
    /// What an affiliate is measured by: x.
    pub enum Contribution {
        /// Tokens that attributed agents bought, less those they sold: ΔS.
        SupplyGrowth = "supply_growth",
        /// Money that attributed agents paid and received in trades.
        Volume = "volume",
        /// Fees that attributed agents paid.
        Fees = "fees",
        /// Attributed agents that began to hold the token.
        Holders = "holders",
        /// Units that the affiliate steered to where capacity was idle.
        Utilisation = "utilisation",
        /// Tasks that the affiliate delivered and was paid for.
        Tasks = "tasks",
    }
}

choice! {
    /// Who bears a sponsor's share.
    pub enum Charged {
        /// The contract: it comes on top of what the affiliate earns.
        Contract = "contract",
        /// The affiliate: it is taken from what it earns.
        Affiliate = "affiliate",
    }
}

entry! {
    /// When what was earned is paid.
    ///
    /// Nothing until the cliff, then what has accrued since the claim was measured, in equal parts to the end. Amounts
    /// are rounded down until then, and are paid at the ends of epochs.
    pub struct RewardVesting = "reward_vesting" {
        formula: "v(e) = 0 for e < cliff; ⌊x·e/duration⌋ for e < duration; x after",
        check: |this| if this.cliff <= this.duration { Ok(()) } else {
            Err(("duration", format!("vesting ends after {} steps, before the cliff of {}", this.duration, this.cliff)))
        },
        source: "OpenZeppelin Contracts 5, VestingWalletCliff",
        /// Steps after the measurement before which nothing is paid.
        cliff: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps after the measurement at which all is paid; 0 for at once.
        duration: u32 = 0, within 0.0..=1e9, unit "step";
    }
}

entry! {
    /// What is taken back when those whose contribution was paid for leave.
    ///
    /// The latest claims go first. What has not vested is taken first; what has been paid is owed, and is kept from
    /// later rewards and at the end from the stake.
    pub struct Clawback = "clawback" {
        formula: "⌊share·R·churned/x⌋ of a claim that is not older than `within`",
        source: "elementary: the charge-back of commissions",
        /// Steps after the measurement during which churn counts.
        within: u32, within 1.0..=1e9, unit "step";
        /// The share of the reward on what has churned that is taken back.
        share: f64 = 1.0, within Bounds::above_to(0.0, 1.0);
    }
}

entry! {
    /// What an affiliate's sponsor gets of what it earns. A sponsor's own sponsor gets nothing of it: the chain has two
    /// members and no more.
    pub struct Chain = "chain" {
        formula: "sponsor: ⌊share·R⌋",
        source: "G. Pickard et al., \"Time-critical social mobilization\", Science 334, 2011; there without a bound on depth",
        /// The sponsor's share.
        share: f64, within Bounds::above_to(0.0, 1.0);
        /// Who bears it.
        charged: Charged = Charged::Contract;
        /// How many affiliates each of them sponsors: the first the next so many, the second those after them, and so on.
        recruits: u32 = 2, within 1.0..=1e9, unit "affiliates";
    }
}

entry! {
    /// How claims are challenged.
    ///
    /// Until the window has passed nothing of a claim vests, and each is challenged with a probability. A challenged
    /// claim waits for its resolution; if fraud is found, it is void and the affiliate's stake is lost.
    pub struct Dispute = "dispute" {
        formula: "",
        source: "elementary: the challenge window of an optimistic protocol",
        /// Probability that a claim is challenged.
        probability: f64, within 0.0..=1.0;
        /// Steps after the measurement during which a claim can be challenged.
        window: u32 = 1, within 1.0..=1e9, unit "step";
        /// Steps from a challenge to its resolution.
        delay: u32 = 1, within 0.0..=1e9, unit "step";
        /// Probability that a challenge of a manufactured contribution finds the fraud.
        detection: f64 = 1.0, within 0.0..=1.0;
    }
}

entry! {
    /// A goal that a primary sets, and what affiliates are paid who contribute to it.
    ///
    /// The primary pays the cap into escrow, and only then is the contract active. At the end of each epoch the
    /// contributions of its affiliates are measured and earn a reward, held to the caps; what has vested is paid. When it
    /// expires, what nobody earned goes back to the primary.
    pub struct ContractTerms = "contract" {
        formula: "Σ payouts ≤ escrow = cap;  R_f held to cap, epoch_cap and affiliate_cap",
        check: check,
        source: "docs/contracts.md",
        /// Who pays: a cohort, of whom each agent has such a contract of its own, or an account.
        primary: Reference;
        /// Who contributes: a cohort.
        affiliates: Reference;
        /// What it pays in; absent for the numeraire.
        asset: Option<Reference>;
        /// What is measured.
        contribution: Contribution;
        /// At which market; for supply growth, volume, fees and holders.
        market: Option<Reference>;
        /// At which resource; for utilisation.
        resource: Option<Reference>;
        /// On which board; for tasks.
        tasks: Option<Reference>;
        /// What a contribution earns in an epoch.
        reward: AnyReward;
        /// The most it pays in all, escrowed beforehand.
        cap: f64, within Bounds::above_to(0.0, 9e18), unit "asset";
        /// The most that can be earned in one epoch; absent for the cap.
        epoch_cap: Option<f64>, within Bounds::above_to(0.0, 9e18), unit "asset/epoch";
        /// The most that one affiliate can earn; absent for no limit of its own.
        affiliate_cap: Option<f64>, within Bounds::above_to(0.0, 9e18), unit "asset";
        /// Steps of an epoch.
        epoch: u32 = 1, within 1.0..=1e9, unit "step";
        /// When what was earned is paid; absent for at once.
        vesting: Option<RewardVesting>;
        /// Who gets the credit for what an agent did that several affiliates had reached.
        attribution: AnyAttribution = AnyAttribution::LastTouch(LastTouch {});
        /// Whether what affiliates trade themselves, and those whom they control, counts as their contribution.
        own_trades: bool = true;
        /// A cohort whose agents the affiliates control, which the contract cannot know: the agent in a row belongs to the
        /// affiliate of that row, beginning anew where there are fewer affiliates.
        accomplices: Option<Reference>;
        /// Steps before a conversion during which a touch counts.
        window: u32 = 100, within 1.0..=1e9, unit "step";
        /// What is taken back on churn; absent for nothing.
        clawback: Option<Clawback>;
        /// What a sponsor gets; absent for nothing.
        chain: Option<Chain>;
        /// The price of an identity: held while the contract runs, lost on proven fraud.
        stake: f64 = 0.0, within 0.0..=9e18, unit "asset";
        /// The first step at which it can be active.
        starts: u32 = 0, within 0.0..=1e9, unit "step";
        /// The step at which it ends; absent for never.
        expires: Option<u32>, within 1.0..=1e9, unit "step";
        /// What must hold for it to be active; absent for nothing.
        condition: Option<Formula>;
        /// How claims are challenged; absent for not at all.
        dispute: Option<Dispute>;
    }
}

fn check(terms: &ContractTerms) -> Result<(), (&'static str, String)> {
    let cap = terms.cap;
    for (name, part) in [("epoch_cap", terms.epoch_cap), ("affiliate_cap", terms.affiliate_cap)] {
        if let Some(part) = part.filter(|&part| part > cap) {
            return Err((name, format!("{part} is more than the cap of {cap} that is escrowed")));
        }
    }
    if let Some(expires) = terms.expires.filter(|&expires| expires - expires.min(terms.starts) < terms.epoch) {
        let (starts, epoch) = (terms.starts, terms.epoch);
        return Err(("expires", format!("from step {starts} to step {expires} there is no whole epoch of {epoch}")));
    }
    let (needed, takes) = match terms.contribution {
        Contribution::Utilisation => ("resource", "utilisation is measured at a resource"),
        Contribution::Tasks => ("tasks", "tasks are counted on a board"),
        _ => ("market", "it is measured at a market"),
    };
    let given = [("market", &terms.market), ("resource", &terms.resource), ("tasks", &terms.tasks)];
    for (name, reference) in given {
        match reference {
            Some(_) if name != needed => return Err((name, format!("{takes}: `{needed}`"))),
            None if name == needed => return Err(("contribution", format!("{takes}: `{needed}` is missing"))),
            _ => {}
        }
    }
    Ok(())
}

impl ContractTerms {
    /// Whether nobody gains by appearing as many affiliates, whatever they contribute.
    ///
    /// A reward that is not split-proof, a cap for each affiliate, and a chain that comes on top can each be gained on.
    #[must_use]
    pub fn split_proof(&self) -> bool {
        let chain = self.chain.as_ref().is_none_or(|chain| chain.charged == Charged::Affiliate);
        self.reward.split_proof() && self.affiliate_cap.is_none() && chain
    }

    /// The terms in whole atoms. `world` adds the world's names to a scope that has the contract's own.
    ///
    /// # Errors
    /// At an amount that cannot be counted, and at a name that a formula cannot use.
    pub fn in_atoms(&self, units: Units, world: impl Fn(Scope) -> Scope) -> Result<Terms, Problem> {
        let cap = atoms("cap", self.cap, units)?;
        if cap == 0 {
            let message = format!("`cap`: {} is less than one atom", self.cap);
            return Err(Problem::at(self.place(), message, "at least one atom"));
        }
        let condition = |formula: &Formula| formula.condition(&world(names(Scope::default())));
        let part = |name, part: Option<f64>, none| part.map_or(Ok(none), |part| atoms(name, part, units));
        Ok(Terms {
            reward: self.reward.build(units, &world(reward::names(Scope::default())))?,
            condition: self.condition.as_ref().map(condition).transpose()?,
            cap,
            epoch_cap: part("epoch_cap", self.epoch_cap, cap)?,
            // Not the cap: cut to it one by one before the room is shared, those who appear as many would gain.
            affiliate_cap: part("affiliate_cap", self.affiliate_cap, Atoms::MAX)?,
            stake: atoms("stake", self.stake, units)?,
            epoch: self.epoch,
            cliff: self.vesting.as_ref().map_or(0, |vesting| vesting.cliff),
            duration: self.vesting.as_ref().map_or(0, |vesting| vesting.duration),
            clawback: self.clawback.as_ref().map(|clawback| (clawback.within, Rate::new(clawback.share))),
            chain: self.chain.as_ref().map(|chain| (Rate::new(chain.share), chain.charged)),
            challenge: self.dispute.as_ref().map_or(0, |dispute| dispute.window),
            starts: self.starts,
            expires: self.expires,
            units,
        })
    }

    fn place(&self) -> Span {
        self.primary.span
    }
}

/// `scope` and the names that a contract's condition has of its own. They must be the scope's first numbers.
#[must_use]
pub fn names(scope: Scope) -> Scope {
    scope
        .number("epoch", "the number of the epoch, from 0", "")
        .number("paid", "what the contract has paid to all affiliates so far", "unit of the asset")
        .number("earned", "what all affiliates together have earned so far", "unit of the asset")
}

/// Whole atoms, rounded down.
fn atoms(name: &str, amount: f64, units: Units) -> Result<Atoms, Problem> {
    let atoms = amount * units.paid;
    if atoms <= 9.2e18 {
        return Ok(atoms as Atoms);
    }
    let most = 9.2e18 / units.paid;
    Err(Problem::nowhere(format!("`{name}`: {amount} cannot be counted in atoms, at most {most:e} can")))
}

/// What a contract says, in whole atoms and with its formulas ready.
#[derive(Debug, Clone)]
pub struct Terms {
    /// What a contribution earns.
    pub reward: Arc<dyn Reward>,
    /// What must hold for it to be active.
    pub condition: Option<Condition>,
    /// The most it pays in all.
    pub cap: Atoms,
    /// The most that is earned in an epoch.
    pub epoch_cap: Atoms,
    /// The most that one affiliate earns.
    pub affiliate_cap: Atoms,
    /// The price of an identity.
    pub stake: Atoms,
    /// Steps of an epoch, at least 1.
    pub epoch: u32,
    /// Steps after the measurement before which nothing is paid.
    pub cliff: u32,
    /// Steps after the measurement at which all is paid.
    pub duration: u32,
    /// Steps during which churn counts, and the share that is taken back.
    pub clawback: Option<(u32, Rate)>,
    /// A sponsor's share and who bears it.
    pub chain: Option<(Rate, Charged)>,
    /// Steps during which a claim can be challenged.
    pub challenge: u32,
    /// The first step at which it can be active.
    pub starts: u32,
    /// The step at which it ends.
    pub expires: Option<u32>,
    /// How many atoms units have.
    pub units: Units,
}

impl Terms {
    /// Whether an epoch ends with `step`: epochs are counted from the step at which the contract can be active.
    #[must_use]
    pub fn ends_epoch(&self, step: u32) -> bool {
        step >= self.starts && (step - self.starts + 1).is_multiple_of(self.epoch)
    }

    /// The number of the epoch in which `step` is, from 0.
    #[must_use]
    pub fn epoch_of(&self, step: u32) -> u32 {
        (step - step.min(self.starts)) / self.epoch
    }

    /// Whether the contract has ended by the end of `step`.
    #[must_use]
    pub fn has_expired(&self, step: u32) -> bool {
        self.expires.is_some_and(|expires| step.saturating_add(1) >= expires)
    }

    /// How much of `amount` has vested by the end of `step`, rounded down; it was measured at step `since`.
    #[must_use]
    pub fn vested(&self, amount: Atoms, since: u32, step: u32) -> Atoms {
        let elapsed = step.saturating_sub(since);
        if elapsed >= self.duration {
            amount
        } else if elapsed < self.cliff {
            0
        } else {
            // At most `amount`.
            (i128::from(amount) * i128::from(elapsed) / i128::from(self.duration)) as Atoms
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_catalog::{Node, Read, Table, Value};

    fn read(changes: &[(&str, Node)]) -> Result<ContractTerms, Problem> {
        let mut table = Table::default();
        let mut set = |key: &str, node: Node| table.set(key, Span::default(), Value::made(node));
        let text = |text: &str| Node::Text(text.to_owned());
        let mut reward = Table::default();
        reward.set("kind", Span::default(), Value::made(text("proportional")));
        reward.set("rate", Span::default(), Value::made(Node::Float(0.5)));
        for (key, node) in [
            ("primary", text("makers")),
            ("affiliates", text("promoters")),
            ("contribution", text("volume")),
            ("market", text("curve")),
            ("reward", Node::Table(reward)),
            ("cap", Node::Float(100.0)),
        ] {
            set(key, node);
        }
        for (key, node) in changes {
            set(key, node.clone());
        }
        ContractTerms::read(&Value::made(Node::Table(table)), None)
    }

    fn part(keys: &[(&str, f64)]) -> Node {
        let mut table = Table::default();
        for &(key, number) in keys {
            let whole = number.fract() == 0.0 && key != "share" && key != "probability";
            let node = if whole { Node::Integer(number as i64) } else { Node::Float(number) };
            table.set(key, Span::default(), Value::made(node));
        }
        Node::Table(table)
    }

    #[test]
    fn terms_that_contradict_each_other_are_refused() {
        let refused = |changes: &[(&str, Node)]| read(changes).expect_err("refused").message;
        assert!(read(&[]).is_ok());
        let more = Node::Float(100.5);
        assert_eq!(refused(&[("epoch_cap", more.clone())]), "100.5 is more than the cap of 100 that is escrowed");
        assert_eq!(refused(&[("affiliate_cap", more)]), "100.5 is more than the cap of 100 that is escrowed");
        assert_eq!(
            refused(&[("vesting", part(&[("cliff", 9.0), ("duration", 4.0)]))]),
            "`vesting`: vesting ends after 4 steps, before the cliff of 9"
        );
        assert_eq!(
            refused(&[("starts", Node::Integer(7)), ("expires", Node::Integer(12)), ("epoch", Node::Integer(6))]),
            "from step 7 to step 12 there is no whole epoch of 6"
        );
        assert!(refused(&[("chain", part(&[("share", 1.5)]))]).contains("share"));
        assert!(refused(&[("clawback", part(&[("within", 4.0), ("share", 1.01)]))]).contains("share"));
        assert_eq!(
            refused(&[("contribution", Node::Text("tasks".to_owned()))]),
            "tasks are counted on a board: `tasks`"
        );
        assert_eq!(refused(&[("resource", Node::Text("pool".to_owned()))]), "it is measured at a market: `market`");
    }

    #[test]
    fn what_can_be_gained_on_is_said() {
        let proof = |changes: &[(&str, Node)]| read(changes).unwrap().split_proof();
        assert!(proof(&[]) && proof(&[("epoch_cap", Node::Float(10.0))]));
        assert!(!proof(&[("affiliate_cap", Node::Float(10.0))]) && !proof(&[("chain", part(&[("share", 0.5)]))]));
    }

    #[test]
    fn amounts_that_cannot_be_counted_are_refused() {
        let units = Units { contribution: 1.0, paid: 1e18 };
        let problem = read(&[]).unwrap().in_atoms(units, |own| own).unwrap_err();
        assert_eq!(problem.message, "`cap`: 100 cannot be counted in atoms, at most 9.2e0 can");
        let tiny = Units { contribution: 1.0, paid: 1e-3 };
        assert!(read(&[]).unwrap().in_atoms(tiny, |own| own).is_err());
    }

    #[test]
    fn epochs_are_counted_from_the_start() {
        let starts = [("starts", Node::Integer(3)), ("epoch", Node::Integer(4)), ("expires", Node::Integer(11))];
        let terms = read(&starts).unwrap().in_atoms(Units { contribution: 1.0, paid: 1.0 }, |own| own).unwrap();
        let ends: Vec<u32> = (0..20).filter(|&step| terms.ends_epoch(step)).collect();
        assert_eq!(ends, [6, 10, 14, 18]);
        assert_eq!([0, 3, 6, 7, 10].map(|step| terms.epoch_of(step)), [0, 0, 0, 1, 1]);
        assert_eq!([9, 10, u32::MAX].map(|step| terms.has_expired(step)), [false, true, true]);
    }
}
