//! Formulas as trees: drawn, printed in any of the ways they can be written, and evaluated by recursion.

use std::ops::Range;

use walras_numerics::elementary as el;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Number,
    Flag,
}

#[derive(Debug)]
pub(crate) enum Tree {
    Number(&'static str),
    Flag(bool),
    /// `a`, `b`, the flag `f`, `c.d`, and the present value of `s`.
    Name(usize),
    Window(&'static str, usize),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    /// A function of one number.
    Call(&'static str, Box<Tree>),
    /// An infix operator.
    Infix(&'static str, Box<Tree>, Box<Tree>),
    Power(Box<Tree>, Box<Tree>),
    /// `min` or `max` of two or more.
    Many(&'static str, Vec<Tree>),
    Clamp(Box<[Tree; 3]>),
    Choose(Box<[Tree; 3]>),
}

/// The text of each node, numbered in the order in which they are visited, parents first.
pub(crate) type Places = Vec<Range<usize>>;

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end)) as u32
    }

    pub(crate) fn one_of<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len() as u32) as usize]
    }

    /// Small numbers mostly, whole ones often, and some that break things.
    pub(crate) fn number(&mut self) -> f64 {
        match self.below(12) {
            0..=4 => f64::from(self.below(9)) - 4.0,
            5..=8 => (f64::from(self.below(4_000_000)) - 2e6) / 1e6,
            9 => f64::from(self.below(1_000_000)) * 1e9,
            10 => self.one_of(&[0.0, -0.0, 1e308, -1e308, 5e-324, 1e-300]),
            _ => self.one_of(&[1.0, 0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
        }
    }
}

const NUMBERS: [(&str, f64); 10] = [
    ("0", 0.0),
    ("1", 1.0),
    ("2", 2.0),
    ("0.5", 0.5),
    ("1_000.25", 1000.25),
    ("2.5e-3", 0.0025),
    ("1E+3", 1000.0),
    ("0.3%", 0.003),
    ("12.5e1%", 1.25),
    ("1e300", 1e300),
];
const NAMES: [&str; 5] = ["a", "b", "f", "c.d", "s"];
const CALLS: [&str; 13] =
    ["abs", "sign", "sqrt", "exp", "ln", "log2", "log10", "floor", "ceil", "round", "tanh", "logistic", "exp"];
const WINDOWS: [&str; 6] = ["sum", "mean", "lowest", "highest", "deviation", "lag"];

impl Tree {
    pub(crate) fn draw(draws: &mut Draws, depth: u32, wanted: Type) -> Self {
        let deeper = |draws: &mut Draws, wanted| Box::new(Self::draw(draws, depth - 1, wanted));
        let many =
            |draws: &mut Draws, count, wanted| (0..count).map(|_| Self::draw(draws, depth - 1, wanted)).collect();
        let leaf = depth == 0 || draws.below(6) == 0;
        match (wanted, leaf) {
            (Type::Flag, true) if draws.below(4) == 0 => Self::Flag(draws.below(2) == 0),
            (Type::Flag, true) => Self::Name(2),
            (Type::Number, true) => match draws.below(8) {
                0..=1 => Self::Number(draws.one_of(&NUMBERS).0),
                2 => Self::Window(draws.one_of(&WINDOWS), 2 + draws.below(4) as usize),
                _ => Self::Name(draws.one_of(&[0, 1, 3, 4])),
            },
            (Type::Flag, false) => match draws.below(8) {
                0 => Self::Not(deeper(draws, Type::Flag)),
                1 | 2 => {
                    Self::Infix(draws.one_of(&["and", "or"]), deeper(draws, Type::Flag), deeper(draws, Type::Flag))
                }
                3 => Self::Infix(draws.one_of(&["==", "!="]), deeper(draws, Type::Flag), deeper(draws, Type::Flag)),
                4 => Self::choose(draws, depth, Type::Flag),
                _ => {
                    let operator = draws.one_of(&["<", "<=", ">", ">=", "==", "!="]);
                    Self::Infix(operator, deeper(draws, Type::Number), deeper(draws, Type::Number))
                }
            },
            (Type::Number, false) => match draws.below(14) {
                0 => Self::Negate(deeper(draws, Type::Number)),
                1..=3 => Self::Call(draws.one_of(&CALLS), deeper(draws, Type::Number)),
                4 => Self::Power(deeper(draws, Type::Number), deeper(draws, Type::Number)),
                5 => {
                    let count = 2 + draws.below(3);
                    Self::Many(draws.one_of(&["min", "max"]), many(draws, count, Type::Number))
                }
                6 => {
                    let three: Vec<Self> = many(draws, 3, Type::Number);
                    Self::Clamp(Box::new(three.try_into().unwrap()))
                }
                7 | 8 => Self::choose(draws, depth, Type::Number),
                _ => {
                    let operator = draws.one_of(&["+", "-", "*", "/"]);
                    Self::Infix(operator, deeper(draws, Type::Number), deeper(draws, Type::Number))
                }
            },
        }
    }

    fn choose(draws: &mut Draws, depth: u32, wanted: Type) -> Self {
        let condition = Self::draw(draws, depth - 1, Type::Flag);
        let sides = [(); 2].map(|()| Self::draw(draws, depth - 1, wanted));
        let [first, second] = sides;
        Self::Choose(Box::new([condition, first, second]))
    }

    fn children(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Flag(_) | Self::Name(_) | Self::Window(..) => vec![],
            Self::Negate(a) | Self::Not(a) | Self::Call(_, a) => vec![a],
            Self::Infix(_, a, b) | Self::Power(a, b) => vec![a, b],
            Self::Many(_, all) => all.iter().collect(),
            Self::Clamp(three) | Self::Choose(three) => three.iter().collect(),
        }
    }

    fn size(&self) -> usize {
        1 + self.children().iter().map(|child| child.size()).sum::<usize>()
    }

    /// How tightly it holds together, by the page: 0 for `if`, 9 for what needs no parentheses.
    fn tightness(&self, as_function: bool) -> u8 {
        match self {
            Self::Choose(_) if !as_function => 0,
            Self::Infix("or", ..) => 1,
            Self::Infix("and", ..) => 2,
            Self::Not(_) => 3,
            Self::Infix("+" | "-", ..) => 5,
            Self::Infix("*" | "/", ..) => 6,
            Self::Infix(..) => 4,
            Self::Negate(_) => 7,
            Self::Power(..) if !as_function => 8,
            _ => 9,
        }
    }

    /// Its text, with no more parentheses than needed or with some to spare, and the text of each node.
    pub(crate) fn print(&self, draws: &mut Draws) -> (String, Places) {
        let mut printer = Printer { text: String::new(), places: vec![0..0; self.size()], next: 0 };
        printer.print(self, 0, draws);
        (printer.text, printer.places)
    }

    /// The first node, operands first, that has no name in it and no value.
    pub(crate) fn first_impossible(&self) -> Option<usize> {
        self.impossible(&mut 0).1
    }

    fn impossible(&self, next: &mut usize) -> (bool, Option<usize>) {
        let own = *next;
        *next += 1;
        let mut constant = !matches!(self, Self::Name(_) | Self::Window(..));
        for child in self.children() {
            let (child_constant, found) = child.impossible(next);
            if found.is_some() {
                return (constant, found);
            }
            constant &= child_constant;
        }
        let fails = constant && self.value(&[], &[]).is_err();
        (constant, fails.then_some(own))
    }

    /// The value, or the node to blame.
    pub(crate) fn value(&self, values: &[f64], series: &[f64]) -> Result<f64, usize> {
        self.walk(&mut 0, values, series)
    }

    fn walk(&self, next: &mut usize, values: &[f64], series: &[f64]) -> Result<f64, usize> {
        let own = *next;
        *next += 1;
        let mut at = *next;
        let mut starts = Vec::new();
        for child in self.children() {
            starts.push(at);
            at += child.size();
        }
        let of = |child: usize| self.children()[child].walk(&mut starts[child].clone(), values, series);
        let value = match self {
            Self::Number(written) => NUMBERS.iter().find(|(text, _)| text == written).unwrap().1,
            Self::Flag(flag) => f64::from(u8::from(*flag)),
            Self::Name(4) => series.last().copied().unwrap_or(f64::NAN),
            Self::Name(name) => values[*name],
            Self::Window(function, length) => window(function, *length, series),
            Self::Negate(_) => -of(0)?,
            Self::Not(_) => f64::from(u8::from(of(0)? == 0.0)),
            Self::Call(function, _) => call(function, of(0)?),
            Self::Infix("and", ..) => {
                if of(0)? == 0.0 {
                    0.0
                } else {
                    of(1)?
                }
            }
            Self::Infix("or", ..) => {
                if of(0)? == 1.0 {
                    1.0
                } else {
                    of(1)?
                }
            }
            Self::Infix(operator, ..) => infix(operator, of(0)?, of(1)?),
            Self::Power(..) => el::pow(of(0)?, of(1)?),
            Self::Many(function, all) => {
                let mut best = of(0)?;
                for child in 1..all.len() {
                    let value = of(child)?;
                    if if *function == "min" { value < best } else { value > best } {
                        best = value;
                    }
                }
                best
            }
            Self::Clamp(_) => {
                let (x, low, high) = (of(0)?, of(1)?, of(2)?);
                let x = if high < x { high } else { x };
                if low > x { low } else { x }
            }
            Self::Choose(_) => {
                if of(0)? == 1.0 {
                    of(1)?
                } else {
                    of(2)?
                }
            }
        };
        if value.is_finite() { Ok(value) } else { Err(own) }
    }
}

