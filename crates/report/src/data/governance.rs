//! Bodies that vote.

/// A body that votes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// The rule by which it votes, in words.
    pub rule: String,
    /// How many voters it has.
    pub voters: u64,
    /// What was proposed, in order.
    pub proposals: Vec<Proposal>,
    /// Where its levers were, in the scenario's order.
    pub paths: Vec<LeverPath>,
}

/// Something that was proposed, as it stood when it was last counted or carried out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// Its number, from 0.
    pub number: u64,
    /// What it is called.
    pub subject: String,
    /// The value proposed; NaN where it is about no parameter.
    pub value: f64,
    /// Money asked for.
    pub requested: f64,
    /// The last step of which something is known of it.
    pub ended: u64,
    /// What has become of it.
    pub status: String,
    /// Votes for over votes cast; NaN where nobody voted.
    pub yes_share: f64,
    /// Votes cast over all votes; NaN where the rule does not bound these.
    pub turnout: f64,
    /// Voters who voted themselves.
    pub voters: u64,
}

/// The value of a lever over the run: what it is from each step on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeverPath {
    /// The lever.
    pub lever: String,
    /// The parameter that it moves.
    pub parameter: String,
    /// Steps; two for each move, so that a line through the points has the moves' corners.
    pub step: Vec<u64>,
    /// Values at these.
    pub value: Vec<f64>,
}

impl LeverPath {
    /// The path of a lever that has `value` before the first step.
    #[must_use]
    pub fn starting(lever: &str, parameter: &str, value: f64) -> Self {
        Self { lever: lever.to_owned(), parameter: parameter.to_owned(), step: vec![0], value: vec![value] }
    }

    /// The lever has another `value` from `step` on.
    pub fn moved(&mut self, step: u64, value: f64) {
        self.end(step, self.value.last().copied().unwrap_or(f64::NAN));
        self.end(step, value);
    }

    /// The lever has `value` at `step`, the last that is known.
    pub fn end(&mut self, step: u64, value: f64) {
        self.step.push(step);
        self.value.push(value);
    }
}
