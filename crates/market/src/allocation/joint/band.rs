//! The level at which the first turn does not fit.

use super::takers::{AROUND, Asked, Blocks, TOP, Takers};

/// Where turns are taken one by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Band {
    /// A level below which all turns fit; `None` where none is known.
    pub(super) low: Option<f64>,
    /// Turns from here on are left for later. There is one before it that does not fit, unless all do.
    pub(super) end: f64,
}

/// Turns in a band, as a share of those who take turns: the first of `FEW` so many more.
const SHARE: f64 = 1.0 / 16.0;
const FEW: f64 = 64.0;

/// How many guesses are made by speeds alone; from then on every other one halves what is left.
const BY_SPEED: usize = 6;

/// A level below which no turn is that floats might misplace to this one.
pub(super) fn surely_below(level: f64) -> f64 {
    level * (1.0 - 2.0 * AROUND)
}

impl Takers {
    /// A narrow band in which the first turn lies that does not fit; no level below `from` is asked for.
    ///
    /// Where there are many, a sample tells about where to look.
    pub(super) fn band(&mut self, asked: &Asked<'_>, from: f64) -> Band {
        let width = (self.len() as f64 * SHARE + FEW) / self.pace;
        let first = from + width;
        let first = if self.are_many() { self.search(asked, Blocks::Sampled, (from, first), width).end } else { first };
        let found = self.search(asked, Blocks::All, (from, first), width);
        let end = found.low.unwrap_or(from) + width;
        Band { end: end.max(found.end * (1.0 + 8.0 * AROUND)), ..found }
    }

    /// Levels not further from each other than `width`, of which the lower fits and the upper, the end, does not.
    ///
    /// Each guess is where the first resource would be used up at the speeds of the guess before, a little less or more,
    /// so that the next guess can close in from the other side.
    fn search(&mut self, asked: &Asked<'_>, blocks: Blocks, (from, first): (f64, f64), width: f64) -> Band {
        let (mut low, mut high, mut guess) = (None, TOP, first);
        let aside = width * 0.25;
        for tries in 0.. {
            self.look_at(asked, guess, blocks);
            let distance = self.distance(blocks);
            if self.fit(blocks) {
                low = Some(guess);
                self.used_low.clone_from(&self.used);
                if distance == f64::INFINITY {
                    // Everybody has all that they want.
                    return Band { low: Some(TOP), end: TOP };
                }
            } else {
                high = guess;
            }
            let floor = low.unwrap_or(from);
            if high - floor <= width.max(8.0 * AROUND * high) {
                break;
            }
            let used_up = guess + distance;
            guess = if used_up - aside > floor + aside { used_up - aside } else { used_up.max(floor) + aside };
            if !(floor < guess && guess < high) || tries > BY_SPEED && tries % 2 == 0 {
                // Halfway in the order of floats, which are not negative.
                guess = f64::from_bits(floor.to_bits().midpoint(high.to_bits()));
            }
        }
        Band { low, end: high }
    }
}
