//! An economy with one venue, and the slow and obvious twin of column postings: single transfers.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use walras_ledger::exchange::{Counterparties, Payment};
use walras_ledger::{Account, AgentAddress, AssetId, Atoms, CohortId, Ledger, PostError, Reason, Transfer};
use walras_numerics::{Keys, Purpose, StateHash, StateHasher, Stream};

pub(crate) const MONEY: AssetId = AssetId::NUMERAIRE;
pub(crate) const TOKEN: AssetId = AssetId(1);
pub(crate) const ASSETS: [AssetId; 3] = [MONEY, AssetId(1), AssetId(2)];

pub(crate) struct Economy {
    pub(crate) ledger: Ledger,
    pub(crate) cohorts: Vec<CohortId>,
    pub(crate) with: Counterparties,
}

impl Economy {
    /// Cohorts of these sizes, each agent with `money` and `tokens`, and a venue with deep pockets that mints.
    pub(crate) fn new(sizes: &[usize], money: Atoms, tokens: Atoms) -> Self {
        let mut ledger = Ledger::new(&["cash", "token", "other"].map(str::to_owned));
        let named = ["reserve", "fees", "priority fees", "tributes"].map(|name| ledger.open(name));
        let cohorts: Vec<_> = sizes.iter().map(|&size| ledger.open_cohort(size, &ASSETS[1..])).collect();
        let [reserve, fees, priority_fees, tributes] = named;
        let issuer = ledger.issuer(TOKEN);
        let with = Counterparties { asset: TOKEN, tokens: issuer, money: reserve, fees, priority_fees, tributes };
        let mut economy = Self { ledger, cohorts, with };
        economy.issue(MONEY, reserve.into(), 1 << 60);
        for (&size, cohort) in sizes.iter().zip(economy.cohorts.clone()) {
            for row in 0..size as u32 {
                economy.issue(MONEY, AgentAddress { cohort, row }.into(), money);
                economy.issue(TOKEN, AgentAddress { cohort, row }.into(), tokens);
            }
        }
        economy.ledger.reset_flows();
        economy
    }

    pub(crate) fn issue(&mut self, asset: AssetId, to: Account, amount: Atoms) {
        let from = self.ledger.issuer(asset).into();
        self.ledger.post(Transfer { asset, from, to, amount, reason: Reason::Genesis }).unwrap();
    }

    /// Posts one payment by single transfers, what the agent receives first.
    pub(crate) fn post(&mut self, agent: AgentAddress, paid: &Payment) -> Result<(), PostError> {
        let Counterparties { asset, tokens, money, fees, priority_fees, tributes } = self.with;
        let mut legs = [
            (asset, tokens, Reason::Trade, paid.tokens),
            (MONEY, money, Reason::Trade, paid.trade),
            (MONEY, fees, Reason::Fee, paid.fee),
            (MONEY, tributes, Reason::Tribute, paid.tribute),
            (MONEY, priority_fees, Reason::PriorityFee, paid.priority_fee),
        ];
        legs.sort_by_key(|&(_, _, _, change)| change < 0);
        for (asset, other, reason, change) in legs {
            let (agent, other) = (Account::from(agent), Account::from(other));
            let (from, to) = if change > 0 { (other, agent) } else { (agent, other) };
            self.ledger.post(Transfer { asset, from, to, amount: change.abs(), reason })?;
        }
        Ok(())
    }

    pub(crate) fn balances(&self) -> Vec<Vec<Atoms>> {
        let named = self.ledger.named_accounts().map(|id| ASSETS.map(|asset| self.ledger.held(id, asset)).to_vec());
        let column = |cohort: &CohortId, asset| self.ledger.column(*cohort, asset).unwrap().to_vec();
        let columns = self.cohorts.iter().flat_map(|cohort| ASSETS.map(|asset| column(cohort, asset)));
        named.chain(columns).collect()
    }

    pub(crate) fn flows(&self) -> Vec<i128> {
        let mut flows = Vec::new();
        for (asset, reason) in ASSETS.iter().flat_map(|&asset| Reason::ALL.map(|reason| (asset, reason))) {
            flows.extend(self.cohorts.iter().map(|&cohort| self.ledger.cohort_flow(cohort, asset, reason)));
            flows.extend(self.ledger.named_accounts().map(|id| self.ledger.named_flow(id, asset, reason)));
        }
        flows
    }

    pub(crate) fn hash(&mut self) -> StateHash {
        let mut hasher = StateHasher::default();
        self.ledger.visit_state(&mut hasher).unwrap();
        hasher.finish()
    }
}

pub(crate) fn assert_same(fast: &mut Economy, slow: &mut Economy) {
    assert_eq!(fast.balances(), slow.balances());
    assert_eq!(fast.flows(), slow.flows());
    // Before the hash: a visit of the state sums the chunks anew.
    fast.ledger.check_fully().unwrap();
    slow.ledger.check_fully().unwrap();
    assert_eq!(fast.hash(), slow.hash());
}

/// Sides with buyers, sellers, the idle, and orders rejected for every reason.
pub(crate) fn sides(size: usize, stream: &mut Stream) -> Vec<i8> {
    (0..size).map(|_| [0, 1, 1, -1, -1, 2, -2, 5, -8][stream.word() as usize % 9]).collect()
}

pub(crate) fn payment(buys: bool, stream: &mut Stream) -> Payment {
    let mut up_to = |most: u32| Atoms::from(stream.word() % (most + 1));
    let (tokens, trade) = (up_to(50), up_to(90));
    let [fee, tribute, priority_fee] = [-up_to(3), -up_to(2), -up_to(1)];
    if buys {
        Payment { tokens, trade: -trade, fee, tribute, priority_fee }
    } else {
        Payment { tokens: -tokens, trade, fee, tribute, priority_fee }
    }
}

pub(crate) fn stream(seed: u64) -> Stream {
    Keys::new(seed).stream(Purpose::sample(0), 0, 0)
}
