//! What a font is called, and whether it is bold.

use encoding_rs::GBK;
use lopdf::Dictionary;

use super::super::objects::Objects;
use crate::model::Face;

/// Flag of a font descriptor: letters are to look bold even at small sizes.
const FORCE_BOLD: i64 = 1 << 18;
/// Stems of bold letters are at least this thick, in thousandths of an em (Helvetica-Bold 140, Times-Bold 139,
/// Helvetica 84). Above the second number it is a mistake.
const BOLD_STEM: std::ops::RangeInclusive<f32> = 138.0..=400.0;

/// The face of the font `dict`; `inner` is its descendant, or the same.
pub(super) fn of(objects: &Objects, dict: &Dictionary, inner: &Dictionary, descriptor: &Dictionary) -> Face {
    // The name of a composite font may have that of its CMap behind it.
    let names = [(inner, b"BaseFont".as_slice()), (dict, b"BaseFont"), (descriptor, b"FontName"), (dict, b"Name")];
    let name = names.into_iter().find_map(|(dict, key)| objects.name(dict, key)).unwrap_or_default();
    let name = decoded(name);
    let number = |key: &[u8]| objects.number(descriptor, key);
    let bold = is_bold(&name)
        || flags(objects, descriptor) & FORCE_BOLD != 0
        || number(b"FontWeight").is_some_and(|weight| weight >= 600.0)
        || number(b"StemV").is_some_and(|stem| BOLD_STEM.contains(&stem));
    Face { name, bold }
}

/// The flags of a font descriptor.
pub(super) fn flags(objects: &Objects, descriptor: &Dictionary) -> i64 {
    objects.get(descriptor, b"Flags").as_i64().unwrap_or(0)
}

/// The name without subset tag; `#xx` that survived the reading of the file and bytes in GBK are decoded.
fn decoded(name: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'#').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    let name = match std::str::from_utf8(&bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => GBK.decode_without_bom_handling(&bytes).0.into_owned(),
    };
    match name.split_once('+') {
        Some((tag, name)) if tag.len() == 6 && tag.bytes().all(|byte| byte.is_ascii_uppercase()) => name.to_owned(),
        _ => name,
    }
}

fn is_bold(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // `Blackadder` is no weight.
    let is_word = |word: &str| {
        name.match_indices(word)
            .any(|(at, _)| !name[at + word.len()..].starts_with(|next: char| next.is_ascii_lowercase()))
    };
    lower.contains("bold") || name.contains('粗') || ["Black", "Heavy", "Demi"].into_iter().any(is_word)
}

/// Whether a font of this name is Chinese. Used where nothing else tells bytes of GBK from Latin letters.
pub(super) fn is_chinese(name: &str) -> bool {
    const STARTS: [&str; 20] = [
        "simsun",
        "simhei",
        "simkai",
        "simfang",
        "simli",
        "simyou",
        "nsimsun",
        "fangsong",
        "kaiti",
        "kai_",
        "song",
        "heiti",
        "msyh",
        "microsoftyahei",
        "dengxian",
        "stsong",
        "stkai",
        "stfang",
        "sthei",
        "stxi",
    ];
    const PARTS: [&str; 8] = ["songti", "biaosong", "shusong", "fangsong", "heiti", "kaiti", "yahei", "zhongsong"];
    let lower = name.to_ascii_lowercase();
    let founder = name.strip_prefix("FZ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    !name.is_ascii()
        || founder
        || STARTS.iter().any(|start| lower.starts_with(start))
        || PARTS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_tags_and_escapes() {
        for (bytes, name) in [
            (b"ABCDEF+SimSun".as_slice(), "SimSun"),
            (b"ABCDE+SimSun", "ABCDE+SimSun"),
            (b"\xCB\xCE\xCC\xE5", "宋体"),
            (b"#CB#CE#CC#E5,Bold", "宋体,Bold"),
            ("方正小标宋".as_bytes(), "方正小标宋"),
            (b"C#", "C#"),
            (b"#zz", "#zz"),
        ] {
            assert_eq!(decoded(bytes), name);
        }
    }

    #[test]
    fn weights_and_languages_are_told_by_names() {
        for name in ["SimSun,Bold", "SourceHanSansCN-Heavy", "helvetica-bold", "NotoSansSC-Black", "Foo-SemiBold"] {
            assert!(is_bold(name), "{name}");
        }
        for name in ["SimHei", "黑体", "Blackadder", "Demiurge", "HeavyMetalFont1"] {
            assert_eq!(is_bold(name), name == "HeavyMetalFont1", "{name}");
        }
        for (name, chinese) in [
            ("SimSun", true),
            ("宋体", true),
            ("FZXBSJW", true),
            ("XiaoBiaoSong", true),
            ("Arial", false),
            ("Fzed", false),
        ] {
            assert_eq!(is_chinese(name), chinese, "{name}");
        }
    }
}
