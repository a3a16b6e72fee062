//! `jianbao schema`: the columns of the dataset and what they mean, from the schema the dataset is written with.

use std::io::Write;

use clap::ValueEnum;

use super::EXIT_CLEAN;
use crate::dataset;

/// Print the columns of the dataset and what they mean
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: PrintFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PrintFormat {
    Markdown,
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let mut out = anstream::stdout().lock();
    match args.format {
        PrintFormat::Markdown => write!(out, "{}", dataset::contract_markdown())?,
        PrintFormat::Json => writeln!(out, "{:#}", dataset::contract_json())?,
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}
