//! `walras log`, `prove` and `verify-proof`: what institutions did, and evidence of it that stands on its own.

mod shared;

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;
use shared::{SCENARIO, Workplace};

/// The small economy with a controller that moves its curve's slope in steps 4 to 8.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    let controller = r#"
[controllers.calm]
market = "launch"
parameter = "slope"
controller = { kind = "schedule", points = [[4, 0.001], [9, 0.002]], interpolation = "linear" }
"#;
    workplace.write("ruled.toml", &format!("{SCENARIO}{controller}"));
    workplace.succeed(&["run", "ruled.toml", "--out", "run", "--quiet", "--no-report"]);
    workplace
}

fn manifest(workplace: &Workplace) -> Value {
    serde_json::from_str(&workplace.read("run/manifest.json")).unwrap()
}

fn root(workplace: &Workplace) -> String {
    manifest(workplace)["log"]["root"].as_str().unwrap().to_owned()
}

#[test]
fn the_log_is_listed_whole_and_in_part() {
    let workplace = workplace();
    let lines: Vec<Value> =
        workplace.read("run/log.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 3, "{lines:?}");
    let said = workplace.json(&["log", "run"]);
    assert_eq!(said["entries"], Value::from(lines.clone()));
    assert_eq!((said["size"].as_u64(), &said["root"]), (Some(lines.len() as u64), &Value::from(root(&workplace))));
    let text = workplace.succeed(&["log", "run"]).out;
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), lines.len() + 2, "{text}");
    assert!(rows[0].starts_with("entry  step  institution"), "{text}");
    assert!(rows[1].contains("controllers.calm  parameter_changed") && rows[1].ends_with("launch.slope"), "{text}");
    assert!(rows[rows.len() - 1].starts_with(&format!("{} entries, root ", lines.len())), "{text}");

    let shown = |arguments: &[&str]| {
        let said = workplace.json(&[&["log", "run"], arguments].concat());
        said["entries"].as_array().unwrap().len()
    };
    let step = lines[1]["step"].to_string();
    let all = lines.len();
    assert_eq!(shown(&["--step", &step]), 1);
    assert_eq!(shown(&["--institution", "calm"]), all);
    assert_eq!(shown(&["--institution", "controllers.calm", "--act", "parameter_changed"]), all);
    assert_eq!(shown(&["--institution", "controllers"]), 0);
    let none = workplace.succeed(&["log", "run", "--act", "paid"]).out;
    assert!(none.contains("No entry is like that") && none.contains("parameter_changed"), "{none}");
}

#[test]
fn a_run_without_institutions_says_that_its_log_is_empty() {
    let workplace = Workplace::new();
    workplace.succeed(&["run", "small.toml", "--out", "run", "--quiet", "--no-report"]);
    assert_eq!(workplace.succeed(&["log", "run"]).out, "No institution entered anything.\n");
    assert_eq!(workplace.json(&["log", "run"])["entries"], Value::Array(Vec::new()));
    let said = workplace.walras(&["prove", "run", "--entry", "0"]);
    assert!(said.code == Some(2) && said.err.contains("the log of `run` is empty"), "{said:?}");
}

#[test]
fn an_entry_is_proved_and_the_proof_held_to_what_is_trusted() {
    let workplace = workplace();
    let (root, size) = (root(&workplace), manifest(&workplace)["log"]["size"].to_string());
    let said = workplace.succeed(&["prove", "run", "--entry", "2", "--output", "proof.json"]);
    assert!(said.out.contains(&format!("walras verify-proof proof.json --root {root} --size {size}")), "{said:?}");
    assert_eq!(workplace.succeed(&["prove", "run", "--entry", "2"]).out, workplace.read("proof.json"));
    let entry = workplace.read("run/log.jsonl").lines().nth(2).unwrap().to_owned();
    let trusted: [&[&str]; 3] = [&["--root", &root, "--size", &size], &["--root", &root], &["--run", "run"]];
    for trusted in trusted {
        let arguments = [&["verify-proof", "proof.json"], trusted].concat();
        let said = workplace.succeed(&arguments);
        assert!(said.out.contains("✓ Entry 2 is in the log") && said.out.contains(&entry), "{said:?}");
        let told = workplace.json(&arguments);
        assert_eq!((&told["ok"], &told["entry"]), (&Value::from(true), &Value::from(entry.clone())));
        assert_eq!(told["size_trusted"], trusted.len() > 2 || trusted[0] == "--run");
    }
    let other = "ab".repeat(32);
    let wrong: [(&[&str], &str); 2] =
        [(&["--root", &other], "the proof is for the root"), (&["--root", &root, "--size", "4000"], "one of 4000")];
    for (trusted, why) in wrong {
        let said = workplace.walras(&[&["verify-proof", "proof.json"], trusted].concat());
        assert!(said.code == Some(1) && said.out.contains("✗") && said.out.contains(why), "{said:?}");
    }
    let forged = workplace.read("proof.json").replace("launch.slope", "launch.fees!");
    workplace.write("forged.json", &forged);
    for trusted in trusted {
        let said = workplace.walras(&[&["verify-proof", "forged.json"], trusted].concat());
        assert!(said.code == Some(1) && said.out.contains("do not lead to the root"), "{said:?}");
    }
}

