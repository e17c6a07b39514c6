//! What agents may spend on new orders, as policies see it: what they hold, and what old orders have set aside where new
//! ones take their place.

use walras_ledger::Atoms;

/// The columns of a chunk in which more may be spent than is held.
#[derive(Debug, Default)]
pub(super) struct Spendable {
    /// Atoms of money; empty where it is the balance.
    money: Vec<Atoms>,
    /// Atoms of each market's asset; empty where it is the holding, and as a whole where it always is.
    tokens: Vec<Vec<Atoms>>,
}

impl Spendable {
    /// What may be spent of `balances` and of each market's `holdings` with what is set aside at each market.
    ///
    /// Money that is set aside at one of several markets can be spent there alone, and no policy sees a balance for each
    /// market: it counts where the cohort trades on one market.
    pub(super) fn of<'a>(
        balances: &[Atoms],
        holdings: &[&[Atoms]],
        asides: impl Iterator<Item = Option<[&'a [Atoms]; 2]>> + Clone,
    ) -> Self {
        if asides.clone().all(|aside| aside.is_none()) {
            return Self::default();
        }
        let both = |held: &[Atoms], aside: &[Atoms]| held.iter().zip(aside).map(|(held, aside)| held + aside).collect();
        let single = if holdings.len() == 1 { asides.clone().next().flatten() } else { None };
        Self {
            money: single.map_or_else(Vec::new, |[money, _]| both(balances, money)),
            tokens: holdings
                .iter()
                .zip(asides)
                .map(|(held, aside)| aside.map_or_else(Vec::new, |[_, tokens]| both(held, tokens)))
                .collect(),
        }
    }

    /// The columns as policies see them.
    pub(super) fn over<'a>(&'a self, balances: &'a [Atoms], holdings: &'a [&'a [Atoms]]) -> (&'a [Atoms], Seen<'a>) {
        let balances = if self.money.is_empty() { balances } else { &self.money };
        if self.tokens.is_empty() {
            return (balances, Seen::Held(holdings));
        }
        let seen = |(held, tokens): (&&'a [Atoms], &'a Vec<Atoms>)| if tokens.is_empty() { *held } else { tokens };
        (balances, Seen::More(holdings.iter().zip(&self.tokens).map(seen).collect()))
    }
}

/// A column for each market.
pub(super) enum Seen<'a> {
    /// Just what is held.
    Held(&'a [&'a [Atoms]]),
    /// More than that at some market.
    More(Vec<&'a [Atoms]>),
}

impl<'a> std::ops::Deref for Seen<'a> {
    type Target = [&'a [Atoms]];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Held(columns) => columns,
            Self::More(columns) => columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_old_orders_set_aside_counts_at_their_own_market() {
        let (balances, holdings): (&[Atoms], [&[Atoms]; 2]) = (&[5, 6], [&[10, 20], &[30, 40]]);
        let asides = [None, Some([&[1, 2][..], &[3, 4][..]])];
        let spendable = Spendable::of(balances, &holdings, asides.into_iter());
        let (money, tokens) = spendable.over(balances, &holdings);
        assert_eq!((money, tokens[0], tokens[1]), (&[5, 6][..], &[10, 20][..], &[33, 44][..]));
        let spendable = Spendable::of(balances, &holdings[1..], asides.into_iter().skip(1));
        let (money, tokens) = spendable.over(balances, &holdings[1..]);
        assert_eq!((money, tokens[0]), (&[6, 8][..], &[33, 44][..]));
        let spendable = Spendable::of(balances, &holdings, [None; 2].into_iter());
        assert_eq!(*spendable.over(balances, &holdings).1, holdings);
    }
}
