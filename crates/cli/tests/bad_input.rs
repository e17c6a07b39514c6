//! Whatever is wrong with the input, the command says where and what, with exit code 2, at once and without taking
//! the memory that was asked for.

mod shared;

use std::fs::File;

use shared::{SCENARIO, Said, Workplace};

/// The most address space the command may take while it refuses an input, KiB: far less than what is asked for.
#[cfg(target_os = "linux")]
const MEMORY_KIB: u32 = 768 << 10;

/// Runs the command within a second of processor time and [`MEMORY_KIB`] of memory; beyond either it is killed.
#[cfg(target_os = "linux")]
fn refuse(workplace: &Workplace, arguments: &[&str]) -> Said {
    let limits = format!("ulimit -t 1 && ulimit -v {MEMORY_KIB} && exec \"$@\"");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &limits, "sh", shared::WALRAS]).args(arguments);
    command.current_dir(workplace.path("")).stdin(std::process::Stdio::null());
    judge(shared::said(&command.output().unwrap()), arguments)
}

#[cfg(not(target_os = "linux"))]
fn refuse(workplace: &Workplace, arguments: &[&str]) -> Said {
    judge(workplace.walras(arguments), arguments)
}

fn judge(said: Said, arguments: &[&str]) -> Said {
    assert_eq!(said.code, Some(2), "{arguments:?}: {said:?}");
    assert!(said.out.is_empty() && !said.err.contains("panicked"), "{arguments:?}: {said:?}");
    said
}

/// Writes the small economy with `old` replaced by `new`, runs and checks it, and finds each of `messages` in what
/// both say, the line number and the caret's line among them.
fn wrong(old: &str, new: &str, messages: &[&str]) {
    assert!(SCENARIO.contains(old), "{old}");
    let workplace = Workplace::new();
    let text = SCENARIO.replace(old, new);
    workplace.write("wrong.toml", &text);
    for command in ["check", "run"] {
        let said = refuse(&workplace, &[command, "wrong.toml"]);
        for message in messages {
            assert!(said.err.contains(message), "`{message}` is not in\n{}", said.err);
        }
        assert!(said.err.contains("wrong.toml:") && has_mark(&said.err), "no place in\n{}", said.err);
    }
    assert!(!workplace.path("runs").exists(), "a run was begun");
}

