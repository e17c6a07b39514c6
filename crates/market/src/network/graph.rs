//! A network as it stands, and the ways over it.

use petgraph::algo::{connected_components, dijkstra};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;

use super::LINKS_MAX;

/// What a link is like; the same in both directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// What carrying a unit over it costs, numeraire.
    pub cost: f64,
    /// Steps that it takes.
    pub latency: u32,
    /// Units that it carries in a step; infinite for any.
    pub capacity: f64,
}

/// Places and links.
#[derive(Debug, Clone)]
pub struct Network {
    /// The names of places.
    names: Vec<String>,
    graph: UnGraph<(), Link>,
}

impl Network {
    /// Places without links, called by their numbers.
    #[must_use]
    pub fn of(places: usize) -> Self {
        Self::named((0..places).map(|place| place.to_string()).collect())
    }

    /// Places of these names without links.
    #[must_use]
    pub fn named(names: Vec<String>) -> Self {
        let mut graph = UnGraph::with_capacity(names.len(), 2 * names.len());
        for _ in &names {
            graph.add_node(());
        }
        Self { names, graph }
    }

    /// Links two places, unless they are linked already.
    ///
    /// # Errors
    /// When a place is linked to itself, or there are too many links.
    ///
    /// # Panics
    /// When a place does not exist.
    pub fn link(&mut self, one: usize, other: usize, link: Link) -> Result<(), String> {
        if one == other {
            return Err(format!("`{}` cannot be linked to itself", self.names[one]));
        }
        if self.graph.edge_count() == LINKS_MAX {
            return Err(format!("a network has at most {LINKS_MAX} links"));
        }
        let (one, other) = (NodeIndex::new(one), NodeIndex::new(other));
        if self.graph.find_edge(one, other).is_none() {
            self.graph.add_edge(one, other, link);
        }
        Ok(())
    }

    /// Whether two places are linked.
    #[must_use]
    pub fn are_linked(&self, one: usize, other: usize) -> bool {
        self.graph.find_edge(NodeIndex::new(one), NodeIndex::new(other)).is_some()
    }

    /// The names of places.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The links: the places they join, and what they are like.
    pub fn links(&self) -> impl Iterator<Item = (usize, usize, Link)> + '_ {
        self.graph.edge_references().map(|it| (it.source().index(), it.target().index(), *it.weight()))
    }

    /// How many links a place has.
    #[must_use]
    pub fn degree(&self, place: usize) -> usize {
        self.graph.edges(NodeIndex::new(place)).count()
    }

    /// In how many parts, not linked with each other, it falls.
    #[must_use]
    pub fn parts(&self) -> usize {
        connected_components(&self.graph)
    }

    /// The ways to `place` from all others that cost least, of those the quickest, of those the ones over fewest links,
    /// and of those over the neighbour of the lowest number.
    #[must_use]
    pub fn ways_to(&self, place: usize) -> Ways {
        let from = NodeIndex::new(place);
        let found = dijkstra(&self.graph, from, None, |it| Length::of(*it.weight()));
        let lengths: Vec<Option<Length>> = (0..self.len()).map(|to| found.get(&NodeIndex::new(to)).copied()).collect();
        let next = (0..self.len()).map(|at| self.next(at, place, &lengths)).collect();
        Ways { lengths, next }
    }

    /// The link by which the way from `at` begins, and where it leads.
    fn next(&self, at: usize, place: usize, lengths: &[Option<Length>]) -> Option<(usize, usize)> {
        let length = lengths[at].filter(|_| at != place)?;
        let edges = self.graph.edges(NodeIndex::new(at));
        let leads = edges
            .filter(|it| lengths[it.target().index()].is_some_and(|rest| rest + Length::of(*it.weight()) == length));
        leads.map(|it| (it.target().index(), it.id().index())).min().map(|(to, link)| (link, to))
    }
}

/// How long a way is: what it costs, then how long it takes, then over how many links.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
struct Length {
    cost: f64,
    latency: u32,
    links: u32,
}

impl Length {
    fn of(link: Link) -> Self {
        Self { cost: link.cost, latency: link.latency, links: 1 }
    }
}

impl std::ops::Add for Length {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cost: self.cost + other.cost,
            latency: self.latency.saturating_add(other.latency),
            links: self.links + other.links,
        }
    }
}

/// The best ways to one place from all others.
#[derive(Debug, Clone)]
pub struct Ways {
    lengths: Vec<Option<Length>>,
    /// The link by which each way begins, and the place it leads to.
    next: Vec<Option<(usize, usize)>>,
}

impl Ways {
    /// Whether there is a way from `place`.
    #[must_use]
    pub fn exists(&self, place: usize) -> bool {
        self.lengths[place].is_some()
    }

    /// What carrying a unit costs, numeraire; infinite without a way.
    #[must_use]
    pub fn cost(&self, place: usize) -> f64 {
        self.lengths[place].map_or(f64::INFINITY, |length| length.cost)
    }

    /// How many steps it takes; none without a way.
    #[must_use]
    pub fn latency(&self, place: usize) -> u32 {
        self.lengths[place].map_or(0, |length| length.latency)
    }

    /// The links of the way from `place`, by number in [`Network::links`], from there on.
    pub fn links(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = place;
        std::iter::from_fn(move || {
            let (link, to) = self.next[at]?;
            at = to;
            Some(link)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with a dear diagonal: the way round costs less.
    #[test]
    fn ways_cost_least() {
        let mut network = Network::of(5);
        let link = |cost: f64| Link { cost, latency: 2, capacity: f64::INFINITY };
        for (one, other, cost) in [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 2.0), (0, 2, 3.0)] {
            network.link(one, other, link(cost)).unwrap();
        }
        let ways = network.ways_to(0);
        assert_eq!([0, 1, 2, 3, 4].map(|place| ways.cost(place)), [0.0, 1.0, 2.0, 2.0, f64::INFINITY]);
        assert_eq!([0, 1, 2, 3].map(|place| ways.latency(place)), [0, 2, 4, 2]);
        assert_eq!(ways.links(2).collect::<Vec<_>>(), [1, 0]);
        assert!(!ways.exists(4) && ways.links(4).next().is_none());
        assert_eq!(network.parts(), 2);
        assert!(network.link(3, 3, link(0.0)).is_err());
    }
}
