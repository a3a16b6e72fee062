//! Decoded text → [`Page`]s of lines.
//!
//! A line ends at CRLF, LF, CR, vertical tab, U+0085, U+2028 or U+2029. A form feed ends line and page, and a line end
//! right after it belongs to it. Lines of white space are counted, not kept; every other character is kept where it
//! stands, zero-width and control characters too.

use memchr::{memchr, memchr3, memmem};

use crate::model::{Page, ReadLine};

/// The pages of `text`; none if it is blank. One page without a number, unless form feeds stand between lines that are
/// not blank; then each form feed ends a page, and blank pages between others are kept so that the numbers are right.
pub(super) fn pages(text: &str) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut page = Page::default();
    let mut blank_before = 0;
    for segment in Segments::new(text) {
        if is_blank(segment.text) {
            blank_before += 1;
        } else {
            page.lines.push(ReadLine { raw: segment.text.to_owned(), blank_before });
            blank_before = 0;
        }
        if segment.ends_page {
            pages.push(std::mem::take(&mut page));
            blank_before = 0;
        }
    }
    pages.push(page);
    numbered(pages)
}

/// `pages` without the blank ones at the end, numbered if at least two are not blank; else just the one that is not.
fn numbered(mut pages: Vec<Page>) -> Vec<Page> {
    if pages.iter().filter(|page| !page.lines.is_empty()).count() < 2 {
        pages.retain(|page| !page.lines.is_empty());
        return pages;
    }
    while pages.last().is_some_and(|page| page.lines.is_empty()) {
        pages.pop();
    }
    for (page, number) in pages.iter_mut().zip(1..) {
        page.number = Some(number);
    }
    pages
}

/// The 1-based number of the line that holds the byte `at` of `text`, as [`pages`] counts: blank lines do not.
pub(super) fn number_at(text: &str, at: usize) -> u32 {
    let mut number = 0;
    for segment in Segments::new(text).filter(|segment| !is_blank(segment.text)) {
        number += 1;
        if at < segment.end {
            break;
        }
    }
    number
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// What stands between two line ends.
struct Segment<'a> {
    text: &'a str,
    /// Where it ends in the whole text, before its line end.
    end: usize,
    ends_page: bool,
}

/// What stands between the line ends of a text; nothing after the last of them.
struct Segments<'a> {
    text: &'a str,
    start: usize,
    /// The text has line ends other than LF, CR and form feed.
    has_rare_ends: bool,
}

/// Line ends but CRLF and form feed, which need a look at what follows.
const LINE_ENDS: [char; 6] = ['\n', '\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}'];

impl<'a> Segments<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let has_rare_ends = memchr(0x0b, bytes).is_some()
            || ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|end| memmem::find(bytes, end.as_bytes()).is_some());
        Self { text, start: 0, has_rare_ends }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let rest = &self.text[self.start..];
        if rest.is_empty() {
            return None;
        }
        let length = if self.has_rare_ends {
            rest.find(|c| c == '\u{c}' || LINE_ENDS.contains(&c))
        } else {
            memchr3(b'\n', b'\r', 0x0c, rest.as_bytes())
        };
        let (text, after) = rest.split_at(length.unwrap_or(rest.len()));
        let end = self.start + text.len();
        let after_page = after.strip_prefix('\u{c}');
        self.start = self.text.len() - after_line_end(after_page.unwrap_or(after)).len();
        Some(Segment { text, end, ends_page: after_page.is_some() })
    }
}

/// `text` after the line end it begins with, if it begins with one.
fn after_line_end(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(LINE_ENDS)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines as `raw`, after one `~` for each blank line before; pages in `[]` with their number.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown: Vec<String> = pages(text).iter().map(shown).collect();
        assert_eq!(shown.join(" "), expected, "{text:?}");
    }

    fn shown(page: &Page) -> String {
        let number = page.number.map_or(String::new(), |number| format!("{number}: "));
        let lines: Vec<String> =
            page.lines.iter().map(|line| "~".repeat(line.blank_before as usize) + &line.raw).collect();
        format!("[{number}{}]", lines.join("|"))
    }

    #[test]
    fn every_line_end_ends_a_line() {
        check("一\n二\r\n三\r四\u{b}五\u{85}六\u{2028}七\u{2029}八", "[一|二|三|四|五|六|七|八]");
        check("一\n二\r\n三\r四", "[一|二|三|四]");
        check("只有一行", "[只有一行]");
    }

    #[test]
    fn a_last_line_end_makes_no_line() {
        check("一\n", "[一]");
        check("一\r\n", "[一]");
    }

    #[test]
    fn blank_lines_are_counted() {
        check("一\n\n二\n \t\n\u{3000}\u{a0}\n三\n\n", "[一|~二|~~三]");
        check("\n\n一\r\r二\r\n\r\n三", "[~~一|~二|~三]");
    }

    #[test]
    fn blanks_and_marks_stay_in_the_line() {
        check(
            "\u{3000}\u{3000}一 \n\u{feff}\n\u{200b}\n二\u{1}\0",
            "[\u{3000}\u{3000}一 |\u{feff}|\u{200b}|二\u{1}\0]",
        );
    }

    #[test]
    fn form_feeds_between_text_number_the_pages() {
        check("一\n\u{c}二\n\u{c}", "[1: 一] [2: 二]");
        check("一\u{c}二", "[1: 一] [2: 二]");
        check("一\n\u{c}\n二", "[1: 一] [2: 二]");
        check("一\n\u{c}\r\n\n二", "[1: 一] [2: ~二]");
        check("一\n\n\u{c}\u{3000}二\n三", "[1: 一] [2: \u{3000}二|三]");
    }

    #[test]
    fn blank_pages_count_but_not_at_the_end() {
        check("\u{c}一\u{c}\u{c}二\u{c}\n\u{c}\u{c}", "[1: ] [2: 一] [3: ] [4: 二]");
    }

    #[test]
    fn form_feeds_around_the_text_make_no_pages() {
        check("\u{c}一\n二\u{c}\n\u{c}", "[一|二]");
    }

    #[test]
    fn blank_text_has_no_pages() {
        check("", "");
        check("\n \r\n\u{3000}\u{c}\n", "");
    }

    #[test]
    fn lines_are_numbered_as_pages_count_them() {
        let text = "一\n\n二\r\n\u{c}三\n \n四";
        let numbers: Vec<u32> = "一二三四".chars().map(|c| number_at(text, text.find(c).unwrap_or(0))).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in r"([一-十a \t\u{3000}\u{200B}\u{FEFF}\r\n\v\f\u{85}\u{2028}\u{2029}\x00\x1A]|\PC){0,80}") {
            let lines: String = pages(&text).iter().flat_map(|page| &page.lines).map(|line| line.raw.as_str()).collect();
            let expected: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let found: String = lines.chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
