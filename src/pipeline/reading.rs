//! The bytes of a source → its lines, whatever its format, and what the later stages must know of how they were read.

use crate::layout;
use crate::layout::page::{self, PageLines};
use crate::model::{Diagnostic, Failure, Format, Origin, PageClass, Role, Source, TextLine};
use crate::read::pdf::{self, Limits, PdfFile, PdfPage};
use crate::read::recognised::{self, RecognisedPage};
use crate::read::text;

/// What was read of a source.
pub(super) struct Reading {
    pub(super) format: Format,
    pub(super) lines: Vec<TextLine>,
    pub(super) encoding: Option<&'static str>,
    pub(super) pages: Option<u32>,
    pub(super) page_classes: Vec<PageClass>,
    pub(super) page_sizes: Vec<(f32, f32)>,
    pub(super) info: pdf::Info,
    /// Why some of it was not read.
    pub(super) lost: Option<Failure>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads `bytes` by what they are: a PDF file under another name is one all the same.
pub(super) fn read(source: &Source, bytes: &[u8]) -> Result<Reading, (Format, Failure)> {
    if source.format == Format::Pdf || bytes.starts_with(b"%PDF-") {
        return read_pdf(bytes).map_err(|failure| (Format::Pdf, failure));
    }
    let recognised = recognised::format_of(bytes);
    if recognised.is_some() || matches!(source.format, Format::Alto | Format::PageXml | Format::Hocr) {
        return read_recognised(bytes).map_err(|failure| (recognised.unwrap_or(source.format), failure));
    }
    match text::read(bytes) {
        Ok(file) => Ok(of_text(source.format, file)),
        Err(error) => Err((source.format, Failure { code: error.code(), message: error.to_string() })),
    }
}

/// The lines of a source, as read and laid out; no stage has looked at them.
///
/// # Errors
/// If nothing of it can be read.
pub fn read_lines(source: &Source, bytes: &[u8]) -> Result<Vec<TextLine>, Failure> {
    read(source, bytes).map(|reading| reading.lines).map_err(|(_, failure)| failure)
}

fn of_text(format: Format, file: text::TextFile) -> Reading {
    let pages = file.pages.iter().filter(|page| page.number.is_some()).count();
    Reading {
        format,
        pages: u32::try_from(pages).ok().filter(|count| *count > 0),
        lines: layout::text_lines(file.pages),
        encoding: Some(file.encoding),
        page_classes: Vec::new(),
        page_sizes: Vec::new(),
        info: pdf::Info::default(),
        lost: None,
        diagnostics: file.diagnostics,
    }
}

fn read_pdf(bytes: &[u8]) -> Result<Reading, Failure> {
    let file = pdf::read(bytes, &Limits::default(), page::page_lines)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let PdfFile { pages, info, lost, diagnostics } = file;
    let page = |PdfPage { class, size, incomplete, made }| Laid { class, size, incomplete, made };
    Ok(Reading {
        info,
        lost: lost.map(|lost| Failure { code: lost.code.as_str(), message: lost.message }),
        diagnostics,
        ..of_pages(Format::Pdf, pages.into_iter().map(page))
    })
}

fn read_recognised(bytes: &[u8]) -> Result<Reading, Failure> {
    let file = recognised::read(bytes, page::page_lines)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let page = |RecognisedPage { class, size, incomplete, made }| Laid { class, size, incomplete, made };
    Ok(Reading {
        encoding: Some(file.encoding),
        info: pdf::Info { producer: file.producer, ..pdf::Info::default() },
        lost: file.lost,
        diagnostics: file.diagnostics,
        ..of_pages(file.format, file.pages.into_iter().map(page))
    })
}

/// A page whose lines are laid out.
struct Laid {
    class: PageClass,
    size: (f32, f32),
    incomplete: bool,
    made: PageLines,
}

fn of_pages(format: Format, pages: impl Iterator<Item = Laid>) -> Reading {
    let (mut page_classes, mut page_sizes, mut unread, mut made) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for page in pages {
        page_classes.push(page.class);
        page_sizes.push(page.size);
        unread.push(page.incomplete || is_unread(page.class));
        made.push(page.made);
    }
    let mut lines = page::printed_lines(made);
    for line in &mut lines {
        mark_by_class(line, class_of(line, &page_classes));
    }
    mark_gaps(&mut lines, &unread);
    Reading {
        format,
        lines,
        encoding: None,
        pages: u32::try_from(page_classes.len()).ok(),
        page_classes,
        page_sizes,
        info: pdf::Info::default(),
        lost: None,
        diagnostics: Vec::new(),
    }
}

fn class_of(line: &TextLine, classes: &[PageClass]) -> PageClass {
    classes.get(page_index(line)).copied().unwrap_or(PageClass::Text)
}

fn page_index(line: &TextLine) -> usize {
    line.page.map_or(0, |page| page as usize - 1)
}

/// Nothing garbled enters an item, and what stands on the picture of a page is not its text.
fn mark_by_class(line: &mut TextLine, class: PageClass) {
    line.origin = if class.is_recognised() { Origin::Recognized } else { Origin::Embedded };
    match class {
        PageClass::Garbled => line.role = Role::Unread,
        PageClass::ImageOnly => line.role = Role::RunningHead,
        PageClass::Text | PageClass::HiddenText | PageClass::Recognised | PageClass::Empty | PageClass::Unread => {}
    }
}

fn is_unread(class: PageClass) -> bool {
    matches!(class, PageClass::ImageOnly | PageClass::Garbled)
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
