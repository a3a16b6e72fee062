//! `jianbao merge`: the datasets of all shards of a corpus in, one dataset out.

use std::io::Write;
use std::path::PathBuf;

use indicatif::HumanBytes;

use super::ingest::raised_on_interrupt;
use super::style::{STRONG, plural};
use super::{EXIT_CLEAN, EXIT_FAILED};
use crate::dataset;
use crate::pipeline::label;

/// Make one dataset of those of all shards, or of what Ray or Spark have written
///
/// Takes the folders that `jianbao ingest --shard` has written, in any order, and writes the files that one run over all
/// would have written, byte for byte; times and machines in run.json are those of the shards. Every file is held against
/// its SHA-256 first, and nothing is written where shards are missing, changed or made in different ways.
///
/// A folder of Parquet files with one row a document, as tasks of Ray or Spark write them, is taken as well, whatever the
/// files are called and whatever their order. Documents with the same bytes are found, and a document that comes twice
/// and is the same is taken once.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders of the datasets, or of rows of documents
    #[arg(value_name = "DATASET", required = true)]
    datasets: Vec<PathBuf>,
    /// Folder the merged dataset is written to
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let cancel = raised_on_interrupt()?;
    let record = dataset::merge(&args.datasets, &args.out, &cancel)?;
    if !args.quiet {
        let mut out = anstream::stdout().lock();
        let bytes: u64 = record.files.iter().map(|file| file.bytes).sum();
        let names: Vec<&str> = record.files.iter().map(|file| file.name.as_str()).collect();
        let datasets = plural(args.datasets.len() as u64, "dataset");
        let documents = plural(record.counts.documents.found, "document");
        writeln!(out, "{STRONG}{datasets}{STRONG:#} merged: {documents}, {}", plural(record.counts.items, "item"))?;
        let place = label::display(&args.out);
        writeln!(out, "written to {place}: {}, run.json ({})", names.join(", "), HumanBytes(bytes))?;
        out.flush()?;
    }
    Ok(if record.counts.documents.failed > 0 { EXIT_FAILED } else { EXIT_CLEAN })
}
