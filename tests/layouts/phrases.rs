//! The words of made-up issues: sentences as bulletins have them, with dates, numbers, Latin names, quotations, titles
//! and lists. A `{slot}` in a phrase is filled from the list of that name.

use super::Random;

/// An issue before it is set.
#[derive(Debug, Clone)]
pub(crate) struct Bulletin {
    pub(crate) number: usize,
    pub(crate) sections: Vec<Section>,
}

/// A section and its articles.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) articles: Vec<Article>,
}

/// A piece of news.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub(crate) headline: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) contributor: String,
}

/// How long paragraphs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lengths {
    /// 20 to 60 characters.
    Short,
    /// 60 to 500 characters.
    Long,
    /// Both.
    Mixed,
}

/// An issue of `articles` articles, from the numbers of `random`.
pub(crate) fn bulletin(random: &mut Random, articles: usize, lengths: Lengths) -> Bulletin {
    let number = random.within(1, 24);
    let mut sections: Vec<Section> = Vec::new();
    for place in 0..articles {
        let article = article(random, lengths);
        let name = SECTIONS[(place / 3).min(SECTIONS.len() - 1)];
        match sections.last_mut().filter(|section| section.name == name) {
            Some(section) => section.articles.push(article),
            None => sections.push(Section { name, articles: vec![article] }),
        }
    }
    Bulletin { number, sections }
}

fn article(random: &mut Random, lengths: Lengths) -> Article {
    let count = random.within(2, 6);
    Article {
        headline: filled(random, HEADLINES),
        paragraphs: (0..count).map(|place| paragraph(random, place, lengths)).collect(),
        contributor: filled(random, &["{office}", "{office}", "{office}、{office}"]),
    }
}

fn paragraph(random: &mut Random, place: usize, lengths: Lengths) -> String {
    let length = match (lengths, random.chance(40)) {
        (Lengths::Short, _) | (Lengths::Mixed, true) => random.within(20, 60),
        // Most paragraphs are nearer to the lower end.
        _ => random.within(60, 500).min(random.within(60, 500)),
    };
    let mut text = if place == 0 { filled(random, LEADS) } else { filled(random, OPENERS) };
    loop {
        let clauses = random.within(1, 4);
        for at in 0..clauses {
            if at > 0 {
                text.push(if random.chance(6) { '；' } else { '，' });
            }
            text += &filled(random, CLAUSES);
        }
        if text.chars().count() >= length {
            text += random.pick(&["。", "。", "。", "。", "。", "。", "。", "！", "？", "……"]);
            return text;
        }
        text += random.pick(&["。", "。", "。", "。", "。", "。", "。", "；", "！"]);
        text += &filled(random, NEXT);
    }
}

/// One of `phrases` with its slots filled.
fn filled(random: &mut Random, phrases: &[&str]) -> String {
    let mut rest = random.pick(phrases);
    let mut text = String::new();
    while let Some((before, slot)) = rest.split_once('{') {
        let (name, after) = slot.split_once('}').expect("a slot closes");
        text += before;
        text += &match name {
            "n" => random.within(2, 40).to_string(),
            "N" => random.within(41, 9800).to_string(),
            "year" => random.within(1921, 1999).to_string(),
            "month" => random.within(1, 12).to_string(),
            "day" => random.within(1, 28).to_string(),
            "percent" => format!("{}.{}", random.within(1, 99), random.within(1, 9)),
            _ => filled(random, slots(name)),
        };
        rest = after;
    }
    text + rest
}

fn slots(name: &str) -> &'static [&'static str] {
    match name {
        "office" => OFFICES,
        "place" => PLACES,
        "who" => PEOPLE,
        "what" => THINGS,
        "book" => BOOKS,
        "quote" => QUOTES,
        "do" => VERBS,
        "latin" => LATIN,
        "date" => DATES,
        _ => panic!("no slot is called {name}"),
    }
}

const SECTIONS: &[&str] = &["工作动态", "区县动态", "研究交流", "史海钩沉"];

const HEADLINES: &[&str] = &[
    "{office}召开{what}推进会",
    "{place}举办“{quote}”主题展览",
    "{office}扎实推进{what}工作",
    "{book}出版发行",
    "{place}{what}座谈会召开",
    "{office}{do}{what} 全力做好今年各项工作",
    "{place}聚力打造“{quote}”品牌",
    "{who}一行到{place}调研{what}",
];

const LEADS: &[&str] = &[
    "{date}，",
    "{date}，{office}在{place}召开{what}工作会议，",
    "近日，{office}",
    "日前，由{office}主办、{office}承办的“{quote}”活动在{place}举行，",
    "为{do}{what}，",
    "今年以来，{office}",
    "{place}认真{do}{what}，",
    "记者从{office}获悉，",
];

const OPENERS: &[&str] = &[
    "会议指出，",
    "会议强调，要",
    "{who}指出，",
    "据介绍，",
    "一是{do}{what}，",
    "二是{do}{what}，",
    "下一步，{office}将",
    "活动现场，",
    "{book}分为{n}章、约{n}万字，",
    "与会人员围绕“{quote}”",
    "在{place}，",
    "目前，",
    "{year}年{month}月，",
    "该书",
    "老党员{who}回忆说，",
    "截至{month}月底，",
    "座谈会上，",
    "“{quote}”是",
    "在随后的参观中，",
    "全区各级各部门",
    "几年来，",
    "《{quote}》一文认为，",
    "{latin}直播间里，",
    "这些材料",
    "从{year}年到{year}年，",
];

