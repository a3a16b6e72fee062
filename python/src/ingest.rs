//! A run: files in, a dataset out.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jianbao::dataset::Counts;
use jianbao::model::Document;
use jianbao::pipeline::{self, Live, Progress, RunError, intake};
use pyo3::prelude::*;

use crate::errors::{OrRaise, Raise};
use crate::options::{Reading, Run};
use crate::watched::watched;

/// Reads the inputs and writes the dataset. `progress` is called on this thread several times a second with the documents
/// done, all documents, the bytes done and all bytes; what it raises ends the run. Returns whether the dataset was left as
/// it was since nothing it depends on has changed.
#[pyfunction]
pub(crate) fn ingest(py: Python<'_>, run: Run, reading: Reading, progress: Option<Py<PyAny>>) -> PyResult<bool> {
    let options = run.options(&reading)?;
    let with = (reading.rules()?, reading.extractor()?);
    let cancel = Arc::new(AtomicBool::new(false));
    let board = Board::default();
    let tell = |py: Python<'_>| match (&progress, board.now()) {
        (Some(progress), Some(now)) => progress.call1(py, now).map(drop),
        _ => Ok(()),
    };
    let report = watched(py, &cancel, tell, || {
        let intake = intake::find(&run.inputs(), &options.out, options.group).map_err(Stopped::Intake)?;
        pipeline::run(intake, with, &options, &board, &cancel).map_err(Stopped::Run)
    })?;
    let report = report.or_raise()?;
    tell(py)?;
    Ok(report.up_to_date)
}

enum Stopped {
    Intake(intake::IntakeError),
    Run(RunError),
}

impl Raise for Stopped {
    fn raise(&self) -> PyErr {
        match self {
            Self::Intake(error) => error.raise(),
            Self::Run(error) => error.raise(),
        }
    }
}

/// How far a run is, told by the thread that runs it and read by the one that waits.
#[derive(Default)]
struct Board {
    total: OnceLock<(u64, u64, Live)>,
    done: AtomicU64,
    passed_over: AtomicU64,
    bytes_passed_over: AtomicU64,
}

impl Board {
    /// Documents done, all documents, bytes done, all bytes; `None` before it has begun.
    fn now(&self) -> Option<(u64, u64, u64, u64)> {
        let (documents, bytes, live) = self.total.get()?;
        let passed_over = self.passed_over.load(Ordering::Relaxed);
        let bytes_passed_over = self.bytes_passed_over.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        let all = bytes.saturating_sub(bytes_passed_over);
        Some((done, documents.saturating_sub(passed_over), live.bytes().min(all), all))
    }
}

impl Progress for Board {
    fn started(&self, files: u64, bytes: u64, live: Live) {
        self.total.get_or_init(|| (files, bytes, live));
    }

    fn written(&self, _: &Document, so_far: &Counts) {
        self.done.store(so_far.documents.found, Ordering::Relaxed);
    }

    fn passed_over(&self, bytes: u64) {
        self.passed_over.fetch_add(1, Ordering::Relaxed);
        self.bytes_passed_over.fetch_add(bytes, Ordering::Relaxed);
    }

    fn waiting(&self) {}

    fn finishing(&self) {}
}
