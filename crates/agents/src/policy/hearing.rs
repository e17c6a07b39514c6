//! What an agent hears of a market since it last listened: a part of what the traders that learn from shouts say.

use crate::observation::{MarketView, Shout};

/// The shouts that an agent has not yet heard, oldest first, at most the last `attention`; `heard` is how many there had
/// been when it last listened, and becomes how many there are. Shouts without a price are passed over.
pub fn news<'a>(seen: &MarketView<'a>, attention: u32, heard: &mut f64) -> impl Iterator<Item = &'a Shout> {
    let count = seen.tape.count();
    let from = (*heard as u64).max(count.saturating_sub(u64::from(attention)));
    *heard = count as f64;
    seen.tape.since(from).filter(|shout| priced(shout.price) && shout.traded.is_none_or(priced))
}

/// Whether a price is one that could be paid.
fn priced(price: f64) -> bool {
    price > 0.0 && price.is_finite()
}

/// The price of a market at which nothing has been shouted and nothing rests: all there is to learn from at one that
/// quotes a price itself.
#[must_use]
pub fn silent_price(seen: &MarketView<'_>) -> Option<f64> {
    let quotes = &seen.quotes;
    let silent = seen.tape.count() == 0 && quotes.bid.is_none() && quotes.ask.is_none() && quotes.last.is_none();
    (silent && priced(seen.price)).then_some(seen.price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use crate::observation::Tape;

    #[test]
    fn each_shout_is_heard_once_and_only_the_last_ones_of_many() {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tape = Tape::new(10);
        let shout = |price: f64| Shout { side: 1, price, size: 1.0, traded: None, traded_size: 0.0 };
        let hear = |bench: &Bench, heard: &mut f64| {
            let mut prices = Vec::new();
            bench.see(|view| prices = news(&view.markets[0], 3, heard).map(|shout| shout.price).collect());
            prices
        };
        let mut heard = 0.0;
        bench.markets[0].price = 7.0;
        bench.see(|view| assert_eq!(silent_price(&view.markets[0]), Some(7.0)));
        [1.0, f64::NAN, 2.0].into_iter().for_each(|price| bench.markets[0].tape.push(shout(price)));
        assert_eq!(hear(&bench, &mut heard), [1.0, 2.0]);
        (3..8).for_each(|price| bench.markets[0].tape.push(shout(f64::from(price))));
        assert_eq!(hear(&bench, &mut heard), [5.0, 6.0, 7.0]);
        assert_eq!((hear(&bench, &mut heard).len(), heard), (0, 8.0));
        bench.see(|view| assert_eq!(silent_price(&view.markets[0]), None));
    }
}
