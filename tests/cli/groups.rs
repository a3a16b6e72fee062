//! Pictures of pages that are one document. Nothing is recognised here.

use std::os::unix::fs::symlink;

use sha2::{Digest, Sha256};

use crate::{Desk, transcript};

const ONE: &[u8] = include_bytes!("../scan/files/1.png");
const OTHER: &[u8] = include_bytes!("../scan/files/1_lzw.tif");
const THREE: &[u8] = include_bytes!("../scan/files/pages_3.tif");

fn ingest(desk: &Desk, group: &str) -> String {
    transcript(&desk.run(&["ingest", "--ocr", "never", "--group", group]))
}

/// Code, page and message of the remarks about where pages come from.
fn remarks(desk: &Desk) -> Vec<String> {
    let text = String::from_utf8(desk.files("out").remove("diagnostics.jsonl").unwrap()).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let said = rows.filter(|row| ["grouped-page", "missing-page-files"].contains(&row["code"].as_str().unwrap()));
    said.map(|row| format!("{} {} {}", row["code"].as_str().unwrap(), row["page"], row["message"].as_str().unwrap()))
        .collect()
}

#[test]
fn pictures_that_count_from_one_are_one_document() {
    let desk = Desk::new(&[
        ("raw/a/vol3-001.tif", THREE),
        ("raw/a/vol3-002.tif", OTHER),
        ("raw/b/第1页.png", ONE),
        ("raw/b/第2页.png", ONE),
        ("raw/b/cover.png", ONE),
        ("raw/2019.png", ONE),
    ]);
    let said = ingest(&desk, "auto");
    assert!(said.contains("4 documents: 3 partial, 1 duplicate\n"), "{said}");
    assert!(said.contains("\n4 pictures of pages taken as 2 documents\n"), "{said}");
    let rows = desk.documents();
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row["source"].as_str().unwrap(), row["pages"], row["bytes"]))
        .collect();
    let (three, one) = (THREE.len() + OTHER.len(), ONE.len());
    let wanted = [
        format!("2019.png 1 {one}"),
        format!("a/vol3-[001-002].tif 4 {three}"),
        format!("b/cover.png null {one}"),
        format!("b/第[1-2]页.png 2 {}", 2 * one),
    ];
    assert_eq!(told, wanted);
    // What `cat a/vol3-001.tif a/vol3-002.tif | sha256sum` says.
    let sha256: String = Sha256::digest([THREE, OTHER].concat()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(rows[1]["sha256"], sha256);
    let sha256: String = Sha256::digest(OTHER).iter().map(|byte| format!("{byte:02x}")).collect();
    let second = format!("grouped-page 4 the page is the file vol3-002.tif, {} bytes, SHA-256 {sha256}", OTHER.len());
    assert_eq!(remarks(&desk)[1], second);
    assert!(remarks(&desk)[0].starts_with("grouped-page 1 3 pages are the file vol3-001.tif"));
    let run: serde_json::Value = serde_json::from_slice(&desk.files("out")["run.json"]).unwrap();
    assert_eq!(run["options"]["group"], "auto");
}

#[test]
fn each_picture_is_a_document_if_that_is_wanted() {
    let desk = Desk::new(&[("raw/v-1.png", ONE), ("raw/v-2.tif", OTHER)]);
    let said = ingest(&desk, "never");
    assert!(said.contains("2 documents: 2 partial\n") && !said.contains("taken as"), "{said}");
}

#[test]
fn a_gap_is_said_and_loses_nothing() {
    let desk = Desk::new(&[("raw/v-2.png", ONE), ("raw/v-3.png", ONE), ("raw/v-7.png", ONE)]);
    assert!(ingest(&desk, "auto").contains("3 documents: 1 partial, 2 duplicate\n"));
    assert!(ingest(&desk, "always").contains("\n3 pictures of pages taken as 1 document\n"));
    assert_eq!(desk.documents()[0]["source"], "v-[2-7].png");
    let gap = "missing-page-files 3 there is no file between the numbers 3 and 7; if pages are missing, add them";
    assert!(remarks(&desk).contains(&gap.to_owned()), "{:?}", remarks(&desk));
}

