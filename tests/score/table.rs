//! The figures as a table, and as one line of JSON.

use std::path::{Path, PathBuf};

use jianbao::rules::RuleSet;
use serde_json::json;

use crate::count::Counts;
use crate::{compare, gold};

/// All layouts of one kind of indent.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Least F1 of joins.
    pub(crate) target: Option<f64>,
    pub(crate) counts: Counts,
}

impl Row {
    pub(crate) fn is_met(&self) -> bool {
        self.target.is_none_or(|target| self.counts.joins()[2] >= target)
    }
}

/// Documents with a reader's answers.
pub(crate) struct Read {
    name: &'static str,
    documents: usize,
    perfect: usize,
    misses: usize,
}

impl Read {
    pub(crate) fn of(name: &'static str, folder: &Path, rules: &RuleSet) -> Self {
        let misses_of =
            |answer: &PathBuf| compare::misses(&gold::read(answer), &gold::document_of(answer, rules)).len();
        let misses: Vec<usize> = gold::answers(folder).iter().map(misses_of).collect();
        let perfect = misses.iter().filter(|misses| **misses == 0).count();
        Self { name, documents: misses.len(), perfect, misses: misses.iter().sum() }
    }

    pub(crate) fn is_perfect(&self) -> bool {
        self.perfect == self.documents
    }
}

/// Prints all figures.
#[expect(clippy::print_stdout, reason = "this is what was asked for")]
pub(crate) fn print(rows: &[Row], read: &[Read]) {
    println!(
        "indent  layouts  line ends  joins: P       R       F1       target  breaks: P      R       F1       paragraphs exact  doubtful  of wrong"
    );
    for row in rows {
        let counts = &row.counts;
        let [joins, breaks] = [counts.joins(), counts.breaks()].map(|it| it.map(|it| format!("{it:.5}")).join(" "));
        let ends = counts.joins_found + counts.breaks_found + counts.wrong();
        let target = row.target.map_or("–".to_owned(), |target| format!("{target:.3}"));
        let exact = percent(counts.paragraphs_exact, counts.paragraphs);
        let doubtful = percent(counts.doubtful, ends);
        let (caught, wrong) = (counts.doubtful_wrong, counts.wrong());
        println!(
            "{:<6} {:>8} {ends:>10}  {joins:<25} {target:>6}  {breaks:<25} {exact:>16} {doubtful:>9}  {caught}/{wrong}",
            row.name, counts.layouts
        );
    }
    for it in read {
        println!("{}: {} of {} read as a reader would, {} misses", it.name, it.perfect, it.documents, it.misses);
    }
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let indents: serde_json::Map<String, serde_json::Value> = rows
        .iter()
        .map(|row| {
            let counts = &row.counts;
            let [[join_p, join_r, join_f1], [break_p, break_r, break_f1]] =
                [counts.joins(), counts.breaks()].map(|it| it.map(round));
            let share = |part: usize, whole: usize| round(part as f64 / whole.max(1) as f64);
            let figures = json!({
                "layouts": counts.layouts,
                "join_precision": join_p, "join_recall": join_r, "join_f1": join_f1,
                "break_precision": break_p, "break_recall": break_r, "break_f1": break_f1,
                "paragraphs_exact": share(counts.paragraphs_exact, counts.paragraphs),
                "wrong": counts.wrong(),
                "wrong_that_are_doubtful": share(counts.doubtful_wrong, counts.wrong()),
            });
            (row.name.to_owned(), figures)
        })
        .collect();
    let documents: serde_json::Map<String, serde_json::Value> = read
        .iter()
        .map(|it| {
            (it.name.to_owned(), json!({ "documents": it.documents, "perfect": it.perfect, "misses": it.misses }))
        })
        .collect();
    println!("{}", json!({ "indent": indents, "documents": documents }));
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.2} %", 100.0 * part as f64 / whole.max(1) as f64)
}
