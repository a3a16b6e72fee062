//! `jianbao ingest`: files and folders in, a dataset out.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::ValueEnum;

use super::{EXIT_CLEAN, EXIT_FAILED, EXIT_INTERRUPTED, ReadArgs, RulesArgs, limits_help, progress, report, summary};
use crate::dataset::{Formats, Shard};
use crate::pipeline::intake::{self, GroupWhen, Input, Intake};
use crate::pipeline::{self, FaultAt, Options, Progress, Report, Watch, WorkerProgram};
use crate::rules::RuleSet;

/// Read bulletins and write a dataset
///
/// Reads .pdf, .txt, .text, .md and .markdown files, and files of recognised pages (ALTO, PAGE XML, hOCR), and writes
/// items, documents, lines and diagnostics as Parquet and JSON lines, and run.json. A file that cannot be read is a row of documents that says why; the run goes on. All files
/// appear whole at the end, or not at all.
#[derive(Debug, clap::Args)]
#[command(after_long_help = format!("{INPUTS}\n\n{}", limits_help()))]
pub(super) struct Args {
    /// Files, folders, or - for a list of paths on standard input
    #[arg(value_name = "INPUT", default_value = "raw")]
    inputs: Vec<PathBuf>,
    /// Folder the dataset is written to
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    read: ReadArgs,
    /// Pictures of one folder that are pages of one document: those whose names count from 0 or 1 without a gap, as
    /// name-001.tif (auto), all whose names differ in the number at their end alone, or none
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    group: GroupWord,
    /// Number of documents worked on at a time [default: one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Read one shard of the files alone, as 2/4 for the second of four; jianbao merge makes one dataset of all
    ///
    /// A file's bytes decide which shard it is in, so that every run must see all files; those of other shards are hashed
    /// and not read.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Kinds of files to write
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_value = "parquet,jsonl")]
    format: Vec<OutputFormat>,
    /// Make no use of what earlier runs have left in the output folder
    #[arg(long)]
    fresh: bool,
    /// Try documents again that were cut by a limit of time or memory, or crashed the worker
    #[arg(long)]
    retry: bool,
    /// Read PDF files and pictures in this process, without limits of time and memory
    #[arg(long)]
    no_workers: bool,
    /// Have a worker fail on a document: LABEL=FAULT or LABEL=FAULT@PAGES
    #[arg(long = "fault", value_name = "FAULT", hide = true)]
    faults: Vec<FaultAt>,
    /// Keep going as files arrive, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// With --watch, write the dataset at most every so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "watch")]
    every: u64,
    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Name every document that is not clean as it is met
    #[arg(short, long)]
    verbose: bool,
}

const INPUTS: &str = "\
Inputs:
  Folders are read with everything below them, links followed. Hidden files and files of
  other kinds are left out and counted in the summary. The output folder is not read.
  In the dataset a file is called by its path below the input folder, or by its name if it was
  given itself. Where files of several inputs would be called the same, all files of these
  inputs are prefixed with the name of the folder they were found in.
  A list of paths (-) is separated by line ends, or by NUL as find -print0 writes it.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    Parquet,
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupWord {
    Auto,
    Always,
    Never,
}

impl From<GroupWord> for GroupWhen {
    fn from(word: GroupWord) -> Self {
        match word {
            GroupWord::Auto => Self::Auto,
            GroupWord::Always => Self::Always,
            GroupWord::Never => Self::Never,
        }
    }
}

pub(super) fn run(args: &Args, worker: Option<WorkerProgram>) -> anyhow::Result<u8> {
    let rules = args.rules.load()?;
    let options = args.options(worker)?;
    let cancel = raised_on_interrupt()?;
    let inputs = inputs(&args.inputs)?;
    let once = |watch: Option<&mut Watch>| {
        let mut intake = intake::find(&inputs, &options.out, options.group)?;
        let growing = watch.map_or(0, |watch| watch.leave_growing(&mut intake));
        let report = args.read_all(intake, rules.clone(), &options, &cancel)?;
        if growing > 0 && !args.quiet {
            say(&format!("{growing} of the files are still growing and come later"))?;
        }
        anyhow::Ok((report, growing))
    };
    if args.watch {
        // Watched from before the first look, so that nothing arrives unseen.
        let watch = Watch::new(&inputs, &options.out)?;
        return args.keep_going(watch, once, &cancel);
    }
    let (report, _) = once(None)?;
    Ok(if report.record.counts.documents.failed > 0 { EXIT_FAILED } else { EXIT_CLEAN })
}

