//! What stands across columns or beside them: headlines, running heads and folios. They end gutters that nothing else ends.

use super::columns::{Block, COLUMN_EM, What};
use super::frame::Area;

/// Larger type than this, in sizes of the running text, is a headline.
pub(super) const HEADLINE: f32 = 1.15;

/// Most characters of a running head or folio.
const HEAD_CHARS: u32 = 40;

/// Lines above a headline that show it to stand in the middle of a column.
const TEXT_LINES: usize = 3;

/// How far a row of the masthead stands from the middle of the page, in ems.
const MIDDLE_EM: f32 = 1.5;

/// Blocks that are asked whether a row is of columns.
const NEXT_BLOCKS: usize = 12;

/// Rows of small type below the title of a masthead, at least.
const FEWEST_BELOW_TITLE: usize = 2;

/// How deep the first rows of columns are, in ems: one may begin with a headline, another with text.
const FIRST_ROWS_EM: f32 = 3.0;

/// Most characters of a folio.
const FOLIO_CHARS: u32 = 12;

/// Most characters of an imprint.
const IMPRINT_CHARS: u32 = 90;

/// Whether `block` is a headline that spans the gutter at `at` though it does not reach it: the column on the other
/// side leaves room beside it, and goes on below.
pub(super) fn spans(blocks: &[Block], block: &Block, at: f32, em: f32) -> bool {
    // A headline that is centred in its column is the column's own, unless white is at both sides.
    let (u0, u1) = extent_below(blocks, block, em).unwrap_or((at, at));
    let width = (u1 - u0).max(COLUMN_EM * em);
    let facing = if block.area.u1 <= at { (at, at + width) } else { (at - em - width, at - em) };
    let Some(above) = white_beside(blocks, block, facing, em) else {
        return false;
    };
    let centred = (u0 + u1 - block.area.u0 - block.area.u1).abs() < 2.0 * em;
    let sides = [(u0 - em - width, u0 - em), (u1 + em, u1 + em + width)];
    above || !centred || sides.into_iter().all(|side| white_beside(blocks, block, side, em).is_some())
}

/// From where to where the next lines below a headline stand.
fn extent_below(blocks: &[Block], headline: &Block, em: f32) -> Option<(f32, f32)> {
    let below = blocks.iter().filter(|it| it.is_text() && it.area.v0 > headline.area.v1 - 0.3 * em);
    let below = below.filter(|it| it.area.u0 < headline.area.u1 && it.area.u1 > headline.area.u0).take(TEXT_LINES);
    below.map(|it| (it.area.u0, it.area.u1)).reduce(|all, it| (all.0.min(it.0), all.1.max(it.1)))
}

/// Whether the column in `window` leaves white beside `headline` and goes on right below it: then, whether it has text
/// above, too.
fn white_beside(blocks: &[Block], headline: &Block, window: (f32, f32), em: f32) -> Option<bool> {
    let facing = || {
        let on_side = |it: &&Block| it.area.u0 < window.1 && it.area.u1 > window.0;
        blocks.iter().filter(|it| it.is_text()).filter(on_side)
    };
    let top = headline.area.v0 - 0.3 * em;
    let below = facing().find(|it| it.area.v1 > top)?.area.v0;
    let white = below >= headline.area.v1 && below < headline.area.v1 + 3.0 * em;
    // A kicker above is none of the column's text.
    white.then(|| facing().filter(|it| it.area.v1 <= top).take(TEXT_LINES).count() == TEXT_LINES)
}

/// Where the columns beside a gutter begin: below headlines that stand on one side of it only because they are short.
/// `alone` is the stretch in which only one side has anything.
pub(super) fn trimmed(blocks: &[Block], at: f32, alone: (f32, f32), free: (f32, f32), em: f32) -> f32 {
    let start = free.0.max(alone.0);
    let within = |block: &&Block| block.middle_v() >= start && block.middle_v() <= free.1 && block.size > 0.0;
    let mut from = start;
    // Headlines beside which nothing stands.
    let (mut alone_blocks, mut sides) = (0, [false; 2]);
    let mut lowest_headline = f32::NEG_INFINITY;
    for block in blocks.iter().filter(within).filter(|block| block.area.v1 <= alone.1 + 0.2 * em) {
        alone_blocks += 1;
        sides[usize::from(block.area.u1 > at)] = true;
        let is_large = block.size >= HEADLINE * em;
        if is_large {
            lowest_headline = lowest_headline.max(block.area.v1);
        }
    }
    if lowest_headline > f32::NEG_INFINITY && alone_blocks <= 6 && sides != [true, true] {
        from = from.max(lowest_headline);
    }
    from
}

