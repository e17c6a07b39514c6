//! The piecewise linear curve.

use walras_catalog::entry;

use super::{Curve, Point};

entry! {
    /// The price follows straight lines between given points.
    ///
    /// Before the first point and beyond the last the price stays at theirs.
    pub struct PiecewiseLinear = "piecewise_linear" {
        formula: "P(S) = p_i + (S − s_i)·(p_{i+1} − p_i)/(s_{i+1} − s_i) for s_i ≤ S ≤ s_{i+1}",
        check: PiecewiseLinear::check,
        source: "elementary",
        /// Points [supply, price], supplies rising and prices never falling; at most 1024 of them.
        points: Vec<(f64, f64)>, within 0.0..=1e30, unit "token, numeraire/token";
    }
}

/// A line whose price could double within this share of its supply is as steep as a curve may be.
const STEEPNESS_MAX: f64 = 1e6;

/// A stretch of the curve on which the price is a straight line.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: f64,
    end: f64,
    price: f64,
    slope: f64,
}

impl Piece {
    fn price_at(&self, supply: f64) -> f64 {
        self.price + self.slope * (supply - self.start).max(0.0)
    }

    /// The greatest relative change of the price for a relative change of supply.
    fn steepness(&self) -> f64 {
        match self.slope > 0.0 {
            true if self.start == 0.0 => 1.0,
            true => self.slope * self.end / self.price,
            false => 0.0,
        }
    }
}

impl PiecewiseLinear {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |message: String| Err(("points", message));
        if self.points.is_empty() || self.points.len() > 1024 {
            return fail(format!("{} points: give 1 to 1024", self.points.len()));
        }
        for pair in self.points.windows(2) {
            let [(before, low), (after, high)] = [pair[0], pair[1]];
            if after <= before {
                return fail(format!("supplies must rise, but {after} follows {before}"));
            }
            if high < low {
                return fail(format!("prices must not fall, but {high} follows {low}"));
            }
        }
        let (first_supply, first_price) = self.points[0];
        let (_, last_price) = self.points[self.points.len() - 1];
        if first_price == 0.0 && (first_supply > 0.0 || self.points.len() < 2 || self.points[1].1 == 0.0) {
            return fail("a price of zero is possible at supply zero alone".to_owned());
        }
        if let Some(steep) = self.pieces().find(|piece| piece.steepness() > STEEPNESS_MAX) {
            return fail(format!("the rise from supply {} to {} is too steep", steep.start, steep.end));
        }
        debug_assert!(last_price > 0.0);
        Ok(())
    }

    /// The stretches in order: flat to the first point, the lines, flat without end.
    fn pieces(&self) -> impl DoubleEndedIterator<Item = Piece> {
        let flat = |start, end, price| Piece { start, end, price, slope: 0.0 };
        let (first_supply, first_price) = self.points[0];
        let (last_supply, last_price) = self.points[self.points.len() - 1];
        let lines = self.points.windows(2).map(|pair| {
            let [(start, price), (end, high)] = [pair[0], pair[1]];
            Piece { start, end, price, slope: (high - price) / (end - start) }
        });
        std::iter::once(flat(0.0, first_supply, first_price)).chain(lines).chain(std::iter::once(flat(
            last_supply,
            f64::INFINITY,
            last_price,
        )))
    }

    /// The stretch on which the price rises next at `supply`.
    fn piece(&self, supply: f64) -> Piece {
        self.pieces().find(|piece| supply < piece.end).expect("the last piece has no end")
    }

    /// ∫ from `supply` to `supply + tokens`. Widths are counted down from `tokens`, so that they add up to it however
    /// the supply is rounded.
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        let (mut area, mut left, mut position) = (0.0, tokens, supply);
        for piece in self.pieces().skip_while(|piece| supply >= piece.end) {
            let width = left.min(piece.end - position);
            area += width * (piece.price_at(position) + 0.5 * piece.slope * width);
            left -= width;
            if left <= 0.0 {
                break;
            }
            position = piece.end;
        }
        area
    }
}

impl Curve for PiecewiseLinear {
    fn price(&self, at: Point) -> f64 {
        self.piece(at.supply).price_at(at.supply)
    }

    /// At a corner, the slope above it.
    fn slope(&self, at: Point) -> f64 {
        self.piece(at.supply).slope
    }

    fn cost(&self, at: Point, tokens: f64) -> f64 {
        self.integral(at.supply, tokens)
    }

    fn proceeds(&self, at: Point, tokens: f64) -> f64 {
        self.integral((at.supply - tokens).max(0.0), tokens)
    }

