//! An equilibrium's allocation in whole atoms.
//!
//! An equilibrium hands out fractions; a ledger does not. Here each good's atoms are handed out to the last one, every
//! amount being the fraction's whole part or the next atom up, in one of two ways:
//!
//! - [`largest_remainder`] takes each good on its own. What a consumer takes home is then worth less than one atom
//!   *of each* good he wants more, or less, than his budget.
//! - [`within_budget`] takes all goods together: a consumer's bundle is worth less than one atom of a *single* good
//!   more, or less, than his budget (D. B. Shmoys, É. Tardos, "An approximation algorithm for the generalized assignment
//!   problem", Mathematical Programming 62, 1993, by cancelling cycles and paths of fractions).

use walras_ledger::Atoms;
use walras_numerics::sum;

/// An allocation in whole atoms.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeAllocation {
    /// For each consumer and good: how many atoms.
    pub atoms: Vec<Vec<Atoms>>,
    /// For each consumer: what its bundle is worth beyond the fractions it stands for, in the prices given.
    pub beyond_budget: Vec<f64>,
}

/// One good's fractions as whole parts and remainders, exactly: amount_i = whole_i + share_i/total of an atom.
struct Column {
    whole: Vec<Atoms>,
    share: Vec<u128>,
    total: u128,
    /// Atoms that the whole parts leave: the remainders sum to this.
    left: usize,
}

/// The whole weight of the greatest amount, 2⁶²: a weight times 2⁶³ atoms stays in a `u128`.
const WEIGHT_MAX: f64 = 4_611_686_018_427_387_904.0;

impl Column {
    /// Shares `atoms` in proportion to `amounts`.
    fn new(good: usize, amounts: &[f64], atoms: Atoms) -> Result<Self, String> {
        if atoms < 0 {
            return Err(format!("there are {atoms} atoms of good {good}"));
        }
        if let Some(consumer) = amounts.iter().position(|&amount| !(amount >= 0.0 && amount.is_finite())) {
            return Err(format!("consumer {consumer} is to get {} of good {good}", amounts[consumer]));
        }
        let most = amounts.iter().copied().fold(0.0, f64::max);
        if most == 0.0 && atoms > 0 {
            return Err(format!("nobody is to get any of the {atoms} atoms of good {good}"));
        }
        // Amounts as whole numbers, each within 2⁻⁵² of itself and 2⁻⁶² of the greatest; everything after is exact.
        let weight = |&amount: &f64| if most == 0.0 { 0 } else { (amount / most * WEIGHT_MAX) as u128 };
        let weights: Vec<u128> = amounts.iter().map(weight).collect();
        let total = weights.iter().sum::<u128>().max(1);
        let (mut whole, mut share) = (Vec::new(), Vec::new());
        for weight in weights {
            let product = u128::from(atoms.unsigned_abs()) * weight;
            whole.push(i64::try_from(product / total).expect("a share is at most the whole"));
            share.push(product % total);
        }
        let left = atoms - whole.iter().sum::<Atoms>();
        Ok(Self { whole, share, total, left: usize::try_from(left).expect("whole parts are at most the whole") })
    }

    /// The part of an atom that `consumer` is owed beyond its whole ones.
    fn fraction(&self, consumer: usize) -> f64 {
        self.share[consumer] as f64 / self.total as f64
    }
}

/// Checks the shape of what is to be rounded and cuts it into columns.
fn columns(allocation: &[Vec<f64>], supply: &[Atoms], prices: &[f64]) -> Result<Vec<Column>, String> {
    if allocation.is_empty() {
        return Err("there is no consumer to share among".to_owned());
    }
    if prices.len() != supply.len() || allocation.iter().any(|bundle| bundle.len() != supply.len()) {
        return Err(format!("{} goods need one price each, and one amount for each consumer", supply.len()));
    }
    if let Some(good) = prices.iter().position(|&price| !(price >= 0.0 && price.is_finite())) {
        return Err(format!("the price of good {good} is {}", prices[good]));
    }
    let amounts = |good: usize| allocation.iter().map(|bundle| bundle[good]).collect::<Vec<f64>>();
    (0..supply.len()).map(|good| Column::new(good, &amounts(good), supply[good])).collect()
}

