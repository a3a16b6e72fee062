//! An [`Extract`], or a file of text → [`Reading`]: the lines of the whole source, measured against each other, and what
//! the later stages must know of how they were read. Cheap: done anew in every run.

use std::collections::BTreeMap;

use super::{Extract, Extractor, Recognised, Unwatched, extractor};
use crate::layout::{self, page};
use crate::model::{Diagnostic, Failure, Format, Origin, PageClass, Role, Source, TextLine};
use crate::read::pdf;
use crate::read::text;

/// What was read of a source.
#[derive(Debug)]
pub struct Reading {
    /// What the source is.
    pub format: Format,
    /// Its lines in reading order; no rule has looked at them.
    pub lines: Vec<TextLine>,
    /// Encoding its text was decoded from.
    pub encoding: Option<&'static str>,
    /// Number of pages.
    pub pages: Option<u32>,
    /// Pages whose characters were recognised from a picture.
    pub pages_ocr: u32,
    /// What each page is made of.
    pub page_classes: Vec<PageClass>,
    /// Width and height of each page, points.
    pub page_sizes: Vec<(f32, f32)>,
    /// What a PDF file says of itself.
    pub info: pdf::Info,
    /// Why some of it was not read.
    pub lost: Option<Failure>,
    /// Remarks on pages and limits.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Reads `bytes` by what they are, in this process.
    ///
    /// # Errors
    /// If nothing of it can be read; what it is all the same.
    pub fn of(source: &Source, bytes: &[u8], extractor: &Extractor) -> Result<Self, (Format, Failure)> {
        let format = extractor::format_of(source, bytes);
        let reading = match format {
            Format::Pdf | Format::Image => extractor.extract(format, bytes, &Unwatched).map(Self::from),
            _ => Self::of_light(format, bytes),
        };
        reading.map_err(|failure| (format, failure))
    }

    /// Reads `bytes` of text or recognised pages, which cost little.
    pub(crate) fn of_light(format: Format, bytes: &[u8]) -> Result<Self, Failure> {
        match format {
            Format::Alto | Format::PageXml | Format::Hocr => {
                let Recognised { encoding, extract } = extractor::recognised(bytes)?;
                Ok(Self { encoding: Some(encoding), ..Self::from(extract) })
            }
            _ => text::read(bytes)
                .map(|file| Self::of_text(format, file))
                .map_err(|error| Failure::new(error.code(), error.to_string())),
        }
    }

    fn of_text(format: Format, file: text::TextFile) -> Self {
        let pages = file.pages.iter().filter(|page| page.number.is_some()).count();
        Self {
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
}

impl From<Extract> for Reading {
    fn from(extract: Extract) -> Self {
        let Extract { format, pages, info, lost, mut diagnostics, networks: _ } = extract;
        let (mut page_classes, mut page_sizes, mut gaps, mut laid) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut unread: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut pages_ocr = 0;
        for page in pages {
            page_classes.push(page.class);
            page_sizes.push(page.size);
            gaps.push(page.incomplete || page.unread.is_some());
            laid.extend(page.lines);
            pages_ocr += u32::from(page.recognised);
            if let Some(code) = page.unread {
                unread.entry(code.as_str()).or_default().push(page_classes.len());
            }
            diagnostics.extend(page.remarks);
        }
        diagnostics.sort_by_key(|it| it.page);
        let mut lines = page::printed_lines(laid);
        for line in &mut lines {
            mark_by_class(line, class_of(line, &page_classes));
        }
        mark_gaps(&mut lines, &gaps);
        Self {
            format,
            lines,
            encoding: None,
            pages: u32::try_from(page_classes.len()).ok(),
            pages_ocr,
            page_classes,
            page_sizes,
            info,
            lost: lost.or_else(|| unread_pages(&unread, &diagnostics)),
            diagnostics,
        }
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
    Some(Failure::new(said.code.as_str(), message))
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
