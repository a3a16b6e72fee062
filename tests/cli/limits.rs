//! Every limit can be set, and what goes beyond it has its code.

use std::fs;
use std::path::Path;

use jianbao::pipeline::Limit;
use lopdf::{Document, Object, Stream, dictionary};

use crate::{Desk, file_in_raw};

/// A file that is made here.
const MANY_PAGES: &str = "of 40 pages";

/// For each limit a file of `tests/pdf/files` or `raw` that goes beyond a low one.
const BEYOND: &[(&str, &str, &str)] = &[
    ("file-bytes", "standard.pdf", "100"),
    ("pages", "issue_of_two_pages.pdf", "1"),
    ("stream-bytes", "filters.pdf", "50"),
    ("page-bytes", "issue_of_two_pages.pdf", "50"),
    ("document-bytes", MANY_PAGES, "50"),
    ("document-operators", MANY_PAGES, "5"),
    ("operators", "issue_of_two_pages.pdf", "5"),
    ("glyphs", "issue_of_two_pages.pdf", "3"),
    ("to-unicode", "identity_tounicode.pdf", "1"),
    ("form-depth", "forms_nested.pdf", "1"),
];

/// A PDF file of so many pages with a word each.
fn pages(count: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let page = |document: &mut Document| {
        let content = Stream::new(dictionary! {}, b"BT /F 12 Tf 72 700 Td (Jianbao) Tj ET".to_vec());
        let content = document.add_object(content);
        let fonts = dictionary! { "Font" => dictionary! { "F" => font } };
        let page = dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => fonts };
        Object::from(document.add_object(page))
    };
    let kids: Vec<Object> = (0..count).map(|_| page(&mut document)).collect();
    let media = vec![0.into(), 0.into(), 595.into(), 842.into()];
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count as i64, "MediaBox" => media };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Whether a row or a remark of the run has the code.
fn says(desk: &Desk, code: &str) -> bool {
    let remarks = fs::read_to_string(desk.path().join("out/diagnostics.jsonl")).unwrap();
    desk.statuses().iter().any(|status| status.ends_with(&format!(" {code}")))
        || remarks.contains(&format!("\"code\":\"{code}\""))
}

#[test]
fn what_goes_beyond_a_limit_has_its_code() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf/files");
    for (limit, file, value) in BEYOND {
        let desk = Desk::new(&[]);
        let content = if *file == MANY_PAGES { pages(40) } else { fs::read(files.join(file)).unwrap() };
        desk.put("raw/1.pdf", &content);
        let code = format!("limit-{limit}");
        desk.run(&["ingest"]);
        assert!(!says(&desk, &code), "{code} without a lower limit");
        desk.run(&["ingest", "--limit", &format!("{limit}={value}")]);
        assert!(says(&desk, &code), "no {code}: {:?}", desk.statuses());
    }
}

#[test]
fn time_and_memory_have_their_codes() {
    let desk = Desk::new(&[("raw/1.pdf", &file_in_raw("bulletin.pdf"))]);
    for (limit, value, fault) in
        [("document-seconds", "1", "spin"), ("page-seconds", "1", "spin"), ("memory", "256M", "allocate")]
    {
        desk.run(&["ingest", "--fresh", "--fault", &format!("1.pdf={fault}"), "--limit", &format!("{limit}={value}")]);
        assert_eq!(desk.statuses(), [format!("1.pdf failed limit-{limit}")]);
    }
}

#[test]
fn pictures_are_measured_before_they_are_decoded() {
    let desk = Desk::new(&[("raw/1.tif", &file_in_raw("bulletin-scan.tif"))]);
    for limit in ["pixels=1000", "picture-bytes=1000"] {
        let mut command = desk.command(&["ingest", "--limit", limit]);
        // The networks of this machine, if there are any: without them no picture is asked for.
        command.env_remove("JIANBAO_MODELS");
        assert!(command.output().unwrap().status.success());
        let code = format!("limit-{}", limit.split_once('=').unwrap().0);
        assert!(says(&desk, &code) || says(&desk, "ocr-models-missing"), "{limit}: {:?}", desk.statuses());
    }
}

#[test]
fn every_limit_is_tried() {
    let elsewhere = ["document-seconds", "page-seconds", "memory", "pixels", "picture-bytes"];
    let tried = |name: &str| elsewhere.contains(&name) || BEYOND.iter().any(|(limit, ..)| *limit == name);
    let missing: Vec<&str> = Limit::ALL.iter().map(|limit| limit.name).filter(|name| !tried(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_limit_that_is_none_is_refused() {
    let desk = Desk::new(&[("raw/1.txt", b"")]);
    for (limit, said) in [
        ("pages", "expected NAME=N"),
        ("leaves=3", "there is no limit called leaves; they are file-bytes, pages"),
        ("pages=0", "expected a whole number from 1"),
        ("pages=3T", "expected a whole number, perhaps with K, M or G"),
        ("pages=99999999999999G", "expected a whole number from 1"),
    ] {
        let output = desk.run(&["ingest", "--limit", limit]);
        assert_eq!(output.status.code(), Some(2), "{limit}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(said), "{limit}: {error}");
    }
}
