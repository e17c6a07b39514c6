//! What a controller may look at.

use walras_catalog::{choice, entry};

choice! {
    /// A measure of one market, taken at the end of a step.
    ///
    /// A measure that is not defined (yet) is `NaN`, and a controller then leaves its parameter as it is.
    pub enum Measured {
        /// The price of the next token.
        Price = "price",
        /// The logarithm of the ratio of the price to that of the step before.
        LogReturn = "log_return",
        /// The standard deviation of log returns over the window.
        LogReturnVolatility = "volatility",
        /// The standard deviation of the price over the window.
        PriceVolatility = "price_volatility",
        /// The reserve over the market capitalisation.
        ReserveRatio = "reserve_ratio",
        /// The reserve over what buying back the whole supply would cost.
        Coverage = "coverage",
        /// The money held against the tokens out.
        Reserve = "reserve",
        /// Tokens out.
        Supply = "supply",
        /// The market capitalisation.
        Capitalisation = "capitalisation",
        /// Money that changed hands in the step.
        Volume = "volume",
        /// The mean volume of a step over the window, as a share of the market capitalisation.
        Turnover = "turnover",
        /// What was bought less what was sold in the step.
        NetDemand = "net_demand",
    }
}

impl Measured {
    /// Every measure, in order.
    pub const ALL: [Self; 12] = [
        Self::Price,
        Self::LogReturn,
        Self::LogReturnVolatility,
        Self::PriceVolatility,
        Self::ReserveRatio,
        Self::Coverage,
        Self::Reserve,
        Self::Supply,
        Self::Capitalisation,
        Self::Volume,
        Self::Turnover,
        Self::NetDemand,
    ];

    /// What it is and when it is defined, with its formula.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Price => "Price of the next token after the step's trades, P_t.",
            Self::LogReturn => "Log return r_t = ln(P_t/P_{t−1}); defined from step 1, where both prices are positive.",
            Self::LogReturnVolatility => {
                "Sample standard deviation of the last `window` log returns, √(Σ(r − mean r)²/(window − 1)), for one \
                 step; defined once there are so many."
            }
            Self::PriceVolatility => {
                "Sample standard deviation of the last `window` prices, √(Σ(P − mean P)²/(window − 1)); defined once \
                 there are so many."
            }
            Self::ReserveRatio => "Reserve ratio R_t/(P_t·S_t); defined while the market capitalisation is positive.",
            Self::Coverage => {
                "Reserve over the integral of the price from 0 to S_t; defined while that integral is positive."
            }
            Self::Reserve => "Money held against the tokens out, R_t.",
            Self::Supply => "Tokens out, S_t.",
            Self::Capitalisation => "Market capitalisation P_t·S_t.",
            Self::Volume => {
                "Money that changed hands in the step, fees apart: the sum of what buyers paid and sellers got."
            }
            Self::Turnover => {
                "Mean volume of the last `window` steps over the market capitalisation now; defined once there are so \
                 many and while the capitalisation is positive."
            }
            Self::NetDemand => "Tokens bought less tokens sold in the step, S_t − S_{t−1} by trade.",
        }
    }

    /// Its unit; `1` for a pure number.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Price | Self::PriceVolatility => "numeraire/token",
            Self::LogReturn | Self::LogReturnVolatility | Self::ReserveRatio | Self::Coverage | Self::Turnover => "1",
            Self::Reserve | Self::Capitalisation | Self::Volume => "numeraire",
            Self::Supply | Self::NetDemand => "token",
        }
    }

    /// Whether it looks back over a window of steps.
    #[must_use]
    pub const fn windowed(self) -> bool {
        matches!(self, Self::LogReturnVolatility | Self::PriceVolatility | Self::Turnover)
    }
}

entry! {
    /// A measure of a market, and how far it looks back.
    pub struct MeasureSpec = "measure" {
        formula: "as the measure named",
        source: "the measures of a run, taken step by step",
        /// What is measured.
        measure: Measured;
        /// Steps that volatility and turnover look back on; other measures do not use it.
        window: u32 = 50, within 2.0..=10000.0, unit "step";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_catalog::{Node, Read, Table, Value};

    #[test]
    fn all_lists_every_measure_once_and_says_what_it_is() {
        assert_eq!(Measured::ALL.map(Measured::name), Measured::NAMES);
        for measure in Measured::ALL {
            assert!(!measure.doc().is_empty() && !measure.unit().is_empty());
            assert_eq!(measure.doc().contains("`window`"), measure.windowed(), "{measure:?}");
        }
    }

    #[test]
    fn a_window_has_a_default_and_bounds() {
        let read = |window: Option<i64>| {
            let mut table = Table::default();
            table.set("measure", Default::default(), Value::made(Node::Text("volatility".to_owned())));
            if let Some(window) = window {
                table.set("window", Default::default(), Value::made(Node::Integer(window)));
            }
            MeasureSpec::read(&Value::made(Node::Table(table)), None)
        };
        let default = read(None).unwrap();
        assert_eq!((default.measure, default.window), (Measured::LogReturnVolatility, 50));
        assert_eq!(read(Some(10_000)).unwrap().window, 10_000);
        assert!(read(Some(1)).is_err() && read(Some(10_001)).is_err());
    }
}
