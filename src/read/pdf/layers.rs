//! The pictures that make up a page, one over the other → one picture of the page, pixel for pixel where it can be.

use super::images::{Images, Layer, Outline};
use super::matrix::Matrix;
use super::placed::{Place, Placed};
use crate::model::{Picture, Rect};
use crate::read::picture::canvas::{Planes, Turn, is_red, luminance};
use crate::read::picture::samples::over_white;
use crate::read::picture::{PictureError, PictureLimits, of_points};

/// Bytes of visible text that a picture of a page may have over it: folios, stamps of scanners.
const FEW_BYTES: usize = 80;

/// A picture that gives the page its resolution covers this share of it.
const LEADING_SHARE: f32 = 0.05;

/// A picture over this share of a page hides what was painted before.
const HIDING_SHARE: f32 = 0.99;

/// Pixels at an edge that rounding may add or take.
const SLACK: f32 = 2.0;

/// The pictures that make up a page, and where each goes.
pub(super) struct Stack<'a> {
    parts: Vec<Part<'a>>,
    /// Width and height of the page, points.
    size: (f32, f32),
    /// Pixels a point.
    scale: (f32, f32),
}

struct Part<'a> {
    place: Place<'a>,
    outline: Outline,
    turn: Turn,
    /// Where it lies on the page, points.
    area: Rect,
}

impl<'a> Stack<'a> {
    /// The stack that is all there is to see on a page of `size`; `None` where something else is painted, or pictures
    /// lie askew.
    pub(super) fn of(images: &Images, placed: &Placed<'a>, size: (f32, f32)) -> Option<Self> {
        if placed.is_cut {
            return None;
        }
        let parts = placed.list.iter().map(|place| {
            let outline = images.outline(&place.stream.dict);
            let (turn, area) = upright(&place.frame)?;
            let within = place.clip.is_none_or(|clip| contains(&clip, &cut(&area, size)));
            Some(Part { place: *place, outline, turn, area }).filter(|part| {
                let has_pixels = part.outline.width > 0 && part.outline.height > 0;
                place.is_opaque && within && has_pixels
            })
        });
        // What lies below a picture of the whole page may be anything.
        let parts: Vec<Option<Part>> = parts.collect();
        let hides = |part: &Part| part.outline.is_solid && share(&part.area, size) >= HIDING_SHARE;
        let first = parts.iter().rposition(|part| part.as_ref().is_some_and(hides));
        let parts: Vec<Part> = parts.into_iter().skip(first.unwrap_or(0)).collect::<Option<_>>()?;
        let before = first.and_then(|_| parts.first()).map_or((0, 0), |part| (part.place.drawn, part.place.written));
        let covered: f32 = parts.iter().map(|part| share(&part.area, size)).sum();
        let written = placed.written - before.1;
        if placed.drawn > before.0 || written > FEW_BYTES || (written > 0 && covered < 0.6) {
            return None;
        }
        let scale = |part: &Part| {
            let (width, height) = part.turn.size((part.outline.finest.0 as f32, part.outline.finest.1 as f32));
            (width / (part.area.x1() - part.area.x0()), height / (part.area.bottom() - part.area.top()))
        };
        let leading = parts.iter().filter(|part| share(&part.area, size) >= LEADING_SHARE.min(covered / 2.0));
        let fine = leading.map(scale).filter(|(x, y)| x.is_finite() && y.is_finite());
        let scale = fine.max_by(|a, b| (a.0 * a.1).total_cmp(&(b.0 * b.1)))?;
        Some(Self { parts, size, scale })
    }

