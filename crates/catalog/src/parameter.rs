//! What a parameter is: name, meaning, unit, form, bounds, default.

use std::ops::{Range, RangeFrom, RangeInclusive, RangeToInclusive};

use crate::entry::Description;
use crate::value::Node;

/// One parameter of an entry or one key of a section.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The key in the scenario and the name in Python.
    pub name: &'static str,
    /// What it means.
    pub meaning: String,
    /// Its unit; empty for pure numbers, names and flags.
    pub unit: &'static str,
    /// The form its value must have.
    pub kind: Kind,
    /// The bounds a number must keep.
    pub bounds: Option<Bounds>,
    /// What holds when the key is absent; `None` when the key must be given.
    pub default: Option<Node>,
    /// Whether the key may be absent without a default taking its place.
    pub optional: bool,
}

/// The form of a value.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Any finite number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// One of a fixed set of texts.
    Choice(&'static [&'static str]),
    /// A list of one form.
    List(Box<Kind>),
    /// A table with these keys.
    Section(Vec<Parameter>),
    /// A table of user-named values of one form.
    Named(Box<Kind>),
    /// One entry of a folder, named by the key `kind`.
    Entry(fn() -> Vec<Description>),
    /// Either form: a number for all agents, or a table that says how agents differ, for instance.
    Either(Box<Kind>, Box<Kind>),
}

impl Kind {
    /// The form in words, for messages.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Kind::Number => "a number".to_owned(),
            Kind::Integer => "a whole number".to_owned(),
            Kind::Flag => "true or false".to_owned(),
            Kind::Text => "a text in quotes".to_owned(),
            Kind::Choice(names) => crate::problem::one_of(names.iter().copied()),
            Kind::List(of) => format!("a list, each item {}", of.words()),
            Kind::Section(_) => "a table".to_owned(),
            Kind::Named(_) => "a table of named values".to_owned(),
            Kind::Entry(entries) => {
                let entries = entries();
                format!("a table whose `kind` is {}", crate::problem::one_of(entries.iter().map(|entry| entry.name)))
            }
            Kind::Either(one, other) => format!("{}, or {}", one.words(), other.words()),
        }
    }
}

/// The numbers a parameter may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Whether `low` itself is excluded.
    pub above_low: bool,
    /// Whether `high` itself is excluded.
    pub below_high: bool,
}

impl Bounds {
    /// Strictly more than `low`.
    #[must_use]
    pub const fn above(low: f64) -> Self {
        Self { low, high: f64::MAX, above_low: true, below_high: false }
    }

    /// Strictly between the two.
    #[must_use]
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low, high, above_low: true, below_high: true }
    }

    /// Strictly more than `low`, at most `high`.
    #[must_use]
    pub const fn above_to(low: f64, high: f64) -> Self {
        Self { low, high, above_low: true, below_high: false }
    }

    /// Whether `x` is allowed. Never so for `NaN` and the infinities.
    #[must_use]
    pub fn contain(&self, x: f64) -> bool {
        x.is_finite()
            && (if self.above_low { x > self.low } else { x >= self.low })
            && (if self.below_high { x < self.high } else { x <= self.high })
    }

    /// The bounds in words, for messages: `at least 0 and below 1`.
    #[must_use]
    pub fn words(&self) -> String {
        let low = match (self.low, self.above_low) {
            (f64::MIN, _) => None,
            (low, true) => Some(format!("above {low}")),
            (low, false) => Some(format!("at least {low}")),
        };
        let high = match (self.high, self.below_high) {
            (f64::MAX, _) => None,
            (high, true) => Some(format!("below {high}")),
            (high, false) => Some(format!("at most {high}")),
        };
        match (low, high) {
            (Some(low), Some(high)) => format!("{low} and {high}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "finite".to_owned(),
        }
    }
}

impl From<RangeInclusive<f64>> for Bounds {
    fn from(range: RangeInclusive<f64>) -> Self {
        Self { low: *range.start(), high: *range.end(), above_low: false, below_high: false }
    }
}

impl From<Range<f64>> for Bounds {
    fn from(range: Range<f64>) -> Self {
        Self { low: range.start, high: range.end, above_low: false, below_high: true }
    }
}

impl From<RangeFrom<f64>> for Bounds {
    fn from(range: RangeFrom<f64>) -> Self {
        Self { low: range.start, high: f64::MAX, above_low: false, below_high: false }
    }
}

impl From<RangeToInclusive<f64>> for Bounds {
    fn from(range: RangeToInclusive<f64>) -> Self {
        Self { low: f64::MIN, high: range.end, above_low: false, below_high: false }
    }
}
