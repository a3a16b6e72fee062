//! The shipped tables and the rules of reading, on sentences written for them.

use std::sync::LazyLock;

use super::*;

const SHIPPED: [(&str, &str); 4] = [
    ("divisions.tsv", include_str!("../../../rules/gazetteer/divisions.tsv")),
    ("chongqing_history.tsv", include_str!("../../../rules/gazetteer/chongqing_history.tsv")),
    ("not_places.tsv", include_str!("../../../rules/gazetteer/not_places.tsv")),
    ("traditional.tsv", include_str!("../../../rules/gazetteer/traditional.tsv")),
];

static GAZETTEER: LazyLock<Gazetteer> =
    LazyLock::new(|| Gazetteer::parse(&SHIPPED).expect("the shipped tables are well-formed"));

const CHONGQING: &str = "500000";

fn day(text: &str) -> Option<Date> {
    let date = text.parse();
    assert!(date.is_ok(), "tests give ISO dates: {text}");
    date.ok()
}

/// County-level mentions and zones as `name code`, read in Chongqing in 2024.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_at(text, CHONGQING, day("2024-03-01"), expected);
}

#[track_caller]
fn check_at(text: &str, home: &str, on: Option<Date>, expected: &[&str]) {
    let mentions = GAZETTEER.mentions(text, home, on);
    let found: Vec<String> = mentions
        .iter()
        .filter(|mention| mention.place.level >= Level::County)
        .map(|mention| match &mention.place.code {
            Some(code) => format!("{} {code}", mention.place.name),
            None => format!("{} -", mention.place.name),
        })
        .collect();
    assert_eq!(found, expected, "{text}");
    for pair in mentions.windows(2) {
        assert!(pair[0].end <= pair[1].start, "mentions overlap in {text}");
    }
}

#[test]
fn every_county_of_the_country_is_in_the_table() {
    let current = |level| GAZETTEER.places().iter().filter(|place| place.level == level && place.to.is_none()).count();
    assert_eq!(current(Level::Province), 34);
    assert_eq!(current(Level::Prefecture), 333);
    let counties = current(Level::County);
    assert!((2_800..=2_900).contains(&counties), "{counties}");
}

#[test]
fn the_counties_of_chongqing_are_counted_right_at_any_date() {
    let at = |date| {
        let counties = GAZETTEER.places().iter().filter(|place| place.province == CHONGQING);
        counties.filter(|place| place.level == Level::County && place.in_force(day(date))).count()
    };
    // 43 when the municipality was set up, 40 once 万县 and 涪陵 were one district each.
    let dates = ["1997-06-18", "1998-01-01", "2011-10-21", "2011-10-22", "2024-01-01", "2025-11-06"];
    assert_eq!(dates.map(at), [43, 40, 40, 38, 38, 37]);
}

#[test]
fn official_and_ranked_short_names_match() {
    check("在酉阳县组织召开", &["酉阳土家族苗族自治县 500242"]);
    check("酉阳土家族苗族自治县", &["酉阳土家族苗族自治县 500242"]);
    check("酉阳县南腰界镇", &["酉阳土家族苗族自治县 500242"]);
    check("忠县、城口县", &["忠县 500233", "城口县 500229"]);
}

#[test]
fn a_name_inside_an_organisation_is_a_mention() {
    check("沙坪坝区公安分局", &["沙坪坝区 500106"]);
    check("渝北区委党史研究室", &["渝北区 500112"]);
    check("垫江县委", &["垫江县 500231"]);
    check("北碚区委常委会", &["北碚区 500109"]);
    check("南川区党史和地方志研究室", &["南川区 500119"]);
    check("中共重庆市渝中区委", &["渝中区 500103"]);
}

#[test]
fn offsets_are_bytes_of_the_text_as_given() {
    let text = "会议在萬州區召开，酉阳县参加";
    let mentions = GAZETTEER.mentions(text, CHONGQING, day("2024-03-01"));
    let surfaces: Vec<&str> = mentions.iter().map(|mention| &text[mention.start..mention.end]).collect();
    assert_eq!(surfaces, ["萬州區", "酉阳县"]);
}

#[test]
fn provinces_and_prefectures_are_mentions_of_their_own() {
    let mentions = GAZETTEER.mentions("重庆市与湖南省张家界市", CHONGQING, day("2024-03-01"));
    let names: Vec<&str> = mentions.iter().map(|mention| mention.place.name.as_str()).collect();
    assert_eq!(names, ["重庆市", "湖南省", "张家界市"]);
    assert_eq!(mentions[2].place.level, Level::Prefecture);
}

#[test]
fn a_full_name_matches_anywhere_in_the_country() {
    check("成都市武侯区", &["武侯区 510107"]);
    check("赴四川华蓥市考察", &["华蓥市 511681"]);
    check("长阳土家族自治县", &["长阳土家族自治县 420528"]);
}

