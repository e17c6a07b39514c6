//! Economies that make goods from goods: what there is of each is what was issued and made, less what was used up,
//! consumed and lost, to the atom.

mod shared;

use std::path::Path;

use shared::build;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Reason};
use walras_scenario::Loaded;
use walras_scenario::show::place;

/// Ore is dug and bread grown; tools are made of ore over three steps and half of them come out good; bread takes tools,
/// land and what is over of bread; both are sold by those who make them, and bread goes stale.
const BASE: &str = "
[run]
name = 'a small economy'
steps = 200
[numeraire]
decimals = 4
[assets.ORE]
decimals = 3
[assets.LAND]
decimals = 2
decay = 1.0
[assets.TOOLS]
decimals = 0
decay = 0.01
[assets.BREAD]
decimals = 5
decay = 0.2
[resources.mine]
capacity = { ORE = { kind = 'regrowing', initial = 400.0, rate = 0.4, maximum = 500.0 } }
rule = 'max_min'
[resources.land]
capacity = { LAND = { kind = 'failing', nodes = 8, each = 12.25, up = 20.0, down = 5.0 } }
rule = 'proportional'
[resources.workshop]
provider = 'smiths'
keep = 2.0
capacity = { TOOLS = 1000.0 }
rule = { kind = 'posted_price', adjustment = { kind = 'exponential', gain = 0.05 } }
price = { TOOLS = 3.0 }
[resources.market]
provider = 'farmers'
keep = 2.0
capacity = { BREAD = 400.0 }
rule = { kind = 'posted_price', adjustment = { kind = 'exponential', gain = 0.02 } }
price = { BREAD = 0.5 }
[cohorts.smiths]
size = 7
balance = 10.0
demand = { resources = ['mine', 'market'], requests = { kind = 'inputs', ahead = 1.0 } }
production = { kind = 'recipe', inputs = { ORE = 1.7, BREAD = 0.01 }, outputs = { TOOLS = 3.0 }, delay = 3, capacity = { kind = 'uniform', low = 0.0, high = 9.0 }, yield_share = 0.5, yield_spread = 0.5 }
[cohorts.farmers]
size = 13
balance = { kind = 'lognormal', median = 40.0, sigma = 1.0 }
demand = { resources = ['land', 'workshop'], requests = { kind = 'inputs' } }
production = { kind = 'cobb_douglas', exponents = { LAND = 0.5, TOOLS = 0.3, BREAD = 0.1 }, output = 'BREAD', productivity = 8.0, most = { LAND = 20.0, TOOLS = 5.0, BREAD = 3.0 } }
[cohorts.eaters]
size = 60
balance = 100.0
income = 3.0
demand = { resources = ['market'], requests = { kind = 'fixed', need = { kind = 'uniform', low = 0.0, high = 9.0 } }, need = { kind = 'random_walk', deviation = 0.1, reversion = 0.1 } }
[distributions.tools]
asset = 'TOOLS'
total = 65
cohorts = ['farmers']
shares = 'uniform'
[distributions.bread]
asset = 'BREAD'
total = 130
cohorts = ['farmers', 'smiths']
shares = 'uniform'
";

/// What a step brought of each reason into all accounts but the issuer's, in atoms of `asset`.
fn flow(world: &World, asset: AssetId, reason: Reason) -> i128 {
    -world.ledger.named_flow(world.ledger.issuer(asset), asset, reason)
}