/// Whether a line under the text has a caret, or, under a single character, the stroke that its remark hangs on.
fn has_mark(message: &str) -> bool {
    let under = message.lines().filter_map(|line| line.trim_start().strip_prefix(": "));
    under.map(str::trim_start).any(|mark| mark.starts_with(['^', '|']))
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest() {
    wrong("buy_fee", "buy_fea", &["wrong.toml:13:1", "unknown key `buy_fea`", "did you mean `buy_fee`?"]);
    wrong("[cohorts.traders]", "[shock.one]\n[cohorts.traders]", &["unknown key `shock`", "did you mean `shocks`?"]);
    wrong("slope = 0.001", "slpoe = 0.001", &["wrong.toml:12:", "`slope`"]);
}

#[test]
fn a_wrong_type_is_shown_with_what_was_expected() {
    wrong("steps = 40", "steps = \"forty\"", &["wrong.toml:3:9", "a whole number", "found a text"]);
    wrong("buy_fee = 0.01", "buy_fee = true", &["wrong.toml:13:11", "a number", "found a flag"]);
    wrong("size = 30", "size = 30.5", &["wrong.toml:16:8", "a whole number", "found a number"]);
}

#[test]
fn a_number_out_of_range_is_shown_with_the_range() {
    wrong("buy_fee = 0.01", "buy_fee = 1.5", &["wrong.toml:13:11", "1.5 is out of range", "at least 0 and below 1"]);
    wrong("steps = 40", "steps = 0", &["wrong.toml:3:9", "0 is out of range", "at least 1"]);
    wrong("slope = 0.001", "slope = -1", &["wrong.toml:12:", "-1 is out of range", "at least 0"]);
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for number in ["nan", "inf", "-inf", "+nan"] {
        wrong("intercept = 0.5", &format!("intercept = {number}"), &["wrong.toml:12:", "finite"]);
    }
    wrong("intercept = 0.5", "intercept = 1e999", &["wrong.toml:12:", "too large"]);
}

#[test]
fn more_agents_than_there_can_be_are_refused_before_anything_is_allocated() {
    let million_million_million = "size = 1_000_000_000_000_000_000";
    wrong("size = 30", million_million_million, &["wrong.toml:16:8", "out of range", "at most 2147483648"]);
    wrong("size = 30", "size = 99999999999999999999", &["wrong.toml:16:8", "beyond 64 bits"]);
}

/// Two thousand million agents are allowed, but take more memory than this machine, or any test machine, has.
#[test]
fn more_agents_than_memory_holds_are_refused_before_anything_is_allocated() {
    let cohorts: String = (0..20)
        .map(|number| format!("[cohorts.c{number}]\nsize = 2147483648\nbalance = 1.0\npolicy = \"momentum\"\n"))
        .collect();
    let workplace = Workplace::new();
    workplace.write("wrong.toml", &format!("{SCENARIO}\n{cohorts}"));
    for command in ["check", "run"] {
        let said = refuse(&workplace, &[command, "wrong.toml"]);
        assert!(said.err.contains("GiB of memory") && said.err.contains("2147483648 agents"), "{}", said.err);
    }
}

#[test]
fn an_unknown_kind_is_shown_with_the_nearest() {
    wrong("\"linear\"", "\"liner\"", &["wrong.toml:12:", "no curve called `liner`", "did you mean `linear`?"]);
    wrong("\"logistic\"", "\"logistics\"", &["wrong.toml:18:", "no policy called", "did you mean `logistic`?"]);
    wrong("kind = \"curve\"", "kind = \"zzz\"", &["wrong.toml:10:8", "no market called `zzz`", "curve"]);
}

#[test]
fn a_misspelt_reference_is_shown_with_the_nearest() {
    wrong(
        "asset = \"TOKEN\"",
        "asset = \"TOKNE\"",
        &["wrong.toml:11:9", "no asset called `TOKNE`", "did you mean `TOKEN`?"],
    );
    wrong("size = 30", "size = 30\nmarkets = [\"lunch\"]", &["wrong.toml:17:12", "did you mean `launch`?"]);
}

#[test]
fn a_missing_key_is_shown_with_what_it_needs() {
    wrong("steps = 40", "", &["`steps` is missing", "a whole number"]);
    wrong("kind = \"linear\", slope", "slope", &["wrong.toml:12:", "`kind` is missing"]);
}

#[test]
fn text_that_is_no_toml_is_shown_where_it_goes_wrong() {
    wrong("steps = 40", "steps = ", &["wrong.toml:3:"]);
    wrong("steps = 40", "steps = 40\nsteps = 41", &["wrong.toml:4:"]);
}

#[test]
fn a_missing_file_is_said_with_the_nearest() {
    let workplace = Workplace::new();
    let said = refuse(&workplace, &["run", "smal.toml"]);
    assert!(
        said.err.contains("no file `smal.toml`") && said.err.contains("did you mean `small.toml`?"),
        "{}",
        said.err
    );
    let said = refuse(&workplace, &["check", "nowhere/small.toml"]);
    assert!(said.err.contains("no directory `nowhere`"), "{}", said.err);
    let said = refuse(&workplace, &["check", "."]);
    assert!(said.err.contains("is a directory"), "{}", said.err);
}

#[test]
fn a_missing_data_file_is_said_with_the_place_that_names_it() {
    let feed = "[feeds.value]\nasset = \"TOKEN\"\nfile = \"prices.csv\"\ncolumn = \"close\"\n";
    wrong("[cohorts.traders]", &format!("{feed}\n[cohorts.traders]"), &["prices.csv"]);
}

#[test]
fn missing_data_files_are_listed_for_programs_and_said_to_people() {
    let workplace = Workplace::new();
    let text = workplace.read("small.toml");
    let feed = "[feeds.value]\nasset = \"TOKEN\"\nfile = \"data/prices.csv\"\ncolumn = \"close\"\n";
    workplace.write("without.toml", &format!("{text}\n{feed}"));
    let said = workplace.walras(&["check", "without.toml", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &answer["missing_files"]), (Some(2), &serde_json::json!(["data/prices.csv"])));
    for words in ["without.toml", "data/prices.csv", "where to get it"] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
}

#[test]
fn a_file_of_100_megabytes_is_refused_unread() {
    let workplace = Workplace::new();
    File::create(workplace.path("large.toml")).unwrap().set_len(100_000_000).unwrap();
    for command in ["check", "run"] {
        let said = refuse(&workplace, &[command, "large.toml"]);
        assert!(said.err.contains("too large: 100000000 bytes"), "{}", said.err);
    }
}

#[test]
fn deep_nesting_is_refused() {
    let workplace = Workplace::new();
    for (name, open, close) in [("lists", "[", "]"), ("tables", "{ a = ", " }")] {
        let text = format!("deep = {}1{}", open.repeat(100_000), close.repeat(100_000));
        workplace.write("deep.toml", &text);
        let said = refuse(&workplace, &["check", "deep.toml"]);
        assert!(
            said.err.contains("nested deeper than 64") && said.err.contains("deep.toml:1:"),
            "{name}: {}",
            said.err
        );
    }
    workplace.write("deep.toml", &format!("[{}]\n", vec!["a"; 100_000].join(".")));
    assert!(refuse(&workplace, &["check", "deep.toml"]).err.contains("nested deeper than 64"));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("bytes.toml"), [b"a = 1\n".as_slice(), &[0xff, 0xfe, 0, 1]].concat()).unwrap();
    assert!(refuse(&workplace, &["check", "bytes.toml"]).err.contains("not UTF-8"));
}

