//! The card as programs read it: Croissant 1.1 (MLCommons), a vocabulary in JSON-LD for which files there are and what
//! records they hold.

use serde_json::{Value, json};

use super::{Card, MARK};
use crate::dataset::{ColumnSpec, ColumnType, TableSpec, tables};

/// Column that tells a document from all others.
const KEY: &str = "source";

/// `metadata.json`.
pub(super) fn metadata(card: &Card<'_>) -> String {
    let words = card.words;
    let mut said = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": card.name(),
        "description": format!("{} Written by {MARK}.", card.description()),
        "version": card.record.jianbao,
        "inLanguage": "zh",
        "keywords": ["Chinese", "newsletters", "newspapers", "news items"],
        "isLiveDataset": false,
        "distribution": distribution(card),
        "recordSet": tables().iter().map(record_set).collect::<Vec<_>>(),
    });
    let range = card.figures.issues.range().map(|(first, last)| format!("{first}/{last}"));
    for (key, value) in [("license", words.license.clone()), ("url", words.url.clone()), ("temporalCoverage", range)] {
        if let Some(value) = value {
            said[key] = value.into();
        }
    }
    format!("{said:#}\n")
}

fn distribution(card: &Card<'_>) -> Vec<Value> {
    let files = card.record.files.iter().map(|file| {
        let (kind, what) = match file.name.ends_with(".parquet") {
            true => ("application/x-parquet", "Parquet"),
            false => ("application/jsonlines", "JSON lines"),
        };
        json!({
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "description": format!("{} rows as {what}", file.rows),
            "contentUrl": file.name,
            "contentSize": format!("{} B", file.bytes),
            "encodingFormat": kind,
            "sha256": file.sha256,
        })
    });
    files.collect()
}

fn record_set(table: &TableSpec) -> Value {
    let name = table.name;
    let fields: Vec<Value> = table.columns.iter().map(|column| field(table, column)).collect();
    let key: Vec<Value> = keys(table).iter().map(|column| json!({ "@id": format!("{name}/{column}") })).collect();
    let mut said = json!({
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": format!("One record per {}.", table.one_row_per),
        "field": fields,
    });
    if !key.is_empty() {
        said["key"] = json!(key);
    }
    said
}

/// Columns whose values together are different in every row.
fn keys(table: &TableSpec) -> &'static [&'static str] {
    match table.name {
        "items" => &["source", "ordinal"],
        "lines" => &["source", "line"],
        "documents" => &[KEY],
        _ => &[],
    }
}

fn field(table: &TableSpec, column: &ColumnSpec) -> Value {
    let name = table.name;
    let mut said = json!({
        "@type": "cr:Field",
        "@id": format!("{name}/{}", column.name),
        "name": column.name,
        "description": column.meaning,
        "dataType": match column.column_type {
            ColumnType::String | ColumnType::StringList => "sc:Text",
            ColumnType::Int32 | ColumnType::Int64 => "sc:Integer",
            ColumnType::Float32 => "sc:Float",
            ColumnType::Date32 => "sc:Date",
            ColumnType::Bool => "sc:Boolean",
        },
        "source": {
            "fileObject": { "@id": format!("{name}.parquet") },
            "extract": { "column": column.name },
        },
    });
    if column.column_type == ColumnType::StringList {
        said["isArray"] = json!(true);
        said["arrayShape"] = json!("-1");
    }
    said
}

/// The words of the vocabulary, as its specification prints them.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
