//! A document with its rows → what its page shows: its pages with the boxes of lines, or its lines; its items, and for each
//! field and sentence the lines it was read from.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::blocks::{Block, blocks, tenths};
use super::place::{Track, bare, sentences};
use super::words::sign;
use crate::dataset::{DiagnosticRow, DocumentRow, ItemRow, LineRow, WholeDocument};
use crate::model::Join;

/// Roles in the order of the legend.
const ROLES: [&str; 13] = [
    "masthead",
    "toc",
    "section",
    "headline",
    "kicker",
    "subhead",
    "body",
    "contributor",
    "caption",
    "colophon",
    "page_number",
    "running_head",
    "other",
];

/// The file of document `number`.
pub(super) fn file(number: u64) -> String {
    format!("documents/{number:05}.html")
}

/// Where a document stands among the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbours {
    pub(super) number: u64,
    pub(super) is_last: bool,
    /// The page of its differences from the older dataset, if there are any.
    pub(super) changes: Option<String>,
}

#[derive(Serialize)]
pub(super) struct View<'w> {
    root: &'static str,
    active: &'static str,
    title: &'w str,
    previous: Option<String>,
    next: Option<String>,
    changes: Option<String>,
    status: &'w str,
    error: Option<(&'w str, &'w str)>,
    duplicate_of: Option<&'w str>,
    facts: Vec<Field>,
    remarks: Vec<Remark<'w>>,
    pages: Vec<Page<'w>>,
    lines: Vec<Line<'w>>,
    legend: Vec<(&'static str, &'static str)>,
    items: Vec<Entry<'w>>,
}

/// A field with the lines it was read from.
#[derive(Serialize)]
struct Field {
    key: &'static str,
    value: String,
    /// Columns that say more of it, with their values.
    notes: Vec<(&'static str, String)>,
    lines: Vec<i32>,
}

#[derive(Serialize)]
struct Remark<'w> {
    code: &'w str,
    severity: &'w str,
    message: &'w str,
    page: Option<i32>,
    line: Option<i32>,
    item: Option<i32>,
}

#[derive(Serialize)]
struct Page<'w> {
    number: usize,
    width: f64,
    height: f64,
    picture: Option<String>,
    lines: Vec<Line<'w>>,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct Line<'w> {
    number: i32,
    role: &'w str,
    sign: &'static str,
    text: &'w str,
    item: Option<i32>,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    vertical: bool,
    /// `joined`, `broken` or nothing.
    join: &'static str,
    rule: &'w str,
    score: String,
    doubtful: bool,
}

#[derive(Serialize)]
struct Entry<'w> {
    number: i32,
    headline: Option<&'w str>,
    headline_lines: Vec<i32>,
    fields: Vec<Field>,
    paragraphs: Vec<Vec<Piece>>,
    flags: &'w [String],
    remarks: Vec<Remark<'w>>,
}

/// A piece of a paragraph: a sentence or part of one, and whether a doubtful join follows it.
#[derive(Serialize)]
struct Piece {
    text: String,
    lines: Vec<i32>,
    doubt: Option<i32>,
}

/// Whether it is not certain how the text goes on after a line.
pub(super) fn is_doubtful(line: &LineRow) -> bool {
    line.join.is_some() && line.join_score.is_some_and(|score| score < Join::DOUBTFUL)
}

