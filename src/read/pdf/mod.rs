//! The bytes of a PDF file → [`PdfFile`]: its pages as [`GlyphPage`]s, each character with its place.
//!
//! `file` finds objects and pages, `interpreter` runs what a page paints, `font` says which characters the codes of a
//! string are, `classify` whether the result is text. The objects are lopdf's; contents, fonts and codes are read here,
//! since text is what other readers lose. Everything is bounded by [`Limits`]: what lies beyond is left out and said.

mod budget;
mod classify;
mod colours;
mod file;
mod font;
mod fonts;
mod images;
mod info;
mod interpreter;
mod layers;
mod lexer;
mod limits;
mod marked;
mod matrix;
mod objects;
mod operands;
mod optional;
mod paper;
mod paths;
mod placed;
mod state;

use rayon::prelude::*;

use crate::model::{Code, Diagnostic, GlyphPage, PageClass};
use budget::Excess;
use file::{PageSource, Pages};
use fonts::Fonts;
use interpreter::{Painted, Shared};
use optional::OptionalContent;
use paper::Press;
use placed::Placed;

pub use file::PdfError;
pub use info::Info;
pub use limits::Limits;
pub use paper::Paper;

/// What a PDF file says.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfFile<T> {
    /// What was made of its pages, in order.
    pub pages: Vec<PdfPage<T>>,
    /// What it says of itself.
    pub info: Info,
    /// Why some of it was not read.
    pub lost: Option<Lost>,
    /// Remarks on pages and limits.
    pub diagnostics: Vec<Diagnostic>,
}

/// A page, and what was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfPage<T> {
    /// What it is made of.
    pub class: PageClass,
    /// Width and height as displayed, points.
    pub size: (f32, f32),
    /// Some of it was not read: see the remarks.
    pub incomplete: bool,
    /// What was made of its glyphs.
    pub made: T,
}

/// Why some of a file was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The remark that says so.
    pub code: Code,
    /// One sentence.
    pub message: String,
}

/// So many pages are worked on before their cost is added up, the same at any number of workers; twice as many each
/// time, as long as they cost little.
const BATCH: usize = 16;

/// A page of print decodes to less than this many bytes.
const CHEAP_PAGE: usize = 1 << 20;

/// Whether it saves anything to read the pages of a file at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// To wake other threads would cost more, unless more is done with a page than to read it.
    Short,
    /// It does.
    Long,
}

impl Length {
    /// Whether it does.
    pub fn is_long(self) -> bool {
        self == Self::Long
    }
}

/// A file with fewer pages, and fewer bytes, is short.
const LONG: usize = 128;
const HEAVY: usize = 2 << 20;

