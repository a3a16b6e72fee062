//! `jianbao card`: a dataset in, the files that tell others what it is out.

use std::io::Write;
use std::path::PathBuf;

use super::EXIT_CLEAN;
use crate::card::{self, Words};
use crate::pipeline::label;

/// Write what others must know of a dataset: README.md and metadata.json
///
/// README.md is a dataset card as Hugging Face shows it, metadata.json is Croissant 1.1. Both are made of the schema, the rows
/// and run.json, and lie beside the data files afterwards. Write them again when the dataset has changed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a dataset
    #[arg(value_name = "DATASET", default_value = "out")]
    dataset: PathBuf,
    /// What the dataset is called [default: by its publications]
    #[arg(long)]
    name: Option<String>,
    /// Under which licence it is given, as its identifier: cc-by-4.0
    #[arg(long, value_name = "ID")]
    license: Option<String>,
    /// Where it can be had
    #[arg(long)]
    url: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let words = Words { name: args.name.clone(), license: args.license.clone(), url: args.url.clone() };
    card::write(&args.dataset, &words)?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "written to {}: {}", label::display(&args.dataset), card::FILES.join(", "))?;
    out.flush()?;
    Ok(EXIT_CLEAN)
}
