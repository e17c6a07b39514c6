//! What prices of nearly all markets have in common, from traders who are part fundamentalist, part chartist, part noise.
//!
//! Each limits its orders the further from what it expects the more the price has moved over its own window, and the
//! windows are spread over three decades: volatility feeds on itself at all these scales at once. Where noise and margin
//! know nothing of volatility its memory is gone by lag 50. With an elasticity of 0.5 it fades with an exponent of 0.94
//! (standard error 0.05, twelve seeds of 40,000 steps), with 0.8 of 0.36 (0.02), with 0.85 of 0.33 (0.04), with 0.95 of
//! 0.09 (0.02), where in some seeds volatility runs away.

use std::ops::RangeInclusive;

use walras_measures::facts::{StylisedFacts, StylisedFactsSettings, stylised_facts};
use walras_numerics::Purpose;
use walras_numerics::elementary::exp;

use crate::economy::{run, world};
use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "stylised_facts",
    claim: "Returns have no memory by lag 3 but their sizes do, fading as a power law of exponent .2 to .4; tails have an \
            index from 2 to 5; kurtosis falls as the interval grows; volume and volatility go together.",
    source: "R. Cont, Empirical properties of asset returns: stylized facts and statistical issues, Quantitative Finance 1, \
             2001, pages 223 to 236; the traders: C. Chiarella and G. Iori, Quantitative Finance 2, 2002, with limits spread by \
             past volatility as in M. Raberto, S. Cincotti, S. M. Focardi and M. Marchesi, Physica A 299, 2001",
    run: measure,
};

/// The traders and their book.
const SCENARIO: &str = "
[run]
name = 'Chiarella and Iori 2002'
steps = 1
[assets.TOKEN]
fundamental = 1000
[markets.book]
kind = 'order_book'
asset = 'TOKEN'
reference = 1000
tick = 0.1
lot = 1
highest_price = 20000
price = 'middle'
lifetime = 200
[cohorts.traders]
size = 500
balance = 1000000
[cohorts.traders.policy]
kind = 'chiarella_iori'
fundamentalist = { kind = 'normal', mean = 0.0, deviation = 1.0, minimum = 0.0 }
chartist = { kind = 'normal', mean = 0.0, deviation = 1.4 }
noise = { kind = 'normal', mean = 0.0, deviation = 0.5, minimum = 0.0 }
noise_deviation = 0.01
normalised = true
window = { kind = 'log_uniform', low = 1, high = 2000 }
margin = 0.01
volatility_elasticity = 0.87
usual_volatility = 0.001
least_volatility = 0.00001
horizon = 3
lifetime = 200
activity = 0.02
[distributions.endowment]
asset = 'TOKEN'
total = 500000
shares = 'uniform'
";

/// Standard deviation of the logarithm of the fundamental value over one step.
const NEWS: f64 = 0.0003;
/// Steps after which the book has filled and the longest window too.
const WARM: u32 = 3000;
/// The lags over which the memory of |returns| is fitted. Below them it is that of the price's bounces between the orders
/// of few traders.
const MEMORY: RangeInclusive<usize> = 10..=300;

/// The facts of one run, in which the fundamental value walks at random.
fn facts(seed: u64, steps: u32) -> Option<StylisedFacts> {
    let mut world = world(SCENARIO, seed);
    let (mut prices, mut volumes) = (Vec::new(), Vec::new());
    let keys = world.keys;
    for step in 0..WARM + steps {
        let news = NEWS * keys.stream(Purpose::sample(0), 0, step).normal();
        world.assets[1].fundamental = world.assets[1].fundamental.map(|value| value * exp(news));
        run(&mut world, 1, |_, happened| {
            if step >= WARM {
                prices.push(happened.record.markets[0].price);
                volumes.push(happened.record.markets[0].bought as f64);
            }
        });
    }
    let settings = StylisedFactsSettings {
        greatest_lag: *MEMORY.end(),
        first_decay_lag: *MEMORY.start(),
        ..StylisedFactsSettings::default()
    };
    // A volume goes with the return that ends at its step's price.
    stylised_facts(&prices, &volumes[1..], &settings)
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let (seeds, steps) = (u64::from(size.pick(6, 20)), size.pick(20_000, 40_000));
    let runs: Option<Vec<StylisedFacts>> = (0..seeds).map(|seed| facts(seed, steps)).collect();
    let runs = runs.ok_or("a price stood still")?;
    let mean = |quantity: &str, target: Target, of: &dyn Fn(&StylisedFacts) -> f64| {
        Finding::mean(quantity, &runs.iter().map(of).collect::<Vec<f64>>(), target)
    };
    let near_zero = Target::Near { value: 0.0, tolerance: 0.02 };
    let kurtosis = |facts: &StylisedFacts, at: usize| facts.excess_kurtosis[at].unwrap_or(f64::NAN);
    Ok(vec![
        mean("autocorrelation of returns at lag 3", near_zero, &|facts| facts.return_autocorrelation[3]),
        mean("the same at lag 5", near_zero, &|facts| facts.return_autocorrelation[5]),
        mean("the same at lag 10", near_zero, &|facts| facts.return_autocorrelation[10]),
        mean("tail index of returns (Hill, 5 %)", Target::Within { low: 2.0, high: 5.0 }, &|facts| {
            facts.tail_index.map_or(f64::NAN, |tail| tail.value)
        }),
        mean(
            "exponent of the fading memory of |returns|, lags from 10 to 300",
            Target::Within { low: 0.2, high: 0.4 },
            &|facts| facts.absolute_decay.map_or(f64::NAN, |decay| decay.value),
        ),
        // The fit leaves out what is not above zero, so that it means something only where the memory lasts.
        mean("autocorrelation of |returns| at lag 300", Target::Above(0.0), &|facts| {
            facts.absolute_autocorrelation[300]
        }),
        mean("excess kurtosis over 1 step less that over 100", Target::Above(0.0), &|facts| {
            kurtosis(facts, 0) - kurtosis(facts, 4)
        }),
        mean("correlation of volume and |returns|", Target::Above(0.0), &|facts| {
            facts.volume_volatility.unwrap_or(f64::NAN)
        }),
    ])
}
