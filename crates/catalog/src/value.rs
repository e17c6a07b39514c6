//! The tree a scenario file becomes: values that know where they were written.

/// Where a value was written: a byte range in one of the sources (0 is the scenario file, the others are
/// command-line overrides in order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Index of the source text.
    pub source: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What was written.
    pub node: Node,
    /// Where it was written.
    pub span: Span,
}

/// The forms a value can have.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or exponent.
    Float(f64),
    /// A quoted text.
    Text(String),
    /// `[a, b, c]`.
    List(Vec<Value>),
    /// A table of named values.
    Table(Table),
}

/// Named values in the order written; names are unique.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The entries, in the order of the file.
    pub entries: Vec<TableEntry>,
    /// Where the table stands (its header, or its braces).
    pub span: Span,
}

/// One `name = value` of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableEntry {
    /// The name.
    pub name: String,
    /// Where the name is written.
    pub name_span: Span,
    /// The value.
    pub value: Value,
}

impl Value {
    /// A value made by the program, with no place in any file.
    #[must_use]
    pub fn made(node: Node) -> Self {
        Self { node, span: Span::default() }
    }

    /// What this value is, for messages: `a number`, `a text`, ….
    #[must_use]
    pub fn form(&self) -> &'static str {
        match self.node {
            Node::Flag(_) => "a flag (true or false)",
            Node::Integer(_) => "a whole number",
            Node::Float(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }
}

impl Table {
    /// The value under `name`, if it is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
    }

    /// The value under `name`, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|entry| entry.name == name).map(|entry| &mut entry.value)
    }

    /// Puts `value` under `name`, replacing what was there.
    pub fn set(&mut self, name: &str, name_span: Span, value: Value) {
        match self.get_mut(name) {
            Some(old) => *old = value,
            None => self.entries.push(TableEntry { name: name.to_owned(), name_span, value }),
        }
    }
}

impl Node {
    /// This value as JSON, for schemas and listings.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Node::Flag(flag) => (*flag).into(),
            Node::Integer(number) => (*number).into(),
            Node::Float(number) => (*number).into(),
            Node::Text(text) => text.clone().into(),
            Node::List(items) => items.iter().map(|item| item.node.to_json()).collect(),
            Node::Table(table) => table.entries.iter().map(|e| (e.name.clone(), e.value.node.to_json())).collect(),
        }
    }
}