    /// The picture of the page.
    pub(super) fn picture(&self, images: &Images, limits: &PictureLimits) -> Result<Picture, PictureError> {
        let dpi = of_points(self.scale);
        let (width, height) = (self.size.0 * self.scale.0, self.size.1 * self.scale.1);
        if let [part] = self.parts.as_slice()
            && part.fits((width, height), self.scale)
        {
            let Place { stream, id, ink, .. } = part.place;
            let layer = images.layer(stream, id, ink, limits)?;
            if let Layer::Colours(planes, None) = layer {
                return Ok(planes.turned(part.turn).into_picture(dpi));
            }
            let mut page = Page::white((width, height), limits)?;
            page.lay(layer, part, self.scale);
            return Ok(page.planes.into_picture(dpi));
        }
        let mut page = Page::white((width, height), limits)?;
        for part in &self.parts {
            let Place { stream, id, ink, .. } = part.place;
            page.lay(images.layer(stream, id, ink, limits)?, part, self.scale);
        }
        Ok(page.planes.into_picture(dpi))
    }
}

/// How a picture is turned and where it lies, if its edges are those of the page.
fn upright(frame: &Matrix) -> Option<(Turn, Rect)> {
    let area = frame.rect([0.0, 0.0, 1.0, 1.0])?;
    let [a, b, c, d, ..] = frame.0;
    // In points: this much is not seen over a whole page.
    let askew = |one: f32, other: f32| one.abs() < 0.7 && other.abs() < 0.7;
    // The page as displayed runs down, the unit square up.
    let turn = if askew(b, c) {
        Turn { swap: false, flip_x: a < 0.0, flip_y: d > 0.0 }
    } else if askew(a, d) {
        Turn { swap: true, flip_x: c > 0.0, flip_y: b < 0.0 }
    } else {
        return None;
    };
    (area.x1() > area.x0() && area.bottom() > area.top()).then_some((turn, area))
}

/// The part of `area` on the page.
fn cut(area: &Rect, (width, height): (f32, f32)) -> Rect {
    let (x0, top) = (area.x0().max(0.0), area.top().max(0.0));
    Rect::new(x0, top, area.x1().min(width), area.bottom().min(height)).unwrap_or(*area)
}

/// How much of the page it covers.
fn share(area: &Rect, size: (f32, f32)) -> f32 {
    let across = (area.x1().min(size.0) - area.x0().max(0.0)).max(0.0);
    let along = (area.bottom().min(size.1) - area.top().max(0.0)).max(0.0);
    across * along / (size.0 * size.1).max(1.0)
}

/// Whether `inner` lies in `outer`, as far as can be seen.
fn contains(outer: &Rect, inner: &Rect) -> bool {
    const SEEN: f32 = 1.0;
    outer.x0() <= inner.x0() + SEEN
        && outer.top() <= inner.top() + SEEN
        && outer.x1() >= inner.x1() - SEEN
        && outer.bottom() >= inner.bottom() - SEEN
}

impl Part<'_> {
    /// Whether its edges are the page's, to the pixel.
    fn fits(&self, (width, height): (f32, f32), scale: (f32, f32)) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() <= SLACK;
        near(self.area.x0() * scale.0, 0.0)
            && near(self.area.top() * scale.1, 0.0)
            && near(self.area.x1() * scale.0, width)
            && near(self.area.bottom() * scale.1, height)
    }
}

/// A page under construction.
struct Page {
    planes: Planes,
}

impl Page {
    fn white((width, height): (f32, f32), limits: &PictureLimits) -> Result<Self, PictureError> {
        let sides = (width.round().max(1.0) as u64, height.round().max(1.0) as u64);
        let (width, height) = crate::read::picture::canvas::checked_size(sides.0, sides.1, limits)?;
        Ok(Self { planes: Planes { width, height, grey: vec![255; width * height], red: None, reds: 0 } })
    }