#[test]
fn what_there_is_changes_by_what_is_made_used_consumed_and_lost() {
    for seed in 1..4 {
        let mut world = build(BASE, &[], seed);
        let mut scratch = Scratch::default();
        let mut happened = vec![[0_i128; 5]; world.assets.len()];
        for t in 0..200 {
            let before: Vec<i128> = (0..5).map(|asset| i128::from(world.ledger.supply(AssetId(asset)))).collect();
            world.ledger.reset_flows();
            step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
            world.ledger.check_fully().unwrap();
            for asset in (1..5).map(AssetId) {
                let name = &world.assets[asset.index()].name;
                let [issued, made, used, consumed, lost] =
                    [Reason::Capacity, Reason::Production, Reason::Input, Reason::Consumption, Reason::Decay]
                        .map(|reason| flow(&world, asset, reason));
                assert!(issued >= 0 && made >= 0 && used <= 0 && consumed <= 0 && lost <= 0, "{name}, step {t}");
                // Whatever else moved, moved between accounts.
                let change = i128::from(world.ledger.supply(asset)) - before[asset.index()];
                assert_eq!(change, issued + made + used + consumed + lost, "{name}, step {t}");
                for (sum, more) in happened[asset.index()].iter_mut().zip([issued, made, used, consumed, lost]) {
                    *sum += more;
                }
            }
        }
        let [_, ore, land, tools, bread] = &happened[..] else { panic!("five assets") };
        assert!(ore[0] > 0 && ore[2] < 0 && ore[1] == 0 && land[2] < 0 && land[4] < 0, "{happened:?}");
        assert!(
            tools[1] > 100 && tools[2] < 0 && bread[1] > 0 && bread[2] < 0 && bread[3] < 0 && bread[4] < 0,
            "{happened:?}"
        );
    }
}

/// Goods that are only moved along and delayed are all there: held, under way or consumed.
#[test]
fn a_chain_that_loses_nothing_has_all_it_got() {
    let text = "
[run]
name = 'a road'
steps = 60
[assets.HERE]
decimals = 2
[assets.THERE]
decimals = 2
[resources.source]
capacity = { HERE = { kind = 'failing', nodes = 3, each = 7.77, up = 4.0, down = 3.0 } }
rule = 'max_min'
[resources.shop]
provider = 'carriers'
capacity = { THERE = 11.0 }
rule = 'lottery'
[cohorts.carriers]
size = 3
demand = { resources = ['source'], requests = 'inputs' }
production = { kind = 'recipe', inputs = { HERE = 1.0 }, outputs = { THERE = 1.0 }, delay = 4, capacity = { kind = 'uniform', low = 1.0, high = 5.5 } }
[cohorts.users]
size = 20
demand = { resources = ['shop'], requests = { kind = 'fixed', need = 0.77 } }
";
    let mut world = build(text, &[], 3);
    let mut scratch = Scratch::default();
    let (mut issued, mut consumed) = (0, 0);
    for t in 0..60 {
        world.ledger.reset_flows();
        step(&mut world, &mut scratch).unwrap();
        issued += flow(&world, AssetId(1), Reason::Capacity);
        consumed -= flow(&world, AssetId(2), Reason::Consumption);
        let held = i128::from(world.ledger.supply(AssetId(1))) + i128::from(world.ledger.supply(AssetId(2)));
        let producer = world.cohorts[0].producer.as_ref().unwrap();
        let under_way = producer.production.under_way(&producer.memory, 1) as i128;
        assert_eq!(issued, held + under_way + consumed, "step {t}");
    }
    assert!(issued > 10_000 && consumed > 5_000, "{issued} {consumed}");
}

/// 10, 20 and 31 units, of which the last 1 is kept by each: 12 asked for are taken as 9 : 19 : 30, and so is what is paid.
#[test]
fn a_provider_gives_and_is_paid_in_proportion() {
    let text = "
[run]
name = 'a shop'
steps = 1
[numeraire]
decimals = 2
[assets.BREAD]
decimals = 0
[resources.shop]
provider = 'bakers'
keep = 1.0
capacity = { BREAD = 1000.0 }
rule = { kind = 'posted_price', adjustment = { kind = 'linear', gain = 1e-9 } }
price = { BREAD = 1.5 }
[cohorts.bakers]
size = 3
[cohorts.eaters]
size = 4
balance = 10.0
demand = { requests = { kind = 'fixed', need = 3.0 } }
[distributions.bread]
asset = 'BREAD'
cohorts = ['bakers']
shares = { kind = 'list', amounts = [10, 20, 31] }
";
    let mut world = build(text, &[], 1);
    let happened = step(&mut world, &mut Scratch::default()).map(|it| it.record.resources[0].clone()).unwrap();
    let bakers = world.cohorts[0].id;
    // Shares of 12: 1.862, 3.931, 6.207; of 1800 cents for 2, 4 and 6 pieces: 300, 600, 900.
    assert_eq!(world.ledger.column(bakers, AssetId(1)).unwrap(), [8, 16, 25]);
    assert_eq!(world.ledger.column(bakers, AssetId(0)).unwrap(), [300, 600, 900]);
    assert_eq!((happened.capacity, happened.granted, happened.paid), (58, 12, 1800));
    assert_eq!(world.ledger.held(world.resources[0].account, AssetId(0)), 0);
}

