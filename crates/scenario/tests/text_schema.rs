//! The schema says what the strict reading says, from the same definitions.

use serde_json::{Value as Json, json};
use walras_catalog::{Bounds, Kind, Parameter, Read, choice, entries, entry};
use walras_scenario::schema::schema;
use walras_scenario::text::parse;

choice! {
    /// How orders settle.
    pub enum Settlement {
        /// All at one price.
        Batch = "batch",
        /// One after another.
        Sequential = "sequential",
    }
}

entry! {
    /// Price rises in a straight line with supply.
    ///
    /// The simplest of all.
    pub struct Linear = "linear" {
        formula: "P(S) = m·S + b",
        source: "elementary",
        /// Rise of the price for one more token.
        slope: f64 = 0.5, within 0.0.., unit "numeraire/token²";
        /// Price of the first token.
        intercept: f64, within Bounds::above(0.0), unit "numeraire/token";
    }
}

entry! {
    /// A price that never changes.
    pub struct Fixed = "fixed" {
        formula: "P(S) = p",
        source: "elementary",
        /// The price.
        price: f64 = 1.0, within Bounds::between(0.0, 100.0);
        /// How orders settle.
        settlement: Settlement = Settlement::Batch;
        /// Prices to use instead, at each step.
        steps: Option<Vec<f64>>, within 0.0..=10.0;
        /// Curves to use after that: entries hold entries.
        then: Vec<AnyCurve> = Vec::new();
    }
}

/// The trait of the folder.
pub trait Curve {}
impl Curve for Linear {}
impl Curve for Fixed {}

entries! {
    /// Any curve.
    pub enum AnyCurve: dyn Curve = "curve" { Linear(Linear), Fixed(Fixed) }
}

fn parameter(name: &'static str, kind: Kind, optional: bool) -> Parameter {
    Parameter { name, meaning: format!("The {name}."), unit: "", kind, bounds: None, default: None, optional }
}

/// A small scenario: `seed`, and named markets with a curve and a fee that is a number or a table.
fn root() -> Kind {
    let fee = Kind::Either(
        Box::new(Kind::Number),
        Box::new(Kind::Section(vec![parameter("buy", Kind::Number, false), parameter("sell", Kind::Number, false)])),
    );
    let fee = Parameter { bounds: Some(Bounds::from(0.0..1.0)), unit: "share", ..parameter("fee", fee, true) };
    let market = Kind::Section(vec![parameter("curve", AnyCurve::kind(), false), fee]);
    Kind::Section(vec![
        parameter("seed", Kind::Integer, false),
        parameter("live", Kind::Flag, true),
        parameter("name", Kind::Text, true),
        parameter("market", Kind::Named(Box::new(market)), true),
    ])
}

/// Whether `value` is valid: as much of draft 2020-12 as the schema uses, and no keyword beyond that.
fn valid(whole: &Json, schema: &Json, value: &Json) -> bool {
    let Json::Object(keywords) = schema else { return schema != &json!(false) };
    keywords.iter().all(|(keyword, says)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "default" => true,
        "$ref" => {
            let pointer = says.as_str().and_then(|says| says.strip_prefix('#')).expect("a local reference");
            valid(whole, whole.pointer(pointer).expect("a definition"), value)
        }
        "type" => match says.as_str().expect("a type") {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "number" => value.is_number(),
            other => panic!("type {other}"),
        },
        "const" => value == says,
        "enum" => says.as_array().expect("choices").contains(value),
        "oneOf" => choices(whole, says, value) == 1,
        "anyOf" => choices(whole, says, value) >= 1,
        "not" => !valid(whole, says, value),
        "properties" => says
            .as_object()
            .expect("properties")
            .iter()
            .all(|(name, schema)| value.get(name).is_none_or(|value| valid(whole, schema, value))),
        "required" => says
            .as_array()
            .expect("names")
            .iter()
            .all(|name| !value.is_object() || value.get(name.as_str().expect("a name")).is_some()),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let rest =
                object.iter().filter(|(name, _)| keywords.get("properties").is_none_or(|p| p.get(name).is_none()));
            rest.into_iter().all(|(_, value)| valid(whole, says, value))
        }),
        "maxProperties" => {
            value.as_object().is_none_or(|object| object.len() as u64 <= says.as_u64().expect("a count"))
        }
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| valid(whole, says, item))),
        "maxLength" => value.as_str().is_none_or(|text| text.len() as u64 <= says.as_u64().expect("a length")),
        "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().expect("a bound")),
        "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().expect("a bound")),
        "exclusiveMinimum" => value.as_f64().is_none_or(|number| number > says.as_f64().expect("a bound")),
        "exclusiveMaximum" => value.as_f64().is_none_or(|number| number < says.as_f64().expect("a bound")),
        other => panic!("the keyword {other} is not one that the schema should use"),
    })
}

