//! Who gets a task that is auctioned.

use walras_ledger::Atoms;

use super::{By, Pays};

/// What a worker asks for a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// How much, at least 0.
    pub amount: Atoms,
    /// A draw that decides between equal asks.
    pub lot: u32,
    /// Who asks.
    pub by: By,
}

/// The lowest ask of at most `most`, and what is paid for it; `None` where there is none. Equals are told apart by lot, then
/// by place.
///
/// Paid the second lowest ask, who asks for its cost does best whatever the others ask (Vickrey 1961).
#[must_use]
pub fn lowest_ask(asks: impl Iterator<Item = Ask>, most: Atoms, pays: Pays) -> Option<(By, Atoms)> {
    let (mut lowest, mut second): (Option<Ask>, Option<Ask>) = (None, None);
    for ask in asks.filter(|ask| ask.amount <= most) {
        if lowest.is_none_or(|lowest| ask < lowest) {
            second = lowest.replace(ask);
        } else if second.is_none_or(|second| ask < second) {
            second = Some(ask);
        }
    }
    let price = |lowest: &Ask| match pays {
        Pays::Own => lowest.amount,
        Pays::Second => second.map_or(most, |second| second.amount),
    };
    lowest.map(|lowest| (lowest.by, price(&lowest)))
}
