//! Pairs of runs of which every difference is known: the comparison names exactly these.

use std::fs;

use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::{Desk, transcript};

/// Bulletins of several items each, by their stories.
const STORIES: [(&str, &str, &str); 6] = [
    (
        "渝北区档案馆开展宣传活动",
        "1月24日，渝北区档案馆在两路街道开展宣传活动，发放宣传册三百余份，展出老照片四十余幅。",
        "渝北区档案馆",
    ),
    (
        "巴南区召开座谈会",
        "2月3日，巴南区委党史研究室召开座谈会，邀请老党员讲述亲身经历，并征集到实物二十件。",
        "巴南区委党史研究室",
    ),
    ("万州区举办展览", "3月5日，万州区博物馆举办抗战文物展览，观众需预约参观，展期三个月。", "万州区博物馆"),
    ("涪陵区修缮旧址", "4月6日，涪陵区启动革命旧址修缮工程，预计年底完工并向公众免费开放。", "涪陵区文物管理所"),
    ("合川区编纂史志", "5月7日，合川区启动新一轮地方志编纂，成立编委会并召开第一次全体会议。", "合川区地方志办公室"),
    ("北碚区走访老兵", "6月8日，北碚区退役军人事务局走访慰问抗美援朝老兵，记录口述历史六段。", "北碚区退役军人事务局"),
];

fn bulletin(stories: &[usize]) -> String {
    let story = |&at: &usize| {
        let (headline, body, by) = STORIES[at];
        format!("{headline}\n　　{body}\n（{by}供稿）\n")
    };
    stories.iter().map(story).collect()
}

/// Two runs, `old` and `new`, over the files of each.
fn runs(old: &[(&str, &str)], new: &[(&str, &str)]) -> Desk {
    let desk = Desk::new(&[]);
    for (run, files) in [("old", old), ("new", new)] {
        let input = format!("{run}-raw");
        fs::create_dir(desk.path().join(&input)).unwrap();
        for (name, text) in files {
            desk.put(&format!("{input}/{name}"), text.as_bytes());
        }
        let output = desk.run(&["ingest", &input, "--out", run, "--quiet"]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", transcript(&output));
    }
    desk
}

fn diff(desk: &Desk, old: &str, new: &str, more: &[&str]) -> String {
    transcript(&desk.run(&[&["diff", old, new], more].concat()))
}

fn json(desk: &Desk, old: &str, new: &str) -> Value {
    let output = desk.run(&["diff", old, new, "--format", "json"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", transcript(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The counts of what was found.
fn counts(desk: &Desk) -> Value {
    json(desk, "old", "new")["counts"].clone()
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text)], &[("1.txt", &text)]);
    assert_snapshot!("diff_itself", diff(&desk, "old", "old", &[]));
    assert_snapshot!("diff_equal_runs", diff(&desk, "old", "new", &[]));
    assert_eq!(json(&desk, "old", "new")["counts"], json!({}));
    // What was written in other formats is the same still.
    desk.run(&["ingest", "new-raw", "--out", "new", "--quiet", "--format", "parquet"]);
    assert_snapshot!("diff_other_formats", diff(&desk, "old", "new", &[]));
}

#[test]
fn files_that_come_go_and_move_are_told() {
    let texts: Vec<String> = [&[0, 1][..], &[2], &[3], &[4], &[5]].map(bulletin).to_vec();
    let desk = runs(
        &[("2020/gone.txt", &texts[0]), ("2020/moved.txt", &texts[1]), ("edited.txt", &texts[2]), ("z.txt", &texts[3])],
        &[
            ("2021/place.txt", &texts[1]),
            ("edited.txt", &texts[2].replace("年底完工", "明年完工")),
            ("new.txt", &texts[4]),
            ("z.txt", &texts[3]),
        ],
    );
    assert_snapshot!("diff_files", diff(&desk, "old", "new", &[]));
    assert_eq!(counts(&desk), json!({"sources": 4, "added": 1, "removed": 2, "edited": 1, "lines": 2}));
}

#[test]
fn a_file_under_another_name_changes_no_item() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text)], &[("another/place.txt", &text)]);
    assert_eq!(counts(&desk), json!({"sources": 1}));
    assert_eq!(json(&desk, "old", "new")["items"]["same"], 3);
}

