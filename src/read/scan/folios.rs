//! The number of a page between two dashes: the network takes the dashes for other strokes, or passes them over. Figures in
//! the first or last row of a page with a flat stroke on either side are a folio, and the strokes are its dashes.

use super::detect::Slant;
use super::ink::{Blob, Ink};
use super::lines::Line;
use super::place::ReadLine;
use super::recognise::Read;

/// What the network takes dashes for.
const STROKES: [char; 14] = ['—', '-', '–', '－', '―', '─', '−', '一', '二', '三', 'ー', '=', '~', '_'];

/// And for a short one, at small sizes, where the other is a stroke.
const DOTS: [char; 6] = ['.', '·', '•', '・', ',', '。'];

/// Page numbers have so many figures at most.
const MOST_FIGURES: usize = 4;

/// A dash is so long, in heights of the figures, ...
const LONG: (f32, f32) = (0.3, 3.5);

/// ... and at most so thick.
const THICK: f32 = 0.3;

/// It stands no farther from the figures, in their heights.
const REACH: f32 = 2.5;

/// From this length on it is a dash of one em, in heights of the figures; a shorter one is a hyphen.
const DASH: f32 = 0.75;

/// How sure one is of a character that has only its shape.
const CONFIDENCE: f32 = 0.6;

/// So many places of a page are looked at again at most.
const MOST_ASKED: usize = 2;

/// The dashes of one folio are not farther apart, in ems.
const APART_EM: f32 = 5.0;

/// A stretch of a row that is a dash.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dash {
    u0: f32,
    u1: f32,
    confidence: f32,
}

/// Where figures may stand that were not read: the ink between two equal flat strokes above or below all that was read.
pub(super) fn unread(lines: &[ReadLine], ink: &Ink, slant: Slant, em: f32) -> Vec<Line> {
    let (first, last) = edges(lines);
    let row =
        |v: f32| Line { u0: 0.0, v0: v - 0.36 * em, u1: 0.0, v1: v + 0.36 * em, em, vertical: false, doubtful: false };
    let mut flats: Vec<(f32, Dash)> = Vec::new();
    let mut others: Vec<(f32, f32, &Blob)> = Vec::new();
    for blob in &ink.blobs {
        let (u, v) = slant.along((blob.x0 + blob.x1) / 2.0, (blob.y0 + blob.y1) / 2.0);
        if first - 0.5 * em < v && v < last + 0.5 * em {
            continue;
        }
        match flat(blob, slant, &row(v)) {
            Some(dash) => flats.push((v, dash)),
            None => others.push((u, v, blob)),
        }
    }
    let mut asked = Vec::new();
    for (v, left) in &flats {
        let is_pair = |(other, right): &&(f32, Dash)| {
            let (long, own) = (right.u1 - right.u0, left.u1 - left.u0);
            (other - v).abs() < 0.25 * em
                && (left.u1 + 0.2 * em..left.u1 + APART_EM * em).contains(&right.u0)
                && (long - own).abs() < 0.3 * own
        };
        let Some((_, right)) = flats.iter().filter(is_pair).min_by(|a, b| a.1.u0.total_cmp(&b.1.u0)) else { continue };
        let between = others.iter().filter(|(u, other, blob)| {
            (left.u1..right.u0).contains(u)
                && (other - v).abs() < 0.4 * em
                && (0.3 * em..1.4 * em).contains(&blob.height())
        });
        let grown = between.fold(None, |line: Option<Line>, (u, v, blob)| {
            let (wide, tall) = (blob.width() / 2.0, blob.height() / 2.0);
            let line = line.unwrap_or(Line { u0: f32::MAX, v0: f32::MAX, u1: f32::MIN, v1: f32::MIN, ..row(*v) });
            Some(Line {
                u0: line.u0.min(u - wide),
                v0: line.v0.min(v - tall),
                u1: line.u1.max(u + wide),
                v1: line.v1.max(v + tall),
                ..line
            })
        });
        asked.extend(grown);
    }
    asked.truncate(MOST_ASKED);
    asked
}

/// Whether what was read is the number of a page.
pub(super) fn is_number(reads: &[Read]) -> bool {
    (1..=MOST_FIGURES).contains(&reads.len()) && reads.iter().all(|read| read.c.is_ascii_digit())
}

/// The middles of the first and last row of a page, strokes aside.
fn edges(lines: &[ReadLine]) -> (f32, f32) {
    let middles = || lines.iter().filter(|line| !is_strokes(&line.reads)).map(|line| middle(&line.line));
    (middles().fold(f32::MAX, f32::min), middles().fold(f32::MIN, f32::max))
}

