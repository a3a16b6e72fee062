"""Documents without a dataset."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars
import pyarrow
import pytest
from conftest import RAW

import jianbao


def plain(table: jianbao.Table | jianbao.Batch) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pyarrow.table(table).to_pylist()
    return rows


def test_a_document_has_the_rows_of_a_dataset_of_it_alone() -> None:
    source = RAW / "bulletin.pdf"
    document, dataset = jianbao.read(source), jianbao.ingest(source)
    assert document.status == "ok"
    assert document.error_code is None
    for table in ["items", "documents", "lines", "diagnostics"]:
        assert plain(getattr(document, table)) == plain(getattr(dataset, table)), table


def test_bytes_are_a_document_too() -> None:
    source = RAW / "bulletin-gb18030.txt"
    named = jianbao.read(source.read_bytes(), name=source.name)
    assert plain(named.items) == plain(jianbao.read(source).items)
    nameless = jianbao.read(bytearray((RAW / "bulletin.pdf").read_bytes()))
    [row] = plain(nameless.documents)
    assert row["format"] == "pdf"
    assert row["source"] == str(row["sha256"])[:32]


def test_a_bad_document_says_what_is_wrong(tmp_path: Path) -> None:
    document = jianbao.read(b"%PDF-1.7 and nothing more")
    assert (document.status, document.error_code) == ("failed", "damaged-pdf")
    assert "get a whole copy" in str(document.error)
    assert len(document.items) == 0
    with pytest.raises(FileNotFoundError):
        jianbao.read(tmp_path / "nothing.txt")
    with pytest.raises(IsADirectoryError):
        jianbao.read(tmp_path)


def test_rows_are_documents_with_all_their_rows(dataset: jianbao.Dataset) -> None:
    sources = sorted(RAW.iterdir())
    batches = list(jianbao.process(sources, root=RAW, ocr="never", batch=4))
    assert [len(batch) for batch in batches] == [4, 4, 1]
    rows = [row for batch in batches for row in plain(batch)]
    assert [row["source"] for row in rows] == [path.name for path in sources]
    for table in ["items", "lines", "diagnostics"]:
        inner = [entry for row in rows for entry in row[table]]  # type: ignore[attr-defined]
        assert inner == plain(getattr(dataset, table)), table
    for row, own in zip(rows, plain(dataset.documents), strict=True):
        assert {key: row[key] for key in own if key != "items"} == {key: own[key] for key in own if key != "items"}


def test_libraries_take_batches_and_the_stream_of_them() -> None:
    source = RAW / "bulletin-gb18030.txt"
    [batch] = jianbao.process([source])
    assert pyarrow.record_batch(batch).num_rows == pyarrow.table(batch).num_rows == 1
    assert polars.DataFrame(batch).height == 1
    reader = pyarrow.RecordBatchReader.from_stream(jianbao.process([source, source], batch=1))
    assert [batch.num_rows for batch in reader] == [1, 1]
    assert polars.DataFrame(jianbao.process([source, source])).height == 2
    assert pyarrow.schema(jianbao.process([])).names == batch.columns
    assert pyarrow.table(jianbao.process([])).num_rows == 0
    for thing in [batch, jianbao.process([])]:
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing)


def test_sources_are_asked_for_as_rows_are_taken_and_may_have_no_end() -> None:
    asked = 0

    def endless() -> Iterator[tuple[str, bytes]]:
        nonlocal asked
        while True:
            asked += 1
            yield f"{asked:09}.txt", f"第{asked}期\n".encode()

    rows = jianbao.process(endless(), jobs=2, batch=1)
    assert asked == 0
    labels = [plain(next(rows))[0]["source"] for _ in range(50)]
    assert labels == [f"{number:09}.txt" for number in range(1, 51)]
    assert asked <= 50 + 2 * 4


def test_what_is_wrong_with_a_source_is_a_row_and_what_is_wrong_with_the_iterator_is_raised(tmp_path: Path) -> None:
    sources: list[Path | bytes | tuple[str, bytes]] = [tmp_path / "gone.txt", tmp_path, ("a/b.xyz", b"?"), b"text"]
    [batch] = jianbao.process(sources)
    codes = ["not-found", "not-a-file", "unsupported-format", None]
    assert [row["error_code"] for row in plain(batch)] == codes

    def broken() -> Iterator[bytes]:
        yield b"one"
        raise LookupError("two")

    rows = jianbao.process(broken(), batch=1)
    with pytest.raises(LookupError, match="two"):
        list(rows)
    with pytest.raises(TypeError):
        list(jianbao.process([3]))  # type: ignore[list-item]
    with pytest.raises(ValueError, match="batch"):
        jianbao.process([], batch=0)


def test_merge_makes_the_dataset_of_one_run_of_rows(tmp_path: Path, dataset: jianbao.Dataset) -> None:
    import pyarrow.parquet

    (tmp_path / "rows").mkdir()
    for part in (0, 1):
        rows = jianbao.process(sorted(RAW.iterdir())[part::2], root=RAW, ocr="never")
        pyarrow.parquet.write_table(pyarrow.table(rows), tmp_path / "rows" / f"{part}.parquet")
    command = [sys.executable, "-m", "jianbao", "merge", str(tmp_path / "rows"), "--out", str(tmp_path / "out")]
    subprocess.run(command, check=True)
    for table in ["items", "documents", "lines", "diagnostics"]:
        name = f"{table}.parquet"
        assert (tmp_path / "out" / name).read_bytes() == (dataset.path / name).read_bytes(), table
