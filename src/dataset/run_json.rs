//! `run.json`: what was run, on what, and what came of it. Clock time and facts about the machine stand under `timing` and
//! `machine`, and nowhere else in a dataset; all the rest is the same for the same input, rules and version.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::file::{DataFile, PendingFile};
use super::{DatasetError, SCHEMA_VERSION};
use crate::model::{Document, Status};

/// Its name in the output folder.
pub(super) const RUN_JSON: &str = "run.json";

/// More than any run has to say.
const MAX_BYTES: u64 = 64 << 20;

/// All that `run.json` says, in its order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this program.
    pub jianbao: String,
    /// Version of the schema of the data files.
    pub schema_version: String,
    /// Rules files in force and the SHA-256 of each.
    pub rules: BTreeMap<String, String>,
    /// Models in use and the SHA-256 of each.
    pub models: BTreeMap<String, String>,
    /// Options that change the data.
    pub options: BTreeMap<String, Value>,
    /// What was found.
    pub counts: Counts,
    /// Files found and left out, by kind: `.pdf`, `without extension`, `hidden`.
    pub skipped: BTreeMap<String, u64>,
    /// The data files, by name.
    #[serde(serialize_with = "by_name", deserialize_with = "from_names")]
    pub files: Vec<DataFile>,
    /// When, and how long.
    pub timing: Timing,
    /// Where.
    pub machine: Machine,
}

/// What the caller knows of the run and the writer does not.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFacts {
    /// Rules files in force and the SHA-256 of each, 64 hex digits.
    pub rules: Vec<(String, String)>,
    /// Models in use and the SHA-256 of each, 64 hex digits.
    pub models: Vec<(String, String)>,
    /// Options that change the data, such as the formats; not the number of jobs, not the output folder.
    pub options: BTreeMap<String, Value>,
    /// Files found and left out, by kind.
    pub skipped: BTreeMap<String, u64>,
    /// When, and how long.
    pub timing: Timing,
    /// Where.
    pub machine: Machine,
}

/// Clock time of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// When it began, RFC 3339 in UTC; the first of the shards of a merged run.
    pub started: String,
    /// When the data files were complete, RFC 3339 in UTC; the last of the shards of a merged run.
    pub finished: String,
    /// Seconds between them; of a merged run the sum of all shards.
    pub seconds: f64,
}

/// The machine a run was made on; of a merged run the machines of all shards together, one counted as often as it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Operating system, as Rust names it.
    pub os: String,
    /// Processor architecture, as Rust names it.
    pub arch: String,
    /// Processors the run could use.
    pub cores: usize,
    /// Documents processed at a time.
    pub jobs: usize,
}

/// What was found in all documents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Documents by status.
    pub documents: DocumentCounts,
    /// Items.
    pub items: u64,
    /// Printed lines.
    pub lines: u64,
    /// Entries of tables of contents.
    pub toc_entries: u64,
    /// Entries of tables of contents without an item.
    pub toc_unmatched: u64,
    /// Diagnostics by code.
    pub diagnostics: BTreeMap<String, u64>,
    /// Where the characters went.
    pub chars: CharCounts,
}

/// Documents by status. `found` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentCounts {
    /// All source files.
    pub found: u64,
    /// All of it was read.
    pub ok: u64,
    /// Some of it was not read.
    pub partial: u64,
    /// Nothing of it could be read.
    pub failed: u64,
    /// Same bytes as an earlier one.
    pub duplicate: u64,
}

/// Non-space characters. `total` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CharCounts {
    /// All of them.
    pub total: i64,
    /// In items.
    pub items: i64,
    /// Masthead, contents, sections, contributor lines.
    pub structure: i64,
    /// Page numbers, running heads, colophon.
    pub furniture: i64,
    /// In nothing of the above.
    pub unassigned: i64,
}

