//! What a run reads, writes and says.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{Desk, bulletins, transcript};

#[test]
fn a_folder_becomes_a_dataset() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/scan.DJVU", b"AT&TFORM");
    desk.put("raw/minutes.docx", b"PK");
    desk.put("raw/notes.docx", b"PK");
    desk.put("raw/README", b"read me");
    desk.put("raw/.DS_Store", b"");
    desk.put("raw/.git/description.txt", b"hidden");
    assert_snapshot!("a_folder", transcript(&desk.run(&["ingest"])));
    assert_eq!(desk.statuses(), ["2020/1.txt ok -", "2020/2.txt ok -", "2021/1.md ok -"]);
    let files = desk.files("out");
    let run: serde_json::Value = serde_json::from_slice(&files["run.json"]).unwrap();
    let skipped = serde_json::json!({".docx": 2, ".djvu": 1, "hidden": 2, "without extension": 1});
    assert_eq!(run["skipped"], skipped);
    let names: Vec<String> = files.into_keys().collect();
    let jsonl = ["diagnostics.jsonl", "documents.jsonl", "items.jsonl"];
    let parquet = ["diagnostics.parquet", "documents.parquet", "items.parquet", "lines.parquet"];
    let mut expected: Vec<&str> = jsonl.into_iter().chain(parquet).chain(["run.json"]).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn quiet_says_nothing() {
    let desk = Desk::new(&bulletins());
    assert_snapshot!("quiet", transcript(&desk.run(&["ingest", "--quiet"])));
}

#[test]
fn an_empty_folder_becomes_an_empty_dataset() {
    let desk = Desk::new(&[]);
    fs::create_dir(desk.path().join("raw")).unwrap();
    assert_snapshot!("an_empty_folder", transcript(&desk.run(&["ingest", "--format", "jsonl"])));
    assert!(desk.documents().is_empty());
}

#[test]
fn the_same_bytes_come_out_whatever_the_number_of_jobs() {
    let text =
        |number: usize| format!("第{number}号通知\n　　{}月{}日，召开会议。\n", number % 12 + 1, number % 28 + 1);
    let desk = Desk::new(&[]);
    for number in 0..200 {
        // Every fifth file repeats an earlier one, every seventh is far longer than the others.
        let content = text(if number % 5 == 4 { number / 2 } else { number });
        let content = content.repeat(if number % 7 == 0 { 200 } else { 1 });
        desk.put(&format!("raw/{}/{number}.txt", number % 3), content.as_bytes());
    }
    desk.run(&["ingest", "--out", "first", "--jobs", "1"]);
    let first = desk.data_files("first");
    assert_eq!(first.len(), 7);
    for (out, jobs) in [("again", "1"), ("two", "2"), ("many", "16")] {
        desk.run(&["ingest", "--out", out, "--jobs", jobs]);
        assert!(desk.data_files(out) == first, "{jobs} jobs gave other bytes than one");
    }
}

#[test]
fn the_first_of_equal_files_is_kept() {
    let mut files = bulletins();
    let copy = files[0].1;
    files.extend([("raw/2019/copy.txt", copy), ("raw/2022/copy.md", copy)]);
    let desk = Desk::new(&files);
    for jobs in ["1", "16"] {
        let output = desk.run(&["ingest", "--verbose", "--fresh", "--jobs", jobs]);
        assert_snapshot!("duplicates", transcript(&output));
        let duplicates: Vec<_> = desk.documents().into_iter().filter(|row| row["status"] == "duplicate").collect();
        let of: Vec<_> = duplicates.iter().map(|row| (row["source"].clone(), row["duplicate_of"].clone())).collect();
        assert_eq!(
            of,
            [("2020/1.txt".into(), "2019/copy.txt".into()), ("2022/copy.md".into(), "2019/copy.txt".into())]
        );
        assert!(duplicates.iter().all(|row| row["items"] == 0));
    }
}

#[test]
fn equal_names_from_several_inputs_are_told_apart() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest", "raw/2020", "raw/2021/1.md", "raw/2020/2.txt"]);
    assert_eq!(desk.statuses(), ["1.md ok -", "1.txt ok -", "2.txt ok -"]);
    desk.put("raw/2021/1.txt", "别的内容\n".as_bytes());
    desk.run(&["ingest", "raw/2021", "raw/2020"]);
    assert_eq!(desk.statuses(), ["2020/1.txt ok -", "2020/2.txt ok -", "2021/1.md ok -", "2021/1.txt ok -"]);
}

#[test]
fn a_list_of_paths_is_read_from_standard_input() {
    let desk = Desk::new(&bulletins());
    for list in ["raw/2020/2.txt\r\nraw/2021\n\nraw/gone.txt\n", "raw/2020/2.txt\0raw/2021\0raw/gone.txt\0"] {
        let mut child =
            desk.command(&["ingest", "-", "--fresh"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
        assert_snapshot!("a_list", transcript(&child.wait_with_output().unwrap()));
        assert_eq!(desk.statuses(), ["1.md ok -", "2.txt ok -", "gone.txt failed not-found"]);
    }
}

#[test]
fn the_output_folder_is_not_read() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/out/notes.txt", "不要读\n".as_bytes());
    symlink("out", desk.path().join("raw/again")).unwrap();
    desk.run(&["ingest", "raw", "--out", "raw/out"]);
    desk.run(&["ingest", "raw", "--out", "raw/out", "--fresh"]);
    let rows = fs::read_to_string(desk.path().join("raw/out/documents.jsonl")).unwrap();
    assert_eq!(rows.lines().count(), 3, "{rows}");
    assert_snapshot!("output_is_input", transcript(&desk.run(&["ingest", "raw", "--out", "./raw"])));
}
