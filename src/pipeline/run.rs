//! The files of a run in, the dataset out. The only stage that looks at the clock.
//!
//! Workers read and process files in any order, the documents are written in the order of their labels as soon as the
//! ones before them are, so the dataset does not depend on the number of workers. How far the workers may be ahead
//! bounds the memory: four documents a worker, and 64 MiB of source bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::json;

use super::examples::Examples;
use super::in_order::{Stop, Window, in_order};
use super::intake::Intake;
use super::ocr::Ocr;
use super::workers::{Claims, Outcome, Process, Workers};
use crate::dataset::{Counts, DatasetError, Formats, Machine, RunFacts, RunRecord, Timing, Writer};
use crate::model::{Document, Format, Status};
use crate::rules::RuleSet;

const BYTES_AHEAD: u64 = 64 << 20;
const DOCUMENTS_AHEAD_PER_JOB: usize = 4;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder the dataset is written to.
    pub out: PathBuf,
    /// Kinds of files to write.
    pub formats: Formats,
    /// Number of workers, at least 1.
    pub jobs: usize,
    /// Files longer than this are not read.
    pub max_bytes: MaxBytes,
}

/// The longest files that are read, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxBytes {
    /// Of text files and files of recognised pages.
    pub text: u64,
    /// Of PDF files, which hold pictures too.
    pub pdf: u64,
    /// Of files that are pictures of pages, perhaps of hundreds.
    pub image: u64,
}

impl MaxBytes {
    /// The same for all files.
    pub fn all(bytes: u64) -> Self {
        Self { text: bytes, pdf: bytes, image: bytes }
    }

    /// The limit for files of `format`.
    pub fn of(self, format: Format) -> u64 {
        match format {
            Format::Text | Format::Markdown | Format::Alto | Format::PageXml | Format::Hocr => self.text,
            Format::Pdf => self.pdf,
            Format::Image => self.image,
        }
    }
}

impl Default for MaxBytes {
    /// 64 MiB of text, some 20 million characters, more than any bulletin; 512 MiB of PDF or pictures, some 500 scanned pages.
    fn default() -> Self {
        Self { text: 64 << 20, pdf: 512 << 20, image: 512 << 20 }
    }
}

/// Who watches a run. Called from the thread that runs it, in the order of the labels.
pub trait Progress {
    /// The run starts on so many files with so many bytes.
    fn started(&self, files: u64, bytes: u64);
    /// A document was written; `so_far` counts it in.
    fn written(&self, document: &Document, so_far: &Counts);
    /// All documents are written; the files are being closed.
    fn finishing(&self);
}

/// What a run did.
#[derive(Debug, Clone)]
pub struct Report {
    /// What `run.json` says.
    pub record: RunRecord,
    /// Where problems were met first.
    pub examples: Examples,
    /// Bytes of all files found.
    pub bytes: u64,
}

/// Why a run stopped. The dataset of an earlier run is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It was asked to.
    #[error("interrupted; the output folder is as it was before")]
    Cancelled,
    /// The dataset could not be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The workers could not be started.
    #[error("cannot start the workers; ask for fewer with --jobs")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Reads all files of `intake` and writes the dataset, until it is done or `cancel` is raised.
///
/// # Errors
/// If the dataset cannot be written, the workers cannot be started, or it was cancelled. What is wrong with a file is no
/// error but a row of the dataset.
pub fn run(
    intake: Intake,
    (rules, ocr): (Arc<RuleSet>, Arc<Ocr>),
    options: &Options,
    progress: &dyn Progress,
    cancel: &Arc<AtomicBool>,
) -> Result<Report, RunError> {
    run_with(super::process, intake, (rules, ocr), options, (progress, cancel))
}

fn run_with(
    process: Process,
    intake: Intake,
    (rules, ocr): (Arc<RuleSet>, Arc<Ocr>),
    options: &Options,
    (progress, cancel): (&dyn Progress, &Arc<AtomicBool>),
) -> Result<Report, RunError> {
    let clock = Clock::start();
    let mut bytes = 0;
    let mut examples = Examples::default();
    let mut writer = Writer::create(&options.out, options.formats)?;
    progress.started(intake.files.len() as u64, intake.bytes());
    let costs: Vec<u64> = intake.files.iter().map(|file| file.bytes.min(options.max_bytes.of(file.format))).collect();
    let workers = Arc::new(Workers {
        files: intake.files,
        rules,
        ocr,
        max_bytes: options.max_bytes,
        cancel: cancel.clone(),
        process,
        claims: Claims::default(),
    });
    let worker = workers.clone();
    let receive = |index: usize, outcome: Outcome| {
        let document = settle(&workers, index, outcome);
        writer.write(&document)?;
        bytes += document.source.bytes;
        examples.add(&document);
        progress.written(&document, writer.counts());
        Ok(())
    };
    let window = Window { tasks: options.jobs * DOCUMENTS_AHEAD_PER_JOB, cost: BYTES_AHEAD };
    in_order(&costs, (options.jobs, window), cancel, move |index| worker.work(index), receive).map_err(|stop| {
        match stop {
            Stop::Cancelled => RunError::Cancelled,
            Stop::Threads(error) => RunError::Threads(error),
            Stop::Receiver(error) => RunError::Dataset(error),
        }
    })?;
    if cancel.load(Ordering::Relaxed) {
        return Err(RunError::Cancelled);
    }
    progress.finishing();
    let record = writer.finish(|| facts((&workers.rules, &workers.ocr), options, intake.skipped, clock.stop()))?;
    Ok(Report { record, examples, bytes })
}

