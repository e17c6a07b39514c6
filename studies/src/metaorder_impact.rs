//! The square-root law: what a large order, worked off in slices, does to the price.

use walras_ledger::AssetId;
use walras_measures::regression::log_log_regression;
use walras_numerics::elementary::{exp, ln};

use crate::economy::{run, world};
use crate::saved::Saved;
use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "metaorder_impact",
    claim: "A large order of size Q, worked off in slices, moves the price by Q^δ with δ near 1/2, hardly depending on how \
            fast it is worked off; afterwards the price comes back in part. In Tokyo δ = .489 ± .0015. Among agents whose \
            intentions to trade wander, meet and leave in pairs, so that their density rises from the price by a slope L, \
            the impact is √(2Q/L) when intentions meet more slowly than the order is worked off.",
    source: "Y. Sato and K. Kanazawa, arXiv 2411.13965, 2024 (all orders of the Tokyo Stock Exchange in eight years); the \
             agents: J. Donier, J. Bonart, I. Mastromatteo and J.-P. Bouchaud, A fully consistent, minimal model for \
             non-linear market impact, Quantitative Finance 15, 2015",
    run: measure,
};

/// How far intentions wander in their lifetime, σ/√(2ν), in the logarithm of the price, and how far from the price they
/// come at most. Much nearer to the price than this their density is linear.
const REACH: f64 = 0.02;
/// The standard deviation of an intention's step. So small that what comes to trade of itself, two lots in a hundred
/// steps, is little beside a metaorder, and that a step is short beside the least impact.
const VOLATILITY: f64 = 2e-5;
/// The stationary density of intentions depends on σ²/ν alone. So the book is aged by large steps first, in which σ² and
/// ν are larger by the first factor, and by smaller ones while ever less around the price settles.
const COARSE: [f64; 3] = [4096.0, 1024.0, FADING];
/// The factors that follow.
const FINE: [f64; 4] = [64.0, 16.0, 4.0, 1.0];
/// Steps with the first factor: one and a half lifetimes.
const AGED: f64 = 700.0;
/// Steps with each further factor.
const SETTLED: f64 = 250.0;
/// Sizes of metaorders, lots: 1.5 decades.
const SIZES: [f64; 6] = [20.0, 40.0, 80.0, 160.0, 320.0, 640.0];
/// The largest of them.
const LARGEST: f64 = SIZES[SIZES.len() - 1];
/// Steps of metaorders of the same duration.
const DURATION: f64 = 32.0;
/// Lots per step of those of the same rate.
const RATES: [f64; 2] = [2.0, 20.0];
/// Where the impact is seen to fade steps are larger by this factor, for much has to happen.
const FADING: f64 = 256.0;
/// For how many times the metaorder's duration it is seen to fade.
const AFTER: f64 = 10.0;
const LAW: Target = Target::Within { low: 0.45, high: 0.55 };

/// An order to buy or to sell `total` lots, worked off in equal slices in the next `duration` steps.
#[derive(Clone, Copy)]
struct Metaorder {
    role: &'static str,
    total: f64,
    duration: f64,
}

/// `agents` who have intentions, and who works off the metaorder from step `start` on, at a call auction in each step.
/// Where there is no metaorder it never begins, so that the world has the same form.
fn scenario(agents: u32, coarser: f64, order: Option<Metaorder>, start: u32) -> String {
    let volatility = VOLATILITY * coarser.sqrt();
    let cancellation = volatility * volatility / (2.0 * REACH * REACH);
    let (role, total, start, duration) = match order {
        Some(Metaorder { role, total, duration }) => (role, total, f64::from(start), duration),
        None => ("buyer", 1.0, 4e9, 1.0),
    };
    format!(
        "[run]\nname = 'a metaorder in latent liquidity'\nsteps = 1\n\
         [assets.TOKEN]\n\
         [markets.auction]\nkind = 'auction'\nauction = {{ kind = 'call' }}\nasset = 'TOKEN'\nreference = 100\n\
         tick = 0.0001\nlot = 1\n\
         [cohorts.liquidity]\nsize = {agents}\nbalance = 1000000\n\
         [cohorts.liquidity.policy]\nkind = 'latent_liquidity'\nvolatility = {volatility}\n\
         cancellation = {cancellation}\ndeposition = 0.1\nband = {}\nreveal = {}\n\
         [cohorts.investor]\nsize = 1\nbalance = 1000000\n\
         [cohorts.investor.policy]\nkind = 'execution'\nrole = '{role}'\ntotal = {total}\nstart = {start}\n\
         duration = {duration}\n\
         [distributions.endowment]\nasset = 'TOKEN'\ntotal = {}\nshares = 'uniform'\n",
        REACH,
        0.2 * REACH,
        1000 * (agents + 1),
    )
}

/// Agents, and the seed of their draws.
#[derive(Clone, Copy)]
struct Economy {
    agents: u32,
    seed: u64,
}

/// The state of a world, and the step that it is about to take.
struct Book {
    state: Saved,
    step: u32,
}

