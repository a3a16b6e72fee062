//! Shards of a corpus, merged, are the run over all of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{Desk, bulletins, transcript};

/// The samples, bulletins, equal files, and files that are lost in every way that is the same for all users.
pub(crate) fn corpus() -> Desk {
    let desk = Desk::new(&bulletins());
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/raw")).unwrap().map(Result::unwrap) {
        desk.put(&format!("raw/samples/{}", entry.file_name().to_str().unwrap()), &fs::read(entry.path()).unwrap());
    }
    let (_, copied) = bulletins()[0];
    desk.put("raw/2019/先.txt", copied);
    desk.put("raw/2022/copy.md", copied);
    desk.put("raw/empty.txt", b"");
    desk.put("raw/2020/empty.txt", b"");
    desk.put("raw/noise.txt", b"GIF89a\x00\x01\x02\x03");
    desk.put("raw/noise-again.txt", b"GIF89a\x00\x01\x02\x03");
    desk.put("raw/broken.pdf", b"%PDF-1.4\n\x00\x01");
    // Lost, and lost again under a name that says something else.
    desk.put("raw/misnamed.txt", b"%PDF-1.4\n\x00\x01");
    desk.put("raw/long.txt", "长".repeat(60_000).as_bytes());
    desk.put("raw/notes.docx", b"PK");
    desk.put("scan.djvu", b"AT&TFORM");
    for name in ["gone.txt", "2021/gone.txt", "2022/gone.txt"] {
        symlink("nowhere", desk.path().join("raw").join(name)).unwrap();
    }
    for number in 0..40 {
        let text = format!("第{number}号通知\n　　{}月{}日，召开会议。\n", number % 12 + 1, number % 28 + 1);
        desk.put(&format!("raw/{}/{number}.txt", 2000 + number % 3), text.as_bytes());
    }
    desk
}

pub(crate) const INGEST: [&str; 7] = ["ingest", "raw", "scan.djvu", "--quiet", "--limit", "file-bytes=170000", "--out"];

