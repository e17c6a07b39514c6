//! Scenario values for an entry, made from what the entry says of its parameters.

#![allow(unreachable_pub, reason = "the module is the test's own")]

use walras_catalog::{Bounds, Description, Kind, Node, Parameter, Span, Table, Value};

/// One way to write an entry.
pub struct Sample {
    pub name: String,
    pub value: Value,
}

/// The number under `name` in a table.
pub fn number(value: &Value, name: &str) -> Option<f64> {
    let Node::Table(table) = &value.node else { return None };
    match table.get(name)?.node {
        Node::Float(number) => Some(number),
        Node::Integer(number) => Some(number as f64),
        _ => None,
    }
}

/// The entry with its required parameters, its defaults and no optional ones; with every optional one but sections, and
/// with each of these alone; with each choice of each choice; and with every parameter that can differ between agents
/// differing.
pub fn samples(entry: &Description) -> Vec<Sample> {
    let named = |what: &str, table: Table| Sample {
        name: format!("{} ({what})", entry.name),
        value: Value::made(Node::Table(table)),
    };
    let parameters = &entry.parameters;
    let required =
        table(entry, |parameter| (parameter.default.is_none() && !parameter.optional).then(|| fixed(parameter)));
    let part = |parameter: &Parameter| parameter.optional && matches!(parameter.kind, Kind::Section(_));
    let full = table(entry, |parameter| (parameter.default.is_none() && !part(parameter)).then(|| fixed(parameter)));
    let mut all = vec![named("required only", required.clone()), named("with options", full.clone())];
    all.push(named(
        "every agent different",
        table(entry, |parameter| match &parameter.kind {
            Kind::Either(..) => Some(spread(parameter)),
            _ => (parameter.default.is_none() && !part(parameter)).then(|| fixed(parameter)),
        }),
    ));
    for parameter in parameters {
        for value in variants(&parameter.kind) {
            let mut table = if part(parameter) { required.clone() } else { full.clone() };
            table.set(parameter.name, Span::default(), Value::made(value.clone()));
            all.push(named(&format!("{} = {}", parameter.name, value.to_json()), table));
        }
    }
    all
}

fn table(entry: &Description, value: impl Fn(&Parameter) -> Option<Node>) -> Table {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(entry.name.to_owned())));
    for parameter in &entry.parameters {
        if let Some(node) = value(parameter) {
            table.set(parameter.name, Span::default(), Value::made(node));
        }
    }
    table
}

/// Values of the kinds that have a few: choices, flags, and sections with a choice in them.
fn variants(kind: &Kind) -> Vec<Node> {
    match kind {
        Kind::Choice(names) => names.iter().map(|name| Node::Text((*name).to_owned())).collect(),
        Kind::Flag => vec![Node::Flag(false), Node::Flag(true)],
        Kind::Section(parameters) => {
            let one = |parameter: &Parameter| {
                let section = |value: Node| {
                    let mut table = required(parameters);
                    for other in parameters.iter().filter(|other| matches!(other.kind, Kind::Either(..))) {
                        table.set(other.name, Span::default(), Value::made(spread(other)));
                    }
                    table.set(parameter.name, Span::default(), Value::made(value));
                    Node::Table(table)
                };
                variants(&parameter.kind).into_iter().map(section).collect::<Vec<_>>()
            };
            parameters.iter().flat_map(one).collect()
        }
        _ => Vec::new(),
    }
}

/// The keys of a section that must be given.
fn required(parameters: &[Parameter]) -> Table {
    let mut table = Table::default();
    for parameter in parameters.iter().filter(|parameter| parameter.default.is_none() && !parameter.optional) {
        table.set(parameter.name, Span::default(), Value::made(fixed(parameter)));
    }
    table
}

/// A value that all agents share.
fn fixed(parameter: &Parameter) -> Node {
    match &parameter.kind {
        Kind::Integer => Node::Integer(within(parameter, 0.5) as i64),
        Kind::Flag => Node::Flag(true),
        Kind::Text => Node::Text("sample".to_owned()),
        Kind::Choice(names) => Node::Text(names[0].to_owned()),
        Kind::Section(parameters) => Node::Table(required(parameters)),
        Kind::List(_) => Node::List(vec![Value::made(Node::Float(1.0)), Value::made(Node::Float(1.5))]),
        _ => Node::Float(within(parameter, 0.5)),
    }
}

/// A distribution within the parameter's bounds.
fn spread(parameter: &Parameter) -> Node {
    let mut table = Table::default();
    let mut set = |name: &str, node| table.set(name, Span::default(), Value::made(node));
    set("kind", Node::Text("uniform".to_owned()));
    set("low", Node::Float(within(parameter, 0.25)));
    set("high", Node::Float(within(parameter, 0.75)));
    Node::Table(table)
}

/// A number in the parameter's bounds, near 1 where these allow; of parameters that must be in an order, the later in the
/// file or the greater by its name is the greater.
fn within(parameter: &Parameter, share: f64) -> f64 {
    let bounds = parameter.bounds.unwrap_or(Bounds::from(f64::MIN..));
    let low = bounds.low.max(0.0);
    let high = bounds.high.min(low + 1.0);
    let number = low + (high - low) * share;
    match parameter.name {
        "high" | "maximum" | "highest" | "sell_above" | "slow" | "inventory_max" => (number + 2.0).min(bounds.high),
        _ => number,
    }
}
