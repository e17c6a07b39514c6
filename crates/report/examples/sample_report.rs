//! Writes the report of a made-up run into a folder, to look at.
//!
//! `cargo run -p walras-report --example sample_report -- FOLDER [STEPS]`

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::{env, fs, path::PathBuf};

fn main() -> std::io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| ".".into()));
    let steps = arguments.next().and_then(|steps| steps.parse().ok()).unwrap_or(1_000);
    fs::create_dir_all(&folder)?;
    for (name, data) in [("two-markets", sample::report(steps)), ("one-market", sample::one_market(steps))] {
        fs::write(folder.join(format!("{name}.html")), walras_report::html::page(&data))?;
        for (stem, svg) in walras_report::chart::svg(&data) {
            fs::write(folder.join(format!("{name}-{stem}.svg")), &svg)?;
            let png = walras_report::chart::png(&svg, 2.0).map_err(std::io::Error::other)?;
            fs::write(folder.join(format!("{name}-{stem}.png")), png)?;
        }
    }
    let curve = sample::one_market(10).markets.remove(0).curves.remove(0);
    print!("{}", walras_report::chart::ascii(&curve.points, 72, 20, "supply, TOKEN", "price, CREDIT per TOKEN"));
    Ok(())
}
