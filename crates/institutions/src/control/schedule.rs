//! Values fixed in advance.

use walras_catalog::{choice, entry};

use super::{Controller, Input};

choice! {
    /// How a schedule goes from one point to the next.
    pub enum Interpolation {
        /// The value of a point holds until the next point.
        Step = "step",
        /// The value moves in a straight line from point to point.
        Linear = "linear",
    }
}

entry! {
    /// The parameter takes declared values at declared steps.
    ///
    /// Before the first point the parameter keeps its own value, after the last point it keeps the last. The value at
    /// step 0 is the parameter's own, so points start at step 1.
    pub struct Schedule = "schedule" {
        formula: "step: Φ(t) = v_k for s_k ≤ t < s_{k+1}; linear: v_k + (v_{k+1} − v_k)·(t − s_k)/(s_{k+1} − s_k)",
        check: check,
        source: "elementary",
        /// Pairs of a step and the value in force from it, in the order of the steps.
        points: Vec<(u32, f64)>;
        /// How the value goes from one point to the next.
        interpolation: Interpolation = Interpolation::Step;
    }
}

fn check(schedule: &Schedule) -> Result<(), (&'static str, String)> {
    let Some(&(first, _)) = schedule.points.first() else {
        return Err(("points", "a schedule needs at least one point".to_owned()));
    };
    if first == 0 {
        return Err(("points", "points start at step 1: the value at step 0 is the parameter's own".to_owned()));
    }
    match schedule.points.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
        Some(pair) => Err(("points", format!("step {} follows step {}: steps must rise", pair[1].0, pair[0].0))),
        None => Ok(()),
    }
}

impl Schedule {
    /// The value in force at `step`; `None` before the first point.
    #[must_use]
    pub fn value_at(&self, step: u32) -> Option<f64> {
        let after = self.points.partition_point(|&(start, _)| start <= step);
        let (start, value) = self.points[after.checked_sub(1)?];
        match (self.interpolation, self.points.get(after)) {
            (Interpolation::Linear, Some(&(end, next))) => {
                let share = f64::from(step - start) / f64::from(end - start);
                // Not v + (w − v)·share, whose difference may overflow.
                Some(value * (1.0 - share) + next * share)
            }
            _ => Some(value),
        }
    }
}

impl Controller for Schedule {
    fn next(&self, input: &Input, _: &mut [f64]) -> Option<f64> {
        let value = self.value_at(input.step.checked_add(1)?)?;
        (value != input.current).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_catalog::{Node, Read, Table, Value};

    fn schedule(interpolation: Interpolation) -> Schedule {
        Schedule { points: vec![(3, 10.0), (5, 20.0), (9, 0.0)], interpolation }
    }

    /// The parameter of each step when the controller sets it between steps, from 7 at step 0.
    fn run(schedule: &Schedule, steps: u32) -> Vec<f64> {
        let mut values = vec![7.0];
        for step in 0..steps {
            let current = values[step as usize];
            let input = Input { step, current, initial: 7.0, measure: f64::NAN };
            values.push(schedule.next(&input, &mut []).unwrap_or(current));
        }
        values
    }

    #[test]
    fn a_point_is_in_force_at_its_step() {
        let expected = [7.0, 7.0, 7.0, 10.0, 10.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0];
        assert_eq!(run(&schedule(Interpolation::Step), 10), expected);
        let expected = [7.0, 7.0, 7.0, 10.0, 15.0, 20.0, 15.0, 10.0, 5.0, 0.0, 0.0];
        assert_eq!(run(&schedule(Interpolation::Linear), 10), expected);
    }

    #[test]
    fn nothing_is_set_that_is_already_so() {
        let schedule = schedule(Interpolation::Step);
        let next = |step, current| schedule.next(&Input { step, current, initial: 7.0, measure: 1.0 }, &mut []);
        assert_eq!([next(2, 10.0), next(3, 10.0), next(2, 9.0), next(0, 9.0)], [None, None, Some(10.0), None]);
        assert_eq!(next(u32::MAX, 9.0), None);
    }

    #[test]
    fn steps_that_do_not_rise_are_refused() {
        let read = |steps: &[i64]| {
            let point =
                |&step| Value::made(Node::List(vec![Value::made(Node::Integer(step)), Value::made(Node::Float(1.0))]));
            let mut table = Table::default();
            table.set("points", Default::default(), Value::made(Node::List(steps.iter().map(point).collect())));
            Schedule::read(&Value::made(Node::Table(table)), None)
        };
        assert!(read(&[1]).is_ok() && read(&[1, 2, 30]).is_ok());
        for bad in [&[][..], &[0], &[2, 2], &[3, 1], &[-1]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
