//! The laws that every auction meets, and the weaknesses that it declares: a new entry is tested once it is listed.

#[path = "auction_laws/case.rs"]
#[allow(unreachable_pub)]
mod case;

use case::{Case, Draws, Form, Sample, samples};
use walras_market::auction::{Budget, MARKET_BUY, MARKET_SELL, Price, Tick, Truthful, Weakness};
use walras_market::order::Side;

const CASES: u64 = 10_000;

/// Runs `test` over every sample, on two threads.
fn for_every_sample(test: impl Fn(&Sample) + Sync) {
    let samples = samples();
    let (one, two) = samples.split_at(samples.len() / 2);
    std::thread::scope(|scope| {
        for half in [one, two] {
            let test = &test;
            scope.spawn(move || half.iter().for_each(test));
        }
    });
}

/// A case in which some orders have no limit, where the auction takes such, and ticks are of any size.
fn any_case(sample: &Sample, law: u16, number: u64) -> Case {
    let draws = &mut Draws::new(law, number);
    let mut case = Case::draw(sample.form, false, false, draws);
    if sample.form == Form::Orders {
        case = case.without_some_limits(draws);
    }
    case.conditions.tick = Tick::new(draws.between(1, 9), draws.between(1, 9)).unwrap();
    case
}

#[test]
fn nothing_is_created_or_lost() {
    for_every_sample(|sample| {
        let mut traded = 0;
        for number in 0..CASES {
            let case = any_case(sample, 1, number);
            let outcome = case.hold(&*sample.auction);
            let filled = |side: i8| -> i128 {
                let rows = (0..case.side.len()).filter(|&row| case.side[row] == side);
                rows.map(|row| i128::from(outcome.filled[row])).sum()
            };
            for row in 0..case.side.len() {
                assert!((0..=case.quantity[row]).contains(&outcome.filled[row]), "{outcome:?} of {case:?}");
                let pays = outcome.filled[row] > 0 || sample.name == "all_pay";
                assert!(pays || outcome.paid[row] == 0, "pays for nothing: {outcome:?} of {case:?}");
            }
            let (bought, sold) = (filled(Side::BUY), filled(Side::SELL));
            traded += i32::from(bought > 0);
            let revenue = outcome.revenue();
            match sample.auction.properties().budget {
                Budget::Seller => {
                    let tick = case.conditions.tick;
                    assert!(sold == 0 && bought <= i128::from(case.conditions.offered), "{outcome:?} of {case:?}");
                    let least = tick.due(Price::ticks(case.conditions.reserve), bought as i64).unwrap();
                    assert!(revenue >= i128::from(least), "below the reserve: {outcome:?} of {case:?}");
                }
                Budget::Balanced => {
                    let rounding = case.side.len() as i128;
                    assert!(bought == sold && (0..=rounding).contains(&revenue), "{outcome:?} of {case:?}");
                }
                Budget::Surplus => assert!(bought == sold && revenue >= 0, "{outcome:?} of {case:?}"),
            }
        }
        assert!(traded > CASES as i32 / 5, "{}: only {traded} cases trade", sample.name);
    });
}

#[test]
fn no_order_is_filled_through_its_limit() {
    for_every_sample(|sample| {
        for number in 0..CASES {
            let case = any_case(sample, 2, number);
            let outcome = case.hold(&*sample.auction);
            for row in 0..case.side.len() {
                let (limit, filled, paid) = (case.limit[row], outcome.filled[row], outcome.paid[row]);
                if limit == MARKET_BUY || limit == MARKET_SELL {
                    continue;
                }
                let tick = case.conditions.tick;
                let kept = if case.side[row] == Side::BUY {
                    let most = if sample.name == "all_pay" { case.conditions.offered } else { filled };
                    paid <= tick.owed(Price::ticks(limit), most).unwrap()
                } else {
                    -paid >= tick.due(Price::ticks(limit), filled).unwrap()
                };
                assert!(kept, "row {row} of {case:?} through {:?}: {outcome:?}", sample.auction);
            }
        }
    });
}

#[test]
fn raising_a_winning_bid_never_loses() {
    for_every_sample(|sample| {
        for number in 0..CASES {
            let draws = &mut Draws::new(3, number);
            let case = Case::draw(sample.form, false, true, draws);
            let outcome = case.hold(&*sample.auction);
            let winning: Vec<usize> = (0..case.side.len()).filter(|&row| outcome.filled[row] > 0).collect();
            if winning.is_empty() {
                continue;
            }
            let row = winning[draws.below(winning.len() as i64) as usize];
            let mut raised = case.clone();
            raised.limit[row] += i64::from(case.side[row]) * draws.between(1, 30);
            let after = raised.hold(&*sample.auction);
            let kept = after.filled[row] >= outcome.filled[row];
            assert!(kept, "row {row} of {case:?} raised to {}: {outcome:?}, then {after:?}", raised.limit[row]);
        }
    });
}

