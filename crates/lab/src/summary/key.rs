//! The numbers of a summary that a person wants first.

use walras_report::number::{count, short};

use super::{BodySummary, ContractSummary, LiquiditySummary, MarketSummary, ResourceSummary, RoundSummary, Summary};

/// One number, with how to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyNumber {
    /// What it is.
    pub label: String,
    /// The number.
    pub value: KeyValue,
    /// Its unit; empty where it has none.
    pub unit: String,
    /// How to read it, in one short sentence.
    pub explanation: String,
}

/// The value of a [`KeyNumber`].
#[derive(Debug, Clone, PartialEq)]
pub enum KeyValue {
    /// A number.
    Number(f64),
    /// A fraction of one, for people a percentage.
    Fraction(f64),
    /// Words.
    Text(String),
}

impl Summary {
    /// The most important numbers first; what is undefined is left out.
    #[must_use]
    pub fn key_numbers(&self) -> Vec<KeyNumber> {
        let mut numbers = Vec::new();
        for market in &self.markets {
            let prefix = if self.markets.len() > 1 { format!("{}: ", market.name) } else { String::new() };
            self.of_market(market, &prefix, &mut numbers);
        }
        // Several stand in a table.
        if let [resource] = self.resources.as_slice() {
            of_resource(resource, &self.wealth.unit, &mut numbers);
        }
        for body in &self.governance {
            of_body(body, self.governance.len() > 1, &self.wealth.unit, &mut numbers);
        }
        self.funding.iter().for_each(|round| of_round(round, &self.wealth.unit, &mut numbers));
        for board in &self.tasks {
            let prefix = if self.tasks.len() > 1 { format!("{}: ", board.name) } else { String::new() };
            board.key_numbers(&prefix, &self.wealth.unit, &mut numbers);
        }
        for contract in &self.contracts {
            let prefix = if self.contracts.len() > 1 { format!("{}: ", contract.name) } else { String::new() };
            of_contract(contract, &prefix, &mut numbers);
        }
        if self.wealth.is_alike() {
            return numbers;
        }
        if let (Some(start), Some(end)) = (self.wealth.start.gini, self.wealth.end.gini) {
            let explanation = format!(
                "How unequal wealth is at the end, from 0 (all alike) to 1 (one has all); it was {start:.3} at the start."
            );
            numbers.push(number("Gini coefficient", KeyValue::Number(end), "", &explanation));
        }
        if let Some(share) = self.wealth.end.top_10_percent {
            let explanation = "The share of all wealth that the richest tenth of the agents own at the end.";
            numbers.push(number("Richest tenth", KeyValue::Fraction(share), "", explanation));
        }
        numbers
    }

    fn of_market(&self, market: &MarketSummary, prefix: &str, numbers: &mut Vec<KeyNumber>) {
        let MarketSummary { asset, .. } = market;
        let unit = &self.wealth.unit;
        let per_token = format!("{unit} per {asset}");
        let mut push = |label: &str, value: Option<KeyValue>, unit: &str, explanation: &str| {
            if let Some(value) = value {
                numbers.push(number(&format!("{prefix}{label}"), value, unit, explanation));
            }
        };
        let amount = |value: Option<f64>| value.map(KeyValue::Number);
        let fraction = |value: Option<f64>| value.map(KeyValue::Fraction);
        push("Final price", amount(market.final_price), &per_token, final_price(market));
        push(
            "Return",
            fraction(market.price_return),
            "",
            "How much the price rose over the run, as a part of the first price.",
        );
        push(
            "Volatility",
            fraction(market.return_volatility_per_year),
            "a year",
            "The standard deviation of the price’s log returns, for a year of steps.",
        );
        push(
            "Largest fall",
            fraction(market.maximum_drawdown),
            "",
            "The deepest fall of the price from a peak before it.",
        );
        push("Volume", amount(Some(market.volume)), unit, "Money traded over the run.");
        push(
            "Turnover",
            amount(market.turnover),
            "times",
            "Money traded over the mean value of the tokens out: how often they changed hands.",
        );
        liquidity(market, unit, &per_token, &mut push);
        if let Some(surplus) = &market.surplus {
            push(
                "Allocative efficiency",
                fraction(surplus.allocative_efficiency),
                "",
                "Gains of trade over the most that any trades could have gained.",
            );
            push(
                "Smith’s alpha",
                fraction(surplus.smith_alpha),
                "",
                "Root mean square distance of trades from the price at which demand meets supply, as a part of it.",
            );
        }
        push("Fees", amount(Some(market.fees + market.fees_tokens_worth)), unit, fees(market));
        if market.kind == "curve" {
            push("Reserve ratio", fraction(market.reserve_ratio_final), "", &reserve_ratio(market));
        }
        if let Some(provision) = &market.provision {
            push(
                "Providers against holding",
                fraction(provision.against_holding),
                "",
                "What the pool’s providers have beyond what they would have by holding their deposits, fees included.",
            );
            push(
                "Loss versus rebalancing",
                amount(provision.loss_versus_rebalancing),
                unit,
                "What the providers lost to those who traded with the pool at better prices than elsewhere, less fees.",
            );
        }
        let filled = (market.orders > 0).then(|| market.filled as f64 / market.orders as f64);
        push("Orders filled", fraction(filled), "", &rejected(market));
    }
}

