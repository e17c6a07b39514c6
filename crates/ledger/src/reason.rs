//! Why a transfer moved.

/// Why an amount moved from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reason {
    /// What accounts are given before the first step.
    Genesis,
    /// Money received from outside the economy.
    Income,
    /// Money spent outside the economy.
    Expense,
    /// The two sides of a trade.
    Trade,
    /// A market's fee on a trade.
    Fee,
    /// What was offered to be served earlier.
    PriorityFee,
    /// The part of a trade that goes to a funding pool.
    Tribute,
    /// Tokens distributed: airdrops and vested amounts.
    Distribution,
    /// A market's parameters changed and the difference of its reserve was paid.
    Reanchor,
    /// An outside event.
    Shock,
    /// Set aside for an order that rests at a market, or released from it.
    Order,
    /// Provided to a pool as liquidity, or withdrawn from it.
    Liquidity,
    /// What a resource has to share in a step.
    Capacity,
    /// Granted of a resource to those who requested it, and what they paid for it.
    Grant,
    /// Made by agents.
    Production,
    /// Used up by agents to make something else.
    Input,
    /// Used up by agents for its own sake.
    Consumption,
    /// Gone by itself: what perishes or decays.
    Decay,
    /// Tokens taken back for what they promised, and what was paid for them.
    Redemption,
    /// Paid by an institution for what agents did or held.
    Incentive,
    /// Owed to an institution: taxes and penalties.
    Penalty,
    /// Held as a stake, as the price of an identity or as a pledge, or given back.
    Stake,
    /// Put into escrow for what a contract or a task may have to pay, or given back from there.
    Escrow,
    /// Paid from escrow for what was contributed or done.
    Reward,
    /// A stake that was lost.
    Slash,
    /// Tokens burned by members who leave a body, and their share of its treasury.
    Exit,
    /// Set aside and paid for votes.
    Bribe,
    /// Lent for part of a step, and given back with what it costs.
    Loan,
    /// Given to a project.
    Gift,
    /// Paid to projects from what was given and matched, or by vote from a treasury.
    Funding,
}

/// The parts of ΔB = income − expenses + trades + policy effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Received from outside, or made.
    Income,
    /// Spent outside, used up, or gone by itself.
    Expense,
    /// Value of trades and of grants, fees apart, what was set aside for them or provided to pools, and redeemed.
    Trade,
    /// What institutions and events did: fees, distributions, shocks.
    Policy,
}

impl Reason {
    /// Every reason, in order.
    pub const ALL: [Reason; 30] = [
        Self::Genesis,
        Self::Income,
        Self::Expense,
        Self::Trade,
        Self::Fee,
        Self::PriorityFee,
        Self::Tribute,
        Self::Distribution,
        Self::Reanchor,
        Self::Shock,
        Self::Order,
        Self::Liquidity,
        Self::Capacity,
        Self::Grant,
        Self::Production,
        Self::Input,
        Self::Consumption,
        Self::Decay,
        Self::Redemption,
        Self::Incentive,
        Self::Penalty,
        Self::Stake,
        Self::Escrow,
        Self::Reward,
        Self::Slash,
        Self::Exit,
        Self::Bribe,
        Self::Loan,
        Self::Gift,
        Self::Funding,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::Income => "income",
            Self::Expense => "expense",
            Self::Trade => "trade",
            Self::Fee => "fee",
            Self::PriorityFee => "priority_fee",
            Self::Tribute => "tribute",
            Self::Distribution => "distribution",
            Self::Reanchor => "reanchor",
            Self::Shock => "shock",
            Self::Order => "order",
            Self::Liquidity => "liquidity",
            Self::Capacity => "capacity",
            Self::Grant => "grant",
            Self::Production => "production",
            Self::Input => "input",
            Self::Consumption => "consumption",
            Self::Decay => "decay",
            Self::Redemption => "redemption",
            Self::Incentive => "incentive",
            Self::Penalty => "penalty",
            Self::Stake => "stake",
            Self::Escrow => "escrow",
            Self::Reward => "reward",
            Self::Slash => "slash",
            Self::Exit => "exit",
            Self::Bribe => "bribe",
            Self::Loan => "loan",
            Self::Gift => "gift",
            Self::Funding => "funding",
        }
    }

    /// The part of the balance identity it belongs to.
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Self::Income | Self::Capacity | Self::Production => Category::Income,
            Self::Expense | Self::Input | Self::Consumption | Self::Decay => Category::Expense,
            Self::Trade | Self::Order | Self::Liquidity | Self::Grant | Self::Redemption => Category::Trade,
            Self::Genesis
            | Self::Fee
            | Self::PriorityFee
            | Self::Tribute
            | Self::Distribution
            | Self::Reanchor
            | Self::Shock
            | Self::Incentive
            | Self::Penalty
            | Self::Stake
            | Self::Escrow
            | Self::Reward
            | Self::Slash
            | Self::Exit
            | Self::Bribe
            | Self::Loan
            | Self::Gift
            | Self::Funding => Category::Policy,
        }
    }
}

impl Category {
    /// The name in statements.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Income => "income",
            Self::Expense => "expenses",
            Self::Trade => "trades",
            Self::Policy => "policy effects",
        }
    }
}
