//! Two texts and where they differ → rows of paragraphs, the old one beside the new one, with what differs marked.

use serde::Serialize;

use crate::diff::{Hunk, compare_texts};

/// A paragraph of each text, or of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Row {
    /// Whether both are the same.
    pub(super) same: bool,
    pub(super) old: Option<Half>,
    pub(super) new: Option<Half>,
}

/// One side of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Half {
    /// Whether it is a headline.
    pub(super) heading: bool,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether the other side does not have it.
    pub(super) marked: bool,
}

/// A text of paragraphs, some of which are headlines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    pub(super) text: String,
    headings: Vec<usize>,
    paragraphs: usize,
}

impl Text {
    /// The headline and body of items, one after the other.
    pub(super) fn of<'i>(items: impl Iterator<Item = (Option<&'i str>, &'i str)>) -> Self {
        let mut text = Self::default();
        for (headline, body) in items {
            if let Some(headline) = headline {
                text.headings.push(text.paragraphs);
                text.add(headline);
            }
            text.add(body);
        }
        text
    }

    fn add(&mut self, text: &str) {
        if self.paragraphs > 0 {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.paragraphs += 1 + text.matches('\n').count();
    }
}

/// The rows of a text that only one run has.
pub(super) fn alone(text: &Text, is_old: bool) -> Vec<Row> {
    let half = |(at, paragraph): (usize, &str)| Half {
        heading: text.headings.contains(&at),
        pieces: vec![Piece { text: paragraph.to_owned(), marked: false }],
    };
    let row = |half| {
        if is_old { Row { old: Some(half), ..Row::default() } } else { Row { new: Some(half), ..Row::default() } }
    };
    text.text.split('\n').enumerate().map(half).map(row).collect()
}

/// The rows of two texts.
pub(super) fn both(old: &Text, new: &Text) -> Vec<Row> {
    let hunks = compare_texts(&old.text, &new.text).map(|change| change.hunks).unwrap_or_default();
    let mut rows = rows(&old.text, &hunks);
    let mut at = (0, 0);
    for row in &mut rows {
        for (half, text, at) in [(&mut row.old, old, &mut at.0), (&mut row.new, new, &mut at.1)] {
            let Some(half) = half else { continue };
            half.heading = text.headings.contains(at);
            *at += 1 + half.pieces.iter().map(|piece| piece.text.matches('\n').count()).sum::<usize>();
        }
    }
    rows
}

/// White space that can be seen.
pub(super) fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => seen.push_str("⏎\n"),
            '\u{3000}' => seen.push('□'),
            '\t' => seen.push('⇥'),
            ' ' => seen.push('␣'),
            c => seen.push(c),
        }
    }
    seen
}

/// The rows of a text and another one that differ at `hunks`. A row ends where a paragraph ends in both.
pub(super) fn rows(old: &str, hunks: &[Hunk]) -> Vec<Row> {
    let mut rows = Rows::default();
    let mut at = 0;
    let mut skip = 0;
    for (number, hunk) in hunks.iter().enumerate() {
        let same = old.get(at + skip..hunk.at.0).unwrap_or_default();
        rows.same(same);
        at = hunk.at.0 + hunk.old.len();
        skip = 0;
        let next = hunks.get(number + 1).map_or(old.len(), |next| next.at.0);
        let behind = old.get(at..next).unwrap_or_default();
        let one_sided = hunk.old.is_empty() || hunk.new.is_empty();
        // A paragraph put between two others: the end of line in front of it is as good as the one behind.
        let (mut gone, mut come) = (hunk.old.clone(), hunk.new.clone());
        let ends = behind.starts_with('\n') || behind.is_empty() && number + 1 == hunks.len();
        if one_sided && ends && (gone.starts_with('\n') || come.starts_with('\n')) {
            rows.end();
            for text in [&mut gone, &mut come].into_iter().filter(|text| !text.is_empty()) {
                text.remove(0);
                text.push('\n');
            }
            skip = usize::from(!behind.is_empty());
        }
        rows.differing(&gone, &come);
    }
    rows.same(old.get(at + skip..).unwrap_or_default());
    rows.end();
    rows.done
}

#[derive(Default)]
struct Rows {
    done: Vec<Row>,
    old: Vec<Piece>,
    new: Vec<Piece>,
}

impl Rows {
    fn same(&mut self, text: &str) {
        for (at, paragraph) in text.split('\n').enumerate() {
            if at > 0 {
                self.end();
            }
            if !paragraph.is_empty() {
                let piece = Piece { text: paragraph.to_owned(), marked: false };
                self.old.push(piece.clone());
                self.new.push(piece);
            }
        }
    }

