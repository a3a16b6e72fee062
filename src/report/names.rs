//! What codes and columns are called in the interface. The sentence of a remark is data and stays as it is; its code has a
//! name here, in both languages, and so has every column.

/// A code, Chinese, English.
pub(super) const CODES: &[(&str, &str, &str)] = &[
    // Remarks.
    ("conservation-broken", "字符数对不上", "Characters do not add up"),
    ("damaged-image", "图像损坏", "Damaged picture"),
    ("damaged-page", "页面残缺", "Damaged page"),
    ("damaged-pdf", "PDF 文件损坏", "Damaged PDF file"),
    ("damaged-xml", "XML 文件损坏", "Damaged XML file"),
    ("doubtful-join", "接行存疑", "Doubtful join"),
    ("doubtful-recognition", "识别存疑", "Doubtful recognition"),
    ("empty-page", "空白页", "Empty page"),
    ("encoding-guessed", "编码为推测", "Encoding guessed"),
    ("garbled-page", "页面乱码", "Garbled page"),
    ("grouped-page", "一页一个文件", "Page in a file of its own"),
    ("headline-not-in-toc", "目录中没有此标题", "Headline not in the contents"),
    ("hidden-text-layer", "图像上有隐藏文字层", "Hidden text layer"),
    ("hidden-text-replaced", "隐藏文字层已重新识别", "Hidden text recognised anew"),
    ("image-only-page", "页面只有图像", "Page is a picture alone"),
    ("impossible-date", "日期不存在", "Impossible date"),
    ("limit-document-bytes", "全文解码量超限", "Limit: bytes of the document"),
    ("limit-document-operators", "全文绘图指令超限", "Limit: operators of the document"),
    ("limit-document-seconds", "全文用时超限", "Limit: time for the document"),
    ("limit-form-depth", "表单嵌套过深", "Limit: depth of forms"),
    ("limit-glyphs", "页面字数超限", "Limit: characters of a page"),
    ("limit-memory", "内存超限", "Limit: memory"),
    ("limit-operators", "页面绘图指令超限", "Limit: operators of a page"),
    ("limit-picture-bytes", "图像解码量超限", "Limit: bytes of a picture"),
    ("limit-pixels", "图像像素超限", "Limit: pixels"),
    ("limit-page-bytes", "页面解码量超限", "Limit: bytes of a page"),
    ("limit-page-seconds", "页面用时超限", "Limit: time for a page"),
    ("internal-error", "程序内部错误", "Fault of the program"),
    ("limit-pages", "页数超限", "Limit: pages"),
    ("limit-stream-bytes", "数据流超限", "Limit: bytes of a stream"),
    ("limit-to-unicode", "字符对照表超限", "Limit: character table"),
    ("missing-page-files", "页面文件缺号", "Page files missing"),
    ("no-items", "没有读出条目", "No items"),
    ("ocr-failed", "文字识别失败", "Recognition failed"),
    ("ocr-models-missing", "缺少识别模型", "Recognition models missing"),
    ("overridden", "人工更正", "Decided by hand"),
    ("stale-override", "失效的人工更正", "Stale override"),
    ("ocr-repair", "误识已更正", "Misreading put right"),
    ("repaired-pdf", "PDF 结构已修复", "PDF structure mended"),
    ("toc-wording-differs", "目录与标题文字不同", "Contents worded differently"),
    ("toc-entry-without-item", "目录条目未对上", "Contents entry without an item"),
    ("unassigned-text", "文字未归属", "Text in nothing"),
    ("unbalanced-quotes", "引号或括号不成对", "Unpaired marks"),
    ("turned-page", "页面已转正", "Page turned upright"),
    ("unreadable-file", "文件无法读取", "Unreadable file"),
    ("unsupported-image", "不支持的图像编码", "Picture coding not supported"),
    ("unmapped-characters", "字符无法确定", "Unknown characters"),
    ("undecodable-bytes", "字节无法解码", "Undecodable bytes"),
    ("worker-aborted", "读取进程自行中止", "Worker gave up"),
    ("worker-crashed", "读取进程崩溃", "Worker crashed"),
    ("worker-exited", "读取进程提前结束", "Worker ended early"),
    ("worker-garbled", "读取进程应答异常", "Worker answered nonsense"),
    ("worker-hung", "读取进程停滞", "Worker hung"),
    ("worker-killed", "读取进程被终止", "Worker was killed"),
    ("worker-stack-overflow", "嵌套过深，栈溢出", "Nested too deep"),
    // Why a file was not read at all.
    ("binary-file", "不是文本文件", "Not a text file"),
    ("broken-link", "链接失效", "Broken link"),
    ("empty-file", "空文件", "Empty file"),
    ("encrypted", "文件已加密", "Encrypted file"),
    ("limit-file-bytes", "文件过大", "Limit: bytes of the file"),
    ("no-pages", "没有页面", "No pages"),
    ("no-such-page", "没有这一页", "No such page"),
    ("not-a-file", "不是普通文件", "Not a file"),
    ("path-too-long", "路径过长", "Path too long"),
    ("not-found", "找不到文件", "Not found"),
    ("symlink-loop", "链接循环", "Loop of links"),
    ("undecodable", "无法解码", "Cannot be decoded"),
    ("unknown-markup", "标记格式不明", "Unknown markup"),
    ("unreadable-folder", "文件夹无法读取", "Unreadable folder"),
    ("unsupported-encoding", "不支持的编码", "Encoding not supported"),
    ("unsupported-format", "不支持的格式", "Format not supported"),
];

