//! Runs again: what has not changed is not done again, and the result is that of one run.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::{Desk, file_in_raw, transcript};

/// PDF files with bytes of their own, and a text.
fn desk() -> Desk {
    let desk = Desk::new(&[]);
    for number in 0..4 {
        desk.put(&format!("raw/{number}.pdf"), &pdf(number));
    }
    desk.put("raw/4.txt", &file_in_raw("bulletin-page-numbers.txt"));
    desk
}

fn pdf(number: usize) -> Vec<u8> {
    [file_in_raw("bulletin.pdf"), format!("\n%% {number}\n").into_bytes()].concat()
}

/// The lines of the summary that say what is new.
fn news(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let said = String::from_utf8(output.stdout).unwrap();
    let lines = said.lines().filter(|line| {
        line.starts_with("since the last run")
            || line.starts_with("nothing it depends on")
            || line.contains(" extracted;")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn new_changed_moved_and_vanished_files_are_told_apart() {
    let desk = desk();
    assert_eq!(news(&desk, &["ingest"]), "");
    let unchanged =
        "since the last run: 5 unchanged\nnothing it depends on has changed, so the dataset was left as it is";
    assert_eq!(news(&desk, &["ingest"]), unchanged);

    desk.put("raw/0.pdf", &pdf(9));
    fs::rename(desk.path().join("raw/1.pdf"), desk.path().join("raw/moved.pdf")).unwrap();
    fs::remove_file(desk.path().join("raw/2.pdf")).unwrap();
    desk.put("raw/new.txt", "简报\n".as_bytes());
    assert_eq!(
        news(&desk, &["ingest"]),
        "since the last run: 1 new, 1 changed, 1 moved, 1 gone, 2 unchanged\n\
         1 document extracted; 2 taken from earlier runs"
    );
    desk.run(&["ingest", "--out", "other"]);
    assert!(desk.data_files("out") == desk.data_files("other"));
}

#[test]
fn touched_files_are_known_by_their_bytes() {
    let desk = desk();
    desk.run(&["ingest"]);
    for number in 0..4 {
        desk.put(&format!("raw/{number}.pdf"), &pdf(number));
    }
    assert!(news(&desk, &["ingest"]).ends_with("left as it is"));
}

#[test]
fn other_rules_read_no_file_of_pages_again() {
    let desk = desk();
    desk.run(&["ingest"]);
    let profile = "[profile]\nid = \"extra\"\ntitle = \"Extra\"\nextends = \"bulletin\"\nstyle = \"bulletin\"\n";
    desk.put("rules/extra.toml", profile.as_bytes());
    let said = news(&desk, &["ingest", "--rules", "rules"]);
    assert!(said.ends_with("0 documents extracted; 4 taken from earlier runs"), "{said}");
    assert!(news(&desk, &["ingest", "--rules", "rules", "--fresh"]).is_empty());
}

#[test]
fn what_was_damaged_or_taken_away_is_made_again() {
    let desk = desk();
    desk.run(&["ingest"]);
    let whole = desk.data_files("out");
    for group in fs::read_dir(desk.path().join("out/.cache/extracts")).unwrap() {
        for file in fs::read_dir(group.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        }
    }
    fs::remove_file(desk.path().join("out/items.parquet")).unwrap();
    let said = news(&desk, &["ingest"]);
    assert_eq!(said, "since the last run: 5 unchanged", "what is damaged was made use of");
    assert!(desk.data_files("out") == whole);
    fs::write(desk.path().join("out/.cache/ledger"), "none").unwrap();
    assert_eq!(news(&desk, &["ingest"]), "0 documents extracted; 4 taken from earlier runs");
    assert!(desk.data_files("out") == whole);
}

#[test]
fn what_is_kept_can_be_counted_and_taken_away() {
    let desk = desk();
    desk.run(&["ingest"]);
    desk.put("raw/0.pdf", &pdf(9));
    desk.run(&["ingest"]);
    let said = |args: &[&str]| String::from_utf8(desk.run(args).stdout).unwrap();
    let counts = |text: &str| {
        let numbers = text.lines().map(|line| line.split_once(": ").unwrap().1.split_once(' ').unwrap().0.to_owned());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(counts(&said(&["cache", "stat"])), ["5", "4"]);
    assert_eq!(counts(&said(&["cache", "prune"])), ["1"]);
    assert_eq!(counts(&said(&["cache", "stat"])), ["4", "4"]);
    assert_eq!(counts(&said(&["cache", "prune", "--all"])), ["4"]);
    assert_eq!(counts(&said(&["cache", "stat", "nowhere"])), ["0", "0"]);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_stopped() {
    let desk = Desk::new(&[]);
    for number in 0..30 {
        desk.put(&format!("raw/{number:02}.pdf"), &pdf(number));
    }
    desk.run(&["ingest", "--out", "whole"]);
    let kept = || fs::read_dir(desk.path().join("out/.cache/extracts")).map_or(0, Iterator::count);
    // The last document holds the run up until it is killed.
    let mut command = desk.command(&["ingest", "--jobs", "2", "--fault", "29.pdf=hang"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while kept() < 15 {
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let output = desk.run(&["ingest", "--jobs", "2"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("since the last run"), "{said}");
    let (extracted, reused) = said.split_once(" extracted; ").expect("some was at hand");
    let extracted: usize = extracted.rsplit('\n').next().unwrap().split_once(' ').unwrap().0.parse().unwrap();
    assert!(extracted <= 15, "{extracted} done again; {reused}");
    assert!(desk.data_files("out") == desk.data_files("whole"));
    let left = fs::read_dir(desk.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().starts_with(".jianbao-")));
}

#[test]
fn two_runs_into_one_folder_exclude_each_other() {
    let desk = desk();
    let mut command = desk.command(&["ingest", "--fault", "1.pdf=hang"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = || fs::read_dir(desk.path().join("out")).is_ok_and(|entries| entries.count() > 2);
    while !begun() {
        thread::sleep(Duration::from_millis(10));
    }
    let refused = desk.run(&["ingest"]);
    assert_eq!(
        transcript(&refused),
        "exit code: 2\n----- stdout -----\n----- stderr -----\n\
         error: another run is writing to out; wait for it, or choose another output folder\n"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(desk.run(&["ingest"]).status.code(), Some(0));
}

#[test]
fn a_cache_that_cannot_be_written_is_said_and_stops_nothing() {
    let desk = desk();
    desk.run(&["ingest"]);
    let whole = desk.data_files("out");
    fs::remove_dir_all(desk.path().join("out/.cache/extracts")).unwrap();
    File::create(desk.path().join("out/.cache/extracts")).unwrap();
    let said = String::from_utf8(desk.run(&["ingest", "--fresh"]).stdout).unwrap();
    assert!(said.contains("the next run will do all of this again: cannot write to the cache out/.cache ("), "{said}");
    assert!(desk.data_files("out") == whole);
}

#[test]
fn a_folder_that_may_not_be_written_to_is_one_error() {
    let desk = desk();
    desk.run(&["ingest"]);
    let out = desk.path().join("out");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    let is_bound = File::create(out.join("probe")).is_err();
    if !is_bound {
        eprintln!("skipped: the rights of a folder do not bind this user");
        return;
    }
    let output = desk.run(&["ingest", "--fresh"]);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_a_lost_file_is_called_and_is_stays_the_same() {
    let desk = Desk::new(&[]);
    let locked = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf/files/encrypted_password_aes.pdf");
    desk.put("raw/1.tif", &fs::read(locked).unwrap());
    desk.run(&["ingest"]);
    let first = desk.data_files("out");
    // Known by its stamp, it is not opened again.
    thread::sleep(Duration::from_secs(3));
    desk.run(&["ingest", "--fresh"]);
    desk.put("raw/2.txt", "简报".as_bytes());
    desk.run(&["ingest"]);
    assert_eq!(desk.documents()[0]["format"], "pdf");
    fs::remove_file(desk.path().join("raw/2.txt")).unwrap();
    desk.run(&["ingest"]);
    assert!(desk.data_files("out") == first);
}
