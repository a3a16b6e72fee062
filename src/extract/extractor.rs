//! The bytes of a PDF file, a file of pictures or a file of recognised pages → [`Extract`], in this process.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::limits::Limits;
use super::ocr::{Ocr, OcrWhen};
use super::pages::{self, PageExtract};
use super::{Extract, Recognised};
use crate::layout::page;
use crate::model::{Code, Diagnostic, Failure, Format, GlyphPage, PageClass, Picture, Source, hex};
use crate::read::pdf::{self, Length, Paper, PdfFile, PdfPage};
use crate::read::picture::{self, Numbered, Part, PictureError, PictureFile};
use crate::read::recognised::{self, RecognisedPage};

/// How sources are extracted: which pages are recognised and with what, and how much is read.
pub struct Extractor {
    /// Recognition.
    pub ocr: Ocr,
    /// How much is read.
    pub limits: Limits,
}

/// Who sees pages as they are made, on whatever thread makes them.
pub trait Watch: Sync {
    /// Has a page made with `make`, of `of` pages in all, and hands it on.
    fn page(&self, of: usize, make: &mut dyn FnMut() -> PageExtract) -> PageExtract;

    /// Whether several pages may be made at a time just now.
    fn together(&self) -> bool {
        true
    }
}

/// Nobody watches.
pub struct Unwatched;

impl Watch for Unwatched {
    fn page(&self, _: usize, make: &mut dyn FnMut() -> PageExtract) -> PageExtract {
        make()
    }
}

/// What `bytes` are: a PDF file, a picture or a file of recognised pages under another name is one all the same.
pub(crate) fn format_of(source: &Source, bytes: &[u8]) -> Format {
    if bytes.starts_with(b"%PDF-") {
        Format::Pdf
    } else if picture::is_picture(bytes) {
        Format::Image
    } else {
        recognised::format_of(bytes).unwrap_or(source.format)
    }
}

impl Extractor {
    /// Recognises nothing, within the usual limits.
    pub fn without_ocr() -> Self {
        Self { ocr: Ocr::never(), limits: Limits::default() }
    }

    /// Extracts `bytes`, a PDF file or one of pictures. The same bytes, limits and networks give the same extract, at any
    /// number of threads.
    ///
    /// # Errors
    /// If nothing of it can be read.
    pub fn extract(&self, format: Format, bytes: &[u8], watch: &dyn Watch) -> Result<Extract, Failure> {
        let mut extract = match format {
            Format::Pdf => self.pdf(bytes, watch),
            _ => self.pictures(bytes, watch),
        }?;
        if extract.pages.iter().any(|page| page.asked) {
            extract.networks = Some(self.ocr.used());
        }
        Ok(extract)
    }

    fn pdf(&self, bytes: &[u8], watch: &dyn Watch) -> Result<Extract, Failure> {
        let (ocr, limits) = (&self.ocr, &self.limits);
        let make = |page: &GlyphPage, paper: &Paper| {
            watch.page(paper.of_pages(), &mut || pages::extract(page, ocr, || paper.picture(&limits.picture)))
        };
        let is_dear = ocr.when() != OcrWhen::Never;
        let together = |length: Length| (is_dear || length.is_long()) && watch.together();
        let file = pdf::read(bytes, &limits.pdf, together, make)
            .map_err(|error| Failure::new(error.code(), error.to_string()))?;
        let PdfFile { pages, info, lost, diagnostics } = file;
        let page = |PdfPage { incomplete, made, .. }| PageExtract { incomplete, ..made };
        let lost = lost.map(|lost| Failure::new(lost.code.as_str(), lost.message));
        let pages = pages.into_iter().map(page).collect();
        Ok(Extract { format: Format::Pdf, pages, info, lost, diagnostics, networks: None })
    }

    fn pictures(&self, bytes: &[u8], watch: &dyn Watch) -> Result<Extract, Failure> {
        let limits = &self.limits.picture;
        let file = PictureFile::open(bytes, limits).map_err(|error| Failure::new(error.code(), error.to_string()))?;
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
            watch.page(file.pages(), &mut || pages::extract(&page, &self.ocr, || file.page(index)))
        };
        let pages = (0..file.pages()).into_par_iter().map(make).collect();
        let mut extract = Extract::new(Format::Image, pages);
        extract.diagnostics = grouped(&file);
        if file.is_cut() {
            let message = format!("the file has more than {} pages; the others were not read", limits.pages);
            extract.lose(Code::LimitPages, message);
        }
        Ok(extract)
    }
}

