//! Random requests, and samples of every entry.

use walras_ledger::Atoms;
use walras_market::allocation::{
    Allocation, AnyAllocation, EqualShare, FirstComeFirstServed, Grants, Lottery, MaxMin, Offer, PayAsBid, PostedPrice,
    Proportional, ProportionalFairness, Rationing, Requests, Scratch, StrictPriority, UniformPrice,
    VickreyClarkeGroves,
};
use walras_market::clearing::Venue;
use walras_market::clearing::adjustment::{AnyAdjustment, Proportional as Answer, Scale};
use walras_numerics::{Keys, Purpose, Stream};

/// Whether, and how, a rule takes money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    Nothing,
    Auction,
    Posted,
}

/// One rule with its parameters.
#[derive(Debug)]
pub struct Sample {
    pub money: Money,
    pub rule: AnyAllocation,
}

fn posted(rationing: Rationing) -> AnyAllocation {
    let answer = Answer { gain: 0.1, scale: Scale::Supply, floor: 1e-9, ceiling: 1e30 };
    AnyAllocation::PostedPrice(PostedPrice { rationing, adjustment: Some(AnyAdjustment::Proportional(answer)) })
}

/// Samples of every entry of the catalogue.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for entry in AnyAllocation::catalog() {
        let (money, rules) = match entry.name {
            "equal_share" => (Money::Nothing, vec![AnyAllocation::EqualShare(EqualShare {})]),
            "proportional" => (Money::Nothing, vec![AnyAllocation::Proportional(Proportional {})]),
            "max_min" => (Money::Nothing, vec![AnyAllocation::MaxMin(MaxMin {})]),
            "proportional_fairness" => {
                (Money::Nothing, vec![AnyAllocation::ProportionalFairness(ProportionalFairness {})])
            }
            "strict_priority" => (Money::Nothing, vec![AnyAllocation::StrictPriority(StrictPriority {})]),
            "lottery" => (Money::Nothing, vec![AnyAllocation::Lottery(Lottery {})]),
            "first_come_first_served" => {
                (Money::Nothing, vec![AnyAllocation::FirstComeFirstServed(FirstComeFirstServed {})])
            }
            "uniform_price" => (Money::Auction, vec![AnyAllocation::UniformPrice(UniformPrice {})]),
            "pay_as_bid" => (Money::Auction, vec![AnyAllocation::PayAsBid(PayAsBid {})]),
            "vickrey_clarke_groves" => {
                (Money::Auction, vec![AnyAllocation::VickreyClarkeGroves(VickreyClarkeGroves {})])
            }
            "posted_price" => {
                let all = [Rationing::Proportional, Rationing::MaxMin, Rationing::Arrival, Rationing::Lottery];
                (Money::Posted, all.map(posted).into())
            }
            other => panic!("no sample of `{other}`: add one, and say whether it takes money"),
        };
        samples.extend(rules.into_iter().map(|rule| Sample { money, rule }));
    }
    samples
}

/// Draws for one case.
pub struct Draws(Stream);

impl Draws {
    pub fn new(law: u16, case: u64) -> Self {
        Self(Keys::new(u64::from(law)).stream(Purpose::sample(23), case, 0))
    }

    pub fn below(&mut self, n: i64) -> i64 {
        let wide = i64::from(self.0.word()) << 31 | i64::from(self.0.word() >> 1);
        wide % n
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }
}

/// Requests in which amounts and bids are true.
#[derive(Debug, Clone)]
pub struct Case {
    pub amount: Vec<Atoms>,
    pub requester: Vec<u32>,
    pub weight: Vec<f64>,
    pub bid: Vec<f64>,
    pub arrival: Vec<u64>,
    pub priority: Vec<i64>,
    pub lot: Vec<u32>,
    pub quota: Vec<Atoms>,
    pub offer: Offer,
    pub price: f64,
}

