//! Paths that are straight lines or thin boxes: rules between columns, grids of tables.

use super::matrix::Matrix;
use crate::model::Rect;

/// The path under construction, as the boxes around its straight parts.
#[derive(Default)]
pub(super) struct Paths {
    boxes: Vec<Rect>,
    /// Which of them are rectangles; the others are around one line.
    whole: Vec<bool>,
    /// Where the lines under construction began, and where they are.
    began: Option<(f32, f32)>,
    at: Option<(f32, f32)>,
    curved: bool,
    /// What is painted from now on stays inside.
    clips: bool,
}

/// A ruling is at most this thick, in points.
const THICKEST: f32 = 3.0;

/// And at least this long.
const SHORTEST: f32 = 8.0;

/// No page needs more; drawings have any number of lines.
const MOST: usize = 4096;

impl Paths {
    pub(super) fn rectangle(&mut self, [x, y, width, height]: [f32; 4], frame: &Matrix) {
        if self.boxes.len() < MOST {
            self.boxes.extend(frame.rect([x, y, x + width, y + height]));
            self.whole.resize(self.boxes.len(), true);
        }
    }

    pub(super) fn start(&mut self, [x, y]: [f32; 2], frame: &Matrix) {
        self.at = Some(frame.point(x, y));
        self.began = self.at;
    }

    pub(super) fn line(&mut self, [x, y]: [f32; 2], frame: &Matrix) {
        self.line_to(frame.point(x, y));
    }

    /// A line back to where the lines began.
    pub(super) fn close(&mut self) {
        if let Some(began) = self.began {
            self.line_to(began);
        }
    }

    fn line_to(&mut self, to: (f32, f32)) {
        if let Some(from) = self.at.replace(to)
            && self.boxes.len() < MOST
        {
            self.boxes.extend(Rect::new(from.0.min(to.0), from.1.min(to.1), from.0.max(to.0), from.1.max(to.1)));
            self.whole.resize(self.boxes.len(), false);
        }
    }

    /// A curve makes the whole path a drawing.
    pub(super) fn curve(&mut self) {
        self.curved = true;
    }

    /// The path will clip what is painted behind it.
    pub(super) fn clip(&mut self) {
        self.clips = true;
    }

    /// What is left of `clip` behind the path. A clip that lets nothing through is a point.
    pub(super) fn clipped(&self, clip: Option<Rect>) -> Option<Rect> {
        if !self.clips {
            return clip;
        }
        let own = self.boxes.iter().copied().reduce(|a, b| {
            let (x0, top) = (a.x0().min(b.x0()), a.top().min(b.top()));
            Rect::new(x0, top, a.x1().max(b.x1()), a.bottom().max(b.bottom())).unwrap_or(a)
        });
        let nothing = Rect::new(0.0, 0.0, 0.0, 0.0);
        let (Some(own), Some(clip)) = (own, clip) else { return own.or(nothing) };
        let (x0, top) = (own.x0().max(clip.x0()), own.top().max(clip.top()));
        Rect::new(x0, top, own.x1().min(clip.x1()), own.bottom().min(clip.bottom())).or(nothing)
    }

    pub(super) fn forget(&mut self) {
        self.boxes.clear();
        self.whole.clear();
        (self.began, self.at) = (None, None);
        self.curved = false;
        self.clips = false;
    }

    /// The path is painted: its straight parts are rulings. A box that is not thin is a frame of four if it is `stroked`;
    /// one that is filled is a ground.
    pub(super) fn paint(&mut self, stroked: bool, rulings: &mut Vec<Rect>) {
        let mut put = |rect: Rect| {
            if is_ruling(&rect) && rulings.len() < MOST {
                rulings.push(rect);
            }
        };
        if !self.curved {
            for (rect, whole) in self.boxes.iter().zip(&self.whole) {
                let (x0, x1, top, bottom) = (rect.x0(), rect.x1(), rect.top(), rect.bottom());
                if is_ruling(rect) {
                    put(*rect);
                } else if stroked && *whole {
                    let sides =
                        [(x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)];
                    sides.into_iter().filter_map(|it| Rect::new(it.0, it.1, it.2, it.3)).for_each(&mut put);
                }
            }
        }
        self.forget();
    }
}

fn is_ruling(rect: &Rect) -> bool {
    let (width, height) = (rect.x1() - rect.x0(), rect.bottom() - rect.top());
    width.min(height) <= THICKEST && width.max(height) >= SHORTEST
}
