//! Laws that every way of producing keeps: nothing comes from nothing, nobody uses more than is held, more inputs never
//! make less, and what comes out late is what would have come out at once.

mod bench;

use proptest::prelude::*;
use walras_agents::policy::Memory;
use walras_agents::population::{MarketSetup, NoData, Setup};
use walras_agents::production::{AnyProduction, GoodView, Production, ProductionView, Worked};
use walras_ledger::Atoms;
use walras_numerics::Keys;

/// Two ways to write each entry at least, over the goods X and Y, of which Z is made.
const SAMPLES: &[&str] = &[
    "kind = 'recipe'\ninputs = {X = 2.0, Y = 0.5}\noutputs = {Z = 3.0}\ncapacity = 40.0",
    "kind = 'recipe'\ninputs = {X = 1.0}\noutputs = {Z = 0.3, W = 0.2}\ncapacity = {kind = 'uniform', low = 0.0, high = 90.0}\nwhole_runs = true",
    "kind = 'recipe'\ninputs = {X = 0.7, Y = 0.001}\noutputs = {Z = 1.0}\ncapacity = 1000.0\nyield_share = 0.8\nyield_spread = 0.2\ndelay = 3",
    "kind = 'recipe'\ninputs = {X = 1.0, Y = 1.0}\noutputs = {X = 0.5, Z = 1.0}\ncapacity = 7.5\nmargin = {kind = 'uniform', low = -1.0, high = 0.5}",
    "kind = 'leontief'\ninputs = {X = 2.0, Y = 0.3}\noutput = 'Z'\nproductivity = 1.5\nmost = 50.0",
    "kind = 'leontief'\ninputs = {X = 1.0}\noutput = 'Z'\nreturns = 0.5\nmost = {kind = 'uniform', low = 0.0, high = 100.0}",
    "kind = 'cobb_douglas'\nexponents = {X = 0.3, Y = 0.5}\noutput = 'Z'\nmost = {X = 100.0, Y = 30.0}",
    "kind = 'cobb_douglas'\nexponents = {X = 0.4, Y = 0.6}\noutput = 'Z'\nproductivity = {kind = 'uniform', low = 0.0, high = 3.0}\nmost = {X = 10.0, Y = 1000.0}",
];

/// Atoms in a unit of each of the goods, in the order in which they come.
const SCALES: [f64; 4] = [1e6, 1e3, 1e9, 1e6];

struct Bench {
    production: Box<dyn Production>,
    memory: Vec<Vec<f64>>,
    goods: usize,
    outputs: Vec<usize>,
    size: usize,
}

