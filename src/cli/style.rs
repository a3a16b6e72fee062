//! How the program speaks to a person: its colours, which `anstream` leaves out where they are not wanted, and how it counts.

use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;

/// Errors, failed documents.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is worth a look.
pub(super) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
/// Headings and names.
pub(super) const STRONG: Style = Style::new().bold();
/// What stands beside the matter: numbers, rules, scores.
pub(super) const FAINT: Style = Style::new().dimmed();

/// So many of something.
pub(super) fn plural(count: u64, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{} {stem}ies", HumanCount(count)),
        (_, None) => format!("{} {noun}s", HumanCount(count)),
    }
}
