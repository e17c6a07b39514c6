//! How good a market is: its liquidity, and how well its prices find the value.

use serde::{Deserialize, Serialize};
use walras_engine::stage::record::MarketFigures;
use walras_market::taken::Taken;
use walras_measures::liquidity::relative_spread;
use walras_measures::running::{RunningError, RunningIlliquidity, RunningMoments, RunningRegression, RunningSignature};
use walras_numerics::{StateError, StateVisitor};

/// Intervals, in steps, at which volatility is measured.
pub(super) const INTERVALS: [usize; 4] = [1, 5, 20, 100];

/// What trading costs and how deep a market is. What a market does not have is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LiquiditySummary {
    /// Mean distance of best ask and bid over the steps that ended with both, numeraire per token.
    pub quoted_spread: Option<f64>,
    /// The same as a fraction of the middle price.
    pub relative_spread: Option<f64>,
    /// Mean tokens wanted at the best bid.
    pub bid_depth: Option<f64>,
    /// Mean tokens offered at the best ask.
    pub ask_depth: Option<f64>,
    /// Mean of depth at the bid less that at the ask over their sum.
    pub imbalance: Option<f64>,
    /// Twice what those who traded paid beyond the price just before, by volume, numeraire per token: beyond the middle
    /// price in a book, the price at the margin of a pool or a curve; where traders meet, what stays between them.
    pub effective_spread: Option<f64>,
    /// The same beyond the price at the end of the next step: what is left of it to those who were traded with, once the
    /// price has moved. Trades of the last step do not count.
    pub realised_spread: Option<f64>,
    /// Mean size of a step's return for one unit of numeraire traded.
    pub illiquidity: Option<f64>,
    /// By how much the price moves, numeraire per token, for one more token bought than sold.
    pub kyle_lambda: Option<f64>,
    /// The part of that in the variance of price changes.
    pub kyle_r_squared: Option<f64>,
}

/// How prices lie to the value and to each other.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DiscoverySummary {
    /// Root mean square distance of the price from the fundamental value, numeraire per token.
    pub error: Option<f64>,
    /// The same as a fraction of the value.
    pub relative_error: Option<f64>,
    /// Volatility over several intervals.
    pub signature: Vec<IntervalVolatility>,
}

/// Volatility over one interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntervalVolatility {
    /// The interval.
    pub steps: u64,
    /// Volatility of log returns over it, per √step.
    pub volatility: Option<f64>,
    /// Lo and MacKinlay's variance ratio against one step: 1 for a random walk, below where prices turn back.
    pub variance_ratio: Option<f64>,
}

/// What both are made of.
#[derive(Debug)]
pub(super) struct RunningQuality {
    spread: RunningMoments,
    relative: RunningMoments,
    depth: [RunningMoments; 2],
    imbalance: RunningMoments,
    /// Twice what takers paid beyond the price before, in numeraire, and what they took, in tokens.
    taken: [f64; 2],
    /// Twice what takers paid beyond the price a step later, in numeraire, and what they took, in tokens.
    kept: [f64; 2],
    /// What was taken in the last step, in numeraire and tokens.
    last_taken: Taken,
    illiquidity: RunningIlliquidity,
    impact: RunningRegression,
    error: RunningError,
    relative_error: RunningError,
    signature: RunningSignature,
    price: f64,
}

impl RunningQuality {
    /// Begins at `price`.
    pub(super) fn new(price: f64) -> Self {
        let mut signature = RunningSignature::new(&INTERVALS);
        signature.push(price);
        Self {
            spread: RunningMoments::default(),
            relative: RunningMoments::default(),
            depth: [RunningMoments::default(), RunningMoments::default()],
            imbalance: RunningMoments::default(),
            taken: [0.0; 2],
            kept: [0.0; 2],
            last_taken: Taken::default(),
            illiquidity: RunningIlliquidity::default(),
            impact: RunningRegression::default(),
            error: RunningError::default(),
            relative_error: RunningError::default(),
            signature,
            price,
        }
    }

