//! Bad input gets a clear answer: a failed row and exit code 1 where the run can go on, exit code 2 where it cannot.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;

use crate::{Desk, bulletins, file_in_raw, transcript};

/// Runs over the sample bulletins and one bad file, and expects the bad one to fail with `code` and nothing else.
#[track_caller]
fn check(desk: &Desk, args: &[&str], bad: &str, code: &str) {
    let output = desk.run(args);
    assert_snapshot!(code, transcript(&output));
    assert_eq!(output.status.code(), Some(1));
    let failed: Vec<String> = desk.statuses().into_iter().filter(|status| !status.contains(" ok ")).collect();
    assert_eq!(failed, [format!("{bad} failed {code}")]);
}

#[test]
fn an_empty_file() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/2020/3.txt", b"");
    check(&desk, &["ingest"], "2020/3.txt", "empty-file");
    // Two empty files are two lost documents, not one and its copy.
    desk.put("raw/2020/4.txt", b"");
    desk.run(&["ingest"]);
    assert!(desk.statuses().contains(&"2020/4.txt failed empty-file".to_owned()));
}

#[test]
fn a_file_that_is_no_text() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/2020/3.txt", b"GIF89a\x00\x01\x02\x03");
    check(&desk, &["ingest"], "2020/3.txt", "binary-file");
}

#[test]
fn a_picture_under_the_name_of_a_text() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/2020/3.txt", b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03");
    assert_eq!(desk.run(&["ingest"]).status.code(), Some(0));
    assert!(desk.statuses().contains(&"2020/3.txt partial ocr-models-missing".to_owned()), "{:?}", desk.statuses());
}

