//! The files of a run in, the dataset out. The only stage that looks at the clock.
//!
//! Files are read and processed in any order, the documents are written in the order of their labels as soon as the ones
//! before them are, so the dataset does not depend on the number of jobs. How far the jobs may be ahead bounds the
//! memory: four documents a job, and 64 MiB of source bytes; beyond that, documents are extracted into the cache.
//!
//! Where nothing has changed since the run before, its dataset is the result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::examples::Examples;
use super::in_order::{Event, Stop, Window, in_order};
use super::intake::{GroupWhen, Intake};
use super::jobs::{Claims, Effort, Jobs, Outcome, Trace};
use super::ledger::{self, Changes, Entry, Ledger, Pen, Stamp, Whole};
use super::reader::{DocumentReader, Process};
use crate::dataset::{
    Counts, DatasetError, Formats, Lock, Machine, OTHER_SHARDS, RunFacts, RunRecord, SHARD_OPTION, Shard, Timing,
    Writer,
};
use crate::extract::{Cache, Extractor, FaultAt, Networks, WorkerProgram, Workers, WorkersError, Working};
use crate::model::{Document, Source};
use crate::rules::RuleSet;

pub(super) const BYTES_AHEAD: u64 = 64 << 20;
pub(super) const DOCUMENTS_AHEAD_PER_JOB: usize = 4;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder the dataset is written to.
    pub out: PathBuf,
    /// Kinds of files to write.
    pub formats: Formats,
    /// Which pictures were taken as one document.
    pub group: GroupWhen,
    /// Number of documents worked on at a time, at least 1.
    pub jobs: usize,
    /// The shard whose files are read; all of them if there is none.
    pub shard: Option<Shard>,
    /// The program that is started to extract documents; without it they are extracted in this process.
    pub workers: Option<WorkerProgram>,
    /// Nothing that an earlier run has left is made use of.
    pub fresh: bool,
    /// Documents that were cut by a limit or a fault of a worker are tried again.
    pub retry: bool,
    /// Faults that workers are to have.
    pub faults: Vec<FaultAt>,
}

/// Who watches a run. Called from the thread that runs it, in the order of the labels.
pub trait Progress {
    /// The run starts on so many files with so many bytes; `live` says at any time what goes on.
    fn started(&self, files: u64, bytes: u64, live: Live);
    /// A document was written; `so_far` counts it in.
    fn written(&self, document: &Document, so_far: &Counts);
    /// A file of so many bytes is in another shard.
    fn passed_over(&self, bytes: u64);
    /// Called several times a second while no document is ready to be written.
    fn waiting(&self);
    /// All documents are written; the files are being closed.
    fn finishing(&self);
}

/// What goes on in a run.
#[derive(Clone)]
pub struct Live(Arc<Jobs>);

impl Live {
    /// What the workers are on, the longest first.
    pub fn working(&self) -> Vec<Working> {
        self.0.reader.workers.as_ref().map(Workers::working).unwrap_or_default()
    }

    /// How many documents had been extracted by an earlier run.
    pub fn reused(&self) -> u64 {
        self.0.effort.reused.load(Ordering::Relaxed)
    }

    /// Bytes of the files that are done but for being written.
    pub fn bytes(&self) -> u64 {
        self.0.effort.bytes()
    }

    /// How many documents are made, or extracted before their turn.
    pub fn done(&self) -> u64 {
        self.ahead(0)
    }

    /// How many documents wait for their turn to be written after the first `written`.
    pub fn ahead(&self, written: u64) -> u64 {
        self.0.effort.ahead(written)
    }
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
    /// How many pictures were taken as pages of documents, and of how many.
    pub grouped: (u64, u64),
    /// How the files differ from those of the run before; `None` if there was none.
    pub changes: Option<Changes>,
    /// Documents that were extracted.
    pub extracted: u64,
    /// Documents that an earlier run had extracted.
    pub reused: u64,
    /// Documents that a limit or a fault of a worker cut.
    pub cut: u64,
    /// The dataset of the run before was left as it is, since nothing it depends on has changed.
    pub up_to_date: bool,
    /// Why the next run will have to do all of this again, if it will.
    pub not_kept: Option<String>,
}

