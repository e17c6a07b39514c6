//! What boards of tasks came to.

/// A board of tasks.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Name in the scenario.
    pub name: String,
    /// How tasks find their workers.
    pub assignment: String,
    /// Tasks posted.
    pub posted: u64,
    /// Tasks delivered rightly and in time.
    pub completed: u64,
    /// False deliveries found out.
    pub found_false: u64,
    /// False deliveries that were paid.
    pub paid_false: u64,
    /// Tasks whose deadline passed in a worker's hands.
    pub late: u64,
    /// Tasks whose deadline passed in nobody's.
    pub untaken: u64,
    /// Rewards paid, in numeraire.
    pub paid: f64,
    /// What primaries paid for each right delivery, in numeraire; NaN without any.
    pub cost_per_completion: f64,
    /// The share of their steps in which workers had a task in their hands; NaN where unknown.
    pub utilisation: f64,
    /// What happened, step by step.
    pub series: BoardSeries,
}

/// Columns over the recorded steps of one board; each as long as `step`.
#[derive(Clone, Debug, Default)]
pub struct BoardSeries {
    /// Steps done, strictly increasing.
    pub step: Vec<u64>,
    /// Tasks that stand in nobody's hands.
    pub open: Vec<f64>,
    /// Tasks in workers' hands.
    pub at_work: Vec<f64>,
    /// Tasks delivered rightly and in time, a step.
    pub completed: Vec<f64>,
    /// False deliveries, paid or found out, a step.
    pub false_deliveries: Vec<f64>,
    /// Tasks whose deadline passed in anybody's hands or none, a step.
    pub expired: Vec<f64>,
}
