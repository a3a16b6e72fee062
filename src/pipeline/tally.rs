//! Documents in, in order; the counts of a run out. Holds a few examples of what needs a look, never all of it.

use std::collections::BTreeMap;

use crate::model::{Code, Document, Status};

/// Counts over the documents of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Files found. Always the sum of the four that follow.
    pub files: u64,
    /// Documents that were read.
    pub ok: u64,
    /// Documents of which some could not be read.
    pub partial: u64,
    /// Files that could not be read.
    pub failed: u64,
    /// Files with the bytes of an earlier one.
    pub duplicate: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Items of all documents.
    pub items: u64,
    /// Entries of all contents lists.
    pub toc_entries: u64,
    /// Entries of contents lists that have an item.
    pub toc_matched: u64,
    /// Remarks by code.
    pub diagnostics: BTreeMap<Code, Remarks>,
    /// The first failed and partial documents, at most [`Tally::TROUBLES`].
    pub troubles: Vec<Trouble>,
}

/// Remarks of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarks {
    /// How many.
    pub count: u64,
    /// Where the first one is: label, and line where it has one.
    pub example: String,
}

/// A document that was not read whole, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The document's label.
    pub source: String,
    /// Stable code of the failure.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

impl Tally {
    /// How many troubles are kept.
    pub const TROUBLES: usize = 8;

    pub(super) fn add(&mut self, document: &Document) {
        self.files += 1;
        self.bytes += document.source.bytes;
        self.items += document.items.len() as u64;
        let toc = document.toc.as_deref().unwrap_or_default();
        self.toc_entries += toc.len() as u64;
        self.toc_matched += toc.iter().filter(|entry| entry.item.is_some()).count() as u64;
        let failure = match &document.status {
            Status::Ok => None,
            Status::Duplicate(_) => None,
            Status::Partial(failure) | Status::Failed(failure) => Some(failure),
        };
        *match &document.status {
            Status::Ok => &mut self.ok,
            Status::Partial(_) => &mut self.partial,
            Status::Failed(_) => &mut self.failed,
            Status::Duplicate(_) => &mut self.duplicate,
        } += 1;
        if let Some(failure) = failure.filter(|_| self.troubles.len() < Self::TROUBLES) {
            let (source, message) = (document.source.path.clone(), failure.message.clone());
            self.troubles.push(Trouble { source, code: failure.code, message });
        }
        for diagnostic in &document.diagnostics {
            let example = || match diagnostic.line {
                Some(line) => format!("{}:{line}", document.source.path),
                None => document.source.path.clone(),
            };
            let remarks =
                self.diagnostics.entry(diagnostic.code).or_insert_with(|| Remarks { count: 0, example: example() });
            remarks.count += 1;
        }
    }
}