/// What a body decided, who took part, and where its levers ended.
fn of_body(body: &BodySummary, several: bool, money: &str, numbers: &mut Vec<KeyNumber>) {
    let prefix = if several { format!("{}: ", body.name) } else { String::new() };
    let mut push = |label: &str, value: KeyValue, unit: &str, explanation: &str| {
        numbers.push(number(&format!("{prefix}{label}"), value, unit, explanation));
    };
    let passed = KeyValue::Text(format!("{} of {}", count(body.passed), count(body.proposals)));
    push("Proposals passed", passed, "", "Proposals that had the votes they needed, of all that were opened.");
    if let Some(share) = body.participation {
        let explanation = "The share of voters who voted themselves, on average over the proposals that were decided.";
        push("Participation", KeyValue::Fraction(share), "", explanation);
    }
    if let Some(owners) = body.nakamoto {
        let explanation = "The fewest voters who together have more than half of all tokens that weigh, at the end.";
        push("Nakamoto coefficient", KeyValue::Number(owners as f64), "voters", explanation);
    }
    for lever in &body.levers {
        if let (Some(first), Some(last)) = (lever.first, lever.last) {
            let explanation = format!("Its value at the end; it was {first} when it was first voted on.");
            push(&lever.parameter, KeyValue::Number(last), "", &explanation);
        }
    }
    if let Some(treasury) = body.treasury {
        push("Treasury", KeyValue::Number(treasury), money, "Money that the body has at the end.");
    }
}

/// What each project was matched by.
fn of_round(round: &RoundSummary, money: &str, numbers: &mut Vec<KeyNumber>) {
    for project in &round.projects {
        let explanation = format!("What the pot added to gifts of {} {money}.", project.given);
        let label = format!("{}: matched", project.name);
        numbers.push(number(&label, KeyValue::Number(project.matched), money, &explanation));
    }
}

/// What a resource shared.
fn of_resource(resource: &ResourceSummary, unit: &str, numbers: &mut Vec<KeyNumber>) {
    let asset = &resource.asset;
    let mut push = |label: &str, value: Option<KeyValue>, unit: &str, explanation: &str| {
        if let Some(value) = value {
            numbers.push(number(label, value, unit, explanation));
        }
    };
    let fraction = |value: Option<f64>| value.map(KeyValue::Fraction);
    push(
        "Utilisation",
        fraction(resource.utilisation),
        "",
        "What was granted over what there was to share, step by step.",
    );
    push(
        "Granted",
        fraction(resource.granted_share),
        "of requests",
        "What was granted over what was asked for; what is asked for in vain and again counts again.",
    );
    push("Waste", fraction(resource.wasted_share), "", "What perished or decayed over that and what was used.");
    push(
        "Jain’s index",
        resource.fairness.map(KeyValue::Number),
        "",
        "How alike the shares of their requests are that agents were granted: 1 where all are, 1/n where one gets all.",
    );
    push("Envy", fraction(resource.envious), "of requesters", "Who would rather have had what another was granted.");
    push(
        "Allocative efficiency",
        fraction(resource.efficiency),
        "",
        "What grants were worth to those who need them over the most they could have been, step by step.",
    );
    push(
        "Dominant shares",
        fraction(resource.dominant_spread),
        "apart",
        "The greatest less the least of requesters’ shares, each of the asset of which it has the greatest share.",
    );
    let held = resource.held_mean.filter(|&held| held > 0.0);
    push("Held", held.map(KeyValue::Number), asset, "What those who may request it kept after a step, on average.");
    let per_unit = format!("{unit} per {asset}");
    push("Mean price", resource.price_mean.map(KeyValue::Number), &per_unit, "The price at which it was shared.");
    push(
        "Price volatility",
        fraction(resource.price_volatility),
        "a step",
        "The standard deviation of the price’s log returns.",
    );
    if resource.price_mean.is_some() {
        push("Revenue", Some(KeyValue::Number(resource.revenue)), unit, "What was paid for it over the run.");
    }
}

/// Takes a label, a value, its unit and how to read it.
type Push<'a> = dyn FnMut(&str, Option<KeyValue>, &str, &str) + 'a;

