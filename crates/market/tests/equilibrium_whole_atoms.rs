//! Equilibrium allocations in whole atoms: every good handed out to the last atom, every budget kept to within one.

use walras_catalog::{Node, Read, Value};
use walras_market::equilibrium::preference::ConstantElasticity;
use walras_market::equilibrium::whole_atoms::{WholeAllocation, largest_remainder, within_budget};
use walras_market::equilibrium::{AnyPreference, AnySolver, Consumer, Economy};
use walras_numerics::elementary::exp;
use walras_numerics::{Keys, Purpose};

type Rounding = fn(&[Vec<f64>], &[i64], &[f64]) -> Result<WholeAllocation, String>;

const ROUNDINGS: [Rounding; 2] = [largest_remainder, within_budget];

/// Ten atoms in halves of 2.5, 2.5 and 5: the odd atom goes to the first of the two. 7 in thirds: 2⅓ each, one left
/// over.
#[test]
fn ties_go_to_the_lower_index() {
    let found = largest_remainder(&[vec![1.0, 1.0], vec![1.0, 1.0], vec![2.0, 1.0]], &[10, 7], &[1.0, 1.0]).unwrap();
    assert_eq!(found.atoms, [[3, 3], [2, 2], [5, 2]]);
    // The first is owed 4.8333 and gets 6; the others pay for it.
    assert!((found.beyond_budget[0] - (0.5 + 2.0 / 3.0)).abs() < 1e-12);
}

/// Two consumers who are owed half an atom of each of two goods, both at 1: on its own each good goes to the first, who
/// would get an atom's worth too much. Together, each gets one of them.
#[test]
fn goods_rounded_together_keep_budgets_that_goods_rounded_alone_do_not() {
    let halves = [vec![0.5, 0.5], vec![0.5, 0.5]];
    let alone = largest_remainder(&halves, &[1, 1], &[1.0, 1.0]).unwrap();
    assert_eq!((alone.atoms, alone.beyond_budget), (vec![vec![1, 1], vec![0, 0]], vec![1.0, -1.0]));
    let together = within_budget(&halves, &[1, 1], &[1.0, 1.0]).unwrap();
    assert_eq!(together.beyond_budget, [0.0, 0.0]);
    assert_eq!(together.atoms[0][0] + together.atoms[0][1], 1);
}

/// Random allocations of up to 8 consumers and 8 goods, from a few atoms to nearly 2⁶³ of them, some goods free.
#[test]
fn goods_are_conserved_and_budgets_kept() {
    let mut fractional = 0_u32;
    for case in 0..4000 {
        let mut stream = Keys::new(23).stream(Purpose::sample(0), case, 0);
        let (consumers, goods) = (1 + (stream.open_unit() * 8.0) as usize, 1 + (stream.open_unit() * 8.0) as usize);
        let mut amount = || if stream.open_unit() < 0.2 { 0.0 } else { stream.open_unit() };
        let mut allocation: Vec<Vec<f64>> = (0..consumers).map(|_| (0..goods).map(|_| amount()).collect()).collect();
        allocation[0].iter_mut().for_each(|amount| *amount += 0.01);
        let supply: Vec<i64> = (0..goods).map(|_| exp(43.0 * stream.open_unit()) as i64).collect();
        let price = |share: f64, size: f64| if share < 0.1 { 0.0 } else { exp(3.0 * size) };
        let prices: Vec<f64> = (0..goods).map(|_| price(stream.open_unit(), stream.normal())).collect();
        for (which, round) in ROUNDINGS.iter().enumerate() {
            let found = round(&allocation, &supply, &prices).unwrap();
            for good in 0..goods {
                let given: i128 = found.atoms.iter().map(|bundle| i128::from(bundle[good])).sum();
                assert_eq!(given, i128::from(supply[good]), "case {case}: good {good} is not conserved");
                // Each amount is its fraction rounded down or up, in exact arithmetic with the amounts as ratios.
                let total: f64 = allocation.iter().map(|bundle| bundle[good]).sum();
                for (bundle, atoms) in allocation.iter().zip(&found.atoms) {
                    let ideal = bundle[good] / total * supply[good] as f64;
                    let off = (atoms[good] as f64 - ideal).abs();
                    assert!(off < 1.0 + 1e-14 * ideal, "case {case}: {} for {ideal}", atoms[good]);
                    assert!(atoms[good] >= 0 && (bundle[good] > 0.0 || atoms[good] == 0));
                }
            }
            for (consumer, beyond) in found.beyond_budget.iter().enumerate() {
                let wanted = (0..goods).filter(|&good| allocation[consumer][good] > 0.0).map(|good| prices[good]);
                let bound = if which == 0 { wanted.sum::<f64>() } else { wanted.fold(0.0, f64::max) };
                assert!(beyond.abs() <= bound * (1.0 + 1e-8), "case {case}: {beyond} is beyond {bound}");
                fractional += u32::from(*beyond != 0.0);
            }
        }
    }
    assert!(fractional > 10_000, "only {fractional} bundles were rounded at all");
}