#[test]
fn a_file_over_the_limit() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/big.txt", &"长".repeat(1000).into_bytes());
    check(&desk, &["ingest", "--limit", "file-bytes=2999"], "big.txt", "limit-file-bytes");
    let documents = desk.documents();
    let big = documents.iter().find(|row| row["source"] == "big.txt").unwrap();
    assert_eq!(big["bytes"], 3000);
    assert_eq!(big["sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn a_link_that_leads_back() {
    let desk = Desk::new(&bulletins());
    symlink("..", desk.path().join("raw/2020/up")).unwrap();
    check(&desk, &["ingest"], "2020/up", "symlink-loop");
}

#[test]
fn a_link_that_leads_nowhere() {
    let desk = Desk::new(&bulletins());
    symlink("gone.txt", desk.path().join("raw/link.txt")).unwrap();
    check(&desk, &["ingest"], "link.txt", "broken-link");
}

#[test]
fn pipes_and_sockets() {
    let desk = Desk::new(&bulletins());
    assert!(Command::new("mkfifo").arg(desk.path().join("raw/pipe.txt")).status().unwrap().success());
    check(&desk, &["ingest"], "pipe.txt", "not-a-file");
    let _socket = UnixListener::bind(desk.path().join("raw/socket")).unwrap();
    desk.run(&["ingest"]);
    assert!(desk.statuses().contains(&"socket failed not-a-file".to_owned()));
    assert_eq!(desk.run(&["ingest", "raw/pipe.txt"]).status.code(), Some(1));
}

#[test]
fn a_kind_of_file_that_is_not_read_though_asked_for() {
    let desk = Desk::new(&bulletins());
    desk.put("scan.djvu", b"AT&TFORM");
    check(&desk, &["ingest", "raw", "scan.djvu"], "scan.djvu", "unsupported-format");
}

#[test]
fn a_pdf_without_pages_whatever_it_is_called() {
    let desk = Desk::new(&bulletins());
    desk.put("raw/2020/3.txt", b"%PDF-1.4\n\x00\x01\x02\x03");
    check(&desk, &["ingest"], "2020/3.txt", "damaged-pdf");
    let documents = desk.documents();
    let damaged = documents.iter().find(|row| row["source"] == "2020/3.txt").unwrap();
    assert_eq!(damaged["format"], "pdf");
}

#[test]
fn a_name_that_is_not_utf_8() {
    let desk = Desk::new(&bulletins());
    let name = OsStr::from_bytes(b"\xb5\xda1\xc6\xda.txt");
    fs::copy(desk.path().join("raw/2020/1.txt"), desk.path().join("raw/2020").join(name)).unwrap();
    assert_eq!(desk.run(&["ingest"]).status.code(), Some(0));
    let expected =
        ["2020/1.txt ok -", "2020/2.txt ok -", "2020/\\xb5\\xda1\\xc6\\xda.txt duplicate -", "2021/1.md ok -"];
    assert_eq!(desk.statuses(), expected);
}

/// As root nothing is unreadable, so the program is then run as a user who owns nothing.
#[test]
fn a_folder_that_may_not_be_read() {
    const NOBODY: u32 = 65534;
    let desk = Desk::new(&bulletins());
    let allow = |path: &str, mode| fs::set_permissions(desk.path().join(path), Permissions::from_mode(mode)).unwrap();
    fs::create_dir(desk.path().join("out")).unwrap();
    allow("", 0o755);
    allow("out", 0o777);
    allow("raw/2020", 0o000);
    let mut command = desk.command(&["ingest"]);
    if fs::metadata(desk.path()).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let Ok(output) = command.output() else {
        eprintln!("skipped: another user cannot start the program from here");
        return;
    };
    allow("raw/2020", 0o755);
    assert_snapshot!("unreadable-folder", transcript(&output));
    assert_eq!(desk.statuses(), ["2020 failed unreadable-folder", "2021/1.md ok -"]);
}

#[test]
fn an_input_that_is_not_there() {
    let desk = Desk::new(&[]);
    assert_snapshot!("no_raw", transcript(&desk.run(&["ingest"])));
    assert_snapshot!("no_input", transcript(&desk.run(&["ingest", "bulletins/2020"])));
    assert!(!desk.path().join("out").exists());
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let desk = Desk::new(&bulletins());
    desk.put("out", b"a file");
    assert_snapshot!("out_is_a_file", transcript(&desk.run(&["ingest"])));
}

#[test]
fn rules_that_are_not_there() {
    let desk = Desk::new(&bulletins());
    assert_snapshot!("no_rules", transcript(&desk.run(&["ingest", "--rules", "rules"])));
    assert_snapshot!("no_rules_to_check", transcript(&desk.run(&["rules", "check", "--rules", "rules"])));
}

#[test]
fn rules_that_are_broken() {
    let desk = Desk::new(&bulletins());
    desk.put("rules/mine.toml", b"[profile]\nid = \"mine\"\ncolour = \"red\"\n");
    assert_snapshot!("broken_rules", transcript(&desk.run(&["ingest", "--rules", "rules"])));
    assert_eq!(desk.run(&["rules", "check", "--rules", "rules"]).status.code(), Some(2));
}

#[test]
fn a_full_disk() {
    let desk = Desk::new(&bulletins());
    desk.run(&["ingest"]);
    let before = desk.files("out");
    desk.put("raw/2020/3.pdf", &file_in_raw("bulletin.pdf"));
    // No file may grow beyond 4 KiB, which the system tells as it tells that a disk is full.
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" ingest";
    let mut command = Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_jianbao")]).current_dir(desk.path()).env("JIANBAO_MODELS", "none");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.starts_with("error: cannot write ") && error.lines().count() == 1, "{error}");
    assert!(desk.files("out") == before);
    assert_eq!(desk.run(&["ingest"]).status.code(), Some(0));
}

#[test]
fn a_file_that_vanishes_before_its_turn() {
    // With one worker two documents are in work: one is read, and one is ready to be read next.
    let pdf = file_in_raw("bulletin.pdf");
    let another = [pdf.as_slice(), b"\n"].concat();
    let desk = Desk::new(&[("raw/1.pdf", &pdf), ("raw/2.pdf", &another), ("raw/3.txt", "简报".as_bytes())]);
    let faults = ["--fault", "1.pdf=hang", "--fault", "2.pdf=hang", "--limit", "page-seconds=2"];
    let mut command = desk.command(&[["ingest", "--jobs", "1"].as_slice(), &faults].concat());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    while !desk.path().join("out").exists() {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(500));
    fs::remove_file(desk.path().join("raw/3.txt")).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let hung = ["1.pdf failed worker-hung", "2.pdf failed worker-hung"];
    assert_eq!(desk.statuses(), [hung.as_slice(), &["3.txt failed unreadable-file"]].concat());
}

#[test]
fn many_files_in_one_folder_and_long_names() {
    let desk = Desk::new(&[]);
    for number in 0..2000 {
        desk.put(&format!("raw/{number}.txt"), format!("第{number}条消息。").as_bytes());
    }
    let long = format!("raw/{}/{}.txt", "年".repeat(83), "期".repeat(80));
    desk.put(&long, "长".as_bytes());
    let output = desk.run(&["ingest", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let documents = desk.documents();
    assert_eq!(documents.len(), 2001);
    assert!(documents.iter().any(|row| format!("raw/{}", row["source"].as_str().unwrap()) == long));
}

#[test]
fn a_path_longer_than_the_system_takes() {
    let desk = Desk::new(&bulletins());
    let folders = |steps: usize| vec!["d".repeat(200); steps].join("/");
    // Each half is short enough to be made.
    desk.put(&format!("raw/{}/1.txt", folders(14)), "简报".as_bytes());
    desk.put(&format!("half/{}/2.txt", folders(14)), "简报".as_bytes());
    fs::rename(desk.path().join("half"), desk.path().join(format!("raw/{}/half", folders(14)))).unwrap();
    assert_eq!(desk.run(&["ingest", "--quiet"]).status.code(), Some(1));
    let failed: Vec<String> = desk.statuses().into_iter().filter(|status| status.contains(" failed ")).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].ends_with("d failed path-too-long"), "{}", failed[0]);
    assert!(desk.statuses().iter().any(|status| status.ends_with("/1.txt ok -")));
}
