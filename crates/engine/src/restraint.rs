//! What rules in force forbid a cohort's agents.

use walras_ledger::{AssetId, Atoms};
use walras_market::command::{Action, Command, Placement};
use walras_market::order::{OrdersPart, Rejection, Side};

/// What the agents of one cohort may not do in this step. It is made anew at the beginning of every step from the rules that
/// are then in force, so that it is no state.
#[derive(Debug, Clone, Default)]
pub struct Restraint {
    /// Nobody may act.
    all: bool,
    /// Who may not act, by row; empty where nobody is singled out.
    frozen: Vec<bool>,
    /// The most that an agent may come to hold by buying, by asset.
    most: Vec<(AssetId, Atoms)>,
}

impl Restraint {
    /// Forbids nothing any more.
    pub fn clear(&mut self) {
        self.all = false;
        self.frozen.clear();
        self.most.clear();
    }

    /// Forbids everybody to act.
    pub fn freeze_all(&mut self) {
        self.all = true;
    }

    /// Forbids the agent at `row` of `size` to act.
    pub fn freeze(&mut self, row: usize, size: usize) {
        self.frozen.resize(size, false);
        self.frozen[row] = true;
    }

    /// Forbids to buy beyond a holding of `most` atoms. Of several limits the lowest counts.
    pub fn limit(&mut self, asset: AssetId, most: Atoms) {
        self.most.push((asset, most));
    }

    /// Whether it forbids anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.all && self.frozen.is_empty() && self.most.is_empty()
    }

    /// Whether the agent at `row` may not act.
    #[must_use]
    pub fn is_frozen(&self, row: usize) -> bool {
        self.all || self.frozen.get(row).copied().unwrap_or(false)
    }

    /// The most of an asset that an agent may come to hold.
    fn most(&self, asset: AssetId) -> Atoms {
        let of_asset = self.most.iter().filter(|(limited, _)| *limited == asset);
        of_asset.map(|&(_, most)| most).fold(Atoms::MAX, Atoms::min)
    }

    /// Rejects what a chunk's agents, from `first` on, may not order of an asset of which they hold `held`. `size` is the
    /// one that all orders share, where they do.
    pub fn mark(&self, asset: AssetId, first: usize, held: &[Atoms], size: Option<Atoms>, orders: &mut OrdersPart<'_>) {
        let most = self.most(asset);
        for (i, &held) in held.iter().enumerate() {
            let side = orders.side[i];
            if side != Side::BUY && side != Side::SELL {
                continue;
            }
            let asked = size.unwrap_or_else(|| orders.size[i]);
            if self.is_frozen(first + i) {
                orders.side[i] = Side::rejected(side, Rejection::Frozen);
            } else if side == Side::BUY && held.saturating_add(asked) > most {
                orders.side[i] = Side::rejected(side, Rejection::PositionLimit);
            }
        }
    }

    /// Whether the agent at `row`, who holds `held` of an asset, may give a command. What stands may always be taken back.
    ///
    /// # Errors
    /// Why it may not.
    pub fn admit(&self, asset: AssetId, row: usize, held: Atoms, command: &Command) -> Result<(), Rejection> {
        let bought = match command.action {
            Action::Cancel | Action::CancelOrder { .. } => return Ok(()),
            Action::Quote { bid, .. } => bid.map_or(0, |bid| bid.size),
            Action::Place(Placement { side: Side::BUY, size, .. }) | Action::ReplaceOrder { size, .. } => size,
            _ => 0,
        };
        if self.is_frozen(row) {
            return Err(Rejection::Frozen);
        }
        if bought > 0 && held.saturating_add(bought) > self.most(asset) {
            return Err(Rejection::PositionLimit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: AssetId = AssetId(1);

    fn mark(restraint: &Restraint, side: [i8; 4], size: [Atoms; 4]) -> [i8; 4] {
        let (mut side, mut size) = (side, size);
        let mut orders = OrdersPart {
            side: &mut side,
            size: &mut size,
            limit: &mut [],
            priority_fee: &mut [],
            at_any_price: &mut [],
        };
        restraint.mark(TOKEN, 10, &[0, 5, 9, 50], None, &mut orders);
        side
    }

    #[test]
    fn purchases_beyond_the_limit_and_all_orders_of_the_frozen_are_rejected() {
        let mut restraint = Restraint::default();
        restraint.limit(TOKEN, 10);
        restraint.limit(TOKEN, 20);
        restraint.limit(AssetId(2), 0);
        let limit = Side::rejected(Side::BUY, Rejection::PositionLimit);
        assert_eq!(mark(&restraint, [1, 1, 1, -1], [10, 6, 1, 50]), [1, limit, 1, -1]);
        restraint.freeze(13, 20);
        let (bought, sold) = (Side::rejected(1, Rejection::Frozen), Side::rejected(-1, Rejection::Frozen));
        assert_eq!(mark(&restraint, [0, 1, 1, -1], [1, 5, 2, 1]), [0, 1, limit, sold]);
        restraint.freeze_all();
        assert_eq!(mark(&restraint, [0, 1, 1, -1], [1; 4]), [0, bought, bought, sold]);
        restraint.clear();
        assert!(restraint.is_idle());
        assert_eq!(mark(&restraint, [0, 1, 1, -1], [99; 4]), [0, 1, 1, -1]);
    }
}