#[test]
fn a_file_with_another_name_and_other_bytes_is_known_by_its_items() {
    let text = bulletin(&[0, 1, 2]);
    let edited = text.replace("老照片四十余幅", "老照片五十余幅");
    let other = bulletin(&[3, 4]);
    let desk =
        runs(&[("1.txt", &text), ("3.txt", &other)], &[("another/place.txt", &edited), ("new.txt", &bulletin(&[5]))]);
    assert_eq!(json(&desk, "old", "new")["sources"]["renamed"], json!([{"old": "1.txt", "new": "another/place.txt"}]));
    assert_snapshot!("diff_renamed", diff(&desk, "old", "new", &[]));
}

/// Of files with the same bytes another one is read when the first goes.
#[test]
fn items_stay_when_another_copy_is_read() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text), ("2.txt", &text)], &[("2.txt", &text)]);
    assert_eq!(counts(&desk), json!({"sources": 1}));
}

#[test]
fn a_changed_rule_is_one_line() {
    let stories = bulletin(&[0, 1, 2]);
    let files: Vec<(String, String)> =
        (1..=8).map(|day| (format!("{day}.txt"), stories.replace("月", &format!("月{day}日至1")))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let desk = runs(&files, &files);
    // In the new run no contributor is told from the text.
    let rules = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/base.toml")).unwrap();
    assert!(rules.contains("供稿"));
    desk.put("rules/base.toml", rules.replace("供稿", "供搞").as_bytes());
    let output = desk.run(&["ingest", "new-raw", "--out", "new", "--quiet", "--rules", "rules"]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", transcript(&output));
    assert_snapshot!("diff_rule", diff(&desk, "old", "new", &[]));
    assert_snapshot!("diff_rule_fields", diff(&desk, "old", "new", &["--fields", "district", "--limit", "3"]));
}

/// One paragraph of full lines; in the other run its second line is cut short.
#[test]
fn a_corrupted_wrap_is_a_changed_join_with_the_lines_around() {
    let wrapped = "渝北区档案馆开展宣传活动\n　　1月24日，渝北区档案馆在两路街道开展宣传活动，\n发放宣传册三百余份，展出老照片四十余幅，现场解答\n群众关于查档利用的问题，受到居民欢迎，下一步还将\n走进学校和社区，持续开展宣传。\n（渝北区档案馆供稿）\n";
    let cut = wrapped.replace("四十余幅，现场解答\n", "四十余幅。\n　　现场解答");
    let desk = runs(&[("1.txt", wrapped)], &[("1.txt", &cut)]);
    assert_snapshot!("diff_wrap", diff(&desk, "old", "new", &[]));
}

#[test]
fn items_that_were_cut_or_became_one_are_told() {
    let two = bulletin(&[0, 1, 2]);
    // Without the headline and what closed the item before it, the second story is text of the first.
    let one = two.replace("（渝北区档案馆供稿）\n巴南区召开座谈会\n", "");
    let desk = runs(&[("1.txt", &two)], &[("1.txt", &one)]);
    assert_eq!(counts(&desk)["merged"], 1, "{}", diff(&desk, "old", "new", &[]));
    assert_snapshot!("diff_merged", diff(&desk, "old", "new", &[]));
    let back = json(&desk, "new", "old");
    assert_eq!((&back["counts"]["split"], &back["counts"]["merged"]), (&json!(1), &Value::Null));
}

#[test]
fn items_that_stand_elsewhere_are_told() {
    let files = [[0, 1, 2, 3].as_slice(), &[1, 2, 3, 0]].map(bulletin);
    let desk = runs(&[("1.txt", &files[0])], &[("1.txt", &files[1])]);
    assert_eq!(json(&desk, "old", "new")["items"]["changes"][0]["class"], "moved");
    assert_eq!(json(&desk, "old", "new")["items"]["same"], 3);
    // And in another file.
    let parts = [[0, 1].as_slice(), &[2], &[0], &[1, 2]].map(bulletin);
    let desk = runs(&[("1.txt", &parts[0]), ("2.txt", &parts[1])], &[("1.txt", &parts[2]), ("2.txt", &parts[3])]);
    let change = &json(&desk, "old", "new")["items"]["changes"][0];
    let sources = [&change["class"], &change["old"][0]["source"], &change["new"][0]["source"]];
    assert_eq!(sources, ["moved", "1.txt", "2.txt"]);
}

#[test]
fn characters_marks_and_white_space_are_told_apart() {
    let text = bulletin(&[0, 1, 2]);
    let edited = text
        .replace("讲述亲身经历", "讲述亲生经历")
        .replace("展览，观众", "展览。观众")
        .replace("照片四十", "照片 四十");
    let desk = runs(&[("1.txt", &text)], &[("1.txt", &edited)]);
    assert_snapshot!("diff_text", diff(&desk, "old", "new", &[]));
    assert_eq!(counts(&desk), json!({"sources": 1, "edited": 3, "lines": 6}));
}

#[test]
fn text_lost_to_a_new_failure_comes_first() {
    let texts: Vec<String> = [&[0, 1][..], &[2]].map(bulletin).to_vec();
    let files = [("1.txt", texts[0].as_str()), ("2.txt", texts[1].as_str())];
    let desk = runs(&files, &files);
    desk.run(&["ingest", "new-raw", "--out", "new", "--quiet", "--limit", "file-bytes=300"]);
    assert_snapshot!("diff_lost", diff(&desk, "old", "new", &[]));
    assert_eq!(json(&desk, "new", "old")["counts"]["regained"], 1);
}

#[test]
fn what_is_asked_for_decides_the_exit_code() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text)], &[("1.txt", &text.replace("亲身", "亲生"))]);
    let code = |more: &[&str]| desk.run(&[&["diff", "old", "new"], more].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on", "added,removed"]), Some(0));
    assert_eq!(code(&["--fail-on", "removed,edited"]), Some(1));
    assert_eq!(code(&["--ignore", "body", "--fail-on", "edited"]), Some(0));
    assert_eq!(code(&["--fields", "district", "--fail-on", "edited"]), Some(0));
    assert_eq!(code(&["--fields", "distrikt"]), Some(2));
    assert_eq!(code(&["--fail-on", "all"]), Some(2));
}

