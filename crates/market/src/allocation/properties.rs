//! What a rule promises, as data.
//!
//! `tests/allocation_laws.rs` holds every entry to it: a promise must survive random cases with random misreports, and
//! what is not promised must be seen to fail. Promises are about one step alone and without collusion. Who asks d
//! values atoms up to d alike and those beyond at nothing; under rules with money, an atom at the bid, less what is paid.

/// What a rule promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Grants add up to the capacity, or to what is asked by those who take part where that is less: all, or, under rules
    /// with a price, those whose bid reaches it.
    pub conserves: bool,
    /// No other allocation is better for somebody and worse for nobody (who pays counted in).
    pub pareto_efficient: Kept,
    /// Nobody prefers what another one gets (and pays); under weights, another's grant per weight.
    pub envy_free: Kept,
    /// Nobody gains by asking or bidding anything but the truth.
    pub strategy_proof: Kept,
    /// Everybody gets at least an equal share (by weight) of the capacity, or what they ask where that is less.
    pub sharing_incentive: Kept,
    /// With more capacity nobody gets less.
    pub capacity_monotone: Kept,
}

/// How far a promise holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Always and exactly.
    Exactly,
    /// But for an atom, as whole atoms cannot be cut, or for the rounding of a payment.
    ToAnAtom,
    /// Counterexamples exist.
    Not,
}

impl Properties {
    /// Of rules that serve whole requests in an order that no amount changes.
    pub(super) const IN_ORDER: Self = Self {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::Not,
        strategy_proof: Kept::Exactly,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Exactly,
    };
}
