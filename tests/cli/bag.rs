//! Bags hold what the run wrote and read, and nothing that is not as it was; another program finds them valid.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use regex::Regex;
use sha2::{Digest, Sha256};

use crate::{Desk, bulletins, transcript};

/// Every file below `folder`, by its path there.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks `bag` as RFC 8493 wants it: all files listed, each with its hash, and what is said of the payload.
fn assert_valid(bag: &Path) {
    let files = tree(bag);
    let manifest = |name: &str| -> BTreeMap<String, String> {
        let text = std::str::from_utf8(&files[name]).unwrap();
        let line = |line: &str| {
            let (hash, path) = line.split_once("  ").unwrap();
            (path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"), hash.to_owned())
        };
        assert_eq!(text.lines().count(), text.lines().map(line).collect::<BTreeMap<_, _>>().len());
        text.lines().map(line).collect()
    };
    let hashes = |wanted: &dyn Fn(&str) -> bool| -> BTreeMap<String, String> {
        files.iter().filter(|(name, _)| wanted(name)).map(|(name, bytes)| (name.clone(), sha256(bytes))).collect()
    };
    assert_eq!(manifest("manifest-sha256.txt"), hashes(&|name| name.starts_with("data/")));
    let tags = hashes(&|name| !name.starts_with("data/") && !name.starts_with("tagmanifest"));
    assert_eq!(manifest("tagmanifest-sha256.txt"), tags);
    assert_eq!(tags.keys().collect::<Vec<_>>(), ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"]);
    assert_eq!(files["bagit.txt"], b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    let payload = files.iter().filter(|(name, _)| name.starts_with("data/"));
    let (bytes, count) = payload.fold((0, 0), |(bytes, count), (_, file)| (bytes + file.len(), count + 1));
    let info = std::str::from_utf8(&files["bag-info.txt"]).unwrap();
    assert!(info.contains(&format!("\nPayload-Oxum: {bytes}.{count}\n")), "{info}");
    judged_by_bagit(bag);
}

/// What the Python library `bagit` says, where `just test` has put it.
fn judged_by_bagit(bag: &Path) {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    let there = |python: &PathBuf| Command::new(python).args(["-c", "import bagit"]).stderr(Stdio::null()).status();
    if !there(&python).is_ok_and(|status| status.success()) {
        eprintln!("skipped: the Python library bagit is not there; just test fetches it");
        return;
    }
    let output = Command::new(python).args(["-m", "bagit", "--validate"]).arg(bag).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A run with equal files, Chinese names, a name that is not UTF-8, a lost file and an empty one.
fn run() -> Desk {
    let mut files = bulletins();
    let (_, copied) = files[0];
    files.extend([("raw/二〇二二/第1期 副本.txt", copied), ("raw/empty.txt", b"".as_slice())]);
    let desk = Desk::new(&files);
    let name = OsStr::from_bytes(b"\xb5\xda1\xc6\xda.txt");
    fs::write(desk.path().join("raw").join(name), "另一期\n").unwrap();
    symlink("nowhere", desk.path().join("raw/gone.txt")).unwrap();
    desk.put("raw/notes.docx", b"PK");
    desk.run(&["ingest"]);
    desk
}

/// What `jianbao` says, without the day.
fn said(desk: &Desk, args: &[&str]) -> String {
    transcript(&desk.run(args))
}

#[test]
fn a_bag_of_the_dataset_alone() {
    let desk = run();
    desk.put("out/report.html", b"not the run's");
    assert_snapshot!("bag", said(&desk, &["bag", "out", "bag"]));
    assert_valid(&desk.path().join("bag"));
    let mut expected = desk.files("out");
    expected.remove("report.html");
    assert_eq!(desk.files("bag/data/dataset"), expected);
    assert_eq!(fs::read_dir(desk.path().join("bag/data")).unwrap().count(), 1);
    let info = fs::read_to_string(desk.path().join("bag/bag-info.txt")).unwrap();
    let info = Regex::new(r"\d{4}-\d\d-\d\d|\d+\.8\n").unwrap().replace_all(&info, "…").into_owned();
    assert_snapshot!("bag_info", info);
}

#[test]
fn a_bag_with_its_sources() {
    let desk = run();
    assert_snapshot!("bag_sources", said(&desk, &["bag", "out", "archive/2024/bag", "--sources", "raw"]));
    let bag = desk.path().join("archive/2024/bag");
    assert_valid(&bag);
    let sources = tree(&bag.join("data/sources"));
    let rows = desk.documents();
    let read: Vec<&str> =
        rows.iter().filter(|row| row["sha256"] != "").map(|row| row["source"].as_str().unwrap()).collect();
    assert_eq!(sources.keys().collect::<Vec<_>>(), read);
    assert_eq!(sources["\\xb5\\xda1\\xc6\\xda.txt"], "另一期\n".as_bytes());
    let manifest = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
    assert!(manifest.contains("  data/sources/二〇二二/第1期 副本.txt\n"), "{manifest}");
    let paths: Vec<&str> = manifest.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert!(paths.is_sorted(), "{manifest}");
}

#[test]
fn a_name_with_a_percent_sign_is_encoded_in_the_manifest_alone() {
    let desk = Desk::new(&[("raw/100%.txt", "占全部的100%。\n".as_bytes())]);
    desk.run(&["ingest"]);
    desk.run(&["bag", "out", "bag", "--sources", "raw"]);
    let manifest = fs::read_to_string(desk.path().join("bag/manifest-sha256.txt")).unwrap();
    assert!(manifest.contains("  data/sources/100%25.txt\n"), "{manifest}");
    assert!(desk.path().join("bag/data/sources/100%.txt").exists());
}

#[test]
fn json_lines_alone_can_be_put_into_a_bag() {
    let desk = run();
    desk.run(&["ingest", "--out", "lines", "--format", "jsonl"]);
    said(&desk, &["bag", "lines", "bag", "--sources", "raw"]);
    assert_valid(&desk.path().join("bag"));
    assert!(desk.path().join("bag/data/sources/empty.txt").exists());
}

#[test]
fn sources_that_are_missing_or_changed_are_named_and_no_bag_is_written() {
    let desk = run();
    fs::remove_file(desk.path().join("raw/2020/1.txt")).unwrap();
    desk.put("raw/2020/2.txt", "改过\n".as_bytes());
    assert_snapshot!("bag_changed_sources", said(&desk, &["bag", "out", "bag", "--sources", "raw"]));
    assert!(!desk.path().join("bag").exists());
    assert_snapshot!("bag_other_sources", said(&desk, &["bag", "out", "bag", "--sources", "raw/2021"]));
    let args = ["bag", "out", "bag", "--sources", "raw", "--allow-missing"];
    assert_snapshot!("bag_allow_missing", said(&desk, &args));
    assert_valid(&desk.path().join("bag"));
    assert!(!desk.path().join("bag/data/sources/2020/2.txt").exists());
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 3, "something was left beside the bag");
}

#[test]
fn a_dataset_that_is_not_whole_is_not_put_into_a_bag() {
    let desk = run();
    let whole = desk.files("out");
    let mut transcripts = Vec::new();
    let mut check = |args: &[&str]| {
        let said = said(&desk, args);
        assert!(said.starts_with("exit code: 2\n"), "{said}");
        transcripts.push(said.rsplit_once("error: ").unwrap().1.to_owned());
    };
    desk.put("out/items.jsonl", b"{}\n");
    check(&["bag", "out", "bag"]);
    fs::remove_file(desk.path().join("out/items.jsonl")).unwrap();
    check(&["bag", "out", "bag"]);
    desk.put("out/items.jsonl", &whole["items.jsonl"]);
    let run_json = String::from_utf8(whole["run.json"].clone()).unwrap();
    for name in ["../raw/empty.txt", "/etc/passwd", "run.json", "cache.bin"] {
        desk.put("out/run.json", run_json.replace("items.jsonl", name).as_bytes());
        check(&["bag", "out", "bag"]);
    }
    check(&["bag", "raw", "bag"]);
    desk.put("out/run.json", &whole["run.json"]);
    assert!(!desk.path().join("bag").exists());
    desk.put("full/file", b"");
    check(&["bag", "out", "full"]);
    check(&["bag", "out", "full/file"]);
    check(&["bag", "out", "full/file/bag"]);
    assert_snapshot!("bag_refused", transcripts.concat());
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 3, "something was left behind");

    fs::create_dir(desk.path().join("empty")).unwrap();
    desk.run(&["bag", "out", "empty"]);
    assert_valid(&desk.path().join("empty"));
}

#[test]
fn a_bag_that_is_stopped_is_no_bag() {
    let desk = run();
    // A file of a terabyte without content, which takes longer to copy than anyone waits.
    fs::File::options().write(true).open(desk.path().join("raw/2020/1.txt")).unwrap().set_len(1 << 40).unwrap();
    for (signal, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let mut command = desk.command(&["bag", "out", "bag", "--sources", "raw"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let under_way = || fs::read_dir(desk.path()).unwrap().count() > 2;
        while !under_way() {
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(100));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), code);
        assert!(!desk.path().join("bag").exists());
    }
}
