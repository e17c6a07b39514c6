//! `walras verify-proof`: a proof is held to a root, with nothing of the run it came from.

use std::path::PathBuf;

use serde_json::json;
use walras_record::log::{LogHash, LogHeads, ProofError, ProofFile, TreeHead};
use walras_record::{Manifest, RecordError, RunDirectory};
use walras_report::number::count;

use crate::failure::{Exit, Failure};
use crate::layout::wrapped;
use crate::terminal::Terminal;

/// Check a proof that `walras prove` made against the root of the log, known from elsewhere.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("trusted").required(true)))]
pub(crate) struct Arguments {
    /// The proof.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The root of the log: 64 hexadecimal digits. Of a proof of consistency, the later root.
    #[arg(long, value_name = "HEX", group = "trusted")]
    root: Option<LogHash>,
    /// How many entries that root is of; without it, the proof is believed that much.
    #[arg(long, value_name = "N", requires = "root")]
    size: Option<u64>,
    /// Take the root from the manifest of this run instead: any that its log had at the end of a step.
    #[arg(long, value_name = "RUN", group = "trusted")]
    run: Option<PathBuf>,
}

impl Arguments {
    /// Checks it.
    ///
    /// # Errors
    /// When the file is no proof, or the run no run. A proof that does not hold is no error but an exit code.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let advised = |error: RecordError| {
            Failure::bad_input_with_help(error.to_string(), "a proof is a file that `walras prove` writes")
        };
        let proof = ProofFile::read(&self.file).map_err(advised)?;
        let found = match (&self.run, self.root) {
            (Some(run), _) => {
                let heads = Manifest::read(&RunDirectory::at(run).manifest())?.log;
                against_run(&proof, &heads)
            }
            (None, Some(root)) => against(&proof, &TreeHead { size: self.size.unwrap_or(proof.head().size), root }),
            (None, None) => return Err(Failure::bad_input("say which root to trust: --root or --run")),
        };
        let ok = found.is_ok();
        let detail = found.map_or_else(|why| why, |()| shown(&proof));
        if terminal.json {
            terminal.object(&self.json(&proof, ok, &detail))?;
        } else {
            let mark = if ok { terminal.good("✓") } else { terminal.bad("✗") };
            let text = wrapped(&detail, 2, terminal.width);
            terminal.write(&format!("{mark} {}", text.trim_start()))?;
            if let (ProofFile::Inclusion { entry, .. }, true) = (&proof, ok) {
                terminal.line(&format!("  {entry}"))?;
            }
            if ok && self.run.is_none() && self.size.is_none() {
                let note = "How many entries that root is of is the proof's own word; --size holds it to yours.";
                terminal.line(&terminal.faint(&format!("  {note}")))?;
            }
        }
        Ok(if ok { Exit::Success } else { Exit::Failed })
    }

    fn json(&self, proof: &ProofFile, ok: bool, detail: &str) -> serde_json::Value {
        let head = proof.head();
        let (kind, entry, index) = match proof {
            ProofFile::Inclusion { entry, proof, .. } => ("inclusion", Some(entry), Some(proof.index)),
            ProofFile::Consistency { .. } => ("consistency", None, None),
        };
        json!({
            "ok": ok,
            "detail": detail,
            "proof": kind,
            "size": head.size,
            "size_trusted": self.run.is_some() || self.size.is_some(),
            "root": head.root,
            "index": index,
            "entry": entry,
            "first": proof.first_head(),
        })
    }
}

fn against(proof: &ProofFile, head: &TreeHead) -> Result<(), String> {
    proof.verify(head).map_err(|why: ProofError| why.to_string())
}

/// Against a run's heads: the proof may have been made while the run was under way.
fn against_run(proof: &ProofFile, heads: &LogHeads) -> Result<(), String> {
    let unknown = std::iter::once(proof.head()).chain(proof.first_head()).find(|head| !heads.had(head));
    if let Some(TreeHead { size, root }) = unknown {
        return Err(format!("the run's log never had {size} entries with the root {root}, of which the proof is"));
    }
    against(proof, &proof.head())
}

/// What a proof that holds shows.
fn shown(proof: &ProofFile) -> String {
    let TreeHead { size, root } = proof.head();
    let entries = |size: u64| if size == 1 { "1 entry".to_owned() } else { format!("{} entries", count(size)) };
    let size = entries(size);
    match (proof, proof.first_head()) {
        (ProofFile::Inclusion { proof, .. }, _) => {
            format!("Entry {} is in the log of {size} with the root {root}:", count(proof.index))
        }
        (ProofFile::Consistency { .. }, first) => {
            let (before, first) =
                first.map_or_else(Default::default, |head| (entries(head.size), head.root.to_string()));
            format!("The log of {size} with the root {root} begins with the log of {before} with the root {first}.")
        }
    }
}
