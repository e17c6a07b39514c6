//! One entry of the log, and the one way in which it is written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What an institution did. Its [`line`](Self::write_line) is a leaf of the tree, so the same entry must always give the
/// same bytes: JSON without blanks, these keys in this order, what is absent left out, floats by their shortest digits
/// that read back to the same bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry<'a> {
    /// Its index in the log, from 0: no two entries are alike.
    pub entry: u64,
    /// The step in which it happened, from 0.
    pub step: u32,
    /// The institution's name.
    pub institution: Cow<'a, str>,
    /// What it did: `paid`, `parameter_changed`…
    pub act: Cow<'a, str>,
    /// The cohort of the agent concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<Cow<'a, str>>,
    /// That agent's number in the whole economy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<u64>,
    /// The asset that moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Cow<'a, str>>,
    /// How much of it, in atoms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// A figure that was found or set. One that is not finite is left out, since JSON has no such number.
    #[serde(default, skip_serializing_if = "is_no_number")]
    pub value: Option<f64>,
    /// The rest, in words.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub detail: Cow<'a, str>,
}

impl LogEntry<'_> {
    /// Appends the entry's line, without a line break, to `line`.
    pub fn write_line(&self, line: &mut Vec<u8>) {
        // Neither texts nor numbers can fail to become JSON, and a vector takes every byte.
        let written = serde_json::to_writer(line, self);
        debug_assert!(written.is_ok(), "{written:?}");
    }

    /// Reads a line back.
    ///
    /// # Errors
    /// When it is no entry: what is wrong, with the column.
    pub fn parse(line: &[u8]) -> Result<LogEntry<'static>, String> {
        serde_json::from_slice(line).map_err(|error| error.to_string())
    }
}

fn is_no_number(value: &Option<f64>) -> bool {
    value.is_none_or(|value| !value.is_finite())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::LogEntry;

    fn line(entry: &LogEntry<'_>) -> String {
        let mut line = Vec::new();
        entry.write_line(&mut line);
        String::from_utf8(line).unwrap()
    }

    fn full() -> LogEntry<'static> {
        LogEntry {
            entry: 7,
            step: 3,
            institution: "refer \"a\" friend".into(),
            act: "paid".into(),
            cohort: Some("affiliés".into()),
            agent: Some(41),
            asset: Some("CASH".into()),
            amount: Some(i64::MIN),
            value: Some(0.1),
            detail: "two\nlines".into(),
        }
    }

    /// Roots of logs written before would change with these bytes.
    #[test]
    fn the_bytes_of_an_entry_are_these() {
        assert_eq!(
            line(&full()),
            r#"{"entry":7,"step":3,"institution":"refer \"a\" friend","act":"paid","cohort":"affiliés","agent":41,"asset":"CASH","amount":-9223372036854775808,"value":0.1,"detail":"two\nlines"}"#
        );
        let short = LogEntry {
            cohort: None,
            agent: None,
            asset: None,
            amount: None,
            value: Some(f64::NAN),
            detail: Cow::Borrowed(""),
            ..full()
        };
        assert_eq!(line(&short), r#"{"entry":7,"step":3,"institution":"refer \"a\" friend","act":"paid"}"#);
    }

    #[test]
    fn a_line_comes_back() {
        for value in [0.1, -0.0, 5e-324, f64::MAX, 1e21, 1.0 / 3.0] {
            let entry = LogEntry { value: Some(value), ..full() };
            let back = LogEntry::parse(line(&entry).as_bytes()).unwrap();
            assert_eq!(back, entry);
            assert_eq!(back.value.map(f64::to_bits), Some(value.to_bits()));
        }
        assert!(LogEntry::parse(b"{\"entry\":7}").unwrap_err().contains("missing field `step`"));
    }
}
