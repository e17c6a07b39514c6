//! Random sales, and samples of every entry.

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_ledger::Atoms;
use walras_market::auction::{AnyAuction, Auction, Bids, Conditions, MARKET_BUY, MARKET_SELL, Outcome, Tick};
use walras_market::order::Side;
use walras_numerics::{Keys, Purpose, Stream};

/// What bids an auction takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Buyers of the whole of what is offered.
    Lot,
    /// Buyers of any quantity.
    Units,
    /// Buyers and sellers of one lot each.
    Pairs,
    /// Buyers and sellers of any quantity, with or without a limit.
    Orders,
}

/// One auction with its parameters.
pub struct Sample {
    pub name: &'static str,
    pub form: Form,
    pub auction: AnyAuction,
}

enum Given {
    Number(f64),
    Whole(i64),
    Text(&'static str),
}
use Given::{Number, Text, Whole};

fn read(name: &str, given: &[(&str, Given)]) -> AnyAuction {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(name.to_owned())));
    for (key, value) in given {
        let node = match value {
            Number(number) => Node::Float(*number),
            Whole(number) => Node::Integer(*number),
            Text(text) => Node::Text((*text).to_owned()),
        };
        table.set(key, Span::default(), Value::made(node));
    }
    AnyAuction::read(&Value::made(Node::Table(table)), None).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

/// Samples of every entry of the catalogue.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in AnyAuction::catalog() {
        let name = entry.name;
        let (form, given): (Form, Vec<Vec<(&str, Given)>>) = match name {
            "first_price" | "second_price" | "all_pay" => (Form::Lot, vec![vec![]]),
            // The clock starts above every bid that is drawn here.
            "dutch_clock" => {
                (Form::Lot, vec![vec![("start", Whole(64))], vec![("start", Whole(64)), ("step", Whole(5))]])
            }
            "english_clock" => (Form::Lot, vec![vec![], vec![("step", Whole(4))]]),
            "pay_as_bid" => (Form::Units, vec![vec![], vec![("margin", Text("pro_rata"))]]),
            "vickrey" => (Form::Units, vec![vec![]]),
            "uniform_price" => (
                Form::Units,
                vec![
                    vec![],
                    vec![("margin", Text("pro_rata"))],
                    vec![("pricing", Text("lowest_winning"))],
                    vec![("pricing", Text("lowest_winning")), ("margin", Text("pro_rata"))],
                ],
            ),
            "k_double" => (Form::Pairs, [0.0, 0.25, 0.5, 1.0].map(|k| vec![("k", Number(k))]).into()),
            "mcafee" => (Form::Pairs, vec![vec![]]),
            "call" => (
                Form::Orders,
                vec![
                    vec![],
                    vec![("margin", Text("pro_rata"))],
                    vec![("candidates", Text("ticks"))],
                    vec![("margin", Text("pro_rata")), ("candidates", Text("ticks"))],
                ],
            ),
            other => panic!("no sample parameters for `{other}`: add some, and the form of its bids"),
        };
        samples.extend(given.iter().map(|given| Sample { name, form, auction: read(name, given) }));
    }
    samples
}

/// Draws for one case.
pub struct Draws(Stream);

impl Draws {
    pub fn new(law: u16, case: u64) -> Self {
        Self(Keys::new(u64::from(law)).stream(Purpose::sample(7), case, 0))
    }

    pub fn below(&mut self, n: i64) -> i64 {
        i64::from(self.0.word()) % n
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }
}

/// A sale in which limits are true values.
#[derive(Debug, Clone)]
pub struct Case {
    pub trader: Vec<u32>,
    pub side: Vec<i8>,
    pub quantity: Vec<Atoms>,
    pub limit: Vec<i64>,
    pub arrival: Vec<u32>,
    pub conditions: Conditions,
}