#[test]
fn a_name_of_several_provinces_is_the_home_one_unless_its_prefecture_says_otherwise() {
    check("江北区", &["江北区 500105"]);
    check("浙江省宁波市江北区", &["江北区 330205"]);
    check("浙江宁波江北区", &["江北区 330205"]);
    check("浙江省江北区", &["江北区 330205"]);
    check_at("江北区", "330000", day("2024-03-01"), &["江北区 330205"]);
}

#[test]
fn a_name_of_several_other_provinces_is_ambiguous() {
    for name in ["朝阳区", "新华区", "鼓楼区", "城关区", "永定区"] {
        check(name, &[]);
    }
    check("北京市朝阳区", &["朝阳区 110105"]);
    check("河北省新华区", &[]); // 石家庄 and 沧州 have one each
    check("河北省沧州市新华区", &["新华区 130902"]);
    check("河北省 沧州市 新华区", &["新华区 130902"]);
}

#[test]
fn bare_names_match_in_the_home_province_only() {
    check("赴秀山、酉阳调研", &["秀山土家族苗族自治县 500241", "酉阳土家族苗族自治县 500242"]);
    check("在城口召开", &["城口县 500229"]);
    check("江北发展", &["江北区 500105"]);
    check("宁波江北", &[]);
    check("在长阳召开", &[]);
    check_at("在酉阳召开", "420000", day("2024-03-01"), &[]);
    check_at("在长阳召开", "420000", day("2024-03-01"), &["长阳土家族自治县 420528"]);
}

#[test]
fn a_list_of_bare_names_matches_throughout() {
    let names = [
        "黔江区 500114",
        "武隆区 500156",
        "丰都县 500230",
        "垫江县 500231",
        "石柱土家族自治县 500240",
        "秀山土家族苗族自治县 500241",
        "酉阳土家族苗族自治县 500242",
        "彭水苗族土家族自治县 500243",
    ];
    check("黔江、武隆、丰都、垫江、石柱、秀山、酉阳、彭水8个区县", &names);
    check("江北、渝北和南岸", &["江北区 500105", "渝北区 500112", "南岸区 500108"]);
    check("长寿、涪陵", &["长寿区 500115", "涪陵区 500102"]);
}

#[test]
fn a_neighbour_makes_a_bare_name_another_thing() {
    let others = [
        "江北国际机场",
        "江北机场",
        "江北嘴",
        "大足石刻",
        "合川路",
        "长寿湖",
        "秀山镇",
        "武隆乡",
        "涪陵街道",
        "巫山大桥",
        "长江北岸",
        "联合川渝两地",
        "川渝中小学",
        "成渝中线高铁",
        "繁荣昌盛",
        "重大足球赛",
        "秀山丽水",
        "李秀山同志",
    ];
    for text in others {
        check(text, &[]);
    }
    check("酉阳乡村振兴局", &["酉阳土家族苗族自治县 500242"]);
    check("成渝北碚段", &["北碚区 500109"]);
    check("合川市民", &["合川区 500117"]);
    check("涪陵市民", &["涪陵区 500102"]);
}

#[test]
fn every_word_and_neighbour_rule_does_what_it_says() {
    let (_, text) = SHIPPED[2];
    for row in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let word = row.split('\t').next().expect("a split has a first part");
        // 酉阳县 is a name of its own; 北碚县 never was one.
        let sentence = word.replace('~', if word == "~县" { "北碚" } else { "酉阳" });
        let mentions = GAZETTEER.mentions(&sentence, CHONGQING, day("2024-03-01"));
        let found = mentions.iter().any(|mention| mention.place.level >= Level::County);
        assert_eq!(found, row.contains("\tplace\t"), "{row}");
    }
}

#[test]
fn a_township_that_shares_the_name_of_a_county_is_no_match() {
    check("长阳镇", &[]);
    check_at("长阳镇", "420000", day("2024-03-01"), &[]);
    check_at("房山区长阳镇", "110000", day("2024-03-01"), &["房山区 110111"]);
}

#[test]
fn a_common_word_is_a_place_only_where_its_neighbours_say_so() {
    check("健康长寿，石柱两根，长江南岸", &[]);
    check("人民长寿", &[]);
    check("赴石柱调研", &["石柱土家族自治县 500240"]);
    check("重庆长寿", &["长寿区 500115"]);
    check("重庆长寿湖", &[]);
    check("石柱县、南岸区、长寿区", &["石柱土家族自治县 500240", "南岸区 500108", "长寿区 500115"]);
}

#[test]
fn generic_words_need_their_prefecture() {
    check("市区、城区、区县、各区县、郊区、矿区、解放区、老城区", &[]);
    check("重庆城区，广东城区", &[]);
    check("晋城市城区", &["城区 140502"]);
    check("阳泉市矿区、佳木斯市郊区", &["矿区 140303", "郊区 230811"]);
    check("焦作市解放区", &["解放区 410802"]);
}

