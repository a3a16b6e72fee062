//! Scans are read for real: the samples in `raw`, upright and turned. Skipped where the networks are not there.

use std::path::{Path, PathBuf};

use jianbao::model::{Code, Document, Format, PageClass, Picture, Source, Status, TextSource};
use jianbao::pipeline::{Extractor, Limits, Ocr, OcrWhen, process};
use jianbao::read::picture::{PictureFile, PictureLimits};
use jianbao::read::scan::{self, Models};
use jianbao::rules::RuleSet;

/// The folder of the networks, where the program looks too; `None` if they are not there.
#[expect(clippy::disallowed_methods, reason = "where the networks are changes no result")]
#[expect(clippy::print_stdout, reason = "who runs the tests should know")]
fn networks() -> Option<PathBuf> {
    let named = std::env::var_os("JIANBAO_MODELS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| dirs::data_dir().unwrap_or_default().join("jianbao").join("models"));
    let is_there = folder.join(scan::KNOWN[0].0).exists() && folder.join(scan::KNOWN[1].0).exists();
    if !is_there {
        println!("skipped: there are no networks in {}; `just models` fetches them", folder.display());
    }
    is_there.then_some(folder)
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("raw").join(name)).expect("the sample is there")
}

/// Recognised as `when` says, with the networks in `folder`.
fn by(when: OcrWhen, folder: &Path) -> Extractor {
    Extractor { ocr: Ocr::new(when, folder), limits: Limits::default() }
}

fn document(name: &str, extractor: &Extractor) -> Document {
    let bytes = sample(name);
    let format = if name.ends_with(".pdf") { Format::Pdf } else { Format::Image };
    let source = Source { path: name.to_owned(), sha256: String::new(), bytes: bytes.len() as u64, format };
    process(source, &bytes, &RuleSet::builtin(), extractor)
}

fn headlines(document: &Document) -> Vec<&str> {
    document.items.iter().filter_map(|item| item.headline.as_deref()).collect()
}

#[test]
fn a_tiff_of_two_pages_gives_its_items() {
    let Some(folder) = networks() else { return };
    let found = document("bulletin-scan.tif", &by(OcrWhen::Auto, &folder));
    assert_eq!(found.status, Status::Ok);
    assert_eq!((found.pages, found.pages_ocr), (Some(2), 2));
    assert_eq!(
        headlines(&found),
        ["市地方史志研究室召开年鉴编纂推进会", "渝北区开展“口述史进社区”活动", "合川区史志馆新馆试运行"]
    );
    let item = &found.items[1];
    assert_eq!(item.text_source, TextSource::Ocr);
    assert!(item.ocr_confidence > Some(0.95));
    assert_eq!(item.pages, Some((1, 2)));
    assert_eq!(
        item.body,
        "5月13日至15日，渝北区档案馆会同龙溪街道开展“口述史进社区”活动，走访老工人、老教师21人，录得音像资料36小时。\
         活动还邀请居民辨认老照片，为140余幅旧影补记了时间和地点。\n下一步，该馆将整理访谈文稿，选编成册，年内与读者见面。"
    );
}

#[test]
fn a_scanned_pdf_file_gives_its_items() {
    let Some(folder) = networks() else { return };
    let found = document("bulletin-scan.pdf", &by(OcrWhen::Auto, &folder));
    assert_eq!(found.page_classes, [PageClass::ImageOnly]);
    assert_eq!(headlines(&found), ["北碚区举办旧志整理培训班", "万州区征集移民史料1200件"]);
    let districts: Vec<_> = found.items.iter().map(|item| item.district.as_ref().map(|it| it.name.as_str())).collect();
    assert_eq!(districts, [Some("北碚区"), Some("万州区")]);
}

#[test]
fn a_text_layer_is_kept_where_the_picture_shows_less() {
    let Some(folder) = networks() else { return };
    let read = document("bulletin.pdf", &by(OcrWhen::Always, &folder));
    let embedded = document("bulletin.pdf", &Extractor::without_ocr());
    assert_eq!(headlines(&read), headlines(&embedded));
    // Its font is not in the file.
    assert!(read.diagnostics.iter().any(|it| it.code == Code::DoubtfulRecognition));
}

#[test]
fn without_recognition_a_scan_is_a_partial_row() {
    let refused = document("bulletin-scan.tif", &Extractor::without_ocr());
    let missing = document("bulletin-scan.tif", &by(OcrWhen::Auto, Path::new("no-such-folder")));
    let code = |document: &Document| match &document.status {
        Status::Partial(failure) => failure.code.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((&*code(&refused), &*code(&missing)), ("image-only-page", "ocr-models-missing"));
}

fn turned(picture: &Picture, quarters: usize) -> Picture {
    let mut turned = picture.clone();
    for _ in 0..quarters {
        let Picture { width, height, grey, .. } = &turned;
        let (columns, rows) = (*height, *width);
        let shade = |at: usize| grey[(height - 1 - at % columns) * width + at / columns];
        let grey = (0..columns * rows).map(shade).collect();
        turned = Picture { width: columns, height: rows, grey, red: None, dpi: None };
    }
    turned
}

#[test]
fn a_page_is_read_whatever_way_it_lies() {
    let Some(folder) = networks() else { return };
    let models = Models::load(&folder).expect("the networks can be loaded");
    let bytes = sample("bulletin-scan.tif");
    let file = PictureFile::open(&bytes, &PictureLimits::default()).expect("a picture file");
    let picture = file.page(1).expect("a second page");
    let text = |picture: Picture| {
        let read = scan::read(&models, picture, 1).expect("the page can be read");
        let text: String = read.pages[0].glyphs.iter().filter_map(|glyph| glyph.c).collect();
        (read.turn, text)
    };
    let (turn, upright) = text(picture.clone());
    assert_eq!(turn, 0);
    assert!(upright.contains("合川区史志馆新馆试运行"), "{upright}");
    for quarters in 1..4 {
        let (turn, read) = text(turned(&picture, quarters));
        assert_eq!(usize::from(turn) + quarters, 4);
        assert!(read.contains("合川区史志馆新馆试运行"), "{quarters}: {read}");
    }
}

#[test]
fn paper_without_print_has_no_text() {
    let Some(folder) = networks() else { return };
    let models = Models::load(&folder).expect("the networks can be loaded");
    let mut dust = vec![240u8; 600 * 800];
    for at in (0..dust.len()).step_by(977) {
        dust[at] = 40;
    }
    for grey in [vec![255; 600 * 800], vec![0; 600 * 800], dust] {
        let picture = Picture { width: 600, height: 800, grey, red: None, dpi: None };
        assert!(scan::read(&models, picture, 1).expect("the page can be read").pages[0].glyphs.is_empty());
    }
}
