//! `ingest --watch`: files are taken in as they arrive, and not before they are whole.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Desk, file_in_raw};

struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sources(desk: &Desk) -> Vec<String> {
    let rows = fs::read_to_string(desk.path().join("out/documents.jsonl")).unwrap_or_default();
    let source =
        |row: &str| serde_json::from_str::<serde_json::Value>(row).unwrap()["source"].as_str().unwrap().to_owned();
    rows.lines().map(source).collect()
}

fn wait_for(desk: &Desk, expected: &[&str]) {
    let begun = now();
    while sources(desk) != expected {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}, not {expected:?}", sources(desk));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn files_come_in_as_they_arrive_and_only_when_they_are_whole() {
    let desk = Desk::new(&[]);
    desk.put("raw/1.txt", &file_in_raw("bulletin-page-numbers.txt"));
    let mut command = desk.command(&["ingest", "--watch", "--every", "1"]);
    let mut watching = Watching(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    wait_for(&desk, &["1.txt"]);

    // It grows for longer than a whole file is waited for.
    let mut file = OpenOptions::new().create(true).append(true).open(desk.path().join("raw/2.txt")).unwrap();
    for part in 0..8 {
        writeln!(file, "【工作动态】第{part}行").unwrap();
        thread::sleep(Duration::from_millis(500));
        assert_eq!(sources(&desk), ["1.txt"], "after {part}");
    }
    drop(file);
    wait_for(&desk, &["1.txt", "2.txt"]);
    let whole = fs::metadata(desk.path().join("raw/2.txt")).unwrap().len();
    assert_eq!(desk.documents()[1]["bytes"].as_u64(), Some(whole));

    desk.put("raw/deep/3.pdf", &file_in_raw("bulletin.pdf"));
    fs::remove_file(desk.path().join("raw/1.txt")).unwrap();
    wait_for(&desk, &["2.txt", "deep/3.pdf"]);

    assert!(Command::new("kill").args(["-INT", &watching.0.id().to_string()]).status().unwrap().success());
    assert_eq!(watching.0.wait().unwrap().code(), Some(0));
    desk.run(&["ingest", "--out", "once"]);
    assert!(desk.data_files("out") == desk.data_files("once"));
}

#[test]
fn shards_that_are_watched_and_merged_are_the_run_over_all() {
    let desk = Desk::new(&[]);
    let content = file_in_raw("bulletin-page-numbers.txt");
    let put = |number: usize| {
        desk.put(&format!("raw/{number}.txt"), &[&content[..], format!("\n{number}\n").as_bytes()].concat());
    };
    (0..6).for_each(put);
    let mut watching: Vec<Watching> = ["1/2", "2/2"]
        .map(|shard| {
            let args = ["ingest", "--watch", "--every", "1", "--out", &shard[..1], "--shard", shard];
            Watching(desk.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        })
        .into();
    let found = |out: &str| {
        let record = fs::read(desk.path().join(out).join("run.json")).unwrap_or_default();
        let record: serde_json::Value = serde_json::from_slice(&record).unwrap_or_default();
        let elsewhere = record["skipped"]["other shards"].as_u64().unwrap_or(0);
        record["counts"]["documents"]["found"].as_u64().unwrap_or(0) + elsewhere
    };
    let wait = |count: u64| {
        let begun = now();
        while [found("1"), found("2")] != [count; 2] {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} and {}, not {count}", found("1"), found("2"));
            thread::sleep(Duration::from_millis(50));
        }
    };
    wait(6);
    (6..10).for_each(put);
    wait(10);
    for watching in &mut watching {
        assert!(Command::new("kill").args(["-INT", &watching.0.id().to_string()]).status().unwrap().success());
        assert_eq!(watching.0.wait().unwrap().code(), Some(0));
    }
    assert_eq!(desk.run(&["merge", "1", "2", "--out", "merged"]).status.code(), Some(0));
    desk.run(&["ingest", "--out", "whole"]);
    assert!(desk.data_files("merged") == desk.data_files("whole"));
}

#[expect(clippy::disallowed_methods, reason = "a test that waits for ever tells nothing")]
fn now() -> Instant {
    Instant::now()
}
