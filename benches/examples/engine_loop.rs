//! Takes the engine, or the loop by hand, through many steps, for a profiler:
//! `engine_loop AGENTS STEPS batch|sequential [hand]`.

use walras_benches::economy::{Bare, run, world};
use walras_benches::{batch, in_turn};
use walras_engine::Scratch;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| args.get(i).and_then(|text| text.parse().ok()).unwrap_or(default);
    let settlement = args.get(2).map_or("batch", String::as_str);
    let (agents, steps) = (number(0, 10_000), number(1, 10_000));
    let mut world = world(agents, settlement);
    if args.get(3).is_some() {
        let bare = Bare::of(&world);
        let mut by_batch = batch::ByHand::new(bare.clone());
        let mut by_turn = in_turn::ByHand::new(bare);
        if settlement == "batch" {
            by_batch.run(steps);
        } else {
            by_turn.run(steps);
        }
        println!("{} {}", by_batch.bare.supply, by_turn.bare.supply);
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        run(&mut world, &mut Scratch::default(), steps);
        println!("{:?}", world.venues[0].standing(&world.ledger));
    });
}
