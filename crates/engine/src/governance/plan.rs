//! Bodies that vote, and rounds that match gifts, as a scenario declares them.

use walras_agents::population::PerAgent;
use walras_agents::voting::AnyVoter;
use walras_catalog::{Bounds, Named, Reference, choice, entry};
use walras_formula::Formula;
use walras_institutions::voting::proposer::AnyProposer;
use walras_institutions::voting::{AnyVoting, CreditsBy, Exit, PotUse, QuadraticFunding, Snapshot, TokenWeighted};

use crate::lever::Aim;

entry! {
    /// A body of agents that decides together: who votes and how, on what, and by which rule.
    ///
    /// At the end of each step, before controllers act: proposals are opened, weights noted, votes cast and counted, and what
    /// passed is carried out when its timelock is over. A voter votes in a step of the voting period that is drawn for it,
    /// followers in the last; under a rule by which votes may be changed, all of them in every step.
    pub struct BodyPlan = "governance" {
        formula: "",
        source: "",
        /// Whose agents vote; absent for everyone.
        cohorts: Option<Vec<Reference>>;
        /// How the agents of a cohort vote, by cohort; those of others never do.
        voters: Named<AnyVoter>;
        /// The asset whose tokens weigh.
        asset: Reference;
        /// How ballots decide.
        rule: AnyVoting = AnyVoting::TokenWeighted(TokenWeighted { quorum: 0.0, threshold: 0.5 });
        /// Steps in which a proposal can be voted on, the one that opens it included.
        voting_period: u32 = 1, within 1.0..=1e9, unit "step";
        /// Steps from the count to the execution.
        timelock: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps after the timelock in which a refused execution is tried again.
        grace: u32 = 0, within 0.0..=1e9, unit "step";
        /// When the weights of voters are taken.
        snapshot: Snapshot = Snapshot::Opening;
        /// The most proposals that may be open or queued at a time.
        proposals_most: u32 = 8, within 1.0..=1000.0, unit "proposals";
        /// The parameters that it may set, by names of its own.
        levers: Named<LeverPlan>;
        /// What is proposed, and when.
        proposals: Named<ProposalPlan>;
        /// Who proposes besides; absent for nobody.
        proposer: Option<AnyProposer>;
        /// What a hill-climbing proposer tries to raise.
        goal: Option<Formula>;
        /// The account that proposals are paid from, and that leavers have a share of.
        treasury: Option<Reference>;
        /// When members leave with their share of the treasury; absent for never.
        exit: Option<ExitPlan>;
        /// Who pays for votes.
        bribes: Named<BribePlan>;
        /// Who lends tokens for the step of a count.
        loans: Named<LoanPlan>;
        /// Who delegates to whom, from a cohort or one agent, as `cohort:row`, to another: the agents of a cohort to its
        /// agents in turn.
        delegations: Named<Reference>;
        /// The cohort whose agents stand for a council.
        candidates: Option<Reference>;
        /// Where voters and candidates stand: each ranks candidates by their distance from its own place.
        positions: PerAgent = PerAgent::uniform(0.0, 1.0), within -1e9..=1e9;
    }
}

entry! {
    /// A parameter that a body may set, and how far.
    pub struct LeverPlan = "governance_lever" {
        formula: "",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the bounds are empty: {} is not above {}", this.high, this.low)))
        },
        source: "",
        /// The parameter.
        aim: Aim;
        /// The least value that may be proposed.
        low: f64, unit "parameter";
        /// The greatest value that may be proposed.
        high: f64, unit "parameter";
    }
}

entry! {
    /// Something proposed at a declared step: a value for a parameter, a payment from the treasury, or both.
    pub struct ProposalPlan = "proposal" {
        formula: "",
        check: |this| this.check(),
        source: "",
        /// The step at which it is opened.
        at: u32, unit "step";
        /// The lever of the body; absent where no parameter is to change.
        lever: Option<Reference>;
        /// The value proposed for it.
        value: Option<f64>, unit "parameter";
        /// Money asked for.
        requested: f64 = 0.0, within 0.0..=9e18, unit "numeraire";
        /// The account that it is paid to.
        recipient: Option<Reference>;
    }
}

