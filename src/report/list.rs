//! Documents one by one → the rows of the lists, in pieces of JavaScript that a page loads one after the other. A piece
//! is one call of the function `jianbao` with rows of plain values: a page opened from disk may load scripts, but not data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::changes::{self, Row};
use super::folder::Folder;
use super::tally::{BANDS, NONE, Tally, Values};
use super::{ReportError, words};
use crate::dataset::WholeDocument;

/// The lists, each a page and pieces of this name.
pub(super) const KINDS: [&str; 3] = ["items", "documents", "remarks"];

/// Rows of a piece, and bytes of the texts that go with them.
const ROWS: usize = 1000;
const BYTES: usize = 1 << 20;

/// Values that a filter offers.
const CHOICES: usize = 400;

/// Characters of a brief that stand for its headline.
const OPENING: usize = 60;

#[derive(Serialize)]
pub(super) struct View {
    root: &'static str,
    active: &'static str,
}

/// What the page of a list shows before its script runs.
pub(super) fn view(list: &'static str) -> View {
    View { root: "", active: list }
}

/// The pieces of all lists as they fill.
#[derive(Default)]
pub(super) struct Lists {
    items: Pieces,
    texts: Pieces,
    documents: Pieces,
    remarks: Pieces,
    differences: Differences,
}

/// The pieces of the list of differences, if the report has one.
#[derive(Default)]
struct Differences {
    pieces: Pieces,
    rows: u64,
    kinds: Values,
    fields: Values,
    classes: Values,
    /// First and last piece with rows of a kind.
    ranges: BTreeMap<&'static str, (u32, u32)>,
    /// What changes are called that links ask for.
    names: BTreeMap<String, String>,
}

/// The pieces of one list.
#[derive(Default)]
struct Pieces {
    written: u32,
    rows: Vec<Value>,
    bytes: usize,
}

impl Lists {
    /// Adds the rows of a document.
    pub(super) fn add(&mut self, folder: &Folder, number: u64, whole: &WholeDocument) -> Result<(), ReportError> {
        let document = &whole.document;
        for item in &whole.items {
            // Headline and body are searched together: what is read first is shorter.
            let opening: Option<String> = item.headline.is_none().then(|| item.body.chars().take(OPENING).collect());
            self.items.rows.push(json!([
                number,
                item.ordinal,
                item.headline,
                opening,
                item.section,
                item.kind,
                item.date.map(|date| date.to_string()),
                item.contributors.join("、"),
                item.district,
                document.issue_date.map(|date| date.to_string()),
                item.in_toc,
                item.ocr_confidence.map(|it| (f64::from(it) * 1000.0).round() / 1000.0),
                item.flags,
                document.source,
            ]));
            self.texts.bytes += item.body.len();
            self.texts.rows.push(Value::from(item.body.as_str()));
            if self.items.rows.len() >= ROWS || self.texts.bytes >= BYTES {
                self.items.write(folder, "items")?;
                self.texts.write(folder, "texts")?;
            }
        }
        self.documents.rows.push(json!([
            number,
            document.source,
            document.status,
            document.publication,
            document.issue_no,
            document.issue_date.map(|date| date.to_string()),
            document.format,
            document.pages,
            whole.items.len(),
            whole.diagnostics.len(),
            document.chars_unassigned,
            document.error_code,
        ]));
        self.documents.write_full(folder, "documents")?;
        for row in &whole.diagnostics {
            self.remarks.bytes += row.message.len();
            self.remarks.rows.push(json!([
                number,
                document.source,
                row.code,
                row.severity,
                row.page,
                row.line,
                row.message
            ]));
            self.remarks.write_full(folder, "remarks")?;
        }
        Ok(())
    }

