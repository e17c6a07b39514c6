//! What affiliates did before an agent acted, or did not.

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::Refusal;

/// One affiliate reached an agent once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Which affiliate, counted from 0 in its contract.
    pub affiliate: u32,
    /// When.
    pub step: u32,
}

/// What an agent did after it had been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion<'a> {
    /// Who reached it, the oldest touch first.
    pub touches: &'a [Touch],
    /// When it acted, or when it was given up.
    pub step: u32,
    /// What that is worth, at least 0; 0 where it was given up.
    pub value: Atoms,
}

impl Conversion<'_> {
    /// Begins a column of shares: nothing for each touch.
    pub(super) fn begin(&self, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
        shares.clear();
        if self.value < 0 {
            return Err(Refusal::Value(self.value));
        }
        shares.resize(self.touches.len(), 0);
        Ok(())
    }
}

/// The touches at most `window` steps before `step`, of touches with the oldest first.
#[must_use]
pub fn within(touches: &[Touch], step: u32, window: u32) -> &[Touch] {
    &touches[touches.partition_point(|touch| step.saturating_sub(touch.step) > window)..]
}

/// Every path of an epoch, in the order in which they ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    touches: Vec<Touch>,
    /// Where each path's touches end.
    ends: Vec<usize>,
    steps: Vec<u32>,
    values: Vec<Atoms>,
}

impl Paths {
    /// Adds a path; its touches are the oldest first.
    pub fn push(&mut self, conversion: &Conversion<'_>) {
        self.touches.extend_from_slice(conversion.touches);
        self.ends.push(self.touches.len());
        self.steps.push(conversion.step);
        self.values.push(conversion.value);
    }

    /// Forgets all paths, and keeps the memory.
    pub fn clear(&mut self) {
        self.touches.clear();
        self.ends.clear();
        self.steps.clear();
        self.values.clear();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// One after another.
    pub fn iter(&self) -> impl Iterator<Item = Conversion<'_>> {
        (0..self.len()).map(|path| {
            let first = if path == 0 { 0 } else { self.ends[path - 1] };
            Conversion {
                touches: &self.touches[first..self.ends[path]],
                step: self.steps[path],
                value: self.values[path],
            }
        })
    }

    /// Visits everything.
    ///
    /// # Errors
    /// What the visitor says, and when what was loaded are no paths.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        // A touch is one number: the affiliate above the step.
        let whole = |touch: &Touch| i64::from(touch.step) | i64::from(touch.affiliate) << 32;
        let mut touches: Vec<i64> = self.touches.iter().map(whole).collect();
        let mut ends: Vec<i64> = self.ends.iter().map(|&end| end as i64).collect();
        let mut steps: Vec<i64> = self.steps.iter().map(|&step| i64::from(step)).collect();
        visitor.i64s(&format!("{name}.touches"), &mut touches)?;
        visitor.i64s(&format!("{name}.ends"), &mut ends)?;
        visitor.i64s(&format!("{name}.steps"), &mut steps)?;
        visitor.i64s(&format!("{name}.values"), &mut self.values)?;
        let rising = ends.windows(2).all(|pair| pair[0] <= pair[1]) && ends.first().is_none_or(|&first| first >= 0);
        let last = ends.last().copied().unwrap_or_default();
        if !rising || last != touches.len() as i64 || steps.len() != ends.len() || self.values.len() != ends.len() {
            return Err(StateError(format!("`{name}` does not hold paths")));
        }
        self.touches.clear();
        let touch = |&whole: &i64| Touch { affiliate: (whole >> 32) as u32, step: whole as u32 };
        self.touches.extend(touches.iter().map(touch));
        self.ends.clear();
        self.ends.extend(ends.iter().map(|&end| end as usize));
        self.steps.clear();
        self.steps.extend(steps.iter().map(|&step| step as u32));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_keeps_the_newest_touches() {
        let touches: Vec<Touch> = [3, 5, 5, 9].map(|step| Touch { affiliate: 0, step }).to_vec();
        let steps = |step, window| within(&touches, step, window).iter().map(|touch| touch.step).collect::<Vec<_>>();
        assert_eq!(steps(10, 5), [5, 5, 9]);
        assert_eq!(steps(10, 7), [3, 5, 5, 9]);
        assert_eq!(steps(10, 0), [] as [u32; 0]);
        assert_eq!(steps(9, 0), [9]);
        assert_eq!(steps(u32::MAX, u32::MAX), [3, 5, 5, 9]);
    }
}
