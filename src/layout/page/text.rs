//! The runs of a line → its characters in reading order, blanks where the gaps say so, copies of fat print taken once.

use super::frame::{self, Cell, Way};
use super::runs::{Piece, Run};
use crate::model::{Glyph, Rect};

/// The characters of a line and the type they are set in.
#[derive(Debug, Default)]
pub(super) struct Composed {
    /// The characters, U+0020 for a gap between words, U+FFFD for a glyph without a character.
    pub(super) raw: String,
    /// Glyphs that print something.
    pub(super) count: u32,
    /// Most of them are printed fat: in a bold face, with strokes, or twice.
    pub(super) fat: bool,
    /// The face of most of them.
    pub(super) face: u16,
    /// How sure the recogniser was of them, on the mean; `None` if they were not recognised.
    pub(super) confidence: Option<f32>,
    /// Where the print begins and ends.
    pub(super) u0: f32,
    pub(super) u1: f32,
}

/// A glyph of the line.
#[derive(Debug, Clone, Copy)]
struct Placed {
    index: u32,
    u: f32,
    end: f32,
}

/// What is allotted once a page.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    runs: Vec<u32>,
    placed: Vec<Placed>,
    gaps: Vec<f32>,
}

/// A gap between words is wider than this, in ems.
const WORD_GAP_EM: f32 = 0.25;

/// Between two Han characters only a wider one is a meant blank.
const HAN_GAP_EM: f32 = 0.9;

/// A copy that makes a character fat is set off by less, in ems.
const COPY_EM: f32 = 0.2;

/// How many characters back a copy is looked for.
const COPIES: usize = 4;

/// The text of the line made of `pieces`; in a table they are cells with a blank between.
pub(super) fn compose(
    pieces: &[Piece],
    runs: &[Run],
    glyphs: &[Glyph],
    is_bold: impl Fn(u16) -> bool,
    cells: bool,
    scratch: &mut Scratch,
) -> Composed {
    let Scratch { runs: order, placed, gaps } = scratch;
    order.clear();
    for piece in pieces {
        let mut next = Some(piece.head);
        while let Some(index) = next {
            order.push(index);
            next = runs[index as usize].next;
        }
    }
    let way = pieces.first().map_or(Way::Across, |piece| piece.way);
    let run_of = |index: u32| &runs[index as usize];
    if order.len() > 1 {
        order.sort_unstable_by(|&a, &b| run_of(a).u0.total_cmp(&run_of(b).u0).then(a.cmp(&b)));
    }
    placed.clear();
    let mut overlaps = false;
    let mut end = f32::NEG_INFINITY;
    for &index in order.iter() {
        let run = run_of(index);
        overlaps |= run.u0 < end - COPY_EM * run.size;
        end = end.max(run.u1);
        for at in run.from..run.to {
            let Cell { u, length, .. } = frame::cell(&glyphs[at as usize], way);
            placed.push(Placed { index: at, u, end: u + length });
        }
    }
    if overlaps {
        let inked = |it: &Placed| inked(it, glyphs);
        placed.sort_unstable_by(|a, b| inked(a).total_cmp(&inked(b)).then(a.index.cmp(&b.index)));
    }
    let is_blank = |it: &Placed| glyphs[it.index as usize].c.is_some_and(char::is_whitespace);
    let first = placed.iter().position(|it| !is_blank(it)).unwrap_or(placed.len());
    let last = placed.iter().rposition(|it| !is_blank(it)).map_or(first, |last| last + 1);
    let struck = if overlaps { drop_copies(placed, first..last, glyphs) } else { 0 };
    let line = &placed[first..last - struck];
    let cuts: &[Piece] = if cells { pieces } else { &[] };
    let mut composed = write(line, glyphs, cuts, gaps);
    let mut fat = struck as u32 * 2;
    let (mut face, mut lead) = (0, 0u32);
    let (mut sure, mut recognised) = (0.0, 0u32);
    for it in line.iter().filter(|it| !is_blank(it)) {
        let glyph = &glyphs[it.index as usize];
        composed.count += 1;
        fat += u32::from(glyph.stroked || is_bold(glyph.face));
        if let Some(confidence) = glyph.confidence {
            (sure, recognised) = (sure + confidence.share(), recognised + 1);
        }
        // The majority, if there is one (Boyer and Moore's vote).
        if lead == 0 {
            (face, lead) = (glyph.face, 1);
        } else if face == glyph.face {
            lead += 1;
        } else {
            lead -= 1;
        }
    }
    composed.face = face;
    composed.confidence = (recognised > 0).then(|| sure / recognised as f32);
    composed.fat = fat * 2 > composed.count;
    composed
}

/// Where a glyph begins to print: a bracket that opens stands in the right half of its cell, and may share the left half
/// with the comma before it.
fn inked(it: &Placed, glyphs: &[Glyph]) -> f32 {
    let opens = glyphs[it.index as usize]
        .c
        .is_some_and(|c| matches!(c, '（' | '《' | '〈' | '「' | '『' | '【' | '〔' | '“' | '‘'));
    let is_full = it.end - it.u > 0.8 * glyphs[it.index as usize].size;
    if opens && is_full { (it.u + it.end) / 2.0 } else { it.u }
}

