//! `jianbao inspect`: what became of one file, line by line, paragraph by paragraph or item by item.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;
use sha2::{Digest, Sha256};

use super::style::{BAD, DOUBTFUL, FAINT, STRONG};
use super::{EXIT_CLEAN, EXIT_FAILED, ReadArgs, RulesArgs};
use super::{draw, draw_png};
use crate::model::{Document, Format, Item, Join, JoinKind, Severity, Source, Status, TextLine, hex};
use crate::pipeline::{Extractor, Reading, content, intake, label, page_picture, process, reason};

/// Show what one document was read as
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file, or several pictures that are the pages of one document
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What to show: the text as read, every line with its role and how it goes on, the paragraphs, or the items
    #[arg(long, default_value = "lines")]
    stage: Stage,
    /// Draw a page into this SVG or PNG file: its lines with their boxes, roles and joins, or the page as printed under
    /// the boxes
    #[arg(long, value_name = "FILE")]
    draw: Option<PathBuf>,
    /// The page to draw
    #[arg(long, default_value_t = 1, requires = "draw", value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stage {
    Text,
    Lines,
    Paragraphs,
    Items,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let is_text = matches!(args.stage, Stage::Text) && args.draw.is_none();
    let (source, bytes) = read(&args.files, is_text)?;
    if is_text {
        return text(&mut io::BufWriter::new(io::stdout().lock()), &source, &bytes, &args.read.load());
    }
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    let document = process(source, &bytes, &*args.rules.load()?, &args.read.load());
    if let Some(path) = &args.draw {
        let is_png = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
        let drawing = if is_png {
            let picture = page_picture(&document.source, &bytes, args.page)
                .map_err(|failure| anyhow!("{}: {}", failure.code, failure.message))?;
            draw_png::page(&document, args.page, &picture)?
        } else {
            draw::page(&document, args.page)?.into_bytes()
        };
        fs::write(path, drawing).with_context(|| format!("cannot write {}", label::display(path)))?;
        return Ok(exit_code(&document));
    }
    head(&mut out, &document)?;
    match args.stage {
        Stage::Text | Stage::Lines => document.lines.iter().try_for_each(|line| print_line(&mut out, line))?,
        Stage::Paragraphs => paragraphs(&mut out, &document.lines)?,
        Stage::Items => document.items.iter().try_for_each(|item| print_item(&mut out, item))?,
    }
    diagnostics(&mut out, &document)?;
    out.flush()?;
    Ok(exit_code(&document))
}

/// The file as a source with its bytes, or the pictures of several pages as one.
fn read(files: &[PathBuf], is_text: bool) -> anyhow::Result<(Source, Vec<u8>)> {
    let [file] = files else {
        return read_pages(files);
    };
    let name = label::display(file);
    let bytes = fs::read(file)
        .map_err(|error| anyhow!("cannot read {name} ({}); name a file that exists and may be read", reason(&error)))?;
    let source = Source {
        path: name,
        sha256: if is_text { String::new() } else { hex(&Sha256::digest(&bytes)) },
        bytes: bytes.len() as u64,
        format: intake::format_of(file).unwrap_or(Format::Text),
    };
    Ok((source, bytes))
}

fn read_pages(files: &[PathBuf]) -> anyhow::Result<(Source, Vec<u8>)> {
    if let Some(other) = files.iter().find(|file| intake::format_of(file) != Some(Format::Image)) {
        bail!("{} is no picture; of several files each must be the picture of a page", label::display(other));
    }
    let content = content::of_pages(&intake::pages_of(files), u64::MAX, &AtomicBool::new(false))
        .map_err(|error| anyhow!("cannot read the pictures ({})", reason(&error)))?;
    let names: Vec<String> =
        [files.first(), files.last()].into_iter().flatten().map(|file| label::display(file)).collect();
    let source =
        Source {
            path: names.join(" … "), sha256: hex(&content.sha256), bytes: content.length, format: Format::Image
        };
    Ok((source, content.bytes.map(Arc::unwrap_or_clone).unwrap_or_default()))
}

fn exit_code(document: &Document) -> u8 {
    if matches!(document.status, Status::Failed(_)) { EXIT_FAILED } else { EXIT_CLEAN }
}

