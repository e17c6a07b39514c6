//! What a scenario says of those who promote, and of whom they can reach.

use walras_agents::promotion::AnyPromotion;
use walras_catalog::{Reference, entry};
use walras_market::network::AnyTopology;

/// The most touches that are remembered of one agent.
const MEMORY_MAX: f64 = 64.0;

entry! {
    /// Who can be reached by those who promote something, and how.
    ///
    /// Those who have not heard of a market do not trade. Each agent has a place of a network, by lot, and whoever
    /// promotes approaches its neighbours; without a network everybody can approach everybody.
    pub struct ContactsPlan = "contacts" {
        formula: "",
        source: "D. Kempe, J. Kleinberg and É. Tardos, \"Maximizing the spread of influence through a social network\", KDD 2003: the independent cascade",
        /// Who can be reached.
        cohorts: Vec<Reference>;
        /// Who knows whom, with as many places as there are agents of these cohorts and of those that promote; absent for
        /// everybody everybody.
        topology: Option<AnyTopology>;
        /// The share of agents who trade from the first step; the others begin when they are first reached.
        aware: f64 = 1.0, within 0.0..=1.0;
        /// The probability that a contact who is approached is reached.
        reach: f64 = 1.0, within 0.0..=1.0;
        /// The probability that an agent who has just begun to know tells a neighbour, who is then reached by the same
        /// affiliate; needs a network.
        word_of_mouth: f64 = 0.0, within 0.0..=1.0;
        /// How many of its last touches an agent remembers.
        memory: u32 = 8, within 1.0..=MEMORY_MAX, unit "touches";
    }
}

entry! {
    /// How agents promote what contracts pay them for.
    pub struct PromotionPlan = "promotion_plan" {
        formula: "",
        source: "",
        /// How many contacts each approaches in a step.
        effort: AnyPromotion;
        /// What it costs to approach one, as far as the agent has it.
        cost: f64 = 0.0, within 0.0..=9e18, unit "numeraire/contact";
        /// Steps from one choice of effort to the next.
        every: u32 = 1, within 1.0..=1e9, unit "step";
    }
}
