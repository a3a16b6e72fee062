//! Pages set in code, and the lines read from them.

use super::{page_lines, printed_lines};
use crate::model::{Face, Glyph, GlyphPage, Mark, PageClass, Part, Placement, Rect, TextLine};

/// A page of 595 × 842 points without anything on it, with an ordinary and a bold face.
fn blank_page() -> GlyphPage {
    let face = |name: &str, bold| Face { name: name.to_owned(), bold };
    GlyphPage {
        number: 1,
        width: 595.0,
        height: 842.0,
        glyphs: Vec::new(),
        line_starts: Vec::new(),
        faces: vec![face("FangSong", false), face("SimHei", true)],
        images: Vec::new(),
        rulings: Vec::new(),
        class: PageClass::Text,
    }
}

fn glyph(c: char, x: f32, y: f32, size: f32) -> Glyph {
    let dx = if c.is_ascii() { size / 2.0 } else { size };
    Glyph {
        c: Some(c),
        x,
        y,
        dx,
        dy: 0.0,
        size,
        face: 0,
        vertical: false,
        invisible: false,
        stroked: false,
        confidence: None,
    }
}

/// Sets `text` from left to right, `spacing` points apart: Han characters one em wide, ASCII half.
fn set_spaced(page: &mut GlyphPage, x: f32, y: f32, size: f32, spacing: f32, text: &str) {
    let mut x = x;
    for c in text.chars() {
        page.glyphs.push(glyph(c, x, y, size));
        x += page.glyphs.last().unwrap().dx + spacing;
    }
}

fn set(page: &mut GlyphPage, x: f32, y: f32, size: f32, text: &str) {
    set_spaced(page, x, y, size, 0.0, text);
}

/// Sets `count` full lines of 10-point type, `chars` characters each, marked by `mark` and their number.
fn set_column(page: &mut GlyphPage, x: f32, y: f32, chars: usize, mark: char, count: usize) {
    for line in 0..count {
        let text: String = format!("{mark}{}", "一二三四五六七八九十".chars().cycle().nth(line).unwrap())
            .chars()
            .chain(std::iter::repeat_n('文', chars - 2))
            .collect();
        set(page, x, y + 15.0 * line as f32, 10.0, &text);
    }
}

/// Sets `text` from top to bottom, the middle of the line at `x`.
fn set_down(page: &mut GlyphPage, x: f32, y: f32, size: f32, text: &str) {
    for (index, c) in text.chars().enumerate() {
        let (y, dy) = (y + size * index as f32, size);
        page.glyphs.push(Glyph { dx: 0.0, dy, vertical: true, ..glyph(c, x, y, size) });
    }
}

fn lines(page: &GlyphPage) -> Vec<TextLine> {
    printed_lines(vec![page_lines(page)])
}

#[track_caller]
fn check(page: &GlyphPage, expected: &[&str]) {
    assert_eq!(lines(page).into_iter().map(|line| line.raw).collect::<Vec<_>>(), expected);
}