impl Economy {
    /// The logarithm of the price after each of `steps` steps that begin from `book`, and the book then.
    fn future(self, book: Option<&Book>, coarser: f64, order: Option<Metaorder>, steps: f64) -> (Vec<f64>, Book) {
        let start = book.map_or(0, |book| book.step);
        let mut world = world(&scenario(self.agents, coarser, order, start), self.seed);
        if let Some(book) = book {
            book.state.put_into(&mut world);
        }
        let mut prices = Vec::new();
        run(&mut world, steps as u32, |world, _| prices.push(ln(world.price(AssetId(1)))));
        (prices, Book { state: Saved::of(&mut world), step: world.step })
    }

    /// The impact of a metaorder of `size` lots, after each of `steps` steps.
    fn impacts(self, book: Option<&Book>, coarser: f64, size: f64, duration: f64, steps: f64) -> Vec<f64> {
        let [bought, sold] = ["buyer", "seller"]
            .map(|role| self.future(book, coarser, Some(Metaorder { role, total: size, duration }), steps).0);
        bought.iter().zip(sold).map(|(bought, sold)| 0.5 * (bought - sold)).collect()
    }

    /// Goes on from `book` with steps larger by each of `factors`, `first` of them with the first.
    fn aged(self, book: Option<Book>, factors: &[f64], first: f64) -> Option<Book> {
        let steps = std::iter::once(first).chain(std::iter::repeat(SETTLED));
        factors
            .iter()
            .zip(steps)
            .fold(book, |book, (&factor, steps)| Some(self.future(book.as_ref(), factor, None, steps).1))
    }
}

/// What metaorders of [`SIZES`] did to the logarithm of the price, in one book.
struct Impacts {
    /// In the same duration.
    same_duration: [f64; SIZES.len()],
    /// At the same rate, for each of [`RATES`].
    same_rate: [[f64; SIZES.len()]; RATES.len()],
    /// Of the largest at the end, and once and [`AFTER`] times its duration later, in larger steps.
    fading: [f64; 3],
}

impl Impacts {
    /// Looks at the book of one seed. Each metaorder is bought from it and sold to it, with the same draws: half of what
    /// the prices differ by is its impact, the mean of that of buying and that of selling.
    fn of(economy: Economy) -> Self {
        let coarse = economy.aged(None, &COARSE, AGED);
        let fading = economy.impacts(coarse.as_ref(), FADING, LARGEST, DURATION, DURATION * (1.0 + AFTER));
        let book = economy.aged(coarse, &FINE, SETTLED);
        let end = |impacts: &[f64], steps: f64| impacts[steps as usize - 1];
        let of_rate = |rate: f64| {
            // At one rate the larger order is the smaller one that goes on.
            let duration = LARGEST / rate;
            let impacts = economy.impacts(book.as_ref(), 1.0, LARGEST, duration, duration);
            SIZES.map(|size| end(&impacts, size / rate))
        };
        Self {
            same_duration: SIZES
                .map(|size| end(&economy.impacts(book.as_ref(), 1.0, size, DURATION, DURATION), DURATION)),
            same_rate: RATES.map(of_rate),
            fading: [0.0, 1.0, AFTER].map(|after| end(&fading, DURATION * (1.0 + after))),
        }
    }
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let (agents, seeds) = (size.pick(16_000, 40_000), u64::from(size.pick(3, 8)));
    let seeds: Vec<Impacts> = (0..seeds).map(|seed| Impacts::of(Economy { agents, seed })).collect();
    let mean = |quantity: &str, target: Target, of: &dyn Fn(&Impacts) -> f64| {
        Finding::mean(quantity, &seeds.iter().map(of).collect::<Vec<f64>>(), target)
    };
    let exponent = |impacts: &[f64]| log_log_regression(&SIZES, impacts).map_or(f64::NAN, |line| line.slope);
    let last = SIZES.len() - 1;
    // L, lots per square of the logarithm of the price: as many intentions come in a step as are given up or trade, and
    // with a band as wide as their reach the stationary density rises by (e − 1)/2 of the agents over that reach.
    let slope = f64::from(agents) * (exp(1.0) - 1.0) / (2.0 * REACH * REACH);
    Ok(vec![
        mean("δ, orders of 20 to 640 lots in 32 steps", LAW, &|seed| exponent(&seed.same_duration)),
        mean("δ, the same at 2 lots per step", LAW, &|seed| exponent(&seed.same_rate[0])),
        mean("δ, the same at 20 lots per step", LAW, &|seed| exponent(&seed.same_rate[1])),
        mean(
            "impact of 640 lots at 2 per step over that at 20",
            Target::Near { value: 1.0, tolerance: 0.1 },
            &|seed| seed.same_rate[0][last] / seed.same_rate[1][last],
        ),
        mean("impact of 640 lots at 20 per step over √(2Q/L)", Target::Near { value: 1.0, tolerance: 0.1 }, &|seed| {
            seed.same_rate[1][last] / (2.0 * LARGEST / slope).sqrt()
        }),
        mean("share of the impact left after as long again", Target::Within { low: 0.0, high: 0.75 }, &|seed| {
            seed.fading[1] / seed.fading[0]
        }),
        mean("share of the impact left after ten times as long", Target::Within { low: 0.0, high: 0.5 }, &|seed| {
            seed.fading[2] / seed.fading[0]
        }),
    ])
}