/// The first place where white goes through all columns and headlines, and nothing else, stand below it: there stories
/// end side by side.
pub(super) fn story_break(blocks: &[Block], em: f32) -> Option<f32> {
    // Where the row is parted from what is above, its lower edge and that of its first block, and whether it may be a
    // row of headlines.
    let mut row: Option<(f32, f32, f32, bool)> = None;
    for (lines, block) in blocks.iter().filter(|block| block.size > 0.0).enumerate() {
        let is_large = block.size >= HEADLINE * em;
        match &mut row {
            Some((at, bottom, first, headlines)) if block.area.v0 < *bottom - 0.3 * em => {
                if *headlines && !is_large && block.area.v0 >= *first - 0.3 * em {
                    return Some(*at);
                }
                *bottom = bottom.max(block.area.v1);
                *headlines &= is_large;
            }
            _ => {
                if let Some((at, _, _, true)) = row {
                    return Some(at);
                }
                let end = row.map_or(block.area.v0, |row| row.1);
                let headlines = lines > 4 && is_large && block.area.v0 - end > 0.5 * em;
                row = Some(((end + block.area.v0) / 2.0, block.area.v1, block.area.v1, headlines));
            }
        }
    }
    None
}

/// How many of the page's first blocks are its running head: a short row that is set off from what follows, and either
/// reaches from edge to edge or is one piece of small type.
pub(super) fn running_head(blocks: &[Block], (left, right): (f32, f32), em: f32) -> usize {
    let row = outer_row(blocks.iter(), em);
    let (Some(first), Some(second)) = (blocks.first(), row.beyond) else {
        return 0;
    };
    let from_edge_to_edge = row.u0 < left + 1.5 * em && row.u1 > right - 1.5 * em && row.filled < 0.6 * (right - left);
    let one_small = row.count == 1 && first.size < HEADLINE * em && row.filled < 0.6 * (right - left);
    if is_of_table(&blocks[..row.count], blocks[row.count..].iter(), em) {
        return 0;
    }
    // Headlines side by side are none.
    if row.count > 1 && blocks[..row.count].iter().all(|block| block.size >= HEADLINE * em) {
        return 0;
    }
    let off = second.area.v0 - row.v1;
    let is_head =
        row.is_text && row.chars <= HEAD_CHARS && (from_edge_to_edge && off > 0.5 * em || one_small && off > 0.9 * em);
    if is_head { row.count } else { 0 }
}

/// How many of the page's first blocks are its masthead: a row of large type and small ones below it, each alone at its
/// height and in the middle of the paper, which is at `paper`, above columns that stand beside each other.
pub(super) fn masthead(blocks: &[Block], paper: f32, em: f32) -> usize {
    let (mut count, mut taken, mut small, mut has_title) = (0, 0, 0, false);
    while taken < blocks.len() {
        let row = outer_row(blocks[taken..].iter(), em);
        let Some(next) = row.beyond else { return 0 };
        let own = &blocks[taken..taken + row.count];
        if own.iter().all(|block| block.what == What::Beam) {
            taken += row.count;
            continue;
        }
        let largest = own.iter().fold(0.0, |size: f32, block| size.max(block.size));
        let is_centred = ((row.u0 + row.u1) / 2.0 - paper).abs() < MIDDLE_EM * em;
        let alone = next.area.v0 > row.v1 - 0.3 * em;
        // The first lines of two columns are in the middle together, too, but the right one begins where others do.
        let after = blocks[taken + row.count..].iter().take(NEXT_BLOCKS);
        let begins_there = |block: &Block| after.clone().any(|it| (it.area.u0 - block.area.u0).abs() < 0.5 * em);
        let leftmost = own.iter().fold(f32::INFINITY, |at, block| at.min(block.area.u0));
        let is_of_column = own.iter().any(|block| block.area.u0 > leftmost + em && begins_there(block));
        if !is_centred || !alone || is_of_column || row.chars > HEAD_CHARS {
            break;
        }
        if largest >= HEADLINE * em {
            // A second row of large type below small ones is the headline of a story.
            if small > 0 {
                return 0;
            }
            has_title = true;
        } else if has_title {
            small += 1;
        } else {
            return 0;
        }
        taken += row.count;
        count = taken;
    }
    let below = || {
        let text = blocks[count..].iter().filter(|block| block.size > 0.0);
        let top = text.clone().next().map_or(0.0, |first| first.area.v0);
        text.take_while(move |block| block.area.v0 < top + FIRST_ROWS_EM * em)
    };
    let in_columns = below().any(|right| below().any(|left| right.area.u0 > left.area.u1 + 0.5 * em));
    if has_title && small >= FEWEST_BELOW_TITLE && in_columns { count } else { 0 }
}

