//! The Shapley value of a game: what each player adds to a coalition, averaged over all orders of joining.
//!
//! It is the only way of sharing that shares everything (efficiency), treats alike who is alike (symmetry), gives nothing
//! to who adds nothing (null player), and shares the sum of two games as it shares each (additivity).
//!
//! Source: L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II, 1953; sampling: J. Castro,
//! D. Gómez and J. Tejada, "Polynomial calculation of the Shapley value based on sampling", Computers & Operations Research
//! 36(5), 2009.

use walras_numerics::elementary::sqrt;
use walras_numerics::{Keys, Purpose};

use super::Refusal;

/// The most players of a game that is solved exactly.
pub const EXACT_MAX: usize = 16;

/// Each player's Shapley value, exactly: all 2ⁿ coalitions are looked at once.
///
/// `worth` is asked for the worth of each coalition, whose members are the bits of a mask; the values add up to the worth of
/// all less that of none.
///
/// # Errors
/// When there are more than [`EXACT_MAX`] players, and when a worth is not finite.
pub fn shapley(players: usize, worth: impl FnMut(u32) -> f64) -> Result<Vec<f64>, Refusal> {
    if players > EXACT_MAX {
        return Err(Refusal::Affiliates { found: players, most: EXACT_MAX });
    }
    let worths: Vec<f64> = (0..1_u32 << players).map(worth).collect();
    if worths.iter().any(|worth| !worth.is_finite()) {
        return Err(Refusal::Worth);
    }
    // A coalition of s stands before a given player in s!·(n − s − 1)! of n! orders: 1/(n·C(n − 1, s)).
    let mut weight = vec![1.0 / players.max(1) as f64; players];
    for size in 1..players {
        weight[size] = weight[size - 1] * size as f64 / (players - size) as f64;
    }
    let mut values = vec![0.0; players];
    for (player, value) in values.iter_mut().enumerate() {
        let bit = 1_usize << player;
        for without in (0..worths.len()).filter(|mask| mask & bit == 0) {
            *value += weight[without.count_ones() as usize] * (worths[without | bit] - worths[without]);
        }
    }
    Ok(values)
}

/// A game in which a coalition grows by one player after another.
pub trait Game {
    /// The worth of no one; begins anew.
    fn empty(&mut self) -> f64;

    /// The worth of those who joined since, and of `player` with them.
    fn join(&mut self, player: usize) -> f64;
}

/// Random numbers for samples.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    /// The run's keys.
    pub keys: Keys,
    /// What they are for.
    pub purpose: Purpose,
    /// In which step.
    pub step: u32,
}

impl Draws {
    /// The order of joining number `order`: each of n! is as likely, to within n·2⁻³².
    fn permute(&self, order: u32, players: &mut [usize]) {
        let first = u64::from(order) * players.len() as u64;
        players.iter_mut().enumerate().for_each(|(place, player)| *player = place);
        for place in (1..players.len()).rev() {
            let word = self.keys.word(self.purpose, first + place as u64, self.step);
            let other = (u64::from(word) * (place as u64 + 1)) >> 32;
            players.swap(place, other as usize);
        }
    }
}

/// A sampled Shapley value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    /// What each player added on average. They add up to the worth of all less that of none, as the exact ones do.
    pub values: Vec<f64>,
    /// Each value's standard error; infinite after one order.
    pub standard_errors: Vec<f64>,
}

