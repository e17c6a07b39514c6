//! Money or tokens that come or go for reasons outside the model.

use walras_catalog::{Problem, Reference, entry};
use walras_ledger::{AssetId, Atoms, Broken, CohortId, Reason};

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// Changes the holdings of every agent of a cohort at each step the event holds.
    ///
    /// Money given is issued and money taken is retired. Tokens cannot be issued past a market's back: tokens are
    /// only moved between agents and the account `shock:tokens`, which holds what earlier events took. What an agent
    /// or that account does not have is not taken, and the record says how much was not.
    pub struct TransferShock = "transfer" {
        formula: "x_i' = x_i + amount, or x_i·(1 + share)",
        check: |this| match (this.amount, this.share) {
            (Some(_), None) | (None, Some(_)) => Ok(()),
            _ => Err(("amount", "exactly one of `amount` and `share` must be given".to_owned())),
        },
        source: "elementary",
        /// What moves; absent for the numeraire.
        asset: Option<Reference>;
        /// Whose holdings change.
        cohort: Reference;
        /// Units of the asset given to each agent; taken when negative.
        amount: Option<f64>, within -9e18..=9e18, unit "units of the asset";
        /// Share of what each agent holds that is given; taken when negative.
        share: Option<f64>, within -1.0..=1000.0;
    }
}

struct Moved {
    cohort: CohortId,
    cohort_name: String,
    asset: AssetId,
    amount: Option<Atoms>,
    share: f64,
}

impl Shock for TransferShock {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let cohort = self.cohort.find("cohort", world.cohorts.iter().map(|cohort| cohort.name.as_str()))?;
        let names = || world.assets.iter().map(|asset| asset.name.as_str());
        let asset = self.asset.as_ref().map_or(Ok(0), |asset| asset.find("asset", names()))?;
        let id = AssetId(asset as u16);
        if !world.ledger.can_hold(world.cohorts[cohort].id, id) {
            let message = format!("the agents of `{}` cannot hold `{}`", self.cohort.name, world.assets[asset].name);
            return Err(Problem::at(self.cohort.span, message, "a cohort that trades the asset"));
        }
        let scale = world.assets[asset].scale;
        let amount = self
            .amount
            .map(|amount| world.assets[asset].atoms(amount.abs()).map(|a| if amount < 0.0 { -a } else { a }));
        let amount = match amount {
            Some(None) => {
                let message = format!("an amount of {} is more than can be counted", self.amount.unwrap_or(0.0));
                return Err(Problem::at(self.cohort.span, message, format!("at most {:e}", 9.2e18 / scale)));
            }
            Some(Some(amount)) => Some(amount),
            None => None,
        };
        let cohort_name = self.cohort.name.clone();
        Ok(Box::new(Moved {
            cohort: world.cohorts[cohort].id,
            cohort_name,
            asset: id,
            amount,
            share: self.share.unwrap_or(0.0),
        }))
    }
}

impl Happen for Moved {
    fn happen(&self, world: &mut World, _: bool, events: &mut Events) -> Result<(), Broken> {
        let asked = |held: Atoms| self.amount.unwrap_or((held as f64 * self.share) as Atoms);
        let is_money = self.asset == AssetId::NUMERAIRE;
        let account = if is_money { world.ledger.issuer(self.asset) } else { world.shock_account };
        // What the other side can give: issuers as much as can still be counted.
        let mut left = if is_money {
            Atoms::MAX - world.ledger.supply(self.asset)
        } else {
            world.ledger.held(account, self.asset)
        };
        let mut short = 0_i128;
        let mut changes = Vec::with_capacity(world.ledger.cohort_size(self.cohort));
        for &held in world.ledger.column(self.cohort, self.asset).unwrap_or_default() {
            let asked = asked(held);
            let change = if asked < 0 { asked.max(-held) } else { asked.min(left) };
            left -= change;
            short += i128::from(asked - change).abs();
            changes.push(change);
        }
        let total = world.ledger.post_column(self.cohort, self.asset, account, Reason::Shock, |row, _| changes[row])?;
        let name = &world.assets[self.asset.index()].name;
        let atoms = |amount: i128| Atoms::try_from(amount).unwrap_or(Atoms::MAX);
        events.push(
            "transfer",
            &self.cohort_name,
            &format!("{name} given to (positive) or taken from agents"),
            Some(atoms(total)),
        );
        if short > 0 {
            events.push(
                "transfer_short",
                &self.cohort_name,
                &format!("{name} that was not there to move"),
                Some(atoms(short)),
            );
        }
        Ok(())
    }
}
