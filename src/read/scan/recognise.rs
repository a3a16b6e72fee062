//! A line → its characters, each with where along the line it was read and how sure the network was.

use super::columns;
use super::detect::Slant;
use super::lines::Line;
use super::models::{Models, ModelsError, Steps};
use super::place::is_han;
use super::plane::Plane;

/// A character that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Read {
    pub(super) c: char,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// The middle of where it was read, pixels of the page from the beginning of the line's ink.
    pub(super) at: f32,
}

/// Height of the network's input.
const HEIGHT: usize = 48;

/// How a line is shown to the network.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    /// It is pressed together to this share of its length.
    pressed: f32,
    /// White around the ink, above and below, as a share of its height.
    around: f32,
}

/// Pressing is a third less work, and nothing lost that was measured.
const FIRST: Look = Look { pressed: 0.65, around: 0.14 };

/// Where that left a hole or a doubt, the line is read again, and twice more if there is one still: the network knows some
/// rare characters only when they are small, as 蓥.
const AGAIN: [Look; 3] =
    [Look { pressed: 0.95, around: 0.14 }, Look { pressed: 0.65, around: 0.4 }, Look { pressed: 0.8, around: 0.6 }];

/// A character of which the network is less sure is a doubt.
const DOUBT: f32 = 0.6;

/// From the middle of one Han character to the next it is less than so many ems, if no character was lost between them.
const HOLE_EM: f32 = 1.45;

/// Han characters fill so much of their cell.
pub(super) const INK_OF_HAN: f32 = 0.93;

/// From the middle of the last Han character to the end of the ink, and from its beginning to that of the first, it is less, in
/// ems, if no mark was lost there.
const END_EM: f32 = 0.75;

/// A hole has room for so many characters.
const MOST_LOST: usize = 2;

/// So sure must the network be of what fills a hole.
const FILLS: f32 = 0.4;

/// The network answers once for so many pixels of its input.
const STEP: usize = 8;

/// The picture of a line is at least so high, in ems: the network tells a dash from a stroke by the white around it.
const THICK_EM: f32 = 1.2;

/// White before and behind, in heights of the line.
const BEFORE: f32 = 0.45;

/// Input is not wider than this, which is some 130 characters.
const MOST_WIDTH: usize = 4096;

/// What stands in `line`.
pub(super) fn recognise(models: &Models, page: &Plane, slant: Slant, line: &Line) -> Result<Vec<Read>, ModelsError> {
    let mut reads = once(models, page, slant, line, FIRST)?;
    for look in AGAIN {
        if !is_doubtful(&reads, line) {
            break;
        }
        let mut again = once(models, page, slant, line, look)?;
        let keeps = letters(&again).len() >= letters(&reads).len() && confidence(&again) > confidence(&reads) - 0.05;
        if keeps || confidence(&again) > confidence(&reads) + 0.1 {
            std::mem::swap(&mut reads, &mut again);
        }
        fill(&mut reads, &again, line);
    }
    Ok(reads)
}

fn letters(reads: &[Read]) -> Vec<Read> {
    reads.iter().copied().filter(|read| read.c != ' ').collect()
}

/// Puts into the holes of `reads` what was read there, between the same characters, at another look.
fn fill(reads: &mut Vec<Read>, other: &[Read], line: &Line) {
    let (own, other) = (letters(reads), letters(other));
    let near = pitch(&own, line);
    let find = |read: &Read| other.iter().position(|it| it.c == read.c && (it.at - read.at).abs() < near);
    for hole in holes(&own, line) {
        let (before, next) = beside(&own, hole);
        // An end of the line is where it is in both.
        let from = before.map_or(Some(0), |read| find(read).map(|at| at + 1));
        let to = next.map_or(Some(other.len()), find);
        let Some(lost) = from.zip(to).and_then(|(from, to)| other.get(from..to)) else { continue };
        if lost.len() <= MOST_LOST && lost.iter().all(|read| read.confidence >= FILLS) {
            let at = next.and_then(|read| reads.iter().position(|it| it == read)).unwrap_or(reads.len());
            reads.splice(at..at, lost.iter().copied());
        }
    }
}

/// What the network says to the line.
fn once(models: &Models, page: &Plane, slant: Slant, line: &Line, look: Look) -> Result<Vec<Read>, ModelsError> {
    if line.vertical {
        return down(models, page, slant, line, look);
    }
    let (crop, scale, before) = crop(page, slant, line, look);
    let steps = models.recognise(&crop.shades, crop.width, crop.height)?;
    let mut reads = decoded(models, &steps);
    for read in &mut reads {
        read.at = read.at * STEP as f32 * scale - before;
    }
    Ok(reads)
}