/// Reads the PDF file `bytes`, and makes of each of its pages what `make` says of its glyphs and its paper, so that
/// those of a long file need not be kept. `together` is asked whether several pages may be worked on at a time, of a file
/// that is long or short. Pure: the same bytes give the same result whatever it says.
///
/// # Errors
/// If no page can be found: the file is damaged, or asks for a password. Pages that cannot be read are remarks.
pub fn read<T: Send>(
    bytes: &[u8],
    limits: &Limits,
    together: impl Fn(Length) -> bool,
    make: impl Fn(&GlyphPage, &Paper) -> T + Sync,
) -> Result<PdfFile<T>, PdfError> {
    let objects = file::open(bytes, limits)?;
    let Pages { list, cut, salvaged } = file::pages(&objects);
    if list.is_empty() {
        return Err(PdfError::Damaged("its list of pages is missing or empty".to_owned()));
    }
    let optional = match objects.document.catalog() {
        Ok(catalog) => OptionalContent::of(&objects, catalog),
        Err(_) => OptionalContent::default(),
    };
    let shared = Shared { objects: &objects, fonts: Fonts::new(&objects), optional };
    let press = Press::new(&objects, bytes, list.len());
    let mut remarks = Remarks::default();
    if salvaged {
        let message = "the list of pages is lost; these are the pages that are left, perhaps not in order".to_owned();
        remarks.lose(Code::DamagedPdf, None, message);
    }
    if objects.document.xref_recovery.is_some() && !salvaged {
        let message =
            "the table that says where its parts are is broken and was made anew; see that all pages are there";
        remarks.remark(Code::RepairedPdf, None, message.to_owned());
    }
    if cut {
        let message = format!("the file has more than {} pages; the others were not read", limits.pages);
        remarks.lose(Code::LimitPages, None, message);
    }
    let work = |(index, source): (usize, &PageSource)| work((&shared, &press), index, source, &make);
    let mut pages = Vec::with_capacity(list.len());
    let (mut bytes_left, mut operators_left) = (limits.document_bytes, limits.document_operators);
    let length = if list.len() < LONG && bytes.len() < HEAVY { Length::Short } else { Length::Long };
    let mut batch = BATCH;
    let mut rest = list.as_slice();
    while !rest.is_empty() {
        let (sources, after) = rest.split_at(batch.min(rest.len()));
        rest = after;
        let first = pages.len();
        let bytes_before = bytes_left;
        let mut worked: Vec<Worked<T>> = Vec::with_capacity(sources.len());
        while let (done, [next, ..]) = sources.split_at(worked.len()) {
            let numbered = |(place, source)| (first + done.len() + place, source);
            if together(length) {
                worked.par_extend(sources[done.len()..].par_iter().enumerate().map(numbered).map(work));
            } else {
                worked.push(work(numbered((0, next))));
            }
        }
        for worked in worked {
            bytes_left = bytes_left.saturating_sub(worked.bytes);
            operators_left = operators_left.saturating_sub(worked.operators);
            remarks.of_page(pages.len() as u32 + 1, &worked, limits);
            pages.push(PdfPage {
                class: worked.class,
                size: worked.size,
                incomplete: !worked.exceeded.is_empty(),
                made: worked.made,
            });
        }
        if bytes_before - bytes_left < sources.len() * CHEAP_PAGE {
            batch *= 2;
        }
        let pages_read = pages.len();
        if (bytes_left == 0 || operators_left == 0) && !rest.is_empty() {
            let message =
                format!("the first {} pages are larger than a whole file may be; the rest was not read", pages.len());
            let code = if bytes_left == 0 { Code::LimitDocumentBytes } else { Code::LimitDocumentOperators };
            remarks.lose(code, None, message);
            pages.extend(
                rest.iter().enumerate().map(|(place, source)| unread(&press, pages_read + place, source, &make)),
            );
            break;
        }
    }
    let info = Info::of(&objects);
    let Remarks { diagnostics, lost } = remarks;
    Ok(PdfFile { pages, info, lost, diagnostics })
}

/// A page that is there and was not read.
fn unread<T>(press: &Press, index: usize, source: &PageSource, make: &impl Fn(&GlyphPage, &Paper) -> T) -> PdfPage<T> {
    let (class, (width, height)) = (PageClass::Unread, source.size);
    let number = index as u32 + 1;
    let page = GlyphPage {
        number,
        width,
        height,
        glyphs: Vec::new(),
        line_starts: Vec::new(),
        faces: Vec::new(),
        images: Vec::new(),
        rulings: Vec::new(),
        class,
    };
    let paper = Paper::new(press, (index, source.size), class, Placed::default(), false);
    PdfPage { class, size: source.size, incomplete: true, made: make(&page, &paper) }
}

/// A page that was worked on, and what it cost.
struct Worked<T> {
    class: PageClass,
    size: (f32, f32),
    made: T,
    bytes: usize,
    operators: usize,
    exceeded: Vec<Excess>,
    unknown: usize,
}

fn work<'a, T>(
    (shared, press): (&Shared<'a>, &Press<'a>),
    index: usize,
    source: &PageSource<'a>,
    make: &impl Fn(&GlyphPage, &Paper) -> T,
) -> Worked<T> {
    let Painted { mut glyphs, faces, images, rulings, paths, placed, budget } = interpreter::paint(shared, source);
    keep_visible(&mut glyphs, source.size);
    let class = classify::classify(&glyphs, &images, paths, source.size);
    let unknown = glyphs.iter().filter(|glyph| glyph.c.is_none()).count();
    let (width, height) = source.size;
    let (number, line_starts) = (index as u32 + 1, Vec::new());
    let page = GlyphPage { number, width, height, glyphs, line_starts, faces, images, rulings, class };
    let paper = Paper::new(press, (index, source.size), class, placed, budget.exceeded().is_empty());
    Worked {
        class,
        size: source.size,
        made: make(&page, &paper),
        bytes: budget.bytes,
        operators: budget.operators,
        exceeded: budget.exceeded().to_vec(),
        unknown,
    }
}