/// How many of the page's last blocks are its folio, set off from what stands above, or the imprint below a ruling.
pub(super) fn folio(blocks: &[Block], em: f32) -> usize {
    let row = outer_row(blocks.iter().rev(), em);
    let (above, own) = blocks.split_at(blocks.len() - row.count);
    if is_of_table(own, above.iter().rev(), em) {
        return 0;
    }
    let above = above.iter().filter(|block| block.size > 0.0);
    let end = above.fold(f32::NEG_INFINITY, |end, block| end.max(block.area.v1));
    let set_off = row.beyond.is_some() && row.v0 - end > 0.9 * em;
    let bounds = blocks.iter().filter(|block| block.size > 0.0).map(|block| block.area).reduce(Area::with);
    let width = bounds.map_or(0.0, |all| all.u1 - all.u0);
    let ruled = row.beyond.is_some_and(|it| it.what == What::Beam && it.area.u1 - it.area.u0 > 0.6 * width);
    let is_short = row.chars <= FOLIO_CHARS && set_off || row.chars <= IMPRINT_CHARS && ruled;
    if is_short && row.is_text { row.count } else { 0 }
}

/// Whether all blocks of a row begin where blocks of the next rows do, as cells of a table.
fn is_of_table<'a>(row: &[Block], next: impl Iterator<Item = &'a Block> + Clone, em: f32) -> bool {
    const NEXT: usize = 8;
    let begins_there = |block: &Block| next.clone().take(NEXT).any(|it| (it.area.u0 - block.area.u0).abs() < 0.5 * em);
    row.len() > 1 && row.iter().all(begins_there)
}

/// The first or last row of a page.
struct OuterRow<'a> {
    count: usize,
    chars: u32,
    u0: f32,
    u1: f32,
    v0: f32,
    v1: f32,
    /// Width of what is printed in it.
    filled: f32,
    /// It holds text and nothing else.
    is_text: bool,
    /// The first block that is not in it.
    beyond: Option<&'a Block>,
}

fn outer_row<'a>(blocks: impl Iterator<Item = &'a Block>, em: f32) -> OuterRow<'a> {
    let (most, least) = (f32::INFINITY, f32::NEG_INFINITY);
    let mut row = OuterRow {
        count: 0,
        chars: 0,
        u0: most,
        u1: least,
        v0: most,
        v1: least,
        filled: 0.0,
        is_text: true,
        beyond: None,
    };
    for block in blocks {
        let area = block.area;
        if row.count > 0 && (area.v0 > row.v1 - 0.3 * em || area.v1 < row.v0 + 0.3 * em) {
            row.beyond = Some(block);
            break;
        }
        row.count += 1;
        row.chars += block.count;
        row.filled += area.u1 - area.u0;
        row.is_text &= block.is_text();
        (row.u0, row.u1) = (row.u0.min(area.u0), row.u1.max(area.u1));
        (row.v0, row.v1) = (row.v0.min(area.v0), row.v1.max(area.v1));
    }
    row
}

/// A headline from top to bottom that stands behind its story comes before it, if the story has no other.
pub(super) fn hoist_insets(parts: &mut [Vec<Block>; 4], em: f32) {
    let is_large = |block: &Block| block.size > HEADLINE * em;
    let is_headline = |block: &Block| is_large(block) && matches!(block.what, What::Inset(_));
    if parts[1].iter().any(is_large) || !parts[2].iter().any(is_headline) {
        return;
    }
    let (mut headlines, rest): (Vec<Block>, Vec<Block>) = parts[2].drain(..).partition(is_headline);
    parts[2] = rest;
    parts[0].append(&mut headlines);
    parts[0].sort_by(|a, b| a.area.v0.total_cmp(&b.area.v0));
}
