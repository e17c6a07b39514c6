//! The laws that every pool meets: a new entry is tested as soon as it is registered.

#[path = "pool_laws/draw.rs"]
mod draw;
#[path = "pool_laws/saved.rs"]
mod saved;
#[path = "pool_laws/witness.rs"]
mod witness;

use std::time::Instant;

use draw::{Draws, draw_pool};
use saved::{load, save};
use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::pool::{AnyPool, Order, Pool, Refusal, Swap};
use walras_numerics::{Keys, Purpose, Stream};
use witness::Witness;

/// Sequences of operations for each pool: ten thousand, or a hundred thousand with `WALRAS_NIGHTLY` set, which take
/// minutes.
fn sequences() -> u64 {
    if std::env::var_os("WALRAS_NIGHTLY").is_some() { 100_000 } else { 10_000 }
}

/// Runs `test` for every entry, each on its own thread.
fn for_every_entry(test: impl Fn(&'static str, u64) + Sync) {
    std::thread::scope(|scope| {
        for (index, entry) in AnyPool::catalog().iter().enumerate() {
            let (test, name) = (&test, entry.name);
            scope.spawn(move || test(name, index as u64));
        }
    });
}

fn fill(stream: &mut Stream, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(4) {
        part.copy_from_slice(&stream.word().to_le_bytes()[..part.len()]);
    }
}

/// Nothing is created or lost, the invariant never falls, trips and parts never pay, shares are never thinned.
#[test]
fn no_sequence_of_operations_takes_from_a_pool() {
    for_every_entry(|name, index| {
        let started = Instant::now();
        let mut bytes = [0; 192];
        let (mut run, mut swaps) = (0_u64, 0_u64);
        for sequence in 0.. {
            fill(&mut Keys::new(index).stream(Purpose::sample(4), sequence, 0), &mut bytes);
            // Short sequences are most of what can go wrong; long ones are some, where operations are quick.
            let (least, spread) = match name {
                "stable_swap" => (40, 40),
                "lmsr" | "concentrated_liquidity" => (64, 64),
                _ => (96, 96),
            };
            let len = least + usize::from(bytes[0]) % spread;
            let mut draws = Draws::new(&bytes[1..len]);
            if let Some((design, pool)) = draw_pool(name, &mut draws) {
                swaps += operate(&design, pool, &mut draws);
                run += 1;
            }
            if run == sequences() {
                break;
            }
            assert!(sequence < 20 * sequences(), "{name}: only {run} pools could be opened");
        }
        println!("{name}: {run} sequences, {swaps} swaps in {:.1} s", started.elapsed().as_secs_f64());
        assert!(2 * swaps > run, "{name}: hardly a swap went through");
    });
}

/// Operates on `pool` for as long as there are draws; how many swaps went through.
fn operate(design: &AnyPool, mut pool: Box<dyn Pool>, draws: &mut Draws<'_>) -> u64 {
    let mut witness = Witness::new(design, &*pool);
    let mut swaps = 0;
    let mut ranges: Vec<(u64, u128)> = Vec::new();
    while !draws.is_empty() {
        let count = pool.balances().len();
        let from = draws.below(count);
        // Sometimes the same asset, which is refused.
        let to = (from + draws.below(4 * count) % (4 * count - 1) % count + 1) % count;
        match draws.below(12) {
            0..=5 => {
                let amount = draws.amount(&pool.balances(), from);
                let order = Order::exact_in(from, to, amount);
                swaps += u64::from(swap(&mut pool, &order, &mut witness, draws.below(3)));
            }
            6 | 7 => {
                let amount = draws.amount(&pool.balances(), to);
                let order = Order::exact_out(from, to, amount);
                swaps += u64::from(swap(&mut pool, &order, &mut witness, draws.below(3)));
            }
            8 => liquidity(&mut pool, &mut witness, draws),
            9 => single_sided(&mut pool, &mut witness, draws),
            10 => range(&mut pool, &mut witness, &mut ranges, draws),
            _ => {
                pool.begin_step();
                let copy = load(design, &*pool);
                assert_eq!(save(&mut *pool), save(&mut *copy.expect("what was saved can be loaded")));
            }
        }
    }
    swaps
}

/// Carries out an order and holds it to the laws; whether it went through.
fn swap(pool: &mut Box<dyn Pool>, order: &Order, witness: &mut Witness, extra: usize) -> bool {
    let before = pool.balances();
    let untouched = pool.duplicate();
    let state = save(&mut *pool.duplicate());
    let Ok(swap) = pool.swap(order) else {
        assert_eq!(save(&mut **pool), state, "a refused order changed {untouched:?}: {order:?}");
        return false;
    };
    let after = pool.balances();
    for (asset, (before, after)) in before.iter().zip(&after).enumerate() {
        assert_eq!(after - before, swap.change(asset), "{order:?} moved asset {asset} otherwise: {untouched:?}");
    }
    assert!(swap.paid > 0 && swap.received > 0 && swap.protocol_fee >= 0 && swap.fee >= swap.protocol_fee);
    assert!(swap.traded_in() >= 0 && swap.traded_out() >= 0);
    witness.swapped(&**pool, &swap);
    // A quote, settled, is the same swap.
    let mut settled = untouched.duplicate();
    settled.settle(&swap);
    assert_eq!(save(&mut *settled), save(&mut **pool), "settling {swap:?} differs: {untouched:?}");
    match extra {
        0 => there_and_back(&**pool, &swap, &*untouched, witness),
        1 => in_parts(&*untouched, &swap, witness),
        _ => {}
    }
    true
}

/// Selling back what was bought returns no more than was paid, at once or in two parts.
fn there_and_back(pool: &dyn Pool, swap: &Swap, untouched: &dyn Pool, witness: &Witness) {
    for parts in [vec![swap.received], vec![swap.received / 3, swap.received - swap.received / 3]] {
        let mut pool = pool.duplicate();
        let back: i128 = parts
            .iter()
            .filter(|part| **part > 0)
            .filter_map(|&part| pool.swap(&Order::exact_in(swap.to, swap.from, part)).ok())
            .map(|back| i128::from(back.received))
            .sum();
        assert!(back <= i128::from(swap.paid), "{back} came back for {}: {swap:?} on {untouched:?}", swap.paid);
    }
    // Buying back exactly what was paid takes at least what was received.
    if let Ok(back) = pool.amount_in(swap.to, swap.from, swap.paid) {
        let left = swap.received - back.paid;
        if left > 0 && witness.sells_worthless_atoms() {
            // Outcomes at a price that no atom of money measures are left over, and fetch nothing.
            let mut pool = pool.duplicate();
            pool.settle(&back);
            let more = pool.amount_out(swap.to, swap.from, left).map_or(0, |swap| swap.received);
            assert_eq!(more, 0, "{left} left over after {back:?} undid {swap:?} on {untouched:?}");
            return;
        }
        assert!(back.paid >= swap.received, "{back:?} undoes {swap:?} on {untouched:?}");
    }
}

/// Two orders for the parts get no more than one for the whole, and cost no less.
fn in_parts(pool: &dyn Pool, swap: &Swap, witness: &Witness) {
    let whole = if swap.exact_out { swap.received } else { swap.paid };
    for first in [1, whole / 2, whole / 7] {
        let mut pool = pool.duplicate();
        let mut sum = 0;
        for part in [first, whole - first].into_iter().filter(|part| *part > 0) {
            let quoted = if swap.exact_out {
                pool.amount_in(swap.from, swap.to, part)
            } else {
                pool.amount_out(swap.from, swap.to, part)
            };
            let Ok(quoted) = quoted else { return };
            pool.settle(&quoted);
            sum += i128::from(if swap.exact_out { quoted.paid } else { quoted.received });
        }
        let Some(slack) = witness.gain_in_parts(swap) else { return };
        if swap.exact_out {
            assert!(sum + slack >= swap.paid.into(), "{first} of {swap:?} first costs {sum} on {pool:?}");
        } else {
            assert!(sum <= i128::from(swap.received) + slack, "{first} of {swap:?} first gets {sum} on {pool:?}");
        }
    }
}

/// Adds in proportion, then takes the shares out again, of a copy: no asset comes back richer.
fn liquidity(pool: &mut Box<dyn Pool>, witness: &mut Witness, draws: &mut Draws<'_>) {
    let balances = pool.balances();
    let most: Vec<i64> = (0..balances.len()).map(|asset| draws.amount(&balances, asset)).collect();
    if draws.below(2) == 0 {
        let Ok(added) = pool.add(&most) else { return };
        assert!(added.taken.iter().zip(&most).all(|(taken, most)| (0..=*most).contains(taken)));
        witness.shares_changed(&**pool);
        let mut copy = pool.duplicate();
        let back = copy.remove(added.shares).expect("shares that were just given");
        assert!(back.iter().zip(&added.taken).all(|(back, taken)| back <= taken), "{back:?} of {added:?}: {pool:?}");
    } else {
        let out = pool.shares();
        let shares = ((out as f64 * draws.unit()) as i64).clamp(0, out);
        if let Ok(paid) = pool.remove(shares) {
            assert!(paid.iter().zip(&balances).all(|(paid, held)| (0..=*held).contains(paid)));
            witness.shares_changed(&**pool);
        }
    }
}

fn single_sided(pool: &mut Box<dyn Pool>, witness: &mut Witness, draws: &mut Draws<'_>) {
    let balances = pool.balances();
    let asset = draws.below(balances.len());
    if draws.below(2) == 0 {
        let mut deposit = vec![0; balances.len()];
        deposit[asset] = draws.amount(&balances, asset);
        if draws.below(2) == 0 {
            let other = draws.below(balances.len());
            deposit[other] = draws.amount(&balances, other);
        }
        if let Ok(added) = pool.add_unbalanced(&deposit) {
            assert_eq!(added.taken, deposit);
            witness.shares_changed(&**pool);
            let mut copy = pool.duplicate();
            let alone = deposit.iter().enumerate().all(|(other, amount)| other == asset || *amount == 0);
            if alone && let Ok(back) = copy.remove_single(added.shares, asset) {
                assert!(back <= deposit[asset], "{back} of {deposit:?} for {added:?}: {pool:?}");
            }
        }
    } else {
        let shares = (pool.shares() as f64 * draws.unit() * draws.unit()) as i64;
        if let Ok(paid) = pool.remove_single(shares, asset) {
            assert!((1..balances[asset]).contains(&paid));
            witness.shares_changed(&**pool);
        }
    }
}

/// Adds, takes from and empties positions; what is collected of a fresh one is no more than was put in.
fn range(pool: &mut Box<dyn Pool>, witness: &mut Witness, ranges: &mut Vec<(u64, u128)>, draws: &mut Draws<'_>) {
    let spacing = witness.spacing();
    let tick = |draws: &mut Draws<'_>| ((draws.unit() - 0.5) * 60_000.0) as i32 / spacing * spacing;
    let (lower, upper) = (tick(draws), tick(draws));
    let balances = pool.balances();
    let most = [draws.amount(&balances, 0), draws.amount(&balances, balances.len() - 1)];
    match draws.below(3) {
        0 | 1 => {
            let added = pool.add_range(lower, upper, most);
            assert!(lower < upper || added.is_err(), "a range upside down");
            let Ok(added) = added else { return };
            assert!((0..2).all(|asset| (0..=most[asset]).contains(&added.taken[asset])), "{added:?} of {most:?}");
            let mut copy = pool.duplicate();
            copy.remove_range(added.position, added.liquidity).expect("what was just added");
            let back = copy.collect(added.position).expect("a position");
            assert!(back[0] <= added.taken[0] && back[1] <= added.taken[1], "{back:?} of {added:?}");
            assert_eq!(copy.collect(added.position), Err(Refusal::NoSuchPosition));
            ranges.push((added.position, added.liquidity));
        }
        _ => {
            let Some((position, liquidity)) = ranges.pop() else { return };
            pool.remove_range(position, liquidity).expect("a position of ours");
            assert!(pool.remove_range(position, 1).is_err());
            pool.collect(position).expect("a position of ours");
        }
    }
    witness.ranges_changed(&**pool);
}

fn table(kind: &str, numbers: &[(&str, Node)]) -> Value {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(kind.to_owned())));
    for (name, node) in numbers {
        table.set(name, Span::default(), Value::made(node.clone()));
    }
    Value::made(Node::Table(table))
}