/// A line on standard output. That nobody reads it changes nothing.
fn say(line: &str) -> anyhow::Result<()> {
    unless_unread(writeln!(anstream::stdout().lock(), "{line}"))
}

fn unless_unread(printed: io::Result<()>) -> anyhow::Result<()> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot print the summary"),
        _ => Ok(()),
    }
}

impl Args {
    fn read_all(
        &self,
        intake: Intake,
        rules: Arc<RuleSet>,
        options: &Options,
        cancel: &Arc<AtomicBool>,
    ) -> anyhow::Result<Report> {
        let watcher: Box<dyn Progress> = if self.quiet {
            Box::new(progress::Silent)
        } else if io::stderr().is_terminal() {
            Box::new(progress::Bar::new(self.verbose))
        } else {
            Box::new(progress::Lines::new(self.verbose))
        };
        let report = pipeline::run(intake, (rules, Arc::new(self.read.load())), options, &*watcher, cancel)?;
        drop(watcher);
        if !self.quiet {
            unless_unread(summary::print(&report, options))?;
        }
        Ok(report)
    }

    /// Runs whenever files have arrived. What goes wrong with the first run ends it; later, what goes wrong is said, and
    /// tried again.
    fn keep_going(
        &self,
        mut watch: Watch,
        once: impl Fn(Option<&mut Watch>) -> anyhow::Result<(Report, usize)>,
        cancel: &AtomicBool,
    ) -> anyhow::Result<u8> {
        let every = Duration::from_secs(self.every);
        let mut next = now() + every;
        if once(Some(&mut watch))?.1 > 0 {
            // They were there from the beginning, and wait for nothing but to be whole.
            next = now();
        }
        loop {
            if !self.quiet {
                say("watching; Ctrl-C ends it")?;
            }
            if !watch.wait(next, every, cancel) {
                return Ok(EXIT_CLEAN);
            }
            next = now() + every;
            match once(Some(&mut watch)) {
                Err(error) if cancel.load(Ordering::Relaxed) => return Err(error),
                Err(error) => {
                    report(&error);
                    watch.again();
                }
                Ok(_) => {}
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "when a run begins changes no result")]
fn now() -> Instant {
    Instant::now()
}

impl Args {
    fn options(&self, worker: Option<WorkerProgram>) -> anyhow::Result<Options> {
        let has = |format| self.format.contains(&format);
        let found = || worker.context("cannot find this program to start its workers; try --no-workers");
        let workers = if self.no_workers { None } else { Some(found()?) };
        Ok(Options {
            out: self.out.clone(),
            formats: Formats { parquet: has(OutputFormat::Parquet), jsonl: has(OutputFormat::Jsonl) },
            group: self.group.into(),
            jobs: self.jobs.map_or_else(pipeline::cores, usize::from),
            shard: self.shard,
            workers,
            fresh: self.fresh,
            retry: self.retry,
            faults: self.faults.clone(),
        })
    }
}

/// The inputs named, with those listed on standard input in place of `-`.
pub(super) fn inputs(named: &[PathBuf]) -> anyhow::Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for path in named {
        if path == Path::new("-") {
            let mut list = Vec::new();
            io::stdin().lock().read_to_end(&mut list).context("cannot read the list of paths on standard input")?;
            inputs.extend(intake::split_list(&list).into_iter().map(Input::Listed));
        } else {
            inputs.push(Input::Named(path.clone()));
        }
    }
    Ok(inputs)
}

/// A flag that Ctrl-C, a hang-up or a termination request raises. A second one ends the program at once.
pub(super) fn raised_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = flag.clone();
    let handler = move || {
        if raised.swap(true, Ordering::Relaxed) {
            std::process::exit(EXIT_INTERRUPTED.into());
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")?;
    Ok(flag)
}