#[test]
fn what_cannot_be_compared_says_why() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text)], &[("1.txt", &text.replace("亲身", "亲生"))]);
    let mut said = Vec::new();
    let mut check = |old: &str, new: &str| {
        let text = diff(&desk, old, new, &[]);
        let error = text.strip_prefix("exit code: 2\n----- stdout -----\n----- stderr -----\nerror: ");
        said.push(error.unwrap_or_else(|| panic!("{text}")).to_owned());
    };
    check("old", "nowhere");
    check("old-raw", "new");
    desk.run(&["ingest", "new-raw", "--out", "lines", "--quiet", "--format", "jsonl"]);
    check("old", "lines");
    for (copy, change) in [("cut", 100), ("turned", 0)] {
        for (name, mut bytes) in desk.files("new") {
            if name == "lines.parquet" {
                let middle = bytes.len() / 2;
                if change > 0 { bytes.truncate(middle) } else { bytes[middle] ^= 1 }
            }
            desk.put(&format!("{copy}/{name}"), &bytes);
        }
        check("old", copy);
    }
    // Of the same length and listed with the same hash, it is not looked at; cut off, it is seen.
    check("new", "cut");
    assert_snapshot!("diff_errors", said.concat());
}

#[test]
fn other_formats_have_the_same_changes() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("1.txt", &text)], &[("1.txt", &text.replace("亲身", "<script>"))]);
    let page = diff(&desk, "old", "new", &["--format", "html"]);
    assert!(page.contains("&lt;script&gt;") && page.matches("<script").count() == 1, "{page}");
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && !page.contains("unsafe"), "{page}");
    let output = desk.run(&["diff", "old", "new", "--format", "parquet", "--out", "changes.parquet"]);
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    assert!(desk.files(".")["changes.parquet"].starts_with(b"PAR1"));
    desk.run(&["diff", "old", "new", "--out", "changes.txt"]);
    assert!(diff(&desk, "old", "new", &[]).contains(std::str::from_utf8(&desk.files(".")["changes.txt"]).unwrap()));
}

