//! A page of a source → [`PageExtract`]: the lines of its text layer, or those recognised from its picture, and what is to
//! be said of the choice.

use std::thread;

use serde::{Deserialize, Serialize};

use super::ocr::{Ocr, OcrWhen};
use crate::layout::page::{PageLines, page_lines};
use crate::model::{Code, Diagnostic, GlyphPage, PageClass, Picture};
use crate::read::picture::PictureError;
use crate::read::scan::{self, ModelsError, ScanPage};

/// A page as extracted.
#[derive(Debug, Serialize, Deserialize)]
pub struct PageExtract {
    /// 1-based number.
    pub number: u32,
    /// What it is made of.
    pub class: PageClass,
    /// Its lines, in reading order; a picture of two pages has two.
    pub lines: Vec<PageLines>,
    /// Width and height as displayed, points.
    pub size: (f32, f32),
    /// It was recognised, by us or by another program.
    pub recognised: bool,
    /// It needed the networks, whether or not they were there.
    pub asked: bool,
    /// None of its text was read, and why.
    pub unread: Option<Code>,
    /// Some of its content was not read: see the remarks.
    pub incomplete: bool,
    /// What is to be said of it.
    pub remarks: Vec<Diagnostic>,
}

/// A page whose characters are less certain on the mean is worth a look.
const DOUBTFUL_PAGE: f32 = 0.85;

/// A hidden layer is replaced where our reading is as sure, on the mean ...
const SURE_PAGE: f32 = 0.9;

/// ... and the share of its characters that the layer has too is less than that by more.
const CLEARLY_BETTER: f32 = 0.03;

/// The lines of `page`, whose `picture` is made if it is needed.
pub(super) fn extract(
    page: &GlyphPage,
    ocr: &Ocr,
    picture: impl FnOnce() -> Result<Picture, PictureError> + Send,
) -> PageExtract {
    let mut made = PageExtract {
        recognised: page.class == PageClass::HiddenText,
        ..PageExtract::empty(page.number, page.class, (page.width, page.height))
    };
    let needs = matches!(page.class, PageClass::ImageOnly | PageClass::Garbled);
    let wanted = match ocr.when() {
        OcrWhen::Never => false,
        OcrWhen::Auto => needs || page.class == PageClass::HiddenText,
        OcrWhen::Always => !matches!(page.class, PageClass::Empty | PageClass::Unread),
    };
    if !wanted {
        made.as_embedded(page);
        return made;
    }
    made.asked = true;
    match recognised(page, ocr, picture) {
        Err((code, message)) => {
            // A text layer that is there is better than nothing.
            if needs || ocr.when() == OcrWhen::Always {
                made.remark(page, code, message);
            }
            made.lines.push(page_lines(page));
            made.unread = needs.then_some(code);
            if page.class == PageClass::HiddenText {
                made.remark_on_class(page);
            }
        }
        Ok(scan) => made.choose(page, scan, ocr.when()),
    }
    made
}

/// What recognition makes of the page.
fn recognised(
    page: &GlyphPage,
    ocr: &Ocr,
    picture: impl FnOnce() -> Result<Picture, PictureError> + Send,
) -> Result<ScanPage, (Code, String)> {
    // On a thread of its own: a worker that waits for the threads of the networks would begin another document meanwhile,
    // and wait there for what it has itself begun.
    let read = || {
        let models = ocr.models().map_err(|error| match error {
            ModelsError::Missing(_) => (Code::OcrModelsMissing, format!("the page needs recognition, and {error}")),
            _ => (Code::OcrFailed, error.to_string()),
        })?;
        let picture = picture().map_err(|error| (code_of(&error), error.to_string()))?;
        scan::read(models, picture, page.number).map_err(|error| (Code::OcrFailed, error.to_string()))
    };
    let done = thread::scope(|scope| scope.spawn(read).join());
    done.unwrap_or_else(|_| Err((Code::OcrFailed, "recognition gave up on the picture of the page".to_owned())))
}

fn code_of(error: &PictureError) -> Code {
    match error {
        PictureError::LimitPixels { .. } => Code::LimitPixels,
        PictureError::LimitBytes { .. } => Code::LimitPictureBytes,
        PictureError::Unsupported(_) => Code::UnsupportedImage,
        PictureError::Unreadable(_) => Code::UnreadableFile,
        PictureError::Damaged(_) | PictureError::NoPage { .. } => Code::DamagedImage,
    }
}

impl PageExtract {
    /// A page of which nothing is known but what it is made of.
    pub(super) fn empty(number: u32, class: PageClass, size: (f32, f32)) -> Self {
        Self {
            number,
            class,
            lines: Vec::new(),
            size,
            recognised: false,
            asked: false,
            unread: None,
            incomplete: false,
            remarks: Vec::new(),
        }
    }

    fn remark(&mut self, page: &GlyphPage, code: Code, message: String) {
        let page = Some(page.number);
        self.remarks.push(Diagnostic { code, page, line: None, item: None, message, rule: None });
    }

    fn as_embedded(&mut self, page: &GlyphPage) {
        self.lines.push(page_lines(page));
        self.remark_on_class(page);
        self.unread = match page.class {
            PageClass::ImageOnly => Some(Code::ImageOnlyPage),
            PageClass::Garbled => Some(Code::GarbledPage),
            _ => None,
        };
    }

