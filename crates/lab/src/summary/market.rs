//! What one market came to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::stage::clear::VenueFills;
use walras_engine::stage::record::MarketFigures;
use walras_engine::venue::TokenFees;
use walras_market::order::Rejection;
use walras_measures::reserve::reserve_ratio;
use walras_measures::returns::cumulative_return;
use walras_measures::running::{
    RunningDrawdown, RunningMoments, RunningReserveRatio, RunningReturns, RunningSlippage, RunningTurnover,
};
use walras_measures::volatility::annualised;
use walras_numerics::{StateError, StateVisitor};

use super::providers::{ProvisionSummary, RunningProviders};
use super::quality::{DiscoverySummary, LiquiditySummary, RunningQuality};
use super::surplus::{RunningSurplus, SurplusSummary};
use crate::books::visit_wide;

/// One market over a whole run. Money is in numeraire, tokens in units of the asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarketSummary {
    /// Its name.
    pub name: String,
    /// The asset it trades.
    pub asset: String,
    /// Its kind, as scenarios name it.
    #[serde(default)]
    pub kind: String,
    /// The price before the first step, numeraire per token.
    pub first_price: Option<f64>,
    /// Tokens out before the first step.
    pub first_supply: f64,
    /// Money in the reserve before the first step.
    pub first_reserve: f64,
    /// The price at the end, numeraire per token.
    pub final_price: Option<f64>,
    /// How much the price rose, as a fraction of the first.
    pub price_return: Option<f64>,
    /// The standard deviation of the price, numeraire per token.
    pub price_volatility: Option<f64>,
    /// The standard deviation of the price's log returns, per step.
    pub return_volatility: Option<f64>,
    /// The same for a year of steps.
    pub return_volatility_per_year: Option<f64>,
    /// The largest fall from a peak of the price, as a fraction of the peak.
    pub maximum_drawdown: Option<f64>,
    /// Money traded over the mean value of the tokens out: how often they changed hands.
    pub turnover: Option<f64>,
    /// What traders paid beyond the price at the end of the step before, as a fraction of the value traded.
    pub slippage: Option<f64>,
    /// The same in money.
    pub slippage_paid: Option<f64>,
    /// The lowest reserve over the value of the tokens out; `None` where the money held is that of orders at rest.
    pub reserve_ratio_minimum: Option<f64>,
    /// Reserve over the value of the tokens out, at the end.
    pub reserve_ratio_final: Option<f64>,
    /// Tokens out at the end.
    pub supply: f64,
    /// Money in the reserve at the end.
    pub reserve: f64,
    /// Money traded in all.
    pub volume: f64,
    /// Fees and tributes taken in money in all.
    pub fees: f64,
    /// Fees taken in the asset in all, in tokens: those of a pool on what sellers bring.
    #[serde(default)]
    pub fees_tokens: f64,
    /// What these were worth at the pool's price just before each trade.
    #[serde(default)]
    pub fees_tokens_worth: f64,
    /// Orders given.
    pub orders: u64,
    /// Orders filled.
    pub filled: u64,
    /// Orders rejected, by reason; reasons that did not occur are left out.
    pub rejected: BTreeMap<String, u64>,
    /// What trading costs and how deep it is.
    #[serde(default)]
    pub liquidity: LiquiditySummary,
    /// How its prices lie to the value and to each other.
    #[serde(default)]
    pub discovery: DiscoverySummary,
    /// What providers came to, where it is a pool that holds what it sells.
    #[serde(default)]
    pub provision: Option<ProvisionSummary>,
    /// The gains of trade, where all its traders have units with induced values.
    #[serde(default)]
    pub surplus: Option<SurplusSummary>,
}

