//! What contracts paid for what was contributed.

/// The contracts of one section. Amounts are in units of the asset that is paid.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// Name in the scenario.
    pub name: String,
    /// Index of the asset that is paid.
    pub asset: usize,
    /// What is measured, in words.
    pub contribution: String,
    /// What a contribution is counted in.
    pub unit: String,
    /// What became of them, in words.
    pub state: String,
    /// What was paid into escrow; NaN where unknown, as in the numbers that follow.
    pub funded: f64,
    /// What was paid.
    pub paid: f64,
    /// What went back.
    pub refunded: f64,
    /// What of what was earned was taken back.
    pub clawed_back: f64,
    /// What was contributed.
    pub contributed: f64,
    /// What of that affiliates did not make themselves.
    pub verified: f64,
    /// What was paid for each unit of that.
    pub cost_per_verified: f64,
    /// The share of what was earned by contributions of affiliates' own making.
    pub manufactured_share: f64,
    /// Affiliates who were paid anything.
    pub affiliates_paid: u64,
    /// How unequal what affiliates were paid is.
    pub payout_gini: f64,
    /// What happened, step by step.
    pub series: ContractSeries,
}

/// Columns over the recorded steps; each as long as `step`.
#[derive(Clone, Debug, Default)]
pub struct ContractSeries {
    /// Steps done, strictly increasing.
    pub step: Vec<u64>,
    /// What is held in escrow.
    pub escrow: Vec<f64>,
    /// What has been earned since the beginning.
    pub earned: Vec<f64>,
    /// What has been paid since the beginning.
    pub paid: Vec<f64>,
    /// What has been contributed since the beginning.
    pub contribution: Vec<f64>,
    /// What of that affiliates made themselves.
    pub manufactured: Vec<f64>,
    /// The share of those who can be reached who know of the markets; NaN where nobody promotes.
    pub aware: Vec<f64>,
}
