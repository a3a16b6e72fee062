//! Documents with all their rows in one, as engines write them in any form and order, merged: the run over all of them.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, ArrayRef, AsArray, LargeListArray, RecordBatch, StructArray, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use insta::assert_snapshot;
use jianbao::dataset::NestedRows;
use jianbao::pipeline::intake::{self, GroupWhen, Input};
use jianbao::pipeline::{DocumentReader, Extractor, Limit, Limits, Ocr, OcrWhen};
use jianbao::rules::RuleSet;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};

use crate::merge::{INGEST, corpus, run_json};
use crate::{Desk, transcript};

/// The documents of the corpus as rows, so many in a batch.
fn rows(desk: &Desk, inputs: &[&str], in_a_batch: usize) -> Vec<RecordBatch> {
    let inputs: Vec<Input> = inputs.iter().map(|name| Input::Named(desk.path().join(name))).collect();
    let found = intake::find(&inputs, &desk.path().join("nowhere"), GroupWhen::Auto).unwrap();
    let mut limits = Limits::default();
    let (limit, value) = Limit::parse("file-bytes=170000").unwrap();
    limit.set(&mut limits, value);
    let ocr = Ocr::new(OcrWhen::Auto, Path::new("no-models"));
    let rules = Arc::new(RuleSet::builtin());
    let extractor = Arc::new(Extractor { ocr, limits });
    let reader = DocumentReader::new((rules, extractor), None, Arc::new(AtomicBool::new(false)));
    let mut batches = Vec::new();
    for some in found.files.chunks(in_a_batch) {
        let mut rows = NestedRows::new();
        for file in some {
            let (document, networks) = reader.read(file).unwrap();
            let run = reader.made_with(GroupWhen::Auto, networks.as_ref()).text().unwrap();
            rows.push(&document, &run).unwrap();
        }
        batches.push(rows.take().unwrap());
    }
    batches
}

fn put(desk: &Desk, name: &str, batch: &RecordBatch, compression: Compression) {
    let path = desk.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// The same values as another program may hold them: long texts and lists, wide numbers, dictionaries, columns turned
/// round, everything nullable, and one column more.
fn otherwise(batch: &RecordBatch) -> RecordBatch {
    let schema = batch.schema();
    let mut columns: Vec<(String, ArrayRef)> =
        schema.fields().iter().zip(batch.columns()).map(|(field, it)| (field.name().clone(), wide(it))).collect();
    columns.reverse();
    let run = columns.iter().position(|(name, _)| name == "run").unwrap();
    let dictionary = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
    columns[run].1 = cast(&columns[run].1, &dictionary).unwrap();
    let bytes = columns.iter().find(|(name, _)| name == "bytes").unwrap().1.clone();
    columns.push(("partition".to_owned(), bytes));
    let fields: Fields = columns.iter().map(|(name, it)| Field::new(name, it.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, it)| it).collect()).unwrap()
}

fn wide(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Utf8 => cast(column, &DataType::LargeUtf8).unwrap(),
        DataType::Int32 if column.null_count() == column.len() => {
            cast(column, &DataType::Null).unwrap_or(column.clone())
        }
        DataType::Int32 if column.null_count() > 0 => cast(column, &DataType::Float64).unwrap(),
        DataType::Int32 => cast(column, &DataType::Int64).unwrap(),
        DataType::Float32 => cast(column, &DataType::Float64).unwrap(),
        DataType::List(_) => {
            let list = cast(column, &DataType::LargeList(Arc::new(element(column)))).unwrap();
            let list: &LargeListArray = list.as_list();
            let values = wide(list.values());
            let item = Arc::new(Field::new("item", values.data_type().clone(), true));
            Arc::new(LargeListArray::new(item, list.offsets().clone(), values, None))
        }
        DataType::Struct(fields) => {
            let own = column.as_struct();
            let columns: Vec<ArrayRef> = own.columns().iter().map(wide).collect();
            let fields: Fields = fields
                .iter()
                .zip(&columns)
                .map(|(it, made)| Field::new(it.name(), made.data_type().clone(), true))
                .collect();
            Arc::new(StructArray::new(fields, columns, None))
        }
        _ => column.clone(),
    }
}

