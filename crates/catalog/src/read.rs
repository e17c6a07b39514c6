//! From a value in a file to a Rust type, strictly: wrong form, out of bounds and unknown keys are
//! problems with a place, never guesses.

use crate::parameter::{Bounds, Kind, Parameter};
use crate::problem::{Problem, nearest, one_of};
use crate::value::{Node, Span, Table, Value};

/// A type that can be read from a scenario value.
pub trait Read: Sized {
    /// The form a value must have to be read as this type.
    fn kind() -> Kind;

    /// Reads `value`; `bounds` apply to every number in it.
    ///
    /// # Errors
    /// A [`Problem`] at the place that is wrong.
    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem>;

    /// This as a value, for showing defaults.
    fn write(&self) -> Node;

    /// This as a value, or nothing where an absent key would mean the same.
    fn write_if_given(&self) -> Option<Node> {
        Some(self.write())
    }

    /// What an absent key means, for types that have a meaning for absence.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

fn wrong_form<T: Read>(value: &Value) -> Problem {
    Problem::at(value.span, format!("expected {}, found {}", T::kind().words(), value.form()), T::kind().words())
}

fn in_bounds(number: f64, span: Span, bounds: Option<&Bounds>) -> Result<(), Problem> {
    if !number.is_finite() {
        return Err(Problem::at(span, format!("{number} is not a finite number"), "a finite number"));
    }
    match bounds {
        Some(bounds) if !bounds.contain(number) => {
            Err(Problem::at(span, format!("{number} is out of range"), format!("must be {}", bounds.words())))
        }
        _ => Ok(()),
    }
}

impl Read for f64 {
    fn kind() -> Kind {
        Kind::Number
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let number = match value.node {
            Node::Float(number) => number,
            Node::Integer(number) => number as f64,
            _ => return Err(wrong_form::<Self>(value)),
        };
        in_bounds(number, value.span, bounds)?;
        Ok(number)
    }

    fn write(&self) -> Node {
        Node::Float(*self)
    }
}

macro_rules! read_integer {
    ($($type:ty),*) => {$(
        impl Read for $type {
            fn kind() -> Kind {
                Kind::Integer
            }

            fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
                let Node::Integer(number) = value.node else { return Err(wrong_form::<Self>(value)) };
                in_bounds(number as f64, value.span, bounds)?;
                <$type>::try_from(number).map_err(|_| {
                    let expected = format!("must be between {} and {}", <$type>::MIN, <$type>::MAX);
                    Problem::at(value.span, format!("{number} is out of range"), expected)
                })
            }

            fn write(&self) -> Node {
                i64::try_from(*self).map_or_else(|_| Node::Text(self.to_string()), Node::Integer)
            }
        }
    )*};
}
read_integer!(u8, u16, u32, u64, usize, i64);

impl Read for bool {
    fn kind() -> Kind {
        Kind::Flag
    }

    fn read(value: &Value, _: Option<&Bounds>) -> Result<Self, Problem> {
        let Node::Flag(flag) = value.node else { return Err(wrong_form::<Self>(value)) };
        Ok(flag)
    }

    fn write(&self) -> Node {
        Node::Flag(*self)
    }
}

impl Read for String {
    fn kind() -> Kind {
        Kind::Text
    }

    fn read(value: &Value, _: Option<&Bounds>) -> Result<Self, Problem> {
        let Node::Text(text) = &value.node else { return Err(wrong_form::<Self>(value)) };
        Ok(text.clone())
    }

    fn write(&self) -> Node {
        Node::Text(self.clone())
    }
}

impl<T: Read> Read for Option<T> {
    fn kind() -> Kind {
        T::kind()
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        T::read(value, bounds).map(Some)
    }

    fn write(&self) -> Node {
        self.as_ref().map_or_else(|| Node::Text("none".to_owned()), Read::write)
    }

