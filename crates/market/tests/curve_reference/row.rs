//! One row of a reference file, and whether a number meets it.

use serde_json::Value as Json;

/// One row of the file.
pub(crate) struct Row {
    pub(crate) params: Json,
    pub(crate) op: String,
    pub(crate) input: Json,
    pub(crate) expected: Json,
    pub(crate) tolerance: Tolerance,
}

/// How near is near enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tolerance {
    /// The expected number is whole, rounded by the peer.
    whole: bool,
    /// Relative, for amounts below 64 bits.
    relative: Option<f64>,
    absolute: f64,
}

/// What we compute: one number, a list, or numbers by name.
pub(crate) enum Found {
    One(f64),
    List(Vec<f64>),
    Named(Vec<(&'static str, f64)>),
    /// One number that the peer rounds up.
    RoundedUp(f64),
}

pub(crate) type Checked = Result<Found, String>;

pub(crate) fn json(text: &str) -> Json {
    if text.is_empty() { Json::Null } else { serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.into())) }
}

pub(crate) fn tolerance(text: &str) -> Tolerance {
    let mut tolerance = Tolerance { whole: false, relative: None, absolute: 0.0 };
    for part in text.split(';').map(str::trim) {
        let number = || part.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a tolerance");
        match part {
            "exact-int" => tolerance.whole = true,
            _ if part.contains("rel") => tolerance.relative = Some(number()),
            _ if part.contains("abs") => tolerance.absolute = number(),
            _ => panic!("unknown tolerance `{part}`"),
        }
    }
    tolerance
}

/// A number, or a text that is one.
pub(crate) fn number(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// The first of `names` that `object` has.
pub(crate) fn named(object: &Json, names: &[&str]) -> Result<f64, String> {
    let found = names.iter().find_map(|name| number(object.get(name)?));
    found.ok_or_else(|| format!("none of {names:?} in {object}"))
}

fn near(found: f64, expected: f64, tolerance: Tolerance, up: bool) -> bool {
    // Whole amounts beyond 64 bits come from wider arithmetic than ours.
    let fallback = if expected.abs() < 2.0_f64.powi(63) { 1e-12 } else { 1e-9 };
    let slack = tolerance.relative.unwrap_or(fallback) * found.abs() + tolerance.absolute;
    let round = |x: f64| {
        if !tolerance.whole {
            x
        } else if up {
            x.ceil()
        } else {
            x.floor()
        }
    };
    let slack = if expected == 0.0 && !tolerance.whole { slack.max(1e-12) } else { slack };
    round(found - slack) <= expected && expected <= round(found + slack)
}

pub(crate) fn compare(row: &Row, found: &Found) -> Result<(), String> {
    let check = |name: &str, found: f64, expected: &Json, up: bool| {
        let expected = number(expected).ok_or_else(|| format!("no number expected for {name}"))?;
        let met = near(found, expected, row.tolerance, up);
        if met { Ok(()) } else { Err(format!("{name} is {found:?}, expected {expected:?} within {:?}", row.tolerance)) }
    };
    match found {
        Found::One(found) => check("it", *found, &row.expected, false),
        Found::RoundedUp(found) => check("it", *found, &row.expected, true),
        Found::List(list) => {
            let expected = row.expected.as_array().filter(|expected| expected.len() == list.len());
            let expected = expected.ok_or_else(|| format!("expected a list of {}", list.len()))?;
            list.iter().zip(expected).try_for_each(|(found, expected)| check("an item", *found, expected, false))
        }
        Found::Named(named) => {
            let expected = row.expected.as_object().ok_or("expected named numbers")?;
            for (name, expected) in expected {
                let (_, found) = named.iter().find(|(known, _)| known == name).ok_or_else(|| format!("no {name}"))?;
                check(name, *found, expected, false)?;
            }
            Ok(())
        }
    }
}
