//! The conservation law: every character of the source is in a line, every line in an item or a known part of the issue,
//! every item text is that of its lines.

use jianbao::model::{Document, Role, Status};

/// Fails unless `document` accounts for all of `text`, the decoded source.
#[track_caller]
pub(crate) fn assert_conserved(document: &Document, text: &str) {
    let raw: String = document.lines.iter().map(|line| shape(&line.raw)).collect();
    assert_eq!(raw, shape(text), "the lines are the source");

    let chars = document.chars;
    assert_eq!(chars.total, raw.chars().count() as i64, "every character is counted once");
    assert_eq!(chars.total, chars.items + chars.structure + chars.furniture + chars.unassigned, "{chars:?}");
    assert!(chars.unassigned == 0 || matches!(document.status, Status::Partial(_)), "{chars:?} {:?}", document.status);

    let mut last = 0;
    for (item, ordinal) in document.items.iter().zip(1..) {
        let (from, to) = item.lines;
        assert_eq!(item.ordinal, ordinal, "items are numbered in order");
        assert!(last < from && from <= to && to as usize <= document.lines.len(), "{last} < {from} <= {to}");
        last = to;
        assert_body(document, ordinal);
    }
    for (line, number) in document.lines.iter().zip(1..) {
        assert_eq!(line.number, number, "lines are numbered in order");
        if let Some(item) = line.item {
            let (from, to) = document.items[item as usize - 1].lines;
            assert!((from..=to).contains(&number), "line {number} is in item {item}, lines {from} to {to}");
        }
    }
}

/// A paragraph is the text of its lines; only a contributor at its start or end is taken out of it.
#[track_caller]
fn assert_body(document: &Document, ordinal: u32) {
    let item = &document.items[ordinal as usize - 1];
    let lines = || document.lines.iter().filter(|line| line.item == Some(ordinal) && line.role == Role::Body);
    for (paragraph, number) in item.body.split('\n').zip(1..) {
        let printed: String =
            lines().filter(|line| line.paragraph == Some(number)).map(|line| shape(&line.text)).collect();
        assert!(printed.contains(&shape(paragraph)), "item {ordinal}, paragraph {number}:\n{paragraph}\n{printed}");
    }
    let printed: usize = lines().map(|line| shape(&line.text).len()).sum();
    let contributor = item.contribution.as_ref().map_or(0, |it| shape(&it.text).len());
    let body = shape(&item.body).len();
    assert!(
        body <= printed && printed <= body + contributor,
        "item {ordinal}: {body} bytes of {printed}\n{}",
        item.body
    );
}

/// `text` without white space.
pub(crate) fn shape(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
