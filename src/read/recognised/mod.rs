//! The bytes of a file in which another program wrote what it recognised on pages (ALTO, PAGE XML, hOCR) →
//! [`RecognisedFile`]: its pages as [`GlyphPage`]s, each character with its place, the lines as the program read them.
//!
//! `characters` decodes, `markup` finds elements, `alto`, `page_xml` and `hocr` make a `sheet` of each page, `place` brings
//! it to points. A program that reads lines off a picture also knows where they end and in which order they come, so
//! the pages say both; layout does not look for them again.

mod alto;
mod characters;
mod hocr;
mod markup;
mod order;
mod page_xml;
mod place;
mod sheet;

use thiserror::Error;

use crate::model::{Code, Diagnostic, Failure, Format, GlyphPage, PageClass};
use characters::Characters;
use markup::{Damage, Markup, Tag, Token};
use sheet::{PAGE_LETTERS, Sheet};

/// Most pages of a file.
const PAGES: usize = 20_000;

/// Bytes in which a file shows what it is.
pub const HEAD: usize = 1 << 16;

/// What a file of recognised pages says.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognisedFile<T> {
    /// ALTO, PAGE XML or hOCR.
    pub format: Format,
    /// Encoding, as the WHATWG names it.
    pub encoding: &'static str,
    /// What was made of its pages, in order.
    pub pages: Vec<RecognisedPage<T>>,
    /// The program that recognised them, by the file's own word.
    pub producer: Option<String>,
    /// Why some of it was not read.
    pub lost: Option<Failure>,
    /// Remarks on pages, bytes and limits.
    pub diagnostics: Vec<Diagnostic>,
}

/// A page, and what was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognisedPage<T> {
    /// Recognised, or empty.
    pub class: PageClass,
    /// Width and height, points.
    pub size: (f32, f32),
    /// Some of it was not read.
    pub incomplete: bool,
    /// What was made of its glyphs.
    pub made: T,
}

/// Why nothing of a file can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecognisedError {
    /// It is something else.
    #[error("this is neither ALTO nor PAGE XML nor hOCR, by its first elements; leave it out, or export it again")]
    Unknown,
    /// It breaks off, or breaks the rules of XML, before its first line.
    #[error("{0}, before any line of text; get a whole copy")]
    Damaged(String),
    /// It has no page.
    #[error("the file has no page; export it again")]
    NoPages,
}

impl RecognisedError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown-markup",
            Self::Damaged(_) => Code::DamagedXml.as_str(),
            Self::NoPages => "no-pages",
        }
    }
}

/// What one format makes of the elements of a file.
trait Parser {
    /// An element opens.
    fn open(&mut self, tag: &Tag);
    /// The innermost element closes.
    fn close(&mut self);
    /// Text stands in the innermost element.
    fn text(&mut self, text: &str);
    /// A page that has come to its end.
    fn done(&mut self) -> Option<Sheet>;
    /// What there is of a page that has not.
    fn unfinished(&mut self) -> Option<Sheet>;
    /// The program that wrote the file.
    fn producer(&self) -> Option<&str>;
}

/// Adds a text to another, behind a blank; both are short.
fn text_until(whole: &mut Option<String>, text: &str) {
    const LONGEST: usize = 200;
    let text = text.trim();
    let whole = whole.get_or_insert_default();
    if !text.is_empty() && whole.len() + text.len() < LONGEST {
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(text);
    }
}

/// Which format a file has that begins with these bytes; `None` if it holds no recognised pages.
pub fn format_of(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let first = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if !matches!(head[first], b'<' | 0 | 0xef | 0xfe | 0xff) {
        return None;
    }
    let text = characters::decode(head).text;
    let text = text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let is_hocr = || ["ocr_page", "ocr-system", "ocr-capabilities"].iter().any(|word| text.contains(word));
    let mut markup = Markup::new(text, true);
    while let Ok(Some(token)) = markup.next() {
        match token {
            Token::Text(text) if text.trim().is_empty() => {}
            Token::Open(tag) if tag.name() == "alto" => return Some(Format::Alto),
            Token::Open(tag) if tag.name() == "PcGts" => return Some(Format::PageXml),
            Token::Open(_) if is_hocr() => return Some(Format::Hocr),
            _ => return None,
        }
    }
    None
}