/// The document a file stands for, now that all files before it are known.
fn settle(workers: &Workers, index: usize, outcome: Outcome) -> Document {
    let (source, claim, document) = match outcome {
        Outcome::Document(document, None) => return *document,
        Outcome::Document(document, Some(claim)) => (document.source.clone(), claim, Some(document)),
        Outcome::Copy(source, claim) => (source, claim, None),
    };
    match (workers.claims.owner(claim), document) {
        (owner, Some(document)) if owner == index => *document,
        (owner, _) => {
            let first = workers.files[owner].label.clone();
            Document { status: Status::Duplicate(first), ..Document::empty(source) }
        }
    }
}

fn facts(
    (rules, ocr): (&RuleSet, &Ocr),
    options: &Options,
    skipped: BTreeMap<String, u64>,
    timing: Timing,
) -> RunFacts {
    let written = [(options.formats.parquet, "parquet"), (options.formats.jsonl, "jsonl")];
    let formats: Vec<&str> = written.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
    RunFacts {
        rules: rules.hashes().to_vec(),
        models: ocr.used(),
        options: BTreeMap::from([
            ("formats".to_owned(), json!(formats)),
            ("ocr".to_owned(), json!(ocr.when().as_str())),
            ("max_bytes".to_owned(), max_bytes(options.max_bytes)),
        ]),
        skipped,
        timing,
        machine: machine(options.jobs),
    }
}

fn max_bytes(MaxBytes { text, pdf, image }: MaxBytes) -> serde_json::Value {
    json!({"text": text, "pdf": pdf, "image": image})
}

#[expect(clippy::disallowed_methods, reason = "facts about the machine have their own place in run.json")]
fn machine(jobs: usize) -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        jobs,
    }
}

struct Clock {
    started: Timestamp,
    ticking: Instant,
}

#[expect(clippy::disallowed_methods, reason = "the time a run takes has its own place in run.json")]
impl Clock {
    fn start() -> Self {
        Self { started: Timestamp::now(), ticking: Instant::now() }
    }

    fn stop(&self) -> Timing {
        Timing {
            started: format!("{:.0}", self.started),
            finished: format!("{:.0}", Timestamp::now()),
            seconds: self.ticking.elapsed().as_secs_f64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::intake::{self, Input};
    use super::*;
    use crate::model::Source;

    struct Unwatched;

    impl Progress for Unwatched {
        fn started(&self, _: u64, _: u64) {}
        fn written(&self, _: &Document, _: &Counts) {}
        fn finishing(&self) {}
    }

    fn panic_at_seven(source: Source, _: &[u8], _: &RuleSet, _: &Ocr) -> Document {
        assert!(!source.path.ends_with("7.txt"), "lucky number");
        Document::empty(source)
    }

    #[test]
    fn a_panic_is_one_failed_document() {
        let desk = tempfile::tempdir().unwrap();
        let raw = desk.path().join("raw");
        fs::create_dir(&raw).unwrap();
        for number in 0..20 {
            fs::write(raw.join(format!("{number}.txt")), number.to_string()).unwrap();
        }
        let rules = Arc::new(RuleSet::builtin());
        for jobs in [1, 8] {
            let formats = Formats { parquet: false, jsonl: true };
            let options = Options { out: desk.path().join("out"), formats, jobs, max_bytes: MaxBytes::default() };
            let intake = intake::find(&[Input::Named(raw.clone())], &options.out).unwrap();
            let watch: (&dyn Progress, _) = (&Unwatched, &Arc::default());
            let report =
                run_with(panic_at_seven, intake, (rules.clone(), Arc::new(Ocr::never())), &options, watch).unwrap();
            let documents = report.record.counts.documents;
            assert_eq!((documents.found, documents.ok, documents.failed), (20, 18, 2));
            let trouble = &report.examples.troubles[0];
            assert_eq!((trouble.source.as_str(), trouble.code), ("17.txt", "internal-error"));
            assert!(trouble.message.contains("lucky number at src/pipeline/run.rs:"), "{}", trouble.message);
        }
    }
}
