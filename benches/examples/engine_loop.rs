//! Takes the engine, or the loop by hand, through many steps, for a profiler:
//! `engine_loop AGENTS STEPS batch|sequential [hand]`. Prints the nanoseconds an agent's step took in each of seven rounds.

use std::time::Instant;

use walras_benches::economy::{Bare, run, world};
use walras_benches::{batch, in_turn};
use walras_engine::Scratch;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| args.get(i).and_then(|text| text.parse().ok()).unwrap_or(default);
    let settlement = args.get(2).map_or("batch", String::as_str);
    let (agents, steps) = (number(0, 10_000), number(1, 10_000));
    let mut world = world(agents, settlement);
    let ns = |start: Instant| start.elapsed().as_secs_f64() * 1e9 / (steps as f64 * agents as f64);
    let rounds = |mut round: Box<dyn FnMut()>| {
        let times = (0..7).map(|_| {
            let start = Instant::now();
            round();
            ns(start)
        });
        println!("{:.3?}", times.collect::<Vec<_>>());
    };
    if args.get(3).is_some() {
        let bare = Bare::of(&world);
        let mut by_batch = batch::ByHand::new(bare.clone());
        let mut by_turn = in_turn::ByHand::new(bare);
        let batch = settlement == "batch";
        rounds(Box::new(move || if batch { by_batch.run(steps) } else { by_turn.run(steps) }));
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let mut scratch = Scratch::default();
    rounds(Box::new(move || pool.install(|| run(&mut world, &mut scratch, steps))));
}
