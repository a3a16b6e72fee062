//! Packed samples of any depth and colour → rows on a canvas.

use super::canvas::Canvas;
use super::error::{PictureError, unsupported};

/// What the samples of a pixel mean, each from 0 to its greatest value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Colour {
    /// Light.
    Grey,
    /// Red, green, blue light.
    Rgb,
    /// Cyan, magenta, yellow, black ink.
    Cmyk,
    /// Brightness and two differences of colours, as JPEG has them.
    YCbCr,
    /// CIE L*a*b*; a and b from -128 to 127 where `signed`, as TIFF has them, else with 128 for nothing.
    Lab {
        /// a and b are signed bytes.
        signed: bool,
    },
    /// One sample, the number of a colour.
    Palette(Vec<[u8; 3]>),
}

impl Colour {
    /// How many samples the colour takes.
    pub(crate) fn samples(&self) -> usize {
        match self {
            Self::Grey | Self::Palette(_) => 1,
            Self::Rgb | Self::YCbCr | Self::Lab { .. } => 3,
            Self::Cmyk => 4,
        }
    }
}

/// How the samples of a row lie: pixel by pixel, each sample packed in `bits`, the highest bit first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Samples {
    pub(crate) width: usize,
    /// Samples a pixel; those behind the colour's are left out.
    pub(crate) per_pixel: usize,
    /// 1, 2, 4, 8 or 16.
    pub(crate) bits: u8,
    pub(crate) colour: Colour,
    /// What each sample of the colour stands for, by its highest eight bits; empty for what it is. None for palettes.
    pub(crate) decode: Vec<[u8; 256]>,
    /// Which sample says how much the pixel covers the white behind it.
    pub(crate) alpha: Option<usize>,
}

impl Samples {
    /// # Errors
    /// If no row can lie so.
    pub(crate) fn check(&self) -> Result<(), PictureError> {
        if !matches!(self.bits, 1 | 2 | 4 | 8 | 16) {
            return Err(unsupported(format!("{} bits a sample", self.bits)));
        }
        if self.per_pixel < self.colour.samples() || self.per_pixel > 32 {
            return Err(unsupported(format!("{} samples a pixel", self.per_pixel)));
        }
        Ok(())
    }

    /// Bytes of a row.
    pub(crate) fn row_bytes(&self) -> usize {
        (self.width * self.per_pixel * usize::from(self.bits)).div_ceil(8)
    }

    /// Paints rows of [`Samples::row_bytes`] each. A last one that is not whole is left out.
    pub(crate) fn paint(&self, rows: &[u8], canvas: &mut Canvas) {
        let mut painter = Painter::new(self);
        for row in rows.chunks_exact(self.row_bytes().max(1)) {
            if canvas.rows_left() == 0 {
                break;
            }
            painter.row(row, canvas);
        }
    }
}

/// The tables and rows that painting needs.
struct Painter<'a> {
    samples: &'a Samples,
    /// For one sample of at most eight bits: the colour of each value.
    colours: Option<Vec<[u8; 3]>>,
    /// Are those all shades of grey?
    is_grey: bool,
    /// For one sample of one bit: the shades of the eight pixels of each byte.
    eights: Option<Box<[[u8; 8]; 256]>>,
    unpacked: Vec<u8>,
    pixels: Vec<u8>,
}

impl<'a> Painter<'a> {
    fn new(samples: &'a Samples) -> Self {
        let colours = (samples.per_pixel == 1 && samples.bits <= 8).then(|| {
            let most = (1usize << samples.bits) - 1;
            (0..=most).map(|value| samples.colour_of_value(value, most)).collect::<Vec<_>>()
        });
        let is_grey = match &colours {
            Some(colours) => colours.iter().all(|[red, green, blue]| red == green && green == blue),
            None => samples.colour == Colour::Grey,
        };
        let eights = match colours.as_deref() {
            Some([[zero, ..], [one, ..]]) if is_grey => Some(Box::new(std::array::from_fn(|byte| {
                std::array::from_fn(|place| if byte >> (7 - place) & 1 == 1 { *one } else { *zero })
            }))),
            _ => None,
        };
        Self { samples, colours, is_grey, eights, unpacked: Vec::new(), pixels: Vec::new() }
    }