/// Why a run stopped. The dataset of an earlier run is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It was asked to.
    #[error("interrupted; the dataset is as it was before, and the next run goes on from here")]
    Cancelled,
    /// The dataset could not be written.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The threads could not be started.
    #[error("cannot start the threads; ask for fewer with --jobs")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The workers could not be started.
    #[error(transparent)]
    Workers(WorkersError),
}

impl RunError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "interrupted",
            Self::Dataset(error) => error.code(),
            Self::Threads(_) => "no-threads",
            Self::Workers(error) => error.code(),
        }
    }
}

/// Reads all files of `intake` and writes the dataset, until it is done or `cancel` is raised.
///
/// # Errors
/// If the dataset cannot be written, the threads or workers cannot be started, or it was cancelled. What is wrong with a
/// file is no error but a row of the dataset.
pub fn run(
    intake: Intake,
    (rules, extractor): (Arc<RuleSet>, Arc<Extractor>),
    options: &Options,
    progress: &dyn Progress,
    cancel: &Arc<AtomicBool>,
) -> Result<Report, RunError> {
    run_with(super::process::document, intake, (rules, extractor), options, (progress, cancel))
}

fn run_with(
    process: Process,
    intake: Intake,
    (rules, extractor): (Arc<RuleSet>, Arc<Extractor>),
    options: &Options,
    (progress, cancel): (&dyn Progress, &Arc<AtomicBool>),
) -> Result<Report, RunError> {
    let clock = Clock::start();
    let lock = Lock::take(&options.out)?;
    let asked = asked((&rules, &extractor), options, &intake.skipped);
    let before = if options.fresh { Ledger::default() } else { Ledger::read(&options.out) };
    if let Some(report) = up_to_date(&before, &asked, &intake, &extractor, (options, cancel)) {
        return Ok(report);
    }
    let cache = Cache::new(ledger::folder(&options.out));
    cache.sweep();
    let mut writer = Writer::within(lock.clone(), options.formats)?;
    let costs: Vec<u64> =
        intake.files.iter().map(|file| file.bytes.min(extractor.limits.file_bytes.of(file.format))).collect();
    let workers =
        options.workers.clone().map(|program| Workers::new(program, &extractor, options.jobs, options.faults.clone()));
    let grouped = intake.grouped();
    let (files, bytes_found) = (intake.files.len() as u64, intake.bytes());
    let jobs = Arc::new(Jobs {
        files: intake.files,
        reader: DocumentReader { rules, extractor, workers, cancel: cancel.clone(), process },
        shard: options.shard,
        cache,
        before,
        fresh: options.fresh,
        retry: options.retry,
        claims: Claims::default(),
        effort: Effort::default(),
    });
    progress.started(files, bytes_found, Live(jobs.clone()));
    let mut elsewhere = 0;
    let mut pen = Pen::new(&options.out, &jobs.cache.pending());
    let mut whole = Whole { asked, ..Whole::default() };
    let receive = |event: Event<Outcome>| {
        let Event::Done(index, outcome) = event else {
            progress.waiting();
            return Ok(());
        };
        let (document, trace) = settle(&jobs, index, outcome)?;
        whole.cut += u64::from(trace.cut);
        pen.add(&jobs.before.files, &Entry::new(&jobs.files[index], trace, clock.now()));
        let Some(document) = document else {
            elsewhere += 1;
            progress.passed_over(jobs.files[index].bytes);
            return Ok(());
        };
        writer.write(&document)?;
        whole.bytes += document.source.bytes;
        whole.examples.add(&document);
        progress.written(&document, writer.counts());
        Ok(())
    };
    let window = Window { tasks: options.jobs * DOCUMENTS_AHEAD_PER_JOB, cost: BYTES_AHEAD };
    in_order(&costs, (jobs.reader.threads(options.jobs), window), cancel, &jobs, receive).map_err(
        |stop| match stop {
            Stop::Cancelled => RunError::Cancelled,
            Stop::Threads(error) => RunError::Threads(error),
            Stop::Receiver(error) => error,
        },
    )?;
    if cancel.load(Ordering::Relaxed) {
        return Err(RunError::Cancelled);
    }
    progress.finishing();
    whole.networks = jobs.effort.networks();
    let mut skipped = intake.skipped;
    if elsewhere > 0 {
        skipped.insert(OTHER_SHARDS.to_owned(), elsewhere);
    }
    let facts =
        || facts((&jobs.reader.rules, &jobs.reader.extractor), options, (skipped, &whole.networks), clock.stop());
    let record = writer.finish(facts)?;
    whole.written = written(&record, &options.out);
    let (changes, kept) = pen.finish(&jobs.before.files, &whole);
    let kept = kept.map_err(|error| format!("cannot leave a note for the next run ({error})"));
    drop(lock);
    Ok(Report {
        record,
        examples: whole.examples,
        bytes: whole.bytes,
        grouped,
        changes,
        extracted: jobs.effort.extracted.load(Ordering::Relaxed),
        reused: jobs.effort.reused.load(Ordering::Relaxed),
        cut: whole.cut,
        up_to_date: false,
        not_kept: jobs.effort.cache_error().or(kept.err()),
    })
}