impl Bench {
    fn new(text: &str, size: usize) -> Self {
        let entry: AnyProduction = bench::read(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        let goods = entry.goods();
        let all = goods.all();
        let outputs = goods.outputs.iter().map(|output| all.iter().position(|good| good.name == output.name).unwrap());
        let outputs = outputs.collect();
        let slot = |(good, scale): (&walras_catalog::Reference, &f64)| MarketSetup {
            asset: good.name.clone(),
            token_scale: *scale,
        };
        let markets: Vec<MarketSetup> = all.iter().zip(&SCALES).map(slot).collect();
        let data = &mut NoData;
        let mut setup =
            Setup { keys: Keys::new(4), entity: 0, size, markets: &markets, money_scale: 1e6, data, drawn: 0 };
        let production = entry.build(&mut setup).unwrap_or_else(|why| panic!("{text}: {why}"));
        let memory: Vec<Vec<f64>> = production.memory().into_iter().map(|value| vec![value; size]).collect();
        assert_eq!(memory.len(), entry.columns(), "{text}");
        Self { production, memory, goods: all.len(), outputs, size }
    }

    /// What agents use and make of each good in `step`.
    fn work(&mut self, step: u32, prices: &[f64], held: &[Vec<Atoms>]) -> [Vec<Vec<Atoms>>; 2] {
        self.work_cut(step, prices, held, self.size)
    }

    /// The same, worked on in two chunks, the first of `cut` agents.
    fn work_cut(&mut self, step: u32, prices: &[f64], held: &[Vec<Atoms>], cut: usize) -> [Vec<Vec<Atoms>>; 2] {
        let mut room = [vec![vec![0; self.size]; self.goods], vec![vec![0; self.size]; self.goods]];
        for rows in [0..cut, cut..self.size] {
            let views: Vec<GoodView<'_>> = (0..self.goods)
                .map(|good| GoodView { price: prices[good], held: &held[good][rows.clone()], scale: SCALES[good] })
                .collect();
            let (keys, entity) = (Keys::new(4), rows.start as u64);
            let view = ProductionView { step, keys, entity, rows: rows.clone(), goods: &views };
            let mut columns: Vec<&mut [f64]> = self.memory.iter_mut().map(Vec::as_mut_slice).collect();
            let mut memory = Memory::new(&mut columns, rows.clone());
            let [used, made] = &mut room;
            let mut used: Vec<&mut [Atoms]> = used.iter_mut().map(|column| &mut column[rows.clone()]).collect();
            let mut made: Vec<&mut [Atoms]> = made.iter_mut().map(|column| &mut column[rows.clone()]).collect();
            self.production.produce(&view, &mut memory, &mut Worked { used: &mut used, made: &mut made });
        }
        room
    }
}

/// Holdings of every sort: none, an atom, some, and a great many.
fn holdings() -> impl Strategy<Value = Vec<Vec<Atoms>>> {
    let one = prop_oneof![Just(0), Just(1), 0..5_000_i64, 0..50_000_000_000_i64, Just(Atoms::MAX / 4)];
    prop::collection::vec(prop::collection::vec(one, 9), 4)
}

fn prices() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![Just(f64::NAN), Just(0.0), 0.001..1000.0], 4)
}

#[test]
fn every_entry_has_samples() {
    for entry in AnyProduction::catalog() {
        let kind = format!("kind = '{}'", entry.name);
        assert!(SAMPLES.iter().filter(|text| text.starts_with(&kind)).count() >= 2, "{} lacks samples", entry.name);
    }
}