/// The network reads from left to right: the cells of a line that runs down are laid side by side.
fn down(models: &Models, page: &Plane, slant: Slant, line: &Line, look: Look) -> Result<Vec<Read>, ModelsError> {
    let em = ((line.u1 - line.u0) / INK_OF_HAN).max(4.0);
    let middles = columns::cells(page, slant, line, em);
    let strip = strip(page, slant, line, em, &middles);
    let length = em * middles.len() as f32;
    let laid = Line {
        u0: 0.0,
        v0: 0.5 * em * (1.0 - INK_OF_HAN),
        u1: length,
        v1: em - 0.5 * em * (1.0 - INK_OF_HAN),
        em,
        vertical: false,
        doubtful: false,
    };
    let mut reads = once(models, &strip, Slant::new(0.0), &laid, look)?;
    for read in &mut reads {
        let cell = ((read.at / em).max(0.0) as usize).min(middles.len() - 1);
        read.at = middles[cell] - line.v0 + (read.at - (cell as f32 + 0.5) * em);
    }
    Ok(reads)
}

/// The cells of a line that runs down, side by side.
fn strip(page: &Plane, slant: Slant, line: &Line, em: f32, middles: &[f32]) -> Plane {
    let (side, u) = (em.ceil().max(1.0) as usize, (line.u0 + line.u1) / 2.0);
    let width = ((em * middles.len() as f32).ceil() as usize).max(1);
    let mut shades = Vec::with_capacity(width * side);
    for row in 0..side {
        for column in 0..width {
            let along = column as f32 + 0.5;
            let cell = ((along / em) as usize).min(middles.len() - 1);
            let du = along - (cell as f32 + 0.5) * em;
            let (x, y) = slant.back(u + du, middles[cell] + row as f32 + 0.5 - em / 2.0);
            shades.push((page.between(x, y) + 0.5) as u8);
        }
    }
    Plane { width, height: side, shades }
}

/// A character of `line` may have been lost or mistaken.
fn is_doubtful(reads: &[Read], line: &Line) -> bool {
    reads.iter().any(|read| read.confidence < DOUBT) || !holes(&letters(reads), line).is_empty()
}

/// Before which of the `letters` characters of `line` may have been lost; behind the last is one more place.
fn holes(letters: &[Read], line: &Line) -> Vec<usize> {
    let pitch = pitch(letters, line);
    let is_hole = |place: &usize| match beside(letters, *place) {
        (Some(before), Some(next)) => is_han(before.c) && is_han(next.c) && next.at - before.at > HOLE_EM * pitch,
        (Some(last), None) => is_han(last.c) && line.length() - last.at > END_EM * pitch,
        (None, Some(first)) => is_han(first.c) && first.at > END_EM * pitch,
        (None, None) => false,
    };
    (0..=letters.len()).filter(is_hole).collect()
}

/// The letters before and behind a place between them.
fn beside(letters: &[Read], place: usize) -> (Option<&Read>, Option<&Read>) {
    let (before, behind) = letters.split_at(place);
    (before.last(), behind.first())
}

/// From the middle of most Han characters to that of the next.
fn pitch(letters: &[Read], line: &Line) -> f32 {
    let are_han = |pair: &&[Read]| pair.iter().all(|read| is_han(read.c));
    let mut pitches: Vec<f32> = letters.windows(2).filter(are_han).map(|pair| pair[1].at - pair[0].at).collect();
    pitches.sort_by(f32::total_cmp);
    pitches.get(pitches.len() / 2).copied().unwrap_or(line.em)
}

/// The mean confidence of what was read; 0 if nothing was.
pub(super) fn confidence(reads: &[Read]) -> f32 {
    if reads.is_empty() {
        return 0.0;
    }
    reads.iter().map(|read| read.confidence).sum::<f32>() / reads.len() as f32
}

/// The picture of a line as the network wants it, the page's pixels for one of its columns, and how many of the page's
/// pixels it begins before the ink.
fn crop(page: &Plane, slant: Slant, line: &Line, look: Look) -> (Plane, f32, f32) {
    let (mut tall, mut long) = (line.v1 - line.v0, line.u1 - line.u0);
    let (u, v) = ((line.u0 + line.u1) / 2.0, (line.v0 + line.v1) / 2.0);
    tall = (tall * (1.0 + 2.0 * look.around)).max(line.em * THICK_EM).max(4.0);
    let before = tall * BEFORE;
    long += 2.0 * before;
    let step_y = tall / HEIGHT as f32;
    let step_x = step_y / look.pressed;
    let width = ((long / step_x).ceil() as usize).clamp(STEP, MOST_WIDTH).next_multiple_of(STEP);
    // Where the page is finer than the input, each pixel is the mean of several points.
    let points = |step: f32| (step.ceil() as usize).clamp(1, 4);
    let (across, down) = (points(step_x * 0.8), points(step_y * 0.8));
    let mut shades = Vec::with_capacity(width * HEIGHT);
    for row in 0..HEIGHT {
        for column in 0..width {
            let mut sum = 0.0;
            for j in 0..down {
                let dv = (row as f32 + (j as f32 + 0.5) / down as f32) * step_y - tall / 2.0;
                for i in 0..across {
                    let du = (column as f32 + (i as f32 + 0.5) / across as f32) * step_x - long / 2.0;
                    let (x, y) = slant.back(u + du, v + dv);
                    sum += page.between(x, y);
                }
            }
            shades.push((sum / (across * down) as f32 + 0.5) as u8);
        }
    }
    (Plane { width, height: HEIGHT, shades }, step_x, before)
}

