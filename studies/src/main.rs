//! `cargo run --release -p walras-studies -- [NAME …] [--full] [--markdown]`: measures published results again.

use std::process::ExitCode;

use walras_studies::{STUDIES, Size, Study, find, page};

/// What stands above the tables of the page.
const PREAMBLE: &str = "# Studies

Published results, measured again with this code. Each study is one file in `studies/src`, with its scenario, and a test
that fails when the claim fails. A standard error is by independent seeds; *none* stands where no chance enters. Where the
source gives no tolerance, it is this project's. What is not reproduced is shown as well, and left out of the test.

`cargo run --release -p walras-studies -- NAME --full` measures one; with `--markdown` and no name it writes this page.
";

fn main() -> ExitCode {
    let (flags, names): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    if let Some(unknown) = flags.iter().find(|flag| !["--full", "--markdown"].contains(&flag.as_str())) {
        eprintln!("`{unknown}` is neither `--full` nor `--markdown`");
        return ExitCode::from(2);
    }
    let given = |flag: &str| flags.iter().any(|one| one == flag);
    let size = if given("--full") { Size::Full } else { Size::Ordinary };
    let mut chosen: Vec<&Study> = Vec::new();
    for name in &names {
        let Some(study) = find(name) else {
            let known: Vec<&str> = STUDIES.iter().map(|study| study.name).collect();
            eprintln!("there is no study `{name}`; there are {}", known.join(", "));
            return ExitCode::from(2);
        };
        chosen.push(study);
    }
    if names.is_empty() {
        chosen.extend(&STUDIES);
    }
    let markdown = given("--markdown");
    if markdown {
        print!("{PREAMBLE}");
    }
    for study in chosen {
        print!("{}", if markdown { page::markdown(study, size) } else { page::lines(study, size) });
    }
    ExitCode::SUCCESS
}
