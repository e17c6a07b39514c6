//! Any curve under any trades, in whole atoms: whatever the bytes say, the reserve covers what is out, and nobody
//! who brings the supply back to where it was has more money than before.

use walras_catalog::parameter::{Bounds, Kind, Parameter};
use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::curve::{AnyCurve, Curve, Exact};
use walras_numerics::elementary::pow;

/// Draws a curve of any kind and trades on it.
pub fn run(bytes: &[u8]) {
    let mut draws = Draws::new(bytes);
    let kinds = AnyCurve::catalog();
    let kind = &kinds[draws.below(kinds.len())];
    if let Some(curve) = draw_curve(kind.name, &mut draws) {
        trade(kind.name, curve, &mut draws);
    }
}

/// Bytes read as numbers; zeros once they run out.
pub struct Draws<'a> {
    bytes: &'a [u8],
}

impl<'a> Draws<'a> {
    /// Draws from `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether the bytes have run out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Eight bytes as a whole number.
    pub fn word(&mut self) -> u64 {
        let (now, rest) = self.bytes.split_at(self.bytes.len().min(8));
        self.bytes = rest;
        now.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }

    /// A whole number below `end`, at most 256, from one byte.
    pub fn below(&mut self, end: usize) -> usize {
        let Some((&byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(byte) % end
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in [low, high) whose logarithm is uniform.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        low * pow(high / low, self.unit())
    }

    /// Atoms of every magnitude from one to near the end of `i64`; sometimes exactly that.
    pub fn atoms(&mut self) -> i64 {
        let word = self.word();
        match word & 31 {
            0 => 1,
            1 => i64::MAX,
            _ => ((word >> 1) >> ((word >> 6) & 63) >> 1).max(1).cast_signed(),
        }
    }
}

/// A curve of this kind with every parameter drawn within its bounds, or `None` when the curve's own check refuses
/// the combination. Numbers whose bounds span many magnitudes are drawn across the middle eighteen.
#[must_use]
pub fn draw_curve(kind: &str, draws: &mut Draws) -> Option<AnyCurve> {
    let catalog = AnyCurve::catalog();
    let description = catalog.iter().find(|entry| entry.name == kind)?;
    let mut table = Table::default();
    let mut set = |name: &str, node| table.set(name, Span::default(), Value::made(node));
    set("kind", Node::Text(kind.to_owned()));
    for parameter in &description.parameters {
        set(parameter.name, draw_parameter(parameter, draws));
    }
    AnyCurve::read(&Value::made(Node::Table(table)), None).ok()
}

fn draw_parameter(parameter: &Parameter, draws: &mut Draws) -> Node {
    let bounds = parameter.bounds.unwrap_or(Bounds::from(f64::MIN..=f64::MAX));
    match &parameter.kind {
        Kind::Number => Node::Float(draw_number(&bounds, draws)),
        // A list of pairs is drawn as a path of points that rises in both.
        Kind::List(item) if matches!(**item, Kind::List(_)) => {
            let count = 1 + draws.below(8);
            let (mut x, mut y) = (0.0, 0.0);
            let points = (0..count).map(|i| {
                x += if i == 0 && draws.below(2) == 0 { 0.0 } else { draws.magnitude(1e-3, 1e6) };
                y += if draws.below(4) == 0 { 0.0 } else { draws.magnitude(1e-6, 1e3) };
                (x, y)
            });
            points.collect::<Vec<(f64, f64)>>().write()
        }
        other => panic!("teach this target to draw {}", other.words()),
    }
}

fn draw_number(bounds: &Bounds, draws: &mut Draws) -> f64 {
    if draws.below(8) == 0 && bounds.contain(bounds.low) {
        return bounds.low;
    }
    if bounds.low == 0.0 && bounds.high <= 100.0 {
        return bounds.high * draws.unit();
    }
    draws.magnitude(bounds.low.max(1e-9), bounds.high.min(1e9))
}

/// A curve and what it holds against the tokens out.
struct Market {
    curve: AnyCurve,
    decimals: (u32, u32),
    anchor: f64,
    supply: i64,
    reserve: i64,
    /// What all traders together have paid in, less what they were paid.
    paid: i128,
}

/// Trades on `curve` for as long as there are bytes, checking the laws after each trade.
///
/// # Panics
/// When a law is broken.
pub fn trade(kind: &str, curve: AnyCurve, draws: &mut Draws) {
    let decimals = (draws.below(19) as u32, draws.below(19) as u32);
    let mut market = Market { curve, decimals, anchor: 1.0, supply: 0, reserve: 0, paid: 0 };
    if market.curve.reserve(0.0).is_none() {
        // Such a curve opens with tokens out and money held against them.
        (market.supply, market.reserve) = (draws.atoms(), draws.atoms());
        market.paid = market.reserve.into();
    }
    let mut start = (market.supply, market.reserve);
    while !draws.is_empty() {
        match draws.below(9) {
            0 => market.buy(draws.atoms()),
            1 => market.buy_for(draws.atoms()),
            2 => market.sell(draws.atoms().min(market.supply)),
            3 => market.sell((market.supply as f64 * draws.unit()) as i64),
            4 => market.sell_for(draws.atoms()),
            5 => market.buy(1),
            6 => market.sell(market.supply),
            7 => market.there_and_back(draws.atoms()),
            _ => {
                if draws.below(2) == 0 && market.change_parameters(kind, draws) {
                    start = (market.supply, market.reserve);
                }
            }
        }
    }
    market.return_to(start.0);
    if market.supply == start.0 {
        assert!(market.reserve >= start.1, "back at {}, traders took {} out: {market:?}", start.0, start.1);
    }
    let supply = market.supply;
    market.sell(supply - supply / 3);
    market.sell(market.supply);
    assert!(market.supply == 0, "the whole supply could not be sold: {market:?}");
}

impl std::fmt::Debug for Market {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { curve, decimals, anchor, supply, reserve, .. } = self;
        write!(f, "{curve:?} × {anchor:?}, decimals {decimals:?}, supply {supply}, reserve {reserve}")
    }
}

impl Market {
    fn exact(&self) -> Exact<'_, dyn Curve> {
        Exact::new(&*self.curve, self.decimals.0, self.decimals.1, self.anchor)
    }

