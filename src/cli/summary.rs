//! What a run did, for the person who started it: the counts, what needs a look and where, and what was written.

use std::io::{self, Write};

use indicatif::{HumanBytes, HumanCount};

use super::style::{BAD, DOUBTFUL, STRONG, plural};
use crate::dataset::OTHER_SHARDS;
use crate::model::{Code, Severity};
use crate::pipeline::intake::HIDDEN;
use crate::pipeline::{Changes, Options, Report, label};

/// Prints the summary on standard output.
pub(super) fn print(report: &Report, options: &Options) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    counts(&mut out, report)?;
    changes(&mut out, report)?;
    troubles(&mut out, report, options)?;
    remarks(&mut out, report, options)?;
    written(&mut out, report, options)?;
    out.flush()
}

fn counts(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let counts = &report.record.counts;
    let all = counts.documents;
    let by_status = [(all.ok, "ok"), (all.partial, "partial"), (all.failed, "failed"), (all.duplicate, "duplicate")];
    let by_status = list(by_status.into_iter().filter(|(count, _)| *count > 0), |(count, word)| {
        format!("{} {word}", HumanCount(count))
    });
    write!(out, "{STRONG}{}{STRONG:#}", plural(all.found, "document"))?;
    writeln!(out, "{}{by_status}", if by_status.is_empty() { "" } else { ": " })?;
    write!(out, "{STRONG}{}{STRONG:#}", plural(counts.items, "item"))?;
    if counts.toc_entries > 0 {
        let matched = HumanCount(counts.toc_entries - counts.toc_unmatched);
        let entries = plural(counts.toc_entries, "contents entry");
        write!(out, "; {matched} of {entries} matched")?;
    }
    writeln!(out)?;
    if all.found == 0 && !report.record.skipped.contains_key(OTHER_SHARDS) {
        writeln!(
            out,
            "there was nothing to read: expected .pdf, .txt, .text, .md or .markdown files, or ALTO, PAGE XML or hOCR"
        )?;
    }
    let (pictures, documents) = report.grouped;
    if documents > 0 {
        let of_pages = if pictures == 1 {
            "1 picture of a page".to_owned()
        } else {
            format!("{} pictures of pages", HumanCount(pictures))
        };
        writeln!(out, "{of_pages} taken as {}", plural(documents, "document"))?;
    }
    let of_kinds = || report.record.skipped.iter().filter(|(kind, _)| *kind != HIDDEN && *kind != OTHER_SHARDS);
    let count: u64 = of_kinds().map(|(_, count)| count).sum();
    let kinds = list(of_kinds(), |(kind, count)| format!("{kind} {}", HumanCount(*count)));
    let skipped =
        (count > 0).then(|| format!("{} of kinds this version does not read: {kinds}", plural(count, "file")));
    let hidden = report.record.skipped.get(HIDDEN).map(|count| format!("{} hidden", HumanCount(*count)));
    let elsewhere = report.record.skipped.get(OTHER_SHARDS);
    let elsewhere = elsewhere.map(|count| format!("{} of other shards", plural(*count, "file")));
    let left_out = [skipped, hidden, elsewhere].into_iter().flatten().collect::<Vec<_>>().join("; ");
    if !left_out.is_empty() {
        writeln!(out, "skipped: {left_out}")?;
    }
    Ok(())
}

/// What is new since the run before, and what of the work of earlier runs was made use of.
fn changes(out: &mut impl Write, report: &Report) -> io::Result<()> {
    if let Some(Changes { new, unchanged, changed, moved, gone }) = report.changes {
        let files = [(new, "new"), (changed, "changed"), (moved, "moved"), (gone, "gone"), (unchanged, "unchanged")];
        let files = files.into_iter().filter(|(count, _)| *count > 0);
        writeln!(out, "since the last run: {}", list(files, |(count, word)| format!("{} {word}", HumanCount(count))))?;
    }
    if report.up_to_date {
        return writeln!(out, "nothing it depends on has changed, so the dataset was left as it is");
    }
    if report.reused > 0 {
        let reused = HumanCount(report.reused);
        writeln!(out, "{} extracted; {reused} taken from earlier runs", plural(report.extracted, "document"))?;
    }
    Ok(())
}

fn troubles(out: &mut impl Write, report: &Report, options: &Options) -> io::Result<()> {
    let all = report.record.counts.documents.failed + report.record.counts.documents.partial;
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "\n{BAD}not read, or not whole:{BAD:#}")?;
    for trouble in &report.examples.troubles {
        writeln!(out, "  {STRONG}{}{STRONG:#}: {}: {}", trouble.source, trouble.code, trouble.message)?;
    }
    let more = all - report.examples.troubles.len() as u64;
    if more > 0 {
        writeln!(out, "  … and {} more: see {}", HumanCount(more), table(options, "documents"))?;
        let mut causes: Vec<_> = report.examples.causes.iter().collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let causes = list(causes.into_iter(), |(code, count)| format!("{} {code}", HumanCount(*count)));
        writeln!(out, "  {} in all: {causes}", HumanCount(all))?;
    }
    if report.cut > 0 {
        let count = plural(report.cut, "document");
        writeln!(out, "{count} cut by a limit or a fault: --retry, with a higher --limit, tries them again")?;
    }
    Ok(())
}

fn remarks(out: &mut impl Write, report: &Report, options: &Options) -> io::Result<()> {
    let count = |code: &Code| report.record.counts.diagnostics.get(code.as_str()).copied().unwrap_or_default();
    let (shown, quiet): (Vec<_>, Vec<_>) =
        report.examples.places.iter().partition(|(code, _)| code.severity() > Severity::Info);
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{DOUBTFUL}worth a look{DOUBTFUL:#} (all of it in {}):", table(options, "diagnostics"))?;
    for (code, place) in shown {
        let count = count(code);
        let first = if count == 1 { "at" } else { "first at" };
        writeln!(out, "  {} {}, {first} {place}", HumanCount(count), code.as_str())?;
    }
    let quiet: u64 = quiet.into_iter().map(|(code, _)| count(code)).sum();
    if quiet > 0 {
        writeln!(out, "  and {} for information", plural(quiet, "remark"))?;
    }
    Ok(())
}

fn written(out: &mut impl Write, report: &Report, options: &Options) -> io::Result<()> {
    if let Some(why) = &report.not_kept {
        writeln!(out, "\n{DOUBTFUL}the next run will do all of this again:{DOUBTFUL:#} {why}")?;
    }
    if report.up_to_date {
        return Ok(());
    }
    let bytes: u64 = report.record.files.iter().map(|file| file.bytes).sum();
    let names = list(report.record.files.iter(), |file| file.name.clone());
    let seconds = report.record.timing.seconds;
    let rate = HumanBytes((report.bytes as f64 / seconds.max(0.001)) as u64);
    writeln!(out, "\nwritten to {}: {names}, run.json ({})", label::display(&options.out), HumanBytes(bytes))?;
    writeln!(out, "{} read in {seconds:.2} s, {rate}/s", HumanBytes(report.bytes))
}

/// Where a person looks a table up: the JSON lines if they were written.
fn table(options: &Options, name: &str) -> String {
    let ending = if options.formats.jsonl { "jsonl" } else { "parquet" };
    format!("{}/{name}.{ending}", label::display(&options.out))
}

fn list<T>(parts: impl Iterator<Item = T>, word: impl Fn(T) -> String) -> String {
    parts.map(word).collect::<Vec<_>>().join(", ")
}