    fn row(&mut self, row: &[u8], canvas: &mut Canvas) {
        let samples = self.samples;
        let plain = samples.bits == 8 && samples.decode.is_empty() && samples.alpha.is_none();
        match (&samples.colour, samples.per_pixel) {
            (Colour::Grey, 1) if plain => return canvas.grey_row(row),
            (Colour::Rgb, 3) if plain => return canvas.rgb_row(row),
            _ => {}
        }
        self.pixels.clear();
        if let Some(eights) = &self.eights {
            row.iter().for_each(|byte| self.pixels.extend_from_slice(&eights[usize::from(*byte)]));
            return canvas.grey_row(&self.pixels);
        }
        if let Some(colours) = &self.colours {
            unpack(row, samples.bits, samples.width, &mut self.unpacked);
            // Always in range: there is a colour for every value that the bits can hold.
            let colour = |value: &u8| colours.get(usize::from(*value)).copied().unwrap_or([255; 3]);
            if self.is_grey {
                self.pixels.extend(self.unpacked.iter().map(|value| colour(value)[0]));
                return canvas.grey_row(&self.pixels);
            }
            self.pixels.extend(self.unpacked.iter().flat_map(colour));
            return canvas.rgb_row(&self.pixels);
        }
        scaled(row, samples.bits, samples.width * samples.per_pixel, &mut self.unpacked);
        for pixel in self.unpacked.chunks_exact_mut(samples.per_pixel) {
            for (value, decode) in pixel.iter_mut().zip(&samples.decode) {
                *value = decode[usize::from(*value)];
            }
            let mut colour = samples.colour_of(pixel);
            if let Some(alpha) = samples.alpha.and_then(|place| pixel.get(place)) {
                colour = colour.map(|light| over_white(light, *alpha));
            }
            if self.is_grey {
                self.pixels.push(colour[0]);
            } else {
                self.pixels.extend(colour);
            }
        }
        if self.is_grey { canvas.grey_row(&self.pixels) } else { canvas.rgb_row(&self.pixels) }
    }
}

impl Samples {
    fn colour_of_value(&self, value: usize, most: usize) -> [u8; 3] {
        if let Colour::Palette(colours) = &self.colour {
            return colours.get(value).or(colours.last()).copied().unwrap_or([255; 3]);
        }
        let scaled = (value * 255 / most) as u8;
        self.colour_of(&[self.decode.first().map_or(scaled, |decode| decode[usize::from(scaled)])])
    }

    /// The red, green and blue light of a pixel. Its samples are as many as the colour takes, or more.
    fn colour_of(&self, pixel: &[u8]) -> [u8; 3] {
        match (&self.colour, pixel) {
            (Colour::Grey, [light, ..]) => [*light; 3],
            (Colour::Rgb, [red, green, blue, ..]) => [*red, *green, *blue],
            (Colour::Cmyk, [cyan, magenta, yellow, black, ..]) => of_inks([*cyan, *magenta, *yellow], *black),
            (Colour::YCbCr, [y, cb, cr, ..]) => of_differences([*y, *cb, *cr]),
            (Colour::Lab { signed }, [l, a, b, ..]) => {
                let centre = if *signed { 0 } else { 128u8 };
                let difference = |value: u8| f32::from(value.wrapping_sub(centre) as i8);
                of_lab(f32::from(*l) / 2.55, difference(*a), difference(*b))
            }
            (Colour::Palette(colours), [index, ..]) => {
                colours.get(usize::from(*index)).or(colours.last()).copied().unwrap_or([255; 3])
            }
            _ => [255; 3],
        }
    }
}

/// The light that inks leave.
pub(crate) fn of_inks(inks: [u8; 3], black: u8) -> [u8; 3] {
    inks.map(|ink| {
        let left = u32::from(255 - ink) * u32::from(255 - black);
        ((left + 127) / 255) as u8
    })
}

/// The colour of brightness and two differences, as JPEG codes them.
pub(crate) fn of_differences([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|light| (light + 0.5) as u8)
}

