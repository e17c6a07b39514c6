//! One agent's account, exact to the atom.

mod shared;

use shared::{economy, run_into};
use walras_lab::{AccountQuery, Silent, Statement, account};
use walras_record::Run;

fn identity(statement: &Statement) {
    for asset in &statement.assets {
        let change = asset.income - asset.expenses + asset.trades + asset.policy_effects;
        assert_eq!(i128::from(asset.opening) + change, i128::from(asset.closing), "{asset:?}");
        assert_eq!(asset.lines.iter().map(|line| line.amount).sum::<i128>(), change, "{asset:?}");
    }
}

/// At every step the change is explained, each step begins where the last ended, the whole run is the sum of its
/// steps, and balances are those of the agents table.
#[test]
fn every_step_of_several_agents_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let steps = 12;
    let loaded = economy(&["run.steps=12", "record.agents_every=1", "record.agents_sample=1000"]);
    run_into(&out, &loaded, 1, &mut Silent);
    let agents = Run::open(&out).unwrap().read_agents().unwrap();
    let mut reasons = std::collections::BTreeSet::new();
    // The first and last of each cohort: traders 0–89, noise 90–129, holders 130–149.
    for agent in [0, 89, 90, 129, 130, 149] {
        let whole = account(&out, &AccountQuery { agent, step: None }, &mut Silent).unwrap();
        identity(&whole);
        let mut sums = vec![0_i128; whole.assets.len()];
        let mut before: Option<Statement> = None;
        for step in 0..steps {
            let one = account(&out, &AccountQuery { agent, step: Some(step) }, &mut Silent).unwrap();
            identity(&one);
            let first: Vec<i64> = one.assets.iter().map(|asset| asset.opening).collect();
            let expected: Vec<i64> = match &before {
                None => whole.assets.iter().map(|asset| asset.opening).collect(),
                Some(before) => before.assets.iter().map(|asset| asset.closing).collect(),
            };
            assert_eq!(first, expected, "agent {agent}, step {step}");
            for (sum, asset) in sums.iter_mut().zip(&one.assets) {
                *sum += i128::from(asset.closing - asset.opening);
                reasons.extend(asset.lines.iter().map(|line| line.reason));
            }
            let row =
                (0..agents.step.len()).find(|&row| agents.step[row] == step && u64::from(agents.agent[row]) == agent);
            let row = row.expect("every agent is looked at after every step");
            assert_eq!(agents.balance[row], one.assets[0].closing);
            for asset in &one.assets[1..] {
                let column = usize::from(asset.asset == "BETA");
                assert_eq!(agents.holdings[column][row], asset.closing, "{} of agent {agent}", asset.asset);
            }
            before = Some(one);
        }
        let last = before.unwrap();
        for ((whole, last), sum) in whole.assets.iter().zip(&last.assets).zip(sums) {
            assert_eq!((whole.closing, i128::from(whole.closing - whole.opening)), (last.closing, sum));
        }
    }
    for reason in ["income", "expense", "trade", "fee", "tribute", "distribution"] {
        assert!(reasons.contains(reason), "nothing moved by {reason}: {reasons:?}");
    }
}

#[test]
fn who_or_when_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&["run.steps=3"]), 1, &mut Silent);
    let refused = |agent, step| account(&out, &AccountQuery { agent, step }, &mut Silent).unwrap_err().to_string();
    assert_eq!(refused(150, None), "there is no agent 150: the run has agents 0 to 149");
    assert_eq!(refused(0, Some(3)), "there is no step 3: the run has steps 0 to 2");
}
