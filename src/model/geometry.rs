//! The frame, stated once: points of 1/72 inch, origin at the top left of the page as displayed (after rotation,
//! inside the crop box), x to the right, y down.

use serde::{Deserialize, Serialize};

/// A box on a page. Always finite, with `x0 <= x1` and `top <= bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    x0: f32,
    top: f32,
    x1: f32,
    bottom: f32,
}

impl Rect {
    /// A box from its edges in points; `None` if an edge is not finite or the edges are out of order.
    pub fn new(x0: f32, top: f32, x1: f32, bottom: f32) -> Option<Self> {
        let finite = [x0, top, x1, bottom].iter().all(|edge| edge.is_finite());
        (finite && x0 <= x1 && top <= bottom).then_some(Self { x0, top, x1, bottom })
    }

    /// Left edge, points.
    pub fn x0(&self) -> f32 {
        self.x0
    }

    /// Upper edge, points.
    pub fn top(&self) -> f32 {
        self.top
    }

    /// Right edge, points.
    pub fn x1(&self) -> f32 {
        self.x1
    }

    /// Lower edge, points.
    pub fn bottom(&self) -> f32 {
        self.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::Rect;

    #[test]
    fn edges_out_of_order_make_no_box() {
        assert!(Rect::new(1.0, 1.0, 2.0, 3.0).is_some());
        assert!(Rect::new(2.0, 1.0, 1.0, 3.0).is_none());
        assert!(Rect::new(0.0, f32::NAN, 1.0, 3.0).is_none());
    }
}
