//! The answer to the question of a prediction market.

use std::ops::Range;

use walras_catalog::{Problem, Reference, entry};
use walras_ledger::{AssetId, Atoms, Broken, Ledger, NamedId, Reason, Transfer};

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// The answer of a prediction market becomes known: one of the outcomes that its maker sold comes true.
    ///
    /// At the first step the maker pays one of the numeraire for each token of the outcome, to whoever holds it, and nothing
    /// for the others; all are taken back. From then on, whatever the event's last step, the market refuses orders, its
    /// prices are 1 and 0, and so are the fundamental values where the outcomes have any. What is left of the subsidy stays
    /// in the maker's account.
    pub struct Resolution = "resolution" {
        formula: "b_i' = b_i + x_i(outcome), x_i' = 0",
        source: "R. Hanson, \"Combinatorial information market design\", Information Systems Frontiers 5(1), 2003",
        /// The outcome that comes true: an asset that a `shared_pool` by a scoring rule (`lmsr`) sells.
        outcome: Reference;
    }
}

struct Resolved {
    /// The venue of the outcome, and those of all.
    winner: usize,
    family: Range<usize>,
}

impl Shock for Resolution {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let Reference { name, span, .. } = &self.outcome;
        let names = world.assets.iter().map(|asset| asset.name.as_str());
        let asset = AssetId(self.outcome.find("asset", names)? as u16);
        let sells = |v: &usize| world.venues[*v].pool().is_some_and(|on| on.name == "lmsr");
        let winner = (0..world.venues.len()).filter(sells).find(|&v| world.venues[v].asset == asset);
        let Some((winner, on)) = winner.and_then(|v| Some((v, world.venues[v].pool()?))) else {
            let message = format!("`{name}` is no outcome that a market maker sold");
            return Err(Problem::at(*span, message, "an asset of a `shared_pool` whose pool is `lmsr`"));
        };
        let family = on.family.clone();
        let outcomes: Vec<AssetId> = family.clone().map(|v| world.venues[v].asset).collect();
        let elsewhere = world
            .venues
            .iter()
            .enumerate()
            .find(|(v, venue)| !family.contains(v) && venue.router().is_none() && outcomes.contains(&venue.asset));
        if let Some((_, venue)) = elsewhere {
            let message = format!("the market `{}` trades an outcome too, and would go on", venue.name);
            return Err(Problem::at(*span, message, "outcomes that trade at their maker alone"));
        }
        Ok(Box::new(Resolved { winner, family }))
    }
}

impl Happen for Resolved {
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken> {
        if first {
            self.resolve(world, events)?;
        }
        world.venues[self.family.clone()].iter_mut().for_each(|venue| venue.halted = true);
        Ok(())
    }
}

impl Resolved {
    fn resolve(&self, world: &mut World, events: &mut Events) -> Result<(), Broken> {
        let World { venues, ledger, cohorts, assets, .. } = world;
        let asset = venues[self.winner].asset;
        let name = assets[asset.index()].name.clone();
        let Some(token) = venues[self.winner].pool().map(|on| on.token) else { return Ok(()) };
        let mut paid = None;
        for v in self.family.clone() {
            // Each venue has a copy of the pool.
            if let crate::venue::Market::Pool(on) = &mut venues[v].market {
                paid = on.pool.resolve(token).ok();
            }
        }
        let Some(paid) = paid else {
            events.push("resolution", &name, "the question had been answered before", None);
            return Ok(());
        };
        let mut redeemed = 0;
        for v in self.family.clone() {
            let (outcome, from) = (venues[v].asset, venues[v].accounts.money);
            let pays = (v == self.winner).then_some(from);
            let issuer = ledger.issuer(outcome);
            for cohort in cohorts.iter() {
                let Some(held) = ledger.column(cohort.id, outcome).map(<[Atoms]>::to_vec) else { continue };
                ledger.post_column(cohort.id, outcome, issuer, Reason::Redemption, |_, held| -held)?;
                if let Some(from) = pays {
                    redeemed +=
                        ledger
                            .post_column(cohort.id, AssetId::NUMERAIRE, from, Reason::Redemption, |row, _| held[row])?;
                }
            }
            for account in ledger.named_accounts() {
                redeemed += i128::from(redeem(ledger, account, outcome, pays)?);
            }
            let fundamental = &mut assets[outcome.index()].fundamental;
            *fundamental = fundamental.map(|_| f64::from(u8::from(pays.is_some())));
        }
        if redeemed != i128::from(paid) {
            return Err(Broken(format!("{redeemed} atoms were paid for {name}, of which {paid} were out")));
        }
        events.push("resolution", &name, "came true: paid for its tokens, the others are worth nothing", Some(paid));
        Ok(())
    }
}

/// Takes back what a named account holds of an outcome, an account that keeps what an event took for instance, and pays
/// for it where that is so: how much.
fn redeem(ledger: &mut Ledger, account: NamedId, outcome: AssetId, pays: Option<NamedId>) -> Result<Atoms, Broken> {
    let (issuer, amount) = (ledger.issuer(outcome), ledger.held(account, outcome));
    if account == issuer || amount <= 0 {
        return Ok(0);
    }
    let mut post = |asset, from: NamedId, to: NamedId| {
        let transfer = Transfer { asset, from: from.into(), to: to.into(), amount, reason: Reason::Redemption };
        ledger.post(transfer).map_err(|why| Broken(format!("a redemption: {why}")))
    };
    post(outcome, account, issuer)?;
    let Some(from) = pays else { return Ok(0) };
    post(AssetId::NUMERAIRE, from, account)?;
    Ok(amount)
}
