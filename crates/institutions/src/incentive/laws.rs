//! What holds for every incentive.

use super::*;

/// Money of a thousandth, tokens of a hundredth, at a price of 2.
const MOMENT: Moment = Moment { step: 3, scale: 1000.0, token_scale: 100.0, price: 2.0, treasury: 1_000_000 };

#[test]
fn a_tax_is_a_share_of_what_changed_hands_on_either_side() {
    let tax = TransactionTax { rate: 0.001 };
    let traded = [
        Traded { count: 1, volume: 250_000, net: 5 },
        Traded { count: 2, volume: 1_999, net: -5 },
        Traded { count: 0, volume: 0, net: 0 },
    ];
    let mut due = [0; 3];
    tax.due(&MOMENT, &Agents { traded: &traded, ..Agents::default() }, &mut due);
    assert_eq!(due, [-250, -1, 0]);
}
