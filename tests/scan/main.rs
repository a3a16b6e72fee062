//! Pages in every coding that a scan may have, made for this project: each must come out as the same small page.
//!
//! `make_files.py` writes `files/` and `files/truth.json`, and says what the page looks like. What is looked at are
//! probes: the middle of each mark, and paper beside it, so that turns, mirror images, inversions and mixed up strips
//! are told apart, whatever a lossy coding does to edges.

mod bombs;
mod reading;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use jianbao::model::Picture;
use jianbao::read::pdf;
use jianbao::read::picture::{PictureError, PictureFile, PictureLimits};
use serde_json::Value;

/// What a file must be read as.
struct Truth {
    kind: String,
    size: (usize, usize),
    dpi: Option<(f32, f32)>,
    pages: usize,
    /// Light of the grey patch.
    grey: u8,
    /// It is no picture that can be taken out of the file, so its pixels are new.
    is_drawn: bool,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scan/files")
}

fn truths() -> BTreeMap<String, Truth> {
    let text = fs::read_to_string(folder().join("truth.json")).expect("the truths can be read");
    let all: BTreeMap<String, Value> = serde_json::from_str(&text).expect("the truths are JSON");
    let pair = |value: &Value| Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?));
    let truth = |value: &Value| Truth {
        kind: value["kind"].as_str().expect("a kind").to_owned(),
        size: pair(&value["size"]).map(|(x, y)| (x as usize, y as usize)).expect("a size"),
        dpi: pair(&value["dpi"]).map(|(x, y)| (x as f32, y as f32)),
        pages: value["pages"].as_u64().unwrap_or(1) as usize,
        grey: value["grey"].as_u64().unwrap_or(128) as u8,
        is_drawn: value["is_drawn"].as_bool().unwrap_or(false),
    };
    all.iter().map(|(name, value)| (name.clone(), truth(value))).collect()
}

fn pictures(name: &str, bytes: &[u8]) -> Vec<Result<Picture, PictureError>> {
    let limits = PictureLimits::default();
    if name.ends_with(".pdf") {
        let file = pdf::read(bytes, &pdf::Limits::default(), |_| false, |_, paper| paper.picture(&limits))
            .expect("a PDF file");
        return file.pages.into_iter().map(|page| page.made).collect();
    }
    let file = PictureFile::open(bytes, &limits).expect("a picture file");
    (0..file.pages()).map(|page| file.page(page)).collect()
}

#[test]
fn every_file_is_the_same_page() {
    let truths = truths();
    assert!(truths.len() > 150, "there are {} truths", truths.len());
    let mut misses = Vec::new();
    for (name, truth) in &truths {
        let bytes = fs::read(folder().join(name)).expect("the file can be read");
        let pictures = pictures(name, &bytes);
        if pictures.len() != truth.pages {
            misses.push(format!("{name}: {} pages", pictures.len()));
        }
        match &pictures[0] {
            Ok(picture) => misses.extend(misses_of(picture, truth).into_iter().map(|miss| format!("{name}: {miss}"))),
            Err(error) => misses.push(format!("{name}: {}: {error}", error.code())),
        }
    }
    assert!(misses.is_empty(), "{} misses\n{}", misses.len(), misses.join("\n"));
}

