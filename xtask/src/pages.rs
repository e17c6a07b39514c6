//! The generated parts of the pages: what `walras list` and `walras explain` say, charts of real runs, and packages.
//!
//! A part stands between `<!-- generated: WHAT -->` and `<!-- end -->`. WHAT is one of
//!
//! - `entries FOLDER`: a section for each entry, with its parameters, and for curves a plot;
//! - `keys FOLDER/NAME`: the parameters of one entry;
//! - `excerpt FILE SECTION …`: sections of a scenario as they stand in the file, with the comments above them;
//! - `chart SCENARIO STEM [PATH=VALUE …]`: one chart of the report of a run with these overrides;
//! - `comparison FOLDER`: what runs of all scenarios of a folder came to, side by side;
//! - `packages`: the packages linked into the command.

mod chart;
mod comparison;
mod listing;

use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::split;
use crate::project::Project;
use crate::stage::{Doing, Failure, Outcome};
use crate::third_party;
use listing::Listing;

const BEGIN: &str = "<!-- generated: ";
const BEGIN_CLOSE: &str = " -->";
const END: &str = "<!-- end -->";

/// A file as it should be.
struct Page {
    path: PathBuf,
    text: String,
}

/// Writes every generated part anew.
///
/// # Errors
/// When a part cannot be made or a file not be written.
pub(crate) fn write(project: &Project) -> Outcome {
    for page in generate(project)? {
        if fs::read_to_string(&page.path).is_ok_and(|old| old == page.text) {
            continue;
        }
        let doing = || format!("writing {}", page.path.display());
        fs::create_dir_all(page.path.parent().unwrap_or(&project.root)).doing(doing)?;
        fs::write(&page.path, &page.text).doing(doing)?;
        println!("wrote {}", page.path.display());
    }
    for image in unused_images(project)? {
        fs::remove_file(&image).doing(|| format!("removing {}", image.display()))?;
        println!("removed {}, which no page shows", image.display());
    }
    Ok(())
}

/// Compares every generated part with what it should be.
///
/// # Errors
/// When one is stale, or an image is shown nowhere.
pub(crate) fn check(project: &Project) -> Outcome {
    let pages = generate(project)?;
    let count = pages.len();
    let stale = pages.into_iter().filter(|page| fs::read_to_string(&page.path).is_ok_and(|now| now != page.text));
    let missing: Vec<PathBuf> = stale.map(|page| page.path).chain(unused_images(project)?).collect();
    match missing.first() {
        None => {
            println!("{count} pages and images are up to date");
            Ok(())
        }
        Some(first) => Err(Failure(format!("{} is stale: run `cargo xtask docs`", first.display()))),
    }
}

/// Every page that has generated parts, and every image in them.
fn generate(project: &Project) -> Outcome<Vec<Page>> {
    let walras = project.release()?;
    let listing = Listing::ask(&walras)?;
    let mut paths = project.pages()?;
    paths.push(project.root.join("THIRD-PARTY.md"));
    let mut generator = Generator { project, walras, listing, images: Vec::new() };
    let mut pages = Vec::new();
    for path in paths {
        let old = fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
        let text = generator.page(&path, &old)?;
        pages.push(Page { path, text });
    }
    pages.append(&mut generator.images);
    Ok(pages)
}

struct Generator<'a> {
    project: &'a Project,
    walras: PathBuf,
    listing: Listing,
    images: Vec<Page>,
}

