//! From syntax and scope to a program: names become places among the inputs, types are checked, constants folded.

use walras_catalog::Problem;

use crate::arithmetic::{Binary, Ternary, Unary, flag};
use crate::program::{Code, Instruction, Program};
use crate::scope::{Scope, Type};
use crate::syntax::{Node, Part, Syntax};
use crate::token::problem;

/// A value that waits for the operation that takes it.
struct Operand<'a> {
    form: Type,
    /// Its value, when no name decides it.
    constant: Option<f64>,
    /// The first of its instructions.
    start: usize,
    node: &'a Node,
}

/// Makes the program of a formula that must give `wanted`, a number or a flag.
pub(crate) fn compile(text: &str, syntax: &Syntax, scope: &Scope, wanted: Type) -> Result<Program, Problem> {
    for (name, at) in &syntax.names {
        if scope.get(name).is_none() {
            return Err(scope.unknown(name, at.clone()));
        }
    }
    let mut compiler = Compiler { text, syntax, scope, code: Vec::new(), operands: Vec::new() };
    for node in &syntax.nodes {
        compiler.node(node)?;
    }
    if let Some(whole) = compiler.operands.last().filter(|whole| whole.form != wanted) {
        let at = whole.node.at.clone();
        let message = format!("the formula gives {}, not {wanted}", whole.form);
        return Err(problem(at, message, format!("expected {wanted}")));
    }
    let code = compiler.code;
    Ok(Program::new(text, code, scope, &syntax.names))
}

struct Compiler<'a> {
    text: &'a str,
    syntax: &'a Syntax,
    scope: &'a Scope,
    code: Vec<Instruction>,
    operands: Vec<Operand<'a>>,
}

impl<'a> Compiler<'a> {
    fn node(&mut self, node: &'a Node) -> Result<(), Problem> {
        match node.part {
            Part::Number(number) => self.push(node, Type::Number, Code::Constant(number), Some(number)),
            Part::Flag(holds) => self.push(node, Type::Flag, Code::Constant(flag(holds)), Some(flag(holds))),
            Part::Name(name) => self.name(node, name),
            Part::Window { window, series, length, name_start } => {
                let name = &self.syntax.names[series].0;
                let Some(quantity) = self.scope.get(name).filter(|quantity| quantity.form == Type::Series) else {
                    let form = self.scope.get(name).map_or(Type::Number, |quantity| quantity.form);
                    let message = format!("`{name}` is {form} and has no past");
                    let at = name_start..name_start + name.len();
                    return Err(problem(at, message, "expected the name of a series"));
                };
                let code = Code::Window { window, series: quantity.index, needs: window.needs(length) };
                self.push(node, Type::Number, code, None);
            }
            Part::One(operation) => {
                let form = if operation == Unary::Not { Type::Flag } else { Type::Number };
                self.expect(node, 1, form)?;
                self.take(node, 1, form, Code::One(operation))?;
            }
            Part::Two(operation) => {
                let form = self.two(node, operation)?;
                self.take(node, 2, form, Code::Two(operation))?;
            }
            Part::Three(operation) => {
                let form = self.three(node, operation)?;
                self.take(node, 3, form, Code::Three(operation))?;
            }
        }
        Ok(())
    }

    fn name(&mut self, node: &'a Node, name: usize) {
        let Some(quantity) = self.scope.get(&self.syntax.names[name].0) else { return };
        let (form, code) = match quantity.form {
            Type::Number => (Type::Number, Code::Number(quantity.index)),
            Type::Flag => (Type::Flag, Code::Flag(quantity.index)),
            Type::Series => (Type::Number, Code::Present(quantity.index)),
        };
        self.push(node, form, code, None);
    }

    fn push(&mut self, node: &'a Node, form: Type, code: Code, constant: Option<f64>) {
        let start = self.code.len();
        let slot = self.operands.len() as u8;
        self.code.push(Instruction { code, slot, at: (node.at.start as u32, node.at.end as u32) });
        self.operands.push(Operand { form, constant, start, node });
    }