#[test]
fn the_log_s_growth_is_proved() {
    let workplace = workplace();
    workplace.succeed(&["prove", "run", "--consistency", "5", "39", "--output", "proof.json"]);
    let said = workplace.succeed(&["verify-proof", "proof.json", "--run", "run"]);
    assert!(said.out.contains("begins with the"), "{said:?}");
    let told = workplace.json(&["verify-proof", "proof.json", "--root", &root(&workplace)]);
    assert_eq!((&told["ok"], &told["proof"]), (&Value::from(true), &Value::from("consistency")));
    // Of another log, whose earlier root the run never had.
    let first = told["first"]["root"].as_str().unwrap().to_owned();
    workplace.write("forged.json", &workplace.read("proof.json").replace(&first, &"ab".repeat(32)));
    let said = workplace.walras(&["verify-proof", "forged.json", "--run", "run"]);
    assert!(said.code == Some(1) && said.out.contains("log never had"), "{said:?}");
    let said = workplace.walras(&["verify-proof", "forged.json", "--root", &root(&workplace)]);
    assert!(said.code == Some(1) && said.out.contains("do not lead to the root"), "{said:?}");
}

#[test]
fn what_cannot_be_proved_is_said() {
    let workplace = workplace();
    let bad: [(&[&str], &str); 6] = [
        (&["prove", "run", "--entry", "4000"], "`run` has entries 0 to"),
        (&["prove", "run", "--consistency", "0", "40"], "`run` has steps 0 to 39"),
        (&["prove", "run", "--consistency", "9", "3"], "step 9 comes after step 3"),
        (&["prove", "run"], "--entry"),
        (&["prove", "nowhere", "--entry", "0"], "there is no manifest"),
        (&["log", "nowhere"], "there is no manifest"),
    ];
    for (arguments, message) in bad {
        let said = workplace.walras(arguments);
        assert!(said.code == Some(2) && said.err.contains(message), "{said:?}");
    }
    let root = root(&workplace);
    let bad: [(&[&str], &str); 5] = [
        (&["verify-proof", "nowhere.json", "--root", &root], "no such file"),
        (&["verify-proof", "run/manifest.json", "--root", &root], "a proof is a file that `walras prove` writes"),
        (&["verify-proof", "ruled.toml", "--root", &root], "cannot be read"),
        (&["verify-proof", "ruled.toml", "--root", &root[1..]], "this has 63 characters"),
        (&["verify-proof", "ruled.toml"], "--root"),
    ];
    for (arguments, message) in bad {
        let said = workplace.walras(arguments);
        assert!(said.code == Some(2) && said.err.contains(message), "{said:?}");
    }
    // A log that was changed proves nothing, whichever entry is asked for.
    let text = workplace.read("run/log.jsonl");
    fs::write(workplace.path("run/log.jsonl"), text.replacen("launch", "lunch!", 1)).unwrap();
    let said = workplace.walras(&["prove", "run", "--entry", "3"]);
    assert!(said.code == Some(1) && said.err.contains("not those of the manifest's root"), "{said:?}");
    let said = workplace.walras(&["verify", "run"]);
    assert!(said.code == Some(1) && said.out.contains("2 checks failed"), "{said:?}");
}

/// The page's programs for Python, which share nothing with Walras.
fn programs() -> Vec<String> {
    let page = fs::read_to_string(shared::root().join("docs/log.md")).unwrap();
    let blocks = page.split("```python\n").skip(1);
    blocks.filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

/// Whether the program ended well, and what it printed; `None` where there is no Python.
fn python(workplace: &Workplace, arguments: &[&str]) -> Option<(bool, String)> {
    let mut command = Command::new("python3");
    command.args(arguments).current_dir(workplace.path(".")).stdin(Stdio::null());
    let output = command.output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).trim_end().to_owned()))
}

#[test]
fn the_page_s_programs_agree_with_walras() {
    let workplace = workplace();
    let [check, roots]: [String; 2] = programs().try_into().unwrap();
    assert!(check.lines().count() <= 20, "{} lines", check.lines().count());
    workplace.write("check.py", &check);
    workplace.write("root.py", &roots);
    let (root, size) = (root(&workplace), manifest(&workplace)["log"]["size"].to_string());
    let Some(found) = python(&workplace, &["root.py", "run/log.jsonl"]) else {
        eprintln!("not checked against Python: there is no python3");
        return;
    };
    assert_eq!(found, (true, format!("{size} {root}")));
    let lines: Vec<String> = workplace.read("run/log.jsonl").lines().map(str::to_owned).collect();
    for (number, line) in lines.iter().enumerate() {
        workplace.succeed(&["prove", "run", "--entry", &number.to_string(), "--output", "proof.json"]);
        let found = python(&workplace, &["check.py", "proof.json", &root, &size]).unwrap();
        assert_eq!(found, (true, format!("entry {number} of {size} is {line}")));
    }
    for (from, to) in [("launch", "lunch!"), ("\"index\": ", "\"index\": 1"), ("\"path\": [", "\"path\": [\"00\",")] {
        let forged = workplace.read("proof.json").replacen(from, to, 1);
        workplace.write("forged.json", &forged);
        assert!(!python(&workplace, &["check.py", "forged.json", &root, &size]).unwrap().0, "{forged}");
    }
}

/// The proof that the page shows holds.
#[test]
fn the_page_s_proof_holds() {
    let workplace = Workplace::new();
    let page = fs::read_to_string(shared::root().join("docs/log.md")).unwrap();
    let proof = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    workplace.write("proof.json", proof);
    let root: Value = serde_json::from_str(proof).unwrap();
    let root = root["root"].as_str().unwrap();
    let said = workplace.succeed(&["verify-proof", "proof.json", "--root", root, "--size", "3"]);
    assert!(said.out.contains("✓ Entry 1 is in the log of 3 entries"), "{said:?}");
}