    /// Takes a step's figures.
    pub(super) fn push(&mut self, figures: &MarketFigures, money_scale: f64, token_scale: f64) {
        let price = figures.price;
        if let Some(quotes) = figures.quotes {
            if let (Some(bid), Some(ask)) = (quotes.bid, quotes.ask) {
                self.spread.push(ask - bid);
                // Crossed quotes, as before a call auction, have no relative spread.
                if let Some(relative) = relative_spread(bid, ask) {
                    self.relative.push(relative);
                }
            }
            self.depth[0].push(quotes.bid_size);
            self.depth[1].push(quotes.ask_size);
            if let Some(imbalance) = quotes.imbalance() {
                self.imbalance.push(imbalance);
            }
        }
        self.kept[0] += self.last_taken.kept(figures.quotes.and_then(|quotes| quotes.middle()).unwrap_or(price));
        self.kept[1] += self.last_taken.tokens;
        let Taken { excess, tokens, flow, worth } = figures.taken;
        let (excess, worth) = (excess / money_scale, worth / money_scale);
        self.last_taken = Taken { excess, tokens: tokens / token_scale, flow: flow / token_scale, worth };
        self.taken[0] += self.last_taken.excess;
        self.taken[1] += self.last_taken.tokens;
        self.illiquidity.push(price / self.price - 1.0, figures.volume as f64 / money_scale);
        // Where traders meet each other as much is bought as sold, and the flow is that of those who came.
        let flow = if figures.quotes.is_some() { figures.taken.flow } else { (figures.bought - figures.sold) as f64 };
        self.impact.push(flow / token_scale, price - self.price);
        if let Some(value) = figures.fundamental {
            self.error.push(price, value);
            self.relative_error.push(price / value, 1.0);
        }
        self.signature.push(price);
        self.price = price;
    }

    pub(super) fn liquidity(&self) -> LiquiditySummary {
        let spread =
            |[money, tokens]: [f64; 2]| (tokens > 0.0).then(|| money / tokens).filter(|spread| spread.is_finite());
        LiquiditySummary {
            quoted_spread: self.spread.mean(),
            relative_spread: self.relative.mean(),
            bid_depth: self.depth[0].mean(),
            ask_depth: self.depth[1].mean(),
            imbalance: self.imbalance.mean(),
            effective_spread: spread(self.taken),
            realised_spread: spread(self.kept),
            illiquidity: self.illiquidity.illiquidity(),
            kyle_lambda: self.impact.slope(),
            kyle_r_squared: self.impact.r_squared(),
        }
    }

    pub(super) fn discovery(&self) -> DiscoverySummary {
        let interval = |(at, &steps): (usize, &usize)| IntervalVolatility {
            steps: steps as u64,
            volatility: self.signature.volatility(at),
            variance_ratio: self.signature.variance_ratio(at),
        };
        DiscoverySummary {
            error: self.error.root_mean_square(),
            relative_error: self.relative_error.root_mean_square(),
            signature: INTERVALS.iter().enumerate().map(interval).filter(|it| it.volatility.is_some()).collect(),
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.spread.visit_state(&format!("{name} spread"), visitor)?;
        self.relative.visit_state(&format!("{name} relative spread"), visitor)?;
        for (side, depth) in ["bid", "ask"].iter().zip(&mut self.depth) {
            depth.visit_state(&format!("{name} {side} depth"), visitor)?;
        }
        self.imbalance.visit_state(&format!("{name} imbalance"), visitor)?;
        for (what, value) in ["excess", "tokens"].iter().zip(&mut self.taken) {
            visitor.f64(&format!("{name} taken {what}"), value)?;
        }
        for (what, value) in ["excess", "tokens"].iter().zip(&mut self.kept) {
            visitor.f64(&format!("{name} kept {what}"), value)?;
        }
        let Taken { excess, tokens, flow, worth } = &mut self.last_taken;
        for (what, value) in [("excess", excess), ("tokens", tokens), ("flow", flow), ("worth", worth)] {
            visitor.f64(&format!("{name} last taken {what}"), value)?;
        }
        self.illiquidity.visit_state(&format!("{name} illiquidity"), visitor)?;
        self.impact.visit_state(&format!("{name} impact"), visitor)?;
        self.error.visit_state(&format!("{name} error"), visitor)?;
        self.relative_error.visit_state(&format!("{name} relative error"), visitor)?;
        self.signature.visit_state(&format!("{name} signature"), visitor)?;
        visitor.f64(&format!("{name} last price"), &mut self.price)
    }
}