    fn check(&self) {
        assert!(self.reserve >= 0 && self.supply >= 0, "{self:?}");
        assert_eq!(self.paid, i128::from(self.reserve), "money came from nowhere: {self:?}");
        let required = self.exact().required_reserve(self.supply, self.reserve);
        assert!(required.is_some_and(|required| required <= self.reserve), "{required:?} is required: {self:?}");
    }

    /// Buys when the cost and the reserve after it fit.
    fn buy(&mut self, amount: i64) {
        let Some(cost) = self.exact().cost(self.supply, self.reserve, amount) else { return };
        assert!(cost > 0 || amount == 0, "{amount} for nothing: {self:?}");
        let Some(reserve) = self.reserve.checked_add(cost) else { return };
        (self.supply, self.reserve) = (self.supply + amount, reserve);
        self.paid += i128::from(cost);
        self.check();
        let back = self.exact().proceeds(self.supply, self.reserve, amount);
        assert!(back.is_some_and(|back| back <= cost), "{amount} bought for {cost} returns {back:?}: {self:?}");
    }

    fn sell(&mut self, amount: i64) {
        let proceeds = self.exact().proceeds(self.supply, self.reserve, amount);
        let Some(proceeds) = proceeds else { panic!("{amount} cannot be sold: {self:?}") };
        assert!((0..=self.reserve).contains(&proceeds), "{amount} returns {proceeds}: {self:?}");
        (self.supply, self.reserve) = (self.supply - amount, self.reserve - proceeds);
        self.paid -= i128::from(proceeds);
        self.check();
        let back = self.exact().cost(self.supply, self.reserve, amount);
        assert!(back.is_none_or(|cost| cost >= proceeds), "{amount} sold for {proceeds} costs {back:?}: {self:?}");
    }

    /// Buys the most that `money` buys.
    fn buy_for(&mut self, money: i64) {
        let exact = self.exact();
        let amount = exact.amount_for(self.supply, self.reserve, money);
        let cost = |amount| exact.cost(self.supply, self.reserve, amount);
        assert!(cost(amount).is_some_and(|cost| cost <= money), "{amount} is too much for {money}: {self:?}");
        let more = amount.checked_add(1).and_then(cost);
        assert!(more.is_none_or(|cost| cost > money), "{amount} is not the most for {money}: {self:?}");
        self.buy(amount);
    }

    /// Sells the least that pays `money`.
    fn sell_for(&mut self, money: i64) {
        let exact = self.exact();
        let proceeds = |amount| exact.proceeds(self.supply, self.reserve, amount);
        let Some(amount) = exact.amount_to_receive(self.supply, self.reserve, money) else {
            let all = proceeds(self.supply);
            assert!(all.is_some_and(|all| all < money), "all of it returns {all:?}, not {money}: {self:?}");
            return;
        };
        let (enough, less) = (proceeds(amount), proceeds(amount - 1));
        assert!(enough.is_some_and(|paid| paid >= money), "{amount} returns {enough:?}, not {money}: {self:?}");
        assert!(less.is_some_and(|paid| paid < money), "{amount} is not the least for {money}: {self:?}");
        self.sell(amount);
    }

    /// Buys at once and sells in two parts.
    fn there_and_back(&mut self, amount: i64) {
        let before = (self.supply, self.reserve);
        self.buy(amount);
        if self.supply > before.0 {
            self.sell(amount / 2);
            self.sell(amount - amount / 2);
            assert!(self.reserve >= before.1, "{amount} there and back took money from {before:?}: {self:?}");
        }
    }

    /// Brings the supply back to `supply` where it can, part by part.
    fn return_to(&mut self, supply: i64) {
        let surplus = self.supply.saturating_sub(supply);
        if surplus > 0 {
            self.sell(surplus / 3);
            self.sell(surplus - surplus / 3);
        } else {
            self.buy(-surplus / 5);
            self.buy(supply - self.supply);
        }
    }

    /// Puts another curve of the same kind under what is held. False when that cannot be done.
    fn change_parameters(&mut self, kind: &str, draws: &mut Draws) -> bool {
        let Some(curve) = draw_curve(kind, draws) else { return false };
        let (numeraire, asset) = self.decimals;
        let anchored = Exact::anchored(&*curve, numeraire, asset, self.supply, self.reserve);
        let Some(anchor) = anchored.map(|exact| exact.anchor()) else { return false };
        (self.curve, self.anchor) = (curve, anchor);
        self.check();
        true
    }
}
