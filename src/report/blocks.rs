//! The lines of an item on a page → the outlines around them, one for each stretch of lines in a column.

use serde::Serialize;

use crate::dataset::LineRow;
use crate::model::Rect;

/// White between an outline and its lines, points.
const PADDING: f32 = 2.5;

/// An outline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Block {
    pub(super) item: i32,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The outlines of the items on one page. `lines` are those of the page in reading order, each with its item.
pub(super) fn blocks<'l>(lines: impl IntoIterator<Item = (i32, &'l LineRow)>) -> Vec<Block> {
    let mut found: Vec<(i32, Rect)> = Vec::new();
    let mut last: Option<(i32, Rect)> = None;
    for (item, line) in lines {
        let Some(bbox) = line.bbox() else { continue };
        let goes_on = last.is_some_and(|(before, above)| before == item && stands_under(&bbox, &above));
        match found.last_mut() {
            Some((_, block)) if goes_on => *block = around(block, &bbox),
            _ => found.push((item, bbox)),
        }
        last = Some((item, bbox));
    }
    let block = |(item, rect): (i32, Rect)| Block {
        item,
        x: tenths(rect.x0() - PADDING),
        y: tenths(rect.top() - PADDING),
        width: tenths(rect.x1() - rect.x0() + 2.0 * PADDING),
        height: tenths(rect.bottom() - rect.top() + 2.0 * PADDING),
    };
    found.into_iter().map(block).collect()
}

/// Whether a line stands under the one before it, in the same column, or beside it in the same row.
fn stands_under(line: &Rect, above: &Rect) -> bool {
    let overlaps = line.x0() < above.x1() && above.x0() < line.x1();
    let same_row = line.top() < above.bottom() && above.top() < line.bottom();
    same_row || (overlaps && line.top() >= above.top())
}

fn around(one: &Rect, other: &Rect) -> Rect {
    let (x0, top) = (one.x0().min(other.x0()), one.top().min(other.top()));
    let (x1, bottom) = (one.x1().max(other.x1()), one.bottom().max(other.bottom()));
    Rect::new(x0, top, x1, bottom).unwrap_or(*one)
}

/// A length as it is written: to a tenth of a point.
pub(super) fn tenths(points: f32) -> f64 {
    (f64::from(points) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_in_two_columns_has_two_outlines() {
        let line = |x: f32, top: f32| LineRow {
            x0: Some(x),
            top: Some(top),
            x1: Some(x + 100.0),
            bottom: Some(top + 10.0),
            ..LineRow::default()
        };
        let lines = [line(10.0, 10.0), line(10.0, 30.0), line(200.0, 10.0), line(200.0, 30.0)];
        let found = blocks(lines.iter().map(|line| (1, line)));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].x, found[0].y, found[0].width, found[0].height), (7.5, 7.5, 105.0, 35.0));
        let items = lines.iter().zip([1, 1, 1, 2]).map(|(line, item)| (item, line));
        assert_eq!(blocks(items).iter().map(|block| block.item).collect::<Vec<_>>(), [1, 1, 2]);
    }
}
