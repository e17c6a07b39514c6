//! Bonding curves: price is a function of supply, and the market mints and burns along it.
//!
//! Each curve is one file holding its formula, its parameters with ranges and source, and its integrals in
//! closed form. All of them meet the same laws, tested over every entry in `tests/curve_laws.rs`: the price is
//! positive and never falls with supply, the integral equals the numeric one, buying and selling back the same
//! tokens never profits, and the inverse undoes the cost. `tests/curve_precision.rs` holds each to its stated error.

mod algebraic_sigmoid;
pub mod augmented;
pub mod batch;
pub mod constant_reserve_ratio;
pub mod exact;
mod exponential;
pub mod in_turn;
mod linear;
mod logarithmic;
mod newton;
mod piecewise_linear;
mod power;
pub mod quotes;
mod sigmoid;
mod square_root;

use std::fmt::Debug;

use walras_catalog::entries;

pub use algebraic_sigmoid::AlgebraicSigmoid;
pub use augmented::Augmented;
pub use constant_reserve_ratio::ConstantReserveRatio;
pub use exact::Exact;
pub use exponential::Exponential;
pub use linear::Linear;
pub use logarithmic::Logarithmic;
pub use piecewise_linear::PiecewiseLinear;
pub use power::Power;
pub use sigmoid::Sigmoid;
pub use square_root::SquareRoot;

/// Where a curve stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Tokens out, S ≥ 0.
    pub supply: f64,
    /// Money held against them, R ≥ 0, in the numeraire. Only curves whose price depends on their reserve read it.
    pub reserve: f64,
}

/// A bonding curve P = f(S, Φ) with its integrals in closed form.
///
/// Amounts are in tokens and money in the numeraire, as `f64`; `curve::exact` turns them into atoms, rounding in
/// favour of the reserve by more than [`Curve::relative_error`]. Arguments are finite and not negative, and
/// no more tokens are sold than the supply.
pub trait Curve: Debug + Send + Sync {
    /// The price of the next token at `at`, numeraire per token. Positive, save that it may be zero at no supply or,
    /// for a curve that reads it, at no reserve.
    fn price(&self, at: Point) -> f64;

    /// How the price changes with supply, dP/dS, when the market trades along the curve. Infinite at no supply for
    /// curves that start out upright, such as a root.
    fn slope(&self, at: Point) -> f64;

    /// What buying `tokens` costs: the integral of the price from S to S + tokens.
    fn cost(&self, at: Point, tokens: f64) -> f64;

    /// What selling `tokens` returns: the integral of the price from S − tokens to S.
    fn proceeds(&self, at: Point, tokens: f64) -> f64;

    /// How many tokens `money` buys: the inverse of [`Curve::cost`].
    fn tokens_bought(&self, at: Point, money: f64) -> f64;

    /// How many tokens must be sold to be paid `money`: the inverse of [`Curve::proceeds`]. `money` is at most
    /// what the whole supply returns.
    fn tokens_sold(&self, at: Point, money: f64) -> f64;

    /// What returning the whole `supply` would pay: the integral of the price from 0 to S. `None` when the
    /// reserve is itself part of the curve's state, so that it covers the supply by definition.
    fn reserve(&self, supply: f64) -> Option<f64>;

    /// A bound on the relative error of [`Curve::cost`] and [`Curve::proceeds`] as computed here, the rounding of
    /// their arguments to `f64` included.
    fn relative_error(&self) -> f64;

    /// The shares of a buyer's money and of a seller's proceeds that go to the funding pool, each below one.
    fn tributes(&self) -> (f64, f64) {
        (0.0, 0.0)
    }

    /// The money that opens the market in the reserve and in the funding pool when contributors paid for `supply`
    /// tokens before it opened; `None` for curves without a hatch.
    fn opening(&self, _supply: f64) -> Option<(f64, f64)> {
        None
    }

    /// Serves orders one after another along this curve. Never overridden: a method of the trait so that the
    /// loop is compiled for each curve.
    fn trade_in_turn(&self, turn: &mut in_turn::InTurn<'_>) {
        in_turn::run(self, turn);
    }
}

entries! {
    /// Any bonding curve.
    pub enum AnyCurve: dyn Curve = "curve" {
        Linear(Linear),
        Exponential(Exponential),
        Sigmoid(Sigmoid),
        AlgebraicSigmoid(AlgebraicSigmoid),
        Power(Power),
        SquareRoot(SquareRoot),
        Logarithmic(Logarithmic),
        PiecewiseLinear(PiecewiseLinear),
        ConstantReserveRatio(ConstantReserveRatio),
        Augmented(Augmented),
    }
}
