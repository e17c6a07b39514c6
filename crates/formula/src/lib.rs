//! What users write in a scenario: one small expression language that is total and gives the same bits everywhere.
//!
//! A demand function, a rule for a price, a contract's condition, what a monitor watches: each is a [`Formula`], read
//! from a text of the scenario. With the names of a [`Scope`] it becomes a [`Program`] that gives a number, or a
//! [`Condition`] that holds or does not. `docs/formulas.md` is the language's page.
//!
//! ```
//! use walras_formula::{Evaluation, Formula, Scope};
//!
//! let scope = Scope::default().number("price", "price of one token", "numeraire/token");
//! let demand = Formula::parse("1_000 * exp(-price / 20)").unwrap().number(&scope).unwrap();
//! assert_eq!(demand.evaluate(&[0.0], &[]), Ok(1000.0));
//!
//! let inverse = Formula::parse("if price > 5 then 1 / (price - 10) else 0").unwrap().number(&scope).unwrap();
//! assert_eq!(inverse.evaluate(&[1.0], &[]), Ok(0.0));
//! assert_eq!(inverse.evaluate(&[10.0], &[]), Err(Evaluation::NotFinite { at: 18..34 }));
//!
//! let slip = Formula::parse("pirce + 1").unwrap().number(&scope).unwrap_err();
//! assert_eq!(slip.help.as_deref(), Some("did you mean `price`?"));
//! ```
//!
//! Why a language of its own: none of the crates for this computes with pinned elementary functions, so their last bits
//! differ between platforms (fasteval, exmex, meval, evalexpr, cel, rhai), and evalexpr is under the AGPL since
//! version 12, while fasteval's last release is of 2020. The languages with types (cel, rhai, evalexpr) pass values that
//! may own memory and loops or closures, far from 100 ns and from a bound on the work that a file can ask for.
//!
//! *Invariants:*
//! - Reading, building and evaluating end for every text and every input, without recursion and without a panic:
//!   length, nesting and windows have the bounds of [`limit`].
//! - What is not finite is a value of [`Evaluation`] that names the part to blame, and only where the result needs it.
//! - Single evaluations, columns and folded constants go through the same definition of each operation.

mod arithmetic;
mod column;
mod compile;
mod formula;
mod function;
pub mod limit;
mod monotone;
mod over;
mod program;
mod scope;
mod syntax;
mod token;

pub use column::Input;
pub use formula::Formula;
pub use function::{FUNCTIONS, Function};
pub use monotone::{Way, Witness};
pub use over::{Names, Over};
pub use program::{Condition, Evaluation, Program};
pub use scope::{Quantity, Scope, Type};