    fn tokens_bought(&self, at: Point, money: f64) -> f64 {
        let (mut tokens, mut left, mut position) = (0.0, money, at.supply);
        for piece in self.pieces().skip_while(|piece| at.supply >= piece.end) {
            let price = piece.price_at(position);
            let width = piece.end - position;
            let area = width * (price + 0.5 * piece.slope * width);
            if left <= area || width.is_infinite() {
                // The root of ½m·x² + P·x − money that does not cancel.
                return tokens + 2.0 * left / (price + (price * price + 2.0 * piece.slope * left).sqrt());
            }
            tokens += width;
            left -= area;
            position = piece.end;
        }
        tokens
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let (mut tokens, mut left, mut position) = (0.0, money, at.supply);
        for piece in self.pieces().rev().skip_while(|piece| at.supply <= piece.start) {
            let price = piece.price_at(position);
            let width = position - piece.start;
            let area = width * (price - 0.5 * piece.slope * width);
            if left <= area {
                let discriminant = (price * price - 2.0 * piece.slope * left).max(0.0);
                return tokens + 2.0 * left / (price + discriminant.sqrt());
            }
            tokens += width;
            left -= area;
            position = piece.start;
        }
        at.supply
    }

    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(self.integral(0.0, supply))
    }

    fn relative_error(&self) -> f64 {
        // An end of the range that is off by 4u of S moves ln of the area by at most twice the greatest steepness times
        // as much, an amount off by 4u by once that; a dozen roundings in each piece, and one for each piece added.
        let steepest = self.pieces().fold(0.0, |most: f64, piece| most.max(piece.steepness()));
        (12.0 * steepest + 24.0 + self.points.len() as f64) * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use walras_catalog::{Node, Read, Table, Value};

    use super::*;

    fn at(supply: f64) -> Point {
        Point { supply, reserve: 0.0 }
    }

    fn curve() -> PiecewiseLinear {
        PiecewiseLinear { points: vec![(10.0, 1.0), (20.0, 3.0), (40.0, 3.0), (50.0, 8.0)] }
    }

    /// Flat at 1 to 10; a trapezoid of 20 to 20; flat at 3, 60, to 40; a trapezoid of 55 to 50; flat at 8.
    #[test]
    fn areas_by_hand() {
        let curve = curve();
        for (supply, area) in [(10.0, 10.0), (20.0, 30.0), (40.0, 90.0), (50.0, 145.0), (60.0, 225.0)] {
            assert_eq!(curve.reserve(supply), Some(area));
            assert_eq!(curve.cost(at(0.0), supply), area);
            assert_eq!(curve.tokens_bought(at(0.0), area), supply);
            assert_eq!(curve.proceeds(at(60.0), 60.0 - supply), 225.0 - area);
            assert_eq!(curve.tokens_sold(at(60.0), 225.0 - area), 60.0 - supply);
        }
        assert_eq!(curve.price(at(15.0)), 2.0);
        assert_eq!(curve.cost(at(15.0), 10.0), 12.5 + 15.0);
        assert_eq!((curve.slope(at(15.0)), curve.slope(at(20.0)), curve.slope(at(70.0))), (0.2, 0.0, 0.0));
    }

    #[test]
    fn two_points_are_a_line() {
        let curve = PiecewiseLinear { points: vec![(0.0, 0.5), (100.0, 25.5)] };
        let line = super::super::Linear { slope: 0.25, intercept: 0.5 };
        for supply in [0.0, 1.0, 33.0, 60.0] {
            assert!((curve.cost(at(supply), 40.0) / line.cost(at(supply), 40.0) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn points_that_make_no_curve_are_refused() {
        let read = |points: &[(f64, f64)]| {
            let mut table = Table::default();
            table.set("points", Default::default(), Value::made(points.to_vec().write()));
            PiecewiseLinear::read(&Value::made(Node::Table(table)), None).map(|_| ()).map_err(|problem| problem.message)
        };
        assert!(read(&[(0.0, 0.0), (1.0, 1.0)]).is_ok() && read(&[(5.0, 1.0)]).is_ok());
        for (points, word) in [
            (&[][..], "0 points"),
            (&[(0.0, 1.0), (0.0, 2.0)], "rise"),
            (&[(0.0, 2.0), (1.0, 1.0)], "fall"),
            (&[(0.0, 0.0)], "zero"),
            (&[(1.0, 0.0), (2.0, 1.0)], "zero"),
            (&[(0.0, 0.0), (1.0, 0.0), (2.0, 1.0)], "zero"),
            (&[(1e9, 1.0), (1e9 + 1.0, 2.0)], "steep"),
        ] {
            let message = read(points).unwrap_err();
            assert!(message.contains(word), "{message}");
        }
    }
}
