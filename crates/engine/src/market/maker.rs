//! How an order book names the bonding curve that makes its market.

use walras_catalog::{Bounds, Problem, Reference, entry};
use walras_market::curve::quotes::Spacing;

use super::Opening;
use crate::venue::{Market, OnMaker};

entry! {
    /// A bonding curve that quotes into an order book.
    ///
    /// Before every turn, and again after every order that traded with it, the book holds the curve's asks above its price
    /// and its bids below: at each tick as much as the curve sells or buys up to there, every fee counted. What trades is
    /// minted or burned as one order at the curve: the reserve gets or pays just what the curve charges or returns for it,
    /// its fee and tribute and the book's fee are paid, and what the price of the book leaves beyond goes to `fees:` of the
    /// curve's market. A quote that changes comes after all others at its price, and takes resting orders that cross it.
    pub struct Maker = "maker" {
        formula: "ask n at p: C'(S + n·lot) ≤ p·(1 − book fee); bid n at p: R'(S − n·lot) ≥ p·(1 + book fee); C', R': cost and return of one more lot with the curve's fees",
        check: |this| match (this.spacing, this.size) {
            (Some(_), Some(_)) => Err(("size", "levels are either `spacing` ticks apart or of one `size`".to_owned())),
            _ => Ok(()),
        },
        source: "elementary",
        /// The market on a bonding curve, declared before this one.
        curve: Reference;
        /// Quotes on each side.
        levels: u32 = 10, within 1.0..=1000.0;
        /// Ticks between two quotes at least; absent for 1, or where `size` is given.
        spacing: Option<u32>, within 1.0..=1e6, unit "ticks";
        /// Size of each quote; absent for what the curve trades up to its price.
        size: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// Whether agents may also trade at the curve's own market.
        direct: bool = true;
    }
}

impl Maker {
    /// The maker of the book that is being opened, which has lots of `lot` atoms.
    pub(super) fn open(&self, opening: &Opening<'_>, lot: i64) -> Result<OnMaker, Problem> {
        let curve =
            self.curve.find("market declared before", opening.venues.iter().map(|venue| venue.name.as_str()))?;
        let venue = &opening.venues[curve];
        let at = |message: String, expected: &str| Err(Problem::at(self.curve.span, message, expected));
        if !matches!(venue.market, Market::Curve(_)) {
            return at(format!("`{}` is no bonding curve", venue.name), "a market of the kind `curve`");
        }
        let asset = &opening.assets[opening.asset.index()];
        if venue.asset != opening.asset {
            let expected = format!("a curve market of `{}`", asset.name);
            return at(format!("`{}` trades another asset", venue.name), &expected);
        }
        let makes = |other: &&crate::venue::Venue| other.maker_curve() == Some(curve);
        if let Some(other) = opening.venues.iter().find(makes) {
            let message = format!("`{}` already makes the market at `{}`", venue.name, other.name);
            return at(message, "a curve that quotes into no other book");
        }
        let spacing = match self.size {
            None => Spacing::Ticks(self.spacing.unwrap_or(1).into()),
            Some(size) => {
                let lots = size * asset.scale / lot as f64;
                let whole = lots.round();
                if (whole - lots).abs() > 1e-9 * lots || !(1.0..=f64::from(u32::MAX)).contains(&whole) {
                    let expected = format!("from 1 to {} whole lots of {} tokens", u32::MAX, lot as f64 / asset.scale);
                    return at(format!("a size of {size} tokens is {lots} lots"), &expected);
                }
                Spacing::Lots(whole as i64)
            }
        };
        Ok(OnMaker::new(curve, venue.accounts, self.levels, spacing, self.direct))
    }
}
