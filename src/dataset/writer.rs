//! The dataset being written: takes documents in the order of their paths, gives all files their names at the end.

use std::path::{Path, PathBuf};

use super::DatasetError;
use super::diagnostics::Diagnostics;
use super::documents::Documents;
use super::file::{PendingFile, SealedFile, publish};
use super::items::Items;
use super::lane::Lane;
use super::lines::Lines;
use super::lock::Lock;
use super::prepared::Prepared;
use super::run_json::{Counts, RUN_JSON, RunFacts, RunRecord};
use crate::model::Document;

/// Which kinds of data file to write. `run.json` is always written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// Parquet, all four tables.
    pub parquet: bool,
    /// JSON lines, all tables but `lines`.
    pub jsonl: bool,
}

impl Formats {
    /// Their names, as `run.json` lists them.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.parquet, "parquet"), (self.jsonl, "jsonl")];
        all.into_iter().filter_map(|(on, name)| on.then_some(name)).collect()
    }
}

/// A dataset being written. Memory is bounded, whatever the number of documents; dropped unfinished, it leaves no file
/// and those of an earlier run as they were.
pub struct Writer {
    dir: PathBuf,
    last_source: Option<String>,
    given_up: bool,
    counts: Counts,
    items: Lane<Items>,
    documents: Lane<Documents>,
    lines: Lane<Lines>,
    diagnostics: Lane<Diagnostics>,
    /// Dropped last: until then the folder is this run's.
    _lock: Lock,
}

impl Writer {
    /// Starts a dataset in the folder `dir`, which is made if it is not there.
    ///
    /// # Errors
    /// If the folder cannot be made or written to, or another run is writing to it.
    pub fn create(dir: &Path, formats: Formats) -> Result<Self, DatasetError> {
        Self::within(Lock::take(dir)?, formats)
    }

    /// Starts a dataset in the folder of `lock`.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn within(lock: Lock, formats: Formats) -> Result<Self, DatasetError> {
        let dir = lock.dir().to_owned();
        Ok(Self {
            dir: dir.clone(),
            last_source: None,
            given_up: false,
            counts: Counts::default(),
            items: Lane::open(&dir, formats)?,
            documents: Lane::open(&dir, formats)?,
            lines: Lane::open(&dir, formats)?,
            diagnostics: Lane::open(&dir, formats)?,
            _lock: lock,
        })
    }

    /// Adds a document. Its rows may still be in memory when this returns.
    ///
    /// # Errors
    /// If its path is not greater, in byte order, than that of the document before; if its items or lines are not numbered
    /// 1, 2, 3 …; or if a file cannot be written. The dataset cannot be finished after an error.
    pub fn write(&mut self, document: &Document) -> Result<(), DatasetError> {
        let written = self.add(document);
        self.given_up |= written.is_err();
        written
    }

    /// What has been written so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Completes all files and only then gives them their names, `run.json` last. `facts` is called when the data files are
    /// complete, so that times can cover them.
    ///
    /// # Errors
    /// If a file cannot be written. Unless it is a rename that fails, the files of an earlier run are as they were.
    pub fn finish(mut self, facts: impl FnOnce() -> RunFacts) -> Result<RunRecord, DatasetError> {
        if self.given_up {
            return Err(DatasetError::GivenUp { dir: self.dir });
        }
        self.items.close()?;
        self.documents.close()?;
        self.lines.close()?;
        self.diagnostics.close()?;
        let mut sealed: Vec<SealedFile> = self.items.join()?;
        sealed.extend(self.documents.join()?);
        sealed.extend(self.lines.join()?);
        sealed.extend(self.diagnostics.join()?);

        publish_run(&self.dir, facts(), self.counts, sealed)
    }

    fn add(&mut self, document: &Document) -> Result<(), DatasetError> {
        let source = &document.source.path;
        match &mut self.last_source {
            Some(previous) if *previous >= *source => {
                return Err(DatasetError::OutOfOrder { source_path: source.clone(), previous: previous.clone() });
            }
            Some(previous) => previous.clone_from(source),
            none => *none = Some(source.clone()),
        }
        self.counts.add(document);
        let prepared = Prepared::of(document)?;
        self.items.write(&prepared)?;
        self.documents.write(&prepared)?;
        self.lines.write(&prepared)?;
        self.diagnostics.write(&prepared)
    }
}

/// Gives the data files of a run their names in `dir`, and then `run.json`, which says what they are.
pub(super) fn publish_run(
    dir: &Path,
    facts: RunFacts,
    counts: Counts,
    mut sealed: Vec<SealedFile>,
) -> Result<RunRecord, DatasetError> {
    let files = sealed.iter().map(|sealed| sealed.file.clone()).collect();
    let record = RunRecord::new(facts, counts, files);
    let mut run_json = PendingFile::create(dir, RUN_JSON.to_owned())?;
    record.write(&mut run_json)?;
    sealed.push(run_json.seal(0)?);
    publish(dir, sealed)?;
    Ok(record)
}