fn choices(whole: &Json, schemas: &Json, value: &Json) -> usize {
    schemas.as_array().expect("schemas").iter().filter(|schema| valid(whole, schema, value)).count()
}

fn validates(scenario: &str) -> bool {
    let (tree, _) = parse("s.toml", scenario).expect("valid TOML");
    let schema = schema(&root(), "A small scenario");
    valid(&schema, &schema, &tree.node.to_json())
}

#[test]
fn a_folder_is_defined_once_and_an_entry_has_its_parameters() {
    let schema = schema(&root(), "A small scenario");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["title"], "A small scenario");
    assert_eq!(schema["required"], json!(["seed"]));
    let definitions: Vec<&String> = schema["$defs"].as_object().expect("definitions").keys().collect();
    assert_eq!(definitions, ["curve", "curve.fixed", "curve.linear"]);
    let expected = json!({
        "title": "linear",
        "description": "Price rises in a straight line with supply.\n\nThe simplest of all.\n\n\
                        Formula: P(S) = m·S + b\nSource: elementary",
        "type": "object",
        "properties": {
            "kind": { "description": "Price rises in a straight line with supply.", "const": "linear" },
            "slope": {
                "description": "Rise of the price for one more token.\n\nUnit: numeraire/token²",
                "type": "number", "minimum": 0, "default": 0.5,
            },
            "intercept": {
                "description": "Price of the first token.\n\nUnit: numeraire/token",
                "type": "number", "exclusiveMinimum": 0,
            },
        },
        "required": ["kind", "intercept"],
        "additionalProperties": false,
    });
    assert_eq!(schema["$defs"]["curve.linear"], expected);
    let expected = json!({
        "title": "curve",
        "oneOf": [
            { "$ref": "#/$defs/curve.linear" },
            { "$ref": "#/$defs/curve.fixed" },
            { "description": "By its name alone, with every default.", "enum": ["fixed"] },
        ],
    });
    assert_eq!(schema["$defs"]["curve"], expected);
    let fixed = &schema["$defs"]["curve.fixed"];
    assert_eq!(fixed["properties"]["then"]["items"]["$ref"], "#/$defs/curve");
    assert_eq!(fixed["properties"]["settlement"]["enum"], json!(["batch", "sequential"]));
    assert_eq!(fixed["properties"]["steps"]["items"], json!({ "type": "number", "minimum": 0, "maximum": 10 }));
    assert_eq!(fixed["required"], json!(["kind"]));
}

#[test]
fn what_a_scenario_may_say_validates() {
    for scenario in [
        "seed = 1\n",
        "seed = 1\nlive = true\nname = 'x'\n[market.token]\ncurve = { kind = 'linear', intercept = 1 }\nfee = 0.5\n",
        "seed = 1\n[market.'any name']\ncurve = 'fixed'\nfee = { buy = 0.1, sell = 0.2 }\n",
        "seed = 1\n[market.a.curve]\nkind = 'fixed'\nsettlement = 'sequential'\nsteps = [0, 10.0]\nthen = ['fixed']\n",
    ] {
        assert!(validates(scenario), "{scenario}");
    }
}

/// Each of these the strict reading refuses too; so that the curves agree, both are asked.
#[test]
fn what_a_scenario_may_not_say_does_not_validate() {
    for scenario in
        ["", "seed = 1.5\n", "seed = 'x'\n", "seed = 1\nsede = 2\n", "seed = 1\nmarket = 3\n", "seed = 1\n[market.a]\n"]
    {
        assert!(!validates(scenario), "{scenario}");
    }
    for curve in [
        "'linear'",
        "'cubic'",
        "3",
        "{ intercept = 1 }",
        "{ kind = 'linear' }",
        "{ kind = 'linear', intercept = 0 }",
        "{ kind = 'linear', intercept = 1, slope = -0.1 }",
        "{ kind = 'linear', intercept = 1, slop = 1 }",
        "{ kind = 'fixed', price = 100.0 }",
        "{ kind = 'fixed', settlement = 'batches' }",
        "{ kind = 'fixed', steps = [1, 11] }",
        "{ kind = 'fixed', then = [{ kind = 'linear' }] }",
    ] {
        let (tree, _) = parse("s.toml", &format!("curve = {curve}")).expect("valid TOML");
        let walras_catalog::Node::Table(table) = &tree.node else { panic!("a table") };
        assert!(AnyCurve::read(table.get("curve").expect("the curve"), None).is_err(), "{curve}");
        assert!(!validates(&format!("seed = 1\n[market.a]\ncurve = {curve}\n")), "{curve}");
    }
}
