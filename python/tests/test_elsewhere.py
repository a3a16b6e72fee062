"""Documents and rows that lie in a store that speaks S3, on this machine."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet as pq
import pytest
from conftest import RAW
from pyarrow import fs

import jianbao
from jianbao import _engine

moto_server = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """What stands behind the question mark of a URI of the store."""
    server = moto_server.ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    before = dict(os.environ)
    os.environ.update(keys)
    yield f"scheme=http&endpoint_override={host}:{port}&region=us-east-1&allow_bucket_creation=true"
    os.environ.clear()
    os.environ.update(before)
    server.stop()


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Samples under names that a URI would write otherwise, and files that are none."""
    folder = tmp_path_factory.mktemp("raw")
    shutil.copytree(RAW, folder / "2020 年" / "100%#1?")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "README").write_bytes(b"no ending")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "1.txt").write_bytes(b"x")
    return folder


@pytest.fixture(scope="module")
def bucket(raw: Path, store: str) -> str:
    """The same in a bucket."""
    uri = f"s3://bulletins/raw?{store}"
    there, path = fs.FileSystem.from_uri(uri)
    there.create_dir("bulletins")
    fs.copy_files(str(raw), path, source_filesystem=fs.LocalFileSystem(), destination_filesystem=there)
    return uri


def data_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "run.json"}


def test_a_bucket_is_read_as_a_folder_and_rows_go_to_another(raw: Path, bucket: str, store: str, tmp_path: Path) -> None:
    whole = jianbao.ingest(raw, tmp_path / "whole", group="never", ocr="never")
    work = _engine.find(bucket)
    place = _engine.Place(f"s3://bulletins/rows?{store}")
    reader = _engine.Reader(ocr="never", group="never")
    for number, units in enumerate(work.batches(4)):
        pq.write_table(reader.rows(units), f"{place.path}/{number}.parquet", filesystem=place.store)
    record = _engine.finish(work, place, str(tmp_path / "merged"), 1)
    place.take_away()
    assert data_files(tmp_path / "whole") == data_files(tmp_path / "merged")
    for key in ["counts", "files", "options", "rules"]:
        assert record[key] == whole.run[key], key
    # A store lists no folders, so that what is hidden in one is counted file by file.
    assert record["skipped"] == whole.run["skipped"] == {".docx": 1, "hidden": 1, "without extension": 1}
    assert place.store.get_file_info(place.path).type == fs.FileType.NotFound
    assert not any((tmp_path / "merged" / ".cache" / "rows").iterdir())


def test_an_object_that_is_gone_is_a_row(bucket: str) -> None:
    [unit, *_] = _engine.find(bucket).units
    said = json.loads(unit)
    said["path"] += ".gone"
    [row] = _engine.Reader(ocr="never").rows([json.dumps(said)]).to_pylist()
    assert (row["source"], row["error_code"]) == (said["label"], "unreadable-file")
    assert "No such file or directory" in row["error"]


def test_a_bucket_that_is_not_there_is_said_before_anything_is_read(bucket: str, store: str) -> None:
    with pytest.raises(jianbao.JianbaoError) as raised:
        _engine.find(f"s3://nothing/raw?{store}")
    assert raised.value.code == "no-input"
    assert isinstance(raised.value, OSError)
    with pytest.raises(jianbao.JianbaoError) as raised:
        _engine.find(bucket.replace("/raw?", "/nothing?"))
    assert raised.value.code == "no-input"
    assert isinstance(raised.value, FileNotFoundError)


def test_bytes_from_a_bucket_are_documents(bucket: str) -> None:
    there, path = fs.FileSystem.from_uri(bucket)
    infos = there.get_file_info(fs.FileSelector(path, recursive=True))
    found = (info for info in infos if info.is_file and info.base_name.endswith("sichuan-bulletin.txt"))
    sources = ((info.base_name, there.open_input_file(info.path).read()) for info in found)
    rows = pyarrow.table(jianbao.process(sources))
    assert rows["source"].to_pylist() == ["sichuan-bulletin.txt"]
    assert rows["error_code"].to_pylist() == [None]
