//! Coordinates: the six numbers that turn one frame into another.

use crate::model::Rect;

/// `[a b c d e f]`: (x, y) goes to (a·x + c·y + e, b·x + d·y + f).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First `self`, then `next`.
    #[inline]
    pub(super) fn then(&self, next: &Self) -> Self {
        let (Self([a, b, c, d, e, f]), Self([na, nb, nc, nd, ne, nf])) = (self, next);
        Self([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    /// Where a point goes.
    #[inline]
    pub(super) fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// Where a distance goes.
    #[inline]
    pub(super) fn distance(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, ..] = self.0;
        (a * x + c * y, b * x + d * y)
    }

    /// The box around where a box goes.
    pub(super) fn rect(&self, [x0, y0, x1, y1]: [f32; 4]) -> Option<Rect> {
        let corners = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| self.point(x, y));
        let least = |pick: fn((f32, f32)) -> f32| corners.into_iter().map(pick).fold(f32::INFINITY, f32::min);
        let most = |pick: fn((f32, f32)) -> f32| corners.into_iter().map(pick).fold(f32::NEG_INFINITY, f32::max);
        Rect::new(least(|it| it.0), least(|it| it.1), most(|it| it.0), most(|it| it.1))
    }
}

#[cfg(test)]
mod tests {
    use super::Matrix;

    #[test]
    fn matrices_follow_each_other() {
        let twice = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(Matrix::shift(3.0, 4.0).then(&twice).point(1.0, 1.0), (8.0, 10.0));
        assert_eq!(twice.then(&Matrix::shift(3.0, 4.0)).point(1.0, 1.0), (5.0, 6.0));
    }
}
