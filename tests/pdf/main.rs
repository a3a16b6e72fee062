//! PDF files made for this project, each with what a reader sees printed: the pipeline must read that, line by line.
//!
//! `make_files.py` writes `files/NAME.pdf` and `files/truth.json`. Truths are what the files were made from, never what
//! the program said. Lines are compared without white space.

mod bombs;
mod mutated;
mod skeleton;
mod truth;

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use jianbao::model::{Document, Format, Source, Status};
use jianbao::pipeline::{self, Extractor};
use jianbao::rules::RuleSet;

use truth::Truth;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// What a page is made of is said by these, so none may come up that the truth does not name.
const PAGE_REMARKS: [&str; 4] = ["empty-page", "garbled-page", "hidden-text-layer", "image-only-page"];

fn process(bytes: &[u8]) -> Document {
    let source =
        Source { path: "a.pdf".to_owned(), sha256: String::new(), bytes: bytes.len() as u64, format: Format::Pdf };
    pipeline::process(source, bytes, &RULES, &Extractor::without_ocr())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pdf/files")
}

fn bytes_of(name: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.pdf"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_file_reads_as_it_is_printed() {
    let truths = truth::all(&folder());
    let mut misses = Vec::new();
    for (name, truth) in &truths {
        let document = process(&bytes_of(name));
        let found = misses_of(truth, &document);
        misses.extend(found.into_iter().map(|miss| format!("{name} ({}): {miss}", truth.why)));
    }
    assert!(misses.is_empty(), "{} misses in {} files\n{}", misses.len(), truths.len(), misses.join("\n"));
}

#[test]
fn every_file_has_a_truth_and_every_truth_a_file() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|it| it == "pdf"))
        .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
        .collect();
    files.sort();
    let named: Vec<String> = truth::all(&folder()).into_keys().collect();
    assert_eq!(files, named);
}

#[test]
fn no_character_is_lost_between_lines_and_dataset() {
    for name in truth::all(&folder()).keys() {
        let document = process(&bytes_of(name));
        let chars = &document.chars;
        assert_eq!(
            chars.total,
            chars.items + chars.structure + chars.furniture + chars.unassigned,
            "{name}: the characters do not add up"
        );
        let numbers: Vec<u32> = document.lines.iter().map(|line| line.number).collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{name}: lines are numbered {numbers:?}");
    }
}

#[test]
fn lines_stand_where_they_were_put() {
    // Left edge and baseline of the first line on the page as displayed, down from its top; 28 points from line to line.
    let places: [(&str, f32, f32, (f32, f32)); 6] = [
        ("gbk_euc_h", 72.0, 842.0 - 760.0, (595.0, 842.0)),
        ("rotate_90", 72.0, 595.0 - 500.0, (842.0, 595.0)),
        ("rotate_180", 72.0, 842.0 - 500.0, (595.0, 842.0)),
        ("rotate_270", 72.0, 595.0 - 500.0, (842.0, 595.0)),
        ("cropbox_offset", 172.0 - 100.0, 942.0 - 760.0, (595.0, 842.0)),
        ("mediabox_negative", 298.0 - 200.0, 421.0 - 300.0, (595.0, 842.0)),
    ];
    for (name, x, baseline, size) in places {
        let document = process(&bytes_of(name));
        assert_eq!(document.page_sizes, [size], "{name}");
        for (place, line) in document.lines.iter().enumerate() {
            let rect = line.bbox.expect("a printed line has a place");
            // A first line is two cells in; the blanks themselves may count or not.
            let indents = if line.raw.starts_with('\u{3000}') || line.indent_em > 1.0 { [0.0, 32.0] } else { [0.0; 2] };
            let left = indents.iter().any(|indent| (rect.x0() - x - indent).abs() < 0.1);
            let wanted = baseline + 28.0 * place as f32;
            assert!(left, "{name}: line {} begins at {}, not {x}", line.number, rect.x0());
            assert!(
                rect.top() < wanted - 8.0 && (wanted..wanted + 5.0).contains(&rect.bottom()),
                "{name}: line {} reaches from {} to {} about {wanted}",
                line.number,
                rect.top(),
                rect.bottom()
            );
            assert!(line.size_pt.is_some_and(|it| (it - 16.0).abs() < 0.05), "{name}: {:?} pt", line.size_pt);
        }
        assert!(!document.lines.is_empty(), "{name}");
    }
}