/// What the page of a document shows. `pictures` are the pages that have one.
pub(super) fn view<'w>(whole: &'w WholeDocument, neighbours: &Neighbours, pictures: &BTreeSet<u32>) -> View<'w> {
    let WholeDocument { document, items, lines, diagnostics } = whole;
    let Neighbours { number, is_last, ref changes } = *neighbours;
    let beside = |number: u64| format!("{number:05}.html");
    let ordinals: BTreeMap<&str, i32> =
        items.iter().map(|item| (item.item_id.as_str(), item.ordinal.unwrap_or(0))).collect();
    let item_of = |id: &Option<String>| id.as_deref().and_then(|id| ordinals.get(id).copied());
    let remark = |row: &'w DiagnosticRow| Remark {
        code: &row.code,
        severity: &row.severity,
        message: &row.message,
        page: row.page,
        line: row.line,
        item: item_of(&row.item_id),
    };
    let mut by_item: BTreeMap<i32, Vec<&LineRow>> = BTreeMap::new();
    for line in lines {
        if let Some(item) = item_of(&line.item_id) {
            by_item.entry(item).or_default().push(line);
        }
    }
    let sections: Vec<&LineRow> = lines.iter().filter(|line| line.role == "section").collect();
    let entry = |item: &'w ItemRow| {
        let number = item.ordinal.unwrap_or(0);
        let own = by_item.get(&number).map(Vec::as_slice).unwrap_or_default();
        let remarks = diagnostics.iter().filter(|row| row.item_id.as_deref() == Some(&item.item_id));
        Entry {
            number,
            headline: item.headline.as_deref(),
            headline_lines: numbers(own.iter().copied().filter(|line| line.role == "headline")),
            fields: fields(item, own, &sections),
            paragraphs: paragraphs(item, own),
            flags: &item.flags,
            remarks: remarks.map(remark).collect(),
        }
    };
    let view_line = |line: &'w LineRow| view_line(line, item_of(&line.item_id));
    let sizes = document.sizes();
    let roles: BTreeSet<&str> = lines.iter().map(|line| line.role.as_str()).collect();
    let mut by_page: Vec<Vec<&LineRow>> = vec![Vec::new(); sizes.len()];
    for line in lines {
        let page = line.page.and_then(|page| usize::try_from(page).ok()?.checked_sub(1));
        if let Some(of_page) = page.and_then(|page| by_page.get_mut(page)) {
            of_page.push(line);
        }
    }
    let page = |(index, (size, of_page)): (usize, (&(f32, f32), &Vec<&'w LineRow>))| Page {
        number: index + 1,
        width: tenths(size.0),
        height: tenths(size.1),
        picture: u32::try_from(index + 1)
            .ok()
            .filter(|page| pictures.contains(page))
            .map(|page| format!("pages/{number:05}/{page:04}.png")),
        lines: of_page.iter().copied().filter(|line| line.bbox().is_some()).map(view_line).collect(),
        blocks: blocks(of_page.iter().copied().filter_map(|line| Some((item_of(&line.item_id)?, line)))),
    };
    View {
        root: "../",
        active: "documents",
        title: &document.source,
        previous: (number > 1).then(|| beside(number - 1)),
        next: (!is_last).then(|| beside(number + 1)),
        changes: changes.clone(),
        status: &document.status,
        error: document.error_code.as_deref().map(|code| (code, document.error.as_deref().unwrap_or_default())),
        duplicate_of: document.duplicate_of.as_deref(),
        facts: facts(document, lines),
        remarks: diagnostics.iter().map(remark).collect(),
        pages: sizes.iter().zip(&by_page).enumerate().map(page).collect(),
        lines: if sizes.is_empty() { lines.iter().map(view_line).collect() } else { Vec::new() },
        legend: ROLES.into_iter().filter(|role| roles.contains(role)).map(|role| (role, sign(role))).collect(),
        items: items.iter().map(entry).collect(),
    }
}

fn view_line(line: &LineRow, item: Option<i32>) -> Line<'_> {
    let (x, y, width, height) = line.bbox().map_or((0.0, 0.0, 0.0, 0.0), |bbox| {
        (bbox.x0(), bbox.top(), bbox.x1() - bbox.x0(), bbox.bottom() - bbox.top())
    });
    Line {
        number: line.line.unwrap_or(0),
        role: &line.role,
        sign: sign(&line.role),
        text: &line.text,
        item,
        x: tenths(x),
        y: tenths(y),
        width: tenths(width),
        height: tenths(height),
        vertical: height > 2.0 * width && line.text.chars().nth(2).is_some(),
        join: match line.join.as_deref() {
            Some("break") => "broken",
            Some(_) => "joined",
            None => "",
        },
        rule: line.join_rule.as_deref().unwrap_or_default(),
        score: line.join_score.map(|score| format!("{score:.2}")).unwrap_or_default(),
        doubtful: is_doubtful(line),
    }
}

