//! What institutions did, counted.

/// The log of a run: how much stands in it, and under which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Entries in all.
    pub size: u64,
    /// The root of the tree over them: 64 hexadecimal digits.
    pub root: String,
    /// Entries that are alike but for the time, the agent and the amount, by institution, act and asset.
    pub acts: Vec<Act>,
}

/// What one institution did again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// Whose act it was, for instance `incentives.tax`.
    pub institution: String,
    /// What it did, for instance `collected`.
    pub act: String,
    /// Entries.
    pub entries: u64,
    /// The first step with one.
    pub first_step: u64,
    /// The last.
    pub last_step: u64,
    /// What moved in all, with its unit; empty where nothing did.
    pub amount: String,
}
