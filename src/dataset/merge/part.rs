//! One dataset, or folder of rows, that is to be merged: what its `run.json` says, whether that fits the others, and whether its files are
//! those the run wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::MergeError;
use super::nested::Nested;
use crate::dataset::file::Held;
use crate::dataset::shard::{OPTION, OTHER_SHARDS, Shard};
use crate::dataset::{DatasetError, Formats, RunRecord, SCHEMA_VERSION, tables};

/// Key of the formats among the options in `run.json`.
pub(super) const FORMATS: &str = "formats";

/// What is to be merged with others.
pub(super) struct Part {
    /// The folder as the user wrote it.
    pub(super) dir: PathBuf,
    /// The folders its tables lie in, each sorted.
    pub(super) tables: Vec<PathBuf>,
    /// Files with one row a document that its tables are to be made of.
    pub(super) nested: Option<Nested>,
    pub(super) record: RunRecord,
    /// What its run wrote; `None` if it is no run that wrote tables.
    pub(super) formats: Option<Formats>,
    pub(super) shard: Option<Shard>,
}

impl Part {
    /// What there is in `dir`, if this version may merge it: a dataset, or files with one row a document.
    pub(super) fn read(dir: &Path) -> Result<Self, MergeError> {
        match RunRecord::read(dir) {
            Ok(record) => Self::of_dataset(dir.to_owned(), record),
            Err(error @ DatasetError::NoRun { .. }) => match Nested::find(dir) {
                Ok(Some(nested)) => {
                    let (record, dir) = (nested.record()?, dir.to_owned());
                    Ok(Self { dir, tables: Vec::new(), nested: Some(nested), record, formats: None, shard: None })
                }
                Ok(None) => Err(error.into()),
                // Of a folder that is not there, it is told that it has no dataset.
                Err(MergeError::Lost { .. }) if !dir.exists() => Err(error.into()),
                Err(other) => Err(other),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn of_dataset(dir: PathBuf, mut record: RunRecord) -> Result<Self, MergeError> {
        of_this_version(&dir, &record.jianbao, &record.schema_version)?;
        let shard = match record.options.remove(OPTION) {
            None => None,
            Some(said) => match said.as_str().and_then(|said| said.parse().ok()) {
                Some(shard) => Some(shard),
                None => return Err(MergeError::OddShard { dir, shard: said.to_string() }),
            },
        };
        let Some(formats) = formats(&record) else { return Err(MergeError::OddFiles { dir }) };
        if !formats.parquet {
            return Err(MergeError::NoParquet { dir });
        }
        // Rows know nothing of them.
        record.options.remove(FORMATS);
        Ok(Self { tables: vec![dir.clone()], dir, nested: None, record, formats: Some(formats), shard })
    }

    /// Whether both were made in the same way.
    pub(super) fn fits(&self, other: &Self) -> Result<(), MergeError> {
        let (mine, others) = (&self.record, &other.record);
        if let Some(which) = differing(&mine.options, &others.options) {
            return Err(self.unlike(other, "options", which));
        }
        if let Some(which) = differing(&mine.rules, &others.rules) {
            return Err(self.unlike(other, "rules", which));
        }
        if self.formats.zip(other.formats).is_some_and(|(mine, others)| mine != others) {
            return Err(self.unlike(other, "options", "formats"));
        }
        if self.shard.map(Shard::count) != other.shard.map(Shard::count) {
            let (dir, other_shard) = (self.dir.clone(), other.shard);
            return Err(MergeError::OtherSharding { dir, shard: self.shard, other: other.dir.clone(), other_shard });
        }
        let same_input = (self.found(), self.left_out()) == (other.found(), other.left_out());
        if self.shard.is_some() && !same_input {
            return Err(MergeError::OtherInput {
                dir: self.dir.clone(),
                found: self.found(),
                other: other.dir.clone(),
                other_found: other.found(),
            });
        }
        Ok(())
    }

    /// That the part called `which` of `what` they were made with differs.
    pub(super) fn unlike(&self, other: &Self, what: &'static str, which: &str) -> MergeError {
        let (dir, other) = (self.dir.clone(), other.dir.clone());
        MergeError::Unlike { dir, other, what, which: which.to_owned() }
    }

    /// How many files its run found, those of other shards with them.
    pub(super) fn found(&self) -> u64 {
        let elsewhere = self.record.skipped.get(OTHER_SHARDS).copied().unwrap_or(0);
        self.record.counts.documents.found.saturating_add(elsewhere)
    }

    /// Files that are in no shard, by kind.
    pub(super) fn left_out(&self) -> BTreeMap<String, u64> {
        let mut kinds = self.record.skipped.clone();
        kinds.remove(OTHER_SHARDS);
        kinds
    }

    /// Holds every data file against its SHA-256.
    pub(super) fn verify(&self, cancel: &AtomicBool) -> Result<(), MergeError> {
        for listed in &self.record.files {
            let path = self.dir.join(&listed.name);
            match listed.held(&self.dir, cancel) {
                Ok(Held::Whole) => {}
                Ok(Held::Altered) => return Err(DatasetError::Altered { path }.into()),
                Ok(Held::Cancelled) => return Err(MergeError::Cancelled),
                Err(source) => return Err(MergeError::Lost { path, source }),
            }
        }
        Ok(())
    }
}

/// Whether what is in `dir` was made by this version of the program and of the schema.
pub(super) fn of_this_version(dir: &Path, version: &str, schema_version: &str) -> Result<(), MergeError> {
    if version == env!("CARGO_PKG_VERSION") && schema_version == SCHEMA_VERSION {
        return Ok(());
    }
    let (version, schema_version) = (version.to_owned(), schema_version.to_owned());
    Err(MergeError::OtherVersion { dir: dir.to_owned(), version, schema_version })
}

/// The formats a run wrote; `None` if its files are those of no run.
fn formats(record: &RunRecord) -> Option<Formats> {
    let has = |ending: &str| record.files.iter().any(|file| file.name.ends_with(ending));
    let formats = Formats { parquet: has(".parquet"), jsonl: has(".jsonl") };
    let mut expected: Vec<String> = Vec::new();
    for table in tables() {
        expected.extend(formats.parquet.then(|| format!("{}.parquet", table.name)));
        expected.extend((formats.jsonl && table.jsonl).then(|| format!("{}.jsonl", table.name)));
    }
    let mut names: Vec<&str> = record.files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    expected.sort_unstable();
    (names == expected && !names.is_empty()).then_some(formats)
}

/// The first key that the maps do not have with the same value.
pub(super) fn differing<'m, V: PartialEq>(
    one: &'m BTreeMap<String, V>,
    two: &'m BTreeMap<String, V>,
) -> Option<&'m str> {
    one.keys().chain(two.keys()).find(|&key| one.get(key) != two.get(key)).map(String::as_str)
}
