//! The economy that is measured: one cohort with the logistic policy on a linear curve.

use std::path::Path;

use walras_engine::{Scratch, World, advance};
use walras_ledger::{AssetId, Atoms};
use walras_scenario::Loaded;

/// Price of the first token.
pub const INTERCEPT: f64 = 1.0;
/// How much the price rises when every agent buys one token.
pub const RISE: f64 = 0.1;
/// How sharply agents answer to mispricing.
pub const SENSITIVITY: f64 = 4.0;
/// The probability of acting.
pub const ACTIVITY: f64 = 1.0;
/// How much worse than seen a price may be.
pub const SLIPPAGE: f64 = 0.5;
/// Money each agent starts with.
pub const BALANCE: f64 = 1000.0;
/// Tokens each agent starts with.
pub const HOLDING: f64 = 10.0;
/// The draws of a run.
pub const SEED: u64 = 12345;

/// The scenario for `agents` agents with a `settlement`.
#[must_use]
pub fn scenario(agents: usize, settlement: &str) -> Loaded {
    let slope = RISE / agents as f64;
    let total = HOLDING * agents as f64;
    let text = format!(
        "[run]\nname = 'limit'\nsteps = 1\nseed = {SEED}\n[assets.TOKEN]\n\
         [markets.curve]\nkind = 'curve'\nasset = 'TOKEN'\nsettlement = '{settlement}'\n\
         curve = {{ kind = 'linear', slope = {slope:e}, intercept = {INTERCEPT} }}\n\
         [cohorts.traders]\nsize = {agents}\nbalance = {BALANCE}\n\
         policy = {{ kind = 'logistic', valuation = {{ kind = 'uniform', low = 1.5, high = 2.5 }}, \
         sensitivity = {SENSITIVITY}, activity = {ACTIVITY}, slippage = {SLIPPAGE} }}\n\
         [distributions.genesis]\nasset = 'TOKEN'\ntotal = {total}\nshares = {{ kind = 'uniform' }}\n"
    );
    Loaded::from_text("limit.toml", &text, Path::new(""), &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The world of [`scenario`].
#[must_use]
pub fn world(agents: usize, settlement: &str) -> World {
    scenario(agents, settlement).build(SEED, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
}

/// Takes the engine's world `steps` steps, then delivers what is carried.
pub fn run(world: &mut World, scratch: &mut Scratch, steps: usize) {
    let broken = |broken| panic!("{broken}");
    for _ in 0..steps {
        advance(world, scratch).map_or_else(broken, |_| ());
    }
    world.ledger.deliver().unwrap_or_else(broken);
}

/// Bare arrays in the state of a world at its start.
#[derive(Debug, Clone)]
pub struct Bare {
    /// Private valuations.
    pub valuation: Vec<f64>,
    /// Money, in atoms.
    pub balance: Vec<Atoms>,
    /// Tokens, in atoms.
    pub holding: Vec<Atoms>,
    /// The cohort's key in draws.
    pub entity: u64,
    /// Atoms out.
    pub supply: Atoms,
    /// Money in the reserve, in atoms.
    pub reserve: Atoms,
    /// Rise of the price per token.
    pub slope: f64,
}

impl Bare {
    /// The state of `world`.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let cohort = &world.cohorts[0];
        let venue = &world.venues[0];
        let (supply, reserve) = venue.standing(&world.ledger);
        let column = |asset| world.ledger.column(cohort.id, asset).unwrap_or_default().to_vec();
        // The valuations that the cohort drew: the same distribution, drawn again.
        let keys = walras_numerics::Keys::new(SEED);
        let draw = |row: u64| {
            let mut stream = keys.stream(walras_numerics::Purpose::parameter(0), cohort.entity + row, 0);
            let u = stream.open_unit();
            1.5 * (1.0 - u) + 2.5 * u
        };
        Self {
            valuation: (0..cohort.size as u64).map(draw).collect(),
            balance: column(AssetId::NUMERAIRE),
            holding: column(venue.asset),
            entity: cohort.entity,
            supply,
            reserve,
            slope: RISE / cohort.size as f64,
        }
    }
}
