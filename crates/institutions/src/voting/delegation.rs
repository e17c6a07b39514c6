//! Where delegated votes end.
//!
//! Each voter may name another that votes in its stead; that one may name another. Whoever votes itself ends the chain.

/// Stands for a voter whose vote ends nowhere: its chain runs into a circle, or to one that did not vote.
pub const NOWHERE: u32 = u32::MAX;

/// The first circle of delegations, by the rows in it in the order of delegation, where there is one. A voter that
/// delegates to itself delegates to nobody.
#[must_use]
pub fn circle(delegates: &[u32]) -> Option<Vec<u32>> {
    // The number of the walk that first met a voter; a walk that meets itself has closed a circle.
    let mut walk_of = vec![0_u32; delegates.len()];
    for (walk, start) in (1..).zip(0..delegates.len() as u32) {
        let mut at = start;
        while walk_of[at as usize] == 0 {
            walk_of[at as usize] = walk;
            at = delegates[at as usize];
        }
        let ends = delegates[at as usize] == at;
        if walk_of[at as usize] == walk && !ends {
            let next = |row: &u32| Some(delegates[*row as usize]).filter(|&row| row != at);
            return Some(std::iter::successors(Some(at), next).collect());
        }
    }
    None
}

/// Who casts each voter's vote: itself where it `voted`, else the first along its chain that did, else [`NOWHERE`].
#[must_use]
pub fn casters(delegates: &[u32], voted: impl Fn(usize) -> bool) -> Vec<u32> {
    const UNKNOWN: u32 = u32::MAX - 1;
    const UNDER_WAY: u32 = u32::MAX - 2;
    let mut casters = vec![UNKNOWN; delegates.len()];
    let mut chain = Vec::new();
    for start in 0..delegates.len() {
        let mut at = start;
        let end = loop {
            match casters[at] {
                UNKNOWN if voted(at) => break at as u32,
                UNKNOWN if delegates[at] as usize == at => break NOWHERE,
                UNKNOWN => {
                    casters[at] = UNDER_WAY;
                    chain.push(at);
                    at = delegates[at] as usize;
                }
                UNDER_WAY => break NOWHERE,
                known => break known,
            }
        };
        casters[at] = end;
        chain.drain(..).for_each(|row| casters[row] = end);
    }
    casters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_circle_is_named_and_a_chain_is_none() {
        assert_eq!(circle(&[1, 2, 2, 3]), None);
        assert_eq!(circle(&[1, 2, 3, 1]), Some(vec![1, 2, 3]));
        assert_eq!(circle(&[0, 2, 1]), Some(vec![1, 2]));
        assert_eq!(circle(&[]), None);
    }

    /// 0 → 1 → 2: the vote of 0 is cast by the first along the chain that votes.
    #[test]
    fn whoever_votes_itself_ends_the_chain() {
        let delegates = [1, 2, 2];
        assert_eq!(casters(&delegates, |row| row == 2), [2, 2, 2]);
        assert_eq!(casters(&delegates, |row| row >= 1), [1, 1, 2]);
        assert_eq!(casters(&delegates, |row| row == 0), [0, NOWHERE, NOWHERE]);
        // A circle in which nobody votes ends nowhere; one vote in it ends it.
        assert_eq!(casters(&[1, 0, 0], |_| false), [NOWHERE; 3]);
        assert_eq!(casters(&[1, 0, 0], |row| row == 1), [1, 1, 1]);
    }

    /// The slow twin: walk from each voter until someone votes, or as many steps as there are voters.
    fn by_walking(delegates: &[u32], voted: &[bool]) -> Vec<u32> {
        let walk = |start: usize| {
            let mut at = start;
            for _ in 0..=delegates.len() {
                if voted[at] {
                    return at as u32;
                }
                at = delegates[at] as usize;
            }
            NOWHERE
        };
        (0..delegates.len()).map(walk).collect()
    }

    proptest! {
        #[test]
        fn chains_end_where_walking_ends(
            graph in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.3)), 1..60),
        ) {
            let delegates: Vec<u32> = graph.iter().map(|(to, _)| to.index(graph.len()) as u32).collect();
            let voted: Vec<bool> = graph.iter().map(|&(_, voted)| voted).collect();
            prop_assert_eq!(casters(&delegates, |row| voted[row]), by_walking(&delegates, &voted));
            // There is a circle exactly when, from somewhere, walking ends at nobody who delegates to itself.
            let itself: Vec<bool> = (0..delegates.len()).map(|row| delegates[row] as usize == row).collect();
            let circular = by_walking(&delegates, &itself).contains(&NOWHERE);
            let found = circle(&delegates);
            prop_assert_eq!(found.is_some(), circular);
            if let Some(rows) = found {
                for (at, &row) in rows.iter().enumerate() {
                    prop_assert_eq!(delegates[row as usize], rows[(at + 1) % rows.len()]);
                }
            }
        }
    }
}
