//! A page → the boxes of its lines, by the detection network: the page is brought to the size at which its print is as
//! large as the network likes it, in tiles if need be.

use super::models::{Map, Models, ModelsError};
use super::plane::Plane;

/// Where the network sees a line, in pixels of the page: a slanted box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    /// Its ends along and across the direction of the page, see [`Slant`].
    pub(super) u0: f32,
    pub(super) v0: f32,
    pub(super) u1: f32,
    pub(super) v1: f32,
}

impl Seen {
    pub(super) fn width(&self) -> f32 {
        self.u1 - self.u0
    }

    pub(super) fn height(&self) -> f32 {
        self.v1 - self.v0
    }
}

/// The direction of a page's lines: `u` along them, `v` across, `x` and `y` on the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slant {
    cos: f32,
    sin: f32,
}

impl Slant {
    pub(super) fn new(angle: f32) -> Self {
        Self { cos: angle.cos(), sin: angle.sin() }
    }

    pub(super) fn along(self, x: f32, y: f32) -> (f32, f32) {
        (x * self.cos + y * self.sin, y * self.cos - x * self.sin)
    }

    pub(super) fn back(self, u: f32, v: f32) -> (f32, f32) {
        (u * self.cos - v * self.sin, u * self.sin + v * self.cos)
    }
}

/// Print is found best and cheapest when a character is so many pixels large.
const EM: f32 = 11.0;

/// What the network is asked at once is not larger, pixels a side; it needs some 130 bytes a pixel.
const TILE: usize = 960;

/// Tiles overlap by so many pixels.
const OVERLAP: usize = 96;

/// Smaller pages are looked at larger.
const LEAST_SIDE: f32 = 320.0;

/// A page is never made larger by more.
const MOST_ENLARGED: f32 = 2.0;

/// Pixels that all tiles of a page may have together.
const MOST_PIXELS: f32 = 24e6;

/// A pixel is in a line if the network is surer of it than this.
const SURE: f32 = 0.3;

/// A line is one if the network is as sure of its pixels, on the mean.
const SURE_OF_LINE: f32 = 0.5;

/// A line has more pixels.
const LEAST_AREA: usize = 8;

/// The network draws lines thinner than they are: how much is given back, as in the paper on differentiable
/// binarisation (Liao and others 2020), with the factor that PaddleOCR's settings have.
const GIVEN_BACK: f32 = 1.6;

/// The boxes that the network sees on `page`, whose characters are about `em` pixels large, and the direction they lie in.
pub(super) fn detect(models: &Models, page: &Plane, em: f32) -> Result<(Vec<Seen>, Slant), ModelsError> {
    let (width, height) = (page.width as f32, page.height as f32);
    let wanted = (EM / em).max(LEAST_SIDE / width.max(height));
    let scale = wanted.min(MOST_ENLARGED).min((MOST_PIXELS / (width * height)).sqrt());
    let side = |length: f32| ((length * scale / 32.0).round().max(1.0) * 32.0) as usize;
    let small = page.resized(side(width), side(height));
    let map = tiled(models, &small)?;
    let (step_x, step_y) = (width / map.width as f32, height / map.height as f32);
    let regions = regions(&map);
    let slant = Slant::new(slope(&regions, map.width, step_y / step_x).atan());
    let seen = regions.iter().map(|region| {
        let mut seen = Seen { u0: f32::MAX, v0: f32::MAX, u1: f32::MIN, v1: f32::MIN };
        for &(from, to, y) in &region.runs {
            for x in [from, to] {
                for y in [y as f32, y as f32 + 1.0] {
                    let (u, v) = slant.along(x as f32 * step_x, y * step_y);
                    seen = Seen { u0: seen.u0.min(u), v0: seen.v0.min(v), u1: seen.u1.max(u), v1: seen.v1.max(v) };
                }
            }
        }
        let more = seen.width() * seen.height() * GIVEN_BACK / (2.0 * (seen.width() + seen.height()));
        Seen { u0: seen.u0 - more, v0: seen.v0 - more, u1: seen.u1 + more, v1: seen.v1 + more }
    });
    Ok((seen.collect(), slant))
}

