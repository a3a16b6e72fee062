//! Documents one by one → the numbers of the overview and of the filters. What grows with the corpus is the number of
//! different values, and of these no more than [`MOST`] are told apart.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::dataset::WholeDocument;

/// Different values of one field that are counted each for itself.
const MOST: usize = 20_000;

/// Where a band of confidence begins, and how it is called in links: those below it end there.
pub(super) const BANDS: [f32; 5] = [0.0, 0.8, 0.9, 0.95, 0.98];

/// How often each value stands in a field; `-` for none.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) counts: BTreeMap<String, u64>,
    /// Those beyond [`MOST`].
    pub(super) others: u64,
}

impl Values {
    pub(super) fn add(&mut self, value: Option<&str>) {
        let value = value.unwrap_or(NONE);
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
        } else if self.counts.len() < MOST {
            self.counts.insert(value.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    /// Values with their counts, the most frequent first; none comes last.
    pub(super) fn ranked(&self) -> Vec<(&str, u64)> {
        let mut ranked: Vec<(&str, u64)> = self.counts.iter().map(|(value, count)| (value.as_str(), *count)).collect();
        ranked.sort_by_key(|(value, count)| (*value == NONE, std::cmp::Reverse(*count)));
        ranked
    }
}

/// What stands for no value.
pub(super) const NONE: &str = "-";

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) documents: u64,
    pub(super) items: u64,
    pub(super) remarks: u64,
    pub(super) flagged: u64,
    pub(super) in_contents: u64,
    pub(super) pages: i64,
    pub(super) pages_ocr: i64,
    pub(super) toc_entries: i64,
    pub(super) toc_unmatched: u64,
    /// All, in items, structure, furniture and nothing.
    pub(super) chars: [i64; 5],
    pub(super) confidence: [u64; BANDS.len()],
    pub(super) joins: u64,
    pub(super) status: Values,
    pub(super) formats: Values,
    pub(super) sections: Values,
    pub(super) districts: Values,
    pub(super) kinds: Values,
    pub(super) flags: Values,
    pub(super) codes: Values,
    pub(super) severities: Values,
    pub(super) severity_of: BTreeMap<String, String>,
    pub(super) issued: BTreeMap<Option<Date>, u64>,
}

impl Tally {
    pub(super) fn add(&mut self, whole: &WholeDocument) {
        let document = &whole.document;
        self.documents += 1;
        self.status.add(Some(&document.status));
        self.formats.add(Some(&document.format));
        self.pages += i64::from(document.pages.unwrap_or(0));
        self.pages_ocr += i64::from(document.pages_ocr.unwrap_or(0));
        self.toc_entries += i64::from(document.toc_entries.unwrap_or(0));
        self.toc_unmatched += document.toc_unmatched.len() as u64;
        let chars = [
            document.chars_total,
            document.chars_items,
            document.chars_structure,
            document.chars_furniture,
            document.chars_unassigned,
        ];
        for (sum, count) in self.chars.iter_mut().zip(chars) {
            *sum += i64::from(count.unwrap_or(0));
        }
        if !whole.items.is_empty() {
            *self.issued.entry(document.issue_date).or_default() += whole.items.len() as u64;
        }
        for item in &whole.items {
            self.items += 1;
            self.flagged += u64::from(!item.flags.is_empty());
            self.in_contents += u64::from(item.in_toc == Some(true));
            self.sections.add(item.section.as_deref());
            self.districts.add(item.district.as_deref());
            self.kinds.add(Some(&item.kind));
            item.flags.iter().for_each(|flag| self.flags.add(Some(flag)));
            if let Some(confidence) = item.ocr_confidence {
                let band = BANDS.iter().rposition(|from| confidence >= *from).unwrap_or(0);
                self.confidence[band] += 1;
            }
        }
        self.joins += whole.lines.iter().filter(|line| line.join.is_some()).count() as u64;
        for row in &whole.diagnostics {
            self.remarks += 1;
            self.codes.add(Some(&row.code));
            self.severities.add(Some(&row.severity));
            if !self.severity_of.contains_key(&row.code) && self.severity_of.len() < MOST {
                self.severity_of.insert(row.code.clone(), row.severity.clone());
            }
        }
    }
}
