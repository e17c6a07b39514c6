//! Fees that a pool takes in the asset are counted, and valued at its price before each trade.

mod shared;

use walras_engine::{Scratch, step};

/// Expected figures come from the trades alone: reserves are followed from the first deposit by what traders paid and
/// got, a seller's fee is 0.3 % of what it brings, rounded up, and its worth that times money over tokens held.
#[test]
fn fees_in_tokens_are_those_of_the_sellers() {
    let text = "
[run]
name = 'fees'
steps = 1
[assets.A]
[markets.pool]
kind = 'pool'
asset = 'A'
pool = { kind = 'constant_product', fee = { kind = 'fixed', rate = 0.003 } }
money = 100000.0
tokens = 1000.0
[cohorts.traders]
size = 60
balance = 3000.0
policy = { kind = 'zero_intelligence', valuation = { kind = 'uniform', low = 60, high = 140 }, lowest = 1, highest = 200, activity = 0.4 }
[distributions.a]
asset = 'A'
total = 1500
shares = 'uniform'
";
    let mut world = shared::build(text, &[], 3);
    let (money_scale, scale) = (world.assets[0].scale, world.assets[1].scale);
    let [mut money, mut tokens] = [(100_000.0 * money_scale) as i64, (1000.0 * scale) as i64];
    let mut scratch = Scratch::default();
    let (mut sellers, mut buyers) = (0, 0);
    for _ in 0..30 {
        let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
        let (mut fees, mut worth) = (0_i128, 0.0);
        for trade in &happened.fills.venues[0].results.trades {
            let brought = -trade.payment.tokens;
            if brought > 0 {
                let fee = (i128::from(brought) * 3 + 999) / 1000;
                fees += fee;
                worth += fee as f64 * (money as f64 / tokens as f64) / money_scale;
                sellers += 1;
            } else {
                buyers += 1;
            }
            tokens += brought;
            money -= trade.payment.money() - trade.payment.priority_fee;
        }
        let figures = &happened.record.markets[0];
        assert_eq!(figures.token_fees.atoms, fees);
        let found = figures.token_fees.worth / money_scale;
        assert!((found - worth).abs() <= 1e-12 * worth, "{found} instead of {worth}");
        assert_eq!([figures.reserve, figures.inventory], [money, tokens], "the reserves were followed");
    }
    assert!(sellers > 20 && buyers > 20, "{sellers} {buyers}");
}
