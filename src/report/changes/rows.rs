//! A comparison → the rows of the list of differences: one for each source, document, item, value, join, line and remark that
//! is not as it was.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::ReportError;
use super::marked::visible;
use super::page::Lines;
use super::pages::{Pages, Parts, of_item, of_spot};
use super::said;
use super::whole::{decided_id, line_id, pair_id};
use crate::diff::{Diff, Hunk, ItemChange, ItemRef, Shared};

/// A row.
#[derive(Debug, Default)]
pub(in super::super) struct Row {
    /// Kinds of the difference: an item may be edited and moved.
    pub(in super::super) kinds: Vec<&'static str>,
    /// Its place in the report.
    href: Option<String>,
    title: String,
    /// Where it is, and where it was, if that is elsewhere.
    source: String,
    before: Option<String>,
    /// Columns that differ.
    pub(in super::super) fields: Vec<String>,
    /// Changes of the page of all differences that it is part of.
    groups: Vec<String>,
    /// What was and is: the first value, or the first place of a text with what stands around it.
    old: Option<String>,
    new: Option<String>,
    around: Option<[String; 2]>,
    /// Kinds of characters that differ.
    pub(in super::super) classes: Vec<&'static str>,
}

impl Row {
    /// Bytes of what may be long in it.
    pub(in super::super) fn size(&self) -> usize {
        let values = [&self.old, &self.new].into_iter().flatten().map(String::len).sum::<usize>();
        self.title.len() + self.source.len() + values
    }

    /// As the script reads it.
    pub(in super::super) fn data(&self) -> Value {
        json!([
            self.kinds,
            self.href,
            self.title,
            self.source,
            self.before,
            self.fields,
            self.groups,
            self.old,
            self.new,
            self.around,
            self.classes,
        ])
    }
}

/// Hands over the rows of all that the comparison kept.
pub(super) fn of_diff(
    diff: &Diff,
    pages: &Pages,
    mut put: impl FnMut(Row) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    sources(diff, pages).try_for_each(&mut put)?;
    readings(diff, pages).try_for_each(&mut put)?;
    items(diff, pages, &mut put)?;
    let decided = decided(diff);
    for (at, group) in diff.fields.iter().enumerate().filter(|(_, group)| group.table != "items") {
        let kind = if group.table == "lines" { "line_values" } else { "document_values" };
        for place in &group.places {
            let line = place.new.line().map(|line| format!(":{line}")).unwrap_or_default();
            put(Row {
                kinds: vec![kind],
                href: pages.at(Some(place.old.source()), Some(place.new.source()), &of_spot(&place.new)),
                title: format!("{}{line}", place.new.source()),
                fields: std::iter::once(&group.field).chain(&group.with).cloned().collect(),
                groups: decided.get(&at).cloned().unwrap_or_default(),
                old: group.values.as_ref().and_then(|it| said(&it.old)),
                new: group.values.as_ref().and_then(|it| said(&it.new)),
                ..Row::default()
            })?;
        }
    }
    for (at, group) in diff.joins.iter().enumerate() {
        for join in &group.joins {
            put(Row {
                kinds: vec!["joins"],
                href: pages.at(Some(&join.old.source), Some(&join.new.source), &format!("J{}", join.new.line)),
                title: join.new.lines[1].clone(),
                source: format!("{}:{}", &*join.new.source, join.new.line),
                fields: vec!["join".to_owned()],
                groups: vec![format!("j{at}")],
                old: Some(group.old.clone().unwrap_or_else(|| "end".to_owned())),
                new: Some(group.new.clone().unwrap_or_else(|| "end".to_owned())),
                ..Row::default()
            })?;
        }
    }
    for (at, group) in diff.remarks.iter().enumerate() {
        let row = |source: &str, line: Option<i64>, message: &str, is_new: bool| Row {
            kinds: vec!["remarks"],
            href: if is_new {
                pages.at(None, Some(source), "remarks")
            } else {
                pages.at(Some(source), None, "remarks")
            },
            title: message.to_owned(),
            source: line.map_or_else(|| source.to_owned(), |line| format!("{source}:{line}")),
            groups: vec![format!("r{at}{}", if is_new { "n" } else { "g" })],
            old: (!is_new).then(|| group.code.clone()),
            new: is_new.then(|| group.code.clone()),
            ..Row::default()
        };
        group.gone.iter().try_for_each(|it| put(row(&it.source, it.line, &it.message, false)))?;
        group.new.iter().try_for_each(|it| put(row(&it.source, it.line, &it.message, true)))?;
    }
    Ok(())
}

/// Hands over the rows of the lines of a document that one run alone has.
pub(super) fn of_lines(
    lines: &Lines,
    pages: &Pages,
    parts: &Parts,
    mut put: impl FnMut(Row) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let mut one = |number: i64, text: &str, is_new: bool| {
        let source = if is_new { &parts.new } else { &parts.old }.as_deref().unwrap_or_default();
        put(Row {
            kinds: vec!["line_values"],
            href: pages.at(parts.old.as_deref(), parts.new.as_deref(), "lines"),
            title: text.to_owned(),
            source: format!("{source}:{number}"),
            groups: vec![line_id(is_new).to_owned()],
            old: (!is_new).then(|| text.to_owned()),
            new: is_new.then(|| text.to_owned()),
            ..Row::default()
        })
    };
    lines.gone.iter().try_for_each(|(number, text)| one(*number, text, false))?;
    lines.new.iter().try_for_each(|(number, text)| one(*number, text, true))
}