    fn write_if_given(&self) -> Option<Node> {
        self.as_ref().map(Read::write)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn kind() -> Kind {
        Kind::List(Box::new(T::kind()))
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let Node::List(items) = &value.node else { return Err(wrong_form::<Self>(value)) };
        items.iter().map(|item| T::read(item, bounds)).collect()
    }

    fn write(&self) -> Node {
        Node::List(self.iter().map(|item| Value::made(item.write())).collect())
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn kind() -> Kind {
        Kind::List(Box::new(A::kind()))
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        match &value.node {
            Node::List(items) if items.len() == 2 => Ok((A::read(&items[0], bounds)?, B::read(&items[1], bounds)?)),
            _ => Err(Problem::at(
                value.span,
                format!("expected a pair, found {}", value.form()),
                "a list of two: [a, b]",
            )),
        }
    }

    fn write(&self) -> Node {
        Node::List(vec![Value::made(self.0.write()), Value::made(self.1.write())])
    }
}

/// The same entry with one number changed, checked as if it had been written so.
///
/// # Errors
/// When there is no such parameter, or the value is out of its bounds.
pub fn with_number<T: Read>(entry: &T, name: &str, number: f64) -> Result<T, Problem> {
    let mut node = entry.write();
    let Node::Table(table) = &mut node else {
        return Err(Problem::nowhere("a thing without parameters cannot change"));
    };
    match table.get(name).map(|value| &value.node) {
        Some(Node::Float(_)) => table.set(name, Span::default(), Value::made(Node::Float(number))),
        Some(Node::Integer(_)) => table.set(name, Span::default(), Value::made(Node::Integer(number as i64))),
        Some(_) => return Err(Problem::nowhere(format!("`{name}` is not a number"))),
        None => {
            let numbers =
                table.entries.iter().filter(|entry| matches!(entry.value.node, Node::Float(_) | Node::Integer(_)));
            let known = one_of(numbers.map(|entry| entry.name.as_str()));
            return Err(Problem::nowhere(format!("there is no parameter `{name}`; there is {known}")));
        }
    }
    T::read(&Value::made(node), None)
}

/// The number that parameter `name` of an entry has now.
#[must_use]
pub fn number_of<T: Read>(entry: &T, name: &str) -> Option<f64> {
    match entry.write() {
        Node::Table(table) => match table.get(name)?.node {
            Node::Float(number) => Some(number),
            Node::Integer(number) => Some(number as f64),
            _ => None,
        },
        _ => None,
    }
}

/// A table whose keys are names the user chose, in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Named<T>(pub Vec<NamedItem<T>>);

/// One item of a [`Named`] table.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedItem<T> {
    /// The name the user chose.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// What it names.
    pub item: T,
}

/// The most items a table of named things may hold: an economy's parts are few, its agents many.
pub const NAMED_MAX: usize = 4096;

impl<T: Read> Read for Named<T> {
    fn kind() -> Kind {
        Kind::Named(Box::new(T::kind()))
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let Node::Table(table) = &value.node else { return Err(wrong_form::<Self>(value)) };
        if table.entries.len() > NAMED_MAX {
            let message = format!("{} entries are more than a table may hold", table.entries.len());
            return Err(Problem::at(value.span, message, format!("at most {NAMED_MAX}")));
        }
        let item = |entry: &crate::value::TableEntry| {
            let item = T::read(&entry.value, bounds)?;
            Ok(NamedItem { name: entry.name.clone(), span: entry.name_span, item })
        };
        table.entries.iter().map(item).collect::<Result<_, _>>().map(Self)
    }

    fn write(&self) -> Node {
        let mut table = Table::default();
        for named in &self.0 {
            table.set(&named.name, named.span, Value::made(named.item.write()));
        }
        Node::Table(table)
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

/// Reads the keys of one table.
pub struct TableReader<'a> {
    table: &'a Table,
    span: Span,
}

impl<'a> TableReader<'a> {
    /// Reads `value`, which must be a table.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(value: &'a Value) -> Result<Self, Problem> {
        match &value.node {
            Node::Table(table) => Ok(Self { table, span: value.span }),
            _ => Err(Problem::at(value.span, format!("expected a table, found {}", value.form()), "a table")),
        }
    }

    /// The value of one parameter: as written, or else its default, or else a problem.
    ///
    /// # Errors
    /// When the key is missing and has no default, or its value cannot be read.
    pub fn take<T: Read>(&self, name: &'static str, bounds: Option<&Bounds>, default: Option<T>) -> Result<T, Problem> {
        match self.table.get(name) {
            Some(value) => T::read(value, bounds).map_err(|mut problem| {
                if problem.span == Some(value.span) && !problem.message.contains('`') {
                    problem.message = format!("`{name}`: {}", problem.message);
                }
                problem
            }),
            None => default.or_else(T::absent).ok_or_else(|| {
                let message = format!("`{name}` is missing");
                Problem::at(self.span, message, format!("needs `{name}`: {}", T::kind().words()))
            }),
        }
    }

    /// Where `name` is written, or the whole table.
    #[must_use]
    pub fn span_of(&self, name: &str) -> Span {
        self.table.get(name).map_or(self.span, |value| value.span)
    }

    /// Checks that the table has no other keys than `known`. Asked first, so that a misspelt key is named rather than
    /// missed under its right name.
    ///
    /// # Errors
    /// At the first unknown key, with the nearest known one.
    pub fn only(&self, known: &[&'static str]) -> Result<(), Problem> {
        let Some(unknown) = self.table.entries.iter().find(|entry| !known.contains(&entry.name.as_str())) else {
            return Ok(());
        };
        let known = || known.iter().copied();
        let problem = Problem::at(
            unknown.name_span,
            format!("unknown key `{}`", unknown.name),
            format!("expected {}", one_of(known())),
        );
        Err(match nearest(&unknown.name, known()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        })
    }
}

/// The parameters of one key, built by the macros.
#[must_use]
pub fn parameter<T: Read>(
    name: &'static str,
    meaning: &'static [&'static str],
    unit: &'static str,
    bounds: Option<Bounds>,
    default: Option<T>,
) -> Parameter {
    Parameter {
        name,
        meaning: crate::entry::doc_text(meaning),
        unit,
        kind: T::kind(),
        bounds,
        optional: default.is_none() && T::absent().is_some(),
        default: default.map(|value| value.write()),
    }
}