/// Reads the corpus in `count` shards, into `1`, `2` …, and says where they are.
fn shards(desk: &Desk, count: usize) -> Vec<String> {
    let names: Vec<String> = (1..=count).map(|number| format!("{number}-of-{count}")).collect();
    for (number, name) in (1..).zip(&names) {
        let shard = format!("{number}/{count}");
        let output = desk.run(&[&INGEST[..], &[name, "--shard", &shard]].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", transcript(&output));
    }
    names
}

pub(crate) fn run_json(desk: &Desk, folder: &str) -> Value {
    serde_json::from_slice(&desk.files(folder)["run.json"]).unwrap()
}

fn merge(desk: &Desk, parts: &[impl AsRef<str>]) -> String {
    let parts = parts.iter().map(AsRef::as_ref);
    let args: Vec<&str> = ["merge"].into_iter().chain(parts).chain(["--out", "merged"]).collect();
    transcript(&desk.run(&args))
}

#[test]
fn merged_shards_are_the_run_over_all_byte_for_byte() {
    let desk = corpus();
    desk.run(&[&INGEST[..], &["whole"]].concat());
    let whole = desk.data_files("whole");
    let mut expected = run_json(&desk, "whole");
    assert_eq!(expected["counts"]["documents"]["duplicate"], 4, "{expected:#}");
    for count in [1, 2, 3, 7] {
        let mut parts = shards(&desk, count);
        let found = |part: &String| run_json(&desk, part)["counts"]["documents"]["found"].as_u64().unwrap();
        assert_eq!(parts.iter().map(found).sum::<u64>(), expected["counts"]["documents"]["found"].as_u64().unwrap());
        for turn in 0..count.min(3) {
            parts.rotate_left(turn);
            parts.swap(0, count - 1);
            let said = merge(&desk, &parts);
            assert!(said.starts_with("exit code: 1\n"), "{said}");
            let merged = desk.data_files("merged");
            assert_eq!(whole.keys().collect::<Vec<_>>(), merged.keys().collect::<Vec<_>>());
            for (name, bytes) in &whole {
                assert!(merged[name] == *bytes, "{name} differs for {parts:?}");
            }
            let mut record = run_json(&desk, "merged");
            for changing in ["timing", "machine"] {
                record[changing] = json!(null);
                expected[changing] = json!(null);
            }
            assert_eq!(record, expected, "{parts:?}");
        }
    }
}

#[test]
fn more_shards_than_files_may_be_open_and_shards_without_a_file_are_merged() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest", "--out", "whole"]);
    for shard in 1..=40 {
        desk.run(&["ingest", "--quiet", "--out", &format!("part{shard:02}"), "--shard", &format!("{shard}/40")]);
    }
    let empty = |shard: &i32| run_json(&desk, &format!("part{shard:02}"))["counts"]["documents"]["found"] == 0;
    assert!((1..=40).filter(empty).count() >= 37);
    let merge = format!("ulimit -n 32; exec '{}' merge part* --out merged", env!("CARGO_BIN_EXE_jianbao"));
    let output = Command::new("sh").args(["-c", &merge]).current_dir(desk.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(desk.data_files("merged") == desk.data_files("whole"));
}

#[test]
fn a_shard_says_which_it_is_and_what_it_leaves_to_the_others() {
    let desk = Desk::new(&bulletins());
    assert_snapshot!("a_shard", transcript(&desk.run(&["ingest", "--shard", "2/3"])));
    let record = run_json(&desk, "out");
    assert_eq!(record["options"]["shard"], "2/3");
    assert_eq!(record["skipped"]["other shards"], 3 - record["counts"]["documents"]["found"].as_i64().unwrap());
    assert_snapshot!("no_shard", transcript(&desk.run(&["ingest", "--shard", "4/3"])));
}

#[test]
fn a_folder_knows_which_shard_it_holds() {
    let desk = corpus();
    let run = |shard: &str| {
        desk.run(&["ingest", "--out", "part", "--shard", shard]);
        (desk.data_files("part"), run_json(&desk, "part"))
    };
    let (first, _) = run("1/2");
    let second = run("2/2");
    assert!(run("2/2") == second, "nothing has changed, so nothing is written");
    desk.run(&["ingest", "--out", "part"]);
    assert!(run("1/2").0 == first);
}

#[test]
fn the_same_shards_give_the_same_run_json_in_any_order() {
    let desk = corpus();
    let mut parts = shards(&desk, 3);
    merge(&desk, &parts);
    let first = desk.files("merged");
    parts.reverse();
    merge(&desk, &parts);
    assert!(desk.files("merged") == first);
    assert_snapshot!("merged", merge(&desk, &parts));
}

#[test]
fn parquet_alone_can_be_merged_and_json_lines_alone_cannot() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest", "--out", "whole", "--format", "parquet"]);
    for shard in ["1/2", "2/2"] {
        desk.run(&["ingest", "--out", &shard[..1], "--shard", shard, "--format", "parquet"]);
    }
    merge(&desk, &["2", "1"]);
    assert!(desk.data_files("whole") == desk.data_files("merged"));
    desk.run(&["ingest", "--out", "2", "--shard", "2/2", "--format", "jsonl"]);
    assert_snapshot!("merge_json_lines", merge(&desk, &["1", "2"]));
}

