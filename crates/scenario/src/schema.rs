//! The JSON Schema of a scenario, from the same definitions that read it.
//!
//! Editors complete and check a scenario by it. It is a little wider than the strict reading: what one key
//! demands of another is not in it.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};
use walras_catalog::read::NAMED_MAX;
use walras_catalog::{Bounds, Description, Kind, Parameter};

use crate::limits::TEXT_BYTES_MAX;

/// The schema (draft 2020-12) of what is read as `root`. Each folder of entries is one definition, `$defs/curve`
/// say, and each entry another, `$defs/curve.linear`.
#[must_use]
pub fn schema(root: &Kind, title: &str) -> Value {
    let mut schema = Schema { definitions: BTreeMap::new(), waiting: VecDeque::new() };
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    whole.insert("title".to_owned(), title.into());
    whole.append(&mut schema.form(root, None));
    while let Some(entries) = schema.waiting.pop_front() {
        schema.define(&entries);
    }
    if !schema.definitions.is_empty() {
        whole.insert("$defs".to_owned(), schema.definitions.into_iter().collect());
    }
    Value::Object(whole)
}

struct Schema {
    definitions: BTreeMap<String, Value>,
    /// Folders that are named somewhere and not yet defined: an entry may hold others of its own folder.
    waiting: VecDeque<Vec<Description>>,
}

impl Schema {
    /// What a value of this form must be; `bounds` are for every number in it.
    fn form(&mut self, kind: &Kind, bounds: Option<&Bounds>) -> Map<String, Value> {
        let form = match kind {
            Kind::Number => numeric("number", bounds),
            Kind::Integer => numeric("integer", bounds),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Text => json!({ "type": "string", "maxLength": TEXT_BYTES_MAX }),
            Kind::Choice(names) => json!({ "enum": names }),
            Kind::List(of) => json!({ "type": "array", "items": self.form(of, bounds) }),
            Kind::Section(parameters) => self.table(parameters),
            Kind::Named(of) => json!({
                "type": "object",
                "additionalProperties": self.form(of, bounds),
                "maxProperties": NAMED_MAX,
            }),
            Kind::Entry(entries) => self.reference(entries()),
            Kind::Either(one, other) => json!({ "anyOf": [self.form(one, bounds), self.form(other, bounds)] }),
        };
        match form {
            Value::Object(form) => form,
            _ => Map::new(),
        }
    }

    fn table(&mut self, parameters: &[Parameter]) -> Value {
        let required: Vec<&str> =
            parameters.iter().filter(|parameter| is_required(parameter)).map(|parameter| parameter.name).collect();
        let mut table = Map::new();
        table.insert("type".to_owned(), "object".into());
        table.insert("properties".to_owned(), self.properties(parameters).into());
        if !required.is_empty() {
            table.insert("required".to_owned(), required.into());
        }
        table.insert("additionalProperties".to_owned(), false.into());
        table.into()
    }

    fn properties(&mut self, parameters: &[Parameter]) -> Map<String, Value> {
        parameters.iter().map(|parameter| (parameter.name.to_owned(), self.property(parameter))).collect()
    }

    fn property(&mut self, parameter: &Parameter) -> Value {
        let mut property = Map::new();
        property.insert("description".to_owned(), described(&parameter.meaning, &[("Unit", parameter.unit)]).into());
        property.append(&mut self.form(&parameter.kind, parameter.bounds.as_ref()));
        if let Some(default) = &parameter.default {
            property.insert("default".to_owned(), default.to_json());
        }
        property.into()
    }

    /// A reference to the definition of a folder.
    fn reference(&mut self, entries: Vec<Description>) -> Value {
        let Some(first) = entries.first() else { return json!({ "not": {} }) };
        let folder = first.folder;
        if !self.definitions.contains_key(folder) {
            self.definitions.insert(folder.to_owned(), Value::Null);
            self.waiting.push_back(entries);
        }
        json!({ "$ref": format!("#/$defs/{folder}") })
    }

    /// The definitions of a folder and its entries.
    fn define(&mut self, entries: &[Description]) {
        let mut choices = Vec::new();
        for entry in entries {
            let name = format!("{}.{}", entry.folder, entry.name);
            choices.push(json!({ "$ref": format!("#/$defs/{name}") }));
            let definition = self.entry(entry);
            self.definitions.insert(name, definition);
        }
        let bare = entries.iter().filter(|entry| !entry.parameters.iter().any(is_required));
        let bare: Vec<&str> = bare.map(|entry| entry.name).collect();
        if !bare.is_empty() {
            choices.push(json!({ "description": "By its name alone, with every default.", "enum": bare }));
        }
        if let Some(entry) = entries.first() {
            self.definitions.insert(entry.folder.to_owned(), json!({ "title": entry.folder, "oneOf": choices }));
        }
    }

    fn entry(&mut self, entry: &Description) -> Value {
        let mut properties = Map::new();
        properties.insert("kind".to_owned(), json!({ "description": entry.summary(), "const": entry.name }));
        properties.append(&mut self.properties(&entry.parameters));
        let required = entry.parameters.iter().filter(|parameter| is_required(parameter));
        let required: Vec<&str> = std::iter::once("kind").chain(required.map(|parameter| parameter.name)).collect();
        json!({
            "title": entry.name,
            "description": described(&entry.doc, &[("Formula", entry.formula), ("Source", entry.source)]),
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }
}

fn is_required(parameter: &Parameter) -> bool {
    parameter.default.is_none() && !parameter.optional
}

/// The text, and below it each remark that is not empty.
fn described(text: &str, remarks: &[(&str, &str)]) -> String {
    let remarks = remarks.iter().filter(|(_, remark)| !remark.is_empty());
    let remarks: Vec<String> = remarks.map(|(what, remark)| format!("{what}: {remark}")).collect();
    if remarks.is_empty() { text.to_owned() } else { format!("{text}\n\n{}", remarks.join("\n")) }
}

fn numeric(kind: &str, bounds: Option<&Bounds>) -> Value {
    let mut form = Map::new();
    form.insert("type".to_owned(), kind.into());
    if let Some(bounds) = bounds {
        // The largest numbers stand for no bound at all.
        if bounds.low > f64::MIN {
            let key = if bounds.above_low { "exclusiveMinimum" } else { "minimum" };
            form.insert(key.to_owned(), plain_number(bounds.low));
        }
        if bounds.high < f64::MAX {
            let key = if bounds.below_high { "exclusiveMaximum" } else { "maximum" };
            form.insert(key.to_owned(), plain_number(bounds.high));
        }
    }
    form.into()
}

/// `0` rather than `0.0`, where that is the same number.
fn plain_number(number: f64) -> Value {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0; // 2^53
    if number.floor() == number && number.abs() <= EXACT_MAX { (number as i64).into() } else { number.into() }
}
