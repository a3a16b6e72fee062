//! `jianbao bag`: a dataset in, a BagIt bag for an archive out.

use std::io::Write;
use std::path::{Path, PathBuf};

use indicatif::{HumanBytes, HumanCount};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::EXIT_CLEAN;
use super::ingest::{inputs, raised_on_interrupt};
use super::style::{STRONG, plural};
use crate::dataset::{self, RunRecord, Sources};
use crate::pipeline::intake::{self, Finding, GroupWhen};
use crate::pipeline::label;

/// Put a dataset into a BagIt bag for an archive
///
/// Copies the files of the dataset, and the files it was read from if they are asked for, into a new folder with a
/// SHA-256 of each (RFC 8493, version 1.0). All of them are held against the hashes of the run first; the bag is written whole or
/// not at all.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the dataset
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    /// Folder of the bag; it must not exist, or be empty
    #[arg(value_name = "DEST")]
    dest: PathBuf,
    /// Put in the files the dataset was read from too: all inputs of the run, as it was given them
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    sources: Vec<PathBuf>,
    /// Leave out sources that are missing or not as they were read, and say so, instead of writing no bag
    #[arg(long, requires = "sources")]
    allow_missing: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let cancel = raised_on_interrupt()?;
    let sources = args.sources()?;
    let bagged = dataset::bag(&args.dataset, &args.dest, sources.as_ref(), today(), &cancel)?;
    let mut out = anstream::stdout().lock();
    write!(out, "{STRONG}{} of the dataset{STRONG:#}", plural(bagged.files, "file"))?;
    if sources.is_some() {
        write!(out, " and {STRONG}{}{STRONG:#}", plural(bagged.sources, "source"))?;
    }
    writeln!(out, " written to {} ({})", label::display(&args.dest), HumanBytes(bagged.bytes))?;
    if bagged.never_read > 0 {
        writeln!(out, "left out: {} that the run could not read", plural(bagged.never_read, "source"))?;
    }
    if bagged.left_out > 0 {
        let more = bagged.left_out - bagged.first.len() as u64;
        let more = if more > 0 { format!(" and {} more", HumanCount(more)) } else { String::new() };
        writeln!(out, "left out: {}: {}{more}", plural(bagged.left_out, "source"), bagged.first.join(", "))?;
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}

impl Args {
    /// Where the files of the inputs are, called as the run called them.
    fn sources(&self) -> anyhow::Result<Option<Sources>> {
        if self.sources.is_empty() {
            return Ok(None);
        }
        let group = GroupWhen::of_run(&RunRecord::read(&self.dataset)?);
        let found = intake::find(&inputs(&self.sources)?, &self.dataset, group)?.files;
        let there = found.into_iter().filter(|file| !matches!(file.finding, Finding::Lost(_)));
        let paths =
            there.map(|file| (file.label.clone(), file.paths().into_iter().map(Path::to_owned).collect())).collect();
        Ok(Some(Sources { paths, allow_missing: self.allow_missing }))
    }
}

#[expect(clippy::disallowed_methods, reason = "the day a bag was made has its own place in bag-info.txt")]
fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