#[test]
fn what_does_not_fit_together_is_not_merged() {
    let desk = Desk::new(&bulletins());
    let shard = |out: &str, shard: &str, more: &[&str]| {
        let output = desk.run(&[&["ingest", "--out", out, "--shard", shard, "--quiet"], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    };
    let edit = |out: &str, change: &dyn Fn(&mut Value)| {
        let mut record = run_json(&desk, out);
        change(&mut record);
        desk.put(&format!("{out}/run.json"), &serde_json::to_vec_pretty(&record).unwrap());
    };
    let remake = |out: &str, number: &str| {
        fs::remove_dir_all(desk.path().join(out)).unwrap();
        shard(out, number, &[]);
    };
    shard("1", "1/2", &[]);
    shard("2", "2/2", &[]);

    let mut said = Vec::new();
    let mut check = |parts: &[&str]| {
        let text = merge(&desk, parts);
        let error = text.strip_prefix("exit code: 2\n----- stdout -----\n----- stderr -----\nerror: ");
        said.push(error.unwrap_or_else(|| panic!("{parts:?}: {text}")).to_owned());
        assert!(!desk.path().join("merged").exists(), "{parts:?}");
    };

    check(&["1"]);
    check(&["1", "2", "1"]);
    check(&["1", "./1/"]);
    check(&["1", "nowhere"]);
    check(&["1", "raw"]);
    shard("one-again", "1/2", &[]);
    check(&["1", "one-again"]);
    shard("of-three", "2/3", &[]);
    check(&["1", "of-three"]);
    desk.run(&["ingest", "--out", "whole"]);
    check(&["1", "whole"]);
    check(&["whole", "one-again"]);

    shard("2", "2/2", &["--ocr", "never"]);
    check(&["1", "2"]);
    desk.put("rules/mine.toml", b"[profile]\nid = \"mine\"\ntitle = \"mine\"\n");
    shard("2", "2/2", &["--rules", "rules"]);
    check(&["1", "2"]);
    shard("2", "2/2", &["--format", "parquet"]);
    fs::remove_file(desk.path().join("2/items.jsonl")).unwrap();
    check(&["1", "2"]);

    for change in [
        &|record: &mut Value| record["jianbao"] = json!("0.0.9") as Value,
        &|record: &mut Value| record["schema_version"] = json!("9"),
        &|record: &mut Value| record["options"]["shard"] = json!("9/2"),
        &|record: &mut Value| record["files"]["items.parquet"] = json!(null),
        &|record: &mut Value| drop(record["files"].as_object_mut().unwrap().remove("lines.parquet")),
        &|record: &mut Value| record["skipped"][".docx"] = json!(1),
        &|record: &mut Value| {
            record["counts"]["documents"]["found"] = json!(9);
            record["skipped"]["other shards"] = json!(0);
        },
    ] as [&dyn Fn(&mut Value); 7]
    {
        remake("2", "2/2");
        edit("2", change);
        check(&["1", "2"]);
    }
    remake("2", "2/2");
    edit("1", &|record| record["models"]["net"] = json!("aa"));
    edit("2", &|record| record["models"]["net"] = json!("bb"));
    check(&["1", "2"]);
    remake("1", "1/2");

    for (name, bytes) in [("lines.parquet", &b"PAR1"[..]), ("items.jsonl", b"{}\n")] {
        remake("2", "2/2");
        desk.put(&format!("2/{name}"), bytes);
        check(&["1", "2"]);
        fs::remove_file(desk.path().join("2").join(name)).unwrap();
        check(&["1", "2"]);
    }
    remake("2", "2/2");
    desk.put("2/run.json", b"{");
    check(&["1", "2"]);
    remake("2", "2/2");
    edit("1", &|record| {
        let found = record["counts"]["documents"]["found"].as_u64().unwrap();
        record["counts"]["documents"]["found"] = json!(found + 1);
        record["skipped"]["other shards"] = json!(2 - found);
    });
    check(&["1", "2"]);
    assert_snapshot!("misfits", said.concat());
    assert_snapshot!("merge_output_is_input", transcript(&desk.run(&["merge", "1", "2", "--out", "./2"])));
}

#[test]
fn a_corpus_that_changed_between_the_shards_is_seen() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest", "--out", "1", "--shard", "1/2"]);
    desk.put("raw/2020/3.txt", "新到一件\n".as_bytes());
    desk.run(&["ingest", "--out", "2", "--shard", "2/2"]);
    assert_snapshot!("changed_corpus", merge(&desk, &["1", "2"]));
}