proptest! {
    #[test]
    fn nobody_uses_more_than_is_held_and_nothing_comes_of_nothing(held in holdings(), prices in prices()) {
        for text in SAMPLES {
            let mut bench = Bench::new(text, 9);
            let mut begun = vec![0_i128; bench.goods];
            let mut out = vec![0_i128; bench.goods];
            for step in 0..10 {
                // From the sixth step on nobody has anything, and only what was begun comes out.
                let none: Vec<Vec<Atoms>> = held.iter().map(|column| vec![0; column.len()]).collect();
                let held = if step < 5 { &held } else { &none };
                let [used, made] = bench.work(step, &prices, held);
                for (good, (used, made)) in used.iter().zip(&made).enumerate() {
                    let is_output = bench.outputs.contains(&good);
                    for (row, (&used, &made)) in used.iter().zip(made).enumerate() {
                        prop_assert!((0..=held[good][row]).contains(&used), "{text}: uses {used} of {}", held[good][row]);
                        prop_assert!(made >= 0 && (made == 0 || is_output), "{text}: makes {made} of {good}");
                        begun[good] += i128::from(used);
                        out[good] += i128::from(made);
                    }
                }
            }
            let anything_used = begun.iter().any(|&used| used > 0);
            prop_assert!(anything_used || out.iter().all(|&made| made == 0), "{text}: {out:?} from nothing");
            for good in 0..bench.goods {
                prop_assert_eq!(bench.production.under_way(&bench.memory, good), 0.0, "{}: all has come out", text);
            }
        }
    }

    #[test]
    fn more_inputs_never_make_less(held in holdings(), more in holdings(), prices in prices()) {
        for text in SAMPLES {
            let total = |held: &[Vec<Atoms>]| {
                let mut bench = Bench::new(text, 9);
                let none: Vec<Vec<Atoms>> = held.iter().map(|column| vec![0; column.len()]).collect();
                let mut out = vec![[0_i128; 9]; bench.goods];
                for step in 0..5 {
                    let [_, made] = bench.work(step, &prices, if step == 0 { held } else { &none });
                    for (out, made) in out.iter_mut().zip(&made) {
                        out.iter_mut().zip(made).for_each(|(out, &made)| *out += i128::from(made));
                    }
                }
                out
            };
            let raised: Vec<Vec<Atoms>> = held
                .iter()
                .zip(&more)
                .map(|(held, more)| held.iter().zip(more).map(|(held, more)| held + more).collect())
                .collect();
            for (less, more) in total(&held).iter().zip(total(&raised)) {
                for (&less, &more) in less.iter().zip(&more) {
                    // A double's last bits, where output is computed in doubles.
                    let slack = less / (1 << 50) + 1;
                    prop_assert!(more + slack >= less, "{text}: {less} of less, {more} of more");
                }
            }
        }
    }

    #[test]
    fn chunks_do_not_matter(held in holdings(), prices in prices(), cut in 1..9_usize) {
        for text in SAMPLES {
            let (mut whole, mut pieces) = (Bench::new(text, 9), Bench::new(text, 9));
            for step in 0..6 {
                let all = whole.work(step, &prices, &held);
                prop_assert_eq!(all, pieces.work_cut(step, &prices, &held, cut), "{}", text);
            }
        }
    }

    /// What a recipe with a delay makes is what one without makes, as much later, and is under way until then.
    #[test]
    fn a_delay_conserves(held in prop::collection::vec(holdings(), 12), delay in 1..8_u32) {
        let text = |delay| format!(
            "kind = 'recipe'\ninputs = {{X = 0.7, Y = 0.2}}\noutputs = {{Z = 1.0, W = 0.1}}\ncapacity = 100.0\nyield_share = 0.7\nyield_spread = 0.3\ndelay = {delay}"
        );
        let (mut late, mut at_once) = (Bench::new(&text(delay), 9), Bench::new(&text(0), 9));
        let prices = [f64::NAN; 4];
        let mut begun = Vec::new();
        for (step, held) in held.iter().enumerate() {
            let [used, made] = late.work(step as u32, &prices, held);
            let [used_at_once, made_at_once] = at_once.work(step as u32, &prices, held);
            prop_assert_eq!(used, used_at_once);
            begun.push(made_at_once);
            let due = step.checked_sub(delay as usize).map(|step| begun[step].clone());
            prop_assert_eq!(made, due.unwrap_or_else(|| vec![vec![0; 9]; 4]));
            for good in 0..4 {
                let open = &begun[(step + 1).saturating_sub(delay as usize)..];
                let open: i128 = open.iter().flat_map(|made| &made[good]).map(|&atoms| i128::from(atoms)).sum();
                prop_assert_eq!(late.production.under_way(&late.memory, good), open as f64);
            }
        }
    }

    /// What an agent that has all it asked for does with it is to use it: it asks for no more than it works on.
    #[test]
    fn what_is_asked_for_is_used(prices in prices()) {
        for text in SAMPLES {
            let mut bench = Bench::new(text, 9);
            let empty = vec![0; 9];
            let views: Vec<GoodView<'_>> = (0..bench.goods)
                .map(|good| GoodView { price: prices[good], held: &empty, scale: SCALES[good] })
                .collect();
            let view = ProductionView { step: 0, keys: Keys::new(4), entity: 0, rows: 0..9, goods: &views };
            let mut wanted = vec![vec![0; 9]; bench.goods];
            let mut columns: Vec<&mut [Atoms]> = wanted.iter_mut().map(Vec::as_mut_slice).collect();
            bench.production.inputs(&view, &mut columns);
            wanted.resize(4, vec![0; 9]);
            let [used, made] = bench.work(0, &prices, &wanted);
            for good in 0..bench.goods {
                for row in 0..9 {
                    let (wanted, used) = (wanted[good][row], used[good][row]);
                    // Too little to make an atom of is not used; what is computed in doubles is an atom or so off.
                    let off = (wanted as f64 * 1e-12).ceil() as Atoms + 1;
                    let idle = used == 0 && (0..bench.goods).all(|good| made[good][row] == 0);
                    prop_assert!(idle || (wanted - used).abs() <= off, "{text}: wants {wanted} and uses {used}");
                }
            }
        }
    }
}

