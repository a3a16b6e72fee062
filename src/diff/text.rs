//! Two texts → where they differ, on whole grapheme clusters, and whether in more than white space or marks.

use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::mirror::{Mirror, in_order};

/// Clusters of the same text that are told on either side of a difference.
const CONTEXT: usize = 8;

/// Texts that share less than one part in so many are told as a whole.
const KEPT: usize = 3;

/// What kind of characters two texts differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextClass {
    /// In characters that are read.
    Words,
    /// In marks, and perhaps white space.
    Punctuation,
    /// In white space alone.
    WhiteSpace,
}

/// How two texts differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextChange {
    /// In what kind of characters.
    pub class: TextClass,
    /// Where, in the order of the text.
    pub hunks: Vec<Hunk>,
}

/// One place where two texts differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hunk {
    /// In what kind of characters.
    pub class: TextClass,
    /// What stands before it in both.
    pub before: String,
    /// What only the old text has; empty if nothing.
    pub old: String,
    /// What only the new text has; empty if nothing.
    pub new: String,
    /// What stands behind it in both.
    pub after: String,
    /// Where it begins in the old text and in the new one, in bytes.
    #[serde(skip)]
    pub at: (usize, usize),
}

impl Mirror for Vec<Hunk> {
    fn mirrored(self) -> Self {
        self.into_iter().map(|hunk| Hunk { old: hunk.new, new: hunk.old, at: (hunk.at.1, hunk.at.0), ..hunk }).collect()
    }
}

/// Where `old` and `new` differ; `None` if nowhere.
pub fn compare(old: &str, new: &str) -> Option<TextChange> {
    (old != new).then(|| TextChange { class: class(old, new), hunks: in_order(old, new, hunks) })
}

impl TextClass {
    /// The word for it in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Punctuation => "punctuation",
            Self::WhiteSpace => "white_space",
        }
    }
}

/// The kind of characters that two different texts differ in. A cluster that begins with a letter, a Han character or a
/// digit is read; any other is a mark.
fn class(old: &str, new: &str) -> TextClass {
    let equal = |counts: fn(&&str) -> bool| old.graphemes(true).filter(counts).eq(new.graphemes(true).filter(counts));
    if equal(|it| !it.chars().all(char::is_whitespace)) {
        TextClass::WhiteSpace
    } else if equal(|it| it.starts_with(char::is_alphanumeric)) {
        TextClass::Punctuation
    } else {
        TextClass::Words
    }
}

fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (olds, news): (Vec<&str>, Vec<&str>) = (old.graphemes(true).collect(), new.graphemes(true).collect());
    let mut changed: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        match changed.last_mut() {
            // What stands next to each other is one place.
            Some((before, after)) if before.end == op.old_range().start && after.end == op.new_range().start => {
                before.end = op.old_range().end;
                after.end = op.new_range().end;
            }
            _ => changed.push((op.old_range(), op.new_range())),
        }
    }
    let kept = olds.len() - changed.iter().map(|(gone, _)| gone.len()).sum::<usize>();
    let changed = if kept * KEPT < olds.len().max(news.len()) {
        // What two texts share by chance is not kept.
        vec![(0..olds.len(), 0..news.len())]
    } else {
        replacements(changed)
    };
    let (old_starts, new_starts) = (starts(&olds), starts(&news));
    (0..changed.len())
        .map(|at| {
            let (from, to) = changed[at].clone();
            let first = if at == 0 { 0 } else { changed[at - 1].0.end };
            let last = changed.get(at + 1).map_or(olds.len(), |(next, _)| next.start);
            let place = (old_starts[from.start], new_starts[to.start]);
            let (gone, come) = (olds[from.clone()].concat(), news[to].concat());
            Hunk {
                class: class(&gone, &come),
                before: olds[first.max(from.start.saturating_sub(CONTEXT))..from.start].concat(),
                after: olds[from.end..last.min(from.end + CONTEXT)].concat(),
                old: gone,
                new: come,
                at: place,
            }
        })
        .collect()
}

/// Where each cluster begins in bytes, and where the last one ends.
fn starts(clusters: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let ends = clusters.iter().map(|cluster| {
        at += cluster.len();
        at
    });
    std::iter::once(0).chain(ends).collect()
}

/// What goes on one side of a single cluster and comes on its other side is one replacement: 年底 by 明年.
fn replacements(changed: Vec<(Range<usize>, Range<usize>)>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut whole: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (gone, come) in changed {
        match whole.last_mut() {
            Some((before, after))
                if gone.start - before.end == 1
                    && (before.len() + come.len() == 0 || after.len() + gone.len() == 0) =>
            {
                before.end = gone.end;
                after.end = come.end;
            }
            _ => whole.push((gone, come)),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let change = compare(old, new).unwrap();
        let hunks = change.hunks.iter().map(|it| format!("{}[{}|{}]{}", it.before, it.old, it.new, it.after));
        format!("{} {}", change.class.as_str(), hunks.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn characters_are_told_with_what_stands_around_them() {
        assert_eq!(told("召开座谈会", "召开了座谈会"), "words 召开[|了]座谈会");
        assert_eq!(told("1月24日，渝北区", "1月25日，渝中区"), "words 1月2[4|5]日，渝 日，渝[北|中]区");
        assert_eq!(told("预计年底完工", "预计明年完工"), "words 预计[年底|明年]完工");
        assert_eq!(compare("同", "同"), None);
    }

    #[test]
    fn another_text_is_told_as_a_whole() {
        assert_eq!(
            told("巴山史讯第四号", "南江开展老区口述史料抢救"),
            "words [巴山史讯第四号|南江开展老区口述史料抢救]"
        );
    }

    #[test]
    fn clusters_are_never_parted() {
        assert_eq!(told("见e\u{301}。", "见e\u{300}。"), "words 见[e\u{301}|e\u{300}]。");
        assert_eq!(told("👨‍👩‍👧来", "👨‍👩‍👦来"), "punctuation [👨‍👩‍👧|👨‍👩‍👦]来");
    }

    #[test]
    fn white_space_and_marks_are_classes_of_their_own() {
        assert_eq!(told("第一段。\n第二段。", "第一段。第二段。"), "white_space 第一段。[\n|]第二段。");
        assert_eq!(told("一,二", "一，二"), "punctuation 一[,|，]二");
        assert_eq!(told("一, 二", "一，二"), "punctuation 一[, |，]二");
    }

    #[test]
    fn a_comparison_is_its_mirror() {
        for (old, new) in [("甲乙甲乙丙", "乙甲丙乙"), ("", "一"), ("ababab", "bababa")] {
            let there = compare(old, new).unwrap();
            let back = compare(new, old).unwrap();
            for hunk in &there.hunks {
                assert!(old[hunk.at.0..].starts_with(&hunk.old) && new[hunk.at.1..].starts_with(&hunk.new));
            }
            assert_eq!(there.hunks, back.hunks.mirrored());
            assert_eq!(there.class, back.class);
        }
    }
}
