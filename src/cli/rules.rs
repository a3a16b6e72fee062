//! `jianbao rules`: what the rules are, why, and whether their examples hold.

use std::io::Write;

use clap::Subcommand;

use super::style::{BAD, FAINT, STRONG};
use super::{EXIT_CLEAN, EXIT_FAILED, RulesArgs};
use crate::rules::{RuleInfo, RuleSet};

/// Check, list or explain the rules
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the examples of every rule; exit code 1 if one does not hold
    Check {
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Print one rule: why it exists, its pattern, its examples
    Explain {
        /// Id of the rule, as `jianbao rules list` and the column `rule` have it
        id: String,
        #[command(flatten)]
        rules: RulesArgs,
    },
    /// Print the id, kind and reason of every rule
    List {
        #[command(flatten)]
        rules: RulesArgs,
    },
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Check { rules } => check(&*rules.load()?),
        Command::Explain { id, rules } => explain(&*rules.load()?, id),
        Command::List { rules } => list(&*rules.load()?),
    }
}

fn check(rules: &RuleSet) -> anyhow::Result<u8> {
    let mut out = anstream::stdout().lock();
    let broken = rules.check();
    for sentence in &broken {
        writeln!(out, "{BAD}does not hold:{BAD:#} {sentence}")?;
    }
    let infos = rules.infos();
    let examples: usize = infos.iter().map(|info| info.yes.len() + info.no.len()).sum();
    writeln!(out, "{} rules, {examples} examples, {} do not hold", infos.len(), broken.len())?;
    out.flush()?;
    Ok(if broken.is_empty() { EXIT_CLEAN } else { EXIT_FAILED })
}

fn explain(rules: &RuleSet, id: &str) -> anyhow::Result<u8> {
    let infos = rules.infos();
    let matching: Vec<&RuleInfo> = infos.iter().filter(|info| info.id == id).collect();
    anyhow::ensure!(!matching.is_empty(), "there is no rule {id}; `jianbao rules list` names them all");
    let mut out = anstream::stdout().lock();
    for info in matching {
        writeln!(out, "{STRONG}{}{STRONG:#} ({}, profile {}, {})", info.id, info.kind, info.profile, info.file)?;
        writeln!(out, "{}", info.why.trim_end())?;
        writeln!(out, "\npattern:\n  {}", info.pattern.trim_end().replace('\n', "\n  "))?;
        for (heading, examples) in [("matches", &info.yes), ("does not match", &info.no)] {
            if !examples.is_empty() {
                writeln!(out, "\n{heading}:")?;
            }
            for example in examples {
                writeln!(out, "  {}", example.replace('\n', "\n  "))?;
            }
        }
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}

fn list(rules: &RuleSet) -> anyhow::Result<u8> {
    let mut out = anstream::stdout().lock();
    for info in rules.infos() {
        let why = info.why.lines().next().unwrap_or_default();
        writeln!(out, "{STRONG}{}{STRONG:#}  {}  {FAINT}{why}{FAINT:#}", info.id, info.kind)?;
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}