const NEXT: &[&str] = &[
    "",
    "",
    "",
    "同时，",
    "要",
    "随后，",
    "他说，",
    "据统计，",
    "其中，",
    "此外，",
    "会议要求，",
    "通过",
    "对此，",
    "在这里，",
    "{who}表示：",
    "目前，",
    "经过",
    "由此可见，",
];

const CLAUSES: &[&str] = &[
    "{do}{what}",
    "深入{do}{what}和{what}",
    "先后组织{n}名业务骨干到{place}学习考察",
    "收集整理文献、图片、实物等资料{N}件（套）",
    "覆盖党员干部群众{N}余人次",
    "{who}出席活动并讲话",
    "{office}负责人参加会议",
    "采访了{n}位亲历者和他们的家属",
    "观看了专题片《{quote}》",
    "把“{quote}”落到实处",
    "在“{quote}”“{quote}”等方面下功夫",
    "比去年同期增长{percent}%",
    "共投入资金{n}万元",
    "编辑出版了{book}、{book}等读物",
    "讲述了{year}年发生在{place}的一段往事",
    "通过{latin}等平台向社会发布",
    "形成了“{n}+{n}+N”的工作格局",
    "取得了良好的社会效果",
    "得到了与会专家学者的一致好评",
    "为进一步{do}{what}打下了坚实基础",
    "要坚持正确的历史观",
    "做到了时间、人员、经费三个落实",
    "于{year}年{month}月{day}日牺牲在{place}",
    "时年仅{n}岁",
    "是我们党宝贵的精神财富",
    "让更多的人了解这段历史",
    "引导青少年听党话、跟党走",
    "不断推动{what}取得新的成效",
    "他动情地说：“这里的一草一木我都记得，{do}{what}是我们的责任。”",
    "（以下简称“{quote}”）",
    "{place}、{place}、{place}等地的同志作了交流发言",
    "在场的{n}名师生深受感动",
    "既要抓好当前——特别是{what}——又要谋划长远",
    "历时{n}个月",
    "从{month}月{day}日8:30开始",
    "原名《{quote}》",
    "大家一致表示",
    "围绕中心、服务大局",
    "推出了一批有分量的研究成果",
    "确保了各项任务按时完成",
    "并就有关问题进行了深入的讨论",
    "累计接待观众{N}人",
    "由{office}和{latin}联合制作",
];

const OFFICES: &[&str] = &[
    "市委党史研究室",
    "区委党史研究室",
    "县委党史研究室",
    "县档案馆",
    "区地方志办公室",
    "市委宣传部",
    "红岩革命历史博物馆",
    "县文化和旅游发展委员会",
    "区退役军人事务局",
    "市中共党史学会",
    "镇党委",
];

const PLACES: &[&str] = &[
    "酉阳县",
    "涪陵区",
    "烈士陵园",
    "红军长征纪念馆",
    "石壕镇",
    "城口县苏维埃政权纪念公园",
    "渝中区",
    "秀山县",
    "革命老区",
    "某村文化广场",
    "江津区",
    "党群服务中心",
    "中央红军司令部旧址",
];

const PEOPLE: &[&str] = &[
    "市委党史研究室主任李明远",
    "副主任周建国",
    "县委书记王志强",
    "区委常委、宣传部部长陈晓燕",
    "张德华",
    "赵世民教授",
    "讲解员小刘",
    "82岁的杨正清老人",
];

const THINGS: &[&str] = &[
    "党史学习教育",
    "革命遗址保护利用",
    "地方党史二卷编写",
    "口述史料征集",
    "红色资源普查",
    "基层党组织建设",
    "青少年思想道德教育",
    "乡村振兴战略",
    "史料的收集、整理和研究",
    "“六进”宣讲",
    "《条例》的贯彻落实",
    "川渝两地党史部门合作",
    "大事记编纂",
    "数字化展陈",
];

const BOOKS: &[&str] = &[
    "《红军在{place}》",
    "《中国共产党{place}历史（第二卷）》",
    "《巴渝英烈传》",
    "《{place}党史大事记（{year}—{year}）》",
    "《难忘的岁月》",
    "《口述{place}·脱贫攻坚卷》",
];

const QUOTES: &[&str] = &[
    "红岩精神",
    "传承红色基因",
    "不忘初心、牢记使命",
    "永远跟党走",
    "党史故事大家讲",
    "七一",
    "两个维护",
    "学党史、悟思想、办实事、开新局",
    "破晓",
    "我为群众办实事",
    "狱中八条",
    "一馆一品",
];

const VERBS: &[&str] = &[
    "推进",
    "做好",
    "开展",
    "加强",
    "部署",
    "宣传",
    "深化",
    "研究",
    "学习贯彻",
    "总结",
    "抓实抓细",
    "创新",
    "支持和参与",
];

const LATIN: &[&str] = &[
    "CCTV-4",
    "微信公众号",
    "App",
    "H5",
    "VR",
    "“学习强国”平台",
    "Bilibili",
    "QQ群",
    "Red Rock Online",
    "5G",
    "WiFi 6",
];

const DATES: &[&str] = &[
    "{month}月{day}日",
    "{month}月{day}日",
    "2023年{month}月{day}日",
    "{month}月{day}日至{day}日",
    "{month}月中旬",
    "{month}月{day}日上午",
];
