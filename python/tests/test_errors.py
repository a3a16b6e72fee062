"""What goes wrong is an exception of the package with a code, and of Python's own class where it has one."""

import errno
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from conftest import RAW

import jianbao
from jianbao import _engine

TEXT = RAW / "bulletin-gb18030.txt"
PDF = RAW / "bulletin.pdf"
NO_PROGRAM = ["/no/such/program"]


def raised(call: Callable[[], object], code: str, kind: type[BaseException] | None = None) -> jianbao.JianbaoError:
    """The exception of `call`, which has this code, is of this class too, and comes whole out of another process."""
    with pytest.raises(jianbao.JianbaoError) as caught:
        call()
    error = caught.value
    assert error.code == code
    assert kind is None or isinstance(error, kind)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.code) == (type(error), str(error), code)
    return error


def test_an_input_that_is_not_there(tmp_path: Path) -> None:
    gone = tmp_path / "nothing"
    error = raised(lambda: jianbao.ingest(gone), "no-input", FileNotFoundError)
    assert isinstance(error, jianbao.FileError)
    assert (error.errno, error.filename) == (errno.ENOENT, str(gone))
    assert "name a file or folder of bulletins that exists" in str(error)


def test_an_output_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = raised(lambda: jianbao.ingest(RAW, tmp_path / "file" / "out"), "unwritable-folder", NotADirectoryError)
    assert "choose a folder you may write to" in str(error)
    raised(lambda: jianbao.ingest(tmp_path, tmp_path), "output-is-input")


def test_an_output_folder_that_another_run_writes_to(tmp_path: Path, silent: list[str]) -> None:
    code = f"import jianbao; jianbao.ingest({str(PDF)!r}, {str(tmp_path)!r}, workers={silent!r}, progress=lambda _: print(flush=True))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        raised(lambda: jianbao.ingest(RAW, tmp_path), "locked")
        other.kill()


def test_rules_and_overrides(tmp_path: Path) -> None:
    for call in [
        lambda folder: jianbao.ingest(TEXT, rules=folder),
        lambda folder: jianbao.read(TEXT, rules=folder),
        lambda folder: jianbao.process([], rules=folder),
    ]:
        raised(lambda call=call: call(tmp_path / "gone"), "rules", FileNotFoundError)  # type: ignore[misc]
        raised(lambda call=call: call(tmp_path), "rules")  # type: ignore[misc]
    raised(lambda: jianbao.ingest(TEXT, overrides=tmp_path / "gone"), "overrides", FileNotFoundError)
    (tmp_path / "x.toml").write_text("[profile]\n")
    error = raised(lambda: jianbao.ingest(TEXT, rules=tmp_path), "rules")
    assert "x.toml" in str(error)
    raised(lambda: jianbao.ingest(TEXT, overrides=tmp_path), "overrides")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ocr": "perhaps"},
        {"group": "perhaps"},
        {"format": "csv"},
        {"shard": "3/2"},
        {"jobs": 0},
        {"jobs": -1},
        {"limits": {"wit": 1}},
        {"limits": {"pages": "many"}},
        {"limits": {"pages": -1}},
    ],
)
def test_an_option_that_has_no_such_value(wrong: dict[str, object]) -> None:
    raised(lambda: jianbao.ingest(RAW, **wrong), "bad-option", ValueError)  # type: ignore[arg-type]


def test_other_options_that_have_no_such_value(dataset: jianbao.Dataset) -> None:
    raised(lambda: jianbao.process([], batch=0), "bad-option", ValueError)
    raised(lambda: jianbao.read(TEXT, jobs=0), "bad-option", ValueError)
    raised(lambda: jianbao.diff(dataset, dataset, fields=["colour"]), "bad-option", ValueError)
    raised(lambda: _engine.check({"limits": {"pages": "many"}}), "bad-option", ValueError)
    raised(lambda: _engine.find(["s3://a/b", "s3://a/c"]), "bad-option", ValueError)
    raised(lambda: _engine.find("nonsense://a/b"), "bad-option", ValueError)
    raised(lambda: _engine.desk_of("s3://a/b"), "bad-option", ValueError)


def test_a_folder_that_is_no_dataset(tmp_path: Path, dataset: jianbao.Dataset) -> None:
    for folder in [tmp_path, tmp_path / "gone"]:
        raised(lambda folder=folder: jianbao.open(folder), "no-run", FileNotFoundError)  # type: ignore[misc]
        raised(lambda folder=folder: jianbao.diff(folder, dataset), "no-run", FileNotFoundError)  # type: ignore[misc]
    (tmp_path / "run.json").write_text("{}")
    raised(lambda: jianbao.open(tmp_path), "not-a-run")


