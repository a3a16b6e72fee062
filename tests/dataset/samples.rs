//! Documents made by hand, one for each thing a table has to hold.

use std::collections::BTreeMap;
use std::path::Path;

use jianbao::dataset::{Formats, Machine, RunFacts, RunRecord, Timing, Writer};
use jianbao::model::{
    CharTally, Code, Contribution, ContributorKind, DateBasis, DatePrecision, Decided, Diagnostic, District,
    DistrictBasis, Document, EventDate, Failure, Format, Item, ItemKind, Join, JoinKind, Mark, Masthead, Origin, Rect,
    Role, Source, Status, TextLine, TextSource, TocEntry,
};
use jiff::civil::date;

pub(crate) const BOTH: Formats = Formats { parquet: true, jsonl: true };

/// A whole bulletin, a failure, a part and a duplicate, by path.
pub(crate) fn documents() -> Vec<Document> {
    let failure = |code, message: &str| Failure::new(code, message.to_owned());
    let unreadable = Source { sha256: String::new(), ..source("b/locked.md", Format::Markdown) };
    let failed = Document::failed(unreadable, failure("unreadable-file", "b/locked.md cannot be read."));
    let partial = Document {
        encoding: Some("GBK"),
        chars: CharTally { total: 9, unassigned: 9, ..CharTally::default() },
        status: Status::Partial(failure("undecodable-bytes", "2 bytes are not GBK.")),
        ..Document::empty(source("b/part.txt", Format::Text))
    };
    let duplicate = Document {
        status: Status::Duplicate("a/第1期.txt".to_owned()),
        ..Document::empty(source("c.txt", Format::Text))
    };
    vec![bulletin("a/第1期.txt"), failed, partial, duplicate]
}

/// Writes `documents` to `dir`.
pub(crate) fn write(dir: &Path, formats: Formats, documents: &[Document]) -> RunRecord {
    let mut writer = Writer::create(dir, formats).unwrap();
    for document in documents {
        writer.write(document).unwrap();
    }
    writer.finish(facts).unwrap()
}

/// What the caller says of a run.
pub(crate) fn facts() -> RunFacts {
    RunFacts {
        models: Vec::new(),
        rules: vec![("b.toml".to_owned(), "22".to_owned()), ("a.toml".to_owned(), "11".to_owned())],
        options: BTreeMap::from([("formats".to_owned(), "parquet,jsonl".into())]),
        skipped: BTreeMap::new(),
        timing: Timing {
            started: "2024-01-01T00:00:00Z".into(),
            finished: "2024-01-01T00:00:02Z".into(),
            seconds: 2.0,
        },
        machine: Machine { os: "linux".to_owned(), arch: "x86_64".to_owned(), cores: 8, jobs: 4 },
    }
}

/// A bulletin with a news item that has every field and a brief that has none.
pub(crate) fn bulletin(path: &str) -> Document {
    let news = Item {
        section: Some("工作动态".to_owned()),
        headline: Some("酉阳县召开 座谈会".to_owned()),
        kicker: Some("——纪念".to_owned()),
        body: "1月24日—25日，会议在酉阳召开。\n他说：“好\\\"”。".to_owned(),
        date: Some(EventDate {
            start: date(2020, 1, 24),
            end: Some(date(2020, 1, 25)),
            text: Some("1月24日—25日".to_owned()),
            precision: DatePrecision::Day,
            basis: DateBasis::Inferred,
        }),
        contribution: Some(Contribution {
            names: vec!["酉阳县委党史研究室".to_owned(), "张三".to_owned()],
            kind: ContributorKind::Contributed,
            text: "（酉阳县委党史研究室 张三 供稿）".to_owned(),
        }),
        district: Some(District {
            name: "酉阳土家族苗族自治县".to_owned(),
            code: Some("500242".to_owned()),
            basis: DistrictBasis::Contributor,
        }),
        districts: vec!["酉阳土家族苗族自治县".to_owned(), "渝中区".to_owned()],
        pages: Some((1, 2)),
        lines: (1, 2),
        in_toc: Some(true),
        ocr_confidence: Some(0.1),
        flags: vec!["doubtful-join", "unbalanced-quotes"],
        ..brief(1)
    };
    Document {
        encoding: Some("UTF-8"),
        pages: Some(2),
        profile: Some("chongqing".to_owned()),
        masthead: Masthead {
            publication: Some("重庆党史工作".to_owned()),
            publisher: Some("中共重庆市委党史研究室".to_owned()),
            issue_no: Some(1),
            issue_total: Some(88),
            issue_date: Some(date(2020, 3, 1)),
        },
        title: None,
        lines: vec![first_line(), last_line()],
        toc: Some(vec![toc_entry("酉阳县召开座谈会", Some(1)), toc_entry("没有的\t条目", None)]),
        items: vec![news, brief(2)],
        chars: CharTally { total: 40, items: 30, structure: 7, furniture: 3, unassigned: 0 },
        diagnostics: vec![
            remark(Code::DoubtfulJoin, Some(1), Some(1), Some("full-line")),
            remark(Code::TocEntryWithoutItem, None, None, None),
        ],
        ..Document::empty(source(path, Format::Text))
    }
}

fn source(path: &str, format: Format) -> Source {
    Source { path: path.to_owned(), sha256: "0123456789abcdef".repeat(4), bytes: 5_000_000_000, format }
}

fn brief(ordinal: u32) -> Item {
    Item {
        ordinal,
        section: None,
        kind: if ordinal == 1 { ItemKind::News } else { ItemKind::Brief },
        headline: None,
        kicker: None,
        body: "简讯一则。".to_owned(),
        date: None,
        contribution: None,
        district: None,
        districts: Vec::new(),
        pages: None,
        lines: (2, 2),
        in_toc: None,
        text_source: TextSource::Text,
        ocr_confidence: None,
        flags: Vec::new(),
    }
}

fn first_line() -> TextLine {
    TextLine {
        number: 1,
        page: Some(1),
        raw: "\u{3000}⼀月".to_owned(),
        text: "一月".to_owned(),
        bbox: Rect::new(72.0, 90.5, 523.25, 106.5),
        size_pt: Some(16.0),
        confidence: Some(0.97),
        role: Role::Body,
        item: Some(1),
        paragraph: Some(1),
        join: Some(Join { kind: JoinKind::Direct, rule: "full-line", score: 0.55 }),
        ..last_line()
    }
}

fn last_line() -> TextLine {
    TextLine {
        number: 2,
        page: None,
        raw: "- 1 -".to_owned(),
        text: "- 1 -".to_owned(),
        indent_em: 0.0,
        width_em: 2.5,
        blank_before: 0,
        page_start: false,
        mark: Mark::None,
        hard_break: false,
        bbox: None,
        size_pt: None,
        placement: None,
        origin: Origin::Decoded,
        after_gap: false,
        confidence: None,
        role: Role::PageNumber,
        item: None,
        paragraph: None,
        join: None,
        decided: Decided::default(),
    }
}

fn toc_entry(text: &str, item: Option<u32>) -> TocEntry {
    TocEntry { text: text.to_owned(), section: None, line: 1, item }
}

fn remark(code: Code, line: Option<u32>, item: Option<u32>, rule: Option<&str>) -> Diagnostic {
    Diagnostic { code, page: None, line, item, message: "看一看。".to_owned(), rule: rule.map(str::to_owned) }
}