/// The box on the page around all glyphs of `pieces`.
pub(super) fn bbox(pieces: &[Piece], runs: &[Run], glyphs: &[Glyph]) -> Option<Rect> {
    let mut bbox: Option<Rect> = None;
    for piece in pieces {
        let mut next = Some(piece.head);
        while let Some(index) = next {
            let run = &runs[index as usize];
            for rect in glyphs[run.from as usize..run.to as usize].iter().filter_map(Glyph::rect) {
                bbox = match bbox {
                    Some(all) => Rect::new(
                        all.x0().min(rect.x0()),
                        all.top().min(rect.top()),
                        all.x1().max(rect.x1()),
                        all.bottom().max(rect.bottom()),
                    ),
                    None => Some(rect),
                };
            }
            next = run.next;
        }
    }
    bbox
}

/// Whether a piece ends as a sentence does.
pub(super) fn closes(piece: &Piece, runs: &[Run], glyphs: &[Glyph]) -> bool {
    let mut last: Option<&Run> = None;
    let mut next = Some(piece.head);
    while let Some(index) = next {
        let run = &runs[index as usize];
        last = Some(last.filter(|last| last.u1 >= run.u1).unwrap_or(run));
        next = run.next;
    }
    let glyphs = last.map_or(&[][..], |run| &glyphs[run.from as usize..run.to as usize]);
    let mut marks = glyphs.iter().rev().filter_map(|glyph| glyph.c).filter(|c| !c.is_whitespace());
    marks
        .find(|c| !matches!(c, '”' | '’' | '」' | '』'))
        .is_some_and(|c| matches!(c, '。' | '！' | '？' | '…' | '；' | '）' | ')'))
}

/// Moves the copies of characters within `range` behind it and says how many there are.
fn drop_copies(placed: &mut [Placed], range: std::ops::Range<usize>, glyphs: &[Glyph]) -> usize {
    let mut kept = range.start;
    for at in range.clone() {
        let it = placed[at];
        let glyph = &glyphs[it.index as usize];
        let near = placed[range.start..kept].iter().rev().take(COPIES);
        let is_copy = near.into_iter().any(|before| {
            let most = (COPY_EM * frame::size(glyph)).min(0.5 * (before.end - before.u).max(it.end - it.u));
            glyph.c.is_some() && glyphs[before.index as usize].c == glyph.c && (it.u - before.u).abs() <= most
        });
        if !is_copy {
            placed[kept] = it;
            kept += 1;
        }
    }
    range.end - kept
}

/// The characters of a line from its first to its last that prints.
fn write(line: &[Placed], glyphs: &[Glyph], cells: &[Piece], gaps: &mut Vec<f32>) -> Composed {
    let mut composed = Composed { raw: String::with_capacity(line.len() * 3 + 4), ..Composed::default() };
    let (Some(first), Some(last)) = (line.first(), line.last()) else {
        return composed;
    };
    (composed.u0, composed.u1) = (first.u, line.iter().fold(last.end, |end, it| end.max(it.end)));
    let mut tracking: Option<f32> = None;
    let mut cells = cells.iter().skip(1).peekable();
    let mut before: Option<(&Placed, &Glyph)> = None;
    for it in line {
        let glyph = &glyphs[it.index as usize];
        let opens_cell = cells.next_if(|cell| it.u >= cell.u0).is_some();
        if let Some((last, previous)) = before {
            let em = frame::size(previous).max(frame::size(glyph));
            let gap = (it.u - last.end) / em;
            if (gap > WORD_GAP_EM || opens_cell) && !is_blank(previous) && !is_blank(glyph) {
                let usual = *tracking.get_or_insert_with(|| tracking_of(line, glyphs, gaps));
                let han = is_wide(previous, last) && is_wide(glyph, it);
                if opens_cell || gap - usual >= if han { HAN_GAP_EM } else { WORD_GAP_EM } {
                    composed.raw.push(' ');
                }
            }
        }
        composed.raw.push(glyph.c.unwrap_or(char::REPLACEMENT_CHARACTER));
        before = Some((it, glyph));
    }
    composed
}

fn is_blank(glyph: &Glyph) -> bool {
    glyph.c.is_some_and(char::is_whitespace)
}

/// How far the characters of a spaced line stand apart, in ems; 0 for a line that is not spaced.
fn tracking_of(line: &[Placed], glyphs: &[Glyph], gaps: &mut Vec<f32>) -> f32 {
    gaps.clear();
    gaps.extend(line.windows(2).map(|pair| {
        let (left, right) = (&glyphs[pair[0].index as usize], &glyphs[pair[1].index as usize]);
        (pair[1].u - pair[0].end) / frame::size(left).max(frame::size(right))
    }));
    if gaps.len() < 2 {
        return 0.0;
    }
    // The lower quarter: words of a spaced line may stand yet further apart, those of an ordinary one have no gap.
    let quarter = gaps.len() / 4;
    let (_, tracking, _) = gaps.select_nth_unstable_by(quarter, f32::total_cmp);
    if *tracking > 0.1 { *tracking } else { 0.0 }
}

/// Whether the glyph takes the room of a Han character.
fn is_wide(glyph: &Glyph, placed: &Placed) -> bool {
    matches!(
        glyph.c,
        Some(
            '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{20000}'..,
        )
    ) || placed.end - placed.u > 0.8 * frame::size(glyph)
}
