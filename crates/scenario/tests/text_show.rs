//! An error is shown with its line, a caret under its place, what was expected, and advice.

use walras_catalog::{Problem, Span};
use walras_scenario::show::{Form, place, show};
use walras_scenario::text::{ScenarioError, Sources, parse};

fn error(text: &str, start: usize, end: usize) -> ScenarioError {
    let span = Span { source: 0, start, end };
    let problem = Problem::at(span, "this is wrong", "something else");
    ScenarioError { problem, sources: Sources::new("s.toml", text) }
}

fn plain(text: &str, start: usize, end: usize) -> String {
    show(&error(text, start, end), Form::Plain)
}

/// The line with the place and the line with the mark, behind the frame.
fn marked(drawing: &str) -> (String, String) {
    let lines: Vec<&str> = drawing.lines().collect();
    let at = lines.iter().position(|line| line.trim_start().starts_with(':')).expect("a mark");
    let behind = |line: &str| line.split_once(['|', ':']).map_or("", |(_, text)| text).to_owned();
    (behind(lines[at - 1]), behind(lines[at]))
}

#[test]
fn a_file_error_has_its_line_caret_expectation_and_help() {
    let text = "[agents]\ncount = 10\nkind = linear\n\n[market]\n";
    let mut error = *parse("economy.toml", text).expect_err("not quoted");
    error.problem.help = Some("write kind = \"linear\"".to_owned());
    let expected = "  x this is not valid TOML: string values must be quoted
   ,-[economy.toml:3:8]
 2 | count = 10
 3 | kind = linear
   :        ^^^|^^
   :           `-- expected a number, or a text in quotes
   `----
  help: write kind = \"linear\"
";
    assert_eq!(show(&error, Form::Plain), expected);
}

#[test]
fn a_terminal_gets_colours_and_drawn_lines() {
    let drawing = show(&error("a = 1\n", 4, 5), Form::Terminal { width: 80 });
    assert!(drawing.contains("\u{1b}[") && drawing.contains("╭─") && drawing.contains("something else"), "{drawing}");
    assert!(!show(&error("a = 1\n", 4, 5), Form::Plain).contains('\u{1b}'));
}

#[test]
fn json_has_lines_and_characters_from_one() {
    let mut error = error("a = 1\nname = 'é'; b\n", 18, 19);
    error.problem.help = Some("do".to_owned());
    let expected =
        r#"{"message":"this is wrong","file":"s.toml","line":2,"column":12,"expected":"something else","help":"do"}"#;
    assert_eq!(show(&error, Form::Json), format!("{expected}\n"));
    error.problem = Problem::nowhere("there is no file `s.toml`");
    let expected = r#"{"message":"there is no file `s.toml`","file":"s.toml","line":null,"column":null,"expected":null,"help":null}"#;
    assert_eq!(show(&error, Form::Json), format!("{expected}\n"));
    assert_eq!(show(&error, Form::Plain), "  x there is no file `s.toml`\n");
}

#[test]
fn the_caret_stands_right_behind_tabs_and_wide_characters() {
    let (line, mark) = marked(&plain("\tname = 'x', bad\n", 13, 16));
    assert_eq!((line.find("bad"), mark.find('^')), (Some(17), Some(17)));
    // Two of these characters take two columns each, one takes one.
    let text = "n = '日本é', bad\n";
    let start = text.find("bad").expect("it is there");
    let (line, mark) = marked(&plain(text, start, start + 3));
    let columns: usize =
        line.split("bad").next().unwrap_or_default().chars().map(|c| if c >= '日' { 2 } else { 1 }).sum();
    assert_eq!(mark.find('^'), Some(columns));
}

#[test]
fn a_place_at_the_end_of_the_text_is_at_its_last_line() {
    let expected = "  x this is wrong
   ,-[s.toml:2:6]
 1 | a = 1
 2 | b = [
   :      ^
   :      `-- something else
   `----
";
    assert_eq!(plain("a = 1\nb = [\n\n\n", 14, 14), expected);
    assert_eq!(plain("a = 1\nb = [", 11, 11), expected);
    assert!(plain("", 0, 0).contains("[s.toml:1:1]"));
}

#[test]
fn of_a_place_over_many_lines_the_first_is_marked() {
    let (line, mark) = marked(&plain("a = [\n1,\n2\n]\nb = 1\n", 4, 12));
    assert_eq!((line.trim(), mark.trim()), ("a = [", "|"));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("a = [{}bad, {}]\n", "1, ".repeat(1000), "2, ".repeat(1000));
    let start = text.find("bad").expect("it is there");
    for form in [Form::Plain, Form::Terminal { width: 60 }] {
        let drawing = show(&error(&text, start, start + 3), form);
        assert!(drawing.contains(", 1, bad, 2, 2, ") && drawing.contains("s.toml:1:3006"), "{drawing}");
        let line = drawing.lines().find(|line| line.contains("bad, ")).expect("the line");
        assert_eq!(line.matches('…').count(), 2, "{line}");
    }
    assert!(plain(&text, start, start + 3).lines().all(|line| line.chars().count() <= 100));
    let (line, mark) = marked(&plain(&text, start, start + 3));
    let column = line.split("bad").next().unwrap_or_default().chars().count();
    assert_eq!(mark.chars().position(|c| c == '^'), Some(column));
    // The mark ends where the line was cut.
    assert!(plain(&text, 4, text.len() - 1).lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_long_expectation_is_folded() {
    let mut error = error("a = 1\n", 4, 5);
    error.problem.expected = format!("expected {}", vec!["something"; 40].join(", "));
    error.problem.message = "word ".repeat(1000);
    let drawing = show(&error, Form::Plain);
    assert!(drawing.lines().all(|line| line.chars().count() <= 100), "{drawing}");
    assert_eq!(drawing.matches("something").count(), 40);
    assert!(drawing.lines().count() < 20, "{drawing}");
}

#[test]
fn what_a_file_holds_cannot_command_the_terminal() {
    let text = "a = \"\u{1b}[2J\u{202e}\" \u{8}\r\nb\u{1b} = 1\r\n";
    let mut error = error(text, 4, 14);
    error.problem.message = "unknown key `b\u{1b}]0;x`".to_owned();
    let drawing = show(&error, Form::Plain);
    assert!(!drawing.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{drawing:?}");
    assert!(drawing.contains("a = \"\u{fffd}[2J\u{fffd}\""), "{drawing}");
}

/// Every place of a text that is awkward in all ways, and some outside it, can be shown.
#[test]
fn any_place_can_be_shown() {
    let text = "\ta = 'é日'\r\n\r\n\n  \n[x]\n\u{200b}y\u{301} = 1 \n\n";
    for start in 0..text.len() + 3 {
        for end in [start, start + 1, start + 2, start + 20] {
            let error = error(text, start, end);
            for form in [Form::Plain, Form::Terminal { width: 1 }, Form::Json] {
                assert!(show(&error, form).contains("this is wrong"), "{start}..{end}");
            }
            let (_, line, column) = place(&error).expect("a place");
            let shown = text.lines().nth(line - 1).expect("a line of the text");
            assert!(column <= shown.chars().count() + 1, "{start}: {line}:{column}");
            assert!(show(&error, Form::Plain).contains("something else"), "{start}..{end}");
        }
    }
}
