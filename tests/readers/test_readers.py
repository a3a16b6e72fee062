"""The data files read the same in pandas, Polars, DuckDB and pyarrow, and as JSON lines.

JIANBAO_OUT names the folder to read; without it, `target/debug/jianbao` makes one from `raw/`.
"""

import datetime
import json
import math
import os
import subprocess
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = ["items", "documents", "lines", "diagnostics"]
JSONL_TABLES = ["items", "documents", "diagnostics"]

# The types of the contract, as each reader names them.
ARROW = {
    "string": pyarrow.string(),
    "int32": pyarrow.int32(),
    "int64": pyarrow.int64(),
    "float32": pyarrow.float32(),
    "date32": pyarrow.date32(),
    "bool": pyarrow.bool_(),
    "list<string>": pyarrow.list_(pyarrow.field("element", pyarrow.string(), nullable=False)),
}
POLARS = {
    "string": polars.String,
    "int32": polars.Int32,
    "int64": polars.Int64,
    "float32": polars.Float32,
    "date32": polars.Date,
    "bool": polars.Boolean,
    "list<string>": polars.List(polars.String),
}
DUCKDB = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float32": "FLOAT",
    "date32": "DATE",
    "bool": "BOOLEAN",
    "list<string>": "VARCHAR[]",
}


@pytest.fixture(scope="session")
def out(tmp_path_factory):
    if folder := os.environ.get("JIANBAO_OUT"):
        return Path(folder)
    folder = tmp_path_factory.mktemp("out")
    command = [ROOT / "target/debug/jianbao", "ingest", ROOT / "raw", "--out", folder, "--quiet"]
    # 1 means that the run is complete but some document could not be read.
    assert subprocess.run(command, check=False).returncode in (0, 1)
    return folder


@pytest.fixture(scope="session", params=TABLES)
def parquet(out, request):
    return out / f"{request.param}.parquet"


def from_pyarrow(path):
    return pyarrow.parquet.read_table(path).to_pydict()


def from_polars(path):
    return polars.read_parquet(path).to_dict(as_series=False)


def from_duckdb(path):
    result = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    rows = result.fetchall()
    return {name: [row[at] for row in rows] for at, name in enumerate(result.columns)}


def from_pandas(path):
    frame = pandas.read_parquet(path)
    return {name: frame[name].tolist() for name in frame.columns}


def plain(value):
    """What every reader means by a value: pandas has NaN and NaT for null, arrays for lists and times for dates; an integer
    column with a null becomes float there."""
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        return [plain(entry) for entry in value]
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    return value


def normalised(columns):
    return {name: [plain(value) for value in values] for name, values in columns.items()}


@pytest.mark.parametrize("read", [from_polars, from_duckdb, from_pandas])
def test_readers_find_the_same_values(parquet, read):
    expected, found = normalised(from_pyarrow(parquet)), normalised(read(parquet))
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert found[name] == values, name


def test_types_are_plain_in_every_reader(parquet):
    schema = pyarrow.parquet.read_schema(parquet)
    words = {kind: word for word, kind in ARROW.items()}
    assert {name for name in schema.names if schema.field(name).type not in words} == set()
    types = {name: words[schema.field(name).type] for name in schema.names}
    assert dict(polars.read_parquet_schema(parquet)) == {name: POLARS[word] for name, word in types.items()}
    described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet('{parquet}')").fetchall()
    assert {row[0]: row[1] for row in described} == {name: DUCKDB[word] for name, word in types.items()}


def test_every_field_says_what_it_means(parquet):
    schema = pyarrow.parquet.read_schema(parquet)
    assert [field.name for field in schema if not field.metadata.get(b"description")] == []


def test_the_footer_says_version_order_and_compression(parquet):
    metadata = pyarrow.parquet.read_metadata(parquet)
    assert metadata.metadata[b"jianbao.schema_version"] == b"1"
    assert metadata.created_by.startswith("jianbao version ")
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        assert group.num_rows <= 122_880
        assert metadata.schema.column(group.sorting_columns[0].column_index).name == "source"
        assert {group.column(column).compression for column in range(group.num_columns)} == {"ZSTD"}


def test_rows_are_sorted_by_source_and_position(out):
    for table, position in {"items": "ordinal", "documents": "source", "lines": "line"}.items():
        columns = from_pyarrow(out / f"{table}.parquet")
        keys = [(source.encode(), at) for source, at in zip(columns["source"], columns[position], strict=True)]
        assert keys == sorted(keys), table
        assert len(keys) == len(set(keys)), table


@pytest.mark.parametrize("table", JSONL_TABLES)
def test_json_lines_hold_the_same_values(out, table):
    parquet = out / f"{table}.parquet"
    types = pyarrow.parquet.read_schema(parquet)
    columns = from_pyarrow(parquet)
    rows = [json.loads(line) for line in (out / f"{table}.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert len(rows) == len(columns["source"])
    for row in rows:
        assert list(row) == types.names
    for name, values in columns.items():
        found = [from_json(row[name], types.field(name).type) for row in rows]
        assert found == values, name


def from_json(value, kind):
    """JSON has no dates, and its numbers are not single precision."""
    if value is None:
        return None
    if kind == pyarrow.date32():
        return datetime.date.fromisoformat(value)
    if kind == pyarrow.float32():
        return pyarrow.scalar(value, pyarrow.float32()).as_py()
    return value


@pytest.mark.parametrize("table", JSONL_TABLES)
def test_json_lines_load_in_every_reader(out, table):
    rows = pyarrow.parquet.read_metadata(out / f"{table}.parquet").num_rows
    path = out / f"{table}.jsonl"
    if rows == 0:
        pytest.skip("an empty file has no columns")
    assert len(pandas.read_json(path, lines=True)) == rows
    assert len(polars.read_ndjson(path, infer_schema_length=None)) == rows
    assert duckdb.sql(f"SELECT count(*) FROM read_json('{path}')").fetchall() == [(rows,)]


def test_run_json_describes_the_files(out):
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert set(run["files"]) == {f"{table}.parquet" for table in TABLES} | {f"{table}.jsonl" for table in JSONL_TABLES}
    for table in TABLES:
        rows = pyarrow.parquet.read_metadata(out / f"{table}.parquet").num_rows
        assert run["files"][f"{table}.parquet"]["rows"] == rows
    documents = run["counts"]["documents"]
    assert documents["found"] == sum(documents[status] for status in ("ok", "partial", "failed", "duplicate"))