/// At prices P = 8 of output and 1 of both inputs, with Q = x^¼·y^½: x = 2Q and y = 4Q, so that Q = 2^¼·2·Q^¾, Q = 2·2⁴ = 32.
#[test]
fn a_cobb_douglas_producer_works_where_profit_is_largest() {
    let text = "kind = 'cobb_douglas'\nexponents = {X = 0.25, Y = 0.5}\noutput = 'Z'\nmost = {X = 1000.0, Y = 1000.0}";
    let prices = [1.0, 1.0, 8.0, f64::NAN];
    let plenty = vec![vec![1_000_000_000_000]; 4];
    let [used, made] = Bench::new(text, 1).work(0, &prices, &plenty);
    let units = |atoms: &[Vec<Atoms>], good: usize| atoms[good][0] as f64 / SCALES[good];
    assert!((units(&used, 0) - 64.0).abs() < 1e-3 && (units(&used, 1) - 128.0).abs() < 1e-2, "{used:?}");
    assert!((units(&made, 2) - 32.0).abs() < 1e-6, "{made:?}");
    // With 27 of Y at most: Q = (2Q)^¼·27^½, Q = 2^⅓·27^⅔ = 9·2^⅓.
    let scarce = vec![plenty[0].clone(), vec![27_000], plenty[2].clone(), plenty[3].clone()];
    let [used, made] = Bench::new(text, 1).work(0, &prices, &scarce);
    let should = 9.0 * 2.0_f64.cbrt();
    assert!((units(&made, 2) - should).abs() < 1e-6 && used[1][0] == 27_000, "{made:?} {used:?}");
    assert!((units(&used, 0) - 2.0 * should).abs() < 1e-5, "{used:?}");
}

#[test]
fn a_recipe_runs_while_it_pays() {
    let text = "kind = 'recipe'\ninputs = {X = 2.0}\noutputs = {Z = 1.0}\ncapacity = 5.0\nmargin = 0.1";
    let held = vec![vec![1_000_000_000]; 4];
    let made = |prices: [f64; 2]| {
        // The goods are X and Z, of 10^6 and 10^3 atoms.
        let [used, made] = Bench::new(text, 1).work(0, &[prices[0], prices[1], 0.0, 0.0], &held);
        (used[0][0], made[1][0])
    };
    assert_eq!(made([1.0, 2.3]), (10_000_000, 5_000));
    assert_eq!(made([1.0, 2.1]), (0, 0));
    assert_eq!(made([1.0, f64::NAN]), (10_000_000, 5_000));
    assert_eq!(made([f64::NAN, 0.001]), (10_000_000, 5_000));
}

#[test]
fn what_cannot_be_made_is_refused_in_words() {
    for (text, word) in [
        ("kind = 'recipe'\ninputs = {}\noutputs = {Z = 1.0}\ncapacity = 1.0", "from nothing"),
        ("kind = 'recipe'\ninputs = {X = 1.0}\noutputs = {}\ncapacity = 1.0", "makes nothing"),
        ("kind = 'recipe'\ninputs = {X = -1.0}\noutputs = {Z = 1.0}\ncapacity = 1.0", "out of range"),
        ("kind = 'recipe'\ninputs = {X = 0.0}\noutputs = {Z = 1.0}\ncapacity = 1.0", "out of range"),
        ("kind = 'recipe'\ninputs = {X = inf}\noutputs = {Z = 1.0}\ncapacity = 1.0", "not a finite number"),
        ("kind = 'recipe'\ninputs = {X = 1.0}\noutputs = {Z = nan}\ncapacity = 1.0", "not a finite number"),
        (
            "kind = 'cobb_douglas'\nexponents = {X = 0.7, Y = 0.7}\noutput = 'Z'\nmost = {X = 1.0, Y = 1.0}",
            "returns to scale",
        ),
        ("kind = 'cobb_douglas'\nexponents = {X = 0.7}\noutput = 'Z'\nmost = {Y = 1.0}", "none of the inputs"),
        ("kind = 'leontief'\ninputs = {}\noutput = 'Z'\nmost = 1.0", "from nothing"),
    ] {
        let problem = bench::read::<AnyProduction>(text).expect_err(text);
        assert!(problem.message.contains(word), "{text}: {}", problem.message);
    }
}
