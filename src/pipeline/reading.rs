//! The bytes of a source → its lines, whatever its format, and what the later stages must know of how they were read.

use crate::layout::{self, page};
use crate::model::{Code, Diagnostic, Failure, Format, GlyphPage, Origin, PageClass, Picture, Role, Source, TextLine};
use crate::read::pdf::{self, Limits, Paper, PdfFile, PdfPage};
use crate::read::picture::{self, PictureError, PictureFile, PictureLimits};
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

/// What `bytes` are: a PDF file or a picture under another name is one all the same.
fn format_of(source: &Source, bytes: &[u8]) -> Format {
    if bytes.starts_with(b"%PDF-") {
        Format::Pdf
    } else if picture::is_picture(bytes) {
        Format::Image
    } else {
        source.format
    }
}

/// Reads `bytes` by what they are.
pub(super) fn read(source: &Source, bytes: &[u8]) -> Result<Reading, (Format, Failure)> {
    let format = format_of(source, bytes);
    let reading = match format {
        Format::Pdf => read_pdf(bytes),
        Format::Image => read_pictures(bytes),
        Format::Text | Format::Markdown => text::read(bytes)
            .map(|file| of_text(format, file))
            .map_err(|error| Failure { code: error.code(), message: error.to_string() }),
    };
    reading.map_err(|failure| (format, failure))
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
            let file = pdf::read(bytes, &Limits::default(), draw)
                .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
            let pages = file.pages.len();
            let drawn = file.pages.into_iter().find_map(|page| page.made);
            drawn.unwrap_or(Err(PictureError::NoPage { page: index + 1, pages }))
        }
        _ => PictureFile::open(bytes, &limits).and_then(|file| file.page(index)),
    };
    picture.map_err(|error| Failure { code: error.code(), message: error.to_string() })
}

/// The pages of a file of pictures. None has text that could be read.
fn read_pictures(bytes: &[u8]) -> Result<Reading, Failure> {
    let limits = PictureLimits::default();
    let file = PictureFile::open(bytes, &limits)
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let pages = file.pages();
    let remark = |code: Code, page: Option<u32>, message: String| Diagnostic {
        code,
        page,
        line: None,
        item: None,
        message,
        rule: None,
    };
    let mut diagnostics = Vec::with_capacity(pages);
    let mut lost = format!("{pages} pages that are pictures without text were not read; they need text recognition");
    let mut code = Code::ImageOnlyPage;
    if file.is_cut() {
        lost = format!("the file has more than {} pages; the others were not read", limits.pages);
        code = Code::LimitPages;
        diagnostics.push(remark(code, None, lost.clone()));
    }
    let unread = "the page is a picture without text; it needs text recognition";
    diagnostics
        .extend((1..=pages).map(|page| remark(Code::ImageOnlyPage, u32::try_from(page).ok(), unread.to_owned())));
    Ok(Reading {
        format: Format::Image,
        lines: Vec::new(),
        encoding: None,
        pages: u32::try_from(pages).ok(),
        page_classes: vec![PageClass::ImageOnly; pages],
        page_sizes: Vec::new(),
        info: pdf::Info::default(),
        lost: Some(Failure { code: code.as_str(), message: lost }),
        diagnostics,
    })
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
    let file = pdf::read(bytes, &Limits::default(), |glyphs, _| page::page_lines(glyphs))
        .map_err(|error| Failure { code: error.code(), message: error.to_string() })?;
    let PdfFile { pages, info, lost, diagnostics } = file;
    let page_sizes = pages.iter().map(|page| page.size).collect();
    let unread: Vec<bool> = pages.iter().map(|page| page.incomplete || is_unread(page.class)).collect();
    let (page_classes, pages): (Vec<_>, Vec<_>) =
        pages.into_iter().map(|PdfPage { class, made, .. }| (class, made)).unzip();
    let mut lines = page::printed_lines(pages);
    for line in &mut lines {
        mark_by_class(line, class_of(line, &page_classes));
    }
    mark_gaps(&mut lines, &unread);
    Ok(Reading {
        format: Format::Pdf,
        lines,
        encoding: None,
        pages: u32::try_from(page_classes.len()).ok(),
        page_classes,
        page_sizes,
        info,
        lost: lost.map(|lost| Failure { code: lost.code.as_str(), message: lost.message }),
        diagnostics,
    })
}

fn class_of(line: &TextLine, classes: &[PageClass]) -> PageClass {
    classes.get(page_index(line)).copied().unwrap_or(PageClass::Text)
}

fn page_index(line: &TextLine) -> usize {
    line.page.map_or(0, |page| page as usize - 1)
}

/// Nothing garbled enters an item, and what stands on the picture of a page is not its text.
fn mark_by_class(line: &mut TextLine, class: PageClass) {
    line.origin = if class == PageClass::HiddenText { Origin::Recognized } else { Origin::Embedded };
    match class {
        PageClass::Garbled => line.role = Role::Unread,
        PageClass::ImageOnly => line.role = Role::RunningHead,
        PageClass::Text | PageClass::HiddenText | PageClass::Empty | PageClass::Unread => {}
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
