//! A folder of Parquet files with one row a document, as engines write it → the tables of these documents in sorted
//! pieces, which are merged as those of datasets are. Memory holds the rows of one piece, and 48 bytes a document.

mod alike;
mod files;
mod pieces;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::MergeError;
use super::part::{differing, of_this_version};
use crate::dataset::{Counts, DatasetError, Machine, MadeWith, RunRecord, Timing};
use files::RowFile;
pub(super) use pieces::Pieces;

/// A file that may lie beside the rows and says what is in none of them.
const BESIDE: &str = "_jianbao.json";

/// More than any such file has to say.
const MAX_BESIDE_BYTES: u64 = 1 << 20;

/// A folder of files with one row a document.
pub(super) struct Nested {
    dir: PathBuf,
    files: Vec<RowFile>,
}

/// What [`BESIDE`] says: what only the one who gave out the work knew.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Beside {
    skipped: BTreeMap<String, u64>,
    timing: Option<Timing>,
    machine: Option<Machine>,
}

impl Nested {
    /// The files in `dir`, which has no `run.json`; `None` if there is no Parquet file in it.
    pub(super) fn find(dir: &Path) -> Result<Option<Self>, MergeError> {
        let paths = files::find(dir)?;
        if paths.is_empty() {
            return Ok(None);
        }
        let files = paths.into_iter().map(RowFile::open).collect::<Result<_, _>>()?;
        Ok(Some(Self { dir: dir.to_owned(), files }))
    }

    /// What all rows were made with, as a run says it of its dataset.
    pub(super) fn record(&self) -> Result<RunRecord, MergeError> {
        let mut made_with: Option<MadeWith> = None;
        for text in files::runs(&self.files)? {
            let odd = |what: String| MergeError::NotRows { path: self.dir.clone(), what };
            let row: MadeWith = serde_json::from_str(&text)
                .map_err(|error| odd(format!("the column run says something else ({error})")))?;
            of_this_version(&self.dir, &row.jianbao, &row.schema_version)?;
            match &mut made_with {
                None => made_with = Some(row),
                Some(all) => self.join(all, row)?,
            }
        }
        let Some(MadeWith { jianbao, schema_version, rules, models, options }) = made_with else {
            return Err(MergeError::NotRows { path: self.dir.clone(), what: "it has no row".to_owned() });
        };
        let Beside { skipped, timing, machine } = beside(&self.dir)?;
        let nowhere = Machine { os: String::new(), arch: String::new(), cores: 0, jobs: 0 };
        Ok(RunRecord {
            jianbao,
            schema_version,
            rules,
            models,
            options,
            counts: Counts::default(),
            skipped,
            files: Vec::new(),
            timing: timing.unwrap_or(Timing { started: String::new(), finished: String::new(), seconds: 0.0 }),
            machine: machine.unwrap_or(nowhere),
        })
    }

    /// Rows of one folder are made with the same; those that needed no model name none.
    fn join(&self, all: &mut MadeWith, row: MadeWith) -> Result<(), MergeError> {
        let mixed = |what, which: &str| MergeError::MixedRows { dir: self.dir.clone(), what, which: which.to_owned() };
        if let Some(which) = differing(&all.rules, &row.rules) {
            return Err(mixed("rules", which));
        }
        if let Some(which) = differing(&all.options, &row.options) {
            return Err(mixed("options", which));
        }
        for (name, hash) in row.models {
            if all.models.get(&name).is_some_and(|known| *known != hash) {
                return Err(mixed("models", &name));
            }
            all.models.insert(name, hash);
        }
        Ok(())
    }
}

fn beside(dir: &Path) -> Result<Beside, MergeError> {
    let path = dir.join(BESIDE);
    let Ok(file) = File::open(&path) else { return Ok(Beside::default()) };
    let mut text = Vec::new();
    file.take(MAX_BESIDE_BYTES)
        .read_to_end(&mut text)
        .map_err(|source| MergeError::Lost { path: path.clone(), source })?;
    Ok(serde_json::from_slice(&text).map_err(|source| DatasetError::NotARun { path, source })?)
}