#[test]
fn the_truth_never_costs_where_taking_part_is_individually_rational() {
    for_every_sample(|sample| {
        let promised = sample.auction.properties().individually_rational;
        let mut lost = false;
        for number in 0..CASES {
            let case = Case::draw(sample.form, false, false, &mut Draws::new(4, number));
            let outcome = case.hold(&*sample.auction);
            for &trader in &case.trader {
                let gain = case.gain(&outcome, trader);
                assert!(gain >= 0 || !promised, "{trader} ends at {gain}: {outcome:?} of {case:?}");
                lost |= gain < 0;
            }
        }
        assert!(promised || lost, "{:?} never costs, so it is individually rational", sample.auction);
    });
}

#[test]
fn units_go_where_they_are_worth_most_in_efficient_auctions() {
    for_every_sample(|sample| {
        let promised = sample.auction.properties().efficient;
        let mut lost = false;
        for number in 0..CASES {
            let case = Case::draw(sample.form, false, false, &mut Draws::new(5, number));
            let outcome = case.hold(&*sample.auction);
            let (value, best) = (case.value(&outcome), case.best_value(sample.form));
            assert!(value <= best && (value == best || !promised), "{value}, not {best}: {outcome:?} of {case:?}");
            lost |= value < best;
        }
        assert!(promised || lost, "{:?} is always efficient", sample.auction);
    });
}

/// Replaces what `trader` bids by something else, in random ways.
fn misreport(case: &Case, trader: u32, draws: &mut Draws) -> Case {
    let mut other = case.clone();
    let way = draws.below(3);
    for row in (0..case.side.len()).filter(|&row| case.trader[row] == trader) {
        match way {
            0 => other.limit[row] = draws.between(0, 60),
            1 => other.limit[row] += draws.between(-4, 4),
            _ => other.limit[row] += [0, 0, draws.between(-12, 12)][draws.below(3) as usize],
        }
    }
    other
}

#[test]
fn no_misreport_gains_where_truth_is_dominant() {
    for_every_sample(|sample| {
        let truthful = sample.auction.properties().truthful;
        let covered = |side: i8| match truthful {
            Truthful::Nobody => false,
            Truthful::Buyers => side == Side::BUY,
            Truthful::Sellers => side == Side::SELL,
            Truthful::UnitDemand | Truthful::Everyone => true,
        };
        let one_row = truthful != Truthful::Everyone;
        let (mut tried, mut gained) = (0, false);
        for number in 0..CASES {
            let draws = &mut Draws::new(6, number);
            let case = Case::draw(sample.form, one_row, one_row, draws);
            let outcome = case.hold(&*sample.auction);
            for _ in 0..4 {
                let row = draws.below(case.side.len() as i64) as usize;
                let trader = case.trader[row];
                let other = misreport(&case, trader, draws);
                let (truth, lie) = (case.gain(&outcome, trader), case.gain(&other.hold(&*sample.auction), trader));
                if covered(case.side[row]) {
                    assert!(lie <= truth, "{trader} gains {lie}, not {truth}, of {case:?} by {other:?}");
                    tried += 1;
                }
                gained |= lie > truth;
            }
        }
        let claims = truthful != Truthful::Nobody;
        assert!(!claims || tried > CASES, "{}: only {tried} misreports", sample.name);
        let for_all = matches!(truthful, Truthful::UnitDemand | Truthful::Everyone);
        assert!(for_all || gained, "{:?} claims less truthfulness than it has", sample.auction);
    });
}

/// Whether some bidder gains by the weakness in a random case.
fn gains_by(sample: &Sample, weakness: Weakness, number: u64) -> bool {
    let draws = &mut Draws::new(7, number);
    let unit = weakness != Weakness::DemandReduction;
    let mut case = Case::draw(sample.form, unit, true, draws);
    let row = draws.below(case.side.len() as i64) as usize;
    let (trader, side) = (case.trader[row], i64::from(case.side[row]));
    if !unit {
        // A second row at a lower value.
        if case.side[row] != Side::BUY {
            return false;
        }
        case.trader.push(trader);
        case.side.push(Side::BUY);
        case.quantity.push(draws.between(1, 5));
        case.limit.push(case.limit[row] - draws.between(0, 5));
        case.arrival.push(case.arrival[row]);
    }
    let mut other = case.clone();
    match weakness {
        Weakness::Shading => other.limit[row] -= side * draws.between(1, 8),
        Weakness::Exaggeration => other.limit[row] += side * draws.between(1, 8),
        Weakness::DemandReduction => *other.limit.last_mut().unwrap() -= draws.between(1, 12),
    }
    let auction = &*sample.auction;
    case.gain(&other.hold(auction), trader) > case.gain(&case.hold(auction), trader)
}

