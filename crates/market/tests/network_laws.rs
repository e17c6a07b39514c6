//! Laws that every topology keeps: links join different places that exist, no two the same, and are the same for the same
//! keys; and what the literature says of each.

use std::sync::Arc;

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::network::{AnyTopology, Files, Ground, Link, Network};
use walras_numerics::{Keys, Purpose};

struct Roads(Vec<[&'static str; 3]>);

impl Files for Roads {
    fn texts(&mut self, _: &str, column: &str) -> Result<Arc<[String]>, String> {
        let at = usize::from(column == "to");
        Ok(self.0.iter().map(|row| row[at].to_owned()).collect())
    }

    fn numbers(&mut self, _: &str, _: &str) -> Result<Arc<[f64]>, String> {
        Ok(self.0.iter().map(|row| row[2].parse().unwrap()).collect())
    }
}

fn roads() -> Roads {
    Roads(vec![["Ulm", "Bonn", "2.5"], ["Bonn", "Kiel", "1"], ["Kiel", "Ulm", "0"]])
}

fn build(pairs: &[(&str, Node)], seed: u64, roads: &mut Roads) -> Result<Network, String> {
    let mut table = Table::default();
    for (name, node) in pairs {
        table.set(name, Span::default(), Value::made(node.clone()));
    }
    let topology = AnyTopology::read(&Value::made(Node::Table(table)), None).unwrap();
    let link = Link { cost: 0.5, latency: 1, capacity: f64::INFINITY };
    topology.build(&mut Ground { keys: Keys::new(seed), purpose: Purpose::network(0), link, files: roads })
}

fn whole(name: &'static str, number: i64) -> (&'static str, Node) {
    (name, Node::Integer(number))
}

/// Parameters of every entry; a new entry without them fails the test.
fn samples(kind: &str) -> Vec<(&'static str, Node)> {
    match kind {
        "ring" => vec![whole("places", 20), whole("reach", 3)],
        "grid" => vec![whole("rows", 4), whole("columns", 5), ("torus", Node::Flag(true))],
        "star" | "complete" => vec![whole("places", 20)],
        "random" => vec![whole("places", 200), ("probability", Node::Float(0.1))],
        "small_world" => vec![whole("places", 200), whole("reach", 3), ("rewiring", Node::Float(0.2))],
        "scale_free" => vec![whole("places", 2000), whole("links", 3)],
        "file" => vec![("file", Node::Text("roads.csv".to_owned())), ("cost", Node::Text("toll".to_owned()))],
        other => panic!("give parameters of `{other}`"),
    }
}

fn of(kind: &str, seed: u64) -> Network {
    let mut pairs = samples(kind);
    pairs.push(("kind", Node::Text(kind.to_owned())));
    build(&pairs, seed, &mut roads()).unwrap()
}

#[test]
fn links_join_different_places_once_and_are_drawn_alike() {
    for entry in AnyTopology::catalog() {
        let links = |seed: u64| of(entry.name, seed).links().map(|(a, b, _)| (a.min(b), a.max(b))).collect::<Vec<_>>();
        let network = of(entry.name, 1);
        let mut found = links(1);
        assert_eq!(found, links(1), "{}", entry.name);
        assert!(found.iter().all(|(a, b)| a < b && *b < network.len()), "{}", entry.name);
        let degrees: usize = (0..network.len()).map(|place| network.degree(place)).sum();
        assert_eq!(degrees, 2 * found.len(), "{}", entry.name);
        found.sort_unstable();
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{}: linked twice", entry.name);
        let drawn = matches!(entry.name, "random" | "small_world" | "scale_free");
        assert_eq!(drawn, links(1) != links(2), "{}", entry.name);
    }
}

#[test]
fn topologies_have_the_links_that_they_say() {
    let count = |kind: &str| of(kind, 3).links().count();
    assert_eq!((count("ring"), count("grid"), count("star"), count("complete")), (60, 40, 19, 190));
    // Every link of the circle is kept or led elsewhere; each place that comes brings three to the first four's six.
    assert_eq!((count("small_world"), count("scale_free")), (600, 6 + 1996 * 3));
    // 19,900 pairs: within four standard deviations of a tenth of them.
    assert!((count("random") as f64 - 1990.0).abs() < 4.0 * (19_900.0_f64 * 0.09).sqrt());
}

/// Places with k links or more become as rare as k^−2 (Barabási and Albert 1999: 2·m(m+1)/(k(k+1)(k+2)) have just k), so the
/// share that has at least 4m is close to m(m+1)/(4m(4m+1)).
#[test]
fn scale_free_networks_have_hubs() {
    let network = of("scale_free", 5);
    let share = (0..network.len()).filter(|&place| network.degree(place) >= 12).count() as f64 / network.len() as f64;
    let expected = 12.0 / (12.0 * 13.0);
    assert!((share - expected).abs() < 0.02, "{share} of the places, {expected} expected");
    let most = (0..network.len()).map(|place| network.degree(place)).max().unwrap();
    assert!(most > 60, "the largest hub has {most} links");
}

/// Short cuts bring places together: the mean number of links of a way falls to a fraction (Watts and Strogatz 1998).
#[test]
fn short_cuts_make_a_small_world() {
    let mean = |rewiring: f64| {
        let pairs = [
            ("kind", Node::Text("small_world".to_owned())),
            whole("places", 500),
            whole("reach", 2),
            ("rewiring", Node::Float(rewiring)),
        ];
        let network = build(&pairs, 7, &mut roads()).unwrap();
        let ways = network.ways_to(0);
        (0..network.len()).map(|place| ways.links(place).count() as f64).sum::<f64>() / 499.0
    };
    // In the circle ways have up to 125 links, 62.75 on average.
    assert!((mean(0.0) - 62.75).abs() < 0.5, "{}", mean(0.0));
    assert!(mean(0.1) < 15.0, "{}", mean(0.1));
}

#[test]
fn a_file_names_its_places_and_what_its_links_are_like() {
    let network = of("file", 1);
    assert_eq!(network.names(), ["Ulm", "Bonn", "Kiel"]);
    let ways = network.ways_to(0);
    // Round by Kiel costs 1, straight 2.5.
    assert_eq!((ways.cost(1), ways.latency(1)), (1.0, 2));
    let mut pairs = samples("file");
    pairs.push(("kind", Node::Text("file".to_owned())));
    let twice = Roads(vec![["Ulm", "Bonn", "2.5"], ["Bonn", "Ulm", "1"]]);
    let wrong = Roads(vec![["Ulm", "Bonn", "-2.5"]]);
    let itself = Roads(vec![["Ulm", "Ulm", "1"]]);
    for (mut roads, words) in
        [(twice, "data row 2: `Bonn` and `Ulm` are linked"), (wrong, "`toll` is -2.5"), (itself, "to itself")]
    {
        let why = build(&pairs, 1, &mut roads).unwrap_err();
        assert!(why.contains(words), "{why}");
    }
}