/// The comparison with old and new exchanged, and every list in an order that does not tell them apart.
fn mirrored(value: &Value) -> Value {
    let word = |key: &str| {
        match key {
            "old" => "new",
            "new" => "old",
            "gone" => "new",
            "added" => "removed",
            "removed" => "added",
            "split" => "merged",
            "merged" => "split",
            "lost" => "regained",
            "regained" => "lost",
            other => other,
        }
        .to_owned()
    };
    match value {
        Value::Object(map) if map.contains_key("gone") => {
            let mut map = map.clone();
            let (gone, new) = (map["gone"].clone(), map["new"].clone());
            map.insert("gone".to_owned(), new);
            map.insert("new".to_owned(), gone);
            let sorted = map.iter().map(|(key, value)| (key.clone(), sorted(value, mirrored)));
            Value::Object(sorted.collect())
        }
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| {
                let value = match value {
                    Value::String(class) if key == "class" => Value::String(word(class)),
                    value => mirrored(value),
                };
                (word(key), value)
            };
            Value::Object(map.iter().map(entry).collect())
        }
        list => sorted(list, mirrored),
    }
}

fn sorted(value: &Value, each: fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(each).collect();
            list.sort_by_key(ToString::to_string);
            Value::Array(list)
        }
        Value::Object(map) => each(&Value::Object(map.clone())),
        other => other.clone(),
    }
}

fn same(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), same(value))).collect()),
        list => sorted(list, |it| if it.is_array() || it.is_object() { same(it) } else { it.clone() }),
    }
}

/// A corpus: files by name, each of some stories, some of them changed.
fn corpus() -> impl Strategy<Value = Vec<(usize, Vec<(usize, usize)>)>> {
    let story = (0..STORIES.len(), 0..6_usize);
    proptest::collection::vec((0..5_usize, proptest::collection::vec(story, 0..5)), 0..5)
}

fn text_of(stories: &[(usize, usize)]) -> String {
    let story = |&(at, change): &(usize, usize)| {
        let text = bulletin(&[at]);
        match change {
            0 => text.replace("区", "县"),
            1 => text.replace('，', "。\n"),
            2 => text.lines().skip(1).collect::<Vec<_>>().join("\n") + "\n",
            3 => text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n",
            _ => text,
        }
    };
    stories.iter().map(story).collect()
}

#[test]
fn a_comparison_is_the_mirror_of_the_other_way_round() {
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&(corpus(), corpus()), |(old, new)| {
            let files = |corpus: &[(usize, Vec<(usize, usize)>)]| -> Vec<(String, String)> {
                corpus.iter().map(|(name, stories)| (format!("{name}.txt"), text_of(stories))).collect()
            };
            let (old, new) = (files(&old), files(&new));
            let olds: Vec<(&str, &str)> = old.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            let news: Vec<(&str, &str)> = new.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            let desk = runs(&olds, &news);
            let (there, back) = (json(&desk, "old", "new"), json(&desk, "new", "old"));
            prop_assert_eq!(same(&mirrored(&there)), same(&back));
            prop_assert_eq!(&json(&desk, "old", "old")["counts"], &json!({}));
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_people_have_decided_is_named_as_the_cause() {
    let text = bulletin(&[0, 1, 2]);
    let desk = runs(&[("a.txt", &text)], &[("a.txt", &text)]);
    let row = fs::read_to_string(desk.path().join("old/documents.jsonl")).unwrap();
    let row: Value = serde_json::from_str(&row).unwrap();
    let place =
        |line: usize| format!("[[override]]\nline = {line}\ntext = {:?}\n", text.lines().nth(line - 1).unwrap().trim());
    let overrides = format!(
        "sha256 = {}\n{}set = {{ district = \"巴南区\" }}\n{}item = \"continues\"\n{}role = \"caption\"\n",
        row["sha256"],
        place(1),
        place(4),
        place(8)
    );
    desk.put("overrides/a.toml", overrides.as_bytes());
    assert!(desk.run(&["ingest", "new-raw", "--out", "new", "--quiet"]).status.success());
    assert_snapshot!("diff_overridden", diff(&desk, "old", "new", &[]));
    assert_snapshot!("diff_overridden_mirrored", diff(&desk, "new", "old", &[]));
    assert_eq!(json(&desk, "new", "new")["counts"], json!({}));
}
