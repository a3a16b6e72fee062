//! The round bullet at the beginning of a line, which the network often passes over: its ink is a disc before the first
//! character that was read.

use super::detect::Slant;
use super::ink::{Blob, Ink};
use super::lines::Line;
use super::place::ReadLine;
use super::recognise::{INK_OF_HAN, Read};

/// A disc fills 0.79 of its box.
const FILL: (f32, f32) = (0.66, 0.95);

/// Its size, in ems of its line.
const SIZE_EM: (f32, f32) = (0.25, 1.05);

/// How sure one is of a character that has only its shape.
const CONFIDENCE: f32 = 0.6;

/// It stands no farther before the ink of its line, in ems.
const BEFORE_EM: f32 = 1.5;

/// Puts the bullets that were passed over before the lines they belong to.
pub(super) fn add(lines: &mut [ReadLine], ink: &Ink, slant: Slant) {
    let discs: Vec<&Blob> = ink.blobs.iter().filter(|blob| is_disc(blob)).collect();
    let found: Vec<Option<Read>> = lines.iter().map(|line| bullet(&discs, slant, &line.line, &line.reads)).collect();
    for (at, bullet) in found.into_iter().enumerate() {
        let Some(bullet) = bullet else { continue };
        let own = &lines[at].line;
        let (u, v) = (own.u0 + bullet.at, (own.v0 + own.v1) / 2.0);
        // It may be a line of its own, and have been read.
        let holds = |line: &Line| line.u0 <= u && u <= line.u1 && line.v0 <= v && v <= line.v1;
        if !lines.iter().enumerate().any(|(other, line)| other != at && holds(&line.line)) {
            lines[at].reads.insert(0, bullet);
        }
    }
}

fn is_disc(blob: &Blob) -> bool {
    (FILL.0..FILL.1).contains(&blob.fill) && (0.8..1.25).contains(&(blob.width() / blob.height().max(1.0)))
}

/// The bullet of `line`, if there is one among the discs that is not among the `reads`.
fn bullet(discs: &[&Blob], slant: Slant, line: &Line, reads: &[Read]) -> Option<Read> {
    let first = reads.first().filter(|_| !line.vertical)?;
    let em = (line.v1 - line.v0) / INK_OF_HAN;
    let middle = (line.v0 + line.v1) / 2.0;
    let is_as_large = |blob: &&&Blob| (SIZE_EM.0 * em..SIZE_EM.1 * em).contains(&blob.width());
    let place = |blob: &Blob| slant.along((blob.x0 + blob.x1) / 2.0, (blob.y0 + blob.y1) / 2.0);
    let begins = |blob: &&&Blob| {
        let (u, v) = place(blob);
        (v - middle).abs() < 0.25 * em && line.u0 - BEFORE_EM * em < u && u < line.u0 + 0.75 * em
    };
    let disc = discs.iter().filter(is_as_large).find(begins)?;
    let at = place(disc).0 - line.u0;
    // The first character that was read stands behind it.
    (first.at - 0.5 * em > at + disc.width() / 2.0 - 0.2 * em).then_some(Read { c: '●', confidence: CONFIDENCE, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(fill: f32, first_at: f32) -> Option<Read> {
        let blob = Blob { x0: 102.0, y0: 206.0, x1: 112.0, y1: 216.0, fill };
        let line = Line { u0: 102.0, v0: 201.0, u1: 400.0, v1: 220.0, em: 20.0, vertical: false, doubtful: false };
        let mut lines = [ReadLine { line, reads: vec![Read { c: '市', confidence: 1.0, at: first_at }] }];
        add(&mut lines, &Ink { step: 1.0, blobs: vec![blob], em: Some(20.0) }, Slant::new(0.0));
        lines[0].reads.iter().copied().find(|read| read.c == '●')
    }

    #[test]
    fn a_disc_before_the_first_character_is_a_bullet() {
        assert_eq!(found(0.79, 28.0).map(|read| (read.c, read.at)), Some(('●', 5.0)));
    }

    #[test]
    fn what_was_read_itself_and_what_is_no_disc_are_none() {
        assert_eq!(found(0.79, 6.0), None);
        assert_eq!(found(0.4, 28.0), None);
    }
}
