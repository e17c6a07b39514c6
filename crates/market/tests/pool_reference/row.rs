//! One row of the reference file, and whether a number meets it.

use std::path::PathBuf;

use serde_json::Value as Json;
use walras_market::pool::wide::U256;

/// A reference file: in the folder that `WALRAS_REFERENCE` names, or in `shared/reference` beside the repository.
pub(crate) fn reference(name: &str) -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference");
    std::env::var_os("WALRAS_REFERENCE").map_or_else(|| PathBuf::from(beside), PathBuf::from).join(name)
}

/// One row of the file.
pub(crate) struct Row {
    pub(crate) params: Json,
    pub(crate) op: String,
    pub(crate) input: Json,
    pub(crate) expected: Json,
    /// The relative tolerance, where the row gives one.
    relative: Option<f64>,
    /// Whether the number is whole.
    whole: bool,
}

pub(crate) type Checked = Result<(), String>;

/// A text as JSON in which no digit of a number is lost: bare integers become texts.
fn json(text: &str) -> Json {
    if text.is_empty() {
        return Json::Null;
    }
    let bare = !text.starts_with(['{', '[', '"']);
    if bare {
        return Json::String(text.to_owned());
    }
    serde_json::from_str(&quote_integers(text)).unwrap_or_else(|_| Json::String(text.into()))
}

/// Puts integers of more than 15 digits in quotes.
fn quote_integers(text: &str) -> String {
    let (mut quoted, mut digits, mut in_text) = (String::new(), String::new(), false);
    for c in text.chars().chain(std::iter::once(' ')) {
        if !in_text && (c.is_ascii_digit() || ".eE+-".contains(c)) {
            digits.push(c);
            continue;
        }
        if digits.len() > 15 && digits.chars().all(|c| c.is_ascii_digit()) {
            quoted.push_str(&format!("\"{digits}\""));
        } else {
            quoted.push_str(&digits);
        }
        digits.clear();
        in_text ^= c == '"';
        quoted.push(c);
    }
    quoted
}

impl Row {
    pub(crate) fn new(record: &csv::StringRecord) -> Self {
        let parts = || record[5].split(';').map(str::trim);
        let relative = parts().find(|part| part.contains("rel")).and_then(|part| part.rsplit(' ').next());
        Self {
            params: json(&record[1]),
            op: record[2].to_owned(),
            input: json(&record[3]),
            expected: json(&record[4]),
            relative: relative.map(|number| number.parse().expect("a tolerance")),
            whole: parts().any(|part| part == "exact-int"),
        }
    }
}

/// An integer of any width, from a text or a number.
pub(crate) fn integer(value: &Json) -> Result<U256, String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().or_else(|_| {
        let number: f64 = text.parse().map_err(|_| format!("no integer: {text}"))?;
        if (0.0..1.8e19).contains(&number) && number.fract() == 0.0 {
            Ok(U256::from(number as u64))
        } else {
            Err(format!("no integer: {text}"))
        }
    })
}

pub(crate) fn named(object: &Json, name: &str) -> Result<U256, String> {
    integer(object.get(name).ok_or_else(|| format!("no {name} in {object}"))?)
}

pub(crate) fn named_or(object: &Json, name: &str, absent: U256) -> Result<U256, String> {
    object.get(name).map_or(Ok(absent), integer)
}

pub(crate) fn real(object: &Json, name: &str) -> Result<f64, String> {
    let value = object.get(name).ok_or_else(|| format!("no {name} in {object}"))?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).ok_or_else(|| format!("{name} is no number"))
}

pub(crate) fn list<'a>(object: &'a Json, name: &str) -> Result<&'a Vec<Json>, String> {
    object.get(name).and_then(Json::as_array).ok_or_else(|| format!("no list {name} in {object}"))
}

/// Atoms, where they fit.
pub(crate) fn wide_atoms(number: U256) -> Option<i64> {
    walras_market::pool::wide::atoms(number)
}

/// Whether `found` is the expected integer to the last digit.
pub(crate) fn text_is(found: &impl ToString, expected: &Json) -> Checked {
    let expected = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
    let found = found.to_string();
    if found == expected { Ok(()) } else { Err(format!("{found}, expected {expected}")) }
}

/// Whether `found` is within the row's relative tolerance of what is expected.
pub(crate) fn close(found: f64, row: &Row) -> Checked {
    close_to(found, &row.expected, row)
}

/// Whether `found` is within the row's relative tolerance of `expected`.
pub(crate) fn close_to(found: f64, expected: &Json, row: &Row) -> Checked {
    let expected = expected.as_f64().or_else(|| expected.as_str()?.parse().ok()).ok_or("no number is expected")?;
    let whole = if row.whole { 1.0 } else { 0.0 };
    let relative = row.relative.unwrap_or(1e-12);
    if (found - expected).abs() <= whole + relative * expected.abs() {
        Ok(())
    } else {
        Err(format!("{found:?}, expected {expected:?} within {relative:?}"))
    }
}
