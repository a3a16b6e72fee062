//! The command line: arguments in, typed options out, once; then one function per subcommand.
//!
//! Results and the closing summary go to standard output; progress and errors go to standard error. Exit codes: 0 all is
//! well, 1 it ran but a document failed (or a rule does not hold, or datasets differ), 2 it could not run, 130 it was interrupted. A reader
//! that closes its end of a pipe is no error.

mod bag;
mod cache;
mod card;
mod diff;
mod diff_text;
mod doctor;
mod draw;
mod draw_png;
mod export;
mod ingest;
mod inspect;
mod merge;
mod progress;
mod review;
mod rules;
mod schema;
mod site;
mod style;
mod summary;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};

use style::BAD;

use crate::dataset::{BagError, MergeError};
use crate::overrides::Overrides;
use crate::pipeline::{self, Extractor, Limit, Limits, Ocr, OcrWhen, RunError, WorkerProgram};
use crate::report::ReportError;
use crate::rules::RuleSet;

/// All is well.
const EXIT_CLEAN: u8 = 0;
/// It ran, but not all is well.
const EXIT_FAILED: u8 = 1;
/// It could not run.
const EXIT_CANNOT_RUN: u8 = 2;
/// It was interrupted: 128 + SIGINT, as shells have it.
const EXIT_INTERRUPTED: u8 = 130;

/// What the user asked for.
#[derive(Debug, Parser)]
#[command(name = "jianbao", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 clean, 1 ran but some document failed, 2 could not run, 130 interrupted.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ingest(ingest::Args),
    Merge(merge::Args),
    Diff(diff::Args),
    Inspect(inspect::Args),
    Export(export::Args),
    Bag(bag::Args),
    Card(card::Args),
    Report(site::Args),
    Review(review::Args),
    Rules(rules::Args),
    Doctor(doctor::Args),
    Schema(schema::Args),
    Cache(cache::Args),
    /// Extract documents for a run; started by it
    #[command(hide = true)]
    Worker,
}

impl Args {
    /// The arguments of the program, `words` with the program's name before them. Help, and what is wrong with them, is
    /// printed here and ends the process.
    pub fn parse_or_exit(words: impl IntoIterator<Item = OsString>) -> Self {
        Self::parse_from(words)
    }
}

/// Does what `args` ask for, and says with which exit code the program ends. `worker` is this program as a worker, if it can
/// be started again.
pub fn run(args: &Args, worker: Option<WorkerProgram>) -> anyhow::Result<u8> {
    match &args.command {
        Command::Ingest(args) => ingest::run(args, worker),
        Command::Merge(args) => merge::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Export(args) => export::run(args),
        Command::Bag(args) => bag::run(args),
        Command::Card(args) => card::run(args),
        Command::Report(args) => site::run(args),
        Command::Review(args) => review::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Cache(args) => cache::run(args),
        Command::Worker => Ok(pipeline::serve()),
    }
}

/// Prints an error and picks the exit code it stands for. The one place where either is done.
pub fn report(error: &anyhow::Error) -> u8 {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        return EXIT_CLEAN;
    }
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(anstream::stderr().lock(), "{BAD}error:{BAD:#} {}", sentence(error));
    let interrupted = matches!(error.downcast_ref(), Some(RunError::Cancelled))
        || matches!(error.downcast_ref(), Some(MergeError::Cancelled))
        || matches!(error.downcast_ref(), Some(BagError::Cancelled))
        || matches!(error.downcast_ref(), Some(ReportError::Cancelled));
    if interrupted { EXIT_INTERRUPTED } else { EXIT_CANNOT_RUN }
}

/// The error with its causes, each said once: some errors quote their cause, some leave it to be asked for.
fn sentence(error: &anyhow::Error) -> String {
    error
        .chain()
        .skip(1)
        .map(ToString::to_string)
        .fold(error.to_string(), |said, cause| if said.contains(&cause) { said } else { format!("{said}: {cause}") })
}

/// Which pages are recognised from their pictures, and with which networks.
#[derive(Debug, clap::Args)]
struct OcrArgs {
    /// Pages to recognise from their pictures: those without usable text (auto), all, or none
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    ocr: OcrWord,
    /// Folder of the networks that recognise text [default: JIANBAO_MODELS, or jianbao/models in the user's data folder]
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OcrWord {
    Auto,
    Always,
    Never,
}

impl OcrArgs {
    fn load(&self) -> Ocr {
        let when = match self.ocr {
            OcrWord::Auto => OcrWhen::Auto,
            OcrWord::Always => OcrWhen::Always,
            OcrWord::Never => OcrWhen::Never,
        };
        Ocr::new(when, &self.folder())
    }

    fn folder(&self) -> PathBuf {
        pipeline::models_folder(self.models.as_deref())
    }
}

/// How sources are read.
#[derive(Debug, clap::Args)]
struct ReadArgs {
    #[command(flatten)]
    ocr: OcrArgs,
    /// Read more or less than usual, such as pages=500 or memory=4G; `jianbao ingest --help` lists them
    #[arg(long = "limit", value_name = "NAME=N", value_parser = Limit::parse)]
    limits: Vec<(&'static Limit, u64)>,
}

impl ReadArgs {
    fn load(&self) -> Extractor {
        let mut limits = Limits::default();
        for (limit, value) in &self.limits {
            limit.set(&mut limits, *value);
        }
        Extractor { ocr: self.ocr.load(), limits }
    }
}

/// All limits with what they usually are.
fn limits_help() -> String {
    let row = |limit: &Limit| {
        let usual = limit.of(Limits::default());
        let value = match usual.trailing_zeros() {
            30.. => format!("{}G", usual >> 30),
            20.. => format!("{}M", usual >> 20),
            _ => usual.to_string(),
        };
        format!("  {:<20} {value:>12}  {}", limit.name, limit.meaning)
    };
    let rows: Vec<String> = Limit::ALL.iter().map(row).collect();
    format!(
        "Limits, and what they usually are. What goes beyond one is left out, and its code is limit-NAME.\n{}",
        rows.join("\n")
    )
}

/// Where the rules come from.
#[derive(Debug, clap::Args)]
struct RulesArgs {
    /// Folder of rules files that replace or add to the built-in ones
    #[arg(long = "rules", value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    overrides: OverridesArgs,
}

impl RulesArgs {
    fn load(&self) -> anyhow::Result<Arc<RuleSet>> {
        let rules = RuleSet::find(self.folder.as_deref())?;
        Ok(Arc::new(rules.with_overrides(self.overrides.load(self.folder.as_deref())?)))
    }
}

/// Where decisions about single documents are kept.
#[derive(Debug, clap::Args)]
struct OverridesArgs {
    /// Folder of decisions about single documents, as jianbao review writes them [default: overrides, beside the folder of
    /// rules if one is given]
    #[arg(id = "overrides", long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl OverridesArgs {
    /// The folder, beside that of `rules` if none is named.
    fn folder(&self, rules: Option<&Path>) -> PathBuf {
        Overrides::folder(self.folder.as_deref(), rules)
    }

    /// What was decided. A folder that nobody has named need not be there.
    fn load(&self, rules: Option<&Path>) -> anyhow::Result<Overrides> {
        Ok(Overrides::find(self.folder.as_deref(), rules)?)
    }
}
