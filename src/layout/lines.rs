//! Pages of a text source → numbered [`TextLine`]s: marks of Markdown taken off, the rest as printed.

use std::borrow::Cow;

use memchr::{memchr2, memchr3};

use super::fold;
use crate::model::{Mark, Page, TextLine};

/// The printed lines of `pages`, numbered from 1. Lines without printed characters stay, with empty text.
pub fn text_lines(pages: Vec<Page>) -> Vec<TextLine> {
    let count = pages.iter().map(|page| page.lines.len()).sum();
    let mut lines = Vec::with_capacity(count);
    for page in pages {
        for (index, read) in page.lines.into_iter().enumerate() {
            let Unmarked { content, mark, hard_break } = unmarked(&read.raw);
            let printed = fold::printed(&content);
            let first = index == 0 && page.number.is_some();
            // A blank half an em wide before the first character: some text layers leave it at each page's first line.
            let stray = read.raw.starts_with(' ') && mark == Mark::None && printed.indent_em == 0.5;
            lines.push(TextLine {
                number: lines.len() as u32 + 1,
                page: page.number,
                width_em: printed.width_em,
                indent_em: if stray { 0.0 } else { printed.indent_em },
                text: printed.text,
                raw: read.raw,
                blank_before: read.blank_before,
                page_start: first || stray,
                mark,
                hard_break,
                ..TextLine::default()
            });
        }
    }
    lines
}

struct Unmarked<'a> {
    content: Cow<'a, str>,
    mark: Mark,
    hard_break: bool,
}

/// A raw line without the marks of Markdown: heading signs, quotation bars, emphasis, two closing blanks. A hyphen that
/// opens a list entry stays, since a Chinese line may print it.
fn unmarked(raw: &str) -> Unmarked<'_> {
    let ends_blank = raw.ends_with("  ") && !raw.trim_end().is_empty();
    let plain = |content| Unmarked { content: Cow::Borrowed(content), mark: Mark::None, hard_break: ends_blank };
    let bytes = raw.as_bytes();
    if memchr3(b'#', b'*', b'>', bytes).or_else(|| memchr2(b'-', b'_', bytes)).is_none() {
        return plain(raw);
    }
    let trimmed = raw.trim_start_matches([' ', '\t']);
    let body = trimmed.strip_prefix("> ").map_or(trimmed, |quoted| quoted.trim_start_matches(['>', ' ']));
    let signs = body.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&signs) && body[signs..].starts_with([' ', '\u{3000}']) {
        let text = body[signs..].trim_end_matches(['#', ' ']);
        return Unmarked { content: without_emphasis(text), mark: Mark::Heading(signs as u8), hard_break: ends_blank };
    }
    if let Some(entry) = body.strip_prefix("- ").or_else(|| body.strip_prefix("* ")) {
        let content = if entry.contains("**") {
            Cow::Owned(format!("- {}", without_emphasis(entry)))
        } else {
            Cow::Borrowed(body)
        };
        return Unmarked { content, mark: Mark::Bullet, hard_break: ends_blank };
    }
    let quoted = body.len() < trimmed.len();
    match without_emphasis(if quoted { body } else { raw }) {
        Cow::Borrowed(content) => plain(content),
        content => Unmarked { content, mark: Mark::None, hard_break: ends_blank },
    }
}

/// `text` without the `**` of strong emphasis, if they pair.
fn without_emphasis(text: &str) -> Cow<'_, str> {
    match text.matches("**").count() {
        0 => Cow::Borrowed(text),
        pairs if pairs % 2 == 0 && !text.contains("***") => Cow::Owned(text.replace("**", "")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::text_lines;
    use crate::model::{Mark, Page, ReadLine, TextLine};

    fn line(raw: &str) -> TextLine {
        let read = ReadLine { raw: raw.to_owned(), blank_before: 0 };
        text_lines(vec![Page { number: None, lines: vec![read] }]).remove(0)
    }

    #[test]
    fn heading_signs_are_marks() {
        let line = line("### 红色故事");
        assert_eq!((line.text.as_str(), line.mark), ("红色故事", Mark::Heading(3)));
        assert_eq!(line.raw, "### 红色故事");
    }

    #[test]
    fn a_sign_without_a_blank_is_printed() {
        assert_eq!(line("#1 楼").mark, Mark::None);
    }

    #[test]
    fn emphasis_is_no_print() {
        assert_eq!(line("**市委**召开会议").text, "市委召开会议");
        assert_eq!(line("2**3").text, "2**3");
    }

    #[test]
    fn list_hyphen_stays() {
        let line = line("- 某县开展宣讲");
        assert_eq!((line.text.as_str(), line.mark), ("- 某县开展宣讲", Mark::Bullet));
    }

    #[test]
    fn two_closing_blanks_ask_for_a_line_end() {
        assert!(line("某区委党史研究室  ").hard_break);
        assert!(!line("某区委党史研究室").hard_break);
    }

    #[test]
    fn stray_blank_marks_a_page_start_and_is_no_indent() {
        let line = line(" 究湘鄂川黔");
        assert!(line.page_start);
        assert_eq!(line.indent_em, 0.0);
        let indented = self::line("\u{3000}\u{3000}近日");
        assert_eq!(indented.indent_em, 2.0);
        assert!(!indented.page_start);
    }
}
