//! Takes the engine through many steps, for a profiler: `engine_loop AGENTS STEPS SETTLEMENT`.

use walras_benches::economy::{run, world};
use walras_engine::Scratch;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| args.get(i).and_then(|text| text.parse().ok()).unwrap_or(default);
    let settlement = args.get(2).map_or("batch", String::as_str);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        let (mut world, mut scratch) = (world(number(0, 10_000), settlement), Scratch::default());
        run(&mut world, &mut scratch, number(1, 10_000));
        println!("{:?}", world.venues[0].standing(&world.ledger));
    });
}
