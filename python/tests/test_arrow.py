"""Other libraries take tables as they are, and this one needs none of them."""

import datetime
import pickle
import subprocess
import sys
import textwrap

import duckdb
import pandas
import polars
import pyarrow
import pytest
from conftest import RAW

import jianbao

TABLES = ["items", "documents", "lines", "diagnostics"]


def run(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", TABLES)
def test_all_libraries_find_the_same_rows(dataset: jianbao.Dataset, name: str) -> None:
    rows: jianbao.Table = getattr(dataset, name)
    assert len(rows) > 0
    expected = pyarrow.table(rows).to_pylist()
    assert len(expected) == len(rows)
    assert list(expected[0]) == rows.columns
    assert polars.DataFrame(rows).to_dicts() == expected
    found = duckdb.sql("SELECT * FROM rows")
    assert found is not None
    assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == expected
    frame = pandas.DataFrame.from_arrow(rows)
    assert list(frame.columns) == rows.columns
    assert frame["source"].tolist() == [row["source"] for row in expected]


def test_dates_are_dates_districts_are_texts_and_lists_are_lists(dataset: jianbao.Dataset) -> None:
    frame = polars.DataFrame(dataset.items)
    assert frame.schema["date"] == polars.Date
    assert frame.schema["district"] == polars.String
    assert frame.schema["contributors"] == polars.List(polars.String)
    rows = pandas.DataFrame.from_arrow(dataset.items).dropna(subset=["date", "district"])
    assert isinstance(rows["date"].iloc[0], datetime.date)
    assert isinstance(rows["district"].iloc[0], str)
    items = dataset.items
    described = duckdb.sql("DESCRIBE SELECT date, district, contributors FROM items")
    assert described is not None
    assert [row[1] for row in described.fetchall()] == ["DATE", "VARCHAR", "VARCHAR[]"]
    assert items is dataset.items


def test_the_schema_can_be_had_alone_and_says_what_columns_mean(dataset: jianbao.Dataset) -> None:
    schema = pyarrow.schema(dataset.items)
    assert schema.names == dataset.items.columns
    assert all(field.metadata[b"description"] for field in schema)


def test_a_table_can_be_taken_many_times(dataset: jianbao.Dataset) -> None:
    first = pyarrow.table(dataset.items)
    assert all(pyarrow.table(dataset.items).equals(first) for _ in range(20))


def test_nothing_else_is_imported() -> None:
    said = run(
        f"""
        import sys
        from pathlib import Path
        import jianbao
        RAW = Path({str(RAW)!r})
        items = jianbao.ingest(RAW, ocr="never", workers=False).items
        items.__arrow_c_stream__(), items.__arrow_c_schema__()
        list(jianbao.process([RAW / "bulletin-gb18030.txt"], workers=False))
        print(*{{"numpy", "pandas", "polars", "pyarrow", "duckdb", "tqdm"}} & sys.modules.keys())
        """
    )
    assert said.split() == []


@pytest.mark.parametrize(
    "take",
    [
        "import polars; print(polars.DataFrame(items).height)",
        "import duckdb; print(duckdb.sql('SELECT count(*) FROM items').fetchall()[0][0])",
    ],
)
def test_polars_and_duckdb_need_no_pyarrow(dataset: jianbao.Dataset, take: str) -> None:
    said = run(
        f"""
        import sys
        sys.modules["pyarrow"] = None
        import jianbao
        items = jianbao.open({str(dataset.path)!r}).items
        {take}
        """
    )
    assert said.split() == [str(len(dataset.items))]


def test_rows_in_memory_belong_to_one_process(dataset: jianbao.Dataset) -> None:
    with pytest.raises(TypeError, match="cannot be pickled.*pyarrow.table"):
        pickle.dumps(dataset.items)
    assert pickle.loads(pickle.dumps(pyarrow.table(dataset.items))).num_rows == len(dataset.items)
