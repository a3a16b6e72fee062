//! A page as printed, and over it the boxes of its lines in the colours of their roles, as PNG.

use crate::model::{Document, Picture, Rect, Role};

/// Width of the edge of a box, pixels.
const EDGE: usize = 2;

/// How much of its colour a box has inside, of 256.
const TINT: u32 = 36;

/// Page `number` of `document`, whose picture is `picture`.
///
/// # Errors
/// If the picture is too large to be written.
pub(super) fn page(document: &Document, number: u32, picture: &Picture) -> anyhow::Result<Vec<u8>> {
    let mut pixels: Vec<[u8; 3]> = picture.grey.iter().map(|shade| [*shade; 3]).collect();
    if let Some(&(width, height)) = document.page_sizes.get(number as usize - 1) {
        let scale = (picture.width as f32 / width.max(1.0), picture.height as f32 / height.max(1.0));
        for line in document.lines.iter().filter(|line| line.page == Some(number)) {
            if let Some(bbox) = line.bbox {
                lay(&mut pixels, (picture.width, picture.height), &bbox, scale, line.role);
            }
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::try_from(picture.width)?, u32::try_from(picture.height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.as_flattened())?;
    writer.finish()?;
    Ok(out)
}

fn lay(pixels: &mut [[u8; 3]], (width, height): (usize, usize), bbox: &Rect, scale: (f32, f32), role: Role) {
    let place = |points: f32, scale: f32, most: usize| (points * scale).round().clamp(0.0, most as f32) as usize;
    let (left, right) = (place(bbox.x0(), scale.0, width), place(bbox.x1(), scale.0, width));
    let (top, bottom) = (place(bbox.top(), scale.1, height), place(bbox.bottom(), scale.1, height));
    let colour = rgb(super::draw::colour(role));
    for y in top..bottom {
        for x in left..right {
            let is_edge = y < top + EDGE || y + EDGE >= bottom || x < left + EDGE || x + EDGE >= right;
            let tint = if is_edge { 256 } else { TINT };
            let pixel = &mut pixels[y * width + x];
            for (light, own) in pixel.iter_mut().zip(colour) {
                *light = ((u32::from(*light) * (256 - tint) + u32::from(own) * tint) >> 8) as u8;
            }
        }
    }
}

/// The colour that `#rrggbb` is.
fn rgb(hex: &str) -> [u8; 3] {
    let number = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0);
    [(number >> 16) as u8, (number >> 8) as u8, number as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_an_edge_and_a_tint() {
        let mut pixels = vec![[255; 3]; 100];
        let bbox = Rect::new(0.5, 0.5, 5.0, 5.0).unwrap();
        lay(&mut pixels, (10, 10), &bbox, (2.0, 2.0), Role::Body);
        assert_eq!(pixels[11], rgb("#0072b2"));
        assert!(pixels[55][0] > 200 && pixels[55][0] < 255);
        assert_eq!(pixels[0], [255; 3]);
    }
}
