//! The values in the files, in both formats.

use std::fs::{self, File};
use std::path::Path;

use arrow::array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow::datatypes::{DataType, Date32Type, Float32Type, Int32Type, Int64Type};
use jianbao::dataset::tables;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::samples::{BOTH, bulletin, documents, write};

#[test]
fn json_lines_hold_the_columns_in_order_with_null_and_without_escapes() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), BOTH, &documents());
    let expect = |file: &str, expected: &str| assert_eq!(fs::read_to_string(dir.path().join(file)).unwrap(), expected);
    expect("items.jsonl", ITEMS);
    expect("documents.jsonl", DOCUMENTS);
    expect("diagnostics.jsonl", DIAGNOSTICS);
    assert!(!dir.path().join("lines.jsonl").exists());
}

const ITEMS: &str = r#"{"item_id":"0123456789abcdef-i0001","doc_id":"0123456789abcdef","source":"a/第1期.txt","ordinal":1,"content_hash":"cf5bc89f8c44607e","publication":"重庆党史工作","publisher":"中共重庆市委党史研究室","issue_no":1,"issue_total":88,"issue_date":"2020-03-01","section":"工作动态","kind":"news","headline":"酉阳县召开 座谈会","kicker":"——纪念","body":"1月24日—25日，会议在酉阳召开。\n他说：“好\\\"”。","date":"2020-01-24","date_end":"2020-01-25","date_text":"1月24日—25日","date_precision":"day","date_basis":"inferred","contributors":["酉阳县委党史研究室","张三"],"contributor_kind":"contributed","contributor_text":"（酉阳县委党史研究室 张三 供稿）","district":"酉阳土家族苗族自治县","district_code":"500242","district_basis":"contributor","districts":["酉阳土家族苗族自治县","渝中区"],"page_first":1,"page_last":2,"line_first":1,"line_last":2,"in_toc":true,"text_source":"text","ocr_confidence":0.1,"flags":["doubtful-join","unbalanced-quotes"]}
{"item_id":"0123456789abcdef-i0002","doc_id":"0123456789abcdef","source":"a/第1期.txt","ordinal":2,"content_hash":"ca601837f9b70a12","publication":"重庆党史工作","publisher":"中共重庆市委党史研究室","issue_no":1,"issue_total":88,"issue_date":"2020-03-01","section":null,"kind":"brief","headline":null,"kicker":null,"body":"简讯一则。","date":null,"date_end":null,"date_text":null,"date_precision":null,"date_basis":null,"contributors":[],"contributor_kind":null,"contributor_text":null,"district":null,"district_code":null,"district_basis":null,"districts":[],"page_first":null,"page_last":null,"line_first":2,"line_last":2,"in_toc":null,"text_source":"text","ocr_confidence":null,"flags":[]}
"#;

const DOCUMENTS: &str = r#"{"doc_id":"0123456789abcdef","source":"a/第1期.txt","sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","bytes":5000000000,"format":"text","encoding":"UTF-8","pages":2,"pages_ocr":0,"publication":"重庆党史工作","publisher":"中共重庆市委党史研究室","issue_no":1,"issue_total":88,"issue_date":"2020-03-01","title":null,"profile":"chongqing","items":2,"toc_entries":2,"toc_unmatched":["没有的\t条目"],"chars_total":40,"chars_items":30,"chars_structure":7,"chars_furniture":3,"chars_unassigned":0,"status":"ok","error_code":null,"error":null,"duplicate_of":null,"page_classes":[],"author":null,"producer":null,"bookmarks":[],"page_sizes":[]}
{"doc_id":"","source":"b/locked.md","sha256":"","bytes":5000000000,"format":"markdown","encoding":null,"pages":null,"pages_ocr":0,"publication":null,"publisher":null,"issue_no":null,"issue_total":null,"issue_date":null,"title":null,"profile":null,"items":0,"toc_entries":0,"toc_unmatched":[],"chars_total":0,"chars_items":0,"chars_structure":0,"chars_furniture":0,"chars_unassigned":0,"status":"failed","error_code":"unreadable-file","error":"b/locked.md cannot be read.","duplicate_of":null,"page_classes":[],"author":null,"producer":null,"bookmarks":[],"page_sizes":[]}
{"doc_id":"0123456789abcdef","source":"b/part.txt","sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","bytes":5000000000,"format":"text","encoding":"GBK","pages":null,"pages_ocr":0,"publication":null,"publisher":null,"issue_no":null,"issue_total":null,"issue_date":null,"title":null,"profile":null,"items":0,"toc_entries":0,"toc_unmatched":[],"chars_total":9,"chars_items":0,"chars_structure":0,"chars_furniture":0,"chars_unassigned":9,"status":"partial","error_code":"undecodable-bytes","error":"2 bytes are not GBK.","duplicate_of":null,"page_classes":[],"author":null,"producer":null,"bookmarks":[],"page_sizes":[]}
{"doc_id":"0123456789abcdef","source":"c.txt","sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","bytes":5000000000,"format":"text","encoding":null,"pages":null,"pages_ocr":0,"publication":null,"publisher":null,"issue_no":null,"issue_total":null,"issue_date":null,"title":null,"profile":null,"items":0,"toc_entries":0,"toc_unmatched":[],"chars_total":0,"chars_items":0,"chars_structure":0,"chars_furniture":0,"chars_unassigned":0,"status":"duplicate","error_code":null,"error":null,"duplicate_of":"a/第1期.txt","page_classes":[],"author":null,"producer":null,"bookmarks":[],"page_sizes":[]}
"#;