fn misses_of(picture: &Picture, truth: &Truth) -> Vec<String> {
    let mut misses = Vec::new();
    let mut hold = |holds: bool, what: String| {
        if !holds {
            misses.push(what);
        }
    };
    if !truth.is_drawn {
        let size = (picture.width, picture.height);
        hold(size == truth.size, format!("{size:?} pixels, not {:?}", truth.size));
        let near = |a: Option<(f32, f32)>, b: Option<(f32, f32)>| match (a, b) {
            (Some(a), Some(b)) => (a.0 - b.0).abs() < 0.5 && (a.1 - b.1).abs() < 0.5,
            (a, b) => a == b,
        };
        hold(near(picture.dpi, truth.dpi), format!("{:?} dpi, not {:?}", picture.dpi, truth.dpi));
    }
    hold(picture.grey.len() == picture.width * picture.height, "a plane of another size".to_owned());
    // The probes are places of the page as it was made, on a picture of any size.
    let at = |plane: &[u8], x: usize, y: usize| {
        let (x, y) = (x * picture.width / truth.size.0, y * picture.height / truth.size.1);
        plane.get(y * picture.width + x).copied().unwrap_or(77)
    };
    for (x, y) in [(24, 24), (12, 35), (96, 12), (86, 11), (12, 144), (11, 124)] {
        hold(at(&picture.grey, x, y) < 60, format!("{} at {x}, {y}, which is black", at(&picture.grey, x, y)));
    }
    for (x, y) in [(96, 28), (32, 144), (110, 150), (60, 50), (60, 10), (10, 60), (100, 120)] {
        hold(at(&picture.grey, x, y) > 215, format!("{} at {x}, {y}, which is white", at(&picture.grey, x, y)));
    }
    if truth.kind != "bilevel" {
        let middle = at(&picture.grey, 62, 78);
        hold(middle.abs_diff(truth.grey) <= 16, format!("{middle} in the grey patch, not {}", truth.grey));
    }
    if truth.kind == "bilevel" && !truth.is_drawn {
        let shades = picture.grey.iter().filter(|shade| !matches!(shade, 0 | 255)).count();
        hold(shades == 0, format!("{shades} pixels are neither black nor white"));
    }
    match &picture.red {
        Some(red) if truth.kind == "colour" => {
            hold(red.len() == picture.grey.len(), "a red plane of another size".to_owned());
            hold(at(red, 60, 124) > 180, format!("{} in the red patch of the red plane", at(red, 60, 124)));
            hold(at(red, 60, 104) < 90, format!("{} in the blue patch of the red plane", at(red, 60, 104)));
            hold(at(red, 24, 24) < 60, "the square is missing in the red plane".to_owned());
            hold(at(red, 100, 140) > 215, "paper is missing in the red plane".to_owned());
            hold(at(&picture.grey, 60, 124) < 120, format!("{} in the red patch", at(&picture.grey, 60, 124)));
        }
        None if truth.kind != "colour" => {}
        red => hold(false, format!("red plane: {}", red.is_some())),
    }
    misses
}

#[test]
fn pages_of_a_file_are_told_apart() {
    let bytes = fs::read(folder().join("pages_3.tif")).expect("the file can be read");
    let pictures: Vec<Picture> =
        pictures("pages_3.tif", &bytes).into_iter().map(|page| page.expect("a page")).collect();
    assert_eq!(pictures.len(), 3);
    let turned: Vec<u8> = pictures[0].grey.iter().rev().copied().collect();
    assert_eq!(pictures[1].grey, turned);
    assert!(pictures[2].grey.contains(&128));
}

#[test]
fn a_page_that_is_not_there_is_an_error() {
    let bytes = fs::read(folder().join("1.png")).expect("the file can be read");
    let file = PictureFile::open(&bytes, &PictureLimits::default()).expect("a picture file");
    assert_eq!(file.page(1).expect_err("no second page").code(), "no-such-page");
}

#[test]
fn every_file_has_a_truth_and_every_truth_a_file() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .expect("the folder can be read")
        .filter_map(|entry| entry.expect("the folder can be read").file_name().into_string().ok())
        .filter(|name| name != "truth.json")
        .collect();
    files.sort();
    assert_eq!(files, truths().into_keys().collect::<Vec<_>>());
}

/// Cuts and flips bits of every file: an answer comes, whatever it is.
#[test]
fn damage_is_no_panic() {
    for (name, _) in truths() {
        let bytes = fs::read(folder().join(&name)).expect("the file can be read");
        let limits = PictureLimits { pixels: 1 << 22, bytes: 1 << 26, pages: 8 };
        for part in 1..12 {
            let mut damaged = bytes.clone();
            if part % 2 == 0 {
                damaged.truncate(bytes.len() * part / 12);
            } else {
                for place in (part * 7..damaged.len()).step_by(bytes.len() / 9 + 1) {
                    damaged[place] ^= 0x5a;
                }
            }
            if name.ends_with(".pdf") {
                let _ =
                    pdf::read(&damaged, &pdf::Limits::default(), |_| false, |_, paper| paper.picture(&limits).is_ok());
            } else if let Ok(file) = PictureFile::open(&damaged, &limits) {
                let _ = (0..file.pages().min(8)).map(|page| file.page(page).is_ok()).collect::<Vec<_>>();
            }
        }
    }
}