/// What the run before did, if this one would do the same.
fn up_to_date(
    before: &Ledger,
    asked: &str,
    intake: &Intake,
    extractor: &Extractor,
    (options, cancel): (&Options, &AtomicBool),
) -> Option<Report> {
    let tries_again = options.retry && before.whole.cut > 0;
    let is_same = before.whole.asked == asked
        && !tries_again
        && before.files.len() == intake.files.len()
        && before.whole.networks.as_ref().is_none_or(|networks| networks == extractor.ocr.present());
    if !is_same {
        return None;
    }
    for (entry, found) in before.files.iter().zip(&intake.files) {
        if entry.label != found.label || entry.lost.as_ref() != found.finding.failure() {
            return None;
        }
    }
    let is_written = |(name, stamp): &(String, Stamp)| Stamp::of(&options.out.join(name)).as_ref() == Some(stamp);
    let data = &before.whole.written;
    if data.is_empty() || !data.iter().all(is_written) {
        return None;
    }
    // Last, since it may cost the reading of files that have only been touched.
    let files = before.files.iter().zip(&intake.files);
    if !files.into_iter().all(|(entry, found)| entry.holds(found, cancel)) {
        return None;
    }
    let record = RunRecord::read(&options.out).ok()?;
    let unchanged = before.files.len() as u64;
    Some(Report {
        record,
        examples: before.whole.examples.clone(),
        bytes: before.whole.bytes,
        grouped: intake.grouped(),
        changes: Some(Changes { unchanged, ..Changes::default() }),
        extracted: 0,
        reused: before.keys().count() as u64,
        cut: before.whole.cut,
        up_to_date: true,
        not_kept: None,
    })
}

/// The files of the dataset, and how they lie on disk.
fn written(record: &RunRecord, out: &Path) -> Vec<(String, Stamp)> {
    let names = record.files.iter().map(|file| file.name.as_str()).chain(["run.json"]);
    let stamps: Option<Vec<_>> = names.map(|name| Some((name.to_owned(), Stamp::of(&out.join(name))?))).collect();
    stamps.unwrap_or_default()
}

