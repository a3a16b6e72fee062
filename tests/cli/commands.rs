//! Help, and the commands that write nothing.

use std::io::Read;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{Desk, bulletins, transcript};

#[test]
fn help_is_short_and_long_help_says_the_rest() {
    let desk = Desk::new(&[]);
    assert_snapshot!("help", transcript(&desk.run(&["--help"])));
    assert_snapshot!("help_ingest", transcript(&desk.run(&["ingest", "--help"])));
    assert_snapshot!("help_inspect", transcript(&desk.run(&["inspect", "-h"])));
    assert_snapshot!("help_export", transcript(&desk.run(&["export", "--help"])));
    assert_snapshot!("help_merge", transcript(&desk.run(&["merge", "--help"])));
    assert_snapshot!("help_bag", transcript(&desk.run(&["bag", "--help"])));
    assert_snapshot!("help_report", transcript(&desk.run(&["report", "--help"])));
    assert_snapshot!("help_rules", transcript(&desk.run(&["rules", "-h"])));
    assert_snapshot!("help_schema", transcript(&desk.run(&["schema", "-h"])));
}

#[test]
fn wrong_arguments_cannot_run() {
    let desk = Desk::new(&[]);
    assert_snapshot!("no_command", transcript(&desk.run(&[])));
    assert_snapshot!("no_jobs", transcript(&desk.run(&["ingest", "--jobs", "0"])));
    assert_snapshot!("unknown_format", transcript(&desk.run(&["ingest", "--format", "csv"])));
    assert_snapshot!("unknown_rule", transcript(&desk.run(&["rules", "explain", "no-such-rule"])));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let desk = Desk::new(&bulletins());
    for args in [&["schema"][..], &["schema", "--format", "json"], &["inspect", "raw/2020/1.txt"], &["ingest"]] {
        let mut child = desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn inspect_cannot_show_what_is_not_there() {
    assert_snapshot!("inspect_missing", transcript(&Desk::new(&[]).run(&["inspect", "raw/1.txt"])));
}

#[test]
fn colours_are_left_out_where_they_are_not_wanted() {
    let desk = Desk::new(&bulletins());
    let plain = desk.run(&["inspect", "raw/2020/1.txt"]);
    assert!(!plain.stdout.contains(&0x1b));
    let coloured = desk.command(&["inspect", "raw/2020/1.txt"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(coloured.stdout.contains(&0x1b));
}

#[test]
fn the_schema_is_printed_for_programs_too() {
    let output = Desk::new(&[]).run(&["schema", "--format", "json"]);
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tables: Vec<&str> =
        schema["tables"].as_array().unwrap().iter().map(|table| table["name"].as_str().unwrap()).collect();
    assert_eq!(tables, ["items", "documents", "lines", "diagnostics"]);
}
