//! What engines that share work out call: which documents there are, each as a text that can be sent anywhere, and the rows
//! of some of them at a time, by a reader that stays and keeps its workers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use jianbao::dataset::{NestedRows, merge as merge_datasets};
use jianbao::model::Document;
use jianbao::pipeline::intake::{self, Found, GroupWhen, Input};
use jianbao::pipeline::{DocumentReader, FaultAt, Networks, WorkersError};
use pyo3::prelude::*;

use crate::errors::{OrRaise, coded, internal, option};
use crate::options::{Reading, group_of};
use crate::table::Table;
use crate::watched::watched;

/// A batch ends when its documents hold so many bytes of text.
const BATCH_BYTES: usize = 64 << 20;

/// A document that was found, as a text, and its length in bytes.
type Unit = (String, u64);

/// Finds the files of `inputs`, pictures grouped as `group` says; what lies in `out` is not read. Gives each with its length
/// as a text that [`Reader::rows`] takes, and how many files were left out by kind.
#[pyfunction]
pub(crate) fn find(
    py: Python<'_>,
    inputs: Vec<PathBuf>,
    out: PathBuf,
    group: &str,
) -> PyResult<(Vec<Unit>, BTreeMap<String, u64>)> {
    let group = group_of(group)?;
    let inputs: Vec<Input> = inputs.into_iter().map(Input::Named).collect();
    let found = py.detach(|| intake::find(&inputs, &out, group)).or_raise()?;
    let text = |file: &Found| serde_json::to_string(file).map(|text| (text, file.bytes));
    let files: Result<Vec<_>, _> = found.files.iter().map(text).collect();
    let files =
        files.map_err(|error| coded("not-utf-8", format!("a path that is not UTF-8 cannot be sent: {error}")))?;
    Ok((files, found.skipped))
}

/// How a run counts a file that it leaves out for its path below the input; `None` if the file may be a document.
#[pyfunction]
pub(crate) fn left_out(path: PathBuf) -> Option<String> {
    intake::left_out(&path)
}

/// Merges datasets and folders of rows into the dataset `out`, and gives what its run.json says.
#[pyfunction]
pub(crate) fn merge(py: Python<'_>, inputs: Vec<PathBuf>, out: PathBuf) -> PyResult<String> {
    let cancel = AtomicBool::new(false);
    let merged = watched(py, &cancel, |_| Ok(()), || merge_datasets(&inputs, &out, &cancel))?;
    serde_json::to_string(&merged.or_raise()?).map_err(internal)
}

/// A document that is wanted: what it is called, then what [`find`] says of it, or its bytes, or why it cannot be fetched.
type Wanted = (String, Option<String>, Option<Vec<u8>>, Option<String>);

/// Reads documents, some at a time. It keeps its worker processes between two calls.
#[pyclass(frozen, module = "jianbao._jianbao")]
pub(crate) struct Reader {
    reader: DocumentReader,
    cancel: Arc<AtomicBool>,
    group: GroupWhen,
    jobs: usize,
}

type Read = Result<(Document, Option<Networks>), WorkersError>;

#[pymethods]
impl Reader {
    #[new]
    fn new(reading: Reading, group: &str, faults: Vec<String>) -> PyResult<Self> {
        let faults: Result<Vec<FaultAt>, _> = faults.iter().map(|fault| fault.parse()).collect();
        let faults = faults.map_err(|_| option("faults are written LABEL=FAULT or LABEL=FAULT@PAGES"))?;
        let (cancel, jobs) = (Arc::new(AtomicBool::new(false)), reading.jobs()?);
        let with = (reading.rules()?, reading.extractor()?);
        let workers = reading.workers().map(|program| (program, jobs, faults));
        let reader = DocumentReader::new(with, workers, cancel.clone());
        Ok(Self { reader, cancel, group: group_of(group)?, jobs })
    }

    /// The rows of the documents `wanted`, in this order, in one table or a few.
    fn rows(&self, py: Python<'_>, wanted: Vec<Wanted>) -> PyResult<Vec<Table>> {
        let made = watched(py, &self.cancel, |_| Ok(()), || self.read_all(wanted))?;
        let (mut rows, mut tables) = (NestedRows::new(), Vec::new());
        for read in made {
            let (document, networks) = read.or_raise()?;
            let run = self.reader.made_with(self.group, networks.as_ref()).text().or_raise()?;
            rows.push(&document, &run).or_raise()?;
            if rows.text_bytes() >= BATCH_BYTES {
                tables.push(table(&mut rows)?);
            }
        }
        if rows.rows() > 0 || tables.is_empty() {
            tables.push(table(&mut rows)?);
        }
        Ok(tables)
    }
}

fn table(rows: &mut NestedRows) -> PyResult<Table> {
    let batch = rows.take().or_raise()?;
    Ok(Table::of("rows", batch.schema(), vec![batch]))
}

impl Reader {
    /// Reads so many documents at a time as there are jobs; a free one takes the next.
    fn read_all(&self, wanted: Vec<Wanted>) -> Vec<Read> {
        let count = wanted.len();
        let wanted: Vec<Mutex<Option<Wanted>>> = wanted.into_iter().map(|it| Mutex::new(Some(it))).collect();
        let made: Vec<Mutex<Option<Read>>> = (0..count).map(|_| Mutex::new(None)).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(place) = wanted.get(at) else { break };
                let taken = place.lock().unwrap_or_else(PoisonError::into_inner).take();
                let read = taken.map(|wanted| self.read(wanted));
                *made[at].lock().unwrap_or_else(PoisonError::into_inner) = read;
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.jobs.min(count) {
                scope.spawn(work);
            }
            work();
        });
        made.into_iter().filter_map(|made| made.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }

    fn read(&self, (label, found, bytes, lost): Wanted) -> Read {
        if let Some(found) = found {
            return match serde_json::from_str::<Found>(&found) {
                Ok(found) => self.reader.read(&found),
                Err(error) => Ok((self.reader.unreadable(&label, &error.to_string()), None)),
            };
        }
        match bytes {
            Some(bytes) => self.reader.read_bytes(&label, Arc::new(bytes)),
            None => Ok((self.reader.unreadable(&label, &lost.unwrap_or_default()), None)),
        }
    }
}