/// The lines as read, and nothing else: no rule is asked, so none is loaded.
fn text(out: &mut impl Write, source: &Source, bytes: &[u8], extractor: &Extractor) -> anyhow::Result<u8> {
    let reading = Reading::of(source, bytes, extractor);
    let lines = reading.map_err(|(_, failure)| anyhow!("{}: {}", failure.code, failure.message))?.lines;
    for line in lines {
        writeln!(out, "{}", line.text)?;
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}

fn head(out: &mut impl Write, document: &Document) -> io::Result<()> {
    let source = &document.source;
    write!(out, "{STRONG}{}{STRONG:#}  {}", source.path, source.format.as_str())?;
    write!(out, "  {}", document.encoding.unwrap_or("no encoding"))?;
    writeln!(out, "  profile {}", document.profile.as_deref().unwrap_or("none"))?;
    let masthead = &document.masthead;
    let number = |before: &str, number: Option<i32>| number.map(|number| format!("{before}第{number}期"));
    let parts = [
        masthead.publication.clone(),
        masthead.publisher.clone(),
        number("", masthead.issue_no),
        number("总", masthead.issue_total),
        masthead.issue_date.map(|date| date.to_string()),
        document.title.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        writeln!(out, "{}", parts.join("  "))?;
    }
    if let Status::Partial(failure) | Status::Failed(failure) = &document.status {
        writeln!(out, "{BAD}{}{BAD:#} {}: {}", document.status.as_str(), failure.code, failure.message)?;
    }
    writeln!(out)
}

fn print_line(out: &mut impl Write, line: &TextLine) -> io::Result<()> {
    write!(out, "{FAINT}{:>5}{FAINT:#}  {:<12}  {}", line.number, line.role.as_str(), line.text)?;
    if let Some(Join { kind, rule, score }) = line.join {
        let style = if score < Join::DOUBTFUL { DOUBTFUL } else { FAINT };
        write!(out, "  {style}{} {rule} {score:.2}{style:#}", kind.as_str())?;
    }
    writeln!(out)
}

/// Lines that go on in the next line of the same kind are printed as one; furniture between them is left out.
fn paragraphs(out: &mut impl Write, lines: &[TextLine]) -> io::Result<()> {
    let mut open = false;
    for line in lines.iter().filter(|line| !line.role.is_furniture()) {
        if !open {
            write!(out, "{FAINT}{:>5}  {:<12}{FAINT:#}  ", line.number, line.role.as_str())?;
        }
        write!(out, "{}", line.text)?;
        open = match line.join.map(|join| join.kind) {
            Some(JoinKind::Direct) => true,
            Some(JoinKind::Space) => write!(out, " ").map(|()| true)?,
            Some(JoinKind::Break) | None => writeln!(out).map(|()| false)?,
        };
    }
    if open { writeln!(out) } else { Ok(()) }
}

fn print_item(out: &mut impl Write, item: &Item) -> io::Result<()> {
    let headline = item.headline.as_deref().unwrap_or("(no headline)");
    writeln!(out, "{FAINT}{}{FAINT:#} {STRONG}{headline}{STRONG:#}", item.ordinal)?;
    let mut field = |name: &str, value: Option<String>| match value {
        Some(value) => writeln!(out, "  {FAINT}{name:<13}{FAINT:#} {value}"),
        None => Ok(()),
    };
    let date = item.date.as_ref().map(|date| {
        let end = date.end.map(|end| format!(" to {end}")).unwrap_or_default();
        format!(
            "{}{end} ({}, {}: {})",
            date.start,
            date.precision.as_str(),
            date.basis.as_str(),
            date.text.as_deref().unwrap_or("not printed")
        )
    });
    let contribution = item.contribution.as_ref();
    let contributor = contribution.map(|by| format!("{} ({}: {})", by.names.join("、"), by.kind.as_str(), by.text));
    let district = item.district.as_ref().map(|district| {
        format!("{} {} ({})", district.name, district.code.as_deref().unwrap_or("-"), district.basis.as_str())
    });
    let several = |parts: &[String]| (!parts.is_empty()).then(|| parts.join("、"));
    field("kind", Some(item.kind.as_str().to_owned()))?;
    field("section", item.section.clone())?;
    field("kicker", item.kicker.clone())?;
    field("date", date)?;
    field("contributor", contributor)?;
    field("district", district)?;
    field("districts", several(&item.districts))?;
    field("pages", item.pages.map(|(first, last)| format!("{first}–{last}")))?;
    field("lines", Some(format!("{}–{}", item.lines.0, item.lines.1)))?;
    field("in contents", item.in_toc.map(|listed| if listed { "yes" } else { "no" }.to_owned()))?;
    field("text from", Some(item.text_source.as_str().to_owned()))?;
    field("confidence", item.ocr_confidence.map(|confidence| format!("{confidence:.2}")))?;
    field("flags", (!item.flags.is_empty()).then(|| item.flags.join(", ")))?;
    for paragraph in item.body.lines() {
        writeln!(out, "    {paragraph}")?;
    }
    writeln!(out)
}

fn diagnostics(out: &mut impl Write, document: &Document) -> io::Result<()> {
    if document.diagnostics.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for diagnostic in &document.diagnostics {
        let style = match diagnostic.code.severity() {
            Severity::Error => BAD,
            Severity::Warning => DOUBTFUL,
            Severity::Info => FAINT,
        };
        let place = diagnostic.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        writeln!(out, "{style}{}{style:#} {place}{}", diagnostic.code.as_str(), diagnostic.message)?;
    }
    Ok(())
}
