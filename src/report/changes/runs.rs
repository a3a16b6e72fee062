//! Two runs → what they were made with, where it differs, and what each of them read.

use serde::Serialize;

use crate::diff::{Diff, Setting};

/// Something the runs were made with that differs; nothing where a run has none of it.
#[derive(Serialize)]
pub(super) struct Made<'d> {
    what: &'d str,
    name: &'d str,
    old: Option<String>,
    new: Option<String>,
}

/// A count of both runs.
#[derive(Serialize)]
pub(super) struct Count {
    word: &'static str,
    old: i64,
    new: i64,
    change: i64,
    href: Option<&'static str>,
}

/// A setting that differs.
pub(super) fn made(setting: &Setting) -> Made<'_> {
    let said = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        // Of a hash its beginning is enough to tell it from another.
        serde_json::Value::String(text) if matches!(setting.what, "rules" | "models") => {
            Some(text.chars().take(8).collect())
        }
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    Made { what: setting.what, name: &setting.name, old: said(&setting.old), new: said(&setting.new) }
}

/// What both runs read, but for what neither has any of.
pub(super) fn coverage(diff: &Diff) -> Vec<Count> {
    let (old, new) = (&diff.coverage.old, &diff.coverage.new);
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (were, are) = (&old.documents, &new.documents);
    let counts = [
        ("documents", number(were.found), number(are.found), Some("documents.html")),
        ("ok", number(were.ok), number(are.ok), Some("documents.html#status=ok")),
        ("partial", number(were.partial), number(are.partial), Some("documents.html#status=partial")),
        ("failed", number(were.failed), number(are.failed), Some("documents.html#status=failed")),
        ("duplicate", number(were.duplicate), number(are.duplicate), Some("documents.html#status=duplicate")),
        ("items", number(old.items), number(new.items), Some("items.html")),
        ("lines", number(old.lines), number(new.lines), None),
        ("chars_total", old.chars.total, new.chars.total, None),
        ("chars_items", old.chars.items, new.chars.items, None),
        ("chars_structure", old.chars.structure, new.chars.structure, None),
        ("chars_furniture", old.chars.furniture, new.chars.furniture, None),
        ("chars_unassigned", old.chars.unassigned, new.chars.unassigned, Some("documents.html#unassigned=yes")),
    ];
    let counts = counts.into_iter().filter(|(_, old, new, _)| *old != 0 || *new != 0);
    counts.map(|(word, old, new, href)| Count { word, old, new, change: new.saturating_sub(old), href }).collect()
}