fn call(function: &str, x: f64) -> f64 {
    match function {
        "abs" => {
            if x.is_sign_negative() {
                -x
            } else {
                x
            }
        }
        "sign" if x == 0.0 => 0.0,
        "sign" => {
            if x > 0.0 {
                1.0
            } else {
                -1.0
            }
        }
        "sqrt" => x.sqrt(),
        "exp" => el::exp(x),
        "ln" => el::ln(x),
        "log2" => el::log2(x),
        "log10" => el::log10(x),
        "floor" => x.floor(),
        "ceil" => x.ceil(),
        "round" => x.signum() * (x.abs().floor() + f64::from(u8::from(x.abs() - x.abs().floor() >= 0.5))),
        "tanh" => el::tanh(x),
        "logistic" => el::logistic(x),
        _ => unreachable!("{function}"),
    }
}

fn infix(operator: &str, a: f64, b: f64) -> f64 {
    let flag = |holds: bool| f64::from(u8::from(holds));
    match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "<" => flag(a < b),
        "<=" => flag(a <= b),
        ">" => flag(a > b),
        ">=" => flag(a >= b),
        "==" => flag(a == b),
        "!=" => flag(a != b),
        _ => unreachable!("{operator}"),
    }
}

fn window(function: &str, length: usize, series: &[f64]) -> f64 {
    let needed = length + usize::from(function == "lag");
    if series.len() < needed
        || series[series.len() - needed..]
            .iter()
            .take(if function == "lag" { 1 } else { length })
            .any(|x| !x.is_finite())
    {
        return f64::NAN;
    }
    let values = &series[series.len() - needed..];
    // Up to eight values each have a lane of their own in the fixed order of sums.
    let sum = |values: &[f64]| {
        let mut lanes = [0.0; 8];
        values.iter().enumerate().for_each(|(lane, value)| lanes[lane] += value);
        0.0 + (((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])))
    };
    let n = values.len() as f64;
    match function {
        "sum" => sum(values),
        "mean" => sum(values) / n,
        "lowest" => values.iter().fold(values[0], |best, &value| if value < best { value } else { best }),
        "highest" => values.iter().fold(values[0], |best, &value| if value > best { value } else { best }),
        "deviation" => {
            let centre = sum(values) / n;
            let squares: Vec<f64> = values.iter().map(|value| (value - centre) * (value - centre)).collect();
            (sum(&squares) / (n - 1.0)).sqrt()
        }
        "lag" => values[0],
        _ => unreachable!("{function}"),
    }
}

