//! Shades of grey in rows: made smaller, turned, and looked at between the pixels.

/// So many pixels in a hundred are paper, at least, where there is text.
pub(super) const PAPER_PERCENT: u64 = 25;

/// How many pixels have which shade.
pub(super) struct Histogram {
    counts: [u64; 256],
    total: u64,
}

impl Histogram {
    pub(super) fn of<'a>(shades: impl IntoIterator<Item = &'a u8>) -> Self {
        let mut histogram = Self { counts: [0; 256], total: 0 };
        for shade in shades {
            histogram.counts[usize::from(*shade)] += 1;
            histogram.total += 1;
        }
        histogram
    }

    /// The shade that so many pixels in a hundred do not exceed.
    pub(super) fn darkest(&self, percent: u64) -> u8 {
        self.reached(0..=u8::MAX, percent).unwrap_or(u8::MAX)
    }

    /// The shade that so many pixels in a hundred reach.
    pub(super) fn brightest(&self, percent: u64) -> u8 {
        self.reached((0..=u8::MAX).rev(), percent).unwrap_or(0)
    }

    fn reached(&self, mut shades: impl Iterator<Item = u8>, percent: u64) -> Option<u8> {
        let mut sum = 0;
        shades.find(|shade| {
            sum += self.counts[usize::from(*shade)];
            sum * 100 >= percent * self.total
        })
    }
}

/// A picture in shades of grey, 0 black to 255 white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shades: Vec<u8>,
}

impl Plane {
    /// `None` if there are not as many shades as pixels, or no pixel.
    pub(super) fn new(width: usize, height: usize, shades: Vec<u8>) -> Option<Self> {
        (width > 0 && height > 0 && width.checked_mul(height) == Some(shades.len())).then_some(Self {
            width,
            height,
            shades,
        })
    }

    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.shades[y * self.width..(y + 1) * self.width]
    }

    /// The shade at a point, pixels being points at half numbers; the edge goes on outside.
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_share, lower_share) = (x - left, y - top);
        let column = |x: f32| (x.max(0.0) as usize).min(self.width - 1);
        let (x0, x1) = (column(left), column(left + 1.0));
        let upper = self.row((top.max(0.0) as usize).min(self.height - 1));
        let lower = self.row(((top + 1.0).max(0.0) as usize).min(self.height - 1));
        let mix = |row: &[u8]| f32::from(row[x0]) * (1.0 - right_share) + f32::from(row[x1]) * right_share;
        mix(upper) * (1.0 - lower_share) + mix(lower) * lower_share
    }

    /// The picture at another size: what is smaller has the mean of the pixels it stands for.
    pub(super) fn resized(&self, width: usize, height: usize) -> Self {
        let (columns, rows) = (shares(self.width, width), shares(self.height, height));
        let mut shades = Vec::with_capacity(width * height);
        let mut sums = vec![0.0f32; self.width];
        for (first, weights) in &rows {
            sums.fill(0.0);
            for (place, weight) in weights.iter().enumerate() {
                for (sum, shade) in sums.iter_mut().zip(self.row(first + place)) {
                    *sum += weight * f32::from(*shade);
                }
            }
            shades.extend(columns.iter().map(|(first, weights)| {
                let own = &sums[*first..first + weights.len()];
                let mean: f32 = own.iter().zip(weights).map(|(sum, weight)| sum * weight).sum();
                (mean + 0.5) as u8
            }));
        }
        Self { width, height, shades }
    }

    /// A quarter, half or three quarters of a turn, clockwise.
    pub(super) fn turned(&self, quarters: u8) -> Self {
        let (width, height) = if quarters % 2 == 1 { (self.height, self.width) } else { (self.width, self.height) };
        let mut shades = Vec::with_capacity(self.shades.len());
        for y in 0..height {
            match quarters % 4 {
                0 => shades.extend_from_slice(self.row(y)),
                1 => shades.extend((0..width).map(|x| self.shades[(self.height - 1 - x) * self.width + y])),
                2 => shades.extend(self.row(self.height - 1 - y).iter().rev()),
                _ => shades.extend((0..width).map(|x| self.shades[x * self.width + self.width - 1 - y])),
            }
        }
        Self { width, height, shades }
    }
}

/// For each of `to` pixels the first of `from` pixels it stands for, and the weights of those, which sum to 1.
fn shares(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let step = from as f32 / to as f32;
    let share = |index: usize| {
        if step <= 1.0 {
            // Larger: between the two nearest.
            let middle = ((index as f32 + 0.5) * step - 0.5).max(0.0);
            let first = (middle as usize).min(from - 1);
            let second = middle - first as f32;
            return if first + 1 < from { (first, vec![1.0 - second, second]) } else { (first, vec![1.0]) };
        }
        let (begin, end) = (index as f32 * step, (index + 1) as f32 * step);
        let first = (begin as usize).min(from - 1);
        let last = (end.ceil() as usize).clamp(first + 1, from);
        let weights: Vec<f32> =
            (first..last).map(|at| (end.min(at as f32 + 1.0) - begin.max(at as f32)).max(0.0)).collect();
        let sum: f32 = weights.iter().sum();
        (first, weights.iter().map(|weight| weight / sum).collect())
    };
    (0..to).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, shades: &[u8]) -> Plane {
        Plane::new(width, shades.len() / width, shades.to_vec()).unwrap()
    }

    #[test]
    fn a_smaller_picture_has_the_mean_of_its_pixels() {
        assert_eq!(plane(4, &[0, 100, 200, 200, 0, 100, 200, 200]).resized(2, 1).shades, [50, 200]);
    }

    #[test]
    fn a_picture_three_halves_as_large_shares_its_pixels() {
        assert_eq!(plane(3, &[0, 90, 180]).resized(2, 1).shades, [30, 150]);
    }

    #[test]
    fn turns_are_clockwise() {
        let two = plane(2, &[1, 2, 3, 4]);
        assert_eq!(two.turned(1).shades, [3, 1, 4, 2]);
        assert_eq!(two.turned(2).shades, [4, 3, 2, 1]);
        assert_eq!(two.turned(3).shades, [2, 4, 1, 3]);
        assert_eq!(two.turned(1).turned(3), two);
        assert_eq!(plane(3, &[1, 2, 3, 4, 5, 6]).turned(1).shades, [4, 1, 5, 2, 6, 3]);
    }

    #[test]
    fn between_two_pixels_is_their_mean() {
        let two = plane(2, &[0, 200]);
        assert_eq!(two.between(1.0, 0.5), 100.0);
        assert_eq!(two.between(-3.0, 9.0), 0.0);
    }
}
