//! A dataset on disk → its tables.

use std::path::PathBuf;

use jianbao::dataset::{RunRecord, tables};
use pyo3::prelude::*;

use crate::errors::{OrRaise, internal};
use crate::table::Table;

/// What the run that made the dataset in `dir` says of it, as JSON, and its tables, none if it was not written as Parquet.
/// `keep` is held as long as one of the tables is there.
#[pyfunction]
pub(crate) fn open(py: Python<'_>, dir: PathBuf, keep: Option<Py<PyAny>>) -> PyResult<(String, Vec<Table>)> {
    let record = RunRecord::read(&dir).or_raise()?;
    record.files.iter().try_for_each(|file| file.is_there(&dir)).or_raise()?;
    let mut opened = Vec::new();
    for name in tables().map(|table| table.name) {
        if record.files.iter().any(|file| file.name == format!("{name}.parquet")) {
            let keep = keep.as_ref().map(|keep| keep.clone_ref(py));
            opened.push(Table::open(name, dir.clone(), keep).or_raise()?);
        }
    }
    let json = serde_json::to_string(&record).map_err(internal)?;
    Ok((json, opened))
}
