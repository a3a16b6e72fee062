//! Rows that other libraries take over the Arrow C data interface, without a copy and without any of them being there.

use std::path::PathBuf;

use arrow::array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::ffi_stream::FFI_ArrowArrayStream;
use jianbao::dataset::{DatasetError, TableBatches};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors::{OrRaise, internal};

/// Rows of a table, in a file or in memory.
#[pyclass(frozen, module = "jianbao")]
pub(crate) struct Table {
    name: String,
    schema: SchemaRef,
    rows: usize,
    source: Source,
}

enum Source {
    /// In the dataset in this folder, which is there as long as the object is.
    File(PathBuf, #[expect(dead_code, reason = "it is only held")] Option<Py<PyAny>>),
    Batches(Vec<RecordBatch>),
}

impl Table {
    /// The table `name` of the dataset in `dir`.
    pub(crate) fn open(name: &str, dir: PathBuf, keep: Option<Py<PyAny>>) -> Result<Self, DatasetError> {
        let batches = TableBatches::open(&dir, name)?;
        let (schema, rows) = (batches.schema(), usize::try_from(batches.rows()).unwrap_or(usize::MAX));
        Ok(Self { name: name.to_owned(), schema, rows, source: Source::File(dir, keep) })
    }

    /// Rows that are in memory, all with this schema.
    pub(crate) fn of(name: &str, schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        Self { name: name.to_owned(), schema, rows, source: Source::Batches(batches) }
    }
}

#[pymethods]
impl Table {
    /// Name of the table.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// Names of the columns, in order.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        names(&self.schema)
    }

    fn __len__(&self) -> usize {
        self.rows
    }

    fn __repr__(&self) -> String {
        format!("<jianbao.Table {}: {} rows, {} columns>", self.name, self.rows, self.schema.fields().len())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("Table"))
    }

    /// The schema, for any library that knows Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    /// The rows, for any library that knows Arrow. No other schema than the table's own can be had.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let reader: Box<dyn RecordBatchReader + Send> = match &self.source {
            Source::File(dir, _) => {
                let batches = TableBatches::open(dir, &self.name);
                Box::new(batches.or_raise()?)
            }
            Source::Batches(batches) => {
                let batches: Vec<Result<_, ArrowError>> = batches.iter().cloned().map(Ok).collect();
                Box::new(RecordBatchIterator::new(batches, self.schema.clone()))
            }
        };
        stream_capsule(py, reader)
    }
}

/// Rows of documents, one each, in memory.
#[pyclass(frozen, module = "jianbao")]
pub(crate) struct Batch(pub(crate) RecordBatch);

#[pymethods]
impl Batch {
    /// Names of the columns, in order.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        names(self.0.schema_ref())
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<jianbao.Batch: {} rows, {} columns>", self.0.num_rows(), self.0.num_columns())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("Batch"))
    }

    /// The schema, for any library that knows Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, self.0.schema_ref())
    }

    /// Schema and rows, for libraries that want one batch.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let array = FFI_ArrowArray::new(&StructArray::from(self.0.clone()).into_data());
        Ok((self.__arrow_c_schema__(py)?, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }

    /// The rows, for libraries that want a table.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream_capsule(py, Box::new(RecordBatchIterator::new([Ok(self.0.clone())], self.0.schema())))
    }
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.fields().iter().map(|field| field.name().as_str()).collect()
}

/// Says what to do instead.
pub(crate) fn not_pickled(what: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "a jianbao.{what} cannot be pickled: its memory belongs to this process; pickle pyarrow.table(it), or open the \
         dataset in the other process"
    ))
}

/// A schema in a capsule, as the interface wants it.
pub(crate) fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowSchema::try_from(schema).map_err(internal)?, c"arrow_schema")
}

/// A stream of rows in a capsule, as the interface wants it.
pub(crate) fn stream_capsule(
    py: Python<'_>,
    reader: Box<dyn RecordBatchReader + Send>,
) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
}
