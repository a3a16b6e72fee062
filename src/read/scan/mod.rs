//! The [`Picture`] of a page → its characters with their places, as a [`GlyphPage`].
//!
//! `ink` finds where the page has ink and how large its print is, `detect` asks the detection network for lines, `lines`
//! brings both together, `recognise` reads each line, `place` puts the characters where they stand. The networks are
//! PP-OCR's, run by `rten`; see [`Models`].

mod detect;
mod ink;
mod lines;
mod models;
mod place;
mod plane;
mod recognise;

use ink::Ink;
pub use models::{KNOWN, Models, ModelsError};
use place::{Points, ReadLine};
use plane::Plane;

use crate::model::{Face, GlyphPage, PageClass, Picture};

/// A page that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanPage {
    /// Its characters; upright and straight, whatever way the picture was.
    pub page: GlyphPage,
    /// The angle by which the print was turned on the picture, degrees, clockwise.
    pub skew: f32,
}

/// A line of which the network is less sure is no text.
const SURE: f32 = 0.5;

/// And of what the detection network did not see.
const SURE_OF_DOUBTFUL: f32 = 0.8;

/// Running text is taken to be set in this size where neither file nor page says how large the picture is, points.
const USUAL_PT: f32 = 12.0;

/// Reads the picture of the page `number`. A page without text has no glyphs.
///
/// # Errors
/// If a network fails.
pub fn read(models: &Models, picture: Picture, number: u32) -> Result<ScanPage, ModelsError> {
    let Picture { width, height, grey, dpi, .. } = picture;
    let mut scan = ScanPage { page: empty(number, width, height, dpi, None), skew: 0.0 };
    let Some(plane) = Plane::new(width, height, grey) else {
        return Ok(scan);
    };
    let ink = Ink::of(&plane);
    let Some(em) = ink.em else {
        return Ok(scan);
    };
    let (seen, slant) = detect::detect(models, &plane, em)?;
    let lines = lines::lines(&seen, slant, &ink, em, width as f32, height as f32);
    let mut read = Vec::with_capacity(lines.len());
    for line in lines {
        let reads = recognise::recognise(models, &plane, slant, &line)?;
        let least = if line.doubtful { SURE_OF_DOUBTFUL } else { SURE };
        if recognise::confidence(&reads) >= least {
            read.push(ReadLine { line, reads, bold: false });
        }
    }
    read.sort_by(|a, b| a.line.v0.total_cmp(&b.line.v0).then(a.line.u0.total_cmp(&b.line.u0)));
    scan.page = empty(number, width, height, dpi, Some(em));
    let points = Points::new(slant, (width as f32, height as f32), (scan.page.width, scan.page.height));
    scan.page.glyphs = place::glyphs(&read, points);
    scan.skew = slant.angle().to_degrees();
    Ok(scan)
}

fn empty(number: u32, width: usize, height: usize, dpi: Option<(f32, f32)>, em: Option<f32>) -> GlyphPage {
    let usual = 72.0 * em.unwrap_or(USUAL_PT) / USUAL_PT;
    let (across, down) = dpi.unwrap_or((usual, usual));
    GlyphPage {
        number,
        width: width as f32 * 72.0 / across,
        height: height as f32 * 72.0 / down,
        glyphs: Vec::new(),
        line_starts: Vec::new(),
        faces: vec![Face { name: String::new(), bold: false }],
        images: Vec::new(),
        rulings: Vec::new(),
        class: PageClass::ImageOnly,
    }
}