impl Generator<'_> {
    /// The page with every generated part made anew.
    fn page(&mut self, path: &Path, old: &str) -> Outcome<String> {
        let mut text = String::new();
        let mut rest = old;
        while let Some((before, after)) = rest.split_once(BEGIN) {
            let at = || format!("{}: the part `{}`", path.display(), after.lines().next().unwrap_or_default());
            let wrong = |what: &str| Failure(format!("{} {what}", at()));
            let (what, after) = after.split_once(BEGIN_CLOSE).ok_or_else(|| wrong("does not close its comment"))?;
            let (_, after) = after.split_once(END).ok_or_else(|| wrong(&format!("has no `{END}`")))?;
            let part = self.part(path, what).map_err(|Failure(why)| Failure(format!("{}: {why}", at())))?;
            text += &format!("{before}{BEGIN}{what}{BEGIN_CLOSE}\n\n{}\n\n{END}", part.trim());
            rest = after;
        }
        text += rest;
        Ok(text)
    }

    fn part(&mut self, page: &Path, what: &str) -> Outcome<String> {
        let words = split(what);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["entries", folder] => self.entries(folder),
            ["keys", name] => self.listing.keys(name),
            ["chart", scenario, stem, overrides @ ..] => {
                let page = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let mut numbered = (1..).map(|number| match number {
                    1 => format!("{page}-{stem}.svg"),
                    _ => format!("{page}-{stem}-{number}.svg"),
                });
                let name = numbered.find(|name| !self.images.iter().any(|image| image.path.ends_with(name)));
                let name = name.unwrap_or_default();
                let made = chart::of_run(self.project, &self.walras, scenario, stem, overrides)?;
                self.image(&name, made)?;
                let prefix = if page == "README" { "docs/" } else { "" };
                let with = overrides.iter().map(|set| format!(" `{set}`")).collect::<String>();
                let caption = if with.is_empty() { String::new() } else { format!(" with{with}") };
                Ok(format!("![{stem} of {scenario}]({prefix}images/{name})\n\n*A run of `{scenario}`{caption}.*"))
            }
            ["excerpt", file, sections @ ..] => {
                let path = self.project.root.join(file);
                let text = fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
                excerpt(&text, sections)
            }
            ["comparison", folder] => comparison::of_folder(self.project, &self.walras, folder),
            ["packages"] => third_party::table(self.project),
            _ => Err(Failure("is not a part that can be generated: see xtask/src/pages.rs".to_owned())),
        }
    }

    fn entries(&mut self, folder: &str) -> Outcome<String> {
        let mut text = String::new();
        for name in self.listing.names(folder)? {
            let plot = if folder == "curve" {
                let image = format!("{folder}-{name}.svg");
                let made = chart::of_curve(self.project, &self.walras, &name)?;
                self.image(&image, made)?;
                Some(format!("images/{image}"))
            } else {
                None
            };
            text += &self.listing.section(folder, &name, plot.as_deref())?;
        }
        Ok(text)
    }

    fn image(&mut self, name: &str, text: String) -> Outcome {
        if !text.contains("<svg") {
            return Err(Failure(format!("{name} is no SVG image")));
        }
        self.images.push(Page { path: self.project.root.join("docs/images").join(name), text });
        Ok(())
    }
}

/// The sections of a scenario with these headers, each with the comments right above it.
fn excerpt(text: &str, sections: &[&str]) -> Outcome<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for section in sections {
        let header = format!("[{section}]");
        let Some(start) = lines.iter().position(|line| *line == header) else {
            return Err(Failure(format!("the file has no section `{header}`")));
        };
        let above = lines[..start].iter().rev().take_while(|line| line.starts_with('#')).count();
        let below = lines[start + 1..].iter().take_while(|line| !line.starts_with('[')).count();
        let mut section = &lines[start - above..=start + below];
        // Blank lines, and comments that belong to the next section.
        while let [rest @ .., last] = section
            && (last.is_empty() || last.starts_with('#'))
        {
            section = rest;
        }
        found.push(section.join("\n"));
    }
    Ok(format!("```toml\n{}\n```", found.join("\n\n")))
}

/// Images in `docs/images` that no page shows.
fn unused_images(project: &Project) -> Outcome<Vec<PathBuf>> {
    let texts: Vec<String> = project.pages()?.iter().filter_map(|page| fs::read_to_string(page).ok()).collect();
    let mut images = project.files("docs/images", "svg")?;
    images.retain(|image| {
        let name = image.file_name().unwrap_or_default().to_string_lossy();
        !texts.iter().any(|text| text.contains(&*name))
    });
    Ok(images)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_a_section_with_the_comments_above_it() {
        let text = "# The file.\n\n[run]\nsteps = 1\n\n# Where.\n# Why.\n[markets.a]\nx = 1 # one\n# two\ny = 2\n\n# Who.\n[b]\n";
        assert_eq!(excerpt(text, &["run"]).unwrap(), "```toml\n[run]\nsteps = 1\n```");
        let both = "```toml\n[run]\nsteps = 1\n\n# Where.\n# Why.\n[markets.a]\nx = 1 # one\n# two\ny = 2\n```";
        assert_eq!(excerpt(text, &["run", "markets.a"]).unwrap(), both);
        assert!(excerpt(text, &["markets"]).is_err());
    }
}
