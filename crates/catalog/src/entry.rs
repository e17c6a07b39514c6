//! The macros that define an entry, and a folder of entries.
//!
//! ```
//! use walras_catalog::{entries, entry, Bounds, Node, Read, Table, Value};
//!
//! entry! {
//!     /// Price rises in a straight line with supply.
//!     pub struct Linear = "linear" {
//!         formula: "P(S) = m·S + b",
//!         source: "elementary",
//!         /// Rise of the price for one more token.
//!         slope: f64 = 0.5, within 0.0.., unit "numeraire/token²";
//!         /// Price of the first token.
//!         intercept: f64, within Bounds::above(0.0), unit "numeraire/token";
//!     }
//! }
//!
//! pub trait Curve { fn price(&self, supply: f64) -> f64; }
//! impl Curve for Linear { fn price(&self, supply: f64) -> f64 { self.slope * supply + self.intercept } }
//!
//! entries! {
//!     /// Any bonding curve.
//!     pub enum AnyCurve: dyn Curve = "curve" { Linear(Linear) }
//! }
//!
//! let mut table = Table::default();
//! table.set("kind", Default::default(), Value::made(Node::Text("linear".into())));
//! table.set("intercept", Default::default(), Value::made(Node::Integer(2)));
//! let curve = AnyCurve::read(&Value::made(Node::Table(table)), None).unwrap();
//! assert_eq!(curve.price(4.0), 4.0); // dereferences to `dyn Curve`
//! assert_eq!(AnyCurve::catalog()[0].name, "linear");
//! ```

use crate::parameter::Parameter;
use crate::problem::{Problem, nearest, one_of};
use crate::value::{Node, Value};

/// What an entry is, for listings, schemas and documentation.
#[derive(Debug, Clone)]
pub struct Description {
    /// The folder of like entries: `curve`, `policy`, ….
    pub folder: &'static str,
    /// The name in a scenario.
    pub name: &'static str,
    /// The documentation; its first line is the summary.
    pub doc: String,
    /// The formula, in plain text.
    pub formula: &'static str,
    /// The paper, book or code it comes from.
    pub source: &'static str,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

impl Description {
    /// The first line of the documentation.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.doc.lines().next().unwrap_or_default()
    }
}

/// Joins the lines of a doc comment, dropping the space after the slashes.
#[must_use]
pub fn doc_text(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// The entry's name in `value`, which is a table with the key `kind`, or the bare name.
///
/// # Errors
/// When `value` is neither.
pub fn kind_of<'a>(value: &'a Value, folder: &str) -> Result<(&'a str, crate::value::Span), Problem> {
    match &value.node {
        Node::Text(name) => Ok((name, value.span)),
        Node::Table(table) => match table.get("kind") {
            Some(Value { node: Node::Text(name), span }) => Ok((name, *span)),
            Some(other) => Err(Problem::at(other.span, "`kind` must be a text", format!("the name of a {folder}"))),
            None => {
                let problem =
                    Problem::at(value.span, "`kind` is missing", format!("needs `kind`, the name of a {folder}"));
                Err(problem.help(format!("`walras list {folder}` shows what there is")))
            }
        },
        _ => Err(Problem::at(
            value.span,
            format!("expected a {folder}, found {}", value.form()),
            "a table with a `kind`",
        )),
    }
}

/// The problem of a `kind` that no entry of the folder has.
#[must_use]
pub fn unknown_kind(name: &str, span: crate::value::Span, folder: &str, known: &[&'static str]) -> Problem {
    let known = || known.iter().copied();
    let problem =
        Problem::at(span, format!("there is no {folder} called `{name}`"), format!("expected {}", one_of(known())));
    match nearest(name, known()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("`walras list {folder}` shows what there is")),
    }
}

