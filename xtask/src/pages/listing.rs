//! What `walras list --json` says, as text for pages.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::licences::text;
use crate::project::output;
use crate::stage::{Doing, Failure, Outcome};

/// Every entry of every catalogue.
pub(super) struct Listing {
    entries: Vec<Value>,
}

impl Listing {
    /// Asks the command.
    pub(super) fn ask(walras: &Path) -> Outcome<Self> {
        let said = output(Command::new(walras).args(["list", "--json"]))?;
        let said: Value = serde_json::from_str(&said).doing(|| "reading `walras list --json`".to_owned())?;
        let entries = said["entries"].as_array().cloned().unwrap_or_default();
        if entries.is_empty() {
            return Err(Failure("`walras list --json` lists nothing".to_owned()));
        }
        Ok(Self { entries })
    }

    /// The names in a folder, in the order of their definition.
    pub(super) fn names(&self, folder: &str) -> Outcome<Vec<String>> {
        let inside = self.entries.iter().filter(|entry| text(entry, "folder") == folder);
        let names: Vec<String> = inside.map(|entry| text(entry, "name").to_owned()).collect();
        if names.is_empty() { Err(Failure(format!("there is no folder `{folder}`"))) } else { Ok(names) }
    }

    fn find(&self, folder: &str, name: &str) -> Outcome<&Value> {
        let is_it = |entry: &&Value| text(entry, "folder") == folder && text(entry, "name") == name;
        self.entries.iter().find(is_it).ok_or_else(|| Failure(format!("there is no entry `{folder}/{name}`")))
    }

    /// The table of the parameters of `folder/name`.
    pub(super) fn keys(&self, name: &str) -> Outcome<String> {
        let Some((folder, name)) = name.split_once('/') else {
            return Err(Failure(format!("`{name}` is not of the form folder/name")));
        };
        Ok(table(self.find(folder, name)?))
    }

    /// Heading, documentation, formula, parameters, source and plot of one entry.
    pub(super) fn section(&self, folder: &str, name: &str, plot: Option<&str>) -> Outcome<String> {
        let entry = self.find(folder, name)?;
        let mut section = format!("### `{name}`\n\n{}\n\n", text(entry, "doc"));
        if let Some(formula) = entry["formula"].as_str() {
            section += &format!("```text\n{formula}\n```\n\n");
        }
        if let Some(plot) = plot {
            section += &format!("![price over supply]({plot})\n\n");
        }
        if entry["parameters"].as_array().is_some_and(|parameters| !parameters.is_empty()) {
            section += &format!("{}\n", table(entry));
        }
        if let Some(unit) = entry["unit"].as_str() {
            section += &format!("Unit: {unit}. ");
        }
        if let Some(source) = entry["source"].as_str().filter(|source| *source != "elementary") {
            section += &format!("Source: {source}.\n");
        }
        Ok(format!("{}\n\n", section.trim_end()))
    }
}

fn table(entry: &Value) -> String {
    let parameters = entry["parameters"].as_array().into_iter().flatten();
    let rows: String = parameters.map(row).collect();
    format!("| key | is | meaning | range | default |\n|---|---|---|---|---|\n{rows}")
}

fn row(parameter: &Value) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let range = range(&parameter["bounds"]);
    let range = match (range.as_str(), parameter["unit"].as_str()) {
        (range, None) => range.to_owned(),
        ("", Some(unit)) => unit.to_owned(),
        (range, Some(unit)) => format!("{range}, {unit}"),
    };
    let default = match &parameter["default"] {
        Value::Null if parameter["required"] == true => "must be given".to_owned(),
        Value::Null => "absent".to_owned(),
        default => format!("`{}`", written(default)),
    };
    format!(
        "| `{}` | {} | {} | {} | {} |\n",
        text(parameter, "name"),
        cell(text(parameter, "form")),
        cell(text(parameter, "meaning")),
        cell(&range),
        cell(&default)
    )
}

fn range(bounds: &Value) -> String {
    let above = if bounds["low_excluded"] == true { "above " } else { "" };
    let below = if bounds["high_excluded"] == true { "below " } else { "" };
    let number = |key: &str| bounds[key].as_f64().map(number);
    match (number("low"), number("high")) {
        (Some(low), Some(high)) => format!("{above}{low} to {below}{high}"),
        (Some(low), None) if above.is_empty() => format!("at least {low}"),
        (Some(low), None) => format!("above {low}"),
        (None, Some(high)) if below.is_empty() => format!("at most {high}"),
        (None, Some(high)) => format!("below {high}"),
        (None, None) => String::new(),
    }
}

fn number(number: f64) -> String {
    let (plain, scientific) = (number.to_string(), format!("{number:e}"));
    let usual = number == 0.0 || (1e-4..1e6).contains(&number.abs());
    if usual || plain.len() <= scientific.len() { plain } else { scientific }
}

/// A default as it would stand in a scenario.
fn written(value: &Value) -> String {
    match value {
        Value::Number(n) => n.as_f64().map_or_else(|| n.to_string(), number),
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => match (table.get("kind"), table.len()) {
            // An entry without parameters may be given by its name alone, and so may a plain number.
            (Some(kind), 1) => written(kind),
            (Some(kind), 2) if kind == "constant" && table.contains_key("value") => written(&table["value"]),
            (_, 0) => "{}".to_owned(),
            _ => {
                let pairs: Vec<String> =
                    table.iter().map(|(key, value)| format!("{key} = {}", written(value))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_what_a_key_is() {
        let parameter = json!({
            "name": "fee", "meaning": "What a|b costs.", "unit": "share", "form": "number", "required": false,
            "bounds": { "low": 0.0, "high": 1.0, "low_excluded": false, "high_excluded": true },
            "default": { "kind": "constant", "value": 0.25 },
        });
        assert_eq!(row(&parameter), "| `fee` | number | What a\\|b costs. | 0 to below 1, share | `0.25` |\n");
        let required = json!({ "name": "x", "meaning": "X.", "form": "text", "required": true });
        assert_eq!(row(&required), "| `x` | text | X. |  | must be given |\n");
    }

    #[test]
    fn defaults_read_as_in_a_scenario() {
        assert_eq!(written(&json!({ "kind": "genesis" })), "\"genesis\"");
        assert_eq!(written(&json!({ "amount": 1.0, "unit": "tokens" })), "{ amount = 1, unit = \"tokens\" }");
        assert_eq!(written(&json!([1, 2.5, "a", true])), "[1, 2.5, \"a\", true]");
        let numbers = [1e-6, 0.25, 1000.0, 1e9, 2_147_483_648.0].map(|number| written(&json!(number)));
        assert_eq!(numbers, ["1e-6", "0.25", "1000", "1e9", "2147483648"]);
    }
}