/// What is known of the issue, read from its masthead.
fn facts(document: &DocumentRow, lines: &[LineRow]) -> Vec<Field> {
    let masthead = || lines.iter().filter(|line| line.role == "masthead");
    let track = Track::of(masthead());
    let all = numbers(masthead());
    let printed = |value: &str| Some(track.lines_with(value)).filter(|lines| !lines.is_empty());
    let mut facts = Vec::new();
    let mut fact = |key, value: Option<String>, lines: Vec<i32>| {
        facts.extend(value.map(|value| Field { key, value, notes: Vec::new(), lines }));
    };
    for (key, value) in [("publication", &document.publication), ("publisher", &document.publisher)] {
        let lines = value.as_deref().and_then(printed).unwrap_or_else(|| all.clone());
        fact(key, value.clone(), lines);
    }
    let number = document.issue_no.map(|number| format!("第{number}期"));
    let total = document.issue_total.map(|number| format!("总第{number}期"));
    let issue: Vec<String> = number.into_iter().chain(total).collect();
    fact("issue", (!issue.is_empty()).then(|| issue.join(" ")), all.clone());
    fact("issued", document.issue_date.map(|date| date.to_string()), all);
    fact("title", document.title.clone(), Vec::new());
    fact("format", Some(document.format.clone()), Vec::new());
    fact("pages", document.pages.map(|pages| pages.to_string()), Vec::new());
    fact("profile", document.profile.clone(), Vec::new());
    facts
}

/// The fields of an item. Those that a reader looks for first are there also where they are empty.
fn fields(item: &ItemRow, own: &[&LineRow], sections: &[&LineRow]) -> Vec<Field> {
    let track = Track::of(own.iter().copied());
    let of_role = |role: &str| numbers(own.iter().copied().filter(|line| line.role == role));
    let or = |lines: Vec<i32>, other: Vec<i32>| if lines.is_empty() { other } else { lines };
    let first = item.line_first.unwrap_or(0);
    let above = sections.partition_point(|line| line.line.unwrap_or(0) < first);
    let name = item.section.as_deref().map(bare).unwrap_or_default();
    let named =
        sections[..above].iter().rev().take(4).find(|line| !name.is_empty() && bare(&line.text).contains(&name));
    let by_line = or(
        item.contributor_text.as_deref().map(|text| track.lines_with(text)).unwrap_or_default(),
        of_role("contributor"),
    );
    let district = item.district.as_deref().unwrap_or_default();
    let district_lines = match item.district_basis.as_deref() {
        Some("contributor") => by_line.clone(),
        Some("headline") => of_role("headline"),
        _ => track.lines_with_start(district),
    };
    let date = item.date.map(|date| date.to_string()).unwrap_or_default();
    let date_end = item.date_end.map(|end| format!(" – {end}")).unwrap_or_default();
    let date_lines = item.date_text.as_deref().map(|text| track.lines_with(text)).unwrap_or_default();
    let noted = |parts: &[(&'static str, &Option<String>)]| -> Vec<(&'static str, String)> {
        parts.iter().filter_map(|(column, value)| Some((*column, value.as_deref()?.to_owned()))).collect()
    };
    let section_lines = named.map(|line| line.line.unwrap_or(0)).into_iter().collect();
    let mut fields = vec![
        field("section", item.section.clone().unwrap_or_default(), Vec::new(), section_lines),
        field(
            "date",
            date + &date_end,
            noted(&[
                ("date_text", &item.date_text),
                ("date_precision", &item.date_precision),
                ("date_basis", &item.date_basis),
            ]),
            date_lines,
        ),
        field(
            "contributors",
            item.contributors.join("、"),
            noted(&[("contributor_text", &item.contributor_text), ("contributor_kind", &item.contributor_kind)]),
            by_line,
        ),
        field(
            "district",
            district.to_owned(),
            noted(&[("district_code", &item.district_code), ("district_basis", &item.district_basis)]),
            district_lines,
        ),
    ];
    let mut add = |key, value: Option<String>, lines: Vec<i32>| {
        fields.extend(value.filter(|value| !value.is_empty()).map(|value| field(key, value, Vec::new(), lines)));
    };
    let named: Vec<i32> = item.districts.iter().flat_map(|name| track.lines_with_start(name)).collect();
    let range = |first: Option<i32>, last: Option<i32>| match (first, last) {
        (Some(first), Some(last)) if first == last => Some(first.to_string()),
        (Some(first), Some(last)) => Some(format!("{first}–{last}")),
        _ => None,
    };
    add("kicker", item.kicker.clone(), of_role("kicker"));
    add("districts", Some(item.districts.join("、")), named);
    add("kind", Some(item.kind.clone()), Vec::new());
    add("pages", range(item.page_first, item.page_last), Vec::new());
    add("lines", range(item.line_first, item.line_last), Vec::new());
    add("in_toc", item.in_toc.map(|listed| if listed { "yes" } else { "no" }.to_owned()), Vec::new());
    add("text_source", Some(item.text_source.clone()), Vec::new());
    add("confidence", item.ocr_confidence.map(|confidence| format!("{confidence:.3}")), Vec::new());
    add("id", Some(item.item_id.clone()), Vec::new());
    add("hash", Some(item.content_hash.clone()), Vec::new());
    fields
}

fn field(key: &'static str, value: String, notes: Vec<(&'static str, String)>, mut lines: Vec<i32>) -> Field {
    lines.sort_unstable();
    lines.dedup();
    Field { key, value, notes, lines }
}

