//! A line that runs from top to bottom → the middles of its cells: cut where there is least ink, in steps of about an em.

use super::detect::Slant;
use super::lines::Line;
use super::plane::Plane;

/// A cell is at least and at most so long, in ems.
const LEAST_EM: f32 = 0.7;
const MOST_EM: f32 = 1.45;

/// What it costs that a cell is half an em too long or too short, as a share of a row that is all ink.
const UNEVEN: f32 = 0.6;

/// What it costs that the last cell is shorter than others may be.
const SHORT_END: f32 = 0.25;

/// The middles of the cells of `line`, across the page's lines, from top to bottom; at least one.
pub(super) fn cells(page: &Plane, slant: Slant, line: &Line, em: f32) -> Vec<f32> {
    let ink = profile(page, slant, line);
    let (least, most) = ((LEAST_EM * em) as usize, (MOST_EM * em) as usize);
    if ink.len() <= most.max(1) || least == 0 {
        return vec![(line.v0 + line.v1) / 2.0];
    }
    // The cheapest way to cut the first rows, for each number of rows: its cost, and the cut before.
    let mut ways: Vec<(f32, usize)> = vec![(f32::INFINITY, 0); ink.len() + 1];
    ways[0].0 = 0.0;
    for end in least..=ink.len() {
        let last = end == ink.len();
        for length in if last { least / 2 } else { least }..=most.min(end) {
            let off = (length as f32 / em - 1.0).abs() * 2.0;
            // A line may end with a mark, whose ink is short.
            let uneven = if last && length < least { SHORT_END } else { UNEVEN * off * off };
            let cut = if last { 0.0 } else { ink[end] };
            let cost = ways[end - length].0 + cut + uneven;
            if cost < ways[end].0 {
                ways[end] = (cost, end - length);
            }
        }
    }
    let mut middles = Vec::new();
    let mut end = ink.len();
    while end > 0 && ways[end].0.is_finite() {
        let begin = ways[end].1;
        middles.push(line.v0 + (begin + end) as f32 / 2.0);
        end = begin;
    }
    middles.reverse();
    if middles.is_empty() { vec![(line.v0 + line.v1) / 2.0] } else { middles }
}

/// How dark each row of the line is, 0 to 1.
fn profile(page: &Plane, slant: Slant, line: &Line) -> Vec<f32> {
    let (rows, columns) = ((line.v1 - line.v0).max(1.0) as usize, (line.u1 - line.u0).max(1.0) as usize);
    let row = |row: usize| {
        let shade = |column: usize| {
            let (x, y) = slant.back(line.u0 + column as f32 + 0.5, line.v0 + row as f32 + 0.5);
            page.between(x, y)
        };
        (0..columns).map(shade).sum::<f32>() / columns as f32
    };
    let light: Vec<f32> = (0..rows).map(row).collect();
    let (darkest, lightest) = light.iter().fold((255.0f32, 0.0f32), |ends, it| (ends.0.min(*it), ends.1.max(*it)));
    let range = (lightest - darkest).max(1.0);
    light.iter().map(|light| (lightest - light) / range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_between_characters_that_stand_unevenly() {
        let mut shades = vec![255; 40 * 400];
        let tops = [10usize, 34, 56, 84, 106];
        for top in tops {
            for y in top..top + 18 {
                // Two strokes with white between them, as in 二.
                if y < top + 5 || y > top + 12 {
                    shades[y * 40 + 10..y * 40 + 30].fill(20);
                }
            }
        }
        let page = Plane::new(40, 400, shades).unwrap();
        let line = Line { u0: 10.0, v0: 10.0, u1: 30.0, v1: 124.0, em: 20.0, vertical: true, doubtful: false };
        let middles = cells(&page, Slant::new(0.0), &line, 21.5);
        assert_eq!(middles.len(), 5);
        for (middle, top) in middles.iter().zip(tops) {
            assert!((middle - (top as f32 + 9.0)).abs() < 5.0, "{middles:?}");
        }
    }
}
