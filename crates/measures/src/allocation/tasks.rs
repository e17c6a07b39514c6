//! The best that several capacities can be shared for, where tasks take of all of them in fixed proportions.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, microlp, variable};

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, is_non_negative};

/// Describes [`best_value_of_tasks`].
pub const BEST_VALUE_OF_TASKS: MeasureDescription = MeasureDescription {
    name: "best_value_of_tasks",
    meaning: "the greatest value of tasks that several capacities together allow",
    formula: "max Σ v_i·x_i, 0 ≤ x_i ≤ n_i, Σ_i a_ik·x_i ≤ C_k for each resource k",
    unit: "of the values",
    source: "Dantzig 1963, Linear Programming and Extensions, ch. 3; for tasks of a cluster: Ghodsi et al. 2011, NSDI",
};

/// The tasks of one user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tasks<'a> {
    /// v: what a task is worth, finite and not negative.
    pub value: f64,
    /// n: how many there are, finite and not negative.
    pub count: f64,
    /// a: what a task takes of each resource, finite and not negative.
    pub takes: &'a [f64],
}

/// The greatest value of tasks within the capacities, in parts of tasks or, where `whole`, in whole ones alone.
///
/// Found by a linear programme (the simplex method) and for whole tasks by branch and bound, whose work may double with
/// each user: for tens of users. Exact to about 1e-9 of the value. `None` for a number that is not finite or negative,
/// users whose tasks take of another number of resources, and what the method cannot solve.
#[must_use]
pub fn best_value_of_tasks(users: &[Tasks<'_>], capacities: &[f64], whole: bool) -> Option<f64> {
    let in_range = |user: &Tasks<'_>| {
        let numbers = is_non_negative(user.value) && is_non_negative(user.count) && all_non_negative(user.takes);
        numbers && user.takes.len() == capacities.len()
    };
    if !all_non_negative(capacities) || !users.iter().all(in_range) {
        return None;
    }
    if users.is_empty() {
        return Some(0.0);
    }
    let mut variables = ProblemVariables::new();
    let done: Vec<Variable> = users
        .iter()
        .map(|user| {
            let count = if whole { user.count.floor() } else { user.count };
            let tasks = variable().min(0.0).max(count);
            variables.add(if whole { tasks.integer() } else { tasks })
        })
        .collect();
    let over = |term: &dyn Fn(&Tasks<'_>) -> f64| -> Expression {
        users.iter().zip(&done).map(|(user, &tasks)| term(user) * tasks).sum()
    };
    let value = over(&|user| user.value);
    let mut programme = variables.maximise(value.clone()).using(microlp);
    for (k, &capacity) in capacities.iter().enumerate() {
        programme.add_constraint(over(&|user| user.takes[k]).leq(capacity));
    }
    defined(programme.solve().ok()?.eval(&value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::allocation::best_value;
    use crate::closeness::assert_close;

    /// The machine of Ghodsi et al. (section 4.1) by hand: 9 processors and 18 GB, tasks (1, 4) and (3, 1) worth 1 each. Both capacities bind at (45/11, 18/11): 63/11 tasks. In whole tasks it is 5.
    #[test]
    fn two_capacities_by_hand() {
        let users = [(1.0, [1.0, 4.0]), (1.0, [3.0, 1.0])];
        let tasks = users.each_ref().map(|(value, takes)| Tasks { value: *value, count: 100.0, takes });
        assert_close(best_value_of_tasks(&tasks, &[9.0, 18.0], false).unwrap(), 63.0 / 11.0, 1e-9);
        assert_close(best_value_of_tasks(&tasks, &[9.0, 18.0], true).unwrap(), 5.0, 1e-9);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(best_value_of_tasks(&[], &[1.0], false), Some(0.0));
        let of = |value, count, takes| Tasks { value, count, takes };
        assert_eq!(best_value_of_tasks(&[of(1.0, 1.0, &[1.0])], &[1.0, 1.0], false), None);
        assert_eq!(best_value_of_tasks(&[of(f64::NAN, 1.0, &[1.0])], &[1.0], false), None);
        assert_eq!(best_value_of_tasks(&[of(1.0, 1.0, &[-1.0])], &[1.0], false), None);
    }

    /// The best value of whole tasks by trying all of them.
    fn tried(users: &[(u8, u8, [u8; 2])], left: [u8; 2]) -> u32 {
        let Some((&(value, count, takes), users)) = users.split_first() else { return 0 };
        let fits = |&done: &u8| (0..2).all(|k| u16::from(done) * u16::from(takes[k]) <= u16::from(left[k]));
        let of = |done: u8| {
            let rest = [left[0] - done * takes[0], left[1] - done * takes[1]];
            u32::from(value) * u32::from(done) + tried(users, rest)
        };
        (0..=count).take_while(fits).map(of).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn whole_tasks_are_the_best_of_all_that_fit_and_parts_are_no_worse(
            users in prop::collection::vec((0..9_u8, 0..4_u8, [0..4_u8, 0..4_u8]), 1..5), left in [0..12_u8, 0..12_u8],
        ) {
            let takes: Vec<[f64; 2]> = users.iter().map(|user| user.2.map(f64::from)).collect();
            let tasks: Vec<Tasks<'_>> = users
                .iter()
                .zip(&takes)
                .map(|(user, takes)| Tasks { value: f64::from(user.0), count: f64::from(user.1), takes })
                .collect();
            let capacities = left.map(f64::from);
            let best = f64::from(tried(&users, left));
            assert_close(best_value_of_tasks(&tasks, &capacities, true).unwrap(), best, 1e-7);
            prop_assert!(best_value_of_tasks(&tasks, &capacities, false).unwrap() >= best - 1e-7);
        }

        #[test]
        fn of_one_capacity_it_is_the_closed_form(
            rows in prop::collection::vec((0.0..9.0_f64, 0.0..5.0_f64), 1..8), capacity in 0.0..20.0_f64,
        ) {
            let (values, requests): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let tasks: Vec<Tasks<'_>> = values
                .iter()
                .zip(&requests)
                .map(|(&value, &count)| Tasks { value, count, takes: &[1.0] })
                .collect();
            let closed = best_value(&requests, &values, capacity).unwrap();
            assert_close(best_value_of_tasks(&tasks, &[capacity], false).unwrap(), closed, 1e-7);
        }
    }
}
