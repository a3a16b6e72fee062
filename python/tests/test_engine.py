"""What engines call, without an engine: units, their rows, and the dataset that is made of them."""

import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import RAW

import jianbao
from jianbao import _engine


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The samples, one of them twice, and files that are none."""
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder / "2020")
    shutil.copy(RAW / "bulletin.pdf", folder / "first.txt")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "notes.docx").write_bytes(b"PK")
    for number in range(3):
        (folder / f"page-{number + 1}.png").write_bytes(b"no picture")
    return folder


def rows_in(folder: Path, work: _engine.Work, reader: _engine.Reader) -> Path:
    """The rows of all documents in files, as tasks write them in any order."""
    folder.mkdir()
    batches = list(work.batches(3))
    random.Random(1).shuffle(batches)
    for number, units in enumerate(batches):
        pq.write_table(reader.rows(units), folder / f"part-{number}.parquet")
    return folder


def data_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "run.json"}


@pytest.mark.parametrize("workers", [True, False])
def test_rows_become_the_dataset_of_one_run(raw: Path, tmp_path: Path, workers: bool) -> None:
    whole = jianbao.ingest(raw, out=tmp_path / "whole", workers=workers)
    work = _engine.find(str(raw))
    rows = rows_in(tmp_path / "rows", work, _engine.Reader(jobs=2, workers=workers))
    record = _engine.finish(work, str(rows), str(tmp_path / "merged"), 2)
    assert data_files(tmp_path / "whole") == data_files(tmp_path / "merged")
    for key in ["counts", "files", "jianbao", "models", "options", "rules", "schema_version", "skipped"]:
        assert record[key] == whole.run[key], key
    assert record["counts"]["documents"]["duplicate"] == 1
    assert any("page-[1-3].png" in unit for unit in work.units)


def test_files_elsewhere_are_fetched_by_name_and_a_lost_one_is_a_row(raw: Path, tmp_path: Path) -> None:
    work = _engine.find(f"file://{raw}")
    assert dict(work.skipped) == {".docx": 1}
    lost = json.dumps({"label": "lost.txt", "uri": f"file://{raw}/lost.txt"})
    rows = rows_in(tmp_path / "rows", _engine.Work([*work.units, lost], [*work.sizes, 0], work.skipped), _engine.Reader())
    record = _engine.finish(work, f"file://{rows}", str(tmp_path / "merged"), 1)
    whole = jianbao.ingest(raw, out=tmp_path / "whole", group="never")
    found = whole.run["counts"]["documents"]["found"]
    assert record["counts"]["documents"]["found"] == found + 1
    assert record["counts"]["items"] == whole.run["counts"]["items"]
    merged = pq.read_table(tmp_path / "merged/documents.parquet").to_pylist()
    assert next(row for row in merged if row["source"] == "lost.txt")["error_code"] == "unreadable-file"


def test_large_files_are_given_out_first_and_no_task_is_one_document() -> None:
    work = _engine.Work([str(number) for number in range(100)], [number << 20 for number in range(100)], {})
    batches = list(work.batches())
    assert sorted(unit for units in batches for unit in units) == sorted(work.units)
    assert batches[0][0] == "99"
    assert len(batches[-1]) > 4
    assert [len(units) for units in _engine.Work(["x"] * 64, [1] * 64, {}).batches()] == [32, 32]


def test_names_below_a_folder() -> None:
    assert _engine.label_of("file:/data/raw/2020/1.txt", "/data/raw") == "2020/1.txt"
    assert _engine.label_of("s3://bucket/raw/1.txt", "s3://bucket/raw/") == "1.txt"
    assert _engine.label_of("/data/rawer/1.txt", "/data/raw") == "data/rawer/1.txt"


def test_an_option_that_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="unknown option: colour"):
        _engine.Reader(colour="red")