impl Case {
    /// A random sale of this form. Where `unit`, everyone wants or has one atom; where `single`, a trader has one row.
    pub fn draw(form: Form, unit: bool, single: bool, draws: &mut Draws) -> Self {
        let rows = draws.between(1, 8) as usize;
        let lot = if unit { 1 } else { draws.between(1, 9) };
        let spread = [4, 12, 40][draws.below(3) as usize];
        let mut case = Self {
            trader: Vec::new(),
            side: Vec::new(),
            quantity: Vec::new(),
            limit: Vec::new(),
            arrival: Vec::new(),
            conditions: Conditions {
                offered: if form == Form::Lot { lot } else { draws.between(0, if unit { 5 } else { 20 }) },
                reserve: draws.between(0, 6),
                reference: (draws.below(3) > 0).then(|| draws.between(8, 52)),
                tick: Tick::new(4, 1).unwrap(),
            },
        };
        for row in 0..rows {
            let both = matches!(form, Form::Pairs | Form::Orders);
            case.side.push(if both && draws.below(2) == 0 { Side::SELL } else { Side::BUY });
            case.quantity.push(if matches!(form, Form::Lot | Form::Pairs) || unit { lot } else { draws.between(1, 9) });
            case.limit.push(draws.between(10, 10 + spread));
            // Few ranks, so that ranks are shared, too.
            case.arrival.push(draws.below(6) as u32);
            case.trader.push(if single { row as u32 } else { draws.below(4) as u32 });
        }
        case
    }

    /// Takes the limits from some orders.
    pub fn without_some_limits(mut self, draws: &mut Draws) -> Self {
        for row in 0..self.side.len() {
            if draws.below(5) == 0 {
                self.limit[row] = if self.side[row] == Side::BUY { MARKET_BUY } else { MARKET_SELL };
            }
        }
        self
    }

    pub fn bids(&self) -> Bids<'_> {
        Bids {
            trader: &self.trader,
            side: &self.side,
            quantity: &self.quantity,
            limit: &self.limit,
            arrival: &self.arrival,
        }
    }

    pub fn hold(&self, auction: &dyn Auction) -> Outcome {
        auction.hold(&self.bids(), &self.conditions).unwrap_or_else(|why| panic!("{why:?}: {auction:?} of {self:?}"))
    }

    /// What `trader` gains by `outcome`, the limits being true, in atoms.
    pub fn gain(&self, outcome: &Outcome, trader: u32) -> i128 {
        let mine = (0..self.side.len()).filter(|&row| self.trader[row] == trader);
        mine.map(|row| outcome.gain(&self.bids(), &self.limit, row, self.conditions.tick).unwrap()).sum()
    }

    /// What everybody together values the outcome at, in ticks times atoms.
    pub fn value(&self, outcome: &Outcome) -> i128 {
        let row =
            |row: usize| i128::from(self.side[row]) * i128::from(self.limit[row]) * i128::from(outcome.filled[row]);
        (0..self.side.len()).map(row).sum()
    }

    /// The most they could: unit by unit, the most valuable to buy from the cheapest to sell.
    pub fn best_value(&self, form: Form) -> i128 {
        let units = |side: i8| {
            let mut units = Vec::new();
            for row in (0..self.side.len()).filter(|&row| self.side[row] == side) {
                let bids = matches!(form, Form::Lot | Form::Units) && self.limit[row] < self.conditions.reserve;
                units.extend(std::iter::repeat_n(self.limit[row], if bids { 0 } else { self.quantity[row] as usize }));
            }
            units.sort_unstable();
            units
        };
        let (mut buys, sells) = (units(Side::BUY), units(Side::SELL));
        buys.reverse();
        if matches!(form, Form::Lot | Form::Units) {
            return buys.iter().take(self.conditions.offered as usize).map(|&value| i128::from(value)).sum();
        }
        buys.iter().zip(&sells).map(|(buy, sell)| i128::from((buy - sell).max(0))).sum()
    }
}
