//! Every subcommand does what its help says.

mod shared;

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;
use shared::Workplace;
use walras_scenario::Loaded;

/// The names in a folder, as `list` tells them.
fn names(workplace: &Workplace, folder: &str) -> Vec<String> {
    let entries = workplace.json(&["list", folder])["entries"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn run_writes_a_run_and_says_where_its_report_is() {
    let workplace = Workplace::new();
    let said = workplace.succeed(&["run", "small.toml"]);
    for file in ["manifest.json", "scenario.toml", "report.html", "tables/markets/00000.parquet"] {
        assert!(workplace.path("runs/small-3").join(file).is_file(), "{file}");
    }
    assert!(said.out.contains("runs/small-3/report.html") && said.out.contains("Final price"), "{}", said.out);
    // What is not a terminal gets plain lines, and few.
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{said:?}");
    assert!((1..=10).contains(&said.err.lines().count()) && said.err.contains("agent-steps/s"), "{}", said.err);
}

#[test]
fn a_run_without_out_takes_the_next_free_directory() {
    let workplace = Workplace::new();
    for expected in ["runs/small-3", "runs/small-3-2", "runs/small-3-3"] {
        assert_eq!(workplace.json(&["run", "small.toml", "--quiet"])["run"], expected);
    }
    assert_eq!(workplace.json(&["run", "small.toml", "--seed", "8"])["run"], "runs/small-8");
}

#[test]
fn a_directory_with_a_run_is_never_written_over() {
    let workplace = Workplace::new();
    workplace.succeed(&["run", "small.toml", "--out", "here", "--quiet"]);
    let before = workplace.read("here/manifest.json");
    let said = workplace.walras(&["run", "small.toml", "--out", "here"]);
    assert!(said.code == Some(2) && said.err.contains("already holds a run"), "{said:?}");
    assert_eq!(workplace.read("here/manifest.json"), before);
}

#[test]
fn the_same_seed_gives_the_same_state_with_any_number_of_threads() {
    let workplace = Workplace::new();
    let hash = |arguments: &[&str]| {
        workplace.json(&[&["run", "small.toml", "--quiet"], arguments].concat())["final_hash"].clone()
    };
    let usual = hash(&[]);
    assert_eq!(hash(&["--threads", "1"]), usual);
    assert_eq!(hash(&["--threads", "3"]), usual);
    assert_eq!(hash(&["--seed", "3"]), usual);
    assert_ne!(hash(&["--seed", "4"]), usual);
    assert_ne!(hash(&["--set", "markets.launch.curve.slope=0.002"]), usual);
}

#[test]
fn quiet_says_nothing_and_no_report_writes_none() {
    let workplace = Workplace::new();
    let said = workplace.succeed(&["run", "small.toml", "--quiet", "--no-report", "--out", "here"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    assert!(!workplace.path("here/report.html").exists());
    let run = workplace.json(&["run", "small.toml", "--no-report"]);
    assert_eq!((&run["report"], run["status"].as_str()), (&Value::Null, Some("complete")));
    assert_eq!(run["summary"]["steps"], 40);
}

#[test]
fn a_directory_that_cannot_be_written_fails_the_run() {
    let workplace = Workplace::new();
    workplace.write("taken", "a file, not a directory");
    let said = workplace.walras(&["run", "small.toml", "--out", "taken/run"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("taken") && !said.err.contains("panicked"), "{}", said.err);
}

/// Ctrl-C stops after a step and saves; resuming ends in the same state as a run that was never stopped.
#[cfg(unix)]
#[test]
fn an_interrupted_run_is_resumed_to_the_same_end() {
    use std::process::Command;
    use std::thread::sleep;
    use std::time::Duration;

    let workplace = Workplace::new();
    let long = ["run", "small.toml", "--set", "run.steps=60000", "--no-report"];
    let arguments = [long.as_slice(), &["--out", "stopped"]].concat();
    let mut child = workplace.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !workplace.path("stopped/manifest.json").exists() && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let stopped = shared::said(&child.wait_with_output().unwrap());
    assert_eq!(stopped.code, Some(130), "{stopped:?}");
    assert!(stopped.out.contains("walras resume stopped"), "{stopped:?}");
    assert!(stopped.err.contains("stopping after this step"), "{stopped:?}");

    let resumed = workplace.json(&["resume", "stopped", "--quiet"]);
    let straight = workplace.json(&[long.as_slice(), &["--out", "straight", "--quiet"]].concat());
    assert_eq!(resumed["final_hash"], straight["final_hash"]);
    assert_eq!((&resumed["steps"], &resumed["status"]), (&60_000.into(), &"complete".into()));
    assert_eq!(resumed["summary"], straight["summary"]);
    let again = workplace.walras(&["resume", "stopped"]);
    assert!(again.code == Some(2) && again.err.contains("is complete"), "{again:?}");
}

#[test]
fn check_says_what_a_run_will_cost() {
    let workplace = Workplace::new();
    let said = workplace.succeed(&["check", "small.toml"]);
    for word in ["small.toml is valid", "Agents", "Memory", "Time", "Disk"] {
        assert!(said.out.contains(word), "{word}: {}", said.out);
    }
    let cost =
        |agents: &str| workplace.json(&["check", "small.toml", "--set", &format!("cohorts.traders.size={agents}")]);
    let (few, many) = (cost("100"), cost("100000"));
    assert_eq!((&few["agents"], &many["agents"], &few["valid"]), (&100.into(), &100_000.into(), &true.into()));
    for key in ["memory_bytes", "seconds", "disk_bytes"] {
        assert!(few[key].as_f64().unwrap() > 0.0 && many[key].as_f64() >= few[key].as_f64(), "{key}: {few} {many}");
    }
    assert_eq!(workplace.succeed(&["check", "small.toml", "--quiet"]).out, "");
    assert!(!workplace.path("runs").exists());
}

#[test]
fn new_writes_a_scenario_that_passes_check_for_every_curve_and_policy() {
    let workplace = Workplace::new();
    let policies = names(&workplace, "policy");
    for (index, curve) in names(&workplace, "curve").iter().enumerate() {
        let policy = &policies[index % policies.len()];
        let file = format!("{curve}.toml");
        workplace.succeed(&["new", "--curve", curve, "--policy", policy, "--agents", "50", "--out", &file]);
        workplace.succeed(&["check", &file]);
    }
    for policy in &policies {
        let file = format!("{policy}.toml");
        workplace.succeed(&["new", policy, "--policy", policy, "--agents", "50", "--steps", "60"]);
        assert_eq!(workplace.json(&["check", &file])["steps"], 60);
        // Something happens in it.
        let run = workplace.json(&["run", &file, "--quiet", "--no-report"]);
        assert!(run["summary"]["markets"][0]["volume"].as_f64().unwrap() > 0.0, "{policy}: nobody trades");
    }
}

#[test]
fn new_takes_all_its_flags_and_writes_over_nothing() {
    let workplace = Workplace::new();
    let flags =
        ["--curve", "sigmoid", "--policy", "logistic,momentum", "--agents", "100", "--steps", "77", "--seed", "5"];
    let said = workplace.succeed(&[["new", "my-town"].as_slice(), &flags].concat());
    assert!(said.out.contains("walras run   my-town.toml"), "{}", said.out);
    let text = workplace.read("my-town.toml");
    for line in
        ["name = \"My town\"", "steps = 77", "seed = 5", "kind = \"sigmoid\"", "[cohorts.momentum]", "size = 50"]
    {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    let again = workplace.walras(&["new", "my-town"]);
    assert!(again.code == Some(2) && again.err.contains("already there"), "{again:?}");
    assert_eq!(workplace.read("my-town.toml"), text);
    workplace.succeed(&["new", "my-town", "--force"]);
    assert_ne!(workplace.read("my-town.toml"), text);
    assert!(workplace.succeed(&["new", "--out", "-"]).out.starts_with("# A token is sold"));
    assert_eq!(workplace.json(&["new", "other"])["file"], "other.toml");
}

/// On a terminal, which `script` plays here, each question takes an answer, asks again after a wrong one, and takes
/// an empty line for what it offers.
#[cfg(target_os = "linux")]
#[test]
fn new_without_flags_on_a_terminal_asks() {
    use std::io::Write as _;
    use std::process::Command;

    let workplace = Workplace::new();
    let mut script = Command::new("script");
    script.args(["-qec", &format!("{} new", shared::WALRAS), "/dev/null"]).current_dir(workplace.path(""));
    let Ok(mut child) = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        println!("skipped: there is no `script` to play a terminal");
        return;
    };
    // Name, curve by number, policy with a slip, agents out of range, steps as offered.
    let answers = "town\n3\nmomentun\nmomentum\n0\n500\n\n";
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let said = shared::said(&child.wait_with_output().unwrap());
    assert!(said.out.contains("did you mean `momentum`?") && said.out.contains("from 1 to"), "{}", said.out);
    let text = workplace.read("town.toml");
    for line in ["name = \"Town\"", "kind = \"sigmoid\"", "[cohorts.momentum]", "steps = 365"] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    let check = workplace.json(&["check", "town.toml"]);
    assert_eq!(check["agents"], 500);
}

/// Without a terminal there is nobody to ask, so what was not said is taken as usual.
#[test]
fn new_without_flags_and_without_a_terminal_asks_nothing() {
    let workplace = Workplace::new();
    workplace.succeed(&["new"]);
    workplace.succeed(&["check", "economy.toml"]);
}

#[test]
fn list_shows_every_entry_with_its_parameters() {
    let workplace = Workplace::new();
    let all = workplace.succeed(&["list"]).out;
    let entries = workplace.json(&["list"])["entries"].as_array().unwrap().clone();
    assert!(entries.len() > 80, "{} entries", entries.len());
    for entry in &entries {
        let name = entry["name"].as_str().unwrap();
        assert!(all.lines().any(|line| line.trim() == name), "{name}");
        for parameter in entry["parameters"].as_array().unwrap() {
            assert!(all.contains(parameter["name"].as_str().unwrap()), "{name}: {parameter}");
        }
    }
    let curves = workplace.succeed(&["list", "curve"]).out;
    assert!(curves.contains("square_root") && !curves.contains("momentum"), "{curves}");
}

#[test]
fn explain_knows_every_entry_that_list_shows() {
    let workplace = Workplace::new();
    for entry in workplace.json(&["list"])["entries"].as_array().unwrap() {
        let name = format!("{}/{}", entry["folder"].as_str().unwrap(), entry["name"].as_str().unwrap());
        let explained = workplace.json(&["explain", &name]);
        assert_eq!(explained["entries"].as_array().unwrap().len(), 1, "{name}");
        assert_eq!(explained["entries"][0]["doc"], entry["doc"], "{name}");
    }
}

#[test]
fn explain_shows_formula_parameters_source_and_plot_of_a_curve() {
    let workplace = Workplace::new();
    let said = workplace.succeed(&["explain", "exponential"]).out;
    for word in
        ["P(S) = a·e^(k·S) + b", "Balasanov", "growth", "1/token", "must be given", "default 0", "supply, tokens"]
    {
        assert!(said.contains(word), "{word}: {said}");
    }
    let dots = said.chars().filter(|character| ('\u{2801}'..='\u{28ff}').contains(character)).count();
    assert!(dots > 40, "no plot in\n{said}");
    workplace.succeed(&["explain", "curve/exponential", "--svg", "plot.svg"]);
    assert!(workplace.read("plot.svg").starts_with("<svg"));
}

#[test]
fn explain_shows_all_entries_of_one_name() {
    let workplace = Workplace::new();
    let folders = |name: &str| {
        let explained = workplace.json(&["explain", name]);
        let entries = explained["entries"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["folder"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(folders("uniform"), ["rationing", "distribution", "shares"]);
    assert_eq!(folders("shares/uniform"), ["shares"]);
}

#[test]
fn schema_is_a_json_schema_of_the_whole_scenario() {
    let workplace = Workplace::new();
    let schema = workplace.json(&["schema"]);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for section in ["run", "assets", "markets", "cohorts", "shocks", "feeds", "record"] {
        assert!(schema["properties"][section].is_object(), "{section}");
    }
    for curve in names(&workplace, "curve") {
        assert!(schema["$defs"][format!("curve.{curve}")].is_object(), "{curve}");
    }
}

#[test]
fn report_writes_page_and_charts() {
    let workplace = Workplace::new();
    workplace.succeed(&["run", "small.toml", "--quiet", "--no-report", "--out", "here"]);
    let report = workplace.json(&["report", "here"]);
    let page = report["report"].as_str().unwrap();
    assert!(workplace.read(page).contains("<html"));
    for chart in report["charts"].as_array().unwrap() {
        assert!(workplace.path(chart.as_str().unwrap()).is_file(), "{chart}");
    }
    assert!(workplace.succeed(&["report", "here"]).out.contains(page));
}

#[test]
fn verify_confirms_a_run_and_catches_a_forged_one() {
    let workplace = Workplace::new();
    let run = workplace.json(&["run", "small.toml", "--quiet", "--no-report", "--out", "here"]);
    let said = workplace.succeed(&["verify", "here"]);
    assert!(said.out.contains('✓') && !said.out.contains('✗'), "{}", said.out);
    assert_eq!(workplace.json(&["verify", "here", "--threads", "2"])["ok"], true);

    let hash = run["final_hash"].as_str().unwrap();
    let forged = workplace.read("here/manifest.json").replace(hash, &"0".repeat(64));
    workplace.write("here/manifest.json", &forged);
    let said = workplace.walras(&["verify", "here"]);
    assert!(said.code == Some(1) && said.out.contains('✗'), "{said:?}");
    let quiet = workplace.walras(&["verify", "here", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str(), quiet.err.as_str()), (Some(1), "", ""));
}

/// The identity of the model, ΔB = income − expenses + trades + policy effects, on the numbers that are shown.
#[test]
fn account_explains_every_atom_of_an_agent() {
    let workplace = Workplace::new();
    let income = "cohorts.traders.income=1.5";
    workplace.succeed(&["run", "small.toml", "--quiet", "--no-report", "--out", "here", "--set", income]);
    let statement =
        |arguments: &[&str]| workplace.json(&[["account", "here", "--agent"].as_slice(), arguments].concat());
    let whole = statement(&["7"]);
    assert_eq!((&whole["cohort"], &whole["row"]), (&"traders".into(), &7.into()));
    let number = |asset: &Value, key: &str| asset[key].as_i64().unwrap();
    for asset in whole["assets"].as_array().unwrap() {
        let of = |key: &str| number(asset, key);
        let change = of("income") - of("expenses") + of("trades") + of("policy_effects");
        assert_eq!(of("opening") + change, of("closing"), "{asset}");
    }
    // 40 steps of 1.5 units, in millionths.
    assert_eq!(number(&whole["assets"][0], "income"), 60_000_000);
    assert_eq!(number(&whole["assets"][0], "opening"), 100_000_000);
    // The steps one by one come to the whole.
    let steps: Vec<Value> = (0..40).map(|step| statement(&["7", "--step", &step.to_string()])).collect();
    for key in ["income", "expenses", "trades", "policy_effects"] {
        let sum: i64 = steps.iter().map(|statement| number(&statement["assets"][0], key)).sum();
        assert_eq!(sum, number(&whole["assets"][0], key), "{key}");
    }
    let said = workplace.succeed(&["account", "here", "--agent", "7"]).out;
    for word in
        ["Agent 7", "row 7 of traders", "USD", "TOKEN", "income", "policy effects", "fee", "held after", "60.000000"]
    {
        assert!(said.contains(word), "{word}: {said}");
    }
    for (arguments, message) in [(["30", "--step", "1"], "agents 0 to 29"), (["0", "--step", "40"], "steps 0 to 39")] {
        let said = workplace.walras(&[["account", "here", "--agent"].as_slice(), &arguments].concat());
        assert!(said.code == Some(2) && said.err.contains(message), "{said:?}");
    }
}

#[test]
fn help_and_version_name_what_scripts_rely_on() {
    let workplace = Workplace::new();
    assert_eq!(workplace.succeed(&["--version"]).out.trim(), format!("walras {}", env!("CARGO_PKG_VERSION")));
    let help = workplace.succeed(&["--help"]).out;
    for command in ["run", "resume", "check", "new", "list", "explain", "schema", "report", "verify", "account"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        assert!(workplace.succeed(&[command, "--help"]).out.contains("Usage"), "{command}");
    }
    assert!(help.contains("Exit codes") && help.contains("130  interrupted"), "{help}");
}

/// `walras list | head -1`: whoever reads has enough, which is no error.
#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let workplace = Workplace::new();
    for arguments in [&["list"] as &[&str], &["schema"], &["explain", "linear"], &["new", "--out", "-"]] {
        let mut child = workplace.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn several_resources_stand_in_a_table_and_who_got_what_below() {
    let workplace = Workplace::new();
    let scenario = shared::root().join("scenarios/network.toml");
    let said = workplace.succeed(&["run", scenario.to_str().unwrap(), "--set", "run.steps=30", "--no-report"]);
    assert!(said.out.lines().count() < 20, "{}", said.out);
    let row = |name: &str| {
        let row = said.out.lines().find(|line| line.trim_start().starts_with(name));
        row.unwrap_or_else(|| panic!("no row {name}:\n{}", said.out)).split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(row("north")[..3], ["north", "COMPUTE", "posted_price"]);
    assert_eq!(row("cohort"), ["cohort", "agents", "wealth,", "USD", "utility"], "money spent on use is no loss");
    assert_eq!(row("firms")[..2], ["firms", "300"]);
}

#[test]
fn new_writes_a_resource_economy_of_any_rule() {
    let workplace = Workplace::new();
    workplace.succeed(&["new", "cluster", "--allocation", "uniform_price", "--agents", "20", "--steps", "30"]);
    workplace.succeed(&["run", "cluster.toml", "--quiet", "--no-report"]);
    let said = workplace.walras(&["new", "other", "--allocation", "max_mim"]);
    assert!(said.code == Some(2) && said.err.contains("did you mean `max_min`?"), "{said:?}");
    assert_eq!(workplace.walras(&["new", "both", "--allocation", "max_min", "--curve", "linear"]).code, Some(2));
}

#[test]
fn every_shipped_scenario_passes_check() {
    let workplace = Workplace::new();
    let mut count = 0;
    for file in fs::read_dir(shared::root().join("scenarios")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        if let Some(file) = Loaded::from_file(&path, &[]).unwrap().missing_files().first() {
            println!("skipped: {file} of {} is not present", path.display());
            continue;
        }
        workplace.succeed(&["check", path.to_str().unwrap()]);
        count += 1;
    }
    assert!(count > 0, "no scenario is shipped");
}