/// What a market's summary is made of.
#[derive(Debug)]
pub(super) struct RunningMarket {
    first_price: f64,
    /// Supply in tokens and reserve in numeraire before the first step.
    first_standing: (f64, f64),
    prices: RunningMoments,
    returns: RunningReturns,
    drawdown: RunningDrawdown,
    turnover: RunningTurnover,
    slippage: RunningSlippage,
    reserve_ratio: RunningReserveRatio,
    /// The price at the end of the last step.
    price: f64,
    volume: i128,
    fees: i128,
    token_fees: TokenFees,
    orders: u64,
    filled: u64,
    rejected: [u64; Rejection::ALL.len()],
    quality: RunningQuality,
    providers: Option<RunningProviders>,
    surplus: Option<RunningSurplus>,
}

impl RunningMarket {
    pub(super) fn new(world: &World, v: usize) -> Self {
        let price = world.venues[v].price(&world.ledger);
        let mut market = Self {
            first_price: price,
            first_standing: standing(world, v),
            prices: RunningMoments::default(),
            returns: RunningReturns::default(),
            drawdown: RunningDrawdown::default(),
            turnover: RunningTurnover::default(),
            slippage: RunningSlippage::default(),
            reserve_ratio: RunningReserveRatio::default(),
            price,
            volume: 0,
            fees: 0,
            token_fees: TokenFees::default(),
            orders: 0,
            filled: 0,
            rejected: [0; Rejection::ALL.len()],
            quality: RunningQuality::new(price),
            providers: RunningProviders::new(world, v),
            surplus: RunningSurplus::new(world, v),
        };
        market.push_price(price);
        market
    }

    fn push_price(&mut self, price: f64) {
        self.prices.push(price);
        self.returns.push(price);
        self.drawdown.push(price);
        self.price = price;
    }

    /// Takes a step's figures; `fills` are those of all markets. `net` is what trades put into the reserve less what they took out, in atoms.
    pub(super) fn push(&mut self, world: &World, v: usize, figures: &MarketFigures, fills: &[VenueFills], net: i128) {
        let venue = &world.venues[v];
        let (money_scale, token_scale) = (world.assets[0].scale, world.assets[venue.asset.index()].scale);
        // What buyers paid and sellers received, from their sum and their difference.
        let (paid, received) = if venue.is_meeting_place() {
            (figures.volume, figures.volume - net)
        } else {
            ((figures.volume + net) / 2, (figures.volume - net) / 2)
        };
        // A question that has been answered has no market any more: what is measured of prices ends with trading.
        let open = venue.pool().is_none_or(|on| on.pool.resolved().is_none());
        if open {
            self.quality.push(figures, money_scale, token_scale);
        }
        if let Some(providers) = &mut self.providers {
            providers.push(world, fills);
        }
        if let Some(surplus) = &mut self.surplus {
            surplus.push(world, v, &fills[v]);
        }
        for (tokens, money, side) in [(figures.bought, paid, 1.0), (figures.sold, received, -1.0)] {
            if tokens > 0 {
                let tokens = tokens as f64 / token_scale;
                self.slippage.push(side * tokens, money as f64 / money_scale / tokens, self.price);
            }
        }
        let (supply, reserve) = (figures.supply as f64 / token_scale, figures.reserve as f64 / money_scale);
        self.turnover.push(figures.volume as f64 / money_scale, supply * figures.price);
        self.reserve_ratio.push(reserve, figures.price, supply);
        if open {
            self.push_price(figures.price);
        }
        self.price = figures.price;
        self.volume += figures.volume;
        self.fees += figures.fees;
        self.token_fees.atoms += figures.token_fees.atoms;
        self.token_fees.worth += figures.token_fees.worth;
        self.orders += figures.orders;
        self.filled += figures.filled;
        for (count, more) in self.rejected.iter_mut().zip(figures.rejected) {
            *count += more;
        }
    }

    /// By what factor the price rose.
    pub(super) fn growth(&self) -> Option<f64> {
        cumulative_return(&[self.first_price, self.price]).map(|growth| 1.0 + growth)
    }

