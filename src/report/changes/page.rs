//! A document of two runs → its page: its items before and after side by side, its own values, its joins, lines and remarks
//! that differ.

use serde::Serialize;

use super::super::document;
use super::card::{Card, Side, Value, cards};
use super::pages::{Pages, Parts, file};
use super::said;
use crate::dataset::{Cell, DocumentSheets, Sheet};
use crate::diff::{Change, Diff, ItemChange, Join, Met, Spot, unpaired_lines};

#[derive(Serialize)]
pub(super) struct View<'d> {
    root: &'static str,
    active: &'static str,
    title: &'d str,
    old_name: Option<&'d str>,
    new_name: Option<&'d str>,
    /// What became of the source file; nothing where it is as it was.
    source: Option<&'static str>,
    previous: Option<String>,
    next: Option<String>,
    /// Its page in the report.
    read: Option<String>,
    document_values: Vec<Value>,
    cards: Vec<Card>,
    joins: Vec<JoinCard<'d>>,
    line_values: Vec<LineValue>,
    pub(super) lines: Lines,
    remarks: Vec<Remark<'d>>,
}

/// A join that changed, with the lines around it.
#[derive(Serialize)]
pub(super) struct JoinCard<'d> {
    pub(super) line: i64,
    pub(super) href: Option<String>,
    pub(super) old: How<'d>,
    pub(super) new: How<'d>,
    pub(super) lines: &'d [String; 3],
}

/// How a line goes on in one run.
#[derive(Serialize)]
pub(super) struct How<'d> {
    kind: &'d str,
    rule: Option<&'d str>,
    score: Option<String>,
}

/// A value of a line that differs.
#[derive(Serialize)]
struct LineValue {
    line: i64,
    /// Whether it is the first of its line.
    is_first: bool,
    href: Option<String>,
    value: Value,
}

/// Lines that one run alone has, with their numbers.
#[derive(Serialize)]
pub(super) struct Lines {
    pub(super) gone: Vec<(i64, String)>,
    pub(super) new: Vec<(i64, String)>,
}

#[derive(Serialize)]
struct Remark<'d> {
    code: &'d str,
    is_new: bool,
    line: Option<i64>,
    href: Option<String>,
    message: &'d str,
}

