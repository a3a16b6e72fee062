//! `jianbao diff`: two datasets in, what differs between them out.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::{EXIT_CLEAN, EXIT_FAILED, diff_text};
use crate::diff::{self, Column, Diff, Kind, Selection};
use crate::pipeline::label;
use crate::report;

/// Compare two datasets: what changed, item by item
///
/// Tells first whether anything differs, then source files, what the runs were made with, text that was lost, items,
/// values, joins and characters. A change that touches many items is one line. Items are found again by their content
/// and by likeness, also where they were cut, joined or moved to another file.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Folder of the dataset as it was
    old: PathBuf,
    /// Folder of the dataset as it is
    new: PathBuf,
    /// How the differences are told; json has all of them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Compare these columns alone, and list every item: district, documents.title, lines.role, lines
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    fields: Vec<Column>,
    /// Pass over these columns
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    ignore: Vec<Column>,
    /// Exit with 1 for differences of these kinds alone
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind)]
    fail_on: Vec<Kind>,
    /// Entries of a list that are shown in text and html; 0 for all
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// File to write to instead of standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const AFTER_HELP: &str = "Kinds: sources, settings, lost, regained, added, removed, edited, moved, split, merged, documents, \
lines, joins, remarks.\nExit codes: 0 the same (settings aside), 1 different, 2 could not compare.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person
    Text,
    /// Everything, for programs
    Json,
    /// A table of all changes
    Parquet,
    /// A page for a browser
    Html,
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let words: Vec<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
        format!("there is no kind called {text}; they are {}", words.join(", "))
    })
}

/// How much is shown, and of what.
pub(super) struct Shown<'s> {
    pub(super) old: String,
    pub(super) new: String,
    /// Entries of a list.
    pub(super) limit: usize,
    /// Whether the items of each change are listed.
    pub(super) expanded: bool,
    pub(super) diff: &'s Diff,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    if args.format == Format::Parquet && args.out.is_none() && io::stdout().is_terminal() {
        bail!("a Parquet file is nothing for a terminal; name a file with --out");
    }
    let selection =
        Selection { only: args.fields.iter().cloned().collect(), without: args.ignore.iter().cloned().collect() };
    let diff = diff::diff(&args.old, &args.new, &selection)?;
    let shown = Shown {
        old: label::display(&args.old),
        new: label::display(&args.new),
        limit: if args.limit == 0 { usize::MAX } else { args.limit },
        expanded: !args.fields.is_empty() || args.limit == 0,
        diff: &diff,
    };
    match &args.out {
        Some(path) => write_file(path, args.format, &shown)?,
        None if args.format == Format::Text => diff_text::print(&mut anstream::stdout().lock(), &shown)?,
        None => write(&mut io::stdout(), args.format, &shown)?,
    }
    let fails = match args.fail_on.as_slice() {
        [] => !diff.same,
        kinds => kinds.iter().any(|kind| diff.counts.contains_key(kind)),
    };
    Ok(if fails { EXIT_FAILED } else { EXIT_CLEAN })
}

fn write_file(path: &Path, format: Format, shown: &Shown) -> anyhow::Result<()> {
    let named = || format!("cannot write {}; choose a file you may write to", label::display(path));
    write(&mut File::create(path).with_context(named)?, format, shown).with_context(named)
}

fn write(out: &mut (impl Write + Send), format: Format, shown: &Shown) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Text => {
            let mut text = anstream::StripStream::new(Vec::new());
            diff_text::print(&mut text, shown)?;
            out.write_all(&text.into_inner())?;
        }
        Format::Html => {
            let names = [shown.old.clone(), shown.new.clone()];
            out.write_all(report::comparison(shown.diff, &names, shown.limit)?.as_bytes())?;
        }
        Format::Parquet => diff::write_parquet(shown.diff, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, shown.diff).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(out.flush()?)
}
