//! Nothing that a scenario file holds, or is, makes reading it costly: limits are checked first.

use std::fs::{self, File};
use std::path::PathBuf;

use walras_scenario::limits::{DEPTH_MAX, HEADERS_MAX, NAME_BYTES_MAX, PARTS_MAX, SCENARIO_BYTES_MAX, TEXT_BYTES_MAX};
use walras_scenario::show::place;
use walras_scenario::text::{load, parse};

fn refused(name: &str, text: &str) -> String {
    let Err(error) = parse(name, text) else { panic!("{} bytes were taken", text.len()) };
    if let Some(span) = error.problem.span {
        assert!(error.sources.written(span).is_some(), "the place is in the text");
    }
    error.to_string()
}

/// An empty directory of this test's own.
fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory to write in");
    directory
}

#[test]
fn a_million_levels_are_refused_before_any_parser_sees_them() {
    let million = 1_000_000;
    let texts = [
        ("s.toml", format!("a = {}", "[".repeat(million))),
        ("s.toml", format!("a = {}{}", "[".repeat(million), "]".repeat(million))),
        ("s.toml", format!("a = {}", "{a=".repeat(million))),
        ("s.toml", format!("a = {}", "[{a=".repeat(million))),
        ("s.toml", format!("a{} = 1", ".a".repeat(million))),
        ("s.toml", format!("[a{}]", ".a".repeat(million))),
        ("s.toml", format!("[[a{}]]", ".'a'".repeat(million))),
        ("s.toml", "[".repeat(million)),
        ("s.json", format!("{{\"a\": {}", "[".repeat(million))),
        ("s.json", "{\"a\":".repeat(million / 2)),
    ];
    for (name, text) in texts {
        assert_eq!(refused(name, &text), format!("tables and lists are nested deeper than {DEPTH_MAX}"));
    }
}

/// Names with dots within braces within names: each small, the product deep.
#[test]
fn levels_of_names_and_brackets_add_up() {
    let name = "a.a.a.a.a.a.a.a";
    let text = |times: usize| format!("{}a = 1{}", format!("{name} = {{ ").repeat(times), " }".repeat(times));
    assert!(parse("s.toml", &text(7)).is_ok());
    assert!(refused("s.toml", &text(8)).starts_with("tables and lists are nested deeper"));
    let header = |dots: usize| format!("[h{}]\n{name} = 1\n", ".h".repeat(dots));
    assert!(parse("s.toml", &header(DEPTH_MAX - 9)).is_ok());
    assert!(refused("s.toml", &header(DEPTH_MAX - 8)).starts_with("tables and lists are nested deeper"));
}