impl ProposalPlan {
    fn check(&self) -> Result<(), (&'static str, String)> {
        match (&self.lever, self.value, &self.recipient) {
            (Some(_), None, _) => Err(("lever", "a lever without the `value` proposed for it".to_owned())),
            (None, Some(_), _) => Err(("value", "a value without the `lever` that it is for".to_owned())),
            (_, _, None) if self.requested > 0.0 => {
                Err(("requested", "money is asked for and no `recipient` named".to_owned()))
            }
            (None, None, _) if self.requested == 0.0 => {
                Err(("at", "nothing is proposed: name a `lever` and a `value`, or what is `requested`".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

choice! {
    /// When members leave.
    pub enum Leaves {
        /// Who voted against a proposal that passed leaves before it is carried out.
        Dissent = "dissent",
        /// Who has tokens leaves when its share of the treasury is worth more than the market pays for them.
        Discount = "discount",
    }
}

entry! {
    /// When members burn all their tokens of the body for their share of its treasury.
    pub struct ExitPlan = "exit_plan" {
        formula: "",
        source: "",
        /// What they get.
        rule: Exit = Exit { kept: 0.0 };
        /// When they leave.
        when: Leaves = Leaves::Dissent;
        /// By how much a share must be worth more than the market's price, as a share of that, for those who leave by
        /// `discount`.
        premium: f64 = 0.0, within 0.0..=1e6;
        /// The probability that one leaves who has reason to.
        chance: f64 = 1.0, within 0.0..=1.0;
    }
}

choice! {
    /// The side that a buyer of votes is on.
    pub enum Side {
        /// For the proposal.
        For = "for",
        /// Against it.
        Against = "against",
    }
}

entry! {
    /// Money for votes: who pays, for which side, and how much.
    ///
    /// When a proposal is opened the budget is set aside in escrow; when it is decided those who voted as wanted are paid
    /// from it, where it is not enough each the same share, and the rest goes back.
    pub struct BribePlan = "bribe" {
        formula: "",
        source: "",
        /// The account that pays.
        pool: Reference;
        /// The lever whose proposals it cares about; absent for all proposals.
        lever: Option<Reference>;
        /// The side that it pays for.
        side: Side = Side::For;
        /// What it pays for a vote, or for every token that votes.
        price: f64, within Bounds::above_to(0.0, 1e15), unit "numeraire";
        /// Whether it pays by agent or by token.
        by: CreditsBy = CreditsBy::Token;
        /// The most that it pays for one proposal; absent for all it has.
        budget: Option<f64>, within 0.0..=9e18, unit "numeraire";
    }
}

entry! {
    /// Tokens lent for the step in which votes are counted, and given back in the same step: a flash loan.
    ///
    /// Where weights are taken at the count the borrowers decide with what is not theirs; where they are taken at the opening
    /// the loan changes nothing. Nothing else of the step sees the loan.
    pub struct LoanPlan = "flash_loan" {
        formula: "",
        source: "",
        /// The account that lends.
        lender: Reference;
        /// The cohort whose agents borrow.
        borrower: Reference;
        /// How much each of them borrows, as far as the lender has it.
        amount: f64, within Bounds::above_to(0.0, 9e18), unit "tokens";
        /// What a loan costs, as a share of it, paid in tokens of the borrower's own and rounded up; who cannot pay gets
        /// none.
        fee: f64 = 0.0, within 0.0..=1.0;
    }
}

entry! {
    /// Rounds in which agents give to projects, and a pot matches what they give.
    pub struct RoundPlan = "funding_round" {
        formula: "",
        check: |this| if this.projects.0.is_empty() {
            Err(("projects", "there is no project to give to".to_owned()))
        } else { Ok(()) },
        source: "",
        /// Who gives, by cohort.
        givers: Named<GiverPlan>;
        /// What is given to, by names of its own.
        projects: Named<ProjectPlan>;
        /// The account whose money matches.
        pot: Reference;
        /// The share of what is in the pot that a round may give out.
        share: f64 = 1.0, within 0.0..=1.0;
        /// How gifts are matched.
        rule: QuadraticFunding = QuadraticFunding { pot: PotUse::Whole };
        /// Steps from one round to the next; the first is at the end of the first step in which `every` steps are over.
        every: u32 = 1, within 1.0..=1e9, unit "steps";
    }
}

entry! {
    /// What the agents of a cohort give in a round.
    pub struct GiverPlan = "giver" {
        formula: "",
        source: "",
        /// What each gives to one project, as far as it has it.
        gift: PerAgent, within 0.0..=9e18, unit "numeraire";
        /// The only project they give to; absent where each draws one by its appeal.
        project: Option<Reference>;
        /// Over how many accounts each splits its gift, so that it is matched as a crowd's.
        accounts: u32 = 1, within 1.0..=1e6, unit "accounts";
    }
}

entry! {
    /// A project that is given to: a public good, whose cohort shares what it gets equally.
    pub struct ProjectPlan = "project" {
        formula: "",
        source: "",
        /// The cohort that it pays.
        cohort: Reference;
        /// How likely a giver picks it, in proportion.
        appeal: f64 = 1.0, within 0.0..=1e9;
    }
}