/// The best class of each step, repetitions taken once and blanks left out. Places are in steps.
fn decoded(models: &Models, steps: &Steps) -> Vec<Read> {
    let mut reads: Vec<Read> = Vec::new();
    let mut last = 0;
    let (mut weight, mut moment) = (0.0, 0.0);
    for (step, shares) in steps.shares.chunks_exact(steps.classes).enumerate() {
        let (class, share) = best(shares);
        let place = step as f32 + 0.5;
        if class != 0 && class == last {
            if let Some(read) = reads.last_mut() {
                read.confidence = read.confidence.max(share);
                weight += share;
                moment += share * place;
                read.at = moment / weight;
            }
        } else if let Some(c) = models.character(class) {
            (weight, moment) = (share, share * place);
            reads.push(Read { c, confidence: share, at: place });
        }
        last = class;
    }
    reads
}

/// The class with the greatest share, the first of equals.
fn best(shares: &[f32]) -> (usize, f32) {
    // Blocks first: the largest of a block is found many at a time.
    const BLOCK: usize = 64;
    let (mut block, mut share) = (0, f32::MIN);
    for (index, own) in shares.chunks(BLOCK).enumerate() {
        let most = own.iter().fold(f32::MIN, |most, it| if *it > most { *it } else { most });
        if most > share {
            (block, share) = (index, most);
        }
    }
    let from = block * BLOCK;
    let place = shares[from..].iter().position(|it| *it == share).unwrap_or_default();
    (from + place, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_best_classes_is_taken() {
        let mut shares = vec![0.0; 1000];
        (shares[70], shares[700]) = (0.4, 0.4);
        assert_eq!(best(&shares), (70, 0.4));
        assert_eq!(best(&[0.1, 0.2]), (1, 0.2));
    }

    /// Characters read at these places, in ems of 20 pixels.
    fn reads(text: &str, at: &[f32]) -> Vec<Read> {
        text.chars().zip(at).map(|(c, at)| Read { c, confidence: 0.9, at: 20.0 * at }).collect()
    }

    #[test]
    fn what_one_look_lost_another_one_gives_back() {
        let line = Line { u0: 0.0, v0: 0.0, u1: 120.0, v1: 18.0, em: 20.0, vertical: false, doubtful: false };
        let mut own = reads("四川华市", &[0.5, 1.5, 2.5, 4.4]);
        assert_eq!(holes(&own, &line), [3, 4]);
        fill(&mut own, &reads("四川华蓥市、", &[0.5, 1.5, 2.4, 3.5, 4.5, 5.3]), &line);
        assert_eq!(own.iter().map(|read| read.c).collect::<String>(), "四川华蓥市、");
        assert!(holes(&own, &line).is_empty());
    }

    #[test]
    fn a_hole_is_not_filled_from_elsewhere() {
        let line = Line { u0: 0.0, v0: 0.0, u1: 100.0, v1: 18.0, em: 20.0, vertical: false, doubtful: false };
        let whole = reads("四川华市", &[0.5, 1.5, 2.5, 4.5]);
        for other in ["四川花蓥市", "市四川华蓥", "四川"] {
            let mut own = whole.clone();
            fill(&mut own, &reads(other, &[0.5, 1.5, 2.5, 3.5, 4.5]), &line);
            assert_eq!(own, whole, "{other}");
        }
    }

    #[test]
    fn a_crop_has_its_line_in_the_middle_with_white_around() {
        let mut shades = vec![255; 400 * 100];
        for y in 40..60 {
            shades[y * 400 + 100..y * 400 + 300].fill(0);
        }
        let page = Plane::new(400, 100, shades).unwrap();
        let line = Line { u0: 100.0, v0: 40.0, u1: 300.0, v1: 60.0, em: 20.0, vertical: false, doubtful: false };
        let (crop, step, before) = crop(&page, Slant::new(0.0), &line, FIRST);
        let inked: Vec<usize> = (0..crop.width).filter(|x| crop.row(24)[*x] < 128).collect();
        assert!((inked[0] as f32 * step - before).abs() <= step);
        assert!((inked.len() as f32 * step - 200.0).abs() <= 2.0 * step);
        assert_eq!((crop.row(0)[crop.width / 2], crop.row(24)[0]), (255, 255));
    }
}