/// The network's map of a page of any size. Where tiles overlap, each has the half that is farther from its edge.
fn tiled(models: &Models, page: &Plane) -> Result<Map, ModelsError> {
    let (columns, rows) = (tiles(page.width), tiles(page.height));
    let mut whole = Map { width: page.width, height: page.height, shares: vec![0.0; page.width * page.height] };
    for &(y0, y1) in &rows {
        for &(x0, x1) in &columns {
            let input: Vec<u8> = (y0..y1).flat_map(|y| &page.row(y)[x0..x1]).copied().collect();
            if input.iter().all(|shade| *shade == input[0]) {
                continue;
            }
            let map = models.detect(&input, x1 - x0, y1 - y0)?;
            let (inner_x, inner_y) = (inner(x0, x1, page.width), inner(y0, y1, page.height));
            if (map.width, map.height) != (x1 - x0, y1 - y0) {
                let reason = "its map has another size than its input".to_owned();
                return Err(ModelsError::Run { kind: "detection", reason });
            }
            for y in inner_y.0..inner_y.1 {
                let from = (y - y0) * map.width;
                let own = &map.shares[from + inner_x.0 - x0..from + inner_x.1 - x0];
                whole.shares[y * page.width + inner_x.0..y * page.width + inner_x.1].copy_from_slice(own);
            }
        }
    }
    Ok(whole)
}

/// From where to where the tiles of a side reach; all sides are multiples of 32.
fn tiles(length: usize) -> Vec<(usize, usize)> {
    if length <= TILE {
        return vec![(0, length)];
    }
    let count = (length - OVERLAP).div_ceil(TILE - OVERLAP);
    let step = ((length - OVERLAP).div_ceil(count)).next_multiple_of(32);
    let starts = (0..count).map(|index| index * step).filter(|start| start + OVERLAP < length);
    starts.map(|start| (start, (start + step + OVERLAP).min(length))).collect()
}

/// The part of a tile that is its own.
fn inner(from: usize, to: usize, length: usize) -> (usize, usize) {
    let half = OVERLAP / 2;
    (if from == 0 { 0 } else { from + half }, if to == length { length } else { to - half })
}

/// A line as the network draws it: stretches of pixels `(from, to, y)`.
struct Region {
    runs: Vec<(u32, u32, u32)>,
    area: usize,
}

/// What hangs together on the map, from top to bottom.
fn regions(map: &Map) -> Vec<Region> {
    let mut regions: Vec<(Region, f32)> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    let (mut above, mut own): (Vec<(u32, u32, usize)>, Vec<_>) = (Vec::new(), Vec::new());
    for (y, row) in map.shares.chunks(map.width).enumerate() {
        own.clear();
        let mut x = 0;
        while let Some(start) = row[x..].iter().position(|share| *share > SURE) {
            let from = x + start;
            let to = row[from..].iter().position(|share| *share <= SURE).map_or(row.len(), |length| from + length);
            let touches = |run: &&(u32, u32, usize)| run.0 as usize <= to && from <= run.1 as usize;
            let mut region = None;
            for &(_, _, other) in above.iter().filter(touches) {
                let other = root(&parents, other);
                region = Some(match region {
                    Some(first) if first != other => {
                        let (keep, drop): (usize, usize) = if first < other { (first, other) } else { (other, first) };
                        parents[drop] = keep;
                        let (gone, sum) =
                            std::mem::replace(&mut regions[drop], (Region { runs: Vec::new(), area: 0 }, 0.0));
                        regions[keep].0.runs.extend(gone.runs);
                        regions[keep].0.area += gone.area;
                        regions[keep].1 += sum;
                        keep
                    }
                    _ => other,
                });
            }
            let region = region.unwrap_or_else(|| {
                parents.push(parents.len());
                regions.push((Region { runs: Vec::new(), area: 0 }, 0.0));
                parents.len() - 1
            });
            let (kept, sum) = &mut regions[region];
            kept.runs.push((from as u32, to as u32, y as u32));
            kept.area += to - from;
            *sum += row[from..to].iter().sum::<f32>();
            own.push((from as u32, to as u32, region));
            x = to;
        }
        std::mem::swap(&mut above, &mut own);
    }
    let is_line = |(region, sum): &(Region, f32)| region.area >= LEAST_AREA && *sum > SURE_OF_LINE * region.area as f32;
    regions.into_iter().filter(is_line).map(|(region, _)| region).collect()
}