/// The document a file stands for, now that all files before it are known; `None` if it is in another shard.
fn settle(jobs: &Jobs, index: usize, outcome: Outcome) -> Result<(Option<Document>, Trace), RunError> {
    let (source, claim, document, trace) = match outcome {
        Outcome::Elsewhere(trace) => return Ok((None, trace)),
        Outcome::Document(document, None, trace) => return Ok((Some(*document), trace)),
        Outcome::Document(document, Some(claim), trace) => (document.source.clone(), claim, Some(document), trace),
        Outcome::Copy(source, claim, trace) => (source, claim, None, trace),
        Outcome::Stopped(WorkersError::Cancelled) => return Err(RunError::Cancelled),
        Outcome::Stopped(error) => return Err(RunError::Workers(error)),
    };
    Ok(match (jobs.claims.owner(claim), document) {
        (owner, Some(document)) if owner == index => (Some(*document), trace),
        (owner, _) => {
            // Whether it was looked into depends on who came first, so that its name alone says what it is.
            let source = Source { format: jobs.files[index].format, ..source };
            (Some(Document::duplicate(source, jobs.files[owner].label.clone())), trace)
        }
    })
}

/// Options that change documents.
pub(super) fn document_options(extractor: &Extractor, group: GroupWhen) -> BTreeMap<String, Value> {
    let limits: BTreeMap<&str, u64> = extractor.limits.changed().collect();
    BTreeMap::from([
        ("group".to_owned(), json!(group.as_str())),
        ("ocr".to_owned(), json!(extractor.ocr.when().as_str())),
        ("limits".to_owned(), json!(limits)),
    ])
}

/// Options that change the data.
fn data_options(extractor: &Extractor, options: &Options) -> BTreeMap<String, Value> {
    let mut said = document_options(extractor, options.group);
    said.insert("formats".to_owned(), json!(options.formats.names()));
    said.extend(options.shard.map(|shard| (SHARD_OPTION.to_owned(), json!(shard.to_string()))));
    said
}

/// All that a dataset depends on but the files and networks, as one text.
fn asked((rules, extractor): (&RuleSet, &Extractor), options: &Options, skipped: &BTreeMap<String, u64>) -> String {
    let program = (env!("CARGO_PKG_VERSION"), env!("JIANBAO_PROGRAM"));
    let faults = format!("{:?}", options.faults);
    json!([program, rules.hashes(), data_options(extractor, options), skipped, faults]).to_string()
}

fn facts(
    (rules, extractor): (&RuleSet, &Extractor),
    options: &Options,
    (skipped, networks): (BTreeMap<String, u64>, &Option<Networks>),
    timing: Timing,
) -> RunFacts {
    RunFacts {
        rules: rules.hashes().to_vec(),
        models: networks.clone().unwrap_or_default(),
        options: data_options(extractor, options),
        skipped,
        timing,
        machine: machine(options.jobs),
    }
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

    fn now(&self) -> SystemTime {
        SystemTime::now()
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
    use crate::extract::Reading;
    use crate::model::Source;

    struct Unwatched;

    impl Progress for Unwatched {
        fn started(&self, _: u64, _: u64, _: Live) {}
        fn written(&self, _: &Document, _: &Counts) {}
        fn passed_over(&self, _: u64) {}
        fn waiting(&self) {}
        fn finishing(&self) {}
    }

    fn panic_at_seven(source: Source, _: Reading, _: &RuleSet) -> Document {
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
            let options = Options {
                out: desk.path().join("out"),
                group: GroupWhen::Auto,
                formats: Formats { parquet: false, jsonl: true },
                jobs,
                shard: None,
                workers: None,
                fresh: true,
                retry: false,
                faults: Vec::new(),
            };
            let intake = intake::find(&[Input::Named(raw.clone())], &options.out, GroupWhen::Auto).unwrap();
            let watch: (&dyn Progress, _) = (&Unwatched, &Arc::default());
            let with = (rules.clone(), Arc::new(Extractor::without_ocr()));
            let report = run_with(panic_at_seven, intake, with, &options, watch).unwrap();
            let documents = report.record.counts.documents;
            assert_eq!((documents.found, documents.ok, documents.failed), (20, 18, 2));
            let trouble = &report.examples.troubles[0];
            assert_eq!((trouble.source.as_str(), &*trouble.code), ("17.txt", "internal-error"));
            assert!(trouble.message.contains("lucky number at src/pipeline/run.rs:"), "{}", trouble.message);
        }
    }
}