/// From endowments in atoms to an equilibrium and back to atoms: every good is all handed out, and nobody takes home
/// more than his endowment is worth by as much as one atom of the dearest good.
#[test]
fn an_equilibrium_in_atoms_keeps_to_endowments() {
    for case in 0..60 {
        let mut stream = Keys::new(29).stream(Purpose::sample(0), case, 0);
        let goods = 2 + (case as usize) % 5;
        let mut endowments = vec![vec![0_i64; goods]; 6];
        endowments.iter_mut().flatten().for_each(|atoms| *atoms = (1.0 + 300.0 * stream.open_unit()) as i64);
        let consumer = |endowment: &Vec<i64>| {
            let weights = (0..goods).map(|_| 0.1 + stream.open_unit()).collect();
            let preference = ConstantElasticity { weights, elasticity: 0.3 + stream.open_unit() };
            let endowment = endowment.iter().map(|&atoms| atoms as f64).collect();
            Consumer { preference: AnyPreference::ConstantElasticity(preference), endowment }
        };
        let economy = Economy::new(endowments.iter().map(consumer).collect()).unwrap();
        let homotopy = AnySolver::read(&Value::made(Node::Text("homotopy".to_owned())), None).unwrap();
        let outcome = homotopy.solve(&economy, &vec![1.0; goods]);
        let prices = outcome.equilibrium().unwrap();
        let supply: Vec<i64> = (0..goods).map(|good| endowments.iter().map(|owned| owned[good]).sum()).collect();
        let found = within_budget(&economy.demands(prices).unwrap(), &supply, prices).unwrap();
        let dearest = prices.iter().copied().fold(0.0, f64::max);
        for (atoms, owned) in found.atoms.iter().zip(&endowments) {
            let net: f64 = (0..goods).map(|good| prices[good] * (atoms[good] - owned[good]) as f64).sum();
            assert!(net.abs() < dearest, "case {case}: {net} beyond {dearest}");
        }
        for good in 0..goods {
            assert_eq!(found.atoms.iter().map(|atoms| atoms[good]).sum::<i64>(), supply[good]);
        }
    }
}

#[test]
fn what_cannot_be_shared_is_refused() {
    for round in ROUNDINGS {
        let error =
            |allocation: &[Vec<f64>], supply: &[i64], prices: &[f64]| round(allocation, supply, prices).unwrap_err();
        assert!(error(&[vec![1.0]], &[-1], &[1.0]).contains("-1 atoms"));
        assert!(error(&[vec![f64::NAN]], &[1], &[1.0]).contains("consumer 0 is to get NaN"));
        assert!(error(&[vec![0.0]], &[1], &[1.0]).contains("nobody is to get any"));
        assert!(error(&[vec![1.0, 1.0]], &[1], &[1.0]).contains("1 goods need"));
        assert!(error(&[vec![1.0]], &[1], &[f64::INFINITY]).contains("price of good 0"));
        assert!(error(&[], &[1], &[1.0]).contains("no consumer"));
        assert_eq!(round(&[vec![0.0], vec![0.0]], &[0], &[1.0]).unwrap().atoms, [[0], [0]]);
    }
}