#[test]
fn a_page_that_cannot_be_read_is_a_page_all_the_same() {
    let desk = Desk::new(&[("raw/v-1.png", ONE), ("raw/v-3.png", b"")]);
    symlink("nowhere.png", desk.path().join("raw/v-2.png")).unwrap();
    let said = ingest(&desk, "auto");
    assert!(said.contains("\n3 pictures of pages taken as 1 document\n"), "{said}");
    assert_eq!(desk.documents()[0]["pages"], 3);
    assert_eq!(remarks(&desk)[1], "grouped-page 2 the page is the file v-2.png, which could not be read");
}

#[test]
fn the_limit_is_for_all_pages_together() {
    let desk = Desk::new(&[("raw/v-1.png", ONE), ("raw/v-2.png", ONE)]);
    let limit = format!("file-bytes={}", 2 * ONE.len() - 1);
    desk.run(&["ingest", "--ocr", "never", "--limit", &limit]);
    assert_eq!(desk.statuses(), ["v-[1-2].png failed limit-file-bytes"]);
}

#[test]
fn pictures_may_be_named_one_by_one() {
    let desk = Desk::new(&[("x/v-1.png", ONE), ("x/v-2.png", ONE)]);
    desk.run(&["ingest", "--ocr", "never", "x/v-2.png", "x/v-1.png"]);
    assert_eq!(desk.statuses(), ["v-[1-2].png partial image-only-page"]);
    let said = transcript(&desk.run(&["inspect", "--ocr", "never", "x/v-1.png", "x/v-2.png"]));
    assert!(said.contains("x/v-1.png … x/v-2.png") && said.contains("grouped-page"), "{said}");
    let said = transcript(&desk.run(&["inspect", "x/v-1.png", "Cargo.toml"]));
    assert!(said.contains("Cargo.toml is no picture"), "{said}");
}

#[test]
fn pages_are_read_again_when_one_of_them_has_another_name_or_other_bytes() {
    let desk = Desk::new(&[("raw/v-1.png", ONE), ("raw/v-2.png", ONE), ("raw/v-3.png", ONE)]);
    let first = ingest(&desk, "always");
    assert!(first.contains("3 pictures of pages"), "{first}");
    assert_eq!(remarks(&desk).len(), 3);
    std::fs::rename(desk.path().join("raw/v-2.png"), desk.path().join("raw/v-02.png")).unwrap();
    ingest(&desk, "always");
    assert!(remarks(&desk)[1].contains("v-02.png"), "{:?}", remarks(&desk));
    desk.put("raw/v-3.png", OTHER);
    ingest(&desk, "always");
    assert!(remarks(&desk)[2].contains(&format!("{} bytes", OTHER.len())), "{:?}", remarks(&desk));
}

#[test]
fn a_bag_takes_in_the_files_of_all_pages() {
    let desk = Desk::new(&[("raw/a/v-1.png", ONE), ("raw/a/v-2.tif", OTHER), ("raw/a/v-2.png", OTHER)]);
    symlink("nowhere.png", desk.path().join("raw/a/v-3.png")).unwrap();
    ingest(&desk, "auto");
    let said = transcript(&desk.run(&["bag", "out", "bag", "--sources", "raw"]));
    assert!(said.starts_with("exit code: 0"), "{said}");
    let folder = desk.files("bag/data/sources/a/v-[1-3].png");
    assert_eq!(folder.keys().collect::<Vec<_>>(), ["v-1.png", "v-2.png"]);
    assert_eq!(folder["v-2.png"], OTHER);
    desk.put("raw/a/v-1.png", OTHER);
    let said = transcript(&desk.run(&["bag", "out", "changed", "--sources", "raw"]));
    assert!(said.contains("a/v-[1-3].png (missing)"), "{said}");
}