#[test]
fn exactly_the_greatest_depth_is_taken() {
    let nested = |depth: usize| format!("a = {}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse("s.toml", &nested(DEPTH_MAX)).is_ok());
    assert!(parse("s.toml", &nested(DEPTH_MAX + 1)).is_err());
    let nested = |depth: usize| format!("{{\"a\": {}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse("s.json", &nested(DEPTH_MAX)).is_ok());
    assert!(parse("s.json", &nested(DEPTH_MAX + 1)).is_err());
}

#[test]
fn brackets_in_texts_and_comments_are_not_levels() {
    let many = "[".repeat(200);
    let text = format!(
        "# {many}\na = \"{many}\\\"{many}\" # {many}\nb = '{many}'\nc = \"\"\"\n{many}\"\"{many}\"\"\"\"\"\nd = '''{many}\n'{many}'''\n"
    );
    let (value, _) = parse("s.toml", &text).expect("texts only");
    assert_eq!(value.node.to_json()["c"], format!("{many}\"\"{many}\"\""));
    let text = format!("{{\"a\": \"{many}\\\"{many}\\\\\", \"b\": \"\"}}");
    assert!(parse("s.json", &text).is_ok());
    // Dots of numbers are no levels either.
    let floats = vec!["1.5"; 500].join(", ");
    assert!(parse("s.toml", &format!("a = [{floats}]\nb = {{ c = [{floats}] }}\n")).is_ok());
}

#[test]
fn too_many_parts_are_refused() {
    let list = format!("a = [{}]", "1,".repeat(PARTS_MAX));
    assert!(refused("s.toml", &list).contains("more than 262144 keys and items"));
    let list = format!("{{\"a\": [{}1]}}", "1,".repeat(PARTS_MAX));
    assert!(refused("s.json", &list).contains("more than 262144 keys and items"));
    let headers: String = (0..=HEADERS_MAX).map(|number| format!("[a{number}]\n")).collect();
    assert_eq!(refused("s.toml", &headers), "the scenario has more than 8192 tables");
}

#[test]
fn long_names_and_texts_are_refused() {
    let name = "n".repeat(NAME_BYTES_MAX + 1);
    for (file, text) in [("s.toml", format!("{name} = 1")), ("s.json", format!("{{\"{name}\": 1}}"))] {
        assert_eq!(refused(file, &text), "a name of 257 bytes is too long");
    }
    let long = "t".repeat(TEXT_BYTES_MAX + 1);
    for (file, text) in [("s.toml", format!("a = '{long}'")), ("s.json", format!("{{\"a\": \"{long}\"}}"))] {
        assert_eq!(refused(file, &text), "a text of 65537 bytes is too long");
    }
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_unread() {
    let path = directory("large").join("large.toml");
    // Without content: only its length is there to be seen.
    File::create(&path).and_then(|file| file.set_len(100_000_000)).expect("a file");
    let error = load(&path).expect_err("too large");
    let message = format!("`{}` is too large: 100000000 bytes, of at most {SCENARIO_BYTES_MAX}", path.display());
    assert_eq!(error.to_string(), message);
    let text = " ".repeat(SCENARIO_BYTES_MAX as usize + 1);
    assert!(refused("s.toml", &text).contains("is too large: 4194305 bytes"));
}

#[test]
fn a_missing_file_is_reported_with_the_nearest_name() {
    let directory = directory("missing");
    fs::write(directory.join("token-economy.toml"), "seed = 1\n").expect("a file");
    let path = directory.join("token-ecomony.toml");
    let error = load(&path).expect_err("missing");
    assert_eq!(error.to_string(), format!("there is no file `{}`", path.display()));
    let near = directory.join("token-economy.toml");
    assert_eq!(error.problem.help, Some(format!("did you mean `{}`?", near.display())));

    let error = load(&directory.join("other.toml")).expect_err("missing");
    assert_eq!(error.problem.help, None);

    let error = load(&directory.join("scenarios/token-economy.toml")).expect_err("missing");
    let nowhere = directory.join("scenarios");
    assert_eq!(error.problem.help, Some(format!("there is no directory `{}` either", nowhere.display())));
}

#[test]
fn what_is_no_file_is_not_read() {
    let directory = directory("no-file");
    let error = load(&directory).expect_err("a directory");
    assert_eq!(error.to_string(), format!("`{}` is a directory, not a file", directory.display()));
    if cfg!(unix) {
        let error = load(&PathBuf::from("/dev/zero")).expect_err("endless");
        assert_eq!(error.to_string(), "`/dev/zero` is not a regular file");
        fs::write(directory.join("file"), "").expect("a file");
        let error = load(&directory.join("file/within.toml")).expect_err("no directory");
        assert!(error.to_string().ends_with("a part of its path is not a directory"), "{error}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_named_with_their_place() {
    let path = directory("latin1").join("latin1.toml");
    for mark in [&b""[..], &b"\xef\xbb\xbf"[..]] {
        let content = [mark, b"a = 1\nname = \"caf\xe9\"\n"].concat();
        fs::write(&path, content).expect("a file");
        let error = load(&path).expect_err("not UTF-8");
        let at = 17 + mark.len();
        let message = format!("`{}` is not UTF-8: byte {at} (0xe9), on line 2", path.display());
        assert_eq!(error.to_string(), message);
        assert_eq!(place(&error).map(|(_, line, column)| (line, column)), Some((2, 12)));
    }
}
