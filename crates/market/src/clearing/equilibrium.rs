//! Where demand meets supply.

use walras_numerics::root::bracketed;

use super::schedule::{Direction, Schedule};

/// Demand and supply between two prices.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// What is demanded.
    pub demand: &'a dyn Schedule,
    /// What is supplied.
    pub supply: &'a dyn Schedule,
    /// The lowest price considered.
    pub low: f64,
    /// The highest price considered.
    pub high: f64,
}

/// One equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equilibrium {
    /// The lowest price of it.
    pub price: f64,
    /// The highest price of it: the same unless it is a [`Kind::Plateau`].
    pub to: f64,
    /// What trades.
    pub quantity: f64,
    /// What is demanded at [`Equilibrium::price`].
    pub demand: f64,
    /// What is supplied there.
    pub supply: f64,
    /// How demand and supply meet.
    pub kind: Kind,
    /// Whether excess demand falls through zero here, so that a price which follows it returns.
    pub stable: bool,
}

/// How demand and supply meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// They are equal, to the last digit that the price can have.
    Meeting,
    /// They are equal at every price of an interval.
    Plateau,
    /// One jumps past the other: at this price the longer side is rationed.
    Jump,
    /// They touch without crossing, as far as can be told.
    Touch,
}

/// Why there is no equilibrium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Absence {
    /// More is demanded than supplied at every price looked at; by so much at the highest.
    ExcessDemand(f64),
    /// More is supplied than demanded at every price looked at; by so much at the lowest.
    ExcessSupply(f64),
    /// At this price a schedule is not a number.
    Undefined(f64),
    /// The range of prices is empty, negative or not finite.
    Range,
}

/// Below this share of what is demanded and supplied, what is left over counts as the rounding of the schedules; above it
/// as a jump.
const NOISE: f64 = 1e-9;

