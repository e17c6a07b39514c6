//! What holds for every incentive.

use proptest::prelude::*;

use super::*;

/// Money of a thousandth, tokens of a hundredth, at a price of 2.
pub(super) const MOMENT: Moment = Moment { step: 3, scale: 1000.0, token_scale: 100.0, price: 2.0, shares: 0 };

#[test]
fn a_tax_is_a_share_of_what_changed_hands_on_either_side() {
    let tax = TransactionTax { rate: 0.001 };
    let traded = [
        Traded { count: 1, volume: 250_000, net: 5 },
        Traded { count: 2, volume: 1_999, net: -5 },
        Traded { count: 0, volume: 0, net: 0 },
    ];
    let mut due = [0; 3];
    tax.due(&MOMENT, &Agents { traded: &traded, ..Agents::default() }, &mut [], &mut due);
    assert_eq!(due, [-250, -1, 0]);
}

#[test]
fn demurrage_leaves_what_is_exempt_and_shares_of_a_pool_share_its_reward() {
    let mut due = [0; 3];
    let charge = Demurrage { rate: 0.5, exemption: 1.0 };
    charge.due(&MOMENT, &Agents { purse: &[3_000, 999, 1_001], ..Agents::default() }, &mut [], &mut due);
    assert_eq!(due, [-1_000, 0, 0]);
    let mining = LiquidityReward { amount: 10.0 };
    let moment = Moment { shares: 8, ..MOMENT };
    mining.due(&moment, &Agents { shares: &[4, 0, 1], ..Agents::default() }, &mut [], &mut due);
    assert_eq!(due, [5_000, 0, 1_250]);
}

/// Every rule with some numbers of its own.
fn rules(rate: f64, amount: f64) -> Vec<AnyIncentive> {
    vec![
        AnyIncentive::TransactionTax(TransactionTax { rate }),
        AnyIncentive::ProgressiveFee(ProgressiveFee {
            thresholds: vec![0.0, amount + 1.0],
            rates: vec![rate / 2.0, rate],
        }),
        AnyIncentive::Demurrage(Demurrage { rate, exemption: amount }),
        AnyIncentive::ActionReward(ActionReward { amount, trades: action_reward::Counted::Any }),
        AnyIncentive::HoldingReward(HoldingReward { rate, of: holding_reward::Basis::Worth }),
        AnyIncentive::LiquidityReward(LiquidityReward { amount }),
        AnyIncentive::PriceBand(PriceBand { low: amount, high: amount + 1.0, reward: rate, penalty: rate }),
    ]
}

#[test]
fn every_rule_is_among_those_that_are_tried() {
    let tried: Vec<&str> = rules(0.1, 1.0).iter().map(AnyIncentive::name).collect();
    assert_eq!(tried, AnyIncentive::catalog().iter().map(|entry| entry.name).collect::<Vec<_>>());
}

proptest! {
    /// Who did nothing and holds nothing is due nothing, whatever others do; nobody owes more than it holds or traded for;
    /// what is due to one does not depend on the order of the agents.
    #[test]
    fn what_is_due_depends_on_ones_own_deeds(
        rate in 0.0..1.0, amount in 0.0..1e4,
        rows in prop::collection::vec((0_i64..1 << 40, 0_i64..1 << 40, 0_i64..1 << 30, 0_u64..9, 0_i64..1 << 40, -1_000_i64..1_000), 1..20),
    ) {
        for rule in rules(rate, amount) {
            let mut rows = rows.clone();
            rows.push((0, 0, 0, 0, 0, 0));
            let due = due_of(&rule, &rows);
            prop_assert_eq!(due[rows.len() - 1], 0, "{}", rule.name());
            for (due, row) in due.iter().zip(&rows) {
                prop_assert!(*due >= -row.0.max(row.4), "{}: {} of {:?}", rule.name(), due, row);
            }
            rows.reverse();
            let reversed: Vec<Atoms> = due_of(&rule, &rows).into_iter().rev().collect();
            prop_assert_eq!(reversed, due, "{}", rule.name());
        }
    }
}

/// Rows of money held, tokens held, liquidity shares, trades, money traded and net tokens.
fn due_of(rule: &AnyIncentive, rows: &[(i64, i64, i64, u64, i64, i64)]) -> Vec<Atoms> {
    type Row = (i64, i64, i64, u64, i64, i64);
    let column = |of: fn(&Row) -> i64| rows.iter().map(of).collect::<Vec<Atoms>>();
    let (purse, holding, shares) = (column(|row| row.0), column(|row| row.1), column(|row| row.2));
    let traded = |row: &(i64, i64, i64, u64, i64, i64)| {
        let count = if row.4 > 0 { row.3 } else { 0 };
        Traded { count, volume: row.4.into(), net: row.5.into() }
    };
    let traded: Vec<Traded> = rows.iter().map(traded).collect();
    let agents = Agents { purse: &purse, holding: &holding, shares: &shares, traded: &traded };
    let moment = Moment { shares: shares.iter().map(|&held| i128::from(held)).sum(), ..MOMENT };
    let mut due = vec![0; rows.len()];
    let mut memory = if rule.remembers() { holding.clone() } else { Vec::new() };
    rule.due(&moment, &agents, &mut memory, &mut due);
    due
}