/// Competitive producers leave no profit: where there is less of an input than all could use, its posted price comes to what
/// is made of it, 2 units worth 3 each of 5 of the input, and swings about it by no more than a step of it.
#[test]
fn a_scarce_input_comes_to_cost_what_is_made_of_it() {
    let text = "
[run]
name = 'a mill'
steps = 1
[assets.GRAIN]
decay = 1.0
[assets.FLOUR]
[resources.land]
capacity = { GRAIN = 40.0 }
rule = { kind = 'posted_price', adjustment = { kind = 'exponential', gain = 0.01 } }
price = { GRAIN = 0.3 }
[resources.shop]
provider = 'millers'
capacity = { FLOUR = 1000.0 }
rule = { kind = 'posted_price', adjustment = { kind = 'exponential', gain = 1e-9 } }
price = { FLOUR = 3.0 }
[cohorts.millers]
size = 9
balance = 10000.0
demand = { resources = ['land'], requests = 'inputs' }
production = { kind = 'recipe', inputs = { GRAIN = 5.0 }, outputs = { FLOUR = 2.0 }, capacity = 1.0 }
[cohorts.eaters]
size = 10
balance = 10000.0
demand = { resources = ['shop'], requests = { kind = 'fixed', need = 1.0 } }
";
    let mut world = build(text, &[], 1);
    let mut scratch = Scratch::default();
    let price = |world: &World| world.resources[0].supplies[0].venue.price;
    let mut prices = Vec::new();
    for _ in 0..2000 {
        step(&mut world, &mut scratch).unwrap();
        prices.push(price(&world));
    }
    // Excess demand is (45 − 40)/40 while it pays and −1 while it does not.
    let (up, down) = ((0.01_f64 / 8.0).exp(), (-0.01_f64).exp());
    for (t, price) in prices.iter().enumerate().skip(1500) {
        assert!((1.2 * down..=1.2 * up).contains(price), "{price} at step {t}");
    }
    assert!(prices[100] < 1.0, "it begins below: {}", prices[100]);
}

/// What a scenario is refused for: the line and the words.
fn refused(text: &str) -> (String, String) {
    let loaded = Loaded::from_text("test.toml", text, Path::new(""), &[]);
    let error = loaded.and_then(|loaded| loaded.build(1, u64::MAX).map(|_| ())).expect_err(text);
    let (_, line, _) = place(&error).unwrap_or_else(|| panic!("{error} has no place"));
    let problem = &error.problem;
    let help = problem.help.clone().unwrap_or_default();
    (text.lines().nth(line - 1).unwrap_or_default().to_owned(), format!("{} {help}", problem.message))
}

const TWO: &str = "
[run]
name = 'two recipes'
steps = 1
[assets.GRAIN]
[assets.FLOUR]
[assets.WATER]
[resources.well]
capacity = { WATER = 10.0 }
rule = 'max_min'
[cohorts.millers]
size = 1
production = { kind = 'recipe', inputs = { GRAIN = 1.0 }, outputs = { FLOUR = 0.8 }, capacity = 10.0 }
[cohorts.growers]
size = 1
production = { kind = 'recipe', inputs = { FLOUR = 1.0 }, outputs = { GRAIN = 1.3 }, capacity = 10.0 }
";

