//! Takes a crowd in the engine, or by hand, through many steps, for a profiler:
//! `crowd_loop AGENTS STEPS one_step|replaced|MORE_STEPS constrained|unconstrained [hand]`.

use walras_benches::crowd::{ByHand, Crowd, Standing, run};
use walras_engine::Scratch;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let word = |i: usize| args.get(i).map_or("", String::as_str);
    let number = |i: usize, default: usize| word(i).parse().unwrap_or(default);
    let (agents, steps) = (number(0, 100_000), number(1, 100));
    let standing = match word(2) {
        "one_step" => Standing::OneStep,
        "replaced" => Standing::Replaced,
        more => Standing::Steps(more.parse().unwrap_or(5)),
    };
    let crowd = Crowd::rich(agents, word(3) != "unconstrained", standing);
    let mut world = crowd.world();
    if word(4) == "hand" {
        println!("{:?}", ByHand::new(&crowd, &world).run(steps));
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    println!("{:?}", pool.install(|| run(&mut world, &mut Scratch::default(), steps)));
}
