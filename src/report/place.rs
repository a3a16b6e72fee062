//! A text of an item, and the lines it was read from → which of these lines hold it.
//!
//! Blanks do not count on either side: a paragraph has others than its lines.

use std::ops::Range;

use crate::dataset::LineRow;

/// Lines in order as one text without blanks.
#[derive(Default)]
pub(super) struct Track {
    text: String,
    /// Where each line begins in it, and the number of the line.
    starts: Vec<(usize, i32)>,
    /// Where lines end whose join is doubtful, with the number of the line.
    doubts: Vec<(usize, i32)>,
}

impl Track {
    /// The track of `lines`.
    pub(super) fn of<'l>(lines: impl IntoIterator<Item = &'l LineRow>) -> Self {
        let mut track = Self::default();
        for line in lines {
            let number = line.line.unwrap_or(0);
            track.starts.push((track.text.len(), number));
            track.text.extend(line.text.chars().filter(|c| !c.is_whitespace()));
            if super::document::is_doubtful(line) {
                track.doubts.push((track.text.len(), number));
            }
        }
        track
    }

    /// Where `words` stand at `from` or behind.
    pub(super) fn find(&self, words: &str, from: usize) -> Option<Range<usize>> {
        let words = bare(words);
        if words.is_empty() {
            return None;
        }
        let start = from + self.text.get(from..)?.find(&words)?;
        Some(start..start + words.len())
    }

    /// The numbers of the lines a stretch lies on.
    pub(super) fn lines(&self, stretch: &Range<usize>) -> Vec<i32> {
        let first = self.starts.partition_point(|(start, _)| *start <= stretch.start).saturating_sub(1);
        let behind = self.starts.partition_point(|(start, _)| *start < stretch.end);
        self.starts.get(first..behind).unwrap_or_default().iter().map(|(_, number)| *number).collect()
    }

    /// The lines that hold `words`; none if they do not stand there.
    pub(super) fn lines_with(&self, words: &str) -> Vec<i32> {
        self.find(words, 0).map(|stretch| self.lines(&stretch)).unwrap_or_default()
    }

    /// The lines that hold `name`, or else as much of its beginning as stands there, of two characters or more: 酉阳 for
    /// 酉阳土家族苗族自治县.
    pub(super) fn lines_with_start(&self, name: &str) -> Vec<i32> {
        let ends = name.char_indices().skip(2).map(|(at, _)| at).chain([name.len()]);
        let mut ends: Vec<usize> = ends.collect();
        ends.reverse();
        ends.into_iter().map(|end| self.lines_with(&name[..end])).find(|lines| !lines.is_empty()).unwrap_or_default()
    }

    /// The doubtful joins inside a stretch or at its end, in order.
    pub(super) fn doubts(&self, stretch: &Range<usize>) -> &[(usize, i32)] {
        let first = self.doubts.partition_point(|(end, _)| *end <= stretch.start);
        let behind = self.doubts.partition_point(|(end, _)| *end <= stretch.end);
        &self.doubts[first..behind]
    }
}

/// A text without blanks.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A paragraph cut behind each mark that ends a sentence, with the marks that close after it.
pub(super) fn sentences(paragraph: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut ended) = (0, false);
    for (at, c) in paragraph.char_indices() {
        if ended && !matches!(c, '。' | '！' | '？' | '…' | '”' | '’' | '」' | '』' | '）' | '》') {
            found.push(&paragraph[start..at]);
            (start, ended) = (at, false);
        }
        ended |= matches!(c, '。' | '！' | '？');
    }
    if start < paragraph.len() {
        found.push(&paragraph[start..]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track() -> Track {
        let line =
            |number: i32, text: &str| LineRow { line: Some(number), text: text.to_owned(), ..LineRow::default() };
        Track::of(&[line(4, "  酉阳县召开座谈"), line(5, "会。会后"), line(7, "参观 旧址。")])
    }

    #[test]
    fn a_sentence_lies_on_the_lines_that_print_it() {
        assert_eq!(track().lines_with("座谈会。"), [4, 5]);
        assert_eq!(track().lines_with("会后参观旧址。"), [5, 7]);
        assert_eq!(track().lines_with("酉阳县召开座谈"), [4]);
        assert!(track().lines_with("没有").is_empty() && track().lines_with("").is_empty());
    }

    #[test]
    fn a_long_name_is_found_by_its_beginning() {
        assert_eq!(track().lines_with_start("酉阳土家族苗族自治县"), [4]);
        assert!(track().lines_with_start("酉区").is_empty());
    }

    #[test]
    fn sentences_take_their_closing_marks_along() {
        assert_eq!(sentences("他说：“好。”会后？！散"), ["他说：“好。”", "会后？！", "散"]);
        assert!(sentences("").is_empty());
    }
}
