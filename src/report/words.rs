//! The words of the interface, in Chinese and English. Values of the dataset (`news`, `inferred`, `full-line`) stay as they are,
//! but for those that stand here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::names::{CODES, COLUMNS};

/// A key, Chinese, English.
const WORDS: &[(&str, &str, &str)] = &[
    // Pages and ways between them.
    ("overview", "总览", "Overview"),
    ("items", "条目", "Items"),
    ("documents", "文件", "Documents"),
    ("remarks", "提示", "Remarks"),
    ("report", "数据报告", "Dataset report"),
    ("skip", "跳到正文", "Skip to content"),
    ("previous", "上一份", "Previous"),
    ("next", "下一份", "Next"),
    ("language", "English", "中文"),
    ("made_by", "制作：", "Made by"),
    ("schema", "数据格式版本", "schema version"),
    ("keys", "按键", "Keys"),
    ("key_next", "下一条", "next"),
    ("key_previous", "上一条", "previous"),
    ("key_flagged", "只看有提示的", "flagged only"),
    ("key_search", "搜索", "search"),
    // The overview.
    ("pages", "页", "Pages"),
    ("recognised_pages", "页经文字识别", "pages recognised"),
    ("characters", "字符", "Characters"),
    ("flagged_items", "有提示的条目", "Flagged items"),
    ("by_status", "文件状态", "Documents by status"),
    ("over_time", "各期条目数", "Items per issue over time"),
    ("by_section", "栏目", "Items by section"),
    ("by_district", "区县", "Items by district"),
    ("by_kind", "体裁", "Items by kind"),
    ("by_code", "提示种类", "Remarks by code"),
    ("contents", "目录核对", "Contents entries"),
    ("matched", "已对上", "matched"),
    ("unmatched", "未对上", "without an item"),
    ("joins", "换行接续", "Line joins"),
    ("doubtful_joins", "存疑的接续", "doubtful joins"),
    ("confidence", "识别置信度", "Recognition confidence"),
    ("where_characters_went", "字符去向", "Where every character went"),
    ("in_items", "条目", "in items"),
    ("in_structure", "报头、目录、栏目等", "masthead, contents, sections"),
    ("in_furniture", "页码、页眉、版记", "folios, running heads, colophon"),
    ("in_nothing", "未归属", "in nothing"),
    ("none", "（无）", "(none)"),
    ("others", "其余", "others"),
    ("by_day", "按期", "by issue"),
    ("by_month", "按月", "by month"),
    ("by_year", "按年", "by year"),
    ("nothing", "没有", "nothing"),
    // Lists.
    ("search", "搜索", "Search"),
    ("search_hint", "标题、正文、供稿、文件名", "headline, text, contributor, file"),
    ("flagged_only", "只看有提示的", "Flagged only"),
    ("worth_a_look", "只看需注意的", "Worth a look only"),
    ("all", "全部", "all"),
    ("more", "再显示一些", "Show more"),
    ("loading", "正在读取", "loading"),
    ("searching", "正在读取正文", "reading the texts"),
    ("of", "共", "of"),
    ("clear", "清除条件", "Clear"),
    ("needs_script", "筛选需要开启 JavaScript。", "Lists need JavaScript to be on."),
    ("no_match", "没有符合条件的。", "Nothing matches."),
    ("no_headline", "（无标题）", "(no headline)"),
    // Fields.
    ("section", "栏目", "section"),
    ("kind", "体裁", "kind"),
    ("kicker", "引题、副题", "kicker"),
    ("headline", "标题", "headline"),
    ("date", "日期", "date"),
    ("contributors", "供稿", "contributors"),
    ("district", "区县", "district"),
    ("districts", "提到的区县", "districts named"),
    ("lines", "行", "lines"),
    ("line", "行", "line"),
    ("page", "页", "page"),
    ("page_count", "页数", "Pages"),
    ("unassigned", "有未归属字符", "unassigned text"),
    ("in_toc", "目录中", "in contents"),
    ("text_source", "文字来源", "text from"),
    ("flags", "提示", "flags"),
    ("flag", "提示", "flag"),
    ("code", "种类", "code"),
    ("severity", "轻重", "severity"),
    ("status", "状态", "status"),
    ("format", "格式", "format"),
    ("issued", "期日", "issue date"),
    ("publication", "刊名", "publication"),
    ("publisher", "编者", "publisher"),
    ("issue", "期号", "issue"),
    ("profile", "规则", "profile"),
    ("title", "文件标题", "title"),
    ("id", "编号", "id"),
    ("hash", "内容哈希", "content hash"),
    ("duplicate_of", "重复于", "Same bytes as"),
    ("yes", "是", "yes"),
    ("no", "否", "no"),
    // A document.
    ("print", "原件", "The print"),
    ("read", "所读", "What was read"),
    ("legend", "图例", "Legend"),
    ("joined", "接下行", "goes on"),
    ("broken", "段落止", "paragraph ends"),
    ("doubtful", "存疑", "doubtful"),
    ("as_read", "显示所读文字", "show the text as read"),
    ("more_fields", "全部字段", "all fields"),
    ("nothing_read", "这份文件没有读出文字。", "Nothing was read of this document."),
    // Differences.
    ("changes", "与旧版比较", "Changes"),
    ("differences", "差异清单", "Differences"),
    ("what", "差异", "difference"),
    ("same", "未变", "same"),
    ("see_print", "查看原件", "See the print"),
    ("same_data", "数据相同", "Same data"),
    ("different_data", "数据有变化", "Different data"),
    ("equal_files", "数据文件的字节完全相同。", "The data files have equal bytes."),
    ("no_value_differs", "比较过的值没有一处不同。", "No compared value differs."),
    ("before", "旧", "Before"),
    ("after", "新", "After"),
    ("only_before", "只在旧版", "only before"),
    ("only_after", "只在新版", "only after"),
    ("not_there", "没有这份文件", "not there"),
    ("sources", "源文件", "Source files"),
    ("file_same", "份文件未变", "files are the same"),
    ("file_gone", "已不在的文件", "Files gone"),
    ("file_new", "新来的文件", "New files"),
    ("file_changed", "内容有改的文件", "Files with other bytes"),
    ("file_renamed", "改名又改内容的文件", "Files renamed and edited"),
    ("file_moved", "只改名的文件", "Files moved"),
    ("settings", "运行条件", "Made with"),
    ("made_version", "程序", "version"),
    ("made_schema", "数据格式", "schema"),
    ("made_rules", "规则", "rules"),
    ("made_options", "选项", "option"),
    ("made_models", "模型", "model"),
    ("made_skipped", "略过的文件", "skipped"),
    ("made_columns", "列", "column"),
    ("coverage", "读到多少", "Coverage"),
    ("counted", "计数", "Counted"),
    ("lost", "文字丢失的文件", "Documents with text lost"),
    ("regained", "文字找回的文件", "Documents with text regained"),
    ("added", "新增的条目", "Items added"),
    ("removed", "消失的条目", "Items removed"),
    ("edited", "改动的条目", "Items edited"),
    ("moved", "移位的条目", "Items moved"),
    ("split", "拆开的条目", "Items split"),
    ("merged", "合并的条目", "Items merged"),
    ("item_same", "条未变", "items are the same"),
    ("document_values", "文件的值", "Values of documents"),
    ("line_values", "行的差异", "Differences of lines"),
    ("values_of_items", "条目的值", "Values of items"),
    ("values_of_documents", "文件的值", "Values of documents"),
    ("values_of_lines", "行的差异", "Differences of lines"),
    ("line_gone", "只在旧版的行", "lines only before"),
    ("line_new", "只在新版的行", "lines only after"),
    ("several_values", "种值", "values"),
    ("with_it", "连同", "with"),
    ("measured", "另有不同：", "Also different:"),
    ("ends", "段落、标题的结束：", "Ends of paragraphs and headlines:"),
    ("text_differs", "文字的差异", "Text"),
    ("words", "文字", "characters"),
    ("punctuation", "仅标点", "punctuation only"),
    ("white_space", "仅空白", "white space only"),
    ("values", "其他值", "other values"),
    ("direct", "直接相连", "direct"),
    ("space", "空格相连", "space"),
    ("break", "分段", "break"),
    ("end", "不再接续", "end"),
    ("and_more", "还有", "more:"),
    ("field", "字段", "field"),
    ("group", "同类差异", "change"),
    ("changed_only", "只看有变化的", "Changed only"),
    ("key_changed", "只看有变化的", "changed only"),
    ("words_only", "略去仅空白、标点的差异", "Leave out white space and marks"),
    // Values.
    ("ok", "完好", "ok"),
    ("partial", "不全", "partial"),
    ("failed", "失败", "failed"),
    ("duplicate", "重复", "duplicate"),
    ("news", "消息", "news"),
    ("brief", "简讯", "brief"),
    ("article", "文章", "article"),
    ("error", "错误", "error"),
    ("warning", "注意", "warning"),
    ("info", "说明", "info"),
    ("item", "条目起止", "item"),
    ("accept", "认可", "accepted"),
    ("override", "人工", "by hand"),
    ("date_precision:day", "精确到日", "day"),
    ("date_precision:month", "精确到月", "month"),
    ("date_precision:year", "精确到年", "year"),
    ("date_basis:printed", "年份印明", "year printed"),
    ("date_basis:inferred", "年份推断", "year inferred"),
    ("district_basis:contributor", "依供稿", "by contributor"),
    ("district_basis:headline", "依标题", "by headline"),
    ("district_basis:place", "依地名", "by place"),
    ("district_basis:body", "依正文", "by body"),
    ("contributor_kind:contributed", "供稿行", "contributed"),
    ("contributor_kind:byline", "署名", "byline"),
    ("contributor_kind:source", "来源", "source"),
    ("text_source:embedded", "文字层", "embedded"),
    ("text_source:ocr", "文字识别", "ocr"),
    ("text_source:mixed", "文字层与识别", "mixed"),
    ("text_source:text", "文本文件", "text"),
    ("format:text", "文本", "text"),
    ("format:image", "图像", "image"),
    ("format:pdf", "PDF", "PDF"),
    ("format:markdown", "Markdown", "Markdown"),
    ("format:alto", "ALTO", "ALTO"),
    ("format:page", "PAGE XML", "PAGE XML"),
    ("format:hocr", "hOCR", "hOCR"),
    ("masthead", "报头", "masthead"),
    ("toc", "目录", "contents"),
    ("subhead", "小标题", "subhead"),
    ("body", "正文", "body"),
    ("contributor", "供稿", "contributor"),
    ("colophon", "版记", "colophon"),
    ("page_number", "页码", "folio"),
    ("running_head", "页眉", "running head"),
    ("caption", "图注", "caption"),
    ("other", "未归属", "other"),
];

