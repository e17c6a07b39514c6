//! What a scenario says of resources and of those who request them.

use walras_agents::need::{AnyNeed, Constant};
use walras_agents::population::PerAgent;
use walras_agents::population::PerAsset;
use walras_agents::reporting::{AnyReporting, Truthful};
use walras_agents::request::AnyRequests;
use walras_agents::satisfaction::{AnySatisfaction, Linear};
use walras_catalog::{Bounds, Named, Reference, choice, entry};
use walras_market::allocation::AnyAllocation;
use walras_market::allocation::joint::AnyJointAllocation;
use walras_market::allocation::leases::LeaseRule;
use walras_market::capacity::Given;
use walras_market::network::AnyTopology;

entry! {
    /// A resource: capacity of one or several assets, shared in each step among those who request it.
    ///
    /// At the start of each step's sharing its capacity is issued into its account; what is granted moves to those who
    /// requested it, what they pay moves to the account. What of it perishes is gone with the step, the rest is shared in
    /// the next.
    ///
    /// With a `provider` nothing is issued: what is shared is what that cohort's agents hold, at most the capacity.
    /// What is granted is taken from them in proportion to what each has to give, and they receive what is paid for it in the
    /// proportion in which they gave, both in whole atoms by largest remainders.
    pub struct Resource = "resource" {
        formula: "Σ_i grants_ij ≤ C_j(t)",
        check: |this| {
            if this.capacity.0.is_empty() {
                return Err(("capacity", "a resource needs the capacity of at least one asset".to_owned()));
            }
            let rules = [this.rule.is_some(), this.together.is_some(), this.leases.is_some()];
            if rules.into_iter().filter(|&given| given).count() != 1 {
                return Err(("rule", "give one of `rule`, `together` and `leases`".to_owned()));
            }
            if this.leases.is_some() && this.capacity.0.len() > 1 {
                return Err(("leases", "leases are of a single asset".to_owned()));
            }
            if this.leases.is_some() && this.place.is_some() {
                let why = "who holds a lease may no longer be able to pay for the way: lease what is everywhere";
                return Err(("leases", why.to_owned()));
            }
            if this.leases.is_some() && this.provider.is_some() {
                return Err(("provider", "what a provider holds is shared step by step, not leased".to_owned()));
            }
            let known = |name: &str| this.capacity.0.iter().any(|capacity| capacity.name == name);
            match this.price.0.iter().find(|price| !known(&price.name)) {
                Some(price) => Err(("price", format!("`{}` is no asset whose capacity it has", price.name))),
                None => Ok(()),
            }
        },
        source: "",
        /// How much there is of each asset in each step, by asset: a number or a capacity.
        capacity: Named<Given>;
        /// Who gets how much of an asset where all cannot have what they ask for: a rule for each asset by itself.
        rule: Option<AnyAllocation>;
        /// A rule for all assets at once, in its place.
        together: Option<AnyJointAllocation>;
        /// Leases for several steps of a single asset, in its place.
        leases: Option<LeaseRule>;
        /// Where on the network it is; absent for everywhere.
        place: Option<Reference>;
        /// The cohort whose agents hold what is shared and are paid for it; absent where it is issued.
        provider: Option<Reference>;
        /// What each of the provider's agents keeps of each asset.
        keep: f64 = 0.0, within 0.0..=9e15, unit "units";
        /// The most that one agent is granted of what there is of an asset, as a share of it, under any rule but leases.
        cap: f64 = 1.0, within 0.0..=1.0;
        /// The price of each asset before the first step, by asset: what is posted first, or expected of an auction.
        price: Named<f64> = Named(Vec::new()), within 0.0..=1e15, unit "numeraire/unit";
    }
}

choice! {
    /// Which of several resources with the same assets an agent turns to in a step: of those that have something, if any
    /// has. Equals are told apart by lot.
    pub enum Choice {
        /// The one whose prices for a unit of each asset, the way included, are the lowest.
        Cheapest = "cheapest",
        /// The one to which the way costs least, and of those the quickest.
        Nearest = "nearest",
        /// The one of which the least was asked for in the last step, as a part of what it had.
        LeastLoaded = "least_loaded",
        /// Any, by lot.
        Any = "any",
    }
}

entry! {
    /// Places and links between them. Resources and agents have their places; what is granted is carried over the way that
    /// costs least, and whoever gets it pays for the way.
    pub struct NetworkPlan = "network" {
        formula: "",
        source: "",
        /// Which places are linked.
        topology: AnyTopology;
        /// What carrying a unit over a link costs.
        cost: f64 = 0.0, within 0.0..=1e15, unit "numeraire/unit";
        /// How many steps it takes.
        latency: u32 = 0, within 0.0..=1e6, unit "steps";
        /// How many units, of all assets together, a link carries in a step; absent for any.
        capacity: Option<f64>, within 0.0..=1e15, unit "units/step";
    }
}

entry! {
    /// What the agents of a cohort ask of resources.
    pub struct Demand = "resource_demand" {
        formula: "",
        source: "",
        /// The resources they request; absent for all.
        resources: Option<Vec<Reference>>;
        /// Where on the network they live, in turn; absent for all places in turn.
        places: Option<Vec<Reference>>;
        /// Which resource an agent turns to, of those with the same assets.
        choice: Choice = Choice::Cheapest;
        /// What they want.
        requests: AnyRequests;
        /// How what they need changes.
        need: AnyNeed = AnyNeed::Constant(Constant {});
        /// What they say they want.
        reporting: AnyReporting = AnyReporting::Truthful(Truthful {});
        /// What they get from what they use.
        satisfaction: AnySatisfaction = AnySatisfaction::Linear(Linear { worth: PerAsset::constant(1.0) });
        /// The share of its balance that an agent may spend on resources in a step.
        budget: f64 = 1.0, within 0.0..=1.0;
        /// How much an agent counts beside others, under rules with weights.
        weight: PerAgent = PerAgent::constant(1.0), within Bounds::above_to(0.0, 1e9);
        /// Who goes first, under rules with priorities: the higher, the sooner.
        priority: i64 = 0;
        /// For how many steps an agent asks, under rules that lease.
        lease: PerAgent = PerAgent::constant(1.0), within 1.0..=1e9, unit "steps";
        /// The most that an agent is granted of an asset in a step, under any rule; absent for no quota.
        quota: Option<PerAsset>, within 0.0..=9e15, unit "units/step";
    }
}
