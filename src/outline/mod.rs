//! Lines → what each is, as far as rules and the issue's own contents list can tell: masthead, contents, sections,
//! headlines, contributor lines, captions, colophon.
//!
//! Comes before the repair of line wraps, since a join can only be judged between lines of running text. Lines that
//! nothing here claims stay [`Role::Other`]; the next stage tells their headlines from their text.

mod closers;
mod contents;
mod decided;
mod headings;
mod headlines;
mod heads;
mod masthead;
mod sections;

use std::collections::BTreeMap;

use crate::layout::{self, Grid};
use crate::model::{Diagnostic, Masthead, Role, TextLine, TocEntry};
use crate::rules::{Kind, LineMatches, Profile};
pub(crate) use headlines::{ALIKE, likeness, reworded};
pub(crate) use heads::{largest, scale_of};
pub(crate) use sections::name_of as section_name;

/// What is known of a document's parts before its text is joined.
#[derive(Debug, Default)]
pub struct Outline {
    /// What the issue says of itself.
    pub masthead: Masthead,
    /// The contents list; `None` where there is none.
    pub toc: Option<Vec<TocEntry>>,
    /// Headlines that are known, by their first line.
    pub headlines: Vec<HeadlineRun>,
    /// Whether a contributor stands at the end of each line of running text, and an item ends with it.
    pub closing: Vec<bool>,
    /// Names of sections that run over line ends, by each of their lines.
    pub wrapped: BTreeMap<usize, String>,
    /// What the rules say of each line.
    pub matches: Vec<LineMatches>,
    /// The grid of the running text; `None` where each line is a paragraph.
    pub grid: Option<Grid>,
    /// Remarks.
    pub diagnostics: Vec<Diagnostic>,
}

/// A headline over one or more lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadlineRun {
    /// Indices of its lines, ascending, furniture left out.
    pub lines: Vec<usize>,
    /// Index of the contents entry it answers.
    pub entry: Option<usize>,
    /// Indices of the lines above and below it that stand with it: 引题, 副题.
    pub kickers: Vec<usize>,
    /// The page shows that a story begins with it.
    pub opens: bool,
}

impl HeadlineRun {
    /// A headline of these lines.
    fn new(lines: Vec<usize>, entry: Option<usize>) -> Self {
        Self { lines, entry, kickers: Vec::new(), opens: false }
    }
}

/// A line longer than this many bytes is text: no rule about whole lines is asked.
const LONGEST_RULED_LINE: usize = 420;

/// Marks the role of every line that rules or contents list can tell.
pub fn outline(lines: &mut [TextLine], profile: &Profile) -> Outline {
    let mut outline = Outline {
        matches: lines
            .iter()
            .map(|line| match line.text.len() {
                1..=LONGEST_RULED_LINE => profile.line_matches(&line.text),
                _ => LineMatches::default(),
            })
            .collect(),
        ..Outline::default()
    };
    decided::before(lines, &mut outline.matches);
    outline.wrapped = sections::join_wrapped(lines, &mut outline.matches, profile);
    outline.masthead = masthead::mark(lines, &outline.matches, profile);
    masthead::mark_repeats(lines, &outline.matches, &outline.masthead, profile);
    layout::mark_furniture(lines, &outline.matches, profile);
    closers::mark_colophon(lines, &outline.matches, profile);
    outline.toc = contents::mark(lines, &outline.matches, &outline.wrapped, profile);
    outline.grid = Grid::measure(lines);
    if let Some(entries) = &outline.toc {
        outline.headlines =
            headlines::match_entries(lines, entries, &outline.matches, profile, &mut outline.diagnostics);
    }
    heads::mark(lines, &mut outline, profile);
    sections::mark(lines, &outline, profile);
    outline.closing = closers::closing(lines, outline.grid.as_ref(), profile);
    sections::mark_captions(lines, &outline, profile);
    closers::mark_contributors(lines, &outline, profile);
    headings::mark(lines, &mut outline, profile);
    closers::mark_under_headlines(lines, &outline, profile);
    closers::mark_bylines(lines, &outline, profile);
    sections::mark_subheads(lines, &outline, profile);
    decided::after(lines, &mut outline);
    outline.headlines.sort_by(|a, b| a.lines.cmp(&b.lines));
    outline
}

/// The index of the line before `at` that is not furniture.
fn before(lines: &[TextLine], at: usize) -> Option<usize> {
    (0..at).rev().find(|&index| !lines[index].role.is_furniture())
}

/// The index of the line after `at` that is not furniture.
fn after(lines: &[TextLine], at: usize) -> Option<usize> {
    (at + 1..lines.len()).find(|&index| !lines[index].role.is_furniture())
}

/// Whether `text` ends as a sentence does, closing quotes and brackets aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let closed = text.trim_end_matches(['”', '’', '」', '』', '）', ')', '"', '〕']);
    // Poor readings print the full stop of Latin text behind Han characters.
    let latin_stop = || closed.strip_suffix('.').is_some_and(|text| text.ends_with(|c: char| !c.is_ascii()));
    closed.ends_with(['。', '！', '？', '!', '?', '…']) || latin_stop()
}

/// The brackets that a contributor stands in.
pub(crate) const OPENERS: &[char] = &['（', '(', '〔', '[', '［', '【', '﹝'];
pub(crate) const CLOSERS: &[char] = &['）', ')', '〕', ']', '］', '】', '﹞'];

/// Whether `text` opens with a bracket that it does not close: a contributor line that runs over the line end.
pub(crate) fn leaves_bracket_open(text: &str) -> bool {
    text.starts_with(OPENERS) && !text.contains(CLOSERS)
}

/// The first `count` characters of `text`.
pub(crate) fn head_of(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

/// The last `count` characters of `text`; `count` is not 0.
pub(crate) fn tail_of(text: &str, count: usize) -> &str {
    text.char_indices().rev().nth(count - 1).map_or(text, |(at, _)| &text[at..])
}

/// Whether a line at `at` may start something: nothing before it is cut off in the middle.
fn may_start(lines: &[TextLine], at: usize, outline: &Outline, profile: &Profile) -> bool {
    let Some(before) = before(lines, at) else { return true };
    let line = &lines[before];
    !matches!(line.role, Role::Other | Role::Body)
        || ends_sentence(&line.text)
        || line.mark != crate::model::Mark::None
        // The name under a quotation ends no sentence.
        || (line.text.starts_with('—') && line.width_em < 20.0)
        || outline.closing.get(before) == Some(&true)
        || closes(outline.matches[before], profile)
        || outline.grid.is_some_and(|grid| grid.free_em(line) > 4.0)
}

/// Whether the rules take `matches` for a line that closes an item.
pub(crate) fn closes(matches: LineMatches, profile: &Profile) -> bool {
    profile.all(matches, Kind::Contributor).any(|rule| !matches!(rule.place, Some(crate::rules::Place::UnderHeadline)))
}