/// Puts the dashes of folios as they are printed.
pub(super) fn mend(lines: &mut Vec<ReadLine>, ink: &Ink, slant: Slant) {
    let (first, last) = edges(lines);
    let mended: Vec<(usize, ReadLine)> = (0..lines.len())
        .filter(|at| {
            let (v, tall) = (middle(&lines[*at].line), lines[*at].line.v1 - lines[*at].line.v0);
            (v - first).abs() < tall || (v - last).abs() < tall
        })
        .filter_map(|at| Some((at, folio(&lines[at], lines, ink, slant)?)))
        .collect();
    let mut gone = vec![false; lines.len()];
    for (at, folio) in mended {
        let is_part = |line: &ReadLine| {
            let u = (line.line.u0 + line.line.u1) / 2.0;
            is_strokes(&line.reads)
                && is_in_row(&folio.line, middle(&line.line))
                && (folio.line.u0..folio.line.u1).contains(&u)
        };
        for (other, line) in lines.iter().enumerate() {
            gone[other] |= other != at && is_part(line);
        }
        lines[at] = folio;
    }
    let mut gone = gone.into_iter();
    lines.retain(|_| !gone.next().unwrap_or(false));
}

fn middle(line: &Line) -> f32 {
    (line.v0 + line.v1) / 2.0
}

fn is_in_row(line: &Line, v: f32) -> bool {
    (v - middle(line)).abs() < 0.35 * (line.v1 - line.v0)
}

fn is_strokes(reads: &[Read]) -> bool {
    !reads.is_empty() && reads.iter().all(|read| STROKES.contains(&read.c))
}

/// `own` as a folio, if it is one.
fn folio(own: &ReadLine, lines: &[ReadLine], ink: &Ink, slant: Slant) -> Option<ReadLine> {
    let ReadLine { line, reads } = own;
    let is_figure = |read: &Read| read.c.is_ascii_digit();
    let from = reads.iter().position(is_figure)?;
    let to = reads.iter().rposition(is_figure)? + 1;
    let ends = reads[..from].iter().chain(&reads[to..]);
    let is_stroke = |read: &Read| STROKES.contains(&read.c);
    let has_stroke = ends.clone().any(is_stroke);
    let is_dot = |read: &Read| has_stroke && DOTS.contains(&read.c);
    let is_plain = reads[from..to].iter().all(is_figure)
        && ends.clone().all(|read| is_stroke(read) || is_dot(read) || read.c == ' ');
    if line.vertical || !is_plain || to - from > MOST_FIGURES {
        return None;
    }
    let tall = line.v1 - line.v0;
    let (begin, end) = (line.u0 + reads[from].at - 0.25 * tall, line.u0 + reads[to - 1].at + 0.25 * tall);
    let flats = ink.blobs.iter().filter_map(|blob| flat(blob, slant, line));
    // A stroke whose ink hangs together with something was read at least.
    let lone = lines.iter().filter(|other| is_strokes(&other.reads) && is_in_row(line, middle(&other.line)));
    let lone = lone.map(|other| Dash { u0: other.line.u0, u1: other.line.u1, confidence: CONFIDENCE });
    let read = |read: &Read| {
        let half = if is_dot(read) { 0.3 } else { 0.5 } * tall;
        (is_stroke(read) || is_dot(read)).then_some(Dash {
            u0: line.u0 + read.at - half,
            u1: line.u0 + read.at + half,
            confidence: read.confidence,
        })
    };
    let all: Vec<Dash> = flats.chain(lone).collect();
    let before = all.iter().copied().filter(|dash| dash.u1 < begin + 0.2 * tall && begin - dash.u1 < REACH * tall);
    let before = before.max_by(|a, b| a.u1.total_cmp(&b.u1)).or_else(|| reads[..from].iter().rev().find_map(read))?;
    let behind = all.iter().copied().filter(|dash| dash.u0 > end - 0.2 * tall && dash.u0 - end < REACH * tall);
    let behind = behind.min_by(|a, b| a.u0.total_cmp(&b.u0)).or_else(|| reads[to..].iter().find_map(read))?;
    let (u0, u1) = (line.u0.min(before.u0), line.u1.max(behind.u1));
    let dash = |dash: Dash| Read {
        c: if dash.u1 - dash.u0 < DASH * tall { '-' } else { '—' },
        confidence: dash.confidence,
        at: (dash.u0 + dash.u1) / 2.0 - u0,
    };
    let figures = reads[from..to].iter().map(|read| Read { at: read.at + line.u0 - u0, ..*read });
    let reads = std::iter::once(dash(before)).chain(figures).chain([dash(behind)]).collect();
    Some(ReadLine { line: Line { u0, u1, ..*line }, reads })
}