fn sources<'d>(diff: &'d Diff, pages: &'d Pages) -> impl Iterator<Item = Row> + 'd {
    let row = |kind: &'static str, old: Option<&str>, new: Option<&str>| {
        let document = || new.and_then(|new| pages.document(new)).map(super::super::document::file);
        let name = new.or(old).unwrap_or_default().to_owned();
        Row {
            kinds: vec!["sources", kind],
            href: pages.at(old, new, "").or_else(document),
            before: old.filter(|old| *old != name).map(str::to_owned),
            title: name,
            ..Row::default()
        }
    };
    let sources = &diff.sources;
    let gone = sources.gone.iter().map(move |path| row("file_gone", Some(path), None));
    let new = sources.new.iter().map(move |path| row("file_new", None, Some(path)));
    let changed = sources.changed.iter().map(move |path| row("file_changed", Some(path), Some(path)));
    let renamed = sources.renamed.iter().map(move |it| row("file_renamed", Some(&it.old), Some(&it.new)));
    let moved = sources.moved.iter().map(move |it| row("file_moved", Some(&it.old), Some(&it.new)));
    gone.chain(new).chain(changed).chain(renamed).chain(moved)
}

fn readings<'d>(diff: &'d Diff, pages: &'d Pages) -> impl Iterator<Item = Row> + 'd {
    let lost = diff.coverage.lost.iter().map(|it| ("lost", it));
    lost.chain(diff.coverage.regained.iter().map(|it| ("regained", it))).map(|(kind, it)| Row {
        kinds: vec![kind],
        href: pages.at(Some(&it.old.source), Some(&it.new.source), ""),
        title: it.new.source.to_string(),
        fields: vec!["chars_total".to_owned()],
        old: Some(it.old.chars.to_string()),
        new: Some(it.new.chars.to_string()),
        ..Row::default()
    })
}

fn items(diff: &Diff, pages: &Pages, mut put: impl FnMut(Row) -> Result<(), ReportError>) -> Result<(), ReportError> {
    let decided = decided(diff);
    // The changes an item is part of, by its place in the new run, which only pairs of items have.
    let mut groups: BTreeMap<&ItemRef, Vec<String>> = BTreeMap::new();
    for (at, group) in diff.fields.iter().enumerate().filter(|(_, group)| group.table == "items") {
        for place in &group.places {
            if let crate::diff::Spot::Item(item) = &place.new {
                groups.entry(item).or_default().extend(decided.get(&at).into_iter().flatten().cloned());
            }
        }
    }
    for (at, group) in diff.text.iter().enumerate() {
        for place in &group.places {
            groups.entry(&place.item.new).or_default().push(format!("t{at}"));
        }
    }
    for change in &diff.items.changes {
        let mut of_item = change.new.first().and_then(|item| groups.get(&**item)).cloned().unwrap_or_default();
        of_item.sort_unstable();
        of_item.dedup();
        put(item(change, of_item, pages))?;
    }
    Ok(())
}

fn item(change: &ItemChange, groups: Vec<String>, pages: &Pages) -> Row {
    let source = |items: &[Shared<ItemRef>]| items.first().map(|item| item.source.to_string());
    let (old, new) = (source(&change.old), source(&change.new));
    let titles = |items: &[Shared<ItemRef>]| {
        let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
        titles.join(" ｜ ")
    };
    let hunk: Option<&Hunk> = change.fields.iter().filter_map(|it| it.text.as_ref()?.hunks.first()).next();
    let first = change.fields.iter().find(|it| it.text.is_none());
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let cut = change.old.len() + change.new.len() > 2;
    let (before, after) = match (hunk, first) {
        _ if cut => (filled(&titles(&change.old)), filled(&titles(&change.new))),
        (Some(hunk), _) => (filled(&in_a_row(&hunk.old)), filled(&in_a_row(&hunk.new))),
        (None, Some(value)) => (said(&value.old), said(&value.new)),
        (None, None) => (None, None),
    };
    let mut classes: Vec<&'static str> =
        change.fields.iter().filter_map(|it| it.text.as_ref()).map(|it| it.class.as_str()).collect();
    // Who looks for white space alone does not look for items of which something else changed.
    if change.fields.iter().any(|it| it.text.is_none()) {
        classes.push("values");
    }
    classes.sort_unstable();
    classes.dedup();
    let kind = change.class.as_str();
    Row {
        kinds: if change.moved && kind != "moved" { vec![kind, "moved"] } else { vec![kind] },
        href: pages.at(old.as_deref(), new.as_deref(), &of_item(change)),
        title: titles(if change.new.is_empty() || change.new.len() > 1 { &change.old } else { &change.new }),
        before: old.clone().filter(|old| new.as_ref().is_some_and(|new| new != old)),
        source: new.or(old).unwrap_or_default(),
        fields: change.fields.iter().map(|it| it.field.clone()).collect(),
        groups,
        around: hunk.filter(|_| !cut).map(|hunk| [in_a_row(&hunk.before), in_a_row(&hunk.after)]),
        old: before,
        new: after,
        classes,
    }
}

/// White space that can be seen, in one row.
fn in_a_row(text: &str) -> String {
    visible(text).replace('\n', "")
}

/// The names of the changes that each group of values is part of.
fn decided(diff: &Diff) -> BTreeMap<usize, Vec<String>> {
    let mut names: BTreeMap<usize, Vec<String>> =
        diff.fields.iter().enumerate().map(|(at, _)| (at, vec![pair_id(at)])).collect();
    for table in ["items", "documents", "lines"] {
        for change in diff.decided(table) {
            let id = decided_id(&change);
            for (at, _) in &change.pairs {
                names.entry(*at).or_default().push(id.clone());
            }
        }
    }
    names
}