/// The colour of CIE L*a*b*, white point D50, in sRGB.
fn of_lab(l: f32, a: f32, b: f32) -> [u8; 3] {
    let middle = (l + 16.0) / 116.0;
    let cube = |t: f32| if t > 6.0 / 29.0 { t * t * t } else { (t - 4.0 / 29.0) * 108.0 / 841.0 };
    let (x, y, z) = (cube(middle + a / 500.0) * 0.9642, cube(middle), cube(middle - b / 200.0) * 0.8249);
    let linear = [
        3.1339 * x - 1.6169 * y - 0.4906 * z,
        -0.9788 * x + 1.9161 * y + 0.0335 * z,
        0.0719 * x - 0.2290 * y + 1.4052 * z,
    ];
    linear.map(|light| {
        let coded = if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        (coded * 255.0 + 0.5) as u8
    })
}

/// How bright `light` is that covers white by `alpha`.
pub(crate) fn over_white(light: u8, alpha: u8) -> u8 {
    let (light, alpha) = (u32::from(light), u32::from(alpha));
    ((light * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// The first `count` values of a packed row, as they are.
fn unpack(row: &[u8], bits: u8, count: usize, values: &mut Vec<u8>) {
    values.clear();
    match bits {
        1 => values.extend(row.iter().flat_map(|byte| [7, 6, 5, 4, 3, 2, 1, 0].map(|shift| byte >> shift & 1))),
        2 => values.extend(row.iter().flat_map(|byte| [6, 4, 2, 0].map(|shift| byte >> shift & 3))),
        4 => values.extend(row.iter().flat_map(|byte| [byte >> 4, byte & 15])),
        16 => values.extend(row.chunks_exact(2).map(|pair| pair[0])),
        _ => values.extend_from_slice(row),
    }
    values.truncate(count);
}

/// The same from 0 to 255.
fn scaled(row: &[u8], bits: u8, count: usize, values: &mut Vec<u8>) {
    unpack(row, bits, count, values);
    let factor = match bits {
        1 => 255,
        2 => 85,
        4 => 17,
        _ => return,
    };
    values.iter_mut().for_each(|value| *value *= factor);
}

/// The table that turns samples round: 0 stands for the most.
pub(crate) fn inverted() -> [u8; 256] {
    std::array::from_fn(|value| 255 - value as u8)
}

#[cfg(test)]
mod tests {
    use super::super::error::PictureLimits;
    use super::*;

    fn painted(samples: &Samples, rows: &[u8]) -> Vec<u8> {
        let mut canvas = Canvas::new(samples.width as u64, 1, &PictureLimits::default()).unwrap();
        samples.paint(rows, &mut canvas);
        canvas.finish().unwrap().grey
    }

    fn grey(bits: u8, width: usize) -> Samples {
        Samples { width, per_pixel: 1, bits, colour: Colour::Grey, decode: Vec::new(), alpha: None }
    }

    #[test]
    fn samples_of_each_depth_reach_white() {
        assert_eq!(painted(&grey(1, 3), &[0b0110_0000]), [0, 255, 255]);
        assert_eq!(painted(&grey(2, 3), &[0b0001_1100]), [0, 85, 255]);
        assert_eq!(painted(&grey(4, 3), &[0x0f, 0x10]), [0, 255, 17]);
        assert_eq!(painted(&grey(16, 2), &[0xff, 0xff, 0x12, 0x34]), [255, 0x12]);
    }

    #[test]
    fn a_table_turns_white_into_black() {
        let samples = Samples { decode: vec![inverted()], ..grey(1, 2) };
        assert_eq!(painted(&samples, &[0b0100_0000]), [255, 0]);
    }

    #[test]
    fn inks_and_lab_meet_at_black_and_white() {
        assert_eq!(of_inks([0, 0, 0], 0), [255; 3]);
        assert_eq!(of_inks([0, 0, 0], 255), [0; 3]);
        assert_eq!(of_lab(0.0, 0.0, 0.0), [0; 3]);
        assert!(of_lab(100.0, 0.0, 0.0).iter().all(|light| *light >= 253));
        assert_eq!(of_differences([255, 128, 128]), [255; 3]);
    }

    #[test]
    fn what_covers_nothing_is_white() {
        let samples = Samples { per_pixel: 2, alpha: Some(1), ..grey(8, 2) };
        assert_eq!(painted(&samples, &[0, 0, 0, 255]), [255, 0]);
    }
}
