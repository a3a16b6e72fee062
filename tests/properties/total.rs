//! Any bytes and any text: an answer, never a panic, and nothing lost.

use jianbao::model::{Format, Status};
use proptest::prelude::*;

use crate::conserved::{assert_conserved, shape};
use crate::{config, process};

/// Pieces that mean something to a stage, and any other text between them.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "\n", "\n", "\n", "\n\n", "\r\n", "\r", "\u{c}", "\u{3000}\u{3000}", " ", "  \n", "\t", "\u{feff}",
    "\u{200b}", "\u{ad}", "党史工作简报", "第12期", "（总第240期）", "第", "期", "中共某市委党史研究室编",
    "2023年12月28日", "目录", "本期要目", "●", "· ", "1．", "……………3", "【工作动态】", "【", "】",
    "一、", "二是", "市委党史研究室", "（", "）", "(", ")", "供稿", "（县档案馆供稿）", "（供稿：县委办）",
    "（记者 李明）", "本报讯（记者 李明）", "文/记者 李明", "来源：", "作者：", "原文选自《某报》",
    "图为会场。", "▲", "——鲁迅", "# ", "### ", "- ", "* ", "> ", "**", "***", "— 3 —", "-3-", "第 3 页",
    "7", "报：市委。", "送：各区县", "责编：李明", "电话：63890000",
    "近日，县委召开会议，研究部署党史学习教育，进一步明确任务。", "2月30日", "3月5日至7日", "12 月",
    "二〇二三年三月五日", "酉阳县", "涪陵区", "万盛经开区", "“", "”", "《", "》", "。", "，", "：", "！",
    "…", "——", "CCTV-10", "⼀⽉", "\u{0}", "\u{1a}",
];

fn marked_text() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(MARKS).prop_map(str::to_owned);
    let piece = prop_oneof![8 => mark, 1 => "\\PC{0,6}", 1 => "[一-龥]{1,40}"];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// `text` as the reader decodes it: a mark of byte order before it is not part of it.
fn decoded(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_text_is_accounted_for(text in marked_text(), markdown in any::<bool>()) {
        let format = if markdown { Format::Markdown } else { Format::Text };
        let document = process(text.as_bytes(), format);
        match &document.status {
            Status::Failed(failure) => prop_assert!(!failure.message.is_empty()),
            _ => assert_conserved(&document, decoded(&text)),
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let document = process(&bytes, Format::Text);
        let kept: i64 = document.lines.iter().map(|line| shape(&line.raw).chars().count() as i64).sum();
        prop_assert_eq!(document.chars.total, kept);
        if let Status::Partial(failure) | Status::Failed(failure) = &document.status {
            prop_assert!(!failure.code.is_empty() && !failure.message.is_empty());
        }
    }

    #[test]
    fn damaged_text_gets_an_answer(text in marked_text(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = text.into_bytes();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let document = process(&bytes, Format::Text);
        let kept: i64 = document.lines.iter().map(|line| shape(&line.raw).chars().count() as i64).sum();
        prop_assert_eq!(document.chars.total, kept);
    }
}
