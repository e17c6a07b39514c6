//! What trading at once costs beyond a price that stands: the effective and the realised spread, before they are divided
//! by the volume.

/// Sums over trades from which both spreads come; prices are in atoms of money for an atom of the asset.
///
/// A trade's reference is the middle price just before a taker came, a pool's or a curve's price at the margin. Where
/// orders are collected and as much is bought as sold, the reference cancels: see [`Taken::meet`].
///
/// Source: Foucault, Pagano and Röell 2013, "Market Liquidity", §2.3.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Taken {
    /// Σ 2 d (p − m) q, in atoms of money; d is 1 for a buyer and −1 for a seller.
    pub excess: f64,
    /// Σ q, in atoms of the asset.
    pub tokens: f64,
    /// Σ d q, in atoms of the asset: what was taken by buyers less what was taken by sellers.
    pub flow: f64,
    /// Σ d m q, in atoms of money: what the flow was worth at the reference prices.
    pub worth: f64,
}

impl Taken {
    /// Somebody took `tokens` atoms and paid `money` atoms for them, or got `money` where `side` is −1, when the
    /// reference price was `middle`.
    #[inline]
    pub fn push(&mut self, side: i8, tokens: f64, money: f64, middle: f64) {
        let d = f64::from(side);
        self.excess += 2.0 * d * (money - middle * tokens);
        self.tokens += tokens;
        self.flow += d * tokens;
        self.worth += d * middle * tokens;
    }

    /// Traders met, none before another: buyers paid `paid` atoms for `tokens` atoms, sellers of as many got `received`.
    /// What one side pays beyond any reference the other gets, but for what stays between them.
    pub fn meet(&mut self, tokens: f64, paid: f64, received: f64) {
        self.excess += 2.0 * (paid - received);
        self.tokens += 2.0 * tokens;
    }

    /// The effective spread, weighted by volume; `None` where nobody took.
    #[must_use]
    pub fn spread(&self) -> Option<f64> {
        (self.tokens > 0.0).then(|| self.excess / self.tokens)
    }

    /// Σ 2 d (p − m₊) q, in atoms of money: what is left of the excess once the price has moved to `later`.
    #[must_use]
    pub fn kept(&self, later: f64) -> f64 {
        self.excess + 2.0 * (self.worth - later * self.flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bought 1 at 101 and sold 3 at 99.5 about 100; then the price is 100.6: 2·(101 − 100.6) + 3·2·(100.6 − 99.5).
    #[test]
    fn both_spreads_by_hand() {
        let mut taken = Taken::default();
        taken.push(1, 1.0, 101.0, 100.0);
        taken.push(-1, 3.0, 298.5, 100.0);
        assert_eq!((taken.spread(), taken.flow), (Some((2.0 + 3.0) / 4.0), -2.0));
        assert!((taken.kept(100.6) - (0.8 + 6.6)).abs() < 1e-9);
    }

    /// Those who meet pay what stays between them, whatever the price was before or becomes.
    #[test]
    fn who_meet_need_no_reference() {
        for middle in [7.0, 10.0, 12.0] {
            let (mut met, mut taken) = (Taken::default(), Taken::default());
            met.meet(4.0, 44.0, 36.0);
            taken.push(1, 4.0, 44.0, middle);
            taken.push(-1, 4.0, 36.0, middle);
            assert_eq!((met.spread(), taken.spread()), (Some(2.0), Some(2.0)));
            assert_eq!((met.kept(3.0), taken.kept(3.0)), (16.0, 16.0));
        }
    }
}
