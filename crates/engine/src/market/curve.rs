//! A market that mints and burns along a bonding curve.

use walras_catalog::{Problem, Reference, Span, entry};
use walras_institutions::anchor::OnChange;
use walras_ledger::AssetId;
use walras_ledger::exchange::Counterparties;
use walras_market::arrival::Arrival;
use walras_market::curve::AnyCurve;

use super::{Mechanism, Opening, fees};
use crate::build::{countable, mint};
use crate::economy::Settlement;
use crate::venue::{Market, OnCurve, Venue};
use crate::world::World;

entry! {
    /// A market that mints and burns along a bonding curve.
    pub struct CurveMarket = "curve" {
        formula: "P = f(S, Φ)",
        source: "see each curve",
        /// The asset traded.
        asset: Reference;
        /// The curve and its parameters Φ.
        curve: AnyCurve;
        /// How the orders of one step settle.
        settlement: Settlement = Settlement::Batch;
        /// Who is served first when orders are served one after another.
        arrival: Arrival = Arrival::Shuffled;
        /// Fee on what bought tokens cost, paid on top.
        buy_fee: f64 = 0.0, within 0.0..1.0;
        /// Fee on what sold tokens return, kept back.
        sell_fee: f64 = 0.0, within 0.0..1.0;
        /// Money in the reserve before the first step; absent for what a hatch leaves there, or else for just what the
        /// tokens distributed require.
        initial_reserve: Option<f64>, within 0.0..=1e18, unit "numeraire";
        /// What happens to the reserve when a parameter changes while tokens are out.
        on_change: OnChange = OnChange::ReAnchor;
        /// Money that the funding account of `on_change = "fund"` starts with.
        change_fund: f64 = 0.0, within 0.0..=1e18, unit "numeraire";
    }
}

impl Mechanism for CurveMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let asset = opening.asset;
        let issuer = opening.ledger.issuer(asset);
        if let Some(other) = opening.venues.iter().find(|venue| venue.asset == asset && venue.accounts.tokens == issuer)
        {
            let message = format!("`{}` already issues `{}`", other.name, self.asset.name);
            return Err(Problem::at(self.asset.span, message, "an asset that no other market issues"));
        }
        let (money, charged) = (opening.account("reserve"), opening.account("fees"));
        let tributes = opening.account("funding_pool");
        let on = OnCurve {
            curve: self.curve.clone(),
            anchor: 1.0,
            settlement: self.settlement,
            on_change: self.on_change,
            change_account: opening.account("change_fund"),
        };
        let terms = fees(self.buy_fee, self.sell_fee).with_tributes(self.curve.tributes());
        let accounts = Counterparties { asset, tokens: issuer, money, fees: charged, priority_fees: charged, tributes };
        Ok(opening.venue(Market::Curve(on), terms, self.arrival, accounts))
    }

    /// Puts into the reserve what it is declared to hold, or what buying back the tokens out would need.
    fn endow(&self, name: &str, span: Span, venue: usize, world: &mut World) -> Result<(), Problem> {
        let venue = &world.venues[venue];
        let Some(on) = venue.curve() else { return Ok(()) };
        let (supply, _) = venue.standing(&world.ledger);
        let at = |message: String, expected: &str| Problem::at(span, format!("market `{name}`: {message}"), expected);
        let money = &world.assets[0];
        let opening = on.curve.opening(supply as f64 / world.assets[venue.asset.index()].scale);
        let given = self.initial_reserve.or(opening.map(|(reserve, _)| reserve));
        let given = given.map(|reserve| countable(money, reserve, span)).transpose()?;
        let pool = countable(money, opening.map_or(0.0, |(_, pool)| pool), span)?;
        let reserve = if on.curve.reserve(0.0).is_some() {
            let needed = on.exact(venue.decimals).required_reserve(supply, 0);
            let needed =
                needed.ok_or_else(|| at("what the tokens out are worth cannot be counted".into(), "fewer tokens"))?;
            if let Some(given) = given.filter(|&given| given < needed) {
                let message =
                    format!("a reserve of {given} atoms does not cover the {needed} that the tokens out are owed");
                return Err(at(message, "leave `initial_reserve` out to hold just what is owed"));
            }
            given.unwrap_or(needed)
        } else {
            match given {
                Some(given) if given > 0 && supply > 0 => given,
                _ => {
                    let message = "its price is a ratio of reserve to supply, so both must be there from the start";
                    let help =
                        "give `initial_reserve` and a [distributions.*] released at genesis, or to be released later";
                    return Err(at(message.to_owned(), "needs `initial_reserve` and tokens out").help(help));
                }
            }
        };
        let fund = countable(money, self.change_fund, span)?;
        let accounts = venue.accounts;
        for (account, amount) in [(accounts.money, reserve), (accounts.tributes, pool), (on.change_account, fund)] {
            mint(&mut world.ledger, AssetId::NUMERAIRE, account, amount)
                .map_err(|why| at(why.to_string(), "less money"))?;
        }
        let price = venue.price(&world.ledger);
        if !(price.is_finite() && price >= 0.0) {
            return Err(at(format!("the price at the start is {price}"), "parameters that give a price"));
        }
        Ok(())
    }

    fn turn(&self) -> u32 {
        1
    }
}