impl Case {
    /// Random requests. Where `large`, amounts may be of any size; bids are whole quarters of numeraire atoms.
    pub fn draw(large: bool, weighted: bool, draws: &mut Draws) -> Self {
        let rows = draws.between(1, 8) as usize;
        let most = if large {
            [3, 50, 1 << 40, i64::MAX][draws.below(4) as usize]
        } else {
            [3, 12, 50][draws.below(3) as usize]
        };
        let amount: Vec<Atoms> = (0..rows).map(|_| draws.below(most)).collect();
        let total = amount.iter().map(|&amount| i128::from(amount)).sum::<i128>().min(i128::from(i64::MAX)) as i64;
        let capacity = if draws.below(5) == 0 { total / 2 + draws.below(most) / 2 } else { draws.below(total.max(1)) };
        let cut = draws.below(2) == 0;
        let mut column = |most: i64| -> Vec<i64> { (0..rows).map(|_| draws.below(most)).collect() };
        let weights = column(4);
        Self {
            requester: column(4).into_iter().map(|of| of as u32).collect(),
            weight: if weighted { weights.iter().map(|&w| [0.1, 1.0, 2.5, 7.0][w as usize]).collect() } else { vec![] },
            bid: column(60).into_iter().map(|quarters| quarters as f64 * 0.25).collect(),
            // Few, so that some are shared.
            arrival: column(5).into_iter().map(|at| at as u64).collect(),
            priority: column(4).into_iter().map(|at| at - 2).collect(),
            lot: column(1 << 32).into_iter().map(|lot| lot as u32).collect(),
            quota: if large && cut { column(most) } else { vec![] },
            price: column(40)[0] as f64 * 0.25,
            offer: Offer { reserve: column(12)[0] as f64 * 0.25, ..Offer::of(capacity) },
            amount,
        }
    }

    pub fn requests(&self) -> Requests<'_> {
        Requests {
            amount: &self.amount,
            requester: &self.requester,
            weight: &self.weight,
            bid: &self.bid,
            arrival: &self.arrival,
            priority: &self.priority,
            lot: &self.lot,
            quota: &self.quota,
        }
    }

    /// The same, each row another requester's.
    pub fn single(mut self) -> Self {
        self.requester.clear();
        self
    }

    pub fn rows(&self) -> usize {
        self.amount.len()
    }

    pub fn allocate(&self, rule: &dyn Allocation) -> Grants {
        let (mut grants, mut venue) = (Grants::default(), Venue { price: self.price, memory: Vec::new() });
        let result = rule.allocate(&self.offer, &self.requests(), &mut venue, &mut Scratch::default(), &mut grants);
        result.unwrap_or_else(|why| panic!("{why}: {rule:?} of {self:?}"));
        grants
    }

    /// The most that `row` may get.
    pub fn held(&self, row: usize) -> Atoms {
        self.amount[row].min(self.quota.get(row).copied().unwrap_or(Atoms::MAX))
    }

    /// Whether `row` takes part under this kind of rule.
    pub fn takes_part(&self, money: Money, row: usize) -> bool {
        match money {
            Money::Nothing => true,
            Money::Auction => self.bid[row] >= self.offer.reserve,
            Money::Posted => self.bid[row] >= self.price,
        }
    }

    /// What a row with this amount and value has of so many atoms at so much money.
    pub fn utility(&self, money: Money, row: usize, atoms: f64, paid: Atoms) -> f64 {
        let used = atoms.min(self.amount[row] as f64);
        if money == Money::Nothing { used } else { self.bid[row] * used - paid as f64 }
    }

    /// What `requester`, who is as this case says, has of `grants`.
    pub fn gain(&self, money: Money, grants: &Grants, requester: u32) -> f64 {
        let mine = (0..self.rows()).filter(|&row| self.requests().requester_of(row) == requester);
        mine.map(|row| {
            let paid = grants.paid.get(row).copied().unwrap_or(0);
            self.utility(money, row, grants.granted[row] as f64, paid)
        })
        .sum()
    }
}