fn finish(columns: &[Column], up: impl Fn(usize, usize) -> bool, prices: &[f64]) -> WholeAllocation {
    let consumers = columns.first().map_or(0, |column| column.whole.len());
    let atoms = |consumer: usize| -> Vec<Atoms> {
        let amount = |(good, column): (usize, &Column)| column.whole[consumer] + Atoms::from(up(consumer, good));
        columns.iter().enumerate().map(amount).collect()
    };
    let beyond = |consumer: usize| {
        let worth = |good: usize| {
            let given = if up(consumer, good) { 1.0 } else { 0.0 };
            prices[good] * (given - columns[good].fraction(consumer))
        };
        sum::sum_by(columns.len(), worth)
    };
    WholeAllocation { atoms: (0..consumers).map(atoms).collect(), beyond_budget: (0..consumers).map(beyond).collect() }
}

/// Shares each good's `supply` in proportion to the amounts of `allocation`, the atoms that are left over going to the
/// largest remainders, at a tie to the consumer of lower index.
///
/// Each good is handed out to the last atom, and each amount is less than one atom from its fraction.
///
/// # Errors
/// When the shapes disagree, an amount, supply or price is negative or not finite, or nobody is to get any of a good.
pub fn largest_remainder(allocation: &[Vec<f64>], supply: &[Atoms], prices: &[f64]) -> Result<WholeAllocation, String> {
    let columns = columns(allocation, supply, prices)?;
    let mut up = vec![vec![false; supply.len()]; allocation.len()];
    for (good, column) in columns.iter().enumerate() {
        let mut order: Vec<usize> = (0..allocation.len()).collect();
        order.sort_by(|&this, &that| column.share[that].cmp(&column.share[this]).then(this.cmp(&that)));
        for &consumer in &order[..column.left] {
            up[consumer][good] = true;
        }
    }
    Ok(finish(&columns, |consumer, good| up[consumer][good], prices))
}

/// Shares each good's `supply` in proportion to the amounts of `allocation` such that each consumer's bundle is worth
/// what its fractions are, give or take less than one atom of a single good that it has a fraction of.
///
/// Each good is handed out to the last atom, and each amount is less than one atom from its fraction. Which fraction is
/// rounded which way is fixed by the order of consumers and goods. Takes at most one pass for each fraction.
///
/// # Errors
/// As [`largest_remainder`].
pub fn within_budget(allocation: &[Vec<f64>], supply: &[Atoms], prices: &[f64]) -> Result<WholeAllocation, String> {
    let columns = columns(allocation, supply, prices)?;
    let mut fractions = Fractions::new(&columns, allocation.len(), prices);
    while let Some(trail) = fractions.trail() {
        fractions.shift(&trail);
    }
    for (good, column) in columns.iter().enumerate() {
        let up = fractions.at.iter().filter(|row| row[good] == 1.0).count();
        if up != column.left {
            return Err(format!(
                "roundings gathered: {up} atoms of good {good} instead of {} are handed out",
                column.left
            ));
        }
    }
    Ok(finish(&columns, |consumer, good| fractions.at[consumer][good] == 1.0, prices))
}

/// A fraction: a consumer and a good.
type Place = (usize, usize);

/// The fractions of atoms that are not yet whole, as the edges of a graph between consumers and goods.
struct Fractions<'a> {
    /// From 0 to 1; whole ones are exactly 0 or 1.
    at: Vec<Vec<f64>>,
    prices: &'a [f64],
}

/// A fraction this near to a whole number is one: what a shift leaves of it are roundings.
const WHOLE: f64 = 1e-9;

impl<'a> Fractions<'a> {
    fn new(columns: &[Column], consumers: usize, prices: &'a [f64]) -> Self {
        let row = |consumer: usize| columns.iter().map(|column| column.fraction(consumer)).collect();
        let mut fractions = Self { at: (0..consumers).map(row).collect(), prices };
        for consumer in 0..consumers {
            for good in 0..columns.len() {
                fractions.set((consumer, good), fractions.at[consumer][good]);
            }
        }
        fractions
    }

    fn set(&mut self, (consumer, good): Place, value: f64) {
        self.at[consumer][good] = if value <= WHOLE {
            0.0
        } else if value >= 1.0 - WHOLE {
            1.0
        } else {
            value
        };
    }