/// A column that has no other word, Chinese, English.
pub(super) const COLUMNS: &[(&str, &str, &str)] = &[
    ("author", "作者", "author"),
    ("bookmarks", "书签", "bookmarks"),
    ("bottom", "下边", "lower edge"),
    ("bytes", "字节数", "bytes"),
    ("chars_furniture", "页码等的字符数", "characters of furniture"),
    ("chars_items", "条目的字符数", "characters in items"),
    ("chars_structure", "报头等的字符数", "characters of structure"),
    ("chars_total", "字符总数", "characters in all"),
    ("chars_unassigned", "未归属的字符数", "characters in nothing"),
    ("content_hash", "内容哈希", "content hash"),
    ("contributor_kind", "供稿依据", "kind of contributor line"),
    ("contributor_text", "供稿行原文", "contributor line"),
    ("date_basis", "年份依据", "basis of the year"),
    ("date_end", "截止日期", "last day"),
    ("date_precision", "日期精度", "precision of the date"),
    ("date_text", "日期原文", "date as printed"),
    ("district_basis", "区县依据", "basis of the district"),
    ("district_code", "区县代码", "district code"),
    ("doc_id", "文件编号", "document id"),
    ("encoding", "编码", "encoding"),
    ("error_code", "错误种类", "error code"),
    ("issue_date", "期日", "issue date"),
    ("issue_no", "期号", "issue number"),
    ("issue_total", "总期号", "running number"),
    ("item_id", "条目编号", "item id"),
    ("join", "接行", "join"),
    ("join_rule", "接行依据", "rule of the join"),
    ("join_score", "接行可信度", "score of the join"),
    ("line_first", "首行", "first line"),
    ("line_last", "末行", "last line"),
    ("message", "说明", "message"),
    ("ocr_confidence", "识别置信度", "recognition confidence"),
    ("ordinal", "序号", "number in the document"),
    ("page_classes", "页面类型", "kinds of pages"),
    ("page_first", "首页", "first page"),
    ("page_last", "末页", "last page"),
    ("page_sizes", "页面尺寸", "page sizes"),
    ("pages_ocr", "识别的页数", "pages recognised"),
    ("paragraph", "段", "paragraph"),
    ("producer", "制作程序", "producer"),
    ("role", "行的类别", "role"),
    ("rule", "规则", "rule"),
    ("sha256", "文件哈希", "SHA-256"),
    ("size_pt", "字号", "type size"),
    ("source", "文件", "file"),
    ("text", "文字", "text"),
    ("text_raw", "所读原文", "text as read"),
    ("toc_entries", "目录条数", "contents entries"),
    ("toc_unmatched", "未对上的目录", "contents entries without an item"),
    ("top", "上边", "upper edge"),
    ("x0", "左边", "left edge"),
    ("x1", "右边", "right edge"),
];

#[cfg(test)]
mod tests {
    use super::super::words;
    use crate::dataset::tables;
    use crate::model::Code;

    /// Whether a code or column is shown as it is to a person who reads Chinese.
    fn has_no_name(name: &str) -> bool {
        words::of(name).is_none_or(|(chinese, _)| !chinese.contains(|c: char| c > '\u{2e80}') && chinese != "SHA-256")
    }

    #[test]
    fn every_code_has_a_name() {
        let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).filter(|code| has_no_name(code)).collect();
        assert!(codes.is_empty(), "{codes:?}");
    }

    /// Codes of files that could not be read stand where they are found.
    #[test]
    fn every_code_of_a_failure_has_a_name() {
        let files = [
            include_str!("../pipeline/failure.rs"),
            include_str!("../read/text/mod.rs"),
            include_str!("../read/recognised/mod.rs"),
            include_str!("../read/picture/error.rs"),
            include_str!("../read/pdf/file.rs"),
        ];
        let code = regex::Regex::new(r#"(?:=> |Failure::new\()"([a-z]+(?:-[a-z]+)*)""#).unwrap();
        let codes: Vec<&str> = files
            .iter()
            .flat_map(|file| code.captures_iter(file))
            .map(|found| found.get(1).unwrap().as_str())
            .collect();
        assert!(codes.len() > 15, "{codes:?}");
        let codes: Vec<&str> = codes.into_iter().filter(|code| has_no_name(code)).collect();
        assert!(codes.is_empty(), "{codes:?}");
    }

    #[test]
    fn every_column_has_a_name() {
        let columns: Vec<&str> = tables().into_iter().flat_map(|it| it.columns).map(|it| it.name).collect();
        let columns: Vec<&str> = columns.into_iter().filter(|name| has_no_name(name)).collect();
        assert!(columns.is_empty(), "{columns:?}");
    }
}
