//! What `docs/command-line.md` shows is what the command says.

mod shared;

use std::fs;

use shared::Workplace;

/// A command of the page and the output shown below it.
struct Shown {
    command: String,
    output: String,
}

/// Each `text` block that follows a block of one command.
fn shown(page: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut command = None;
    // Between fences, text and code take turns.
    for (index, block) in page.split("```").enumerate() {
        if index % 2 == 0 {
            // Words between the two part them.
            command = command.filter(|_| block.trim().is_empty());
        } else if let Some(commands) = block.strip_prefix("sh\n") {
            command = Some(commands.trim().to_owned()).filter(|command| command.lines().count() == 1);
        } else if let (Some(output), Some(command)) = (block.strip_prefix("text\n"), command.take()) {
            found.push(Shown { command, output: output.to_owned() });
        }
    }
    found
}

#[test]
fn outputs_on_the_page_are_what_is_said() {
    let page = fs::read_to_string(shared::root().join("docs/command-line.md")).unwrap();
    let workplace = Workplace::new();
    fs::create_dir(workplace.path("scenarios")).unwrap();
    let scenario = fs::read_to_string(shared::root().join("scenarios/token-economy.toml")).unwrap();
    workplace.write("scenarios/token-economy.toml", &scenario);
    let shown = shown(&page);
    assert!(shown.len() >= 3, "only {} outputs are shown", shown.len());
    for Shown { command, output } in shown {
        let (command, code) = command.split_once(" # exit code ").unwrap_or((&command, "0"));
        let arguments: Vec<&str> = command.split(' ').skip(1).collect();
        let said = workplace.walras(&arguments);
        assert_eq!(said.code, code.parse().ok(), "{command}: {said:?}");
        let text = if code == "0" { said.out } else { said.err };
        assert_eq!(text.trim_end(), output.trim_end(), "{command}");
    }
}

/// Every flag and every subcommand of the help stands on the page.
#[test]
fn the_page_names_every_command_and_flag() {
    let page = fs::read_to_string(shared::root().join("docs/command-line.md")).unwrap();
    let workplace = Workplace::new();
    let commands = [
        "run",
        "resume",
        "check",
        "new",
        "list",
        "explain",
        "schema",
        "report",
        "verify",
        "account",
        "log",
        "prove",
        "verify-proof",
        "book",
    ];
    for command in commands {
        assert!(page.contains(&format!("walras {command}")), "{command}");
        let help = workplace.succeed(&[command, "--help"]).out;
        let words = help.split(|letter: char| letter.is_whitespace() || ",.`[]=".contains(letter));
        for flag in words.filter(|word| word.starts_with("--") && *word != "--help") {
            assert!(page.contains(flag), "{command} {flag}");
        }
    }
}