    pub(super) fn summary(&self, world: &World, v: usize) -> MarketSummary {
        let venue = &world.venues[v];
        let asset = &world.assets[venue.asset.index()];
        let (money_scale, (supply, reserve)) = (world.assets[0].scale, standing(world, v));
        let return_volatility = self.returns.log_return_volatility();
        let backs = !venue.is_meeting_place();
        let rejected = Rejection::ALL.iter().zip(self.rejected).filter(|(_, count)| *count > 0);
        MarketSummary {
            name: venue.name.clone(),
            asset: asset.name.clone(),
            kind: venue.kind().to_owned(),
            first_price: finite(self.first_price),
            first_supply: self.first_standing.0,
            first_reserve: self.first_standing.1,
            final_price: finite(self.price),
            price_return: self.growth().map(|growth| growth - 1.0),
            price_volatility: self.prices.standard_deviation(),
            return_volatility,
            return_volatility_per_year: return_volatility.and_then(|it| annualised(it, world.steps_per_year)),
            maximum_drawdown: self.drawdown.maximum().map(|maximum| maximum.depth),
            turnover: self.turnover.average_turnover(),
            slippage: self.slippage.volume_weighted(),
            slippage_paid: self.slippage.paid(),
            reserve_ratio_minimum: self.reserve_ratio.minimum().filter(|_| backs),
            reserve_ratio_final: reserve_ratio(reserve, self.price, supply).filter(|_| backs),
            supply,
            reserve,
            volume: self.volume as f64 / money_scale,
            fees: self.fees as f64 / money_scale,
            fees_tokens: self.token_fees.atoms as f64 / asset.scale,
            fees_tokens_worth: self.token_fees.worth / money_scale,
            orders: self.orders,
            filled: self.filled,
            rejected: rejected.map(|(why, count)| (why.name().to_owned(), count)).collect(),
            liquidity: self.quality.liquidity(),
            discovery: self.quality.discovery(),
            provision: self.providers.as_ref().map(|providers| providers.summary(world)),
            surplus: self.surplus.as_ref().map(|surplus| surplus.summary(world, v)),
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.prices.visit_state(&format!("{name} prices"), visitor)?;
        self.returns.visit_state(&format!("{name} returns"), visitor)?;
        self.drawdown.visit_state(&format!("{name} drawdown"), visitor)?;
        self.turnover.visit_state(&format!("{name} turnover"), visitor)?;
        self.slippage.visit_state(&format!("{name} slippage"), visitor)?;
        self.reserve_ratio.visit_state(&format!("{name} reserve ratio"), visitor)?;
        visitor.f64(&format!("{name} price"), &mut self.price)?;
        let mut wide = vec![self.volume, self.fees, self.token_fees.atoms];
        visit_wide(&format!("{name} money"), &mut wide, visitor)?;
        if let [volume, fees, token_fees] = wide[..] {
            (self.volume, self.fees, self.token_fees.atoms) = (volume, fees, token_fees);
        }
        visitor.f64(&format!("{name} worth of token fees"), &mut self.token_fees.worth)?;
        visitor.u64(&format!("{name} orders"), &mut self.orders)?;
        visitor.u64(&format!("{name} filled"), &mut self.filled)?;
        for (count, why) in self.rejected.iter_mut().zip(Rejection::ALL) {
            visitor.u64(&format!("{name} rejected {}", why.name()), count)?;
        }
        self.quality.visit_state(&format!("{name} quality"), visitor)?;
        if let Some(providers) = &mut self.providers {
            providers.visit_state(name, visitor)?;
        }
        self.surplus.as_mut().map_or(Ok(()), |surplus| surplus.visit_state(name, visitor))
    }
}

/// Tokens out and money held, in units.
fn standing(world: &World, v: usize) -> (f64, f64) {
    let venue = &world.venues[v];
    let (supply, reserve) = venue.standing(&world.ledger);
    (supply as f64 / world.assets[venue.asset.index()].scale, reserve as f64 / world.assets[0].scale)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