impl Sides<'_> {
    /// What is demanded more than supplied at `price`.
    #[must_use]
    pub fn excess(&self, price: f64) -> f64 {
        self.demand.quantity(price) - self.supply.quantity(price)
    }

    /// What buyers gain by buying at `price` all that they demand there: the area under demand up to the highest price
    /// considered.
    #[must_use]
    pub fn consumer_surplus(&self, price: f64) -> f64 {
        self.demand.area(price, self.high)
    }

    /// What sellers gain by selling at `price` all that they supply there: the area under supply from the lowest price
    /// considered.
    #[must_use]
    pub fn producer_surplus(&self, price: f64) -> f64 {
        self.supply.area(self.low, price)
    }

    /// The one equilibrium where demand falls and supply rises; with mixed directions, the one that the signs at both
    /// ends of the range lead to, which need not be the only one: see [`Sides::all`].
    ///
    /// # Errors
    /// When the excess has one sign at both ends, or is not a number.
    pub fn one(&self) -> Result<Equilibrium, Absence> {
        let (low, high) = self.ends()?;
        if low != 0.0 && high != 0.0 && (low > 0.0) == (high > 0.0) {
            return Err(if low > 0.0 { Absence::ExcessDemand(high) } else { Absence::ExcessSupply(low) });
        }
        match self.between(self.low, self.high) {
            Equilibrium { price, quantity, .. } if quantity.is_nan() => Err(Absence::Undefined(price)),
            found => Ok(found),
        }
    }

    /// Whether demand never rises and supply never falls, so that all equilibria are one interval.
    #[must_use]
    pub fn monotone(&self) -> bool {
        matches!(self.demand.direction(), Direction::Falling | Direction::Flat)
            && matches!(self.supply.direction(), Direction::Rising | Direction::Flat)
    }

    /// All equilibria, by rising price.
    ///
    /// The range is cut into `cells` cells of one width and at every jump the schedules declare; a cell in which the
    /// excess bends by more than a tenth of its size is halved, up to `depth` times. Every change of sign between
    /// neighbouring cuts is found. An equilibrium can be missed only together with another one less than
    /// (high − low)/cells away from it, in a cell whose ends and middle show neither bend nor change of sign.
    ///
    /// # Errors
    /// When there is none, with why.
    pub fn all(&self, cells: u32, depth: u32) -> Result<Vec<Equilibrium>, Absence> {
        let (low, high) = self.ends()?;
        let cuts = self.cuts(cells, depth);
        if let Some(&(price, _)) = cuts.iter().find(|(_, excess)| excess.is_nan()) {
            return Err(Absence::Undefined(price));
        }
        let mut found: Vec<Equilibrium> = Vec::new();
        let mut i = 0;
        while i < cuts.len() {
            if cuts[i].1 == 0.0 {
                let run = cuts[i..].iter().take_while(|cut| cut.1 == 0.0).count();
                found.push(self.without_excess(&cuts, i, i + run - 1));
                i += run;
                continue;
            }
            if let Some(&(next, at_next)) = cuts.get(i + 1) {
                if at_next != 0.0 && (at_next > 0.0) != (cuts[i].1 > 0.0) {
                    found.push(self.between(cuts[i].0, next));
                } else if let Some(&after) = cuts.get(i + 2) {
                    found.extend(self.touch(cuts[i], cuts[i + 1], after));
                }
            }
            i += 1;
        }
        if found.is_empty() {
            return Err(if low > 0.0 { Absence::ExcessDemand(high) } else { Absence::ExcessSupply(low) });
        }
        // Two dips may lead to one equilibrium.
        found.sort_by(|one, other| one.price.total_cmp(&other.price));
        found.dedup_by(|next, last| next.price <= last.to);
        Ok(found)
    }

    fn ends(&self) -> Result<(f64, f64), Absence> {
        if !(self.low >= 0.0 && self.low < self.high && self.high.is_finite()) {
            return Err(Absence::Range);
        }
        // A demand without bound at a price of zero is beyond any supply.
        let at = |price: f64| match self.excess(price) {
            excess if excess.is_nan() => Err(Absence::Undefined(price)),
            excess => Ok(excess),
        };
        Ok((at(self.low)?, at(self.high)?))
    }

    /// Prices to look at, with the excess there, by rising price.
    fn cuts(&self, cells: u32, depth: u32) -> Vec<(f64, f64)> {
        let width = (self.high - self.low) / f64::from(cells.max(1));
        let mut prices: Vec<f64> = (0..cells.max(1)).map(|i| self.low + width * f64::from(i)).collect();
        prices.push(self.high);
        let mut jumps = Vec::new();
        self.demand.jumps(self.low, self.high, &mut jumps);
        self.supply.jumps(self.low, self.high, &mut jumps);
        // A jump lies between a price and its neighbour.
        prices.extend(jumps.iter().flat_map(|&jump| [jump.next_down(), jump, jump.next_up()]));
        prices.retain(|price| (self.low..=self.high).contains(price));
        prices.sort_by(f64::total_cmp);
        prices.dedup();
        let ends: Vec<(f64, f64)> = prices.iter().map(|&price| (price, self.excess(price))).collect();
        let mut cuts = vec![ends[0]];
        for pair in ends.windows(2) {
            self.halve(pair[0], pair[1], depth, &mut cuts);
            cuts.push(pair[1]);
        }
        cuts
    }

    /// Adds cuts between two where the excess is far from a straight line.
    fn halve(&self, a: (f64, f64), b: (f64, f64), depth: u32, cuts: &mut Vec<(f64, f64)>) {
        let middle = f64::midpoint(a.0, b.0);
        if depth == 0 || middle <= a.0 || middle >= b.0 {
            return;
        }
        let at = (middle, self.excess(middle));
        let bend = (at.1 - f64::midpoint(a.1, b.1)).abs();
        let endless = !(a.1.is_finite() && b.1.is_finite());
        if bend > 0.1 * (a.1.abs() + b.1.abs()) || endless || (at.1 > 0.0) != (a.1 > 0.0) {
            self.halve(a, at, depth - 1, cuts);
            cuts.push(at);
            self.halve(at, b, depth - 1, cuts);
        }
    }

    /// The equilibrium at the cuts `first` to `last`, where nothing is left over, and around them.
    fn without_excess(&self, cuts: &[(f64, f64)], first: usize, last: usize) -> Equilibrium {
        let before = first.checked_sub(1).map(|i| cuts[i]);
        let after = cuts.get(last + 1).copied();
        let from = before.map_or(cuts[first].0, |(price, _)| self.last_zero(cuts[first].0, price));
        let to = after.map_or(cuts[last].0, |(price, _)| self.last_zero(cuts[last].0, price));
        let (rises_to, falls_from) = (before.map_or(0.0, |cut| cut.1), after.map_or(0.0, |cut| cut.1));
        let stable = rises_to >= 0.0 && falls_from <= 0.0;
        let kind = match (to - from > NOISE * to, rises_to * falls_from > 0.0) {
            (true, _) => Kind::Plateau,
            (false, true) => Kind::Touch,
            (false, false) => Kind::Meeting,
        };
        let to = if kind == Kind::Plateau { to } else { from };
        self.at(from, to, kind, stable)
    }

    /// Where three cuts of one sign have the least excess in the middle, what lies under them.
    fn touch(&self, a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> Vec<Equilibrium> {
        let sign = if b.1 > 0.0 { 1.0 } else { -1.0 };
        let dips = c.1 != 0.0 && (c.1 > 0.0) == (b.1 > 0.0) && b.1.abs() <= a.1.abs() && b.1.abs() <= c.1.abs();
        if !dips {
            return Vec::new();
        }
        // Ternary search for the least excess; it halts at neighbouring prices.
        let (mut low, mut high) = (a.0, c.0);
        for _ in 0..200 {
            let third = (high - low) / 3.0;
            let (left, right) = (low + third, high - third);
            if left <= low || right >= high {
                break;
            }
            if sign * self.excess(left) <= sign * self.excess(right) { high = right } else { low = left }
        }
        let least = f64::midpoint(low, high);
        let at = self.excess(least);
        if sign * at < 0.0 {
            return vec![self.between(a.0, least), self.between(least, c.0)];
        }
        let touches = at.abs() <= NOISE * self.size(least);
        touches.then(|| self.at(least, least, Kind::Touch, false)).into_iter().collect()
    }

    fn size(&self, price: f64) -> f64 {
        self.demand.quantity(price).abs() + self.supply.quantity(price).abs()
    }

    fn at(&self, price: f64, to: f64, kind: Kind, stable: bool) -> Equilibrium {
        let (demand, supply) = (self.demand.quantity(price), self.supply.quantity(price));
        // The lesser, or not a number where one is not.
        let quantity = if demand.is_nan() || demand < supply { demand } else { supply };
        Equilibrium { price, to, quantity, demand, supply, kind, stable }
    }

    /// The equilibrium between two prices at which the excess differs in sign, or is zero at one.
    fn between(&self, a: f64, b: f64) -> Equilibrium {
        let (at_a, at_b) = (self.excess(a), self.excess(b));
        let stable = at_a > 0.0 || at_b < 0.0;
        let root = match (at_a == 0.0, at_b == 0.0) {
            (true, _) => a,
            (_, true) => b,
            _ => bracketed(|price| self.finite_excess(price), a, b, 0.0).unwrap_or(a),
        };
        // The change of sign is within one unit of the last place.
        let mut around: Vec<f64> = [root.next_down(), root, root.next_up()].into();
        around.retain(|price| (a..=b).contains(price));
        if let Some(&zero) = around.iter().find(|&&price| self.excess(price) == 0.0) {
            let (from, to) = (self.last_zero(zero, a), self.last_zero(zero, b));
            let wide = to - from > NOISE * to;
            // A few neighbouring prices without excess are the schedules' rounding.
            return if wide {
                self.at(from, to, Kind::Plateau, stable)
            } else {
                self.at(zero, zero, Kind::Meeting, stable)
            };
        }
        let least = around.iter().copied().min_by(|x, y| self.excess(*x).abs().total_cmp(&self.excess(*y).abs()));
        let least = least.unwrap_or(root);
        if self.excess(least).abs() <= NOISE * self.size(least) {
            return self.at(least, least, Kind::Meeting, stable);
        }
        // Of the two prices between which the sign changes, that at which more trades.
        let sides = around.windows(2).find(|pair| (self.excess(pair[0]) > 0.0) != (self.excess(pair[1]) > 0.0));
        let jump = sides.unwrap_or(&around).iter().map(|&price| self.at(price, price, Kind::Jump, stable));
        jump.max_by(|x, y| x.quantity.total_cmp(&y.quantity))
            .unwrap_or_else(|| self.at(least, least, Kind::Jump, stable))
    }

    /// The excess with infinities as the largest numbers, so that a bracket may end in one.
    fn finite_excess(&self, price: f64) -> f64 {
        self.excess(price).clamp(f64::MIN, f64::MAX)
    }

    /// The last price from `zero` towards `end` at which there is still no excess, by halving.
    fn last_zero(&self, zero: f64, end: f64) -> f64 {
        if self.excess(end) == 0.0 {
            return end;
        }
        let (mut yes, mut no) = (zero, end);
        loop {
            let middle = f64::midpoint(yes, no);
            if middle == yes || middle == no {
                return yes;
            }
            if self.excess(middle) == 0.0 { yes = middle } else { no = middle }
        }
    }
}