/// The first two characters of each line, one behind the other.
fn marks(page: &GlyphPage) -> String {
    lines(page).iter().map(|line| line.raw.chars().take(2).collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn placed(line: &TextLine) -> Placement {
    line.placement.unwrap()
}

#[test]
fn lines_come_from_the_top_down_whatever_the_order_of_painting() {
    let mut page = blank_page();
    set(&mut page, 90.0, 128.0, 16.0, "会议强调，要抓好落实。");
    set(&mut page, 122.0, 100.0, 16.0, "近日，县委召开会议。");
    check(&page, &["近日，县委召开会议。", "会议强调，要抓好落实。"]);
    // Each glyph painted for itself, backwards.
    page.glyphs.reverse();
    check(&page, &["近日，县委召开会议。", "会议强调，要抓好落实。"]);
}

#[test]
fn spaced_type_has_no_blanks_and_meant_ones_stay() {
    let mut page = blank_page();
    set_spaced(&mut page, 90.0, 100.0, 16.0, 10.0, "中共重庆市委党史研究室");
    set(&mut page, 90.0, 130.0, 16.0, "红岩精神");
    set(&mut page, 170.0, 130.0, 16.0, "永放光芒");
    set(&mut page, 90.0, 160.0, 16.0, "CCTV");
    set(&mut page, 128.0, 160.0, 16.0, "NEWS");
    check(&page, &["中共重庆市委党史研究室", "红岩精神 永放光芒", "CCTV NEWS"]);
}

#[test]
fn number_and_date_of_one_row_are_one_line() {
    let mut page = blank_page();
    set(&mut page, 90.0, 100.0, 16.0, "第1期");
    set(&mut page, 400.0, 100.0, 16.0, "2021年1月31日");
    set(&mut page, 90.0, 130.0, 16.0, "市委召开会议……………………");
    set(&mut page, 400.0, 130.0, 16.0, "12");
    check(&page, &["第1期 2021年1月31日", "市委召开会议…………………… 12"]);
}

#[test]
fn fat_print_is_taken_once_and_doubled_characters_stay() {
    let mut page = blank_page();
    for offset in [0.0, 0.4] {
        set(&mut page, 90.0 + offset, 100.0, 16.0, "人人看看");
    }
    set(&mut page, 90.0, 130.0, 16.0, "谢谢谢谢，好好好");
    let lines = lines(&page);
    assert_eq!((lines[0].raw.as_str(), placed(&lines[0]).stands_out), ("人人看看", true));
    assert_eq!((lines[1].raw.as_str(), placed(&lines[1]).stands_out), ("谢谢谢谢，好好好", false));
}

#[test]
fn small_raised_figures_stay_in_their_line() {
    let mut page = blank_page();
    set(&mut page, 90.0, 100.0, 16.0, "据史料记载");
    set(&mut page, 170.0, 94.0, 8.0, "[12]");
    set(&mut page, 188.0, 100.0, 16.0, "当时有人渡江");
    check(&page, &["据史料记载[12]当时有人渡江"]);
}

#[test]
fn unknown_glyphs_are_said_to_be_unknown() {
    let mut page = blank_page();
    set(&mut page, 90.0, 100.0, 16.0, "会议召开");
    page.glyphs[1].c = None;
    check(&page, &["会\u{fffd}召开"]);
}

#[test]
fn a_headline_over_two_columns_comes_before_them() {
    let mut page = blank_page();
    set(&mut page, 190.0, 80.0, 20.0, "两栏上面的标题");
    set_column(&mut page, 50.0, 110.0, 20, '甲', 5);
    set_column(&mut page, 262.0, 110.0, 20, '乙', 5);
    // Painted row by row across the gutter.
    page.glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    assert_eq!(marks(&page), "两栏 甲一 甲二 甲三 甲四 甲五 乙一 乙二 乙三 乙四 乙五");
    let lines = lines(&page);
    assert_eq!([placed(&lines[1]).column, placed(&lines[6]).column], [2, 3]);
    assert_eq!(placed(&lines[1]).column_em, 20.0);
    assert!(lines[0].page_start && lines.iter().skip(1).all(|line| !line.page_start));
}

#[test]
fn each_story_keeps_its_columns_together() {
    let mut page = blank_page();
    for (x, name) in [(30.0, '甲'), (300.0, '乙')] {
        set(&mut page, x + 85.0, 80.0, 20.0, &format!("{name}文标题"));
        set_column(&mut page, x, 110.0, 12, name, 4);
        set_column(&mut page, x + 132.0, 110.0, 12, name, 4);
    }
    let of = |name: char| format!("{name}文 {name}一 {name}二 {name}三 {name}四 {name}一 {name}二 {name}三 {name}四");
    assert_eq!(marks(&page), format!("{} {}", of('甲'), of('乙')));
}

/// Sets lines as [`set_column`] does, the first one indented if it begins a story, the last one short if it ends one.
fn set_part(page: &mut GlyphPage, x: f32, y: f32, mark: char, count: usize, begins: bool, ends: bool) {
    for line in 0..count {
        let indent = if begins && line == 0 { 2 } else { 0 };
        let chars = if ends && line + 1 == count { 9 } else { 20 - indent };
        set_column(page, x + 10.0 * indent as f32, y + 15.0 * line as f32, chars, mark, 1);
    }
}

#[test]
fn text_goes_on_in_the_next_column_beside_headlines() {
    // Headlines at one height look like the heads of two stories, but the text above the right one begins below the left.
    let mut page = blank_page();
    set_part(&mut page, 50.0, 110.0, '甲', 4, true, true);
    set(&mut page, 110.0, 195.0, 16.0, "乙文标题");
    set_part(&mut page, 50.0, 220.0, '乙', 4, true, false);
    set_part(&mut page, 262.0, 110.0, '子', 4, false, true);
    set(&mut page, 322.0, 195.0, 16.0, "丙文标题");
    set_part(&mut page, 262.0, 220.0, '丙', 4, true, true);
    let four = |name: char| [name; 4].map(|name| format!("{name}一")).join(" ");
    let expected = [four('甲'), "乙文".to_owned(), four('乙'), four('子'), "丙文".to_owned(), four('丙')];
    assert_eq!(marks(&page), expected.join(" "));
}

#[test]
fn a_headline_higher_than_the_text_beside_it_does_not_part_that_text() {
    let mut page = blank_page();
    set_part(&mut page, 50.0, 110.0, '甲', 9, true, true);
    set(&mut page, 322.0, 96.0, 16.0, "乙文标题");
    set_part(&mut page, 262.0, 120.0, '乙', 3, true, true);
    set(&mut page, 322.0, 190.0, 16.0, "丙文标题");
    set_part(&mut page, 262.0, 214.0, '丙', 3, true, true);
    let of = |name: char, count: usize| vec![format!("{name}一"); count].join(" ");
    assert_eq!(marks(&page), format!("{} 乙文 {} 丙文 {}", of('甲', 9), of('乙', 3), of('丙', 3)));
}

/// A page of two stories above each other in three columns: the upper headline stands over the middle column, whose
/// neighbours begin beside it, the lower one over all.
fn newspaper() -> GlyphPage {
    let mut page = blank_page();
    set(&mut page, 272.0, 64.0, 20.0, "甲文居中标题");
    set_part(&mut page, 30.0, 60.0, '甲', 12, true, false);
    set_part(&mut page, 242.0, 90.0, '甲', 10, false, false);
    set_part(&mut page, 454.0, 60.0, '甲', 12, false, true);
    set(&mut page, 200.0, 275.0, 24.0, "乙文的标题在上");
    for (column, x) in [30.0, 242.0, 454.0].into_iter().enumerate() {
        set_part(&mut page, x, 305.0, '乙', 9, column == 0, column == 2);
    }
    page
}

#[test]
fn a_headline_between_columns_comes_before_its_story() {
    let of = |name: char, count: usize| vec![format!("{name}一"); count].join(" ");
    assert_eq!(marks(&newspaper()), format!("甲文 {} 乙文 {}", of('甲', 34), of('乙', 27)));
}

/// The lines that are this part of a story.
fn parts(page: &GlyphPage, part: Part) -> Vec<String> {
    let lines = lines(page).into_iter().filter(|line| placed(line).part == part);
    lines.map(|line| line.raw).collect()
}

#[test]
fn a_page_of_stories_shows_their_heads() {
    let mut page = newspaper();
    set(&mut page, 250.0, 48.0, 10.0, "引题比标题小");
    assert_eq!(parts(&page, Part::Head), ["引题比标题小", "甲文居中标题", "乙文的标题在上"]);
    assert_eq!(parts(&page, Part::Text).len(), 34 + 27);
}

#[test]
fn a_heading_in_a_column_that_the_next_one_goes_on_from_is_inside_the_story() {
    let mut page = newspaper();
    // In the first column of the lower story, whose text goes on at the head of the next ones.
    page.glyphs.retain(|glyph| !(glyph.x < 230.0 && glyph.y > 300.0));
    set_part(&mut page, 30.0, 305.0, '乙', 4, true, true);
    set(&mut page, 80.0, 368.0, 12.5, "一个小标题");
    set_part(&mut page, 30.0, 385.0, '乙', 4, true, false);
    assert_eq!(parts(&page, Part::Subhead), ["一个小标题"]);
    assert_eq!(parts(&page, Part::Head).len(), 2);
}

#[test]
fn a_page_of_one_column_shows_no_stories() {
    let mut page = blank_page();
    set(&mut page, 200.0, 60.0, 20.0, "标题");
    set_column(&mut page, 90.0, 100.0, 40, '文', 20);
    assert_eq!(parts(&page, Part::Unknown).len(), 21);
}

#[test]
fn stories_stay_together_where_glyphs_are_uneven() {
    let mut state = 11;
    let mut page = newspaper();
    let expected = marks(&page);
    for glyph in &mut page.glyphs {
        let uneven = |state: &mut u64, most: f32| (drawn(state, 201) / 100.0 - 1.0) * most;
        glyph.x += uneven(&mut state, 0.05) * glyph.size;
        glyph.y += uneven(&mut state, 0.05) * glyph.size;
        glyph.size *= 1.0 + uneven(&mut state, 0.04);
    }
    assert_eq!(marks(&page), expected);
}

#[test]
fn short_entries_beside_running_text_are_a_column() {
    let mut page = blank_page();
    for line in 0..16 {
        let y = 100.0 + 15.0 * line as f32;
        set_column(&mut page, 50.0, y, 12 + line % 5, '目', 1);
        set_column(&mut page, 300.0, y, 20, '文', 1);
    }
    let of = |name: char| [name; 16].map(|name| format!("{name}一")).join(" ");
    assert_eq!(marks(&page), format!("{} {}", of('目'), of('文')));
}

#[test]
fn a_ruling_parts_columns_that_stand_close() {
    let mut page = blank_page();
    set_column(&mut page, 50.0, 110.0, 20, '甲', 2);
    set_column(&mut page, 256.0, 110.0, 20, '乙', 2);
    page.rulings.push(Rect::new(252.8, 90.0, 253.2, 140.0).unwrap());
    assert_eq!(marks(&page), "甲一 甲二 乙一 乙二");
}

#[test]
fn cells_of_a_row_are_one_line() {
    let mut page = blank_page();
    for (y, cells) in
        [(110.0, ["区县", "项目", "金额"]), (130.0, ["渝北", "公路", "12"]), (150.0, ["万州", "学校", "3"])]
    {
        for (x, cell) in [50.0, 80.0, 250.0].into_iter().zip(cells) {
            set(&mut page, x, y, 10.0, cell);
        }
    }
    let expected = ["区县 项目 金额", "渝北 公路 12", "万州 学校 3"];
    check(&page, &expected);
    assert!(lines(&page).iter().all(|line| placed(line).in_table), "cells stand below each other");
    for x in [40.0, 75.0, 240.0, 300.0] {
        page.rulings.push(Rect::new(x, 95.0, x, 155.0).unwrap());
    }
    for y in [95.0, 115.0, 135.0, 155.0] {
        page.rulings.push(Rect::new(40.0, y, 300.0, y).unwrap());
    }
    check(&page, &expected);
    // A cell of two lines is kept together.
    set(&mut page, 80.0, 121.0, 10.0, "高速");
    check(&page, &["区县 项目 金额", "渝北", "高速", "公路", "12", "万州 学校 3"]);
}

#[test]
fn vertical_lines_run_from_right_to_left() {
    let mut page = blank_page();
    set_down(&mut page, 200.0, 100.0, 12.0, "老人姓田，不识字，");
    set_down(&mut page, 180.0, 100.0, 12.0, "却记得每个人的样子。");
    check(&page, &["老人姓田，不识字，", "却记得每个人的样子。"]);
    assert!(lines(&page).iter().all(|line| placed(line).vertical));
}

#[test]
fn upright_glyphs_below_each_other_are_a_vertical_line() {
    let mut page = blank_page();
    for (index, c) in "红岩精神永放光芒".chars().enumerate() {
        page.glyphs.push(glyph(c, 40.0, 120.0 + 24.0 * index as f32, 24.0));
    }
    set_column(&mut page, 80.0, 105.0, 20, '甲', 9);
    let lines = lines(&page);
    assert_eq!((lines[0].raw.as_str(), placed(&lines[0]).vertical), ("红岩精神永放光芒", true));
    assert_eq!(lines.len(), 10);
}

#[test]
fn text_turned_on_its_side_comes_last() {
    let mut page = blank_page();
    for (index, c) in "装订线".chars().enumerate() {
        let y = 400.0 - 12.0 * index as f32;
        page.glyphs.push(Glyph { dx: 0.0, dy: -12.0, ..glyph(c, 30.0, y, 12.0) });
    }
    set_column(&mut page, 80.0, 105.0, 20, '甲', 2);
    assert_eq!(marks(&page), "甲一 甲二 装订");
}

#[test]
fn a_hidden_layer_keeps_its_order() {
    let mut page = blank_page();
    set(&mut page, 300.0, 100.0, 10.0, "右栏先读");
    set(&mut page, 50.0, 100.0, 10.0, "左栏后读");
    for glyph in &mut page.glyphs {
        glyph.invisible = true;
    }
    check(&page, &["右栏先读", "左栏后读"]);
}

#[test]
fn lines_are_measured_in_their_column() {
    let mut page = blank_page();
    set(&mut page, 196.0, 80.0, 20.0, "居中的标题");
    set(&mut page, 70.0, 125.0, 16.0, &"首".repeat(24));
    set(&mut page, 38.0, 153.0, 16.0, &"行".repeat(26));
    set(&mut page, 38.0, 181.0, 16.0, &"行".repeat(26));
    set(&mut page, 38.0, 209.0, 16.0, &"末".repeat(10));
    let lines = lines(&page);
    let (title, first, last) = (placed(&lines[0]), placed(&lines[1]), placed(&lines[4]));
    assert!(title.centred && title.scale == 1.25 && !first.centred);
    assert_eq!((lines[1].indent_em, first.room_em, first.column_em), (2.0, 0.0, 26.0));
    assert_eq!((lines[4].indent_em, last.room_em, last.leading), (0.0, 16.0, 1.0));
    assert_eq!([lines[0].blank_before, lines[1].blank_before], [0, 1]);
}

#[test]
fn a_bullet_from_a_font_of_symbols_is_one() {
    let mut page = blank_page();
    set(&mut page, 38.0, 80.0, 16.0, "\u{f0b7}条目");
    set(&mut page, 38.0, 108.0, 16.0, "\u{f0b7}");
    set(&mut page, 38.0, 136.0, 16.0, "正文");
    let marks: Vec<Mark> = lines(&page).iter().map(|line| line.mark).collect();
    assert_eq!(marks, [Mark::Bullet, Mark::None, Mark::None]);
}

/// A number from a row of numbers without pattern, below `below`.
fn drawn(state: &mut u64, below: u64) -> f32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*state >> 33) % below) as f32
}

