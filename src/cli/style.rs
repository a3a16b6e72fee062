//! The colours of the program. `anstream` leaves them out where they are not wanted.

use anstyle::{AnsiColor, Style};

/// Errors, failed documents.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is worth a look.
pub(super) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
/// Headings and names.
pub(super) const STRONG: Style = Style::new().bold();
/// What stands beside the matter: numbers, rules, scores.
pub(super) const FAINT: Style = Style::new().dimmed();