/// What trading costs, by what the kind of market offers, and how well prices find the value.
fn liquidity(market: &MarketSummary, unit: &str, per_token: &str, push: &mut Push<'_>) {
    let LiquiditySummary {
        relative_spread, effective_spread, realised_spread, bid_depth, ask_depth, illiquidity, ..
    } = market.liquidity;
    let amount = |value: Option<f64>| value.map(KeyValue::Number);
    let fraction = |value: Option<f64>| value.map(KeyValue::Fraction);
    push(
        "Spread",
        fraction(relative_spread),
        "of the price",
        "Distance of the best ask from the best bid over the middle price, on average over the steps that ended with both.",
    );
    push(
        "Effective spread",
        amount(effective_spread),
        per_token,
        match market.kind.as_str() {
            "pool" => "Twice what traders paid beyond the pool’s price just before, fees included, by volume.",
            "curve" => "Twice what traders paid beyond the curve’s price just before, without fees, by volume.",
            "auction" | "clearing" => "What buyers paid for a token less what sellers got for it, without fees.",
            _ => "Twice what those who took an order paid beyond the middle price just before, by volume.",
        },
    );
    push(
        "Realised spread",
        amount(realised_spread),
        per_token,
        "The same beyond the price a step later: what those traded with kept of it once the price had moved.",
    );
    let depth = bid_depth.zip(ask_depth).map(|(bid, ask)| KeyValue::Number(0.5 * (bid + ask)));
    push("Depth", depth, &market.asset, "Tokens at the best price of a side, on average.");
    if market.kind == "curve" || market.kind.is_empty() {
        push(
            "Slippage",
            amount(market.slippage.map(|slippage| 100.0 * slippage)),
            "%",
            "What traders paid beyond the price before the step, as a part of the value traded; without fees.",
        );
    } else {
        push(
            "Illiquidity",
            illiquidity.map(|illiquidity| KeyValue::Number(1e6 * illiquidity)),
            &format!("per million {unit}"),
            "Amihud’s measure: the size of a step’s return for a million traded, on average over steps with trade.",
        );
    }
    push(
        "Discovery error",
        fraction(market.discovery.relative_error),
        "",
        "Root mean square distance of the price from the fundamental value, as a part of the value.",
    );
}

fn final_price(market: &MarketSummary) -> &'static str {
    match market.kind.as_str() {
        "order_book" => "The market’s price at the end, of the last trade or between bid and ask as its scenario says.",
        "auction" | "clearing" => "The price at which traders last met.",
        "router" => "Halfway between the prices of its markets at the end.",
        _ => "The price of the next token at the end.",
    }
}

fn fees(market: &MarketSummary) -> &'static str {
    match market.kind.as_str() {
        "pool" => "Fees that traders paid; those taken in tokens at the pool’s price just before each trade.",
        _ => "Fees and tributes that traders paid.",
    }
}

fn reserve_ratio(market: &MarketSummary) -> String {
    let what = "Money held over the market value of the tokens out, at the end";
    match market.reserve_ratio_minimum {
        Some(lowest) => format!("{what}; the lowest was {:.1} %.", 100.0 * lowest),
        None => format!("{what}."),
    }
}

fn of_contract(contract: &ContractSummary, prefix: &str, numbers: &mut Vec<KeyNumber>) {
    let mut push = |label: &str, value: Option<KeyValue>, unit: &str, explanation: &str| {
        if let Some(value) = value {
            numbers.push(number(&format!("{prefix}{label}"), value, unit, explanation));
        }
    };
    let paid = format!(
        "What affiliates were paid, of {} in escrow; {} of {} got anything.",
        short(contract.funded, 4),
        count(contract.affiliates_paid),
        count(contract.affiliates)
    );
    push("Paid by contract", Some(KeyValue::Number(contract.paid)), &contract.asset, &paid);
    let per_unit = format!("{} per {}", contract.asset, contract.unit);
    let explanation = "What was paid for each unit of contribution that affiliates did not make themselves.";
    push("Cost of a genuine unit", contract.cost_per_verified.map(KeyValue::Number), &per_unit, explanation);
    let explanation = "The share of what was earned that contributions of affiliates' own making earned.";
    push("Earned by own making", contract.manufactured_share.map(KeyValue::Fraction), "", explanation);
}

/// `Of 12,000 orders …; rejected: 40 limit not reached, …`.
fn rejected(market: &MarketSummary) -> String {
    let mut reasons: Vec<(&String, &u64)> = market.rejected.iter().collect();
    reasons.sort_by_key(|(name, number)| (std::cmp::Reverse(**number), (*name).clone()));
    let reasons: Vec<String> =
        reasons.iter().map(|(name, number)| format!("{} {}", count(**number), name.replace('_', " "))).collect();
    if reasons.is_empty() {
        format!("Of {} orders; none was rejected.", count(market.orders))
    } else {
        format!("Of {} orders; rejected: {}.", count(market.orders), reasons.join(", "))
    }
}

fn number(label: &str, value: KeyValue, unit: &str, explanation: &str) -> KeyNumber {
    KeyNumber { label: label.to_owned(), value, unit: unit.to_owned(), explanation: explanation.to_owned() }
}