/// Takes away what lies outside the page. A run of text that begins on the page is kept to its end.
fn keep_visible(glyphs: &mut Vec<crate::model::Glyph>, (width, height): (f32, f32)) {
    let mut end = (f32::NAN, f32::NAN);
    let mut kept = false;
    glyphs.retain(|glyph| {
        let (x, y) = (glyph.x + glyph.dx * 0.5, glyph.y);
        let goes_on = kept && (glyph.x - end.0).abs() + (glyph.y - end.1).abs() < 0.6 * glyph.size;
        let on_page = x > -1.0 && x < width + 1.0 && y > -0.8 * glyph.size && y < height + 0.8 * glyph.size;
        kept = on_page || goes_on;
        end = (glyph.x + glyph.dx, glyph.y + glyph.dy);
        kept
    });
}

/// Gathers remarks, one for each kind of limit and page.
#[derive(Default)]
struct Remarks {
    diagnostics: Vec<Diagnostic>,
    lost: Option<Lost>,
}

impl Remarks {
    fn remark(&mut self, code: Code, page: Option<u32>, message: String) {
        self.diagnostics.push(Diagnostic { code, page, line: None, item: None, message, rule: None });
    }

    /// A remark about something that was not read.
    fn lose(&mut self, code: Code, page: Option<u32>, message: String) {
        if self.lost.is_none() {
            let place = page.map(|page| format!("page {page}: ")).unwrap_or_default();
            self.lost = Some(Lost { code, message: format!("{place}{message}") });
        }
        self.remark(code, page, message);
    }

    fn of_page<T>(&mut self, number: u32, worked: &Worked<T>, limits: &Limits) {
        for excess in &worked.exceeded {
            let (code, message) = excess.told(limits);
            self.lose(code, Some(number), message);
        }
        if worked.class == PageClass::Text && worked.unknown > 0 {
            let message =
                format!("the fonts do not say what {} of the characters are; they stand as U+FFFD", worked.unknown);
            self.remark(Code::UnmappedCharacters, Some(number), message);
        }
        if worked.class == PageClass::Empty {
            self.remark(Code::EmptyPage, Some(number), "the page has neither text nor picture".to_owned());
        }
    }
}

impl Excess {
    fn told(self, limits: &Limits) -> (Code, String) {
        match self {
            Self::StreamBytes => (
                Code::LimitStreamBytes,
                format!("a stream decodes to more than {} bytes; the rest of it was not read", limits.stream_bytes),
            ),
            Self::PageBytes => (
                Code::LimitPageBytes,
                format!("the content decodes to more than {} bytes; the rest of it was not read", limits.page_bytes),
            ),
            Self::Operators => (
                Code::LimitOperators,
                format!("the content has more than {} operators; the rest of it was not read", limits.page_operators),
            ),
            Self::Glyphs => (
                Code::LimitGlyphs,
                format!("the page paints more than {} characters; the rest was not read", limits.page_glyphs),
            ),
            Self::MissingContent => {
                (Code::DamagedPage, "its content, or some of it, is not in the file; get a whole copy".to_owned())
            }
            Self::DamagedContent => {
                (Code::DamagedPage, "its content breaks off or cannot be decoded; get a whole copy".to_owned())
            }
            Self::MissingFont => {
                (Code::DamagedPage, "some of its text is set in a font that is not in the file".to_owned())
            }
            Self::ToUnicode => (
                Code::LimitToUnicode,
                format!(
                    "a font lists more than {} characters; the rest of them were not read",
                    limits.to_unicode_entries
                ),
            ),
            Self::FormDepth => (
                Code::LimitFormDepth,
                format!("forms lie more than {} deep in each other; what is deeper was not read", limits.form_depth),
            ),
        }
    }
}