const DIAGNOSTICS: &str = r#"{"doc_id":"0123456789abcdef","source":"a/第1期.txt","page":null,"line":null,"item_id":null,"code":"toc-entry-without-item","severity":"warning","message":"看一看。","rule":null}
{"doc_id":"0123456789abcdef","source":"a/第1期.txt","page":1,"line":1,"item_id":"0123456789abcdef-i0001","code":"doubtful-join","severity":"warning","message":"看一看。","rule":"full-line"}
"#;

#[test]
fn lines_keep_their_box_and_what_became_of_them() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), BOTH, &documents());
    let expected: Vec<Value> = LINES.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows(&dir.path().join("lines.parquet")), expected);
}

const LINES: &str = r#"{"doc_id":"0123456789abcdef","source":"a/第1期.txt","page":1,"line":1,"text_raw":"　⼀月","text":"一月","role":"body","item_id":"0123456789abcdef-i0001","paragraph":1,"x0":72.0,"top":90.5,"x1":523.25,"bottom":106.5,"size_pt":16.0,"confidence":0.97,"join":"direct","join_rule":"full-line","join_score":0.55}
{"doc_id":"0123456789abcdef","source":"a/第1期.txt","page":null,"line":2,"text_raw":"- 1 -","text":"- 1 -","role":"page_number","item_id":null,"paragraph":null,"x0":null,"top":null,"x1":null,"bottom":null,"size_pt":null,"confidence":null,"join":null,"join_rule":null,"join_score":null}"#;

#[test]
fn parquet_and_json_lines_hold_the_same_values() {
    let dir = tempfile::tempdir().unwrap();
    let many: Vec<_> = (0..5000).map(|n| bulletin(&format!("{n:05}.txt"))).collect();
    for documents in [&documents()[..], &many, &[]] {
        write(dir.path(), BOTH, documents);
        for table in tables().iter().filter(|table| table.jsonl) {
            let text = fs::read_to_string(dir.path().join(format!("{}.jsonl", table.name))).unwrap();
            let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(rows(&dir.path().join(format!("{}.parquet", table.name))), lines, "{}", table.name);
        }
    }
}

/// Every row of a Parquet file as a JSON object, by other code than the writer's.
fn rows(path: &Path) -> Vec<Value> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    reader.flat_map(|batch| objects(&batch.unwrap())).collect()
}

fn objects(batch: &RecordBatch) -> Vec<Value> {
    let schema = batch.schema();
    let object = |row: usize| {
        let columns = schema.fields().iter().zip(batch.columns());
        Value::Object(columns.map(|(field, array)| (field.name().clone(), value(array, row))).collect())
    };
    (0..batch.num_rows()).map(object).collect()
}

fn value(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        // Through its digits: 0.1 as `f32` is another number than 0.1 as `f64`.
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row).to_string().parse::<f64>().unwrap().into(),
        DataType::Date32 => array.as_primitive::<Date32Type>().value_as_date(row).unwrap().to_string().into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::List(_) => {
            let entries = array.as_list::<i32>().value(row);
            (0..entries.len()).map(|entry| value(&entries, entry)).collect::<Vec<_>>().into()
        }
        other => panic!("{other} is not a type of the contract"),
    }
}