    /// Replaces the last `arity` operands by the operation on them, or by its value when all are constant.
    fn take(&mut self, node: &'a Node, arity: usize, form: Type, code: Code) -> Result<(), Problem> {
        let first = self.operands.len() - arity;
        let values: Vec<f64> = self.operands[first..].iter().filter_map(|operand| operand.constant).collect();
        let start = self.operands[first].start;
        self.operands.truncate(first);
        if values.len() < arity {
            self.push(node, form, code, None);
            if let Some(operand) = self.operands.last_mut() {
                operand.start = start;
            }
            return Ok(());
        }
        let value = code.of_constants(&values);
        if value.is_nan() {
            let written = &self.text[node.at.clone()];
            let message = format!("`{}` is not a finite number", crate::program::shortened(written));
            return Err(problem(node.at.clone(), message, "this is the same whatever the names are"));
        }
        self.code.truncate(start);
        self.push(node, form, Code::Constant(value), Some(value));
        Ok(())
    }

    /// The last `arity` operands must have the type.
    fn expect(&self, node: &Node, arity: usize, form: Type) -> Result<(), Problem> {
        let wrong = self.operands[self.operands.len() - arity..].iter().find(|operand| operand.form != form);
        wrong.map_or(Ok(()), |wrong| Err(self.wrong(node, wrong, form)))
    }

    fn wrong(&self, node: &Node, operand: &Operand, wanted: Type) -> Problem {
        let what = crate::program::shortened(&self.text[operand.node.at.clone()]);
        let problem = problem(
            operand.node.at.clone(),
            format!("{} needs {wanted}, and `{what}` is {}", self.named(node), operand.form),
            format!("expected {wanted}"),
        );
        match (wanted, node.part) {
            (Type::Number, _) => problem.help("`if condition then 1 else 0` makes a number of a condition"),
            (_, _) => problem.help("a comparison such as `x > 0` makes a condition of a number"),
        }
    }

    /// What to call an operation in a message.
    fn named(&self, node: &Node) -> String {
        let sign = match node.part {
            Part::One(Unary::Negate) | Part::Two(Binary::Subtract) => "-",
            Part::One(Unary::Not) => "not",
            Part::Two(Binary::Add) => "+",
            Part::Two(Binary::Multiply) => "*",
            Part::Two(Binary::Divide) => "/",
            Part::Two(Binary::Power) => "^",
            Part::Two(Binary::And) => "and",
            Part::Two(Binary::Or) => "or",
            Part::Two(Binary::Less) => "<",
            Part::Two(Binary::LessOrEqual) => "<=",
            Part::Two(Binary::Greater) => ">",
            Part::Two(Binary::GreaterOrEqual) => ">=",
            Part::Two(Binary::Equal) => "==",
            Part::Two(Binary::NotEqual) => "!=",
            Part::Two(Binary::Smaller) => "min",
            Part::Two(Binary::Larger) => "max",
            Part::Three(Ternary::Choose) => "if",
            Part::Three(Ternary::Clamp) => "clamp",
            _ => self.text[node.at.clone()].split('(').next().unwrap_or_default().trim(),
        };
        format!("`{sign}`")
    }

    /// Checks the operands; the type of the result.
    fn two(&self, node: &Node, operation: Binary) -> Result<Type, Problem> {
        match operation {
            Binary::And | Binary::Or => {
                self.expect(node, 2, Type::Flag)?;
                Ok(Type::Flag)
            }
            Binary::Equal | Binary::NotEqual => {
                let [left, right] = &self.operands[self.operands.len() - 2..] else { return Ok(Type::Flag) };
                if left.form != right.form {
                    return Err(self.wrong(node, right, left.form));
                }
                Ok(Type::Flag)
            }
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                self.expect(node, 2, Type::Number)?;
                Ok(Type::Flag)
            }
            _ => {
                self.expect(node, 2, Type::Number)?;
                Ok(Type::Number)
            }
        }
    }

    fn three(&self, node: &Node, operation: Ternary) -> Result<Type, Problem> {
        let [first, second, third] = &self.operands[self.operands.len() - 3..] else { return Ok(Type::Number) };
        if operation == Ternary::Clamp {
            self.expect(node, 3, Type::Number)?;
            return Ok(Type::Number);
        }
        if first.form != Type::Flag {
            return Err(self.wrong(node, first, Type::Flag));
        }
        if second.form != third.form {
            let message = format!("one side of this `if` is {}, the other {}", second.form, third.form);
            return Err(problem(third.node.at.clone(), message, format!("expected {}", second.form)));
        }
        Ok(second.form)
    }
}
