//! The [`Picture`] of a page → its characters with their places, as a [`GlyphPage`].
//!
//! `ink` finds where the page has ink and how large its print is, `detect` asks the detection network for lines, `lines`
//! brings both together, `recognise` reads each line, `place` puts the characters where they stand. The networks are
//! PP-OCR's, run by `rten`; see [`Models`].

mod bullets;
mod columns;
mod detect;
mod folios;
mod ink;
mod lines;
mod models;
mod place;
mod plane;
mod recognise;
mod spread;
mod stamps;
mod weight;

use std::collections::BTreeMap;

use detect::Slant;
use ink::Ink;
use lines::Line;
pub use models::{KNOWN, Models, ModelsError, networks};
use place::{Points, ReadLine};
use plane::Plane;
use recognise::Read;

use crate::model::{Face, GlyphPage, PageClass, Picture};

/// A page that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanPage {
    /// Its characters, upright and straight, whatever way the picture was: one page, or the two pages of a spread in the
    /// order in which they are read, both in the frame of the whole picture.
    pub pages: Vec<GlyphPage>,
    /// Width and height of the whole picture, points.
    pub size: (f32, f32),
    /// Quarters of a turn, clockwise, by which the picture had to be turned before.
    pub turn: u8,
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
    let Picture { width, height, mut grey, red, dpi } = picture;
    if let Some(red) = red {
        stamps::lift(&mut grey, &red, width);
    }
    let blank = empty(number, width, height, dpi, None);
    let mut scan = ScanPage { size: (blank.width, blank.height), pages: vec![blank], turn: 0 };
    let Some(plane) = Plane::new(width, height, grey) else {
        return Ok(scan);
    };
    let Some((turn, Upright { plane, ink, em, slant, lines, mut asked })) = upright(models, plane)? else {
        return Ok(scan);
    };
    let (width, height) = (plane.width, plane.height);
    let dpi = if turn % 2 == 1 { dpi.map(|(across, down)| (down, across)) } else { dpi };
    let mut read = Vec::with_capacity(lines.len());
    for (index, line) in lines.into_iter().enumerate() {
        let reads = match asked.remove(&index) {
            Some(reads) => reads,
            None => recognise::recognise(models, &plane, slant, &line)?,
        };
        let least = if line.doubtful { SURE_OF_DOUBTFUL } else { SURE };
        if recognise::confidence(&reads) >= least {
            read.push(ReadLine { line, reads });
        }
    }
    bullets::add(&mut read, &ink, slant);
    for line in folios::unread(&read, &ink, slant, em) {
        let reads = recognise::recognise(models, &plane, slant, &line)?;
        if folios::is_number(&reads) && recognise::confidence(&reads) >= SURE {
            read.push(ReadLine { line, reads });
        }
    }
    folios::mend(&mut read, &ink, slant);
    read.sort_by(|a, b| a.line.v0.total_cmp(&b.line.v0).then(a.line.u0.total_cmp(&b.line.u0)));
    let blank = empty(number, width, height, dpi, Some(em));
    scan.size = (blank.width, blank.height);
    let points = Points::new(slant, (width as f32, height as f32), scan.size);
    let parts = spread::parts(&read, (width as f32, height as f32), em);
    let fat = weight::fat(&read, &plane, slant);
    let sized = place::glyphs(&read, &fat, points);
    scan.pages = parts
        .iter()
        .map(|part| {
            let glyphs = part.iter().flat_map(|line| sized[*line].iter().copied()).collect();
            GlyphPage { glyphs, ..blank.clone() }
        })
        .collect();
    scan.turn = turn;
    Ok(scan)
}

/// A page that stands upright, and the lines seen on it.
struct Upright {
    plane: Plane,
    ink: Ink,
    em: f32,
    slant: Slant,
    lines: Vec<Line>,
    /// What stands in those lines that were asked about already, by number.
    asked: BTreeMap<usize, Vec<Read>>,
}

/// Lines of which the network is less sure than this on the mean may stand on their heads.
const UPRIGHT: f32 = 0.8;

/// So many lines say whether a page is upright.
const ASKED: usize = 4;

/// Lines that run down are upright print if the network is as sure: it also reads most characters that lie on one side.
const UPRIGHT_DOWN: f32 = 0.985;

/// The page turned so that its lines can be read, with the quarters it was turned; `None` if it has no print. Upright
/// lines are read with a confidence of 0.95 and more, the same lines turned with less.
fn upright(models: &Models, plane: Plane) -> Result<Option<(u8, Upright)>, ModelsError> {
    let Some(mut first) = seen(models, plane)? else {
        return Ok(None);
    };
    let stands = |page: &Upright, sure: f32| sure >= if page.runs_down() { UPRIGHT_DOWN } else { UPRIGHT };
    let sure = sureness(models, &mut first)?;
    if stands(&first, sure) || first.lines.is_empty() {
        return Ok(Some((0, first)));
    }
    let mut best = (sure, 0, first);
    for turn in [2, 1, 3] {
        let Some(mut turned) = seen(models, best.2.plane.turned((turn + 4 - best.1) % 4))? else { continue };
        let sure = sureness(models, &mut turned)?;
        let is_done = stands(&turned, sure);
        if sure > best.0 {
            best = (sure, turn, turned);
        }
        if is_done {
            break;
        }
    }
    Ok(Some((best.1, best.2)))
}

impl Upright {
    /// Most of its print runs from top to bottom.
    fn runs_down(&self) -> bool {
        let length =
            |vertical| -> f32 { self.lines.iter().filter(|line| line.vertical == vertical).map(Line::length).sum() };
        length(true) > length(false)
    }
}

fn seen(models: &Models, plane: Plane) -> Result<Option<Upright>, ModelsError> {
    let ink = Ink::of(&plane);
    let Some(em) = ink.em else {
        return Ok(None);
    };
    let (seen, slant) = detect::detect(models, &plane, em)?;
    let lines = lines::lines(&seen, slant, &ink, em, plane.width as f32, plane.height as f32);
    Ok(Some(Upright { plane, ink, em, slant, lines, asked: BTreeMap::new() }))
}

/// How sure the network is of the longest lines.
fn sureness(models: &Models, page: &mut Upright) -> Result<f32, ModelsError> {
    let mut longest: Vec<usize> = (0..page.lines.len()).filter(|at| !page.lines[*at].doubtful).collect();
    longest.sort_by(|a, b| page.lines[*b].length().total_cmp(&page.lines[*a].length()).then(a.cmp(b)));
    let (mut sure, mut count) = (0.0, 0);
    for at in longest.into_iter().take(ASKED) {
        let reads = recognise::recognise(models, &page.plane, page.slant, &page.lines[at])?;
        sure += recognise::confidence(&reads) * reads.len() as f32;
        count += reads.len();
        page.asked.insert(at, reads);
    }
    Ok(if count == 0 { 0.0 } else { sure / count as f32 })
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
        faces: vec![Face { name: String::new(), bold: false }, Face { name: String::new(), bold: true }],
        images: Vec::new(),
        rulings: Vec::new(),
        class: PageClass::ImageOnly,
    }
}