    fn remark_on_class(&mut self, page: &GlyphPage) {
        let (code, message) = match page.class {
            PageClass::HiddenText => (
                Code::HiddenTextLayer,
                "the text is a hidden layer over a picture of the page, recognised by another program",
            ),
            PageClass::ImageOnly => {
                (Code::ImageOnlyPage, "the page is a picture without text; it needs text recognition")
            }
            PageClass::Garbled => {
                (Code::GarbledPage, "the fonts do not say which characters the page prints; its text needs recognition")
            }
            PageClass::Text | PageClass::Recognised | PageClass::Empty | PageClass::Unread => return,
        };
        self.remark(page, code, message.to_owned());
    }

    /// Takes the recognised text, or keeps a hidden layer that is no worse.
    fn choose(&mut self, page: &GlyphPage, scan: ScanPage, when: OcrWhen) {
        let (sure, ours) = (confidence(&scan.pages), || scan.pages.iter().flat_map(letters));
        let (count, known) = (ours().count(), letters(page).count());
        if !matches!(page.class, PageClass::ImageOnly | PageClass::Garbled) && count * 2 < known {
            // Fonts that are not in the file are drawn as nothing.
            let message =
                format!("the picture of the page shows {count} characters and its text layer has {known}; it was kept");
            self.remark(page, Code::DoubtfulRecognition, message);
            self.lines.push(page_lines(page));
            return;
        }
        if page.class == PageClass::HiddenText && when == OcrWhen::Auto {
            let shared = shared(ours().collect(), letters(page).collect());
            let scores = format!(
                "our reading is {:.1} % sure, and the layer has {:.1} % of its characters",
                100.0 * sure,
                100.0 * shared
            );
            if sure < SURE_PAGE || shared > sure - CLEARLY_BETTER {
                let message = format!("the text is a hidden layer of another program, and was kept: {scores}");
                self.remark(page, Code::HiddenTextLayer, message);
                self.lines.push(page_lines(page));
                return;
            }
            let message = format!("the hidden layer of another program was replaced by our reading: {scores}");
            self.remark(page, Code::HiddenTextReplaced, message);
        }
        if page.class == PageClass::Garbled {
            let message = "the fonts do not say which characters the page prints; it was recognised from its picture";
            self.remark(page, Code::GarbledPage, message.to_owned());
        }
        if page.class == PageClass::ImageOnly && !page.glyphs.is_empty() {
            // What is printed over the picture, such as a stamp of the archive.
            self.lines.push(page_lines(page));
        }
        if scan.pages.iter().all(|page| page.glyphs.is_empty()) {
            self.remark(page, Code::EmptyPage, "the picture of the page has no text".to_owned());
        } else if sure < DOUBTFUL_PAGE {
            let message = format!(
                "recognition is {:.0} % sure of the page on the mean; compare it with the picture, or scan it again",
                100.0 * sure
            );
            self.remark(page, Code::DoubtfulRecognition, message);
        }
        if scan.turn > 0 {
            let turned = u32::from(scan.turn) * 90;
            let message =
                format!("the picture was turned by {turned}° clockwise; places are those of the upright page");
            self.remark(page, Code::TurnedPage, message);
        }
        self.size = scan.size;
        self.recognised = true;
        self.lines.extend(scan.pages.iter().map(page_lines));
    }
}

/// How sure recognition is of the characters on the mean, 0 to 1.
fn confidence(pages: &[GlyphPage]) -> f32 {
    let glyphs = pages.iter().flat_map(|page| &page.glyphs);
    let sure: Vec<f32> = glyphs.filter_map(|glyph| glyph.confidence).map(|it| it.share()).collect();
    if sure.is_empty() { 0.0 } else { sure.iter().sum::<f32>() / sure.len() as f32 }
}

/// The letters, Han characters and digits of a page.
fn letters(page: &GlyphPage) -> impl Iterator<Item = char> {
    page.glyphs.iter().filter_map(|glyph| glyph.c).filter(|c| c.is_alphanumeric())
}

/// The share of the pairs of neighbouring characters of `ours` that `theirs` has as well; the order of lines, blanks and
/// marks count for nothing.
fn shared(ours: Vec<char>, theirs: Vec<char>) -> f32 {
    let pairs = |letters: Vec<char>| {
        let mut pairs: Vec<(char, char)> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs
    };
    let (ours, theirs) = (pairs(ours), pairs(theirs));
    let mut others = theirs.iter().peekable();
    let mut both = 0usize;
    for pair in &ours {
        while others.next_if(|other| *other < pair).is_some() {}
        both += usize::from(others.next_if(|other| *other == pair).is_some());
    }
    if ours.is_empty() { 1.0 } else { both as f32 / ours.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn the_share_of_our_pairs_that_the_other_reading_has() {
        let of = |ours: &str, theirs: &str| shared(ours.chars().collect(), theirs.chars().collect());
        assert_eq!(of("党史工作", "党史工作"), 1.0);
        assert_eq!(of("党史工作动态", "党吏工作动态"), 0.6);
        assert_eq!(of("党史", ""), 0.0);
        assert_eq!(of("", "党史"), 1.0);
    }
}
