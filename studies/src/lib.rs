//! Published results reproduced: one file for each study, each with its claim, its source, what is measured, and what it
//! should come to.
//!
//! A study is a function from a [`Size`] to [`Finding`]s. It measures through the engine where the claim is about an
//! economy, and through one crate where it is about a mechanism alone. Chance is keyed, so a study gives the same numbers
//! every time; how far chance moved them is told from independent seeds.

pub mod best_of_jobs;
pub mod cliff;
pub mod cobb_douglas;
pub mod cross_pool_arbitrage;
pub mod data;
pub mod economy;
pub mod ethereum_fee_market;
pub mod finding;
pub mod gode_sunder;
pub mod loss_versus_rebalancing;
pub mod metaorder_impact;
pub mod page;
pub mod santa_fe;
pub mod saved;
pub mod scarf;
pub mod shared_cluster;
pub mod stylised_facts;

pub use finding::{Finding, Target};

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Some seconds: enough to tell the claim from its failure.
    Ordinary,
    /// Some minutes: standard errors a few times smaller.
    Full,
}

impl Size {
    /// `ordinary` or `full`, as the size is.
    #[must_use]
    pub const fn pick(self, ordinary: u32, full: u32) -> u32 {
        match self {
            Self::Ordinary => ordinary,
            Self::Full => full,
        }
    }
}

/// A published result and how it is measured here.
pub struct Study {
    /// Its name on the command line.
    pub name: &'static str,
    /// What was published, in a sentence.
    pub claim: &'static str,
    /// Where, with the equation or table.
    pub source: &'static str,
    /// Measures; the error says what is missing that the study needs.
    pub run: fn(Size) -> Result<Vec<Finding>, String>,
}

/// Every study, in the order of the page.
pub static STUDIES: [Study; 11] = [
    gode_sunder::STUDY,
    cliff::STUDY,
    scarf::STUDY,
    cobb_douglas::STUDY,
    ethereum_fee_market::STUDY,
    loss_versus_rebalancing::STUDY,
    cross_pool_arbitrage::STUDY,
    santa_fe::STUDY,
    metaorder_impact::STUDY,
    shared_cluster::STUDY,
    stylised_facts::STUDY,
];

/// The study of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Study> {
    STUDIES.iter().find(|study| study.name == name)
}