impl RunRecord {
    /// What the `run.json` in the folder `dir` says. Fields that this version does not know are passed over.
    ///
    /// # Errors
    /// If there is none, or it is not what a run writes.
    pub fn read(dir: &Path) -> Result<Self, DatasetError> {
        let path = dir.join(RUN_JSON);
        let mut text = Vec::new();
        let read = File::open(&path).and_then(|file| {
            let length = file.take(MAX_BYTES + 1).read_to_end(&mut text)? as u64;
            if length > MAX_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
        });
        match read {
            Ok(()) => serde_json::from_slice(&text).map_err(|source| DatasetError::NotARun { path, source }),
            Err(source) => Err(DatasetError::NoRun { path, source }),
        }
    }

    pub(super) fn new(facts: RunFacts, counts: Counts, files: Vec<DataFile>) -> Self {
        Self {
            jianbao: env!("CARGO_PKG_VERSION").to_owned(),
            schema_version: SCHEMA_VERSION.to_owned(),
            rules: facts.rules.into_iter().collect(),
            models: facts.models.into_iter().collect(),
            options: facts.options,
            counts,
            skipped: facts.skipped,
            files,
            timing: facts.timing,
            machine: facts.machine,
        }
    }

    pub(super) fn write(&self, file: &mut PendingFile) -> Result<(), DatasetError> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|source| DatasetError::RunJson { source })?;
        text.push(b'\n');
        file.write_all(&text).map_err(|source| DatasetError::File { file: file.name().to_owned(), source })
    }
}

impl Counts {
    pub(super) fn add(&mut self, document: &Document) {
        self.documents.found += 1;
        *match document.status {
            Status::Ok => &mut self.documents.ok,
            Status::Partial(_) => &mut self.documents.partial,
            Status::Failed(_) => &mut self.documents.failed,
            Status::Duplicate(_) => &mut self.documents.duplicate,
        } += 1;
        let toc = document.toc.as_deref().unwrap_or(&[]);
        self.items += document.items.len() as u64;
        self.lines += document.lines.len() as u64;
        self.toc_entries += toc.len() as u64;
        self.toc_unmatched += toc.iter().filter(|entry| entry.item.is_none()).count() as u64;
        for diagnostic in &document.diagnostics {
            *self.diagnostics.entry(diagnostic.code.as_str().to_owned()).or_default() += 1;
        }
        self.chars.total += document.chars.total;
        self.chars.items += document.chars.items;
        self.chars.structure += document.chars.structure;
        self.chars.furniture += document.chars.furniture;
        self.chars.unassigned += document.chars.unassigned;
    }
}

impl Counts {
    /// Adds what was counted elsewhere.
    pub(super) fn add_all(&mut self, other: &Self) {
        let add = |sum: &mut u64, count: u64| *sum = sum.saturating_add(count);
        let (mine, others) = (&mut self.documents, &other.documents);
        add(&mut mine.found, others.found);
        add(&mut mine.ok, others.ok);
        add(&mut mine.partial, others.partial);
        add(&mut mine.failed, others.failed);
        add(&mut mine.duplicate, others.duplicate);
        add(&mut self.items, other.items);
        add(&mut self.lines, other.lines);
        add(&mut self.toc_entries, other.toc_entries);
        add(&mut self.toc_unmatched, other.toc_unmatched);
        for (code, count) in &other.diagnostics {
            add(self.diagnostics.entry(code.clone()).or_default(), *count);
        }
        let add = |sum: &mut i64, count: i64| *sum = sum.saturating_add(count);
        let (mine, others) = (&mut self.chars, &other.chars);
        add(&mut mine.total, others.total);
        add(&mut mine.items, others.items);
        add(&mut mine.structure, others.structure);
        add(&mut mine.furniture, others.furniture);
        add(&mut mine.unassigned, others.unassigned);
    }
}

fn by_name<S: Serializer>(files: &[DataFile], serializer: S) -> Result<S::Ok, S::Error> {
    let sorted: BTreeMap<&str, &DataFile> = files.iter().map(|file| (file.name.as_str(), file)).collect();
    sorted.serialize(serializer)
}

fn from_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<DataFile>, D::Error> {
    let files: BTreeMap<String, DataFile> = BTreeMap::deserialize(deserializer)?;
    Ok(files.into_iter().map(|(name, file)| DataFile { name, ..file }).collect())
}
