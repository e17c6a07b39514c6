//! Zero intelligence in a continuous order book: how the spread follows from the flow of orders.
//!
//! Up to ε = .2 the spread lies 0.15 above the published 0.28 + 1.86·ε^(3/4) everywhere, at 0.4 by 0.21. That it rises
//! faster there is not for want of room: windows two and four times as wide change the spread at 0.4 by 1 % at most, and a
//! side is empty for less than a thousandth of the time.

use walras_market::book::{Book, Command, Events, Kind, Order, OrderId, Rules, Side};
use walras_numerics::elementary::{ln, pow};
use walras_numerics::{Keys, Purpose, Stream};

use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "santa_fe",
    claim: "With limit orders of rate α per price and time, market orders of rate μ, cancellations of rate δ per order and \
            orders of size σ, the mean spread times α/μ is a function of ε = δσ/μ alone, which rises as ε^(3/4) above a \
            constant. That is claimed of ε up to .2: beyond it market orders count for less and less, without any the \
            spread can only be a multiple of δσ/α, and so the exponent goes up to 1.",
    source: "J. D. Farmer, P. Patelli and I. I. Zovko, The predictive power of zero intelligence in financial markets, \
             Proceedings of the National Academy of Sciences 102, 2005, equation 1: 0.28 + 1.86·ε^(3/4)",
    run: measure,
};

/// ε. The first seven cover the range from .002 to .2 of E. Smith, J. D. Farmer, L. Gillemot and S. Krishnamurthy, Quantitative Finance 3, 2003.
/// Where orders are yet less patient the spread rises faster, in the end as ε.
const PATIENCE: [f64; 8] = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4];
/// μ/α in ticks: what prices are measured in.
const SCALES: [i64; 3] = [100, 200, 400];
/// How far from the opposite best orders are placed, in units of μ/α.
const WINDOW: i64 = 10;
const START: i64 = 1_000_000;
/// The exponent, and how far from it still counts.
const EXPONENT: Target = Target::Near { value: 0.75, tolerance: 0.05 };

/// The book, its standing orders in no order, and where each stands among them.
struct Flow {
    book: Book,
    events: Events,
    standing: Vec<OrderId>,
    place: Vec<usize>,
    /// The last best prices, for a side that has run empty.
    best: [i64; 2],
}

impl Flow {
    fn new() -> Result<Self, String> {
        let book =
            Book::new(Rules { price_max: 2 * START as i32, ..Rules::default() }).map_err(|why| why.to_string())?;
        Ok(Self { book, events: Events::default(), standing: Vec::new(), place: Vec::new(), best: [START, START + 1] })
    }

    fn bests(&mut self) -> [i64; 2] {
        let now = [self.book.best_bid(), self.book.best_ask()];
        for (best, now) in self.best.iter_mut().zip(now) {
            *best = now.unwrap_or(*best);
        }
        self.best
    }

    fn remove(&mut self, id: OrderId) {
        let place = self.place[id as usize];
        self.standing.swap_remove(place);
        if let Some(&moved) = self.standing.get(place) {
            self.place[moved as usize] = place;
        }
    }

    fn limit(&mut self, side: Side, price: i64) {
        let id = self.place.len() as OrderId;
        self.place.push(self.standing.len());
        self.standing.push(id);
        self.book.apply(&Command::Place(Order::new(id, 0, side, Kind::Limit { price }, 1)), &mut self.events);
    }

    fn market(&mut self, side: Side) {
        let id = self.place.len() as OrderId;
        self.place.push(usize::MAX);
        self.book.apply(&Command::Place(Order::new(id, 0, side, Kind::Market, 1)), &mut self.events);
        for fill in std::mem::take(&mut self.events.fills) {
            self.remove(fill.maker);
        }
    }

    fn cancel(&mut self, id: OrderId) {
        self.remove(id);
        self.book.apply(&Command::Cancel { id, trader: 0 }, &mut self.events);
    }