/// A blob as a dash of the row of `line`, if it is as flat as one.
fn flat(blob: &Blob, slant: Slant, line: &Line) -> Option<Dash> {
    let tall = line.v1 - line.v0;
    let (u, v) = slant.along((blob.x0 + blob.x1) / 2.0, (blob.y0 + blob.y1) / 2.0);
    let (long, thick) = (blob.width(), blob.height());
    let is_flat = (LONG.0 * tall..LONG.1 * tall).contains(&long) && thick < THICK * tall && long > 2.0 * thick;
    (is_flat && is_in_row(line, v)).then_some(Dash { u0: u - long / 2.0, u1: u + long / 2.0, confidence: CONFIDENCE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(v: f32, (u0, u1): (f32, f32), text: &str) -> ReadLine {
        let count = text.chars().count() as f32;
        let reads = text.chars().enumerate().map(|(place, c)| Read {
            c,
            confidence: 0.9,
            at: (place as f32 + 0.5) * (u1 - u0) / count,
        });
        let line = Line { u0, v0: v - 10.0, u1, v1: v + 10.0, em: 28.0, vertical: false, doubtful: false };
        ReadLine { line, reads: reads.collect() }
    }

    fn stroke(x0: f32, x1: f32, y: f32) -> Blob {
        Blob { x0, y0: y - 1.0, x1, y1: y + 1.0, fill: 1.0 }
    }

    fn mended(mut lines: Vec<ReadLine>, blobs: Vec<Blob>) -> Vec<String> {
        mend(&mut lines, &Ink { step: 1.0, blobs, em: Some(28.0) }, Slant::new(0.0));
        lines.iter().map(|line| line.reads.iter().map(|read| read.c).collect()).collect()
    }

    #[test]
    fn strokes_beside_the_last_figures_of_a_page_are_dashes() {
        let text = || line(100.0, (50.0, 400.0), "一二三四五六");
        let strokes = || vec![stroke(180.0, 208.0, 500.0), stroke(240.0, 268.0, 500.0)];
        assert_eq!(mended(vec![text(), line(500.0, (180.0, 268.0), "一7一")], strokes())[1], "—7—");
        // Passed over on one side, on both, or read as a line of its own.
        assert_eq!(mended(vec![text(), line(500.0, (180.0, 232.0), "-7")], strokes())[1], "—7—");
        assert_eq!(mended(vec![text(), line(500.0, (216.0, 232.0), "7")], strokes())[1], "—7—");
        let parted = vec![text(), line(500.0, (180.0, 232.0), "-7"), line(500.0, (240.0, 268.0), "一")];
        assert_eq!(mended(parted, strokes()), ["一二三四五六", "—7—"]);
    }

    #[test]
    fn short_strokes_are_hyphens() {
        let strokes = vec![stroke(190.0, 200.0, 500.0), stroke(248.0, 258.0, 500.0)];
        let lines = vec![line(100.0, (50.0, 400.0), "本报讯"), line(500.0, (190.0, 258.0), "—12-")];
        assert_eq!(mended(lines, strokes)[1], "-12-");
    }

    #[test]
    fn a_dot_across_from_a_stroke_is_the_other_dash() {
        let strokes = || vec![stroke(190.0, 200.0, 500.0)];
        let lines = |text| vec![line(100.0, (50.0, 400.0), "本报讯"), line(500.0, (190.0, 258.0), text)];
        let folio = |text| mended(lines(text), strokes()).remove(1);
        assert_eq!(folio("-1."), "-1-");
        assert_eq!(folio(".1."), ".1.");
        assert_eq!(folio("1."), "1.");
    }

    #[test]
    fn figures_without_strokes_and_figures_amid_the_text_stay() {
        let (text, last) = (|| line(100.0, (50.0, 400.0), "本报讯"), || line(600.0, (50.0, 400.0), "供稿"));
        assert_eq!(mended(vec![text(), line(500.0, (216.0, 232.0), "7")], Vec::new())[1], "7");
        let strokes = vec![stroke(180.0, 208.0, 500.0), stroke(240.0, 268.0, 500.0)];
        assert_eq!(mended(vec![text(), line(500.0, (180.0, 268.0), "一7一"), last()], strokes)[1], "一7一");
    }
}
