//! Two datasets → what differs between them.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use jianbao::diff::{self as library, Column, Diff, Selection};
use pyo3::prelude::*;

use crate::errors::{OrRaise, internal, option};
use crate::table::Table;
use crate::watched::watched;

/// What differs.
#[pyclass(frozen, module = "jianbao._jianbao")]
pub(crate) struct Changes(Diff);

/// Compares the datasets in the folders `old` and `new`: the columns `only`, or all if there are none, less those `without`.
#[pyfunction]
pub(crate) fn diff(
    py: Python<'_>,
    old: PathBuf,
    new: PathBuf,
    only: Vec<String>,
    without: Vec<String>,
) -> PyResult<Changes> {
    let columns = |names: Vec<String>| names.iter().map(|name| name.parse::<Column>()).collect::<Result<_, _>>();
    let selection = Selection { only: columns(only).map_err(option)?, without: columns(without).map_err(option)? };
    // It has no end before its end: Ctrl-C is heard when it is done.
    let never = AtomicBool::new(false);
    let found = watched(py, &never, |_| Ok(()), || library::diff(&old, &new, &selection))?;
    found.or_raise().map(Changes)
}

#[pymethods]
impl Changes {
    /// Whether nothing differs that was compared.
    #[getter]
    fn same(&self) -> bool {
        self.0.same
    }

    /// What `jianbao diff --format json` prints.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        let text = py.detach(|| serde_json::to_string_pretty(&self.0));
        text.map(|text| text + "\n").map_err(internal)
    }

    /// What `jianbao diff --format parquet` writes.
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let batches: Result<Vec<_>, _> = py.detach(|| library::batches(&self.0).collect());
        let batches = batches.map_err(internal)?;
        let schema = batches.first().map(|batch| batch.schema()).ok_or_else(|| internal("no batch"))?;
        Ok(Table::of("changes", schema, batches))
    }
}
