//! Decoded text → [`Page`]s of lines.
//!
//! A line ends at CRLF, LF, CR, vertical tab, U+0085, U+2028 or U+2029; a form feed ends line and page, and a line end
//! right after it belongs to it. Lines of white space are counted, not kept. Every other character is kept where it
//! stands, zero-width and control characters too.

use memchr::{memchr, memchr3, memmem};

use crate::model::{Page, ReadLine};

/// The pages of `text`. One page without a number, unless form feeds stand between characters that are not white space;
/// then each form feed ends a page, and pages of white space between others are kept so that the numbers are right.
pub(super) fn pages(text: &str) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut blank = 0;
    for segment in Segments::new(text) {
        let page = pages.last_mut().expect("there is always a page at hand");
        if segment.text.chars().all(char::is_whitespace) {
            blank += 1;
        } else {
            page.lines.push(ReadLine { raw: segment.text.to_owned(), blank_before: blank });
            blank = 0;
        }
        if segment.ends_page {
            pages.push(Page::default());
            blank = 0;
        }
    }
    if pages.last().is_some_and(|page| page.lines.is_empty()) {
        pages.pop();
    }
    if pages.iter().filter(|page| !page.lines.is_empty()).count() < 2 {
        pages.retain(|page| !page.lines.is_empty());
    } else {
        for (page, number) in pages.iter_mut().zip(1..) {
            page.number = Some(number);
        }
    }
    pages
}

/// A piece of text between two line ends.
struct Segment<'a> {
    text: &'a str,
    ends_page: bool,
}

/// The pieces of a text between its line ends; none after a last line end.
struct Segments<'a> {
    rest: &'a str,
    /// The text has line ends other than LF, CR and form feed.
    rare_ends: bool,
}

impl<'a> Segments<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let rare_ends = memchr(0x0b, bytes).is_some()
            || ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|end| memmem::find(bytes, end.as_bytes()).is_some());
        Self { rest: text, rare_ends }
    }

    /// Where the next line end stands.
    fn next_end(&self) -> Option<usize> {
        if self.rare_ends {
            self.rest.find(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
        } else {
            memchr3(b'\n', b'\r', 0x0c, self.rest.as_bytes())
        }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let Some(at) = self.next_end() else {
            return Some(Segment { text: std::mem::take(&mut self.rest), ends_page: false });
        };
        let (text, rest) = self.rest.split_at(at);
        let ends_page = rest.starts_with('\u{c}');
        let after = if ends_page { &rest[1..] } else { rest };
        self.rest = skip_line_end(after);
        Some(Segment { text, ends_page })
    }
}

/// `text` after the line end it begins with, if it does.
fn skip_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n")
        .or_else(|| text.strip_prefix(['\n', '\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}']))
        .unwrap_or(text)
}
