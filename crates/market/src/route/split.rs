//! One order over several venues.
//!
//! The cheapest way to fill an order is the one at which every venue that takes part has the same marginal cost, and
//! no other has a lower one (G. Angeris and others, "Optimal routing for constant function market makers", 2022). The
//! common cost is found by bisection; the last atoms, which rounding makes uneven, by comparing exact costs.

use walras_ledger::Atoms;
use walras_numerics::root::greatest;

use super::venue::Venue;

/// How an order is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What each venue fills; they sum to the order.
    pub parts: Vec<Atoms>,
    /// What it costs in all.
    pub cost: i128,
}

/// Cuts `order` over `venues` as cheaply as possible: never worse than the best single venue that could fill it whole.
/// `None` when all of them together cannot.
#[must_use]
pub fn split(venues: &[&dyn Venue], order: Atoms) -> Option<Split> {
    let depths: Vec<Atoms> = venues.iter().map(|venue| venue.depth()).collect();
    let total: i128 = depths.iter().map(|&depth| i128::from(depth)).sum();
    if order < 0 || total < i128::from(order) {
        return None;
    }
    let mut parts = at_one_price(venues, &depths, order);
    improve(venues, &depths, &mut parts);
    let cost = cost_of(venues, &parts)?;
    let mut best = Split { parts, cost };
    for (i, venue) in venues.iter().enumerate().filter(|(i, _)| depths[*i] >= order) {
        match venue.cost(order) {
            Some(cost) if cost < best.cost => {
                let mut parts = vec![0; venues.len()];
                parts[i] = order;
                best = Split { parts, cost };
            }
            _ => {}
        }
    }
    Some(best)
}

fn cost_of(venues: &[&dyn Venue], parts: &[Atoms]) -> Option<i128> {
    venues.iter().zip(parts).map(|(venue, &part)| venue.cost(part)).sum()
}

/// What a venue fills while its marginal cost is below `price`: at least `least` and at most `most`.
fn filled_below(venue: &dyn Venue, price: f64, least: Atoms, most: Atoms) -> Atoms {
    if least >= most {
        return least;
    }
    // It fills an atom more than the greatest amount after which the next one is still below.
    greatest(least, most - 1, |amount| venue.marginal(amount) < price).map_or(least, |amount| amount + 1)
}

fn at_one_price(venues: &[&dyn Venue], depths: &[Atoms], order: Atoms) -> Vec<Atoms> {
    let sum = |parts: &[Atoms]| parts.iter().map(|&part| i128::from(part)).sum::<i128>();
    let least = venues.iter().map(|venue| venue.marginal(0)).fold(f64::INFINITY, f64::min);
    // Every venue fills `order` or its depth below the greatest of its marginals there.
    let reach = |(venue, depth): (&&dyn Venue, &Atoms)| venue.marginal((*depth).min(order).max(1) - 1);
    let most = venues.iter().zip(depths).filter(|(_, depth)| **depth > 0).map(reach).fold(least, f64::max);
    let (mut low, mut high) = (least, next_above(most));
    let most = depths.iter().map(|&depth| depth.min(order));
    let (mut below, mut above) = (vec![0; venues.len()], most.collect::<Vec<_>>());
    // What is filled between two prices lies between what is filled at them, so that each look is a short one.
    while sum(&above) - sum(&below) > venues.len() as i128 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        let between = venues.iter().zip(below.iter().zip(&above));
        let parts: Vec<Atoms> =
            between.map(|(venue, (&below, &above))| filled_below(*venue, middle, below, above)).collect();
        if sum(&parts) >= i128::from(order) {
            (high, above) = (middle, parts);
        } else {
            (low, below) = (middle, parts);
        }
    }
    hand_out(order, &mut below, &above, depths);
    below
}

/// The next greater number.
fn next_above(number: f64) -> f64 {
    let slack = number.abs() * 1e-12 + f64::MIN_POSITIVE;
    number + slack
}

/// Adds to `parts` towards `above`, whose venues all stand at the same price, and then to whoever has room.
fn hand_out(order: Atoms, parts: &mut [Atoms], above: &[Atoms], depths: &[Atoms]) {
    let sum: i128 = parts.iter().map(|&part| i128::from(part)).sum();
    let mut left = i128::from(order) - sum;
    for ends in [above, depths] {
        for (part, &end) in parts.iter_mut().zip(ends) {
            let more = left.min(i128::from((end - *part).max(0))).max(0);
            *part += more as Atoms;
            left -= more;
        }
    }
    // A price that all reach at zero can hand out too much at once.
    for part in parts.iter_mut() {
        let less = (-left).max(0).min(i128::from(*part));
        *part -= less as Atoms;
        left += less;
    }
}

/// Moves amounts between venues for as long as that is cheaper, in ever smaller steps down to one atom.
fn improve(venues: &[&dyn Venue], depths: &[Atoms], parts: &mut [Atoms]) {
    let greatest_part = parts.iter().copied().max().unwrap_or(0);
    let mut step = (greatest_part / 2).max(1).ilog2().min(12);
    loop {
        let amount = 1_i64 << step;
        // Each pass that changes anything lowers the cost; a bound on passes keeps flat stretches short.
        for _ in 0..64 {
            if !improved(venues, depths, parts, amount) {
                break;
            }
        }
        if step == 0 {
            return;
        }
        step -= 1;
    }
}

fn improved(venues: &[&dyn Venue], depths: &[Atoms], parts: &mut [Atoms], amount: Atoms) -> bool {
    let mut any = false;
    for from in 0..venues.len() {
        for to in 0..venues.len() {
            if from == to || parts[from] < amount || depths[to] - parts[to] < amount {
                continue;
            }
            let now = venues[from].cost(parts[from]).zip(venues[to].cost(parts[to])).map(|(a, b)| a + b);
            let (less, more) = (parts[from] - amount, parts[to] + amount);
            let then = venues[from].cost(less).zip(venues[to].cost(more)).map(|(a, b)| a + b);
            if let (Some(now), Some(then)) = (now, then)
                && then < now
            {
                (parts[from], parts[to]) = (less, more);
                any = true;
            }
        }
    }
    any
}