def test_a_dataset_that_is_not_whole(tmp_path: Path, dataset: jianbao.Dataset) -> None:
    broken = jianbao.ingest(TEXT, tmp_path)
    path = tmp_path / "items.parquet"
    path.write_bytes(b"x" * path.stat().st_size)
    raised(lambda: jianbao.open(tmp_path), "damaged")
    path.write_bytes(b"x")
    raised(lambda: jianbao.open(tmp_path), "altered")
    path.unlink()
    raised(lambda: jianbao.open(tmp_path), "no-dataset", FileNotFoundError)
    raised(lambda: pyarrow.table(broken.items), "no-dataset", FileNotFoundError)
    lines = jianbao.ingest(TEXT, tmp_path / "lines", format="jsonl")
    raised(lambda: lines.items, "no-tables")
    raised(lambda: jianbao.diff(lines, dataset), "no-tables")


def test_a_document_alone_has_the_code_that_its_row_would_have(tmp_path: Path) -> None:
    for path, kind in [(tmp_path / "gone.txt", FileNotFoundError), (tmp_path, IsADirectoryError)]:
        [batch] = jianbao.process([path])
        [row] = pyarrow.table(batch).to_pylist()
        raised(lambda path=path: jianbao.read(path), row["error_code"], kind)  # type: ignore[misc]


def test_workers_that_cannot_be_started() -> None:
    raised(lambda: jianbao.ingest(PDF, workers=NO_PROGRAM), "no-workers")
    raised(lambda: jianbao.read(PDF, workers=NO_PROGRAM), "no-workers")
    raised(lambda: list(jianbao.process([PDF], workers=NO_PROGRAM)), "no-workers")
    reader = _engine.Reader(workers=NO_PROGRAM)
    raised(lambda: reader.rows([_engine.unit_of(str(PDF))]), "no-workers")


def test_networks_that_are_not_there_cost_the_documents_that_need_them(tmp_path: Path) -> None:
    scan = RAW / "bulletin-scan.tif"
    assert jianbao.read(scan, models=tmp_path).error_code == "ocr-models-missing"
    documents = pyarrow.table(jianbao.ingest([scan, TEXT], models=tmp_path).documents)
    assert sorted(documents["error_code"].to_pylist(), key=str) == [None, "ocr-models-missing"]


def test_rows_that_cannot_be_merged(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    work = _engine.Work([], [], {})
    error = raised(lambda: _engine.finish(work, str(tmp_path / "rows"), str(tmp_path / "out"), 1), "no-run", FileNotFoundError)
    assert str(tmp_path / "rows") in str(error)
    (tmp_path / "rows" / "part.parquet").write_bytes(b"PAR1")
    raised(lambda: _engine.finish(work, str(tmp_path / "rows"), str(tmp_path / "out"), 1), "not-rows")


def test_a_folder_for_rows_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    raised(lambda: _engine.Place(str(tmp_path / "file" / "rows")), "unwritable-folder", NotADirectoryError)
    work = _engine.Work([], [], {})
    raised(lambda: _engine.finish(work, str(tmp_path), str(tmp_path / "file"), 1), "unwritable-folder", OSError)
    raised(lambda: _engine.find(f"file://{tmp_path}/gone"), "no-input", FileNotFoundError)


ELSEWHERE = """
import sys, jianbao
{before}
try:
    {call}
except jianbao.JianbaoError as error:
    print(error.code, *[kind.__name__ for kind in (PermissionError, OSError) if isinstance(error, kind)], error.errno)
"""


def said_elsewhere(before: str, call: str) -> list[str]:
    """Code, classes and number of the exception that `call` raises in another process."""
    script = ELSEWHERE.format(before=before, call=call)
    return subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def test_a_disk_that_is_full_leaves_the_dataset_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = jianbao.ingest(TEXT, out).run
    # No file may be larger than this: what a full disk says, without a disk that is full.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))"
    call = f"jianbao.ingest({str(RAW)!r}, {str(out)!r}, ocr='never', workers=False)"
    assert said_elsewhere(limit, call) == ["unwritable-file", "OSError", str(errno.EFBIG)]
    assert jianbao.open(out).run == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody who may do less")
def test_what_may_not_be_done() -> None:
    # The folders of pytest, and that of the package, may be closed to everybody else.
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        desk.chmod(0o755)
        shutil.copy(TEXT, desk / "open.txt")
        shutil.copy(TEXT, desk / "closed.txt")
        (desk / "open.txt").chmod(0o644)
        (desk / "closed.txt").chmod(0)
        (desk / "closed").mkdir(mode=0o700)
        # Loaded before.
        nobody = "import os; os.seteuid(65534)"
        says = {
            f"jianbao.ingest({str(desk / 'open.txt')!r}, {str(desk / 'closed' / 'out')!r})": "unwritable-folder",
            f"jianbao.ingest({str(desk / 'closed')!r})": "no-input",
            f"jianbao.read({str(desk / 'closed.txt')!r})": "unreadable-file",
            f"jianbao.open({str(desk / 'closed')!r})": "no-run",
            f"jianbao.ingest('x', rules={str(desk / 'closed')!r})": "rules",
        }
        for call, code in says.items():
            assert said_elsewhere(nobody, call) == [code, "PermissionError", "OSError", str(errno.EACCES)], call