/// Each player's Shapley value from `orders` random orders of joining.
///
/// # Errors
/// When a worth is not finite, and when there is no order.
pub fn shapley_sampled(game: &mut dyn Game, players: usize, orders: u32, draws: &Draws) -> Result<Sampled, Refusal> {
    if orders == 0 {
        return Err(Refusal::Weights);
    }
    let mut order = vec![0; players];
    // Means and sums of squared deviations, updated as by Welford (1962).
    let (mut values, mut squares) = (vec![0.0; players], vec![0.0; players]);
    for number in 0..orders {
        draws.permute(number, &mut order);
        let mut before = game.empty();
        for &player in &order {
            let after = game.join(player);
            if !(after - before).is_finite() {
                return Err(Refusal::Worth);
            }
            let deviation = after - before - values[player];
            values[player] += deviation / (f64::from(number) + 1.0);
            squares[player] += deviation * (after - before - values[player]);
            before = after;
        }
    }
    let orders = f64::from(orders);
    let error = |&square: &f64| if orders > 1.0 { sqrt(square / (orders - 1.0) / orders) } else { f64::INFINITY };
    Ok(Sampled { standard_errors: squares.iter().map(error).collect(), values })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A game by its worths, grown by joining.
    struct Grown<F>(F, u32);

    impl<F: Fn(u32) -> f64> Game for Grown<F> {
        fn empty(&mut self) -> f64 {
            self.1 = 0;
            self.0(0)
        }

        fn join(&mut self, player: usize) -> f64 {
            self.1 |= 1 << player;
            self.0(self.1)
        }
    }

    fn draws(seed: u64) -> Draws {
        Draws { keys: Keys::new(seed), purpose: Purpose::sample(30), step: 4 }
    }

    /// A left glove and two right ones: a pair is worth 1.
    fn gloves(mask: u32) -> f64 {
        if mask & 1 == 1 && mask > 1 { 1.0 } else { 0.0 }
    }

    /// Over all n! orders, one by one.
    fn by_orders(players: usize, worth: &dyn Fn(u32) -> f64) -> Vec<f64> {
        fn visit(left: &mut Vec<usize>, mask: u32, worth: &dyn Fn(u32) -> f64, values: &mut [f64]) -> f64 {
            let mut orders = 0.0;
            for place in 0..left.len() {
                let player = left.remove(place);
                let below = visit(left, mask | 1 << player, worth, values);
                values[player] += below * (worth(mask | 1 << player) - worth(mask));
                orders += below;
                left.insert(place, player);
            }
            if left.is_empty() { 1.0 } else { orders }
        }
        let mut values = vec![0.0; players];
        let orders = visit(&mut (0..players).collect(), 0, worth, &mut values);
        values.iter().map(|value| value / orders).collect()
    }

    fn near(found: &[f64], expected: &[f64]) -> bool {
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    /// The left glove is worth 2/3, each right one 1/6.
    #[test]
    fn gloves_are_worth_what_they_complete() {
        let values = shapley(3, gloves).unwrap();
        assert!(near(&values, &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]), "{values:?}");
        let sampled = shapley_sampled(&mut Grown(gloves, 0), 3, 20_000, &draws(1)).unwrap();
        for (player, exact) in values.iter().enumerate() {
            let (value, error) = (sampled.values[player], sampled.standard_errors[player]);
            assert!((value - exact).abs() < 4.0 * error, "{value} ± {error}, not {exact}");
            // A contribution is 0 or 1, so that its error is that of a frequency.
            let frequency = (exact * (1.0 - exact) / 20_000.0).sqrt();
            assert!((error / frequency - 1.0).abs() < 0.05, "{error}, not {frequency}");
        }
    }

    /// The United Nations' Security Council since 1966: nine of fifteen decide, five of whom have a veto. By the
    /// Shapley–Shubik index a veto is worth 421/2145 and another seat 4/2145.
    #[test]
    fn a_veto_is_worth_a_hundred_votes() {
        let council = |mask: u32| f64::from(mask & 0b1_1111 == 0b1_1111 && mask.count_ones() >= 9);
        let values = shapley(15, council).unwrap();
        let expected: Vec<f64> = (0..15).map(|member| if member < 5 { 421.0 } else { 4.0 } / 2145.0).collect();
        assert!(near(&values, &expected), "{values:?}");
    }

    #[test]
    fn what_cannot_be_solved_is_refused() {
        assert_eq!(shapley(17, |_| 0.0), Err(Refusal::Affiliates { found: 17, most: 16 }));
        assert_eq!(shapley(2, |mask| if mask == 3 { f64::NAN } else { 0.0 }), Err(Refusal::Worth));
        assert_eq!(shapley_sampled(&mut Grown(gloves, 0), 3, 0, &draws(1)), Err(Refusal::Weights));
        assert_eq!(shapley(0, |_| 1.0).unwrap(), [] as [f64; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Efficiency, symmetry, null player and additivity, of the exact value and of the sampled one as far as a sample
        /// keeps them, and both against all orders one by one.
        #[test]
        fn the_axioms_hold(
            players in 2_usize..6,
            one in prop::collection::vec(-10.0..10.0_f64, 64),
            other in prop::collection::vec(-10.0..10.0_f64, 64),
            seed in any::<u64>(),
        ) {
            // Of n + 2 players the last adds nothing, and the one before is like the first.
            let all = players + 2;
            let (twin, null) = (players, players + 1);
            let worth = |table: &[f64], mask: u32| {
                let alike = (mask & 1) + (mask >> twin & 1);
                let others = mask >> 1 & ((1 << (players - 1)) - 1);
                if mask & !(1 << null) == 0 { 0.0 } else { table[others as usize] * (1.0 + f64::from(alike)) }
            };
            let first = shapley(all, |mask| worth(&one, mask)).unwrap();
            let grand = worth(&one, (1 << all) - 1);
            prop_assert!((first.iter().sum::<f64>() - grand).abs() < 1e-9);
            prop_assert!((first[0] - first[twin]).abs() < 1e-9);
            prop_assert!(first[null].abs() < 1e-12);
            prop_assert!(near(&first, &by_orders(all, &|mask| worth(&one, mask))));
            let second = shapley(all, |mask| worth(&other, mask)).unwrap();
            let both = shapley(all, |mask| worth(&one, mask) + worth(&other, mask)).unwrap();
            let sum: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a + b).collect();
            prop_assert!(near(&both, &sum));
            let sampled = shapley_sampled(&mut Grown(|mask| worth(&one, mask), 0), all, 400, &draws(seed)).unwrap();
            prop_assert!((sampled.values.iter().sum::<f64>() - grand).abs() < 1e-9);
            prop_assert!(sampled.values[null].abs() < 1e-12);
            for (player, exact) in first.iter().enumerate() {
                // Eight deviations, or all orders alike.
                let away = (sampled.values[player] - exact).abs();
                prop_assert!(away <= 8.0 * sampled.standard_errors[player] + 1e-9, "{away}");
            }
        }
    }
}