/// Reads the file `bytes`, and makes of each of its pages what `make` says, so that the glyphs of a long file need not be
/// kept. Pure.
///
/// # Errors
/// If it is no such file, or damaged before its first line. Damage further on is said in `lost`.
pub fn read<T>(bytes: &[u8], make: impl Fn(&GlyphPage) -> T) -> Result<RecognisedFile<T>, RecognisedError> {
    let format = format_of(bytes).ok_or(RecognisedError::Unknown)?;
    let Characters { encoding, text, is_guess, is_damaged } = characters::decode(bytes);
    let mut parser: Box<dyn Parser> = match format {
        Format::Alto => Box::new(alto::Alto::default()),
        Format::PageXml => Box::new(page_xml::PageXml::default()),
        _ => Box::new(hocr::Hocr::default()),
    };
    let mut file =
        RecognisedFile { format, encoding, pages: Vec::new(), producer: None, lost: None, diagnostics: Vec::new() };
    if is_guess {
        file.remark(Code::EncodingGuessed, None, format!("not the UTF-8 it says it is; read as {encoding}"));
    }
    if is_damaged {
        let message = format!("some bytes are not text in {encoding} and stand as U+FFFD; get a whole copy");
        file.lose(Code::UndecodableBytes, None, message);
    }
    let mut markup = Markup::new(&text, format == Format::Hocr);
    let damage = loop {
        match markup.next() {
            Ok(Some(Token::Open(tag))) => parser.open(&tag),
            Ok(Some(Token::Close)) => parser.close(),
            Ok(Some(Token::Text(text))) => parser.text(&text),
            Ok(None) => break None,
            Err(damage) => break Some(damage),
        }
        if let Some(sheet) = parser.done() {
            if file.pages.len() == PAGES {
                file.lose(
                    Code::LimitPages,
                    None,
                    format!("the file has more than {PAGES} pages; the others were not read"),
                );
                break None;
            }
            file.page(sheet, false, &make);
        }
    };
    // A page that was not closed, by damage or by a limit.
    let rest = parser.unfinished().filter(|sheet| !sheet.lines.is_empty() && file.pages.len() < PAGES);
    if let Some(Damage(why)) = damage {
        let has_text = file.pages.iter().any(|page| page.class == PageClass::Recognised);
        if rest.is_none() && !has_text {
            return Err(RecognisedError::Damaged(why));
        }
        let number = file.pages.len() + 1;
        file.lose(
            Code::DamagedXml,
            None,
            format!("{why}, on page {number}; what follows was not read, so get a whole copy"),
        );
        if let Some(sheet) = rest {
            file.page(sheet, true, &make);
        }
    }
    if file.pages.is_empty() {
        return Err(RecognisedError::NoPages);
    }
    file.producer = parser.producer().map(str::to_owned).filter(|producer| !producer.is_empty());
    Ok(file)
}

impl<T> RecognisedFile<T> {
    fn page(&mut self, sheet: Sheet, is_broken: bool, make: &impl Fn(&GlyphPage) -> T) {
        let number = self.pages.len() as u32 + 1;
        let incomplete = is_broken || sheet.is_cut;
        if sheet.is_cut {
            let message = format!("the page has more than {PAGE_LETTERS} characters; the rest was not read");
            self.lose(Code::LimitGlyphs, Some(number), message);
        }
        let page = place::page(sheet, number);
        if page.class == PageClass::Empty {
            self.remark(Code::EmptyPage, Some(number), "nothing was recognised on the page".to_owned());
        }
        let size = (page.width, page.height);
        self.pages.push(RecognisedPage { class: page.class, size, incomplete, made: make(&page) });
    }

    fn remark(&mut self, code: Code, page: Option<u32>, message: String) {
        self.diagnostics.push(Diagnostic { code, page, line: None, item: None, message, rule: None });
    }

    /// A remark about something that was not read.
    fn lose(&mut self, code: Code, page: Option<u32>, message: String) {
        if self.lost.is_none() {
            let place = page.map(|page| format!("page {page}: ")).unwrap_or_default();
            self.lost = Some(Failure::new(code.as_str(), format!("{place}{message}")));
        }
        self.remark(code, page, message);
    }
}
