//! How an order is carried out where orders can rest.

use walras_catalog::choice;
use walras_ledger::Atoms;

choice! {
    /// What becomes of what an order does not trade at once. An order at any price never stands, whatever this says.
    pub enum Execution {
        /// It stands as long as the market lets orders stand.
        Limit = "limit",
        /// It stands through a last step, which its lifetime says.
        GoodTillStep = "good_till_step",
        /// It is cancelled.
        ImmediateOrCancel = "immediate_or_cancel",
        /// An order that cannot trade in full at once is rejected.
        FillOrKill = "fill_or_kill",
        /// An order that would trade at once is rejected; any other stands.
        PostOnly = "post_only",
    }
}

/// How an order is carried out; orders of one cohort share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// What becomes of what does not trade at once.
    pub execution: Execution,
    /// Steps that the order stands or waits after the one in which it came, 0 for none; `None` as long as the market's
    /// own rules let it.
    pub lifetime: Option<u32>,
    /// Atoms of the asset that are shown at a time; `None` for all.
    pub displayed: Option<Atoms>,
}

impl Manner {
    /// A plain limit order.
    pub const PLAIN: Self = Self { execution: Execution::Limit, lifetime: None, displayed: None };

    /// What of it contradicts itself, for an order that waits for a price where `stop`: the setting to blame and why.
    ///
    /// # Errors
    /// When no book could carry it out.
    pub fn check(&self, stop: bool) -> Result<(), (&'static str, &'static str)> {
        use Execution::{FillOrKill, GoodTillStep, ImmediateOrCancel, PostOnly};
        let fleeting = matches!(self.execution, ImmediateOrCancel | FillOrKill);
        match self.execution {
            GoodTillStep if self.lifetime.is_none() => {
                return Err(("execution", "an order that is good till a step needs a `lifetime`"));
            }
            FillOrKill if stop => {
                return Err(("stop", "a stop cannot be fill-or-kill: what it meets is not known before"));
            }
            PostOnly if stop => {
                return Err(("stop", "a stop cannot be post-only: once triggered it is there to trade"));
            }
            ImmediateOrCancel | FillOrKill if self.lifetime.is_some() && !stop => {
                return Err(("lifetime", "an order that never stands has no `lifetime`"));
            }
            _ => {}
        }
        match self.displayed {
            Some(..=0) => Err(("displayed", "an iceberg shows at least one lot")),
            Some(_) if stop => Err(("displayed", "a stop is no iceberg: nothing of it shows before it is triggered")),
            Some(_) if fleeting => Err(("displayed", "an order that never stands shows nothing")),
            Some(_) if self.execution == PostOnly => {
                Err(("displayed", "an order is post-only or an iceberg, not both"))
            }
            _ => Ok(()),
        }
    }

    /// Whether what does not trade at once is cancelled.
    #[must_use]
    pub const fn is_fleeting(&self) -> bool {
        matches!(self.execution, Execution::ImmediateOrCancel | Execution::FillOrKill)
    }
}

impl Default for Manner {
    fn default() -> Self {
        Self::PLAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the settings of an order only these go together; written out beside the rules above.
    #[test]
    fn only_settings_that_a_book_can_carry_out_go_together() {
        use Execution::{FillOrKill, GoodTillStep, ImmediateOrCancel, Limit, PostOnly};
        let possible = |execution, stop, lives, shows| {
            matches!(
                (execution, stop, lives, shows),
                (Limit, false, _, _)
                    | (GoodTillStep, false, true, _)
                    | (PostOnly, false, _, false)
                    | (Limit | ImmediateOrCancel, true, _, false)
                    | (GoodTillStep, true, true, false)
                    | (ImmediateOrCancel | FillOrKill, false, false, false)
            )
        };
        for execution in [Limit, GoodTillStep, ImmediateOrCancel, FillOrKill, PostOnly] {
            for bits in 0..8 {
                let [stop, lives, shows] = [1, 2, 4].map(|bit| bits & bit != 0);
                let manner = Manner { execution, lifetime: lives.then_some(3), displayed: shows.then_some(10) };
                assert_eq!(manner.check(stop).is_ok(), possible(execution, stop, lives, shows), "{manner:?} {stop}");
            }
        }
        assert_eq!(Manner { displayed: Some(0), ..Manner::PLAIN }.check(false).unwrap_err().0, "displayed");
    }
}
