//! What a chunk's agents may still spend at each market, where that is not simply a share of what they hold: where
//! several markets trade one asset, where new orders take the place of old ones, and where agents give commands.

use walras_ledger::Atoms;
use walras_market::command::Command;
use walras_market::order::{OrdersPart, Side};

use super::Tally;
use super::lock::{LockRule, Spend};

/// Room for one chunk.
#[derive(Debug, Default)]
pub(super) struct Purses {
    /// Atoms of money that may be spent at the market looked at.
    pub(super) money: Vec<Atoms>,
    /// Atoms of the asset that may be sold there.
    pub(super) tokens: Vec<Atoms>,
    /// What each agent has promised to each of the earlier markets, in atoms of its asset.
    promised: Vec<Vec<Atoms>>,
    /// How many commands of earlier chunks there are at each market.
    earlier: Vec<usize>,
    len: usize,
}

/// What is set aside at a market for a chunk's agents: money and tokens.
type Aside<'a> = Option<[&'a [Atoms]; 2]>;

impl Purses {
    /// A chunk of `len` agents, after whose earlier ones these commands were given, market by market.
    pub(super) fn begin(&mut self, len: usize, commands: &[Vec<Command>]) {
        self.len = len;
        self.promised.resize_with(commands.len(), Vec::new);
        self.promised.iter_mut().for_each(Vec::clear);
        self.earlier.clear();
        self.earlier.extend(commands.iter().map(Vec::len));
    }

    /// Puts the chunk's own commands into the order of its agents, each agent's as it gave them, in which markets look
    /// them up. Whether there are any.
    pub(super) fn sort_new(&self, commands: &mut [Vec<Command>]) -> bool {
        let mut any = false;
        for (commands, &earlier) in commands.iter_mut().zip(&self.earlier) {
            commands[earlier..].sort_by_key(|command| command.trader);
            any |= commands.len() > earlier;
        }
        any
    }

    /// Writes down what accepted orders promise of the asset, where later markets may ask.
    pub(super) fn spend(
        &mut self,
        rule: &LockRule<'_>,
        market: usize,
        orders: &mut OrdersPart<'_>,
        first: usize,
        asked: bool,
    ) {
        if asked && orders.side.contains(&Side::SELL) {
            let taken = (0..self.len).map(|i| rule.taken(orders, first, i)[1]);
            self.promised[market].extend(taken);
        }
    }

    /// Fills the purse for a market: its share of the balance and what earlier markets of the same asset left of the
    /// holdings, with what new orders free there.
    pub(super) fn fill(
        &mut self,
        rule: &LockRule<'_>,
        market: usize,
        (balances, holdings): (&[Atoms], &[Atoms]),
        aside: Aside<'_>,
        same_asset: impl Fn(usize) -> bool,
    ) {
        // Rounded down, and a little less, as shares may sum to a little over one.
        let share = |balance: Atoms| {
            if rule.budget_share >= 1.0 {
                balance
            } else {
                (balance as f64 * rule.budget_share * (1.0 - 1e-12)) as Atoms
            }
        };
        self.money.clear();
        self.money.extend(balances.iter().map(|&balance| share(balance)));
        self.tokens.clear();
        self.tokens.extend_from_slice(holdings);
        for earlier in (0..market).filter(|&earlier| same_asset(earlier)) {
            for (left, promised) in self.tokens.iter_mut().zip(&self.promised[earlier]) {
                *left -= promised;
            }
        }
        if let Some([money, tokens]) = aside {
            for (left, more) in self.money.iter_mut().zip(money).chain(self.tokens.iter_mut().zip(tokens)) {
                *left += more;
            }
        }
    }

    /// Locks the commands of the chunk's agents after their plain orders; those that cannot be paid for are dropped and
    /// counted. What is promised beyond what is set aside already is written down for later markets.
    #[allow(clippy::too_many_arguments, reason = "the two packets of one market, and the columns around them")]
    pub(super) fn lock_commands(
        &mut self,
        rule: &LockRule<'_>,
        market: usize,
        orders: &mut OrdersPart<'_>,
        first: usize,
        replaces: bool,
        commands: &mut Vec<Command>,
        tally: &mut Tally,
    ) {
        if commands.len() == self.earlier[market] {
            self.promise(rule, market, orders, first, replaces);
            return;
        }
        // What each agent has at rest there, and what it may spend.
        let at_rest = |row: usize| rule.book.map_or([0, 0], |(_, aside)| aside.map(|column| column[row]));
        let spend = |i: usize| {
            let taken = rule.taken(orders, first, i);
            let (row, left) = (first + i, [self.money[i] - taken[0], self.tokens[i] - taken[1]]);
            let aside = at_rest(row);
            let [all, free] = if replaces {
                [left, [self.money[i] - aside[0], self.tokens[i] - aside[1]]]
            } else {
                [[left[0] + aside[0], left[1] + aside[1]], left]
            };
            Spend { row, all, free, replaces, frees: false }
        };
        let mut spends: Vec<Spend> = (0..self.len).map(spend).collect();
        let new = commands.split_off(self.earlier[market]);
        commands.extend(new.into_iter().filter_map(|mut command| {
            let spend = &mut spends[command.trader as usize - first];
            match rule.lock_command(&mut command, spend) {
                Ok(()) => Some(command),
                Err(why) => {
                    tally.orders += 1;
                    tally.rejected[why as usize] += 1;
                    None
                }
            }
        }));
        // Of what the agent holds beside its orders at rest, all that is not left both ways may be needed here.
        let promised = spends.iter().zip(&self.tokens).map(|(spend, &tokens)| {
            let aside = at_rest(spend.row)[1];
            let held = if replaces { tokens - aside } else { tokens };
            held - spend.free[1].min(spend.all[1]).clamp(0, held.max(0))
        });
        self.promised[market] = promised.collect();
    }

    /// Writes down what plain orders promise beyond what is set aside already, where there are no others.
    fn promise(&mut self, rule: &LockRule<'_>, market: usize, orders: &OrdersPart<'_>, first: usize, replaces: bool) {
        let aside = rule.book.filter(|_| replaces).map_or(&[] as &[Atoms], |(_, [_, tokens])| &tokens[first..]);
        let promised = &mut self.promised[market];
        promised.extend((0..self.len).map(|i| {
            let [_, tokens] = rule.taken(orders, first, i);
            (tokens - aside.get(i).copied().unwrap_or_default()).max(0)
        }));
    }
}