#[test]
fn declared_weaknesses_are_found_and_no_others() {
    for_every_sample(|sample| {
        let declared = sample.auction.properties().weaknesses;
        for weakness in [Weakness::Shading, Weakness::DemandReduction, Weakness::Exaggeration] {
            if weakness == Weakness::DemandReduction && matches!(sample.form, Form::Lot | Form::Pairs) {
                continue;
            }
            let found = (0..CASES).filter(|&number| gains_by(sample, weakness, number)).count();
            // Paying as bid, bidding less for any unit is shading.
            let shades = declared.contains(&Weakness::Shading) && weakness == Weakness::DemandReduction;
            let told = declared.contains(&weakness) || (shades && found > 0);
            assert_eq!(found > 0, told, "{:?}: {weakness:?} gains in {found} cases", sample.auction);
        }
    });
}

/// A clock of single ticks is the sealed auction it stands for, bid by bid.
#[test]
fn clocks_of_one_tick_equal_their_sealed_twins() {
    let samples = samples();
    let find = |name: &str| samples.iter().find(|sample| sample.name == name).unwrap();
    for (clock, sealed) in [("dutch_clock", "first_price"), ("english_clock", "second_price")] {
        for number in 0..CASES {
            let case = Case::draw(Form::Lot, false, true, &mut Draws::new(8, number));
            assert_eq!(case.hold(&*find(clock).auction), case.hold(&*find(sealed).auction), "{case:?}");
        }
    }
}

/// For bidders of one unit, Vickrey's auction and the uniform price at the highest losing bid are one.
#[test]
fn vickrey_of_single_units_is_the_highest_losing_bid() {
    let samples = samples();
    let find = |name: &str| samples.iter().find(|sample| sample.name == name).unwrap();
    for number in 0..CASES {
        let case = Case::draw(Form::Units, true, true, &mut Draws::new(9, number));
        let (vickrey, uniform) = (case.hold(&*find("vickrey").auction), case.hold(&*find("uniform_price").auction));
        assert_eq!((vickrey.filled, vickrey.paid), (uniform.filled, uniform.paid), "{case:?}");
    }
}

/// The order of the rows does not matter where arrivals differ.
#[test]
fn rows_may_come_in_any_order() {
    for_every_sample(|sample| {
        for number in 0..2000 {
            let draws = &mut Draws::new(10, number);
            let mut case = Case::draw(sample.form, false, false, draws);
            let rows = case.side.len();
            case.arrival = (0..rows as u32).collect();
            let turn = draws.below(rows as i64) as usize;
            let mut turned = case.clone();
            turned.trader.rotate_left(turn);
            turned.side.rotate_left(turn);
            turned.quantity.rotate_left(turn);
            turned.limit.rotate_left(turn);
            turned.arrival.rotate_left(turn);
            let (plain, mut other) = (case.hold(&*sample.auction), turned.hold(&*sample.auction));
            other.filled.rotate_right(turn);
            other.paid.rotate_right(turn);
            assert_eq!(plain.filled, other.filled, "{case:?} turned by {turn}");
            assert_eq!(plain.revenue(), other.revenue(), "{case:?} turned by {turn}");
        }
    });
}

/// Where the margin is shared in proportion, an order in k pieces gets at most k atoms more or less than whole, and those
/// at its own limit, where they are worth nothing to it; the price stays. Served in order of arrival it gets the same.
#[test]
fn splitting_an_order_in_a_call_changes_it_by_at_most_its_pieces() {
    for sample in samples().iter().filter(|sample| sample.form == Form::Orders) {
        let shared = format!("{:?}", sample.auction).contains("ProRata");
        for number in 0..CASES {
            let draws = &mut Draws::new(11, number);
            let mut case = Case::draw(Form::Orders, false, true, draws);
            case.arrival = (0..case.side.len() as u32).rev().collect();
            let mut split = case.clone();
            let pieces = draws.between(1, 3);
            for _ in 0..pieces {
                let piece = split.quantity[0] / 2;
                if piece > 0 {
                    split.quantity[0] -= piece;
                    split.trader.push(0);
                    split.side.push(case.side[0]);
                    split.quantity.push(piece);
                    split.limit.push(case.limit[0]);
                    split.arrival.push(case.arrival[0]);
                }
            }
            let (whole, parts) = (case.hold(&*sample.auction), split.hold(&*sample.auction));
            assert_eq!(whole.price, parts.price, "{case:?}");
            let rows = case.side.len();
            let more = parts.filled[0] + parts.filled[rows..].iter().sum::<i64>() - whole.filled[0];
            let most = if shared { (parts.filled.len() - rows + 1) as i64 } else { 0 };
            assert!(more.abs() <= most, "{more} more by {split:?} than by {case:?}");
            assert_eq!(split.gain(&parts, 0), case.gain(&whole, 0), "{split:?} instead of {case:?}");
        }
    }
}
