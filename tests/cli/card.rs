//! What a dataset card says, and that it says the same again.

use std::fs;

use insta::assert_snapshot;

use crate::{Desk, bulletins, transcript};

/// `README.md` with what depends on versions and bytes left out: files, columns and how it was made.
fn told(readme: &str) -> String {
    let (head, rest) = readme.split_once("## Files").unwrap();
    let (_, rest) = rest.split_once("## Figures").unwrap();
    let (figures, _) = rest.split_once("## Columns").unwrap();
    format!("{head}## Figures{figures}")
}

#[test]
fn a_card_says_what_is_in_a_dataset_and_the_same_again() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/a|b.txt", "#1 期\n".as_bytes());
    desk.put("raw/broken.pdf", b"%PDF-1.4\n");
    desk.run(&["ingest"]);
    assert_snapshot!("card", transcript(&desk.run(&["card", "--name", "史志: \"简讯\"", "--license", "cc-by-4.0"])));
    let readme = fs::read_to_string(desk.path().join("out/README.md")).unwrap();
    assert_snapshot!("card_readme", told(&readme));
    let first = desk.files("out");
    let metadata: serde_json::Value = serde_json::from_slice(&first["metadata.json"]).unwrap();
    assert_eq!(metadata["name"], "史志: \"简讯\"");
    let sets: Vec<&str> =
        metadata["recordSet"].as_array().unwrap().iter().map(|it| it["@id"].as_str().unwrap()).collect();
    assert_eq!(sets, ["items", "documents", "lines", "diagnostics"]);
    desk.run(&["card", "--name", "史志: \"简讯\"", "--license", "cc-by-4.0"]);
    assert!(desk.files("out") == first);
    // A dataset of the same name is made beside an old card, which belongs to nobody's run.
    assert_eq!(desk.run(&["ingest"]).status.code(), Some(1));
}

#[test]
fn a_card_replaces_nothing_that_is_none() {
    let desk = Desk::new(&bulletins());
    assert_snapshot!("card_of_nothing", transcript(&desk.run(&["card"])));
    desk.run(&["ingest"]);
    desk.put("out/README.md", b"# Mine\n");
    assert_snapshot!("card_over_mine", transcript(&desk.run(&["card"])));
    assert_eq!(fs::read(desk.path().join("out/README.md")).unwrap(), b"# Mine\n");
    assert!(!desk.path().join("out/metadata.json").exists());
    fs::remove_file(desk.path().join("out/README.md")).unwrap();
    desk.run(&["ingest", "--format", "jsonl"]);
    assert_eq!(desk.run(&["card"]).status.code(), Some(2));
}