fn element(column: &ArrayRef) -> Field {
    let DataType::List(element) = column.data_type() else { panic!("a list") };
    element.as_ref().clone()
}

fn merge(desk: &Desk, parts: &[&str]) -> String {
    let args = [&["merge"], parts, &["--out", "merged"]].concat();
    transcript(&desk.run(&args))
}

fn refused(desk: &Desk, parts: &[&str]) -> String {
    let said = merge(desk, parts);
    let left: Vec<String> =
        if desk.path().join("merged").exists() { desk.files("merged").into_keys().collect() } else { vec![] };
    assert_eq!(left, Vec::<String>::new(), "{said}");
    let error = said.strip_prefix("exit code: 2\n----- stdout -----\n----- stderr -----\nerror: ");
    error.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn rows_that_engines_wrote_are_the_run_over_all_byte_for_byte() {
    let desk = corpus();
    desk.run(&[&INGEST[..], &["whole"]].concat());
    for (number, batch) in rows(&desk, &["raw", "scan.djvu"], 7).iter().enumerate().rev() {
        // Rows turned round, in files whose order says nothing.
        let back: Vec<u32> = (0..batch.num_rows()).rev().map(|row| row.try_into().unwrap()).collect();
        let batch = take_record_batch(batch, &UInt32Array::from(back)).unwrap();
        let name = format!("rows/year={}/part-{}.snappy.parquet", number % 3, 100 - number);
        match number % 3 {
            0 => put(&desk, &name, &otherwise(&batch), Compression::SNAPPY),
            1 => put(&desk, &name, &batch, Compression::LZ4_RAW),
            _ => put(&desk, &name, &batch, Compression::GZIP(Default::default())),
        }
        if number == 1 {
            // A task that was tried again, and left some rows of the first time.
            put(&desk, "rows/part-again.parquet", &batch.slice(2, 3), Compression::UNCOMPRESSED);
        }
    }
    desk.put("rows/_SUCCESS", b"");
    desk.put("rows/.part-1.parquet.crc", b"crc");
    let mut expected = run_json(&desk, "whole");
    let skipped = json!({"skipped": expected["skipped"], "machine": expected["machine"]});
    desk.put("rows/_jianbao.json", skipped.to_string().as_bytes());

    let said = merge(&desk, &["rows"]);
    assert!(said.starts_with("exit code: 1\n"), "{said}");
    let (whole, merged) = (desk.data_files("whole"), desk.data_files("merged"));
    assert_eq!(whole.keys().collect::<Vec<_>>(), merged.keys().collect::<Vec<_>>());
    for (name, bytes) in &whole {
        assert!(merged[name] == *bytes, "{name} differs");
    }
    let mut record = run_json(&desk, "merged");
    assert_eq!(record["machine"], expected["machine"]);
    (record["timing"], expected["timing"]) = (Value::Null, Value::Null);
    assert_eq!(record, expected);
    assert!(!desk.path().join("merged/.cache/merge").exists(), "the sorted pieces are taken away");
}

#[test]
fn rows_and_datasets_go_together_and_equal_bytes_are_found_across_them() {
    let desk = corpus();
    desk.run(&[&INGEST[..], &["whole"]].concat());
    // The dataset has the later copies, the rows the earlier ones; and the other way round.
    fs::create_dir(desk.path().join("apart")).unwrap();
    for folders in [&["2020", "2022"][..], &["2019", "samples", "2000"]] {
        for folder in folders {
            fs::rename(desk.path().join("raw").join(folder), desk.path().join("apart").join(folder)).unwrap();
        }
        desk.run(&[&INGEST[..], &["part"]].concat());
        for (number, batch) in rows(&desk, &["apart"], 5).iter().enumerate() {
            put(&desk, &format!("rows/{number}.parquet"), batch, Compression::SNAPPY);
        }
        merge(&desk, &["rows", "part"]);
        let (whole, merged) = (desk.data_files("whole"), desk.data_files("merged"));
        for (name, bytes) in &whole {
            assert!(merged[name] == *bytes, "{name} differs with {folders:?} apart");
        }
        assert_eq!(run_json(&desk, "merged")["counts"], run_json(&desk, "whole")["counts"]);
        for folder in folders {
            fs::rename(desk.path().join("apart").join(folder), desk.path().join("raw").join(folder)).unwrap();
        }
        for folder in ["rows", "merged"] {
            fs::remove_dir_all(desk.path().join(folder)).unwrap();
        }
    }
}

#[test]
fn rows_that_do_not_fit_together_are_not_merged() {
    let desk = corpus();
    let batches = rows(&desk, &["raw"], 20);
    put(&desk, "rows/1.parquet", &batches[0], Compression::SNAPPY);
    put(&desk, "rows/2.parquet", &batches[1], Compression::SNAPPY);
    let mut said = Vec::new();

    let whole = fs::read(desk.path().join("rows/2.parquet")).unwrap();
    desk.put("rows/2.parquet", &whole[..whole.len() / 2]);
    said.push(refused(&desk, &["rows"]));
    desk.put("rows/2.parquet", b"");
    said.push(refused(&desk, &["rows"]));
    // Damage in the middle is met when the tables are made.
    let mut damaged = whole.clone();
    damaged[4..whole.len() / 2].fill(0xaa);
    desk.put("rows/2.parquet", &damaged);
    refused(&desk, &["rows"]);
    let foreign = batches[1].project(&[0, 1, 2]).unwrap();
    put(&desk, "rows/2.parquet", &foreign, Compression::SNAPPY);
    said.push(refused(&desk, &["rows"]));
    desk.put("rows/2.parquet", &whole);
    desk.put("rows/notes.csv", b"a,b");
    said.push(refused(&desk, &["rows"]));
    fs::remove_file(desk.path().join("rows/notes.csv")).unwrap();

    let last = batches[0].num_columns() - 1;
    let with = |column: usize, batch: &RecordBatch, change: &dyn Fn(&str) -> String| {
        let texts = batch.column(column).as_string::<i32>().iter().map(|text| text.map(change));
        let mut columns = batch.columns().to_vec();
        columns[column] = Arc::new(texts.collect::<arrow::array::StringArray>());
        RecordBatch::try_new(batch.schema(), columns).unwrap()
    };
    let other_format = batches[0].schema().index_of("format").unwrap();
    let again = with(other_format, &batches[0].slice(3, 2), &|_| "alto".to_owned());
    put(&desk, "rows/3.parquet", &again, Compression::SNAPPY);
    said.push(refused(&desk, &["rows"]));
    for change in [
        |run: &mut Value| run["jianbao"] = json!("0.0.9"),
        |run: &mut Value| run["rules"]["mine.toml"] = json!("aa"),
        |run: &mut Value| run["options"]["ocr"] = json!("always"),
        |run: &mut Value| *run = json!("a run"),
    ] {
        let changed = with(last, &batches[1], &|run| {
            let mut run: Value = serde_json::from_str(run).unwrap();
            change(&mut run);
            run.to_string()
        });
        put(&desk, "rows/3.parquet", &changed, Compression::SNAPPY);
        said.push(refused(&desk, &["rows"]));
    }
    let source = batches[0].schema().index_of("source").unwrap();
    let elsewhere = with(source, &batches[1], &|source| format!("elsewhere/{source}"));
    put(&desk, "rows/3.parquet", &elsewhere, Compression::SNAPPY);
    said.push(refused(&desk, &["rows"]));
    fs::remove_file(desk.path().join("rows/3.parquet")).unwrap();

    put(&desk, "none/1.parquet", &batches[0].slice(0, 0), Compression::SNAPPY);
    said.push(refused(&desk, &["none"]));
    desk.run(&["ingest", "raw", "--out", "never", "--ocr", "never", "--quiet"]);
    said.push(refused(&desk, &["rows", "never"]));
    assert_snapshot!("rows_that_do_not_fit", said.concat());
}
