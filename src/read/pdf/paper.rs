//! A page of a PDF file → its picture, on demand: the scan as it lies in the file where the page is nothing else, or a
//! drawing of the page.

use std::sync::OnceLock;

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use super::images::Images;
use super::layers::Stack;
use super::objects::Objects;
use super::placed::Placed;
use crate::model::{PageClass, Picture};
use crate::read::picture::canvas::Canvas;
use crate::read::picture::{PictureError, PictureLimits, damaged, guarded, of_points, unsupported};

/// What the papers of a file share.
pub(super) struct Press<'a> {
    images: Images<'a>,
    pages: usize,
    /// The file as the library that draws reads it, opened for the first page that must be drawn.
    drawn: OnceLock<Result<Pdf, PictureError>>,
}

impl<'a> Press<'a> {
    pub(super) fn new(objects: &'a Objects, bytes: &'a [u8], pages: usize) -> Self {
        Self { images: Images { objects, bytes }, pages, drawn: OnceLock::new() }
    }
}

/// A page as it would come out of a press.
pub struct Paper<'a> {
    press: &'a Press<'a>,
    index: usize,
    size: (f32, f32),
    class: PageClass,
    placed: Placed<'a>,
    /// All of its content was read.
    is_whole: bool,
}

/// Resolution of a page that is drawn, pixels an inch.
const DRAWN_DPI: f32 = 300.0;

/// The same where pictures on it say more or less.
const LEAST_DPI: f32 = 150.0;
const MOST_DPI: f32 = 400.0;

/// No drawing has longer sides, in pixels.
const LONGEST: f32 = 65_000.0;

impl<'a> Paper<'a> {
    pub(super) fn new(
        press: &'a Press<'a>,
        (index, size): (usize, (f32, f32)),
        class: PageClass,
        placed: Placed<'a>,
        is_whole: bool,
    ) -> Self {
        Self { press, index, size, class, placed, is_whole }
    }

    /// How many pages the file has.
    pub fn of_pages(&self) -> usize {
        self.press.pages
    }

    /// The picture of the page as displayed: turned as the page says, cut to what is shown. Pure, and costs what it
    /// decodes each time.
    ///
    /// # Errors
    /// If it is larger than allowed, or can be neither decoded nor drawn.
    pub fn picture(&self, limits: &PictureLimits) -> Result<Picture, PictureError> {
        guarded(|| {
            let images = &self.press.images;
            let Some(stack) = Stack::of(images, &self.placed, self.size) else { return self.drawn(limits) };
            match stack.picture(images, limits) {
                Err(PictureError::Damaged(_) | PictureError::Unsupported(_)) if self.is_drawable() => {
                    self.drawn(limits)
                }
                made => made,
            }
        })
    }

    /// The page drawn, with all that is on it.
    ///
    /// # Errors
    /// If that would take more than is allowed, or the file cannot be opened for it.
    pub fn drawn(&self, limits: &PictureLimits) -> Result<Picture, PictureError> {
        guarded(|| self.draw(limits))
    }
}

impl Paper<'_> {
    fn is_drawable(&self) -> bool {
        self.is_whole
    }

    fn draw(&self, limits: &PictureLimits) -> Result<Picture, PictureError> {
        if !self.is_whole {
            return Err(unsupported("its content is larger than a page may be, or damaged"));
        }
        for place in &self.placed.list {
            self.press.images.check(place.stream, place.id, limits)?;
        }
        let pdf = match self.press.drawn.get_or_init(|| self.press.open()) {
            Ok(pdf) => pdf,
            Err(error) => return Err(error.clone()),
        };
        let pages = pdf.pages();
        let page = pages.get(self.index).filter(|_| pages.len() == self.press.pages);
        let page = page.ok_or_else(|| unsupported("the list of pages is broken, and none of them can be drawn"))?;
        let scale = self.scale(page.render_dimensions(), limits)?;
        let lost = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let sink = lost.clone();
        let settings = InterpreterSettings {
            warning_sink: std::sync::Arc::new(move |warning| {
                if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                    sink.store(true, std::sync::atomic::Ordering::Relaxed);
                }
            }),
            ..InterpreterSettings::default()
        };
        let pixmap = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let drawn = hayro::render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &pixmap);
        if lost.load(std::sync::atomic::Ordering::Relaxed) && self.class != PageClass::Text {
            return Err(damaged("a picture on it cannot be decoded"));
        }
        let mut canvas = Canvas::new(drawn.width().into(), drawn.height().into(), limits)?;
        let row_bytes = usize::from(drawn.width()) * 4;
        let mut row = Vec::with_capacity(canvas.width() * 3);
        for pixels in drawn.data_as_u8_slice().chunks_exact(row_bytes) {
            row.clear();
            row.extend(pixels.as_chunks::<4>().0.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]));
            canvas.rgb_row(&row);
        }
        Ok(canvas.finish()?.into_picture(of_points((scale, scale))))
    }

    /// Pixels a point at which the page is drawn.
    fn scale(&self, (width, height): (f32, f32), limits: &PictureLimits) -> Result<f32, PictureError> {
        let finest = self.placed.list.iter().filter_map(|place| {
            let outline = self.press.images.outline(&place.stream.dict);
            let area = place.frame.rect([0.0, 0.0, 1.0, 1.0])?;
            let (across, along) = (area.x1() - area.x0(), area.bottom() - area.top());
            let pixels = outline.width as f32 * outline.height as f32;
            let weighs = across * along > 0.05 * width * height;
            weighs.then(|| (pixels / (across * along).max(1.0)).sqrt() * 72.0)
        });
        let finest = finest.fold(0.0, f32::max);
        let wanted = match self.class {
            PageClass::Text | PageClass::Garbled => DRAWN_DPI,
            _ if finest > 0.0 => finest.clamp(LEAST_DPI, MOST_DPI),
            _ => DRAWN_DPI,
        };
        let most = (limits.pixels as f32 / (width * height).max(1.0)).sqrt();
        let longest = LONGEST / width.max(height).max(1.0);
        let scale = (wanted / 72.0).min(most * 0.99).min(longest);
        if scale * width < 1.0 || scale * height < 1.0 {
            return Err(damaged(format!("the page is {width} x {height} points large")));
        }
        Ok(scale)
    }
}

impl Press<'_> {
    /// Opens the file for drawing. This copies it once.
    fn open(&self) -> Result<Pdf, PictureError> {
        if self.images.objects.has_large_stream() {
            return Err(PictureError::LimitBytes { limit: self.images.objects.limits.stream_bytes });
        }
        Pdf::new(self.images.bytes.to_vec()).map_err(|_| unsupported("the file is broken and cannot be drawn"))
    }
}
