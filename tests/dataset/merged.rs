//! However documents are dealt out to datasets, these merged have the bytes of one dataset of all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jianbao::dataset::{DatasetError, Formats, MergeError, RunRecord, merge};
use jianbao::model::{Document, TextLine};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest as _, Sha256};

use crate::samples::{BOTH, bulletin, documents, write};

/// A document of its own bytes.
fn document(path: &str) -> Document {
    named(bulletin(path))
}

fn named(mut document: Document) -> Document {
    if !document.source.sha256.is_empty() {
        let hash = Sha256::digest(document.source.path.as_bytes());
        document.source.sha256 = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    document
}

fn not_cancelled() -> AtomicBool {
    AtomicBool::new(false)
}

/// Writes the documents dealt out by `part_of` to `count` folders below `dir`.
fn deal(dir: &Path, count: usize, documents: &[Document], part_of: impl Fn(usize) -> usize) -> Vec<PathBuf> {
    let parts = (0..count).map(|part| {
        let mine = documents.iter().enumerate().filter(|(at, _)| part_of(*at) == part);
        let folder = dir.join(format!("{count}-{part}"));
        write(&folder, BOTH, &mine.map(|(_, document)| document.clone()).collect::<Vec<_>>());
        folder
    });
    parts.collect()
}

fn assert_same_files(one: &Path, two: &Path, record: &RunRecord) {
    for file in &record.files {
        let [one, two] = [one, two].map(|dir| fs::read(dir.join(&file.name)).unwrap());
        assert!(one == two, "{} differs", file.name);
    }
}

#[test]
fn dealt_out_at_random_and_merged_is_the_same() {
    let desk = tempfile::tempdir().unwrap();
    let mut all: Vec<Document> = (0..4000).map(|n| document(&format!("d{n:05}.txt"))).collect();
    all.splice(0..0, documents().into_iter().map(named));
    // Long documents, documents of many lines, and some without any row but their own.
    for (at, document) in all.iter_mut().enumerate() {
        let Some(line) = document.lines.last().cloned() else { continue };
        match at % 97 {
            3 => document.items[0].body = "长".repeat(60_000),
            5 => document.lines.extend((3..3000).map(|number| TextLine { number, ..line.clone() })),
            7 => (document.items, document.lines, document.diagnostics) = (Vec::new(), Vec::new(), Vec::new()),
            9 => document.bookmarks = vec!["书签".to_owned(); 9000],
            _ => {}
        }
    }
    let whole = desk.path().join("whole");
    let expected = write(&whole, BOTH, &all);
    let groups = |table: &str| {
        let file = File::open(whole.join(table)).unwrap();
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().metadata().num_row_groups()
    };
    assert!(groups("lines.parquet") > 1, "the test is to cross the end of a row group");
    for count in [1, 2, 3, 7] {
        let seed = count * 7919;
        let parts = deal(desk.path(), count, &all, |at| (at * 2_654_435_761 + seed) / 65_536 % count);
        let merged = desk.path().join("merged");
        let record = merge(&parts, &merged, &not_cancelled()).unwrap();
        assert_eq!((&record.files, &record.counts), (&expected.files, &expected.counts));
        assert_same_files(&whole, &merged, &record);
        assert_eq!(RunRecord::read(&merged).unwrap().counts, record.counts);
    }
}

#[test]
fn one_part_may_be_empty_and_all_may_be() {
    let desk = tempfile::tempdir().unwrap();
    for count in [0, 5] {
        let all: Vec<Document> = (0..count).map(|n| document(&format!("{n}.txt"))).collect();
        let expected = write(&desk.path().join("whole"), BOTH, &all);
        let parts = deal(desk.path(), 3, &all, |_| 1);
        let record = merge(&parts, &desk.path().join("merged"), &not_cancelled()).unwrap();
        assert_eq!(record.files, expected.files);
    }
}

#[test]
fn the_same_document_or_the_same_bytes_in_two_parts_are_refused() {
    let desk = tempfile::tempdir().unwrap();
    let merged = desk.path().join("merged");
    let check = |documents: [Vec<Document>; 2], expected: &str| {
        let parts: Vec<PathBuf> = ["a", "b"].map(|name| desk.path().join(name)).into();
        parts.iter().zip(documents).for_each(|(dir, documents)| drop(write(dir, BOTH, &documents)));
        let error = merge(&parts, &merged, &not_cancelled()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!merged.exists());
    };
    let [one, two, three] = ["1.txt", "2.txt", "3.txt"].map(document);
    check([vec![one.clone(), two.clone()], vec![two.clone(), three.clone()]], "the document 2.txt is in ");
    let mut other = two.clone();
    other.source.sha256.clone_from(&three.source.sha256);
    check([vec![one.clone(), other], vec![three]], "the bytes of the document 3.txt in ");
    assert!(matches!(merge(&[], &merged, &not_cancelled()), Err(MergeError::Nothing)));
}

#[test]
fn a_file_that_is_hashed_but_damaged_is_named_and_nothing_is_written() {
    let desk = tempfile::tempdir().unwrap();
    let part = desk.path().join("part");
    let record = write(&part, BOTH, &[document("1.txt")]);
    let merge_it = || merge(std::slice::from_ref(&part), &desk.path().join("merged"), &not_cancelled());
    let whole = fs::read(part.join("items.parquet")).unwrap();
    let run_json = fs::read_to_string(part.join("run.json")).unwrap();
    let listed = record.files.iter().find(|file| file.name == "items.parquet").unwrap();
    for at in (0..whole.len()).step_by(37) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let hash: String = Sha256::digest(&damaged).iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(part.join("items.parquet"), &damaged).unwrap();
        let Err(MergeError::Dataset(DatasetError::Altered { path })) = merge_it() else {
            panic!("byte {at}");
        };
        assert_eq!(path, part.join("items.parquet"));
        fs::write(part.join("run.json"), run_json.replace(&listed.sha256, &hash)).unwrap();
        // Whatever it is now, it is merged or refused.
        if let Err(error) = merge_it() {
            assert!(error.to_string().contains("items.parquet"), "{error}");
        }
        fs::write(part.join("run.json"), &run_json).unwrap();
    }
}

#[test]
fn a_merge_that_is_stopped_leaves_the_folder_as_it_was() {
    let desk = tempfile::tempdir().unwrap();
    let (part, out) = (desk.path().join("part"), desk.path().join("out"));
    write(&part, BOTH, &[document("1.txt")]);
    write(&out, Formats { parquet: false, jsonl: true }, &[]);
    let names = || fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect::<BTreeSet<_>>();
    let before = (names(), fs::read(out.join("run.json")).unwrap());
    let error = merge(&[part], &out, &AtomicBool::new(true)).unwrap_err();
    assert!(matches!(error, MergeError::Cancelled));
    assert_eq!((names(), fs::read(out.join("run.json")).unwrap()), before);
}
