//! The rows of a dataset → the figures of its card. Holds a batch at a time, and counts of at most 20,000 different words of
//! a column.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dataset::{Cell, DatasetError, TableBatches};

/// More different words are counted together.
const MOST: usize = 20_000;

/// What the rows say together.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) pages: i64,
    pub(super) pages_ocr: i64,
    pub(super) formats: Words,
    pub(super) publications: Words,
    pub(super) issues: Days,
    pub(super) kinds: Words,
    pub(super) text_sources: Words,
    pub(super) sections: Words,
    pub(super) contributors: Words,
    pub(super) districts: Words,
    pub(super) events: Days,
    /// Items without what they could have.
    pub(super) flagged: u64,
}

/// How often each word occurs.
#[derive(Default)]
pub(super) struct Words {
    counts: BTreeMap<String, u64>,
    others: u64,
}

impl Words {
    fn add(&mut self, word: &str) {
        if let Some(count) = self.counts.get_mut(word) {
            *count += 1;
        } else if self.counts.len() < MOST {
            self.counts.insert(word.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    fn add_all(&mut self, cell: &Cell) {
        match cell {
            Cell::Text(word) => self.add(word),
            Cell::List(words) => words.iter().for_each(|word| self.add(word)),
            _ => {}
        }
    }

    /// How many different words there are, as far as they were told apart.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// How many words there are in all.
    pub(super) fn sum(&self) -> u64 {
        self.counts.values().sum::<u64>() + self.others
    }

    /// The words, those that occur most first.
    pub(super) fn most(&self) -> Vec<(&str, u64)> {
        let mut words: Vec<_> = self.counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        words.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        words
    }
}

/// The first and the last of days.
#[derive(Default)]
pub(super) struct Days {
    first: Option<String>,
    last: Option<String>,
    pub(super) count: u64,
}

impl Days {
    fn add(&mut self, cell: &Cell) {
        // As they are written, days are in the order of their letters.
        let Some(day) = cell.text() else { return };
        self.count += 1;
        if self.first.as_deref().is_none_or(|first| day < first) {
            self.first = Some(day.to_owned());
        }
        if self.last.as_deref().is_none_or(|last| day > last) {
            self.last = Some(day.to_owned());
        }
    }

    pub(super) fn range(&self) -> Option<(&str, &str)> {
        self.first.as_deref().zip(self.last.as_deref())
    }
}

impl Figures {
    /// Reads the tables `documents` and `items` of the dataset in `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self, DatasetError> {
        let mut figures = Self::default();
        let number = |cell: &Cell| cell.int().unwrap_or(0);
        each(dir, "documents", |column, cell| match column {
            "pages" => figures.pages += number(cell),
            "pages_ocr" => figures.pages_ocr += number(cell),
            "format" => figures.formats.add_all(cell),
            "publication" => figures.publications.add_all(cell),
            "issue_date" => figures.issues.add(cell),
            _ => {}
        })?;
        each(dir, "items", |column, cell| match column {
            "kind" => figures.kinds.add_all(cell),
            "text_source" => figures.text_sources.add_all(cell),
            "section" => figures.sections.add_all(cell),
            "contributors" => figures.contributors.add_all(cell),
            "district" => figures.districts.add_all(cell),
            "date" => figures.events.add(cell),
            "flags" => figures.flagged += u64::from(!cell.is_empty()),
            _ => {}
        })?;
        Ok(figures)
    }
}

/// Hands every value of a table to `take`, with the name of its column.
fn each(dir: &Path, table: &'static str, mut take: impl FnMut(&str, &Cell)) -> Result<(), DatasetError> {
    for batch in TableBatches::open(dir, table)? {
        let batch = batch.map_err(|source| DatasetError::Rows { table, source })?;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            for row in 0..batch.num_rows() {
                if let Some(cell) = Cell::of(column, row) {
                    take(field.name(), &cell);
                }
            }
        }
    }
    Ok(())
}