/// Everything in `document` that is not as `truth` says.
fn misses_of(truth: &Truth, document: &Document) -> Vec<String> {
    let mut misses = Vec::new();
    let (status, code) = match &document.status {
        Status::Ok => ("ok", None),
        Status::Partial(failure) => ("partial", Some(&*failure.code)),
        Status::Failed(failure) => ("failed", Some(&*failure.code)),
        Status::Duplicate(_) => ("duplicate", None),
    };
    match &truth.status {
        Some(wanted) if wanted != status => misses.push(format!("status {status} {code:?}, not {wanted}")),
        // The pages of a whole file are read, but a made-up text need not be an issue all of whose lines have a place.
        None if status == "failed" => misses.push(format!("status {status} {code:?}")),
        _ => {}
    }
    if truth.code.is_some() && truth.code.as_deref() != code {
        misses.push(format!("error code {code:?}, not {:?}", truth.code));
    }
    if truth.title.is_some() && truth.title != document.title {
        misses.push(format!("title {:?}, not {:?}", document.title, truth.title));
    }
    if truth.bookmarks.as_ref().is_some_and(|it| *it != document.bookmarks) {
        misses.push(format!("bookmarks {:?}, not {:?}", document.bookmarks, truth.bookmarks));
    }
    if truth.status.as_deref() != Some("failed") {
        let pages = truth.pages.len() as u32;
        if document.pages != Some(pages) {
            misses.push(format!("{:?} pages, not {pages}", document.pages));
        }
    }
    for (place, wanted) in truth.pages.iter().enumerate() {
        let page = place as u32 + 1;
        let lines = document.lines.iter().filter(|line| line.page == Some(page));
        let found: Vec<String> = lines.map(|line| squeezed(&line.text)).collect();
        let Some(wanted) = wanted else { continue };
        let wanted: Vec<String> = wanted.iter().map(|line| squeezed(line)).collect();
        if wanted.concat() != found.concat() {
            misses.push(format!("page {page} reads\n    {found:?}, not\n    {wanted:?}"));
        } else if wanted != found {
            misses.push(format!("page {page} has its characters in other lines\n    {found:?}, not\n    {wanted:?}"));
        }
    }
    if let Some(line) = document.lines.iter().find(|line| line.page.is_none_or(|page| page == 0)) {
        misses.push(format!("line {} has no page", line.number));
    }
    if let Some(line) = document.lines.iter().find(|line| line.bbox.is_none() || line.size_pt.is_none()) {
        misses.push(format!("line {} has no place or size", line.number));
    }
    misses.extend(remark_misses(truth, document));
    if let Some(items) = &truth.items {
        let paragraphs = |body: &str| body.lines().count();
        let found: Vec<_> = document
            .items
            .iter()
            .map(|item| (item.headline.as_deref().map(squeezed).unwrap_or_default(), paragraphs(&item.body)))
            .collect();
        if &found != items {
            misses.push(format!("items {found:?}, not {items:?}"));
        }
    }
    misses
}

fn remark_misses(truth: &Truth, document: &Document) -> Vec<String> {
    let mut found: Vec<(String, Option<u32>)> =
        document.diagnostics.iter().map(|it| (it.code.as_str().to_owned(), it.page)).collect();
    // Of a page that the truth says nothing about, anything may be said.
    let is_open = |page: Option<u32>| page.is_some_and(|page| matches!(truth.pages.get(page as usize - 1), Some(None)));
    let is_named = |code: &str, page| truth.remarks.iter().any(|it| it.0 == code && Some(it.1) == page);
    found.retain(|(code, page)| PAGE_REMARKS.contains(&code.as_str()) && (!is_open(*page) || is_named(code, *page)));
    let wanted: Vec<(String, Option<u32>)> =
        truth.remarks.iter().map(|(code, page)| (code.clone(), Some(*page))).collect();
    found.sort();
    if found == wanted { Vec::new() } else { vec![format!("remarks {found:?}, not {wanted:?}")] }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}