struct Printer {
    text: String,
    places: Places,
    next: usize,
}

impl Printer {
    fn print(&mut self, tree: &Tree, outer: u8, draws: &mut Draws) {
        let own = self.next;
        self.next += 1;
        let as_function = draws.below(2) == 0;
        let tightness = tree.tightness(as_function);
        let parentheses = tightness < outer || draws.below(12) == 0;
        if parentheses {
            self.text.push('(');
        }
        let start = self.text.len();
        self.node(tree, as_function, draws);
        self.places[own] = start..self.text.len();
        if parentheses {
            self.text.push(')');
        }
    }

    fn node(&mut self, tree: &Tree, as_function: bool, draws: &mut Draws) {
        match tree {
            Tree::Number(written) => self.text.push_str(written),
            Tree::Flag(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Tree::Name(name) => self.text.push_str(NAMES[*name]),
            Tree::Window(function, length) => self.text.push_str(&format!("{function}( s, {length} )")),
            Tree::Negate(a) => {
                self.text.push('-');
                self.print(a, 7, draws);
            }
            Tree::Not(a) => {
                self.text.push_str("not ");
                self.print(a, 3, draws);
            }
            Tree::Call(function, a) => self.arguments(function, &[a], draws),
            Tree::Power(a, b) if as_function => self.arguments("pow", &[a, b], draws),
            Tree::Power(a, b) => self.sides(a, "^", b, (9, 7), draws),
            Tree::Infix(operator, a, b) => {
                let own = tree.tightness(false);
                let left = if own == 4 { 5 } else { own };
                self.sides(a, operator, b, (left, own + 1), draws);
            }
            Tree::Many(function, all) => self.arguments(function, &all.iter().collect::<Vec<_>>(), draws),
            Tree::Clamp(three) => self.arguments("clamp", &three.each_ref(), draws),
            Tree::Choose(three) if as_function => self.arguments("if", &three.each_ref(), draws),
            Tree::Choose(three) => {
                for (word, side) in ["if ", " then ", " else "].into_iter().zip(three.iter()) {
                    self.text.push_str(word);
                    self.print(side, 0, draws);
                }
            }
        }
    }

    fn sides(&mut self, a: &Tree, operator: &str, b: &Tree, (left, right): (u8, u8), draws: &mut Draws) {
        self.print(a, left, draws);
        let word = operator.starts_with(char::is_alphabetic);
        let space = if word { " " } else { draws.one_of(&["", " ", "\n\t "]) };
        self.text.push_str(&format!("{space}{operator}{space}"));
        self.print(b, right, draws);
    }

    fn arguments(&mut self, function: &str, all: &[&Tree], draws: &mut Draws) {
        self.text.push_str(function);
        self.text.push_str(draws.one_of(&["(", " (", "( "]));
        for (index, argument) in all.iter().enumerate() {
            if index > 0 {
                self.text.push_str(draws.one_of(&[",", ", "]));
            }
            self.print(argument, 0, draws);
        }
        self.text.push(')');
    }
}