#[test]
fn a_bad_override_is_shown_as_it_was_typed() {
    let workplace = Workplace::new();
    for (set, message) in [
        ("markets.launch.curve.slpe=1", "did you mean `slope`?"),
        ("run.steps", "an override needs a value"),
        ("run.steps=", "an override needs a value"),
        ("run.steps=many", "expected a whole number, found a text"),
        ("run.steps.more=1", "not a table"),
        ("=1", "a part of the path is empty"),
        ("cohorts.traders.size=1e30", "a whole number"),
    ] {
        for command in ["check", "run"] {
            let said = refuse(&workplace, &[command, "small.toml", "--set", set]);
            assert!(said.err.contains(message) && said.err.contains("--set:1:"), "{set}: {}", said.err);
        }
    }
}

#[test]
fn a_message_reads_as_this() {
    let workplace = Workplace::new();
    workplace.write("wrong.toml", &format!("{SCENARIO}\n[numeraire]\ndecimlas = 2\n"));
    let expected = "  x unknown key `decimlas`
    ,-[wrong.toml:21:1]
 20 | [numeraire]
 21 | decimlas = 2
    : ^^^^|^^^
    :     `-- expected kind, name or decimals
    `----
  help: did you mean `decimals`?
";
    assert_eq!(refuse(&workplace, &["check", "wrong.toml"]).err, expected);
}

#[test]
fn with_json_errors_are_one_object() {
    let workplace = Workplace::new();
    workplace.write("wrong.toml", &SCENARIO.replace("buy_fee", "buy_fea"));
    let object = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&refuse(&workplace, &[arguments, &["--json"]].concat()).err).unwrap()
    };
    let error = object(&["check", "wrong.toml"]);
    assert_eq!(
        (error["file"].as_str(), error["line"].as_u64(), error["column"].as_u64()),
        (Some("wrong.toml"), Some(13), Some(1))
    );
    assert_eq!(error["help"], "did you mean `buy_fee`?");
    assert!(object(&["explain", "liner"])["help"].as_str().unwrap().contains("linear"));
    assert!(object(&["run"])["message"].as_str().unwrap().contains("SCENARIO"));
}

#[test]
fn wrong_usage_is_said_with_what_is_right() {
    let workplace = Workplace::new();
    for (arguments, message) in [
        (&["chekc", "small.toml"] as &[&str], "'check'"),
        (&["run"], "<SCENARIO>"),
        (&["run", "small.toml", "--sed", "3"], "--seed"),
        (&["run", "small.toml", "--seed", "many"], "many"),
        (&["run", "small.toml", "--threads", "0"], "from 1 to"),
        (&["list", "polcy"], "did you mean `policy`?"),
        (&["explain", "logstic"], "did you mean `logistic`?"),
        (&["explain", "curve/logistic"], "no curve called `logistic`"),
        (&["explain", "logistic", "--svg", "plot.svg"], "not a curve"),
        (&["new", "--curve", "liner"], "did you mean `linear`?"),
        (&["new", "--policy", "logistics"], "did you mean `logistic`?"),
        (&["new", "--agents", "1000000000000000000"], "--agents"),
        (&["new", "--agents", "0"], "--agents"),
        (&["resume", "small.toml"], "small.toml"),
        (&["resume", "nowhere"], "is this the directory of a run?"),
        (&["report", "nowhere"], "is this the directory of a run?"),
        (&["verify", "nowhere"], "is this the directory of a run?"),
        (&["account", "nowhere", "--agent", "0"], "is this the directory of a run?"),
    ] {
        let said = refuse(&workplace, arguments);
        assert!(said.err.contains(message), "{arguments:?}: `{message}` is not in\n{}", said.err);
    }
}

/// On a terminal, which `script` plays here, a message is coloured, unless `NO_COLOR` is set.
#[cfg(target_os = "linux")]
#[test]
fn colour_is_for_terminals_that_want_it() {
    use std::process::{Command, Stdio};

    let workplace = Workplace::new();
    let seen = |no_color: bool| {
        let mut script = Command::new("script");
        script.args(["-qec", &format!("{} check smal.toml", shared::WALRAS), "/dev/null"]);
        script.current_dir(workplace.path("")).stdin(Stdio::null()).env("TERM", "xterm").env_remove("NO_COLOR");
        if no_color {
            script.env("NO_COLOR", "1");
        }
        script.output().ok().map(|output| shared::said(&output))
    };
    let (Some(coloured), Some(plain)) = (seen(false), seen(true)) else {
        println!("skipped: there is no `script` to play a terminal");
        return;
    };
    assert_eq!((coloured.code, plain.code), (Some(2), Some(2)));
    assert!(coloured.out.contains("\u{1b}[") && coloured.out.contains("small.toml"), "{}", coloured.out);
    assert!(!plain.out.contains("\u{1b}[") && plain.out.contains("small.toml"), "{}", plain.out);
}
