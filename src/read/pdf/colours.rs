//! Colour spaces of pictures → what their samples mean.

use lopdf::{Dictionary, Object};

use super::objects::{Objects, as_dict, as_name, as_number};
use crate::read::picture::samples::{Colour, inverted, of_inks};

/// What the samples of a picture mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Space {
    pub(super) colour: Colour,
    /// What each sample stands for; empty for what it is.
    pub(super) decode: Vec<[u8; 256]>,
}

/// Spaces inside spaces.
const DEEPEST: usize = 4;

/// Bytes of a table of colours: 256 of four samples.
const LARGEST_TABLE: usize = 1024;

/// The colour space `object`; `None` where it is not known.
pub(super) fn space(objects: &Objects, object: &Object, depth: usize) -> Option<Space> {
    if depth > DEEPEST {
        return None;
    }
    let object = objects.follow(object);
    let plain = |colour| Some(Space { colour, decode: Vec::new() });
    let (name, parts): (&[u8], &[Object]) = match object {
        Object::Name(name) => (name, &[]),
        Object::Array(parts) => (as_name(objects.follow(parts.first()?))?, parts),
        _ => return None,
    };
    match name {
        b"DeviceGray" | b"G" | b"CalGray" => plain(Colour::Grey),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => plain(Colour::Rgb),
        b"DeviceCMYK" | b"CMYK" => plain(Colour::Cmyk),
        b"ICCBased" => {
            let profile = as_dict(objects.follow(parts.get(1)?))?;
            match objects.number(profile, b"N").map(|number| number as u32) {
                Some(1) => plain(Colour::Grey),
                Some(3) => {
                    let alternate = objects.get(profile, b"Alternate");
                    space(objects, alternate, depth + 1).filter(|it| it.colour.samples() == 3).or(plain(Colour::Rgb))
                }
                Some(4) => plain(Colour::Cmyk),
                _ => None,
            }
        }
        b"Lab" => lab(objects, parts.get(1).and_then(|dict| as_dict(objects.follow(dict)))),
        b"Indexed" | b"I" => indexed(objects, parts, depth),
        b"Separation" => Some(Space { colour: Colour::Grey, decode: vec![inverted()] }),
        b"DeviceN" => match objects.follow(parts.get(1)?) {
            Object::Array(names) if names.len() == 1 => Some(Space { colour: Colour::Grey, decode: vec![inverted()] }),
            Object::Array(names) if names.len() == 3 => {
                Some(Space { colour: Colour::Rgb, decode: vec![inverted(); 3] })
            }
            Object::Array(names) if names.len() == 4 => plain(Colour::Cmyk),
            _ => None,
        },
        _ => None,
    }
}

/// L* from 0 to 100, a* and b* over the range that the space says, coded with 128 for nothing.
fn lab(objects: &Objects, dict: Option<&Dictionary>) -> Option<Space> {
    let range = dict.and_then(|dict| objects.numbers::<4>(dict, b"Range")).unwrap_or([-100.0, 100.0, -100.0, 100.0]);
    let table = |least: f32, most: f32| -> [u8; 256] {
        std::array::from_fn(|value| (least + value as f32 / 255.0 * (most - least) + 128.0).round() as u8)
    };
    let same = std::array::from_fn(|value| value as u8);
    let decode = vec![same, table(range[0], range[1]), table(range[2], range[3])];
    Some(Space { colour: Colour::Lab { signed: false }, decode })
}

fn indexed(objects: &Objects, parts: &[Object], depth: usize) -> Option<Space> {
    let base = space(objects, parts.get(1)?, depth + 1)?;
    let most = as_number(objects.follow(parts.get(2)?))?.clamp(0.0, 255.0) as usize;
    let table = match objects.follow(parts.get(3)?) {
        Object::String(bytes, _) => bytes.clone(),
        Object::Stream(stream) => objects.decoded(stream).bytes,
        _ => return None,
    };
    let table = &table[..table.len().min(LARGEST_TABLE)];
    let colours = table.chunks_exact(base.colour.samples()).take(most + 1).map(|entry| {
        let value =
            |place: usize| base.decode.get(place).map_or(entry[place], |decode| decode[usize::from(entry[place])]);
        match base.colour {
            Colour::Grey => [value(0); 3],
            Colour::Cmyk => of_inks([value(0), value(1), value(2)], value(3)),
            // Brightness alone: colours of a table in L*a*b* are rare.
            Colour::Lab { .. } => [value(0); 3],
            _ => [value(0), value(1), value(2)],
        }
    });
    let colours: Vec<[u8; 3]> = colours.collect();
    (!colours.is_empty()).then_some(Space { colour: Colour::Palette(colours), decode: Vec::new() })
}

impl Space {
    /// The space of a picture that does not say, by the number of its samples.
    pub(super) fn of_count(samples: usize) -> Option<Self> {
        let colour = match samples {
            1 => Colour::Grey,
            3 => Colour::Rgb,
            4 => Colour::Cmyk,
            _ => return None,
        };
        Some(Self { colour, decode: Vec::new() })
    }

    /// With the picture's own `decode` array before it, for samples of `bits`.
    pub(super) fn with_decode(mut self, decode: &[f32], bits: u8) -> Self {
        let count = self.colour.samples();
        if decode.len() < count * 2 || !decode.iter().all(|number| number.is_finite()) {
            return self;
        }
        if let Colour::Palette(colours) = &self.colour {
            let most = ((1u32 << bits.min(8)) - 1) as f32;
            let (least, span) = (decode[0], decode[1] - decode[0]);
            if (least, span) != (0.0, most) {
                let last = colours.len() - 1;
                let index = |value: usize| (least + value as f32 / most * span).round().max(0.0) as usize;
                let turned = (0..=most as usize).map(|value| colours[index(value).min(last)]).collect();
                self.colour = Colour::Palette(turned);
            }
            return self;
        }
        // L*a*b* has ranges of its own.
        if matches!(self.colour, Colour::Lab { .. }) || decode.chunks_exact(2).all(|pair| pair == [0.0, 1.0]) {
            return self;
        }
        let tables = decode.chunks_exact(2).take(count).enumerate().map(|(place, pair)| {
            let behind = self.decode.get(place);
            std::array::from_fn(|value| {
                let light = pair[0] + value as f32 / 255.0 * (pair[1] - pair[0]);
                let light = (light.clamp(0.0, 1.0) * 255.0).round() as u8;
                behind.map_or(light, |table| table[usize::from(light)])
            })
        });
        self.decode = tables.collect();
        self
    }
}