    /// One event of the flow, the window `window` ticks wide, and the rates of limit orders and of market orders over
    /// that of all events.
    fn step(&mut self, window: i64, (limits, markets): (f64, f64), draws: &mut Stream) {
        let [bid, ask] = self.bests();
        let (what, which) = (draws.open_unit(), draws.open_unit());
        let side = if draws.open_unit() < 0.5 { Side::Buy } else { Side::Sell };
        let away = 1 + (which * window as f64) as i64;
        if what < limits {
            self.limit(side, if side == Side::Buy { ask - away } else { bid + away });
        } else if what < limits + markets {
            self.market(side);
        } else {
            let place = (which * self.standing.len() as f64) as usize;
            self.cancel(self.standing[place.min(self.standing.len() - 1)]);
        }
        self.events.clear();
    }
}

/// The mean spread over time in units of μ/α. A unit of time has one limit order for each tick of price (α = 1, half of
/// them on each side).
fn spread(epsilon: f64, scale: i64, events: u32, seed: u64) -> Result<f64, String> {
    let mut flow = Flow::new()?;
    let (window, market_rate) = (WINDOW * scale, scale as f64);
    let (limit_rate, cancel_rate) = (window as f64, epsilon * market_rate);
    let (mut time, mut area) = (0.0, 0.0);
    let warm = events / 5;
    let keys = Keys::new(seed);
    let purpose = Purpose::sample(scale as u16);
    let entity = (epsilon * 1e4) as u64;
    for event in 0..events {
        let all = limit_rate + market_rate + cancel_rate * flow.standing.len() as f64;
        if event >= warm {
            let [bid, ask] = flow.bests();
            (time, area) = (time + 1.0 / all, area + (ask - bid) as f64 / all);
        }
        flow.step(window, (limit_rate / all, market_rate / all), &mut keys.stream(purpose, entity, event));
    }
    Ok(area / time / scale as f64)
}

/// The exponent c of a + b·ε^c over some ε, by least squares of relative errors: a and b by their normal equations, c by golden section.
fn exponent(patience: &[f64], spreads: &[f64]) -> f64 {
    let misfit = |c: f64| {
        let mut sums = [0.0; 5];
        let point = |(epsilon, spread): (&f64, &f64)| (1.0 / spread, pow(*epsilon, c) / spread);
        for (u, v) in patience.iter().zip(spreads).map(point) {
            for (sum, term) in sums.iter_mut().zip([u * u, u * v, v * v, u, v]) {
                *sum += term;
            }
        }
        let [uu, uv, vv, u, v] = sums;
        let determinant = uu * vv - uv * uv;
        let (a, b) = ((u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant);
        patience.iter().zip(spreads).map(point).map(|(u, v)| (a * u + b * v - 1.0) * (a * u + b * v - 1.0)).sum::<f64>()
    };
    let (mut low, mut high) = (0.2, 1.6);
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    for _ in 0..60 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if misfit(left) < misfit(right) {
            high = right;
        } else {
            low = left;
        }
    }
    0.5 * (low + high)
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let (seeds, events) = (u64::from(size.pick(4, 10)), size.pick(300_000, 2_000_000));
    let (mut exponents, mut later) = (Vec::new(), Vec::new());
    let mut by_scale = vec![vec![0.0; PATIENCE.len()]; SCALES.len()];
    for seed in 0..seeds {
        let mut mean = vec![0.0; PATIENCE.len()];
        for (spreads, &scale) in by_scale.iter_mut().zip(&SCALES) {
            for ((whole, of_scale), &epsilon) in mean.iter_mut().zip(spreads).zip(&PATIENCE) {
                let spread = spread(epsilon, scale, events, seed)?;
                *whole += spread / SCALES.len() as f64;
                *of_scale += spread / seeds as f64;
            }
        }
        exponents.push(exponent(&PATIENCE[..7], &mean[..7]));
        later.push(exponent(&PATIENCE[2..], &mean[2..]));
    }
    let apart = (0..PATIENCE.len()).map(|at| {
        let (least, most) = by_scale
            .iter()
            .map(|spreads| spreads[at])
            .fold((f64::INFINITY, 0.0_f64), |range, spread| (range.0.min(spread), range.1.max(spread)));
        ln(most / least)
    });
    Ok(vec![
        Finding::mean("exponent of the spread in ε above a constant, ε from .002 to .2", &exponents, EXPONENT),
        Finding::mean("the same, ε from .01 to .4", &later, EXPONENT),
        Finding::exact(
            "greatest log ratio of spreads with μ/α of 100, 200, 400 ticks",
            apart.fold(0.0, f64::max),
            Target::AtMost(0.05),
        ),
    ])
}