#[test]
fn what_makes_something_from_nothing_is_refused_and_named() {
    let (line, told) = refused(TWO);
    assert_eq!(line, "[cohorts.millers]");
    for words in ["`millers` makes 0.8 FLOUR of 1 GRAIN", "`growers` makes 1.3 GRAIN of 1 FLOUR"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // The same with a loss, and with water that nobody makes.
    build(TWO, &["cohorts.growers.production.outputs.GRAIN=1.2"], 1);
    build(TWO, &["cohorts.growers.production.inputs.WATER=0.1"], 1);
    // A good half of the time half of it: 0.8·1.3·0.5 < 1.
    build(TWO, &["cohorts.growers.production.yield_share=0.5"], 1);
    let alone = TWO.replace("outputs = { GRAIN = 1.3 }", "outputs = { GRAIN = 0.1, FLOUR = 1.1 }");
    let (line, told) = refused(&alone);
    assert!(told.contains("`growers` makes 1.1 FLOUR + 0.1 GRAIN of 1 FLOUR"), "{told}");
    assert_eq!(line, "[cohorts.growers]");
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    for (from, to, words) in [
        ("inputs = { FLOUR = 1.0 }", "inputs = { FLOWER = 1.0 }", "there is no asset called `FLOWER`"),
        ("outputs = { GRAIN = 1.3 }", "outputs = { GRIAN = 1.3 }", "did you mean `GRAIN`?"),
        ("inputs = { FLOUR = 1.0 }", "inputs = { FLOUR = -1.0 }", "-1 is out of range"),
        ("inputs = { FLOUR = 1.0 }", "inputs = { FLOUR = nan }", "not a finite number"),
        ("outputs = { GRAIN = 1.3 }", "outputs = { GRAIN = 1e-9 }", "no whole number of its atoms"),
        ("capacity = 10.0 }\n[cohorts.growers]", "capacity = 1e14 }\n[cohorts.growers]", "cannot be counted exactly"),
        ("[assets.FLOUR]", "[assets.FLOUR]\nmaximum_supply = 5.0", "`FLOUR` has a maximum supply"),
        ("rule = 'max_min'", "rule = 'max_min'\nprovider = 'wells'", "there is no cohort called `wells`"),
    ] {
        let text = TWO.replace(from, to);
        assert_ne!(text, TWO, "{from}");
        let (line, told) = refused(&text);
        assert!(told.contains(words), "{words}: {told}");
        let at = to.lines().any(|to| line.contains(to)) || line == "[cohorts.millers]" || line == "[cohorts.growers]";
        assert!(at || line.contains("outputs = { FLOUR"), "{words}: {line}");
    }
}

#[test]
fn nobody_offers_the_same_goods_at_two_resources() {
    let text = TWO.replace("1.3", "1.1")
        + "
[resources.one]
provider = 'millers'
capacity = { FLOUR = 1.0 }
rule = 'max_min'
[resources.other]
provider = 'millers'
capacity = { FLOUR = 1.0 }
rule = 'max_min'
";
    let (line, told) = refused(&text);
    assert_eq!(line, "provider = 'millers'");
    assert!(told.contains("`millers` provides `FLOUR` at `one` already"), "{told}");
}

/// What orders do not count must not be on its way, and what is held is not leased.
#[test]
fn orders_that_count_stock_and_goods_that_are_held_are_for_now_and_here() {
    let asks = "demand = { resources = ['well'], requests = { kind = 'order_up_to', expected = 1.0 } }";
    let text = TWO.replace("1.3", "1.1").replace("[cohorts.growers]", &format!("[cohorts.growers]\n{asks}"));
    let text = text.replace("rule = 'max_min'", "rule = 'max_min'\nplace = '1'");
    let network = "[network]\ntopology = { kind = 'ring', places = 4 }\nlatency = 1\n";
    let (line, told) = refused(&format!("{text}{network}"));
    assert_eq!(line, "[cohorts.growers]");
    assert!(told.contains("let the `delay` of a recipe stand for the way"), "{told}");
    build(&format!("{text}{network}"), &["network.latency=0"], 1);
    let leased = TWO.replace("1.3", "1.1").replace("rule = 'max_min'", "provider = 'millers'\nleases = {}");
    assert!(refused(&leased).1.contains("not leased"), "{}", refused(&leased).1);
}