/// Defines one entry: a struct, its parameters' metadata, and its strict reading.
///
/// Between formula and source an optional `check: function,` gives a `fn(&Self) -> Result<(), (&'static str, String)>`
/// for what bounds on single parameters cannot say; the pair is the parameter to blame and the message.
#[macro_export]
macro_rules! entry {
    (
        $(#[doc = $doc:literal])*
        $(#[derive($($derive:ident),*)])?
        $vis:vis struct $name:ident = $key:literal {
            formula: $formula:literal,
            $(check: $check:expr,)?
            source: $source:literal,
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $type:ty $(= $default:expr)? $(, within $bounds:expr)? $(, unit $unit:literal)? ;
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone $(, $($derive),*)?)]
        $vis struct $name {
            $($(#[doc = $field_doc])* pub $field: $type,)*
        }

        impl $name {
            /// The name in a scenario.
            pub const NAME: &'static str = $key;

            /// What this entry is, as one of `folder`.
            #[must_use]
            pub fn description(folder: &'static str) -> $crate::Description {
                $crate::Description {
                    folder,
                    name: $key,
                    doc: $crate::entry::doc_text(&[$($doc),*]),
                    formula: $formula,
                    source: $source,
                    parameters: Self::parameters(),
                }
            }

            /// The parameters, in order.
            #[must_use]
            pub fn parameters() -> Vec<$crate::Parameter> {
                vec![$(
                    $crate::read::parameter::<$type>(
                        stringify!($field),
                        &[$($field_doc),*],
                        $crate::entry!(@or "" $(, $unit)?),
                        $crate::entry!(@bounds $($bounds)?),
                        $crate::entry!(@default $($default)?),
                    ),
                )*]
            }
        }

        impl $crate::Read for $name {
            fn kind() -> $crate::Kind {
                $crate::Kind::Section(Self::parameters())
            }

            fn read(value: &$crate::Value, _: Option<&$crate::Bounds>) -> Result<Self, $crate::Problem> {
                // Its bare name stands for an entry with nothing but defaults.
                let named = matches!(&value.node, $crate::Node::Text(text) if text == $key);
                if named && Self::parameters().iter().all(|p| p.default.is_some() || p.optional) {
                    let empty = $crate::Value { node: $crate::Node::Table($crate::Table::default()), span: value.span };
                    return Self::read(&empty, None);
                }
                let reader = $crate::TableReader::new(value)?;
                reader.only(&["kind", $(stringify!($field)),*])?;
                let this = Self {
                    $($field: reader.take::<$type>(
                        stringify!($field),
                        $crate::entry!(@bounds $($bounds)?).as_ref(),
                        $crate::entry!(@default $($default)?),
                    )?,)*
                };
                $({
                    let check: fn(&Self) -> Result<(), (&'static str, String)> = $check;
                    if let Err((parameter, message)) = check(&this) {
                        return Err($crate::Problem::at(reader.span_of(parameter), message, format!("see `{parameter}`")));
                    }
                })?
                Ok(this)
            }

            fn write(&self) -> $crate::Node {
                let mut table = $crate::Table::default();
                table.set("kind", $crate::Span::default(), $crate::Value::made($crate::Node::Text($key.to_owned())));
                $(if let Some(node) = $crate::Read::write_if_given(&self.$field) {
                    table.set(stringify!($field), $crate::Span::default(), $crate::Value::made(node));
                })*
                $crate::Node::Table(table)
            }
        }
    };
    (@or $fallback:literal) => { $fallback };
    (@or $fallback:literal, $given:literal) => { $given };
    (@bounds) => { None::<$crate::Bounds> };
    (@bounds $bounds:expr) => { Some($crate::Bounds::from($bounds)) };
    (@default) => { None };
    (@default $default:expr) => { Some($default) };
}

/// Defines a folder of entries: an enum of them that reads the key `kind`, lists them, and dereferences to
/// the folder's trait.
#[macro_export]
macro_rules! entries {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident : dyn $trait:ident = $folder:literal { $($variant:ident($type:ty)),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        $vis enum $name {
            $(
                #[doc = concat!("See [`", stringify!($type), "`].")]
                $variant($type),
            )*
        }

        impl $name {
            /// What this folder holds, in the order of its `mod.rs`.
            #[must_use]
            pub fn catalog() -> Vec<$crate::Description> {
                vec![$(<$type>::description($folder)),*]
            }

            /// The entry's name in a scenario.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => <$type>::NAME,)* }
            }
        }

        impl $crate::Read for $name {
            fn kind() -> $crate::Kind {
                $crate::Kind::Entry(Self::catalog)
            }

            fn read(value: &$crate::Value, _: Option<&$crate::Bounds>) -> Result<Self, $crate::Problem> {
                let (name, span) = $crate::entry::kind_of(value, $folder)?;
                match name {
                    $(<$type>::NAME => <$type as $crate::Read>::read(value, None).map(Self::$variant),)*
                    _ => Err($crate::entry::unknown_kind(name, span, $folder, &[$(<$type>::NAME),*])),
                }
            }

            fn write(&self) -> $crate::Node {
                match self { $(Self::$variant(entry) => $crate::Read::write(entry),)* }
            }
        }

        impl std::ops::Deref for $name {
            type Target = dyn $trait;

            fn deref(&self) -> &Self::Target {
                match self { $(Self::$variant(entry) => entry,)* }
            }
        }

        impl std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Self::Target {
                match self { $(Self::$variant(entry) => entry,)* }
            }
        }
    };
}

/// Defines a fixed set of texts as an enum: `choice! { pub enum Settlement { Batch = "batch", … } }`.
#[macro_export]
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident { $($(#[doc = $variant_doc:literal])* $variant:ident = $key:literal),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name { $($(#[doc = $variant_doc])* $variant,)* }

        impl $name {
            /// The texts, in order.
            pub const NAMES: &'static [&'static str] = &[$($key),*];

            /// The text in a scenario.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }
        }

        impl $crate::Read for $name {
            fn kind() -> $crate::Kind {
                $crate::Kind::Choice(Self::NAMES)
            }

            fn read(value: &$crate::Value, _: Option<&$crate::Bounds>) -> Result<Self, $crate::Problem> {
                match &value.node {
                    $($crate::Node::Text(text) if text == $key => Ok(Self::$variant),)*
                    $crate::Node::Text(text) => {
                        let known = $crate::problem::one_of(Self::NAMES.iter().copied());
                        let problem = $crate::Problem::at(value.span, format!("`{text}` is not one of the choices"), format!("expected {known}"));
                        Err(match $crate::problem::nearest(text, Self::NAMES.iter().copied()) {
                            Some(near) => problem.help(format!("did you mean `{near}`?")),
                            None => problem,
                        })
                    }
                    _ => Err($crate::Problem::at(value.span, format!("expected a text, found {}", value.form()), $crate::problem::one_of(Self::NAMES.iter().copied()))),
                }
            }

            fn write(&self) -> $crate::Node {
                $crate::Node::Text(self.name().to_owned())
            }
        }
    };
}