    /// Lays a picture over what is there, each pixel of the page taking the nearest of the picture.
    fn lay(&mut self, layer: Layer, part: &Part, scale: (f32, f32)) {
        let (colours, cover, ink) = match layer {
            Layer::Colours(planes, cover) => (Some(planes.turned(part.turn)), cover, [0; 3]),
            Layer::Ink(ink, cover) => (None, Some(cover), ink),
        };
        let cover = cover.map(|cover| cover.turned(part.turn));
        let is_coloured = colours.as_ref().is_some_and(|planes| planes.red.is_some()) || ink[0] != luminance(ink);
        if is_coloured && self.planes.red.is_none() {
            self.planes.red = Some(self.planes.grey.clone());
        }
        if let Some(planes) = &colours {
            // Counted before it is scaled; what matters is whether there is red print at all.
            let share = part_of_page(part, scale, &self.planes);
            self.planes.reds += (planes.reds as f64 / planes.grey.len() as f64 * share) as usize;
        }
        let across = Span::new(part.area.x0() * scale.0, part.area.x1() * scale.0, self.planes.width);
        let along = Span::new(part.area.top() * scale.1, part.area.bottom() * scale.1, self.planes.height);
        let sources =
            |width: usize| (across.first..across.end).map(move |x| across.source(x, width)).collect::<Vec<_>>();
        let colour_columns = colours.as_ref().map(|planes| sources(planes.width)).unwrap_or_default();
        let cover_columns = cover.as_ref().map(|planes| sources(planes.width)).unwrap_or_default();
        for y in along.first..along.end {
            let row_of = |planes: &Planes| along.source(y, planes.height) * planes.width;
            let cover = cover.as_ref().map(|cover| &cover.grey[row_of(cover)..][..cover.width]);
            let start = y * self.planes.width + across.first;
            let count = across.end - across.first;
            let lay = |below: &mut [u8], plane: Option<&[u8]>, ink: u8| match (plane, cover) {
                (Some(plane), None) => {
                    below.iter_mut().zip(&colour_columns).for_each(|(below, column)| *below = plane[*column]);
                }
                (plane, Some(cover)) => {
                    for (place, below) in below.iter_mut().enumerate() {
                        let alpha = cover[cover_columns[place]];
                        let shade = plane.map_or(ink, |plane| plane[colour_columns[place]]);
                        *below = mixed(*below, shade, alpha);
                    }
                }
                (None, None) => below.fill(ink),
            };
            let grey = colours.as_ref().map(|planes| &planes.grey[row_of(planes)..][..planes.width]);
            lay(&mut self.planes.grey[start..start + count], grey, luminance(ink));
            if let Some(red) = &mut self.planes.red {
                let plane = colours.as_ref().map(|planes| {
                    let plane = planes.red.as_ref().unwrap_or(&planes.grey);
                    &plane[row_of(planes)..][..planes.width]
                });
                lay(&mut red[start..start + count], plane, ink[0]);
            }
            if is_red(ink) {
                self.planes.reds +=
                    cover.map_or(count, |cover| cover_columns.iter().filter(|it| cover[**it] > 127).count());
            }
        }
    }
}

/// How many pixels of the page a part covers.
fn part_of_page(part: &Part, scale: (f32, f32), page: &Planes) -> f64 {
    let size = (page.width as f32 / scale.0, page.height as f32 / scale.1);
    f64::from(share(&part.area, size)) * page.grey.len() as f64
}

fn mixed(below: u8, shade: u8, alpha: u8) -> u8 {
    match alpha {
        0 => below,
        255 => shade,
        _ if below == 255 => over_white(shade, alpha),
        _ => {
            let (below, shade, alpha) = (u32::from(below), u32::from(shade), u32::from(alpha));
            ((shade * alpha + below * (255 - alpha) + 127) / 255) as u8
        }
    }
}

/// Where a picture lies along one side of the page.
#[derive(Clone, Copy)]
struct Span {
    from: f32,
    to: f32,
    /// Pixels of the page.
    first: usize,
    end: usize,
}

impl Span {
    fn new(from: f32, to: f32, length: usize) -> Self {
        // Neighbours round the edge between them alike, so that strips meet.
        let first = from.round().clamp(0.0, length as f32) as usize;
        let end = to.round().clamp(first as f32, length as f32) as usize;
        Self { from, to, first, end }
    }

    /// The pixel of a picture `length` pixels long that is shown at pixel `at` of the page.
    fn source(&self, at: usize, length: usize) -> usize {
        // Where both are of one size, each pixel is its own.
        let place = (at as f32 + 0.5 - self.from.round()) / (self.to.round() - self.from.round()).max(1.0);
        ((place * length as f32) as usize).min(length - 1)
    }
}
