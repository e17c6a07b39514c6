//! What a price that a scenario writes is measured against: a part of what several policies say.

use walras_catalog::choice;

use crate::observation::MarketView;

choice! {
    /// What a valuation or threshold is measured in.
    pub enum Reference {
        /// Numeraire per token.
        Numeraire = "numeraire",
        /// Multiples of the asset's fundamental value: 0.9 is a tenth below it.
        Fundamental = "fundamental",
    }
}

impl Reference {
    /// The factor that turns a written price into numeraire per token now, events' shifts of valuations included.
    ///
    /// A market without a fundamental value is taken to be priced at it; scenarios are checked so that this does
    /// not happen in them (see [`super::Build::needs_fundamental`]).
    #[inline]
    #[must_use]
    pub fn unit(self, seen: &MarketView<'_>) -> f64 {
        match self {
            Self::Numeraire => seen.valuation_shift,
            Self::Fundamental => seen.valuation_shift * seen.fundamental.unwrap_or(seen.price),
        }
    }
}
