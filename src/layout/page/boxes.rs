//! The rulings of a page → its frames: boxes with something printed in them.

use super::columns::Block;
use super::frame::Area;
use super::rulings::{Ruling, Rulings};

/// Whether the middle of an area is in a frame.
pub(super) fn holds(frame: &Area, area: &Area) -> bool {
    let (u, v) = ((area.u0 + area.u1) / 2.0, (area.v0 + area.v1) / 2.0);
    frame.u0 < u && u < frame.u1 && frame.v0 < v && v < frame.v1
}

/// Boxes of rulings that hold some of the blocks and not most of them, the outer ones.
pub(super) fn frames(blocks: &[Block], rulings: &Rulings, em: f32) -> Vec<Area> {
    const MEET: f32 = 3.0;
    const MOST_SIDES: usize = 80;
    let mut frames: Vec<Area> = Vec::new();
    let covers = |list: &[Ruling], at: f32, from: f32, to: f32| {
        let first = list.partition_point(|it| it.at < at - MEET);
        let mut near = list[first..].iter().take_while(|it| it.at < at + MEET);
        near.any(|it| it.from < from + MEET && it.to > to - MEET)
    };
    // Two sides as long as each other, and two that close them: each may be part of a longer ruling.
    let mut pairs = |these: &[Ruling], others: &[Ruling], down: bool| {
        let long: Vec<&Ruling> = these.iter().filter(|it| it.to - it.from > 4.0 * em).take(MOST_SIDES).collect();
        for (at, a) in long.iter().enumerate() {
            for b in long[at + 1..].iter().filter(|b| b.at - a.at > 3.0 * em) {
                let level = (a.from - b.from).abs() < MEET && (a.to - b.to).abs() < MEET;
                if level && covers(others, a.from, a.at, b.at) && covers(others, a.to, a.at, b.at) {
                    frames.push(if down {
                        Area { u0: a.at, u1: b.at, v0: a.from, v1: a.to }
                    } else {
                        Area { u0: a.from, u1: a.to, v0: a.at, v1: b.at }
                    });
                }
            }
        }
    };
    pairs(&rulings.bars, &rulings.beams, true);
    pairs(&rulings.beams, &rulings.bars, false);
    let texts = || blocks.iter().filter(|block| block.size > 0.0);
    let total = texts().count();
    frames.retain(|frame| {
        let inside = texts().filter(|block| holds(frame, &block.area)).count();
        let crossing = |block: &Block| {
            let (a, b) = (&block.area, frame);
            a.u0 < b.u1 - em && a.u1 > b.u0 + em && a.v0 < b.v1 - 0.5 * em && a.v1 > b.v0 + 0.5 * em
        };
        inside > 0 && inside * 10 < total * 7 && texts().filter(|it| crossing(it)).count() == inside
    });
    let size = |frame: &Area| (frame.u1 - frame.u0) * (frame.v1 - frame.v0);
    frames.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let mut outer: Vec<Area> = Vec::new();
    for frame in frames {
        if !outer.iter().any(|it| holds(it, &frame) || holds(&frame, it)) {
            outer.push(frame);
        }
    }
    outer
}
