//! `jianbao export`: a dataset in, its pages out as other programs want them.

use std::io::Write;
use std::path::PathBuf;

use super::EXIT_CLEAN;
use super::style::{STRONG, plural};
use crate::dataset;
use crate::pipeline::label;

/// Write the pages of a dataset for other programs
///
/// Every page of every document that has pages becomes a file of its own, DIR/<source>/0001.xml: its lines in reading
/// order with their boxes, in blocks tagged with role and item. Text files have no pages and are left out.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a dataset
    #[arg(value_name = "DATASET", default_value = "out")]
    dataset: PathBuf,
    /// Write ALTO 4.4, as archives keep the text of pages
    #[arg(long, required = true)]
    alto: bool,
    /// Folder the files are written to
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let exported = dataset::export_alto(&args.dataset, &args.to)?;
    let mut out = anstream::stdout().lock();
    let (pages, documents) = (plural(exported.pages, "page"), plural(exported.documents, "document"));
    writeln!(out, "{STRONG}{pages}{STRONG:#} of {documents} written to {}", label::display(&args.to))?;
    if exported.left_out > 0 {
        writeln!(out, "left out: {} without pages", plural(exported.left_out, "document"))?;
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}