    fn is_open(&self, (consumer, good): Place) -> bool {
        let value = self.at[consumer][good];
        value > 0.0 && value < 1.0
    }

    fn open_in_row(&self, consumer: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.prices.len()).filter(move |&good| self.is_open((consumer, good)))
    }

    fn open_in_column(&self, good: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.at.len()).filter(move |&consumer| self.is_open((consumer, good)))
    }

    /// Fractions in a row, each sharing its consumer or its good with the next in turn: a cycle, or, where there is
    /// none, a path from one consumer with a single fraction to another. `None` when nothing is left.
    ///
    /// It walks from a consumer with a single fraction, or from the first, never going back along the edge it came by,
    /// until it meets a consumer again or can go no further. A good never ends the walk: its fractions sum to a whole
    /// number, so it has two at least (or one within roundings of whole, which [`Fractions::close_single`] settles).
    fn trail(&mut self) -> Option<Vec<Place>> {
        self.close_single();
        let open: Vec<usize> =
            (0..self.at.len()).filter(|&consumer| self.open_in_row(consumer).next().is_some()).collect();
        let single = open.iter().copied().find(|&consumer| self.open_in_row(consumer).count() == 1);
        let mut consumer = single.or(open.first().copied())?;
        let mut met = vec![None; self.at.len()];
        let mut trail: Vec<Place> = Vec::new();
        loop {
            if let Some(start) = met[consumer] {
                return Some(trail.split_off(start));
            }
            met[consumer] = Some(trail.len());
            let came_by = trail.last().map(|&(_, good)| good);
            let Some(good) = self.open_in_row(consumer).find(|&good| Some(good) != came_by) else {
                return Some(trail);
            };
            // A good met before closes a cycle through it, which starts where its first edge left it.
            if let Some(start) = trail.iter().position(|&(_, known)| known == good) {
                let mut cycle = trail.split_off(start + 1);
                cycle.push((consumer, good));
                return Some(cycle);
            }
            let next = self.open_in_column(good).find(|&other| other != consumer).expect("a good has two fractions");
            trail.push((consumer, good));
            trail.push((next, good));
            consumer = next;
        }
    }

    /// Rounds the fraction of a good that has only one: it is whole but for roundings.
    fn close_single(&mut self) {
        for good in 0..self.prices.len() {
            let open: Vec<usize> = self.open_in_column(good).take(2).collect();
            if let [consumer] = open[..] {
                let value = self.at[consumer][good];
                self.at[consumer][good] = if value < 0.5 { 0.0 } else { 1.0 };
            }
        }
    }

    /// Moves value along a trail, up in one fraction and down in the next, until one of them is whole.
    ///
    /// The two fractions of a good change by the same amount and those of a consumer by the same worth, in opposite
    /// directions, so that goods are conserved, and budgets too but for the ends of a path. Goods without a price
    /// move by amount alone.
    fn shift(&mut self, trail: &[Place]) {
        let price = |good: usize| if self.prices[good] > 0.0 { self.prices[good] } else { f64::MIN_POSITIVE };
        let free = trail.iter().any(|&(_, good)| self.prices[good] == 0.0);
        let per_worth = |good: usize| {
            // Along a trail with a free good all worth moves through amounts of it that are as good as nothing.
            if free && self.prices[good] > 0.0 {
                0.0
            } else if free {
                1.0
            } else {
                1.0 / price(good)
            }
        };
        let mut most = f64::INFINITY;
        let mut last = 0;
        for (step, &(consumer, good)) in trail.iter().enumerate() {
            let value = self.at[consumer][good];
            let room = if step % 2 == 0 { 1.0 - value } else { value };
            let rate = per_worth(good);
            if rate > 0.0 && room / rate < most {
                (most, last) = (room / rate, step);
            }
        }
        for (step, &(consumer, good)) in trail.iter().enumerate() {
            let change = most * per_worth(good);
            let value = self.at[consumer][good];
            let moved = match (step == last, step % 2 == 0) {
                (true, true) => 1.0,
                (true, false) => 0.0,
                (false, true) => value + change,
                (false, false) => value - change,
            };
            self.set((consumer, good), moved);
        }
    }
}
