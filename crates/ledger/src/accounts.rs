//! Who can hold an asset: agents, in columns by cohort, and named accounts.

/// An asset; 0 is the numeraire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(pub u16);

impl AssetId {
    /// The base currency.
    pub const NUMERAIRE: Self = Self(0);

    /// As an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A cohort: agents of one policy, stored together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CohortId(pub u16);

impl CohortId {
    /// As an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One agent's place: its cohort and its row there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentAddress {
    /// The cohort.
    pub cohort: CohortId,
    /// The row in the cohort's columns.
    pub row: u32,
}

/// A named account: an issuer, a reserve, a treasury, a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedId(pub u16);

impl NamedId {
    /// As an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Either side of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// An agent's.
    Agent(AgentAddress),
    /// An institution's.
    Named(NamedId),
}

impl From<NamedId> for Account {
    fn from(id: NamedId) -> Self {
        Self::Named(id)
    }
}

impl From<AgentAddress> for Account {
    fn from(address: AgentAddress) -> Self {
        Self::Agent(address)
    }
}
