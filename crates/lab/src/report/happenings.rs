//! What happened besides trades, gathered so that a page can be read.

use std::collections::BTreeMap;

use walras_record::Run;
use walras_record::table::{Columns as _, EventColumns};
use walras_report::data::Event;
use walras_report::number::atoms;
use walras_scenario::Loaded;

use crate::error::RunError;

/// Events of one kind and subject that are shown one by one; what follows is counted.
const EACH_MAX: u64 = 40;

/// Events that say the same again in later steps, or that follow many of their kind.
#[derive(Debug)]
struct Repeated {
    first: Event,
    /// How often it happened, this once included.
    times: u64,
    last: u64,
    /// The sum of the amounts.
    amount: i128,
}

/// The events of a run, in order of step: one by one where they are few, gathered where they repeat.
pub(super) fn events(run: &Run, loaded: &Loaded) -> Result<Vec<Event>, RunError> {
    let given = |name: &str| {
        let distribution = loaded.scenario.distributions.0.iter().find(|it| it.name == name)?;
        Some(distribution.item.asset.name.as_str())
    };
    // The amount in words, where the event alone tells of which asset it is.
    let worth = |kind: &str, subject: &str, amount: Option<i64>| {
        let name = match kind {
            "distribution" => given(subject)?,
            _ => return None,
        };
        let decimals = run.manifest.assets.iter().find(|asset| asset.name == name)?.decimals as u8;
        Some(format!(": {} {name}", atoms(i128::from(amount?), decimals)))
    };
    let mut gathered = Gathered::default();
    for columns in run.table::<EventColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            let (kind, subject) = (columns.kind.get(row), columns.subject.get(row));
            let worth = worth(kind, subject, columns.amount[row]).unwrap_or_default();
            let event = Event {
                step: u64::from(columns.step[row]),
                kind: kind.to_owned(),
                subject: subject.to_owned(),
                detail: columns.detail.get(row).to_owned() + &worth,
            };
            gathered.push(event, columns.amount[row]);
        }
    }
    Ok(gathered.into_events())
}

#[derive(Default)]
struct Gathered {
    single: Vec<Event>,
    seen: BTreeMap<(String, String), u64>,
    repeated: BTreeMap<(String, String, String), Repeated>,
}

impl Gathered {
    fn push(&mut self, event: Event, amount: Option<i64>) {
        // Rejections and full links come in most steps and say nothing singly.
        let counted = matches!(event.kind.as_str(), "rejected" | "quarantined" | "expense_unpaid" | "blocked");
        let seen = self.seen.entry((event.kind.clone(), event.subject.clone())).or_insert(0);
        *seen += 1;
        if !counted && *seen <= EACH_MAX {
            self.single.push(event);
            return;
        }
        // Beyond the first of them, parameters that change are alike whatever their value.
        let detail = if counted { event.detail.clone() } else { String::new() };
        let (step, key) = (event.step, (event.kind.clone(), event.subject.clone(), detail));
        let new = Repeated { first: event, times: 0, last: step, amount: 0 };
        let repeated = self.repeated.entry(key).or_insert(new);
        repeated.times += 1;
        repeated.last = step;
        repeated.amount += i128::from(amount.unwrap_or(0));
    }

    fn into_events(self) -> Vec<Event> {
        let mut events = self.single;
        events.extend(self.repeated.into_values().map(Repeated::into_event));
        events.sort_by_key(|event| event.step);
        events
    }
}

impl Repeated {
    fn into_event(self) -> Event {
        let Self { mut first, times, last, amount } = self;
        let orders = matches!(first.kind.as_str(), "rejected" | "quarantined");
        // A full link names an asset, whose name stays as it is.
        if first.kind != "blocked" {
            first.detail = first.detail.replace('_', " ");
        }
        if orders {
            first.detail = format!("{}: {amount} orders", first.detail);
        }
        if times > 1 {
            first.detail = format!("{}, {times} times up to step {last}", first.detail);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(step: u64, kind: &str, detail: &str) -> Event {
        Event { step, kind: kind.into(), subject: "launch".into(), detail: detail.into() }
    }

    #[test]
    fn rejections_are_counted_and_shocks_are_told() {
        let mut gathered = Gathered::default();
        gathered.push(event(3, "rejected", "limit_not_reached"), Some(5));
        gathered.push(event(4, "halt", "no orders"), None);
        gathered.push(event(9, "rejected", "limit_not_reached"), Some(7));
        let found = gathered.into_events();
        let told: Vec<(u64, &str)> = found.iter().map(|event| (event.step, event.detail.as_str())).collect();
        assert_eq!(told, [(3, "limit not reached: 12 orders, 2 times up to step 9"), (4, "no orders")]);
    }

    #[test]
    fn a_million_changes_take_little_room() {
        let mut gathered = Gathered::default();
        for step in 0..1_000_000 {
            gathered.push(event(step, "parameter_changed", &format!("slope = {step}")), None);
        }
        let found = gathered.into_events();
        assert_eq!(found.len() as u64, EACH_MAX + 1);
        assert_eq!(found[EACH_MAX as usize].detail, "slope = 40, 999960 times up to step 999999");
    }
}
