//! The program as its users meet it: exit code, standard output and standard error of real runs in a folder of their own.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on stops; a skipped one says so")]

mod again;
mod bad_input;
mod bag;
mod card;
mod commands;
mod diff;
mod export;
mod groups;
mod ingest;
mod interrupted;
mod limits;
mod merge;
mod nested;
mod review;
mod watch;
mod workers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use regex::Regex;
use tempfile::TempDir;

/// A folder with input files, in which the program runs.
struct Desk(TempDir);

impl Desk {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let desk = Self(TempDir::new().unwrap());
        for (name, content) in files {
            desk.put(name, content);
        }
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, content: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianbao"));
        command.current_dir(self.path()).args(args).stdin(Stdio::null());
        // The networks of this machine change nothing here.
        command.env("JIANBAO_MODELS", "no-models");
        for variable in ["CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The rows of `out/documents.jsonl`.
    fn documents(&self) -> Vec<serde_json::Value> {
        let rows = fs::read_to_string(self.path().join("out/documents.jsonl")).unwrap();
        rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    /// `source status error_code` of each row of `out/documents.jsonl`.
    fn statuses(&self) -> Vec<String> {
        let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
        let line = |row| format!("{} {} {}", word(row, "source"), word(row, "status"), word(row, "error_code"));
        self.documents().iter().map(line).collect()
    }

    /// Every file of `folder` by name; what is kept for the next run is a folder, and not among them.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path().join(folder)).unwrap().map(Result::unwrap);
        let entries = entries.filter(|entry| entry.file_type().unwrap().is_file());
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
    }

    /// The data files of `folder`, which must not depend on when and how they were made.
    fn data_files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files(folder);
        assert!(files.remove("run.json").is_some(), "no run.json in {folder}");
        files
    }
}

/// A sample of `raw`.
fn file_in_raw(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("raw").join(name)).unwrap()
}

/// Exit code, standard output and standard error as one text, without times and sizes.
fn transcript(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let whole = format!(
        "exit code: {}\n----- stdout -----\n{}----- stderr -----\n{}",
        output.status.code().map_or("none".to_owned(), |code| code.to_string()),
        text(&output.stdout),
        text(&output.stderr)
    );
    let changing = [
        (r"\([\d.]+ [KM]?i?B\)", "([size])"),
        (r"read in [\d.]+ s, [\d.]+ [KMG]?i?B/s", "read in [time]"),
        (r" +\n", "\n"),
    ];
    changing
        .iter()
        .fold(whole, |text, (pattern, instead)| Regex::new(pattern).unwrap().replace_all(&text, *instead).into_owned())
}

/// Small bulletins: enough for the program to have something to read.
fn bulletins() -> Vec<(&'static str, &'static [u8])> {
    vec![
        (
            "raw/2020/1.txt",
            "渝北区档案馆开展宣传活动\n　　1月24日，渝北区档案馆开展宣传活动。（渝北区档案馆供稿）\n".as_bytes(),
        ),
        ("raw/2020/2.txt", "巴南区召开座谈会\n　　2月3日，巴南区召开座谈会。（巴南区委党史研究室供稿）\n".as_bytes()),
        ("raw/2021/1.md", "# 万州区举办展览\n\n3月5日，万州区举办展览。（万州区博物馆供稿）\n".as_bytes()),
    ]
}
