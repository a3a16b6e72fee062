//! What people decide about single documents: `jianbao review` writes it, `jianbao ingest` applies it, and says where it
//! could not.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::{Desk, file_in_raw, transcript};

const FAULTS: &str = "bulletin-with-faults.txt";
const CLEAN: &str = "bulletin-gb18030.txt";
/// SHA-256 of `raw/bulletin-gb18030.txt`.
const CLEAN_SHA256: &str = "3ebd337ff6353b00ca6200033654639c0407ad325d40a2a9a3852d86b78eece6";

fn desk(name: &str) -> Desk {
    let desk = Desk::new(&[(&format!("raw/{name}"), &file_in_raw(name))]);
    assert!(desk.run(&["ingest", "-q"]).status.success());
    desk
}

/// Runs `review` with `answers` typed in and `editor` as the editor: a shell script that is given the sheet as `$1`.
fn review(desk: &Desk, args: &[&str], answers: &str, editor: &str) -> Output {
    let script = desk.path().join("editor.sh");
    fs::write(&script, format!("#!/bin/sh\n{editor}\n")).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = desk.command(&[&["review"], args].concat());
    command.env_remove("VISUAL").env("EDITOR", "./editor.sh");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn rows(desk: &Desk, table: &str) -> Vec<Value> {
    let rows = fs::read_to_string(desk.path().join(format!("out/{table}.jsonl"))).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// `code rule message` of the remarks about overrides.
fn said(desk: &Desk) -> String {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    let line = |row: &Value| {
        let line = row["line"].as_i64().map_or("-".to_owned(), |line| line.to_string());
        format!("{line} {} {}: {}", text(row, "code"), text(row, "rule"), text(row, "message"))
    };
    let rows = rows(desk, "diagnostics");
    let rows = rows.iter().filter(|row| text(row, "code").contains("overrid"));
    rows.map(line).collect::<Vec<_>>().join("\n")
}

fn flags(desk: &Desk) -> Vec<String> {
    rows(desk, "items").iter().map(|row| row["flags"].to_string()).collect()
}

fn only_file(desk: &Desk) -> String {
    let names: Vec<_> = fs::read_dir(desk.path().join("overrides")).unwrap().map(|it| it.unwrap().path()).collect();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    fs::read_to_string(name).unwrap()
}

#[test]
fn flagged_items_are_shown_and_what_was_accepted_is_no_flag_any_more() {
    let desk = desk(FAULTS);
    assert_snapshot!(transcript(&review(&desk, &[], "what\na\ns\na\nq\n", "true")));
    assert_snapshot!(only_file(&desk));
    desk.run(&["ingest", "-q"]);
    let expected = [
        r#"["overridden"]"#,
        r#"["impossible-date","toc-wording-differs"]"#,
        r#"["overridden"]"#,
        r#"["headline-not-in-toc"]"#,
    ];
    assert_eq!(flags(&desk), expected);
    // What was decided is not asked again.
    let again = review(&desk, &[], "", "true");
    assert!(String::from_utf8(again.stdout).unwrap().starts_with("2 flagged;"));
}

#[test]
fn what_is_changed_in_the_editor_is_applied() {
    let desk = desk(FAULTS);
    let editor = r#"sed -i -e 's/^date = .*/date = "2023-12-01"/' -e 's/^district = .*/district = "酉阳县"/' \
        -e 's/^issue_no = .*/issue_no = 77/' -e 's/^\(24 = \)"body [a-z]*"/\1"body break"/' \
        -e 's/^\(26 = "\)body/\1item body/' "$1""#;
    let output = review(&desk, &["--code", "impossible-date"], "e\n", editor);
    assert!(output.status.success());
    assert_snapshot!(only_file(&desk));
    desk.run(&["ingest", "-q"]);
    assert_snapshot!(said(&desk));
    let items = rows(&desk, "items");
    assert_eq!(items.len(), 5);
    assert_eq!((items[1]["date"].as_str(), items[1]["date_basis"].as_str()), (Some("2023-12-01"), Some("override")));
    assert_eq!(items[1]["district"], "酉阳土家族苗族自治县");
    assert_eq!(
        (items[1]["district_code"].as_str(), items[1]["district_basis"].as_str()),
        (Some("500242"), Some("override"))
    );
    assert_eq!(items[1]["flags"].to_string(), r#"["overridden","toc-wording-differs"]"#);
    assert!(items.iter().all(|item| item["issue_no"] == 77));
    assert_eq!(items[2]["line_first"], 26);
}

#[test]
fn an_edit_that_is_not_understood_is_not_lost() {
    let desk = desk(FAULTS);
    let editor = r#"if grep -q nonsense "$1"; then sed -i 's/nonsense/brief/' "$1"; else
        sed -i -e 's/^kind = .*/kind = "nonsense"/' "$1"; fi"#;
    let output = review(&desk, &["--code", "impossible-date"], "e\ne\n", editor);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("not understood: `nonsense` is no kind; expected news, brief, article"), "{said}");
    assert!(only_file(&desk).contains(r#"kind = "brief""#));
}

#[test]
fn nothing_is_written_where_nothing_was_decided() {
    let desk = desk(FAULTS);
    for (answers, editor) in [("", "true"), ("q\n", "true"), ("e\nq\n", "true"), ("e\nq\n", "false")] {
        let output = review(&desk, &[], answers, editor);
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().ends_with("nothing was decided\n"));
        assert!(!desk.path().join("overrides").exists());
    }
}

/// Puts `entries` in force for the clean bulletin and reads it again.
fn decided(entries: &str) -> Desk {
    let desk = desk(CLEAN);
    let text = format!("source = \"any\"\nsha256 = \"{CLEAN_SHA256}\"\n{entries}");
    desk.put("overrides/one.toml", text.as_bytes());
    assert!(desk.run(&["ingest", "-q"]).status.success());
    desk
}

#[test]
fn paragraphs_are_joined_and_split_and_lines_are_what_they_are_said_to_be() {
    let desk = decided(
        "[[override]]\nline = 18\ntext = \"点。室主任沈怀川主持会议并讲话。\"\njoin = \"direct\"\n\
         [[override]]\nline = 20\ntext = \"期、改革开放和社会主义现代化建设新时期、中国特色社会主义\"\njoin = \"break\"\n\
         [[override]]\nline = 50\ntext = \"协议有效期三年，到期后可续签。\"\nrole = \"caption\"\n",
    );
    let items = rows(&desk, "items");
    let paragraphs: Vec<&str> = items[0]["body"].as_str().unwrap().split('\n').collect();
    assert!(paragraphs[0].contains("主持会议并讲话。文献集拟按"), "{paragraphs:?}");
    assert!(
        paragraphs[0].ends_with("中国特色社会主义") && paragraphs[1].starts_with("新时代四个部分"),
        "{paragraphs:?}"
    );
    assert!(!items[2]["body"].as_str().unwrap().contains("协议有效期"));
    assert_eq!(desk.statuses(), [format!("{CLEAN} ok -")]);
    assert_snapshot!(said(&desk));
}

#[test]
fn items_are_split_and_merged() {
    let desk = decided(
        "[[override]]\nline = 34\ntext = \"在老党员冉崇义家中，贺知远拉着老人的手，详细询问身体\"\nitem = \"starts\"\n\
         [[override]]\nline = 52\ntext = \"彭水县委党史研究室推出方言讲史节目\"\nitem = \"continues\"\n",
    );
    let lines: Vec<(i64, i64)> = rows(&desk, "items")
        .iter()
        .map(|item| (item["line_first"].as_i64().unwrap(), item["line_last"].as_i64().unwrap()))
        .collect();
    assert_eq!(lines, [(15, 28), (29, 33), (34, 40), (42, 62), (64, 74)]);
    let by = rows(&desk, "items")[3]["contributors"].to_string();
    assert_eq!(by, r#"["北碚区委党史研究室","彭水县委党史研究室"]"#);
}

#[test]
fn an_override_follows_its_line() {
    // A line number that does not hold any more, and a text that stands once.
    let desk = decided(
        "[[override]]\nline = 3\ntext = \"协议有效期三年，到期后可续签。\"\nset = { district = \"\", date = 2021 }\n",
    );
    let item = &rows(&desk, "items")[2];
    assert_eq!(
        (item["district"].as_str(), item["date"].as_str(), item["date_precision"].as_str()),
        (None, Some("2021-01-01"), Some("year"))
    );
    assert_eq!(item["flags"].to_string(), r#"["overridden"]"#);
}

#[test]
fn a_stale_override_is_reported_and_not_applied() {
    let before = desk(CLEAN);
    let desk = decided(
        "[[override]]\nline = 18\ntext = \"没有这一行。\"\njoin = \"direct\"\n\
         [[override]]\nline = 28\ntext = \"（市委党史研究室征研一处供稿）\"\njoin = \"direct\"\n\
         [[override]]\nline = 28\ntext = \"（市委党史研究室征研一处供稿）\"\naccept = \"doubtful-join\"\n\
         [[override]]\nline = 75\ntext = \"报：中央党史和文献研究院\"\nset = { district = \"渝中区\" }\n",
    );
    assert_snapshot!(said(&desk));
    let without_flags = |desk: &Desk| {
        let mut items = rows(desk, "items");
        items.iter_mut().for_each(|item| item["flags"] = Value::Null);
        items
    };
    assert_eq!(without_flags(&desk), without_flags(&before));
    let summary = String::from_utf8(desk.run(&["ingest", "--fresh"]).stdout).unwrap();
    assert!(summary.contains("stale-override"), "{summary}");
}

#[test]
fn other_overrides_are_another_run_and_the_same_ones_are_not() {
    let desk = decided("[[override]]\nset = { issue_no = 5 }\n");
    let run: Value = serde_json::from_slice(&fs::read(desk.path().join("out/run.json")).unwrap()).unwrap();
    assert!(run["rules"]["overrides/one.toml"].is_string());
    let again = String::from_utf8(desk.run(&["ingest"]).stdout).unwrap();
    assert!(again.contains("the dataset was left as it is"), "{again}");
    fs::remove_file(desk.path().join("overrides/one.toml")).unwrap();
    desk.run(&["ingest", "-q"]);
    assert!(rows(&desk, "items").iter().all(|item| item["issue_no"] == 3));
}

#[test]
fn overrides_lie_beside_the_rules_that_are_named() {
    let desk = desk(CLEAN);
    desk.put("team/rules/own.toml", b"[profile]\nid = \"own\"\ntitle = \"own\"\nextends = \"bulletin\"\n");
    let text = format!("sha256 = \"{CLEAN_SHA256}\"\n[[override]]\nset = {{ issue_no = 6 }}\n");
    desk.put("team/overrides/one.toml", text.as_bytes());
    desk.run(&["ingest", "-q", "--rules", "team/rules"]);
    assert!(rows(&desk, "items").iter().all(|item| item["issue_no"] == 6));
    desk.run(&["ingest", "-q"]);
    assert!(rows(&desk, "items").iter().all(|item| item["issue_no"] == 3));
    desk.run(&["ingest", "-q", "--overrides", "team/overrides"]);
    assert!(rows(&desk, "items").iter().all(|item| item["issue_no"] == 6));
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_place_and_reason() {
    let desk = desk(CLEAN);
    let place = "line = 18\ntext = \"x\"";
    let cases = [
        ("sha256 = 1", ""),
        ("", "[[override]]\nset = { issue_no = 5 }\n"),
        ("sha256 = \"abc\"", ""),
        ("SHA", "[[override]]\nline = 3\njoin = \"direct\"\n"),
        ("SHA", "[[override]]\nline = 0\ntext = \"x\"\njoin = \"direct\"\n"),
        ("SHA", &format!("[[override]]\n{place}\n")),
        ("SHA", &format!("[[override]]\n{place}\njoin = \"glue\"\n")),
        ("SHA", &format!("[[override]]\n{place}\nrole = \"other\"\n")),
        ("SHA", &format!("[[override]]\n{place}\nset = {{ issue_no = 3 }}\n")),
        ("SHA", "[[override]]\nset = { district = \"渝中区\" }\n"),
        ("SHA", &format!("[[override]]\n{place}\nset = {{ date = \"soon\" }}\n")),
        ("SHA", &format!("[[override]]\n{place}\nset = {{ district_code = \"12\" }}\n")),
        ("SHA", &format!("[[override]]\n{place}\nset = {{ colour = \"red\" }}\n")),
        ("SHA", &format!("[[override]]\n{place}\naccept = \"no-such-code\"\n")),
        ("SHA", &format!("[[override]]\n{place}\nrole = \"body\"\nremark = \"x\"\n")),
    ];
    let mut all = String::new();
    for (head, entries) in cases {
        let head = head.replace("SHA", &format!("sha256 = \"{CLEAN_SHA256}\""));
        desk.put("overrides/one.toml", format!("{head}\n{entries}").as_bytes());
        let output = desk.run(&["ingest", "-q"]);
        assert_eq!(output.status.code(), Some(2), "{entries}");
        all.push_str(&String::from_utf8(output.stderr).unwrap());
    }
    desk.put("overrides/one.toml", format!("sha256 = \"{CLEAN_SHA256}\"\n").as_bytes());
    desk.put("overrides/two.toml", format!("sha256 = \"{CLEAN_SHA256}\"\n").as_bytes());
    all.push_str(&String::from_utf8(desk.run(&["ingest", "-q"]).stderr).unwrap());
    all.push_str(&String::from_utf8(desk.run(&["ingest", "-q", "--overrides", "nowhere"]).stderr).unwrap());
    assert_snapshot!(all);
}