fn root(parents: &[usize], mut region: usize) -> usize {
    while parents[region] != region {
        region = parents[region];
    }
    region
}

/// How steep the lines of the page are, down over across, in pixels of the page: the middle one of the long lines,
/// weighed by length.
fn slope(regions: &[Region], width: usize, aspect: f32) -> f32 {
    const LONG: f32 = 0.15;
    let mut slopes: Vec<(f32, f32)> = Vec::new();
    for region in regions {
        let left = region.runs.iter().map(|run| run.0).min().unwrap_or_default();
        let right = region.runs.iter().map(|run| run.1).max().unwrap_or_default();
        let (top, bottom) = (region.runs.iter().map(|run| run.2).min(), region.runs.iter().map(|run| run.2).max());
        let tall = (bottom.unwrap_or_default() - top.unwrap_or_default()) as f32;
        let length = (right - left) as f32;
        let pixels = || region.runs.iter().flat_map(|&(from, to, y)| (from..to).map(move |x| (x, y)));
        if length > LONG * width as f32 && length > 4.0 * tall {
            slopes.push((least_squares(pixels()) * aspect, length));
        } else if tall > LONG * width as f32 && tall > 4.0 * length {
            // A line that runs down leans to the left where others fall to the right.
            slopes.push((-least_squares(pixels().map(|(x, y)| (y, x))) / aspect, tall));
        }
    }
    slopes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half: f32 = slopes.iter().map(|slope| slope.1).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    let middle = slopes.iter().find(|slope| {
        sum += slope.1;
        sum >= half
    });
    middle.map_or(0.0, |slope| slope.0)
}

/// The slope of the straight line nearest to the pixels.
fn least_squares(pixels: impl Iterator<Item = (u32, u32)>) -> f32 {
    let (mut count, mut xs, mut ys, mut xxs, mut xys) = (0.0f64, 0.0f64, 0.0f64, 0.0f64, 0.0f64);
    for (x, y) in pixels {
        let (x, y) = (f64::from(x), f64::from(y));
        count += 1.0;
        xs += x;
        ys += y;
        xxs += x * x;
        xys += x * y;
    }
    let spread = count * xxs - xs * xs;
    if spread > 0.0 { ((count * xys - xs * ys) / spread) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rows: &[&str]) -> Map {
        let shares = rows.iter().flat_map(|row| row.bytes().map(|c| if c == b'#' { 0.9 } else { 0.1 })).collect();
        Map { width: rows[0].len(), height: rows.len(), shares }
    }

    #[test]
    fn tiles_cover_a_side_and_their_own_parts_part_it() {
        for length in [32, 960, 992, 1920, 3264, 5024] {
            let tiles = tiles(length);
            let mut at = 0;
            for &(from, to) in &tiles {
                let (own_from, own_to) = inner(from, to, length);
                assert_eq!(own_from, at, "{length}: {tiles:?}");
                assert!(to - from <= TILE + 32 && (to - from) % 32 == 0, "{length}: {tiles:?}");
                at = own_to;
            }
            assert_eq!(at, length);
        }
    }

    #[test]
    fn regions_that_meet_are_one() {
        let rows = ["####....####", "####....####", "############", "............", "...#........"];
        let regions = regions(&map(&rows));
        assert_eq!(regions.len(), 1);
        assert_eq!(regions[0].area, 28);
    }

    #[test]
    fn the_slope_of_a_page_is_that_of_its_lines() {
        let runs = (0..100).map(|x| (x, x + 1, 10 + x / 20)).collect();
        let across = slope(&[Region { runs, area: 100 }], 120, 1.0);
        assert!((across - 0.05).abs() < 0.005, "{across}");
        let runs = (0..100).map(|y| (40 - y / 20, 41 - y / 20, y)).collect();
        let down = slope(&[Region { runs, area: 100 }], 120, 1.0);
        assert!((down - 0.05).abs() < 0.005, "{down}");
    }

    #[test]
    fn a_slant_goes_there_and_back() {
        let slant = Slant::new(0.05);
        let (u, v) = slant.along(100.0, 40.0);
        let (x, y) = slant.back(u, v);
        assert!((x - 100.0).abs() < 1e-3 && (y - 40.0).abs() < 1e-3);
    }
}
