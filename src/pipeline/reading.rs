//! The bytes of a source → its lines, whatever its format, and what the later stages must know of how they were read.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::ocr::{Ocr, OcrWhen};
use super::pages::{self, Made};
use crate::layout::{self, page};
use crate::model::{Code, Diagnostic, Failure, Format, GlyphPage, Origin, PageClass, Picture, Role, Source, TextLine};
use crate::read::pdf::{self, Limits, Paper, PdfFile, PdfPage};
use crate::read::picture::{self, PictureError, PictureFile, PictureLimits};
use crate::read::recognised::{self, RecognisedPage};
use crate::read::text;

/// What was read of a source.
pub(super) struct Reading {
    pub(super) format: Format,
    pub(super) lines: Vec<TextLine>,
    pub(super) encoding: Option<&'static str>,
    pub(super) pages: Option<u32>,
    /// Pages whose characters were recognised from a picture.
    pub(super) pages_ocr: u32,
    pub(super) page_classes: Vec<PageClass>,
    pub(super) page_sizes: Vec<(f32, f32)>,
    pub(super) info: pdf::Info,
    /// Why some of it was not read.
    pub(super) lost: Option<Failure>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What `bytes` are: a PDF file, a picture or a file of recognised pages under another name is one all the same.
fn format_of(source: &Source, bytes: &[u8]) -> Format {
    if bytes.starts_with(b"%PDF-") {
        Format::Pdf
    } else if picture::is_picture(bytes) {
        Format::Image
    } else {
        recognised::format_of(bytes).unwrap_or(source.format)
    }
}

/// Reads `bytes` by what they are.
pub(super) fn read(source: &Source, bytes: &[u8], ocr: &Ocr) -> Result<Reading, (Format, Failure)> {
    let format = format_of(source, bytes);
    let reading = match format {
        Format::Pdf => read_pdf(bytes, ocr),
        Format::Image => read_pictures(bytes, ocr),
        Format::Alto | Format::PageXml | Format::Hocr => read_recognised(bytes),
        Format::Text | Format::Markdown => text::read(bytes)
            .map(|file| of_text(format, file))
            .map_err(|error| Failure { code: error.code(), message: error.to_string() }),
    };
    reading.map_err(|failure| (format, failure))
}

/// The lines of a source, as read and laid out; no stage has looked at them.
///
/// # Errors
/// If nothing of it can be read.
pub fn read_lines(source: &Source, bytes: &[u8], ocr: &Ocr) -> Result<Vec<TextLine>, Failure> {
    read(source, bytes, ocr).map(|reading| reading.lines).map_err(|(_, failure)| failure)
}

/// Page `number` of a source as a picture, drawn as it is printed where it is a page of PDF.
///
/// # Errors
/// If the source has no pages that can be pictures, or not so many, or this one cannot be had.
pub fn page_picture(source: &Source, bytes: &[u8], number: u32) -> Result<Picture, Failure> {
    let limits = PictureLimits::default();
    let index = (number as usize).saturating_sub(1);
    let picture = match format_of(source, bytes) {
        Format::Pdf => {
            let draw = |glyphs: &GlyphPage, paper: &Paper| (glyphs.number == number).then(|| paper.drawn(&limits));
            let file = pdf::read(bytes, &Limits::default(), false, draw)
                .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
            let pages = file.pages.len();
            let drawn = file.pages.into_iter().find_map(|page| page.made);
            drawn.unwrap_or(Err(PictureError::NoPage { page: index + 1, pages }))
        }
        _ => PictureFile::open(bytes, &limits).and_then(|file| file.page(index)),
    };
    picture.map_err(|error| Failure { code: error.code(), message: error.to_string() })
}

fn of_text(format: Format, file: text::TextFile) -> Reading {
    let pages = file.pages.iter().filter(|page| page.number.is_some()).count();
    Reading {
        format,
        pages: u32::try_from(pages).ok().filter(|count| *count > 0),
        pages_ocr: 0,
        lines: layout::text_lines(file.pages),
        encoding: Some(file.encoding),
        page_classes: Vec::new(),
        page_sizes: Vec::new(),
        info: pdf::Info::default(),
        lost: None,
        diagnostics: file.diagnostics,
    }
}

fn read_pdf(bytes: &[u8], ocr: &Ocr) -> Result<Reading, Failure> {
    let limits = PictureLimits::default();
    let make = |page: &GlyphPage, paper: &Paper| pages::made(page, ocr, || paper.picture(&limits));
    let file = pdf::read(bytes, &Limits::default(), ocr.when() != OcrWhen::Never, make)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let PdfFile { pages, info, lost, diagnostics } = file;
    let made = pages.into_iter().map(|PdfPage { incomplete, made, .. }| (made, incomplete));
    let lost = lost.map(|lost| Failure { code: lost.code.as_str(), message: lost.message });
    Ok(Reading { info, ..of_pages(Format::Pdf, made, lost, diagnostics) })
}

/// The pages of a file of pictures.
fn read_pictures(bytes: &[u8], ocr: &Ocr) -> Result<Reading, Failure> {
    let limits = PictureLimits::default();
    let file = PictureFile::open(bytes, &limits)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let make = |index: usize| {
        let page = GlyphPage {
            number: index as u32 + 1,
            width: 0.0,
            height: 0.0,
            glyphs: Vec::new(),
            line_starts: Vec::new(),
            faces: Vec::new(),
            images: Vec::new(),
            rulings: Vec::new(),
            class: PageClass::ImageOnly,
        };
        pages::made(&page, ocr, || file.page(index))
    };
    let made: Vec<Made> = (0..file.pages()).into_par_iter().map(make).collect();
    let mut diagnostics = Vec::new();
    let lost = file.is_cut().then(|| {
        let (code, page, line, item, rule) = (Code::LimitPages, None, None, None, None);
        let message = format!("the file has more than {} pages; the others were not read", limits.pages);
        diagnostics.push(Diagnostic { code, page, line, item, message: message.clone(), rule });
        Failure { code: code.as_str(), message }
    });
    Ok(of_pages(Format::Image, made.into_iter().map(|made| (made, false)), lost, diagnostics))
}

fn read_recognised(bytes: &[u8]) -> Result<Reading, Failure> {
    let file = recognised::read(bytes, page::page_lines)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let made = file.pages.into_iter().map(|RecognisedPage { class, size, incomplete, made }| {
        let recognised = class == PageClass::Recognised;
        (Made { class, lines: vec![made], size, recognised, unread: None, remarks: Vec::new() }, incomplete)
    });
    Ok(Reading {
        encoding: Some(file.encoding),
        info: pdf::Info { producer: file.producer, ..pdf::Info::default() },
        ..of_pages(file.format, made, file.lost, file.diagnostics)
    })
}

/// The pages of a source, each with whether it is incomplete.
fn of_pages(
    format: Format,
    pages: impl Iterator<Item = (Made, bool)>,
    lost: Option<Failure>,
    mut diagnostics: Vec<Diagnostic>,
) -> Reading {
    let (mut page_classes, mut page_sizes, mut gaps, mut laid) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut unread: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut pages_ocr = 0;
    for (made, incomplete) in pages {
        page_classes.push(made.class);
        page_sizes.push(made.size);
        gaps.push(incomplete || made.unread.is_some());
        laid.extend(made.lines);
        pages_ocr += u32::from(made.recognised);
        if let Some(code) = made.unread {
            unread.entry(code.as_str()).or_default().push(page_classes.len());
        }
        diagnostics.extend(made.remarks);
    }
    diagnostics.sort_by_key(|it| it.page);
    let mut lines = page::printed_lines(laid);
    for line in &mut lines {
        mark_by_class(line, class_of(line, &page_classes));
    }
    mark_gaps(&mut lines, &gaps);
    Reading {
        format,
        lines,
        encoding: None,
        pages: u32::try_from(page_classes.len()).ok(),
        pages_ocr,
        page_classes,
        page_sizes,
        info: pdf::Info::default(),
        lost: lost.or_else(|| unread_pages(&unread, &diagnostics)),
        diagnostics,
    }
}

/// Why pages were not read, by the code most pages have.
fn unread_pages(unread: &BTreeMap<&str, Vec<usize>>, diagnostics: &[Diagnostic]) -> Option<Failure> {
    let (_, pages) = unread.iter().rev().max_by_key(|(_, pages)| pages.len())?;
    let said = diagnostics
        .iter()
        .find(|it| it.page == u32::try_from(pages[0]).ok() && unread.contains_key(it.code.as_str()))?;
    let count: usize = unread.values().map(Vec::len).sum();
    let which = if count == 1 { "1 page was not read".to_owned() } else { format!("{count} pages were not read") };
    let message = format!("{which}, page {} the first: {}", pages[0], said.message);
    Some(Failure { code: said.code.as_str(), message })
}

fn class_of(line: &TextLine, classes: &[PageClass]) -> PageClass {
    classes.get(page_index(line)).copied().unwrap_or(PageClass::Text)
}

fn page_index(line: &TextLine) -> usize {
    line.page.map_or(0, |page| page as usize - 1)
}

/// Nothing garbled enters an item, and what stands on the picture of a page is not its text. What was recognised is.
fn mark_by_class(line: &mut TextLine, class: PageClass) {
    if line.confidence.is_some() || class.is_recognised() {
        line.origin = Origin::Recognized;
        return;
    }
    line.origin = Origin::Embedded;
    match class {
        PageClass::Garbled => line.role = Role::Unread,
        PageClass::ImageOnly => line.role = Role::RunningHead,
        PageClass::Text | PageClass::HiddenText | PageClass::Recognised | PageClass::Empty | PageClass::Unread => {}
    }
}

/// Marks the first line behind pages that were not read: the text above does not go on in it.
fn mark_gaps(lines: &mut [TextLine], unread: &[bool]) {
    let mut before = 0;
    for line in lines.iter_mut().filter(|line| line.role == Role::Other) {
        let page = page_index(line);
        // The end of a page that is not whole may be what is missing.
        line.after_gap = page > before && unread.get(before..page).unwrap_or_default().contains(&true);
        before = page;
    }
}