/// What cannot be is refused, with the parameter to blame.
#[test]
fn wrong_parameters_are_refused_where_they_stand() {
    let read = |kind: &str, numbers: &[(&str, Node)]| AnyPool::read(&table(kind, numbers), None);
    let floats = |list: &[f64]| Node::List(list.iter().map(|number| Value::made(Node::Float(*number))).collect());
    let wrong = [
        read("stable_swap", &[("amplification", Node::Integer(0))]),
        read("stable_swap", &[("amplification", Node::Integer(-5))]),
        read("concentrated_liquidity", &[("tick_spacing", Node::Integer(0))]),
        read("weighted", &[("weights", floats(&[0.5, 0.6]))]),
        read("weighted", &[("weights", floats(&[1.5, -0.5]))]),
        read("weighted", &[]),
        read("constant_sum", &[("rates", Node::List(vec![Value::made(Node::Integer(0))]))]),
        read("constant_product", &[("protocol_share", Node::Float(1.5))]),
        read("constant_product", &[("fee", table("fixed", &[("rate", Node::Float(-0.1))]).node)]),
        read("constant_product", &[("fee", table("fixed", &[("rate", Node::Float(1.0))]).node)]),
        read("lmsr", &[("outcomes", Node::Integer(1))]),
        read("launch", &[("virtual_money", Node::Integer(0)), ("virtual_tokens", Node::Integer(5))]),
        read("constant_produkt", &[]),
    ];
    for (i, result) in wrong.iter().enumerate() {
        assert!(result.is_err(), "case {i} was read");
    }
    for kind in ["constant_product", "constant_sum", "stable_swap", "concentrated_liquidity", "lmsr"] {
        let design = AnyPool::read(&Value::made(Node::Text(kind.to_owned())), None);
        let design = design.unwrap_or_else(|problem| panic!("{kind}: {}", problem.message));
        assert!(design.open(&[]).is_err(), "{kind} opened empty");
        assert!(design.open(&[0, 0]).is_err(), "{kind} opened with nothing");
        assert!(design.open(&[-5, 1_000_000]).is_err(), "{kind} opened in debt");
    }
}

/// Every entry is reached by the laws above.
#[test]
fn every_entry_can_be_drawn() {
    for entry in AnyPool::catalog() {
        let mut bytes = [0; 192];
        let drawn = (0..200).any(|sequence| {
            fill(&mut Keys::new(7).stream(Purpose::sample(5), sequence, 0), &mut bytes);
            draw_pool(entry.name, &mut Draws::new(&bytes)).is_some()
        });
        assert!(drawn, "{} was never opened", entry.name);
    }
}
