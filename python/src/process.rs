//! Documents as they come → rows in batches, one row a document; and one document alone.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use jianbao::dataset::{NestedRows, nested_schema, rows_of};
use jianbao::model::Status;
use jianbao::pipeline::{Next, Stream, Wanted, label};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyIterator};

use crate::errors::{OrRaise, internal};
use crate::options::Reading;
use crate::table::{Batch, Table, not_pickled, schema_capsule, stream_capsule};

/// How long it waits for a document before it asks whether Ctrl-C was pressed.
const PATIENCE: Duration = Duration::from_millis(50);

/// A batch ends when its documents hold so many bytes of text.
const BATCH_BYTES: usize = 16 << 20;

/// A document to be read: what it is called, and where it lies or what it holds.
type Asked = (Option<String>, Option<PathBuf>, Option<PyBackedBytes>);

/// What is said of a document that was read: its status, the code and sentence of what went wrong, its rows by table.
type Answer = (&'static str, Option<String>, Option<String>, Vec<Table>);

/// Rows of documents that are read as they are asked for. Its iterator and its Arrow stream take from the same documents.
#[pyclass(frozen, module = "jianbao")]
pub(crate) struct Rows(Arc<Mutex<State>>);

struct State {
    sources: Option<Py<PyIterator>>,
    root: Option<PathBuf>,
    stream: Stream,
    rows: NestedRows,
    documents: usize,
}

/// Reads `sources`, whose paths are called by what they are below `root`, and gives rows of so many `documents` a batch.
#[pyfunction]
pub(crate) fn process(
    sources: Py<PyIterator>,
    root: Option<PathBuf>,
    reading: Reading,
    documents: usize,
) -> PyResult<Rows> {
    let stream = stream(&reading)?;
    let state = State { sources: Some(sources), root, stream, rows: NestedRows::new(), documents };
    Ok(Rows(Arc::new(Mutex::new(state))))
}

/// Reads one document.
#[pyfunction]
pub(crate) fn read(py: Python<'_>, source: Asked, reading: Reading) -> PyResult<Answer> {
    let mut stream = stream(&reading)?;
    stream.give(wanted(source, None));
    let document = loop {
        match py.detach(|| stream.next(PATIENCE)).or_raise()? {
            Next::Made(document, _) => break document,
            Next::NotYet => py.check_signals()?,
            Next::Nothing => return Err(internal("the document got lost")),
        }
    };
    let tables = rows_of(&document).or_raise()?;
    let tables = tables.into_iter().map(|(name, rows)| Table::of(name, rows.schema(), vec![rows])).collect();
    let failure = match &document.status {
        Status::Partial(failure) | Status::Failed(failure) => Some(failure),
        Status::Ok | Status::Duplicate(_) => None,
    };
    let (code, message) = (failure.map(|it| it.code.to_string()), failure.map(|it| it.message.clone()));
    Ok((document.status.as_str(), code, message, tables))
}

fn stream(reading: &Reading) -> PyResult<Stream> {
    Stream::new((reading.rules()?, reading.extractor()?), reading.workers(), reading.jobs()?).or_raise()
}

fn wanted((name, path, bytes): Asked, root: Option<&PathBuf>) -> Wanted {
    match path {
        Some(path) => {
            let label = name.unwrap_or_else(|| label::of(&path, root.map(PathBuf::as_path)));
            Wanted::File { path, label }
        }
        None => Wanted::Bytes { label: name, bytes: bytes.map(|bytes| bytes.to_vec()).unwrap_or_default() },
    }
}

impl State {
    /// The next batch; `None` behind the last one.
    fn next(&mut self) -> PyResult<Option<RecordBatch>> {
        loop {
            self.fill()?;
            match self.stream.next(PATIENCE) {
                Ok(Next::Made(document, run)) => {
                    let pushed = self.rows.push(&document, &run);
                    pushed.or_raise()?;
                    if self.rows.rows() >= self.documents || self.rows.text_bytes() >= BATCH_BYTES {
                        break;
                    }
                }
                Ok(Next::NotYet) => Python::attach(|py| py.check_signals())?,
                Ok(Next::Nothing) => break,
                Err(error) => return Err(error).or_raise(),
            }
        }
        if self.rows.rows() == 0 {
            return Ok(None);
        }
        let batch = self.rows.take();
        batch.or_raise().map(Some)
    }

    /// Gives the stream documents to read, as long as there is room.
    fn fill(&mut self) -> PyResult<()> {
        if self.sources.is_none() || !self.stream.has_room() {
            return Ok(());
        }
        Python::attach(|py| {
            while self.stream.has_room()
                && let Some(sources) = &self.sources
            {
                match sources.bind(py).clone().next() {
                    Some(source) => self.stream.give(wanted(source?.extract()?, self.root.as_ref())),
                    None => self.sources = None,
                }
            }
            Ok(())
        })
    }
}

fn next(state: &Mutex<State>) -> PyResult<Option<RecordBatch>> {
    state.lock().unwrap_or_else(PoisonError::into_inner).next()
}

#[pymethods]
impl Rows {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        Ok(py.detach(|| next(&self.0))?.map(Batch))
    }

    fn __repr__(&self) -> &'static str {
        "<jianbao.Rows>"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_pickled("Rows"))
    }

    /// The schema of all batches, for any library that knows Arrow.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &nested_schema())
    }

    /// The batches that have not been taken yet, for any library that knows Arrow.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream_capsule(py, Box::new(Taken { state: self.0.clone(), schema: nested_schema() }))
    }
}

/// The rest of the batches, as another library asks for them, on whatever thread.
struct Taken {
    state: Arc<Mutex<State>>,
    schema: SchemaRef,
}

impl Iterator for Taken {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        // Whoever asks may hold the interpreter's lock, which another thread in here may wait for.
        let next = Python::attach(|py| py.detach(|| next(&self.state)));
        next.map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl RecordBatchReader for Taken {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