#[test]
fn every_glyph_is_in_exactly_one_line() {
    let mut state = 7;
    for round in 0..300 {
        let mut page = blank_page();
        let count = drawn(&mut state, 60) as u32;
        for index in 0..count {
            // Each character once, so that none is a copy that makes another fat.
            let c = char::from_u32(0x4e00 + index).unwrap();
            let size =
                [6.0, 10.0, 10.0, 22.0, 0.0, f32::NAN][drawn(&mut state, if round % 3 == 0 { 6 } else { 4 }) as usize];
            let mut one = glyph(c, drawn(&mut state, 300), drawn(&mut state, 12) * 9.0, size);
            match drawn(&mut state, 12) as u32 {
                0 => (one.dx, one.dy, one.vertical) = (0.0, 10.0, true),
                1 => (one.dx, one.dy) = (0.0, -10.0),
                2 => (one.dx, one.dy) = (7.0, 7.0),
                3 => (one.dx, one.dy) = (-10.0, 0.0),
                4 if round % 3 == 0 => one.x = f32::INFINITY,
                5 => one.c = None,
                _ => {}
            }
            one.invisible = round % 5 == 0;
            page.glyphs.push(one);
        }
        for _ in 0..round % 4 * 3 {
            let (x, y) = (drawn(&mut state, 300), drawn(&mut state, 100));
            page.rulings.push(Rect::new(x, y, x + 60.0, y).unwrap());
            page.rulings.push(Rect::new(x, y, x, y + 40.0).unwrap());
            page.images.push(Rect::new(x, y, x + 50.0, y + 30.0).unwrap());
        }
        let mut set: Vec<char> = page.glyphs.iter().map(|glyph| glyph.c.unwrap_or('\u{fffd}')).collect();
        let mut read: Vec<char> = lines(&page).iter().flat_map(|line| line.raw.chars()).filter(|c| *c != ' ').collect();
        set.sort_unstable();
        read.sort_unstable();
        assert_eq!(read, set, "round {round}");
    }
}