fn numbers<'l>(lines: impl Iterator<Item = &'l LineRow>) -> Vec<i32> {
    lines.filter_map(|line| line.line).collect()
}

/// The paragraphs of an item, sentence by sentence, cut again where a join is doubtful.
fn paragraphs(item: &ItemRow, own: &[&LineRow]) -> Vec<Vec<Piece>> {
    let is_text = |line: &&LineRow| !matches!(line.role.as_str(), "headline" | "kicker");
    let track = Track::of(own.iter().copied().filter(is_text));
    let mut at = 0;
    let mut paragraph = |text: &str| {
        let mut pieces = Vec::new();
        for sentence in sentences(text) {
            let Some(stretch) = track.find(sentence, at) else {
                pieces.push(Piece { text: sentence.to_owned(), lines: Vec::new(), doubt: None });
                continue;
            };
            at = stretch.end;
            let (mut rest, mut from) = (sentence, stretch.start);
            for &(end, line) in track.doubts(&stretch) {
                let (piece, behind) = split_behind(rest, end - from);
                let lines = track.lines(&(from..end));
                pieces.push(Piece { text: piece.to_owned(), lines, doubt: Some(line) });
                (rest, from) = (behind, end);
            }
            if !rest.trim().is_empty() {
                pieces.push(Piece { text: rest.to_owned(), lines: track.lines(&(from..stretch.end)), doubt: None });
            }
        }
        pieces
    };
    item.body.split('\n').map(&mut paragraph).collect()
}

/// Cuts a text behind as many bytes, blanks not counted.
fn split_behind(text: &str, bytes: usize) -> (&str, &str) {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= bytes {
            return text.split_at(at);
        }
        seen += if c.is_whitespace() { 0 } else { c.len_utf8() };
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_where_a_join_is_doubtful() {
        let line = |number: i32, text: &str, score: f32| LineRow {
            line: Some(number),
            text: text.to_owned(),
            role: "body".to_owned(),
            join: Some("direct".to_owned()),
            join_score: Some(score),
            ..LineRow::default()
        };
        let lines = [line(1, "甲 乙", 0.9), line(2, "丙丁", 0.55), line(3, "戊。己", 0.9)];
        let own: Vec<&LineRow> = lines.iter().collect();
        let item = ItemRow { body: "甲 乙丙丁戊。己".to_owned(), ..ItemRow::default() };
        let pieces = paragraphs(&item, &own).remove(0);
        let told: Vec<(&str, &[i32], Option<i32>)> =
            pieces.iter().map(|piece| (piece.text.as_str(), piece.lines.as_slice(), piece.doubt)).collect();
        assert_eq!(told, [("甲 乙丙丁", &[1, 2][..], Some(2)), ("戊。", &[3][..], None), ("己", &[3][..], None)]);
    }
}
