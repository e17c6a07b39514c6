//! What passes between the stages and a market that serves orders one by one.

use walras_agents::observation::Shout;
use walras_ledger::Atoms;
use walras_ledger::exchange::Payment;
use walras_market::manner::Manner;
use walras_market::order::Rejection;
use walras_market::taken::Taken;

/// A plain order as it reaches a market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrived {
    /// Whose it is: the trader's place among all traders of the market.
    pub place: u32,
    /// 1 to buy, −1 to sell.
    pub side: i8,
    /// Atoms of the asset.
    pub size: Atoms,
    /// The worst acceptable price, numeraire per token.
    pub limit: f64,
    /// Offered to be served earlier, in atoms of the numeraire.
    pub priority_fee: Atoms,
    /// Whether it has no limit of its own, and the one above is what its trader can pay: where orders can rest.
    pub at_any_price: bool,
}

/// What the orders of a cohort at a market have in common.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Declared {
    /// How they are carried out.
    pub manner: Manner,
    /// The prices of a trade that let a buyer's and a seller's order enter, numeraire per token, where they wait for one.
    pub stops: Option<[f64; 2]>,
}

impl Declared {
    /// The price that an order of this side waits for, numeraire per token.
    #[must_use]
    pub fn stop(&self, side: i8) -> Option<f64> {
        self.stops.map(|stops| stops[usize::from(side < 0)])
    }
}

/// One trade of one trader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trade {
    /// Whose it is.
    pub place: u32,
    /// What it does to the trader's account.
    pub payment: Payment,
}

/// An order that was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Whose it was.
    pub place: u32,
    /// Whether it was the trader's plain order, which is then marked in its column.
    pub plain: bool,
    /// Why.
    pub why: Rejection,
}

/// What moves between a trader's account and the market besides trades; positive amounts leave the trader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Whose account.
    pub place: u32,
    /// Atoms of money.
    pub money: Atoms,
    /// Atoms of the asset.
    pub tokens: Atoms,
    /// Liquidity shares, in atoms, that the trader gives back; gets when negative.
    pub shares: Atoms,
}

impl Moved {
    /// Whether it only comes in, as what a provider brings.
    #[must_use]
    pub fn comes_in(&self) -> bool {
        self.money >= 0 && self.tokens >= 0 && self.shares <= 0
    }
}

/// A fee that leaves the market's own account for the protocol's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtocolFee {
    /// Whether it is in money; else in the asset.
    pub money: bool,
    /// Atoms.
    pub amount: Atoms,
}

/// What a curve traded as the maker of the market, as one order at the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The curve's market.
    pub curve: usize,
    /// Atoms of the asset minted; burned when negative.
    pub tokens: Atoms,
    /// What those it traded with paid for them, in atoms of money; got when negative.
    pub paid: Atoms,
    /// Of which the curve's reserve gets what the tokens cost there; pays what they return when negative.
    pub trade: Atoms,
    /// The curve's tribute.
    pub tribute: Atoms,
    /// What is left for the fees of the curve's market.
    pub fee: Atoms,
    /// What its fee on such an order is: never more than `fee`.
    pub least_fee: Atoms,
    /// The fee of the market that was made.
    pub market_fee: Atoms,
}

/// What came of the orders of a step, in the order in which it happened.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// Trades, to be posted.
    pub trades: Vec<Trade>,
    /// What a curve minted and burned as the market's maker, to be posted.
    pub made: Vec<Made>,
    /// What orders that rest set aside: more where positive, less where negative.
    pub set_aside: Vec<Moved>,
    /// Liquidity provided, and withdrawn where negative.
    pub liquidity: Vec<Moved>,
    /// Protocol fees.
    pub protocol_fees: Vec<ProtocolFee>,
    /// What was not carried out.
    pub refused: Vec<Refused>,
    /// Orders that traded on arrival or in an auction, whole or in part.
    pub filled: u64,
    /// Commands that were given.
    pub commands: u64,
    /// What was shouted, where anybody listens.
    pub shouts: Vec<Shout>,
    /// What those who traded paid beyond the price just before.
    pub taken: Taken,
    /// Fees that were taken in the asset.
    pub token_fees: TokenFees,
}

/// Fees that a pool takes in the asset: from what a seller brings, or from what a buyer gets.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TokenFees {
    /// Atoms of the asset.
    pub atoms: i128,
    /// What they were worth at the pool's price just before each trade, in atoms of money.
    pub worth: f64,
}

impl TokenFees {
    /// A trade at whose beginning the price was `price`, atoms for an atom, paid `fee` atoms.
    pub fn push(&mut self, fee: Atoms, price: f64) {
        self.atoms += i128::from(fee);
        self.worth += fee as f64 * price;
    }
}

impl Results {
    /// Forgets everything and keeps the room.
    pub fn clear(&mut self) {
        self.trades.clear();
        self.made.clear();
        self.set_aside.clear();
        self.liquidity.clear();
        self.protocol_fees.clear();
        self.refused.clear();
        self.shouts.clear();
        (self.filled, self.commands) = (0, 0);
        self.taken = Taken::default();
        self.token_fees = TokenFees::default();
    }

    /// Counts the trades since trade number `from` as of traders who met, where as much was bought as sold; what the
    /// market itself sold has no price before it.
    pub fn meet(&mut self, from: usize) {
        let [mut bought, mut sold, mut paid, mut received] = [0_i128; 4];
        for Payment { tokens, trade, .. } in self.trades[from..].iter().map(|trade| trade.payment) {
            let (tokens, money) = (i128::from(tokens), i128::from(trade));
            (bought, sold) = (bought + tokens.max(0), sold - tokens.min(0));
            (paid, received) = (paid - money.min(0), received + money.max(0));
        }
        if bought == sold && bought > 0 {
            self.taken.meet(bought as f64, paid as f64, received as f64);
        }
    }

    /// Refuses a trader's plain order.
    pub fn refuse(&mut self, place: u32, why: Rejection) {
        self.refused.push(Refused { place, plain: true, why });
    }

    /// Refuses something else that a trader asked.
    pub fn refuse_command(&mut self, place: u32, why: Rejection) {
        self.refused.push(Refused { place, plain: false, why });
    }
}
