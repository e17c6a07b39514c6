//! The questions `walras new` asks on a terminal. Enter takes what is offered.

use std::io::{self, BufRead as _, Write as _};

use walras_agents::policy::AnyPolicy;
use walras_catalog::Description;
use walras_engine::economy::COHORT_MAX;
use walras_market::curve::AnyCurve;
use walras_scenario::sections::STEPS_MAX;

use super::{AGENTS, Arguments, CURVE, NAME, POLICY, STEPS};
use crate::failure::Failure;

/// Asks for whatever was not given.
///
/// # Errors
/// When the answers cannot be read.
pub(super) fn ask(given: &Arguments) -> Result<Arguments, Failure> {
    let mut answers = given.clone();
    if answers.name.is_none() {
        answers.name = Some(question("Name", NAME, |answer| match answer {
            "" => Err("a name is needed".to_owned()),
            name => Ok(name.to_owned()),
        })?);
    }
    answers.curve = Some(choice("Curve", &AnyCurve::catalog(), CURVE)?);
    answers.policy = vec![choice("Policy of the agents", &AnyPolicy::catalog(), POLICY)?];
    answers.agents = Some(number("How many agents", AGENTS, COHORT_MAX)?);
    answers.steps = u32::try_from(number("How many steps", u64::from(STEPS), u64::from(STEPS_MAX))?).ok();
    Ok(answers)
}

fn number(what: &str, offered: u64, most: u64) -> Result<u64, Failure> {
    question(what, &offered.to_string(), |answer| {
        let number = answer.replace(['_', ' '], "").parse().ok().filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| format!("a whole number from 1 to {most} is needed"))
    })
}

/// One entry of a catalogue, by its name or its number in the list.
fn choice(what: &str, entries: &[Description], offered: &str) -> Result<String, Failure> {
    say("\n");
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for (index, entry) in entries.iter().enumerate() {
        say(&format!("  {:>2}  {:<width$}  {}\n", index + 1, entry.name, entry.summary()));
    }
    question(what, offered, |answer| {
        let by_number = answer.parse::<usize>().ok().and_then(|number| entries.get(number.checked_sub(1)?));
        let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        match by_number.or_else(|| entries.iter().find(|entry| entry.name == answer)) {
            Some(entry) => Ok(entry.name.to_owned()),
            None => Err(match walras_catalog::problem::nearest(answer, names.iter().copied()) {
                Some(near) => format!("there is no `{answer}`; did you mean `{near}`?"),
                None => format!("there is no `{answer}`; type a name or a number from 1 to {}", entries.len()),
            }),
        }
    })
}

/// Asks until the answer will do.
fn question<T>(what: &str, offered: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, Failure> {
    loop {
        say(&format!("{what} [{offered}]: "));
        let mut line = String::new();
        let bytes = io::stdin().lock().read_line(&mut line);
        let bytes = bytes.map_err(|error| Failure::bad_input(format!("the answer cannot be read: {error}")))?;
        if bytes == 0 {
            say("\n");
            return Err(Failure::bad_input("there was no answer, so nothing was written"));
        }
        let answer = if line.trim().is_empty() { offered } else { line.trim() };
        match read(answer) {
            Ok(answer) => return Ok(answer),
            Err(why) => say(&format!("{why}\n")),
        }
    }
}

fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