/// All words by their keys.
static ALL: LazyLock<BTreeMap<&str, (&str, &str)>> = LazyLock::new(|| {
    let words = [WORDS, CODES, COLUMNS].into_iter().flatten();
    words.map(|(key, chinese, english)| (*key, (*chinese, *english))).collect()
});

/// The words for `key`, Chinese and English.
pub(super) fn of(key: &str) -> Option<(&'static str, &'static str)> {
    ALL.get(key).copied()
}

/// The words for a value of a column, Chinese and English. What a value means may depend on the column.
pub(super) fn of_value(column: &str, value: &str) -> Option<(&'static str, &'static str)> {
    of(&format!("{column}:{value}")).or_else(|| of(value))
}

/// All words, for the script.
pub(super) fn all() -> serde_json::Map<String, serde_json::Value> {
    ALL.iter().map(|(key, (chinese, english))| ((*key).to_owned(), serde_json::json!([chinese, english]))).collect()
}

/// The sign of a role: what it is must not be told by colour alone.
pub(super) fn sign(role: &str) -> &'static str {
    match role {
        "masthead" => "报",
        "toc" => "目",
        "section" => "栏",
        "headline" => "题",
        "kicker" => "引",
        "subhead" => "小",
        "body" => "文",
        "contributor" => "供",
        "colophon" => "版",
        "page_number" => "页",
        "running_head" => "眉",
        "caption" => "图",
        _ => "？",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_once_and_needs_no_escape() {
        assert_eq!(ALL.len(), WORDS.len() + CODES.len() + COLUMNS.len());
        assert!(ALL.values().all(|(chinese, english)| !format!("{chinese}{english}").contains(['<', '&', '"'])));
    }
}
