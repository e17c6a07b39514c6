//! What incentives and goals came to.

/// What an incentive or a pool of stakes came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incentive {
    /// Its name.
    pub name: String,
    /// Its rule.
    pub rule: String,
    /// What was paid and owed.
    pub asset: String,
    /// The account it paid from.
    pub treasury: String,
    /// What that account holds in the end, units.
    pub treasury_end: f64,
    /// Each cohort concerned: its name, units its agents were paid, units they paid or lost.
    pub cohorts: Vec<(String, f64, f64)>,
}

/// How a goal went, and who pulled the same way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// The goal.
    pub goal: String,
    /// Its value at the first look; `NaN` where it never had one.
    pub first: f64,
    /// Its value at the last look.
    pub last: f64,
    /// Each cohort with its correlation, `NaN` where it is not defined.
    pub cohorts: Vec<(String, f64)>,
}