/// Which file each page of a bundle is, so that it can be found again, and where numbers are left out in their names.
fn grouped(file: &PictureFile) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut before: Option<Numbered> = None;
    let mut say = |code, page: usize, message| {
        let page = u32::try_from(page + 1).ok();
        diagnostics.push(Diagnostic { code, page, line: None, item: None, message, rule: None });
    };
    for Part { name, bytes, pages } in file.parts() {
        let which = if pages.len() == 1 { "the page is".to_owned() } else { format!("{} pages are", pages.len()) };
        let what = bytes.map_or_else(
            || "which could not be read".to_owned(),
            |bytes| format!("{} bytes, SHA-256 {}", bytes.len(), hex(&Sha256::digest(bytes))),
        );
        say(Code::GroupedPage, pages.start, format!("{which} the file {name}, {what}"));
        let own = Numbered::of(name);
        if let (Some(before), Some(own)) = (before, own)
            && own.number.saturating_sub(before.number) > 1
        {
            let message = format!(
                "there is no file between the numbers {} and {}; if pages are missing, add them",
                before.digits, own.digits
            );
            say(Code::MissingPageFiles, pages.start, message);
        }
        before = own;
    }
    diagnostics
}

/// The pages of a file of recognised pages.
pub(super) fn recognised(bytes: &[u8]) -> Result<Recognised, Failure> {
    let file =
        recognised::read(bytes, page::page_lines).map_err(|error| Failure::new(error.code(), error.to_string()))?;
    let made = |(number, RecognisedPage { class, size, incomplete, made })| PageExtract {
        lines: vec![made],
        recognised: class == PageClass::Recognised,
        incomplete,
        ..PageExtract::empty(number, class, size)
    };
    let extract = Extract {
        info: pdf::Info { producer: file.producer, ..pdf::Info::default() },
        lost: file.lost,
        diagnostics: file.diagnostics,
        ..Extract::new(file.format, (1..).zip(file.pages).map(made).collect())
    };
    Ok(Recognised { encoding: file.encoding, extract })
}

/// Page `number` of a source as a picture, drawn as it is printed where it is a page of PDF.
///
/// # Errors
/// If the source has no pages that can be pictures, or not so many, or this one cannot be had.
pub fn page_picture(source: &Source, bytes: &[u8], number: u32) -> Result<Picture, Failure> {
    let limits = Limits::default();
    let index = (number as usize).saturating_sub(1);
    let picture = match format_of(source, bytes) {
        Format::Pdf => {
            let draw =
                |glyphs: &GlyphPage, paper: &Paper| (glyphs.number == number).then(|| paper.drawn(&limits.picture));
            let file = pdf::read(bytes, &limits.pdf, Length::is_long, draw)
                .map_err(|error| Failure::new(error.code(), error.to_string()))?;
            let pages = file.pages.len();
            let drawn = file.pages.into_iter().find_map(|page| page.made);
            drawn.unwrap_or(Err(PictureError::NoPage { page: index + 1, pages }))
        }
        _ => PictureFile::open(bytes, &limits.picture).and_then(|file| file.page(index)),
    };
    picture.map_err(|error| Failure::new(error.code(), error.to_string()))
}

/// All pages of a source as pictures, drawn as they are printed where they are pages of PDF. Each is handed to `make` as it is
/// drawn, on all cores and in any order, so that only those are held that are in work.
///
/// # Errors
/// If the source has no pages that can be pictures.
pub fn page_pictures<T: Send>(
    source: &Source,
    bytes: &[u8],
    make: impl Fn(u32, Result<Picture, Failure>) -> T + Sync,
) -> Result<Vec<T>, Failure> {
    let limits = Limits::default();
    let told =
        |picture: Result<Picture, PictureError>| picture.map_err(|error| Failure::new(error.code(), error.to_string()));
    if format_of(source, bytes) == Format::Pdf {
        let draw = |glyphs: &GlyphPage, paper: &Paper| make(glyphs.number, told(paper.drawn(&limits.picture)));
        let file = pdf::read(bytes, &limits.pdf, Length::is_long, draw);
        let file = file.map_err(|error| Failure::new(error.code(), error.to_string()))?;
        return Ok(file.pages.into_iter().map(|page| page.made).collect());
    }
    let file = PictureFile::open(bytes, &limits.picture);
    let file = file.map_err(|error| Failure::new(error.code(), error.to_string()))?;
    let numbers = 1..=u32::try_from(file.pages()).unwrap_or(u32::MAX);
    Ok(numbers.into_par_iter().map(|number| make(number, told(file.page(number as usize - 1)))).collect())
}

impl Extract {
    /// Pages, and nothing said of them.
    pub(super) fn new(format: Format, pages: Vec<PageExtract>) -> Self {
        let (info, lost, diagnostics, networks) = (pdf::Info::default(), None, Vec::new(), None);
        Self { format, pages, info, lost, diagnostics, networks }
    }

    /// Says that some of the source was not read.
    pub(super) fn lose(&mut self, code: Code, message: String) {
        let (page, line, item, rule) = (None, None, None, None);
        self.diagnostics.push(Diagnostic { code, page, line, item, message: message.clone(), rule });
        self.lost.get_or_insert(Failure::new(code.as_str(), message));
    }
}
