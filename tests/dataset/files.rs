//! The files: whole or not at all, the same bytes each time, made as the contract says.

use std::fs::{self, File};
use std::path::Path;

use jianbao::dataset::{DatasetError, Formats, RunRecord, Writer, tables};
use jianbao::model::Document;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use serde_json::{Value, json};

use crate::samples::{BOTH, bulletin, documents, facts, write};

#[test]
fn the_same_documents_give_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let documents: Vec<Document> = (0..2000).map(|n| bulletin(&format!("{n:05}.txt"))).collect();
    let first = write(one.path(), BOTH, &documents);
    let second = write(two.path(), BOTH, &documents);
    assert_eq!(first, second);
    for name in names(one.path()) {
        assert_eq!(fs::read(one.path().join(&name)).unwrap(), fs::read(two.path().join(&name)).unwrap(), "{name}");
    }
}

#[test]
fn a_writer_that_is_dropped_leaves_the_files_of_the_run_before() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), BOTH, &documents());
    let before = contents(dir.path());
    let mut writer = Writer::create(dir.path(), BOTH).unwrap();
    (0..3000).for_each(|n| writer.write(&bulletin(&format!("{n:05}.txt"))).unwrap());
    assert!(names(dir.path()).iter().filter(|name| name.starts_with(".jianbao-")).count() == 7);
    drop(writer);
    assert!(contents(dir.path()) == before);
}

#[test]
fn the_formats_decide_which_files_there_are() {
    let all = ["diagnostics", "documents", "items", "lines"];
    let expected = |endings: &[&str]| {
        let names = all.iter().flat_map(|table| endings.iter().map(move |ending| format!("{table}.{ending}")));
        let mut names: Vec<String> = names.filter(|name| name != "lines.jsonl").collect();
        names.push("run.json".to_owned());
        names.sort();
        names
    };
    for (parquet, jsonl, endings) in
        [(true, true, &["jsonl", "parquet"][..]), (true, false, &["parquet"]), (false, true, &["jsonl"])]
    {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), Formats { parquet, jsonl }, &documents());
        assert_eq!(names(dir.path()), expected(endings));
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("out")] {
        let error = Writer::create(&folder, BOTH).err().unwrap().to_string();
        assert!(error.starts_with(&format!("cannot write to the output folder {}: ", folder.display())), "{error}");
        assert!(error.ends_with("; choose a folder you may write to"), "{error}");
    }
}

#[test]
fn documents_out_of_order_and_items_out_of_number_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), BOTH).unwrap();
    writer.write(&bulletin("b.txt")).unwrap();
    for path in ["b.txt", "a.txt", "B.txt"] {
        let error = writer.write(&bulletin(path)).unwrap_err();
        assert!(matches!(error, DatasetError::OutOfOrder { .. }), "{error}");
    }
    let mut skipping = bulletin("c.txt");
    skipping.items[1].ordinal = 3;
    let error = writer.write(&skipping).unwrap_err().to_string();
    assert_eq!(error, "item 3 of c.txt stands where number 2 is due");
    let error = writer.finish(facts).unwrap_err();
    assert!(matches!(error, DatasetError::GivenUp { .. }), "{error}");
    assert!(names(dir.path()).is_empty());
}

#[test]
fn run_json_counts_what_was_written_and_hashes_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let record = write(dir.path(), BOTH, &documents());
    let text = fs::read_to_string(dir.path().join("run.json")).unwrap();
    let run: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(run["counts"]["documents"], json!({"found": 4, "ok": 1, "partial": 1, "failed": 1, "duplicate": 1}));
    assert_eq!(run["counts"]["diagnostics"], json!({"doubtful-join": 1, "toc-entry-without-item": 1}));
    assert_eq!(
        run["counts"]["chars"],
        json!({"total": 49, "items": 30, "structure": 7, "furniture": 3, "unassigned": 9})
    );
    for (name, number) in [("items", 2), ("lines", 2), ("toc_entries", 2), ("toc_unmatched", 1)] {
        assert_eq!(run["counts"][name], number, "{name}");
    }
    assert_eq!(run["rules"], json!({"a.toml": "11", "b.toml": "22"}));
    assert_eq!(run["models"], json!({}));
    assert_eq!(run["machine"], json!({"os": "linux", "arch": "x86_64", "cores": 8, "jobs": 4}));
    assert_eq!(record.files.len(), 7);
    for file in &record.files {
        let bytes = fs::read(dir.path().join(&file.name)).unwrap();
        let expected = json!({"rows": file.rows, "bytes": bytes.len(), "sha256": sha256(&bytes)});
        assert_eq!(run["files"][&file.name], expected, "{}", file.name);
    }
    let keys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next()).collect();
    let expected = "jianbao schema_version rules models options counts skipped files timing machine";
    assert_eq!(keys, expected.split(' ').collect::<Vec<_>>());
}

#[test]
fn run_json_reads_back_as_it_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut record = write(dir.path(), BOTH, &documents());
    record.files.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(RunRecord::read(dir.path()).unwrap(), record);

    let path = dir.path().join("run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen('{', "{\n  \"later\": [1],", 1)).unwrap();
    assert_eq!(RunRecord::read(dir.path()).unwrap(), record);

    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let error = RunRecord::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("run.json is not what jianbao ingest writes: EOF"), "{error}");
    fs::remove_file(&path).unwrap();
    let error = RunRecord::read(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("cannot read ") && error.contains("run.json: "), "{error}");
}

#[test]
fn parquet_is_made_as_the_contract_says() {
    let dir = tempfile::tempdir().unwrap();
    let documents: Vec<Document> = (0..62_000).map(|n| bulletin(&format!("{n:05}.txt"))).collect();
    write(dir.path(), Formats { parquet: true, jsonl: false }, &documents);
    for table in tables() {
        let path = dir.path().join(format!("{}.parquet", table.name));
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        assert_eq!(reader.schema().fields(), table.arrow().fields());
        let metadata = reader.metadata();
        let file = metadata.file_metadata();
        assert_eq!(file.created_by(), Some(concat!("jianbao version ", env!("CARGO_PKG_VERSION"))));
        let version = file.key_value_metadata().unwrap().iter().find(|pair| pair.key == "jianbao.schema_version");
        assert_eq!(version.unwrap().value.as_deref(), Some("1"));
        for group in metadata.row_groups() {
            assert!(group.num_rows() <= 122_880);
            let sorted: Vec<&str> = group
                .sorting_columns()
                .unwrap()
                .iter()
                .map(|column| table.columns[usize::try_from(column.column_idx).unwrap()].name)
                .collect();
            assert_eq!(sorted, table.sorted_by);
            assert!(group.columns().iter().all(|column| matches!(column.compression(), Compression::ZSTD(_))));
            assert!(group.columns().iter().all(|column| column.statistics().is_some()));
            assert!(group.columns().iter().all(|column| column.column_index_offset().is_some()));
        }
        let groups = if table.name == "documents" { 1 } else { 2 };
        assert_eq!(metadata.num_row_groups(), groups, "{}", table.name);
    }
}

#[cfg(unix)]
#[test]
fn files_can_be_read_by_others_as_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), BOTH, &documents());
    fs::write(dir.path().join("plain"), "").unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("items.parquet"), mode("plain"));
    assert_eq!(mode("run.json"), mode("plain"));
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    names(dir).into_iter().map(|name| (name.clone(), fs::read(dir.join(name)).unwrap())).collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
