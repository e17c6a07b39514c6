//! The square-root law: what a large order, worked off in slices, does to the price.

use walras_ledger::AssetId;
use walras_measures::regression::log_log_regression;
use walras_numerics::elementary::ln;

use crate::economy::{run, world};
use crate::saved::Saved;
use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "metaorder_impact",
    claim: "A large order of size Q, worked off in slices, moves the price by Q^δ with δ near 1/2, hardly depending on how \
            fast it is worked off; afterwards the price comes back in part. Measured: δ = .489 ± .0015. Here the order is \
            worked off among agents whose intentions to trade wander, meet and leave in pairs.",
    source: "Y. Sato and K. Kanazawa, arXiv 2411.13965, 2024 (all orders of the Tokyo Stock Exchange in eight years); the \
             agents: J. Donier, J. Bonart, I. Mastromatteo and J.-P. Bouchaud, A fully consistent, minimal model for \
             non-linear market impact, Quantitative Finance 15, 2015",
    run: measure,
};

/// How far intentions wander in their lifetime, σ/√(2ν), in the logarithm of the price: as far as the density of
/// intentions is linear.
const REACH: f64 = 0.02;
/// The standard deviation of an intention's step. So small that what comes to trade of itself, some lots in a hundred
/// steps, is little beside the metaorder, and that a step is short beside the least impact.
const VOLATILITY: f64 = 3e-5;
/// The stationary density of intentions depends on σ²/ν alone, so the book is aged by large steps, in which σ² and ν are
/// larger by these factors, and by smaller ones as its middle must settle.
const COARSE: [f64; 3] = [4096.0, 1024.0, FADING];
const FINE: [f64; 4] = [64.0, 16.0, 4.0, 1.0];
/// Steps in which it is aged by the first factor: two lifetimes.
const AGED: f64 = 440.0;
/// Steps with each further factor, and with each when the book is renewed.
const SETTLED: f64 = 30.0;
/// Sizes of metaorders, lots: 1.5 decades.
const SIZES: [f64; 6] = [8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// Steps of all metaorders of the same duration.
const DURATION: f64 = 32.0;
/// Lots per step of those of the same rate.
const RATES: [f64; 2] = [1.0, 8.0];
/// Where the metaorder's end is seen to fade, steps are larger by this factor, for much happens afterwards.
const FADING: f64 = 256.0;
/// For how many times its duration.
const AFTER: f64 = 10.0;
const LAW: Target = Target::Within { low: 0.45, high: 0.55 };

/// A buy order of `total` lots, worked off in equal slices in the next `duration` steps.
#[derive(Clone, Copy)]
struct Metaorder {
    total: f64,
    duration: f64,
}

/// `agents` who have intentions, and who works off the metaorder from step `start` on, at a call auction in each step.
/// Where there is no metaorder it never begins, so that the world has the same form.
fn scenario(agents: u32, coarser: f64, order: Option<Metaorder>, start: u32) -> String {
    let volatility = VOLATILITY * coarser.sqrt();
    let cancellation = volatility * volatility / (2.0 * REACH * REACH);
    let (total, start, duration) = match order {
        Some(Metaorder { total, duration }) => (total, f64::from(start), duration),
        None => (1.0, 4e9, 1.0),
    };
    format!(
        "[run]\nname = 'a metaorder in latent liquidity'\nsteps = 1\n\
         [assets.TOKEN]\n\
         [markets.auction]\nkind = 'auction'\nauction = {{ kind = 'call' }}\nasset = 'TOKEN'\nreference = 100\n\
         tick = 0.0001\nlot = 1\n\
         [cohorts.liquidity]\nsize = {agents}\nbalance = 1000000\n\
         [cohorts.liquidity.policy]\nkind = 'latent_liquidity'\nvolatility = {volatility}\n\
         cancellation = {cancellation}\ndeposition = 0.1\nband = {}\nreveal = {}\n\
         [cohorts.buyer]\nsize = 1\nbalance = 1000000000\n\
         [cohorts.buyer.policy]\nkind = 'execution'\nrole = 'buyer'\ntotal = {total}\nstart = {start}\n\
         duration = {duration}\n\
         [distributions.endowment]\nasset = 'TOKEN'\ntotal = {}\ncohorts = ['liquidity']\nshares = 'uniform'\n",
        2.0 * REACH,
        0.2 * REACH,
        100 * agents,
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

    /// Goes on from `book` with steps larger by each of `factors`, `first` of them with the first.
    fn aged(self, book: Option<Book>, factors: &[f64], first: f64) -> Option<Book> {
        let steps = std::iter::once(first).chain(std::iter::repeat(SETTLED));
        factors.iter().zip(steps).fold(book, |book, (&factor, steps)| {
            Some(self.future(book.as_ref(), factor, None, steps).1)
        })
    }
}

/// What metaorders of [`SIZES`] did to the logarithm of the price, on average over some books of one seed.
struct Impacts {
    /// In the same duration.
    same_duration: [f64; SIZES.len()],
    /// At the same rate, for each of [`RATES`].
    same_rate: [[f64; SIZES.len()]; RATES.len()],
    /// Of the largest at the end, and once and [`AFTER`] times its duration later, in larger steps.
    fading: [f64; 3],
}

impl Impacts {
    /// Looks at `books` books of one seed. Each metaorder meets the book that it would have met had it not been there,
    /// with the same draws, and what differs then is its impact.
    fn of(economy: Economy, books: u32) -> Self {
        let mut found = Self {
            same_duration: [0.0; SIZES.len()],
            same_rate: [[0.0; SIZES.len()]; RATES.len()],
            fading: [0.0; 3],
        };
        let mut book = None;
        for number in 0..books {
            let coarse = economy.aged(book, &COARSE, if number == 0 { AGED } else { SETTLED });
            found.fade(economy, coarse.as_ref(), f64::from(books));
            book = economy.aged(coarse, &FINE, SETTLED);
            found.add(economy, book.as_ref(), f64::from(books));
        }
        found
    }

    fn add(&mut self, economy: Economy, book: Option<&Book>, books: f64) {
        let largest = SIZES[SIZES.len() - 1];
        let longest = RATES.iter().fold(DURATION, |longest, rate| longest.max(largest / rate));
        let without = economy.future(book, 1.0, None, longest).0;
        for (impact, total) in self.same_duration.iter_mut().zip(SIZES) {
            let with = economy.future(book, 1.0, Some(Metaorder { total, duration: DURATION }), DURATION).0;
            *impact += (with[with.len() - 1] - without[with.len() - 1]) / books;
        }
        for (impacts, rate) in self.same_rate.iter_mut().zip(RATES) {
            // At one rate the larger order is the smaller one that goes on.
            let order = Metaorder { total: largest, duration: largest / rate };
            let with = economy.future(book, 1.0, Some(order), order.duration).0;
            for (impact, size) in impacts.iter_mut().zip(SIZES) {
                let end = (size / rate) as usize - 1;
                *impact += (with[end] - without[end]) / books;
            }
        }
    }

    fn fade(&mut self, economy: Economy, book: Option<&Book>, books: f64) {
        let order = Metaorder { total: SIZES[SIZES.len() - 1], duration: DURATION };
        let steps = DURATION * (1.0 + AFTER);
        let with = economy.future(book, FADING, Some(order), steps).0;
        let without = economy.future(book, FADING, None, steps).0;
        for (impact, after) in self.fading.iter_mut().zip([0.0, 1.0, AFTER]) {
            let end = (DURATION * (1.0 + after)) as usize - 1;
            *impact += (with[end] - without[end]) / books;
        }
    }
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let (agents, seeds, books) = (size.pick(10_000, 30_000), u64::from(size.pick(4, 8)), size.pick(3, 6));
    let seeds: Vec<Impacts> = (0..seeds).map(|seed| Impacts::of(Economy { agents, seed }, books)).collect();
    let mean = |quantity: &str, target: Target, of: &dyn Fn(&Impacts) -> f64| {
        Finding::mean(quantity, &seeds.iter().map(of).collect::<Vec<f64>>(), target)
    };
    let exponent = |impacts: &[f64]| log_log_regression(&SIZES, impacts).map_or(f64::NAN, |line| line.slope);
    let last = SIZES.len() - 1;
    Ok(vec![
        mean("δ, orders of 8 to 256 lots in 32 steps", LAW, &|seed| exponent(&seed.same_duration)),
        mean("δ, the same at 1 lot per step", LAW, &|seed| exponent(&seed.same_rate[0])),
        mean("δ, the same at 8 lots per step", LAW, &|seed| exponent(&seed.same_rate[1])),
        mean("impact of 256 lots at 1 per step over that at 8", Target::Near { value: 1.0, tolerance: 0.1 }, &|seed| {
            seed.same_rate[0][last] / seed.same_rate[1][last]
        }),
        mean("share of the impact left after as long again", Target::AtMost(0.8), &|seed| {
            seed.fading[1] / seed.fading[0]
        }),
        mean("share of the impact left after ten times as long", Target::AtMost(0.5), &|seed| {
            seed.fading[2] / seed.fading[0]
        }),
    ])
}