    fn differing(&mut self, old: &str, new: &str) {
        let starts = self.old.is_empty() && self.new.is_empty();
        let whole = |text: &str| text.ends_with('\n');
        if starts && (old.is_empty() && whole(new) || new.is_empty() && whole(old)) {
            // Paragraphs that one side alone has.
            for paragraph in format!("{old}{new}").trim_end_matches('\n').split('\n') {
                let half =
                    Some(Half { heading: false, pieces: vec![Piece { text: visible_words(paragraph), marked: true }] });
                let row = Row { same: false, old: None, new: None };
                self.done.push(if new.is_empty() { Row { old: half, ..row } } else { Row { new: half, ..row } });
            }
            return;
        }
        // A text in place of another one is read as it is; only where little differs are ends of lines worth a sign.
        let replaced = starts && !old.is_empty() && !new.is_empty();
        for (text, side) in [(old, &mut self.old), (new, &mut self.new)] {
            if !text.is_empty() {
                side.push(Piece { text: if replaced { text.to_owned() } else { visible(text) }, marked: true });
            }
        }
    }

    fn end(&mut self) {
        let [old, new] = [&mut self.old, &mut self.new].map(std::mem::take);
        let same = old.iter().chain(&new).all(|piece| !piece.marked);
        let half = |pieces: Vec<Piece>| (!pieces.is_empty()).then_some(Half { heading: false, pieces });
        if !old.is_empty() || !new.is_empty() {
            self.done.push(Row { same, old: half(old), new: half(new) });
        }
    }
}

/// White space between words needs no sign where all of a paragraph is marked.
fn visible_words(text: &str) -> String {
    if text.chars().all(char::is_whitespace) { visible(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let half = |half: &Option<Half>| {
            let pieces = half.iter().flat_map(|half| &half.pieces);
            pieces.map(|it| if it.marked { format!("[{}]", it.text) } else { it.text.clone() }).collect::<String>()
        };
        let hunks = compare_texts(old, new).map(|change| change.hunks).unwrap_or_default();
        let row = |row: &Row| format!("{}{}{}", half(&row.old), if row.same { "=" } else { "|" }, half(&row.new));
        rows(old, &hunks).iter().map(row).collect()
    }

    #[test]
    fn paragraphs_stand_beside_each_other() {
        assert_eq!(
            told("会议召开。\n活动举办。", "会议召开了。\n活动举办。"),
            ["会议召开。|会议召开[了]。", "活动举办。=活动举办。"]
        );
        assert_eq!(told("同", "同"), ["同=同"]);
    }

    #[test]
    fn a_paragraph_that_one_side_has_is_a_row_of_its_own() {
        let [a, b, c] = ["会议在渝北召开。", "活动在巴南举办。", "展览在万州开幕。"];
        let (short, long) = (format!("{a}\n{c}"), format!("{a}\n{b}\n{c}"));
        let rows = [format!("{a}={a}"), format!("|[{b}]"), format!("{c}={c}")];
        assert_eq!(told(&short, &long), rows);
        assert_eq!(told(&format!("{a}\n{c}"), &format!("{a}\n{c}\n{b}"))[2], format!("|[{b}]"));
        assert_eq!(told(&long, &short)[1], format!("[{b}]|"));
    }

    #[test]
    fn white_space_that_differs_can_be_seen() {
        assert_eq!(told("第一段。\n第二段。", "第一段。第二段。"), ["第一段。[⏎\n]第二段。|第一段。第二段。"]);
        assert_eq!(told("照片四十幅", "照片\u{3000}四十幅"), ["照片四十幅|照片[□]四十幅"]);
    }

    #[test]
    fn headlines_of_several_items_are_known_on_both_sides() {
        let text = |items: &[(Option<&'static str>, &'static str)]| Text::of(items.iter().copied());
        let old = text(&[(Some("渝北召开会议"), "会议强调工作。\n巴南举办展览\n展出照片四十幅。")]);
        let new = text(&[(Some("渝北召开会议"), "会议强调工作。"), (Some("巴南举办展览"), "展出照片四十幅。")]);
        let headings: Vec<(bool, bool)> = both(&old, &new)
            .iter()
            .map(|row| (row.old.as_ref().unwrap().heading, row.new.as_ref().unwrap().heading))
            .collect();
        assert_eq!(headings, [(true, true), (false, false), (false, true), (false, false)]);
    }
}
