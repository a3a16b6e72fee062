//! How well wraps are repaired, over layouts of the whole grid: `just score`.
//!
//! Every line end of running text is a decision: the paragraph goes on (a join) or ends (a break). Prints precision,
//! recall and F1 of both, the share of paragraphs that come back exactly, and whether a score under
//! [`Join::DOUBTFUL`](jianbao::model::Join::DOUBTFUL) points at the wrong decisions; then the documents of all families.
//! The last line is JSON. Fails if a target is missed. `--show N` prints the first N wrong decisions of each row with
//! the lines around.

#[path = "../families/compare.rs"]
mod compare;
mod count;
#[path = "../families/gold.rs"]
mod gold;
mod grid;
#[path = "../layouts/mod.rs"]
mod layouts;
mod table;

use std::path::Path;
use std::process::ExitCode;

use jianbao::rules::RuleSet;
use layouts::Indent;

/// Least F1 of joins, by what became of the indent. Without one in print either, a full last line says nothing.
const TARGETS: &[(Indent, &str, Option<f64>)] =
    &[(Indent::Kept, "kept", Some(0.999)), (Indent::Lost, "lost", Some(0.99)), (Indent::None, "none", None)];

#[expect(clippy::disallowed_methods, reason = "a program of its own reads its arguments")]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let show = args.iter().position(|arg| arg == "--show").and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(0);
    let rules = RuleSet::builtin();
    let rows: Vec<table::Row> = TARGETS
        .iter()
        .map(|&(indent, name, target)| table::Row { name, target, counts: grid::count(indent, &rules, show) })
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [("families", "tests/families/documents"), ("real documents", "../shared/corpus")];
    let read: Vec<table::Read> = folders
        .iter()
        .filter(|(_, folder)| root.join(folder).is_dir())
        .map(|&(name, folder)| table::Read::of(name, &root.join(folder), &rules))
        .collect();
    table::print(&rows, &read);
    let met = rows.iter().all(table::Row::is_met) && read.iter().all(table::Read::is_perfect);
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