#[test]
fn two_characters_far_from_home_need_their_prefecture() {
    check("市和县，全国示范县，经费县级", &[]);
    check("安徽省和县", &["和县 340523"]);
    check("马鞍山市和县", &["和县 340523"]);
}

#[test]
fn a_code_is_the_one_of_the_day() {
    check_at("綦江县", CHONGQING, day("2010-05-01"), &["綦江县 500222"]);
    check_at("綦江", CHONGQING, day("2010-05-01"), &["綦江县 500222"]);
    check_at("綦江区", CHONGQING, day("2024-05-01"), &["綦江区 500110"]);
    check_at("綦江区", CHONGQING, None, &["綦江区 500110"]);
    check_at("万盛区", CHONGQING, day("2009-05-01"), &["万盛区 500110"]);
    check_at("綦江区", CHONGQING, day("2009-05-01"), &[]);
    check_at("黔江", CHONGQING, day("1999-05-01"), &["黔江土家族苗族自治县 500239"]);
}

#[test]
fn an_old_name_is_read_as_its_successor_but_not_as_a_merger() {
    check("綦江县、璧山县、开县", &["綦江区 500110", "璧山区 500120", "开州区 500154"]);
    check("江津市、黔江土家族苗族自治县、万县区", &["江津区 500116", "黔江区 500114", "万州区 500101"]);
    check("万盛区、双桥区、巴县、江北县、涪陵市", &[]);
    check("召开县委常委会", &[]);
}

#[test]
fn a_name_that_ended_at_home_does_not_move_to_another_province() {
    check_at("江北区、渝北区", CHONGQING, day("2026-03-01"), &[]);
    check_at("江北区、渝北区", CHONGQING, day("2025-11-05"), &["江北区 500105", "渝北区 500112"]);
    check_at("宁波市江北区", CHONGQING, day("2026-03-01"), &["江北区 330205"]);
}

#[test]
fn a_zone_is_no_county_and_shadows_its_name() {
    check("万盛经开区", &["万盛经济技术开发区 -"]);
    check("长寿经开区", &["长寿经济技术开发区 -"]);
    check_at("万盛经开区", CHONGQING, day("2009-05-01"), &["万盛经济技术开发区 -"]);
    check("西部科学城重庆高新区", &["重庆高新技术产业开发区 -"]);
    let level = |on| GAZETTEER.mentions("两江新区", CHONGQING, day(on))[0].place.level;
    assert_eq!(level("2020-01-01"), Level::Zone);
    assert_eq!(level("2026-03-01"), Level::County);
}

#[test]
fn traditional_characters_match() {
    check("萬州區、涪陵區、開州區", &["万州区 500101", "涪陵区 500102", "开州区 500154"]);
    check("臺江縣、雲陽縣", &["台江县 522630", "云阳县 500235"]);
    check("酉陽鄉村振興，秀山鎮，長壽與涪陵", &["酉阳土家族苗族自治县 500242", "长寿区 500115", "涪陵区 500102"]);
}

#[test]
fn a_broken_table_is_named_with_file_line_and_column() {
    const HEADER: &str = "code\tname\tshort\tlevel\tparent\tfrom\tto\n100000\t甲省\t\tprovince\t\t\t\n";
    #[track_caller]
    fn check_error(rows: &str, expected: &str) {
        let error = Gazetteer::parse(&[("t.tsv", rows)]).expect_err("the table is broken");
        assert_eq!(error.to_string(), expected);
    }
    let row = |row: &str| format!("{HEADER}{row}");
    check_error(
        "# note\ncode\tname\tlevel\n",
        "t.tsv:2: column `level`: expected the columns `code name short level \
        parent from to [successor note]`, `word use why` or `traditional simplified`",
    );
    check_error(&row("1\t乙县\t\tcounty\t100000"), "t.tsv:3: column `code`: expected six digits or nothing, found `1`");
    check_error(
        &row("\t乙县\t\tcounty\t100000\t2010-02-30"),
        "t.tsv:3: column `from`: expected a date such as 2011-10-22, or nothing, found `2010-02-30`",
    );
    check_error(
        &row("\t乙县\t\ttown\t100000"),
        "t.tsv:3: column `level`: expected province, prefecture, county or zone, found `town`",
    );
    check_error(
        &row("\t乙县\t\tcounty\t200000"),
        "t.tsv:3: column `parent`: expected the code of a province or prefecture in the tables, found `200000`",
    );
    check_error(
        &row("100001\t乙县\t\tcounty\t100000\t\t2010-01-01\n100001\t丙县\t\tcounty\t100000\t2009-12-31"),
        "t.tsv:4: column `code`: expected a code that no other row has at the same time, found `100001`",
    );
    check_error(
        "word\tuse\twhy\n~\tnot\tx",
        "t.tsv:2: column `word`: expected a word of two characters or more, or one `~` before or behind one to eight, \
        found `~`",
    );
}
