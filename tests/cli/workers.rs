//! Workers that fail take nothing down but their document, and the document says what happened.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Desk, file_in_raw};

/// `count` PDF files of one page, each with bytes of its own.
fn pdfs(count: usize) -> Desk {
    let desk = Desk::new(&[]);
    let content = file_in_raw("bulletin.pdf");
    for number in 0..count {
        let remark = format!("\n%% {number}\n");
        desk.put(&format!("raw/{number:02}.pdf"), &[content.as_slice(), remark.as_bytes()].concat());
    }
    desk
}

fn rows_but(desk: &Desk, table: &str, label: &str) -> Vec<String> {
    let rows = fs::read_to_string(desk.path().join(format!("out/{table}.jsonl"))).unwrap();
    let of_label = format!("\"source\":\"{label}\"");
    rows.lines().filter(|row| !row.contains(&of_label)).map(str::to_owned).collect()
}

#[test]
fn each_fault_has_its_code_and_the_other_rows_are_as_ever() {
    let desk = pdfs(12);
    assert_eq!(desk.run(&["ingest", "--jobs", "2"]).status.code(), Some(0));
    let tables = ["items", "documents", "diagnostics"];
    let clean = tables.map(|table| rows_but(&desk, table, "05.pdf"));
    for (fault, code) in [
        ("hang", "worker-hung"),
        ("spin", "limit-page-seconds"),
        ("panic", "internal-error"),
        ("abort", "worker-aborted"),
        ("overflow", "worker-stack-overflow"),
        ("allocate", "limit-memory"),
        ("allocate-at-once", "limit-memory"),
        ("exit", "worker-exited"),
        ("garbage", "worker-garbled"),
    ] {
        let fault = format!("05.pdf={fault}");
        let limits = ["--limit", "page-seconds=2", "--limit", "memory=512M"];
        let output = desk.run(&[&["ingest", "--fresh", "--jobs", "2", "--fault", &fault] as &[&str], &limits].concat());
        assert_eq!(output.status.code(), Some(1), "{fault}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(desk.statuses()[5], format!("05.pdf failed {code}"), "{fault}");
        assert!(tables.map(|table| rows_but(&desk, table, "05.pdf")) == clean, "{fault}");
    }
}

#[test]
fn the_pages_made_before_a_fault_are_kept() {
    let desk = Desk::new(&[]);
    let issue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf/files/issue_of_two_pages.pdf");
    desk.put("raw/1.pdf", &fs::read(issue).unwrap());
    desk.run(&["ingest"]);
    let pages = desk.documents()[0]["pages"].as_u64().unwrap();
    assert!(pages > 1);
    desk.run(&["ingest", "--fresh", "--jobs", "1", "--fault", "1.pdf=abort@1"]);
    let row = &desk.documents()[0];
    assert_eq!((row["status"].as_str(), row["error_code"].as_str()), (Some("partial"), Some("worker-aborted")));
    assert_eq!(row["pages"].as_u64(), Some(pages));
    let said = row["error"].as_str().unwrap();
    assert!(said.starts_with(&format!("1 of {pages} pages were read, and then: ")), "{said}");
    assert!(row["chars_total"].as_u64() > Some(0));
}

#[test]
fn what_was_cut_is_tried_again_when_asked_or_with_other_limits() {
    let desk = pdfs(3);
    let failed = || desk.documents().iter().filter(|row| row["status"] == "failed").count();
    let limit = ["--limit", "page-seconds=1"];
    desk.run(&[&["ingest", "--fault", "01.pdf=hang"], &limit as &[&str]].concat());
    assert_eq!(failed(), 1);
    // The same limits will not help, so the row stays and nobody waits for it again.
    let begun = now();
    desk.run(&[&["ingest"], &limit as &[&str]].concat());
    assert_eq!(failed(), 1);
    assert!(begun.elapsed() < Duration::from_secs(1), "it waited again");
    desk.run(&[&["ingest", "--retry"], &limit as &[&str]].concat());
    assert_eq!(failed(), 0);
    desk.run(&[&["ingest", "--fresh", "--fault", "01.pdf=hang"], &limit as &[&str]].concat());
    assert_eq!(failed(), 1);
    desk.run(&["ingest", "--limit", "page-seconds=2"]);
    assert_eq!(failed(), 0);
}

#[test]
fn a_document_that_holds_up_the_line_does_not_hold_up_the_others() {
    let desk = pdfs(40);
    let begun = now();
    let output = desk.run(&["ingest", "--jobs", "2", "--limit", "page-seconds=6", "--fault", "00.pdf=hang"]);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // After five seconds a line says how it goes: all but the first are done.
    assert!(said.starts_with("0 of 40 documents, 39 ahead, "), "{said}");
    // How long the first will take is not told by its bytes.
    assert!(said.lines().next().unwrap().ends_with("/s, waiting for the last 1"), "{said}");
}

#[test]
fn the_summary_counts_what_was_not_read_by_cause_and_says_how_it_is_tried_again() {
    let desk = pdfs(20);
    let faults: Vec<String> = (0..11).map(|number| format!("{number:02}.pdf=abort")).collect();
    let mut args = vec!["ingest", "--jobs", "2"];
    faults.iter().for_each(|fault| args.extend(["--fault", fault]));
    desk.put("raw/empty.txt", b"");
    let again = ["ingest", "--jobs", "2"];
    // Whether they fail now or are known to have failed.
    for args in [&args[..], &args, &again] {
        let said = String::from_utf8(desk.run(args).stdout).unwrap();
        assert!(said.contains("  12 in all: 11 worker-aborted, 1 empty-file\n"), "{said}");
        assert!(said.contains("\n11 documents cut by a limit or a fault: --retry, with a higher --limit,"), "{said}");
    }
    let said = String::from_utf8(desk.run(&["ingest", "--jobs", "2", "--retry"]).stdout).unwrap();
    assert!(!said.contains("cut by a limit") && said.contains("20 ok, 1 failed"), "{said}");
}

#[test]
fn without_workers_the_data_is_the_same() {
    let desk = pdfs(5);
    desk.run(&["ingest", "--out", "apart"]);
    desk.run(&["ingest", "--out", "together", "--no-workers"]);
    assert!(desk.data_files("apart") == desk.data_files("together"));
}

#[expect(clippy::disallowed_methods, reason = "whether anything waits is what is tested")]
fn now() -> Instant {
    Instant::now()
}
