//! `jianbao cache`: what runs have left in an output folder for the next one.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use indicatif::{HumanBytes, HumanCount};

use super::EXIT_CLEAN;
use crate::pipeline::{Kept, kept, prune};

/// Look at or clear what runs keep in the output folder for the next one
///
/// What was extracted of PDF files and pictures is kept in DIR/.cache, so that a run that was interrupted, or only has
/// other rules, does not read them again. The data files do not depend on it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say how much is kept, and how much of it the last run made use of
    Stat {
        /// The output folder
        #[arg(default_value = "out")]
        out: PathBuf,
    },
    /// Take away what the last run made no use of
    Prune {
        /// The output folder
        #[arg(default_value = "out")]
        out: PathBuf,
        /// Take away everything
        #[arg(long)]
        all: bool,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let mut stdout = anstream::stdout().lock();
    let say = |it: Kept| format!("{} of documents ({})", extracts(it.extracts), HumanBytes(it.bytes));
    match &args.command {
        Command::Stat { out } => {
            let (all, used) = kept(out).context("cannot list what is kept")?;
            writeln!(stdout, "kept: {}", say(all))?;
            writeln!(stdout, "used by the last run: {}", say(used))?;
        }
        Command::Prune { out, all } => {
            let removed = prune(out, *all)?;
            writeln!(stdout, "removed: {}", say(removed))?;
        }
    }
    Ok(EXIT_CLEAN)
}

fn extracts(count: u64) -> String {
    if count == 1 { "1 extract".to_owned() } else { format!("{} extracts", HumanCount(count)) }
}