    /// Adds a row of the list of differences.
    pub(super) fn difference(&mut self, folder: &Folder, row: &Row) -> Result<(), ReportError> {
        let Differences { pieces, rows, kinds, fields, classes, ranges, .. } = &mut self.differences;
        let number = pieces.written + 1;
        *rows += 1;
        for kind in &row.kinds {
            kinds.add(Some(kind));
            ranges.entry(kind).or_insert((number, number)).1 = number;
        }
        row.fields.iter().for_each(|field| fields.add(Some(field)));
        row.classes.iter().for_each(|class| classes.add(Some(class)));
        let data = row.data();
        pieces.bytes += row.size();
        pieces.rows.push(data);
        pieces.write_full(folder, changes::LIST)
    }

    /// Says what changes are called that links ask for.
    pub(super) fn name_changes(&mut self, names: BTreeMap<String, String>) {
        self.differences.names = names;
    }

    /// Writes what is left, and what the script must know of all lists.
    pub(super) fn finish(mut self, folder: &Folder, tally: &Tally) -> Result<(), ReportError> {
        for (pieces, list) in [
            (&mut self.items, "items"),
            (&mut self.texts, "texts"),
            (&mut self.documents, "documents"),
            (&mut self.remarks, "remarks"),
            (&mut self.differences.pieces, changes::LIST),
        ] {
            if !pieces.rows.is_empty() {
                pieces.write(folder, list)?;
            }
        }
        let differences = &self.differences;
        let index = json!({
            "words": words::all(),
            "bands": BANDS.map(|from| format!("{from:.2}")),
            "lists": {
                "items": { "pieces": self.items.written, "rows": tally.items, "choices": [
                    ("section", choices(&tally.sections)),
                    ("district", choices(&tally.districts)),
                    ("kind", choices(&tally.kinds)),
                    ("flag", choices(&tally.flags)),
                ]},
                "documents": { "pieces": self.documents.written, "rows": tally.documents, "choices": [
                    ("status", choices(&tally.status)),
                    ("format", choices(&tally.formats)),
                ]},
                "remarks": { "pieces": self.remarks.written, "rows": tally.remarks, "choices": [
                    ("code", choices(&tally.codes)),
                    ("severity", choices(&tally.severities)),
                ]},
                "differences": {
                    "pieces": differences.pieces.written,
                    "rows": differences.rows,
                    "choices": [
                        ("what", choices(&differences.kinds)),
                        ("field", choices(&differences.fields)),
                        ("text", choices(&differences.classes)),
                    ],
                    "ranges": differences.ranges,
                    "names": differences.names,
                },
            },
        });
        folder.text("data/index.js", &call("index", 0, &index))
    }
}

impl Pieces {
    fn write_full(&mut self, folder: &Folder, list: &str) -> Result<(), ReportError> {
        if self.rows.len() >= ROWS || self.bytes >= BYTES { self.write(folder, list) } else { Ok(()) }
    }

    fn write(&mut self, folder: &Folder, list: &str) -> Result<(), ReportError> {
        self.written += 1;
        self.bytes = 0;
        let rows = Value::from(std::mem::take(&mut self.rows));
        folder.text(&format!("data/{list}-{:04}.js", self.written), &call(list, self.written, &rows))
    }
}

/// The most frequent values with their counts; none is one of them wherever there are any.
fn choices(values: &Values) -> Vec<(&str, u64)> {
    let ranked = values.ranked();
    let none = ranked.last().filter(|(value, _)| *value == NONE).copied();
    ranked.iter().copied().filter(|(value, _)| *value != NONE).take(CHOICES).chain(none).collect()
}

/// A piece as JavaScript. JSON is JavaScript but for two line separators in old engines; and no `<` stands in it, so that
/// it stays data wherever it is put.
fn call(list: &str, number: u32, data: &Value) -> String {
    let json = data.to_string();
    let mut out = String::with_capacity(json.len() + 64);
    out.push_str(&format!("jianbao(\"{list}\",{number},"));
    for c in json.chars() {
        // All of these stand in strings, where an escape means the same.
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push_str(");\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_its_script() {
        let data = json!(["</script><!--\u{2028}\u{2029}&\"\\"]);
        let said = call("items", 1, &data);
        assert!(!said.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        let json = said.strip_prefix("jianbao(\"items\",1,").and_then(|rest| rest.strip_suffix(");\n")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), data);
    }
}