/// What the page of a document shows.
pub(super) fn view<'d>(met: &Met, number: usize, parts: &'d Parts, diff: &'d Diff, pages: &Pages) -> View<'d> {
    let (old, new, same_bytes): (Option<&DocumentSheets>, Option<&DocumentSheets>, bool) = match met {
        Met::Both { old, new, same_bytes } => (Some(old), Some(new), *same_bytes),
        Met::Gone(old) => (Some(old), None, true),
        Met::New(new) => (None, Some(new), true),
    };
    let sides = [old, new].map(|side| side.map(|side| Side { source: &side.source, sheet: &side.items }));
    let changes: Vec<&ItemChange> = parts.items.iter().filter_map(|at| diff.items.changes.get(*at)).collect();
    let read = parts.document.map(|number| format!("../{}", document::file(number)));
    let at_line = |line: i64| read.as_ref().map(|page| format!("{page}#L{line}"));
    let places = parts.values.iter().filter_map(|(group, place)| {
        let group = diff.fields.get(*group)?;
        Some((group, group.places.get(*place)?))
    });
    let (mut values, mut line_values) = (Vec::new(), Vec::new());
    for (group, place) in places {
        let both = group.values.as_ref().map(|it| Change { old: it.old.clone(), new: it.new.clone() });
        let column = |side: Option<&DocumentSheets>, spot: &Spot| -> Cell {
            let found = side.and_then(|side| match spot {
                Spot::Line { line, .. } => cell(&side.lines, row_of_line(&side.lines, *line)?, &group.field),
                _ => cell(&side.document, 0, &group.field),
            });
            found.unwrap_or(Cell::Null)
        };
        // What was measured is not kept in the comparison.
        let both = both.unwrap_or_else(|| Change { old: column(old, &place.old), new: column(new, &place.new) });
        let value = Value { field: group.field.clone(), old: said(&both.old), new: said(&both.new) };
        match &place.new {
            Spot::Line { line, .. } => {
                line_values.push(LineValue { line: *line, is_first: true, href: at_line(*line), value })
            }
            _ => values.push(value),
        }
    }
    line_values.sort_by(|one: &LineValue, two| (one.line, &one.value.field).cmp(&(two.line, &two.value.field)));
    // The text as read says nothing new where it changed as the text did.
    line_values.dedup_by(|raw, text| {
        let (one, two) = (&text.value, &raw.value);
        let same = one.old.as_deref().map(str::trim) == two.old.as_deref().map(str::trim)
            && one.new.as_deref().map(str::trim) == two.new.as_deref().map(str::trim);
        text.line == raw.line && (one.field.as_str(), two.field.as_str()) == ("text", "text_raw") && same
    });
    for at in 1..line_values.len() {
        line_values[at].is_first = line_values[at - 1].line != line_values[at].line;
    }
    let joins = parts.joins.iter().filter_map(|(group, place)| {
        let group = diff.joins.get(*group)?;
        let join = group.joins.get(*place)?;
        Some(join_card(join, [group.old.as_deref(), group.new.as_deref()], at_line(join.new.line)))
    });
    let mut joins: Vec<JoinCard> = joins.collect();
    joins.sort_by_key(|join| join.line);
    let remarks = parts.remarks.iter().filter_map(|(group, is_new, place)| {
        let group = diff.remarks.get(*group)?;
        let remark = if *is_new { group.new.get(*place)? } else { group.gone.get(*place)? };
        let href = remark.line.filter(|_| *is_new || same_bytes).and_then(at_line);
        Some(Remark { code: &group.code, is_new: *is_new, line: remark.line, href, message: &remark.message })
    });
    let source = match (&parts.old, &parts.new) {
        (Some(_), None) => Some("file_gone"),
        (None, _) => Some("file_new"),
        (Some(old), Some(new)) if old != new => Some(if same_bytes { "file_moved" } else { "file_renamed" }),
        _ => (!same_bytes).then_some("file_changed"),
    };
    let beside = |number: usize| file(number).replace("changes/", "");
    View {
        root: "../",
        active: "changes",
        title: parts.new.as_deref().or(parts.old.as_deref()).unwrap_or_default(),
        old_name: parts.old.as_deref(),
        new_name: parts.new.as_deref(),
        source,
        previous: (number > 1).then(|| beside(number - 1)),
        next: (number < pages.len()).then(|| beside(number + 1)),
        document_values: values,
        cards: cards(sides[0].as_ref(), sides[1].as_ref(), &changes, pages),
        joins,
        line_values,
        lines: lines(old, new),
        remarks: remarks.collect(),
        read,
    }
}

/// A join in both runs; `kinds` are what it was and is.
pub(super) fn join_card<'d>(join: &'d Change<Join>, kinds: [Option<&'d str>; 2], href: Option<String>) -> JoinCard<'d> {
    let how = |join: &'d Join, kind: Option<&'d str>| How {
        kind: kind.unwrap_or("end"),
        rule: join.rule.as_deref(),
        score: match join.score {
            Cell::Float(score) => Some(format!("{:.2}", score.0)),
            _ => None,
        },
    };
    let (old, new) = (how(&join.old, kinds[0]), how(&join.new, kinds[1]));
    JoinCard { line: join.new.line, href, old, new, lines: &join.new.lines }
}

fn lines(old: Option<&DocumentSheets>, new: Option<&DocumentSheets>) -> Lines {
    let (Some(old), Some(new)) = (old, new) else { return Lines { gone: Vec::new(), new: Vec::new() } };
    let (gone, come) = unpaired_lines(&old.lines, &new.lines);
    let told = |sheet: &Sheet, rows: Vec<usize>| {
        let line = |row| {
            let text = cell(sheet, row, "text").and_then(|it| it.text().map(str::to_owned));
            Some((cell(sheet, row, "line")?.int()?, text.unwrap_or_default()))
        };
        rows.into_iter().filter_map(line).collect()
    };
    Lines { gone: told(&old.lines, gone), new: told(&new.lines, come) }
}

/// The row of a line; lines are in the order of their numbers.
fn row_of_line(sheet: &Sheet, line: i64) -> Option<usize> {
    let row = usize::try_from(line).ok()?.checked_sub(1)?;
    let is_it = |row: &usize| cell(sheet, *row, "line").and_then(|it| it.int()) == Some(line);
    Some(row).filter(|row| *row < sheet.len() && is_it(row)).or_else(|| (0..sheet.len()).find(is_it))
}

fn cell(sheet: &Sheet, row: usize, column: &str) -> Option<Cell> {
    Some(sheet.cell(row, sheet.column(column)?))
}
