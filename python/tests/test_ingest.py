"""Files in, a dataset out: as on the command line."""

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars
import pytest
from conftest import RAW

import jianbao


def jianbao_command() -> list[str]:
    """The program itself where there is one, else the command line of this package."""
    program = os.environ.get("JIANBAO") and os.path.abspath(os.environ["JIANBAO"])
    return [program] if program else [sys.executable, "-m", "jianbao"]


def files(folder: Path) -> dict[str, str]:
    """SHA-256 of the files of a dataset, less times and machine."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    run = json.loads(found["run.json"])
    found["run.json"] = json.dumps({key: run[key] for key in run if key not in ("timing", "machine")}).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def test_the_files_are_those_that_the_command_line_writes(tmp_path: Path) -> None:
    jianbao.ingest(RAW, tmp_path / "a")
    command = [*jianbao_command(), "ingest", str(RAW), "--out", str(tmp_path / "b"), "--quiet"]
    assert subprocess.run(command, check=False).returncode in (0, 1)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert not jianbao.diff(tmp_path / "a", tmp_path / "b")


def test_without_workers_it_is_the_same(tmp_path: Path) -> None:
    for name, workers in [("a", True), ("b", False)]:
        jianbao.ingest(RAW, tmp_path / name, ocr="never", workers=workers, jobs=2)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_temporary_folder_lasts_as_long_as_what_was_made_of_it() -> None:
    dataset = jianbao.ingest(RAW / "bulletin-gb18030.txt")
    path, items = dataset.path, dataset.items
    assert sorted(file.name for file in path.glob("[a-z]*")) == [
        "diagnostics.parquet",
        "documents.parquet",
        "items.parquet",
        "lines.parquet",
        "run.json",
    ]
    del dataset
    assert polars.DataFrame(items).height == len(items)
    del items
    assert not path.exists()


def test_a_temporary_folder_is_gone_when_the_interpreter_is() -> None:
    code = f"import jianbao; kept = jianbao.ingest({str(RAW / 'bulletin-gb18030.txt')!r}); print(kept.path)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).exists()


def test_tables_are_found_from_wherever_the_interpreter_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    items = jianbao.ingest(RAW / "bulletin-gb18030.txt", "out").items
    monkeypatch.chdir("/")
    assert polars.DataFrame(items).height == len(items) > 0


def test_a_bad_document_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (tmp_path / "good.txt").write_text("县区动态\n今天是个好日子。\n", "utf-8")
    rows = polars.DataFrame(jianbao.ingest(tmp_path).documents).select("source", "status", "error_code").rows()
    assert rows == [("bad.pdf", "failed", "damaged-pdf"), ("good.txt", "ok", None)]


def test_a_worker_that_ends_costs_its_document(tmp_path: Path) -> None:
    dataset = jianbao.ingest(RAW / "bulletin.pdf", tmp_path, workers=[sys.executable, "-c", "raise SystemExit(7)"])
    assert polars.DataFrame(dataset.documents)["error_code"].to_list() == ["worker-exited"]


def test_options_are_those_of_the_command_line(tmp_path: Path) -> None:
    dataset = jianbao.ingest(
        [RAW], tmp_path, ocr="never", limits={"pages": 1, "memory": "4G"}, group="never", format=["parquet"], jobs=1
    )
    assert dataset.run["options"]["limits"] == {"memory": 4 << 30, "pages": 1}
    assert dataset.run["options"]["group"] == "never"
    assert dataset.run["options"]["formats"] == ["parquet"]
    assert sorted(name for name in dataset.run["files"]) == [f"{table}.parquet" for table in TABLES]
    parts = [jianbao.ingest(RAW, tmp_path / name, shard=f"{name}/2", ocr="never") for name in "12"]
    assert sum(len(part.documents) for part in parts) == 9


TABLES = ["diagnostics", "documents", "items", "lines"]


def test_a_dataset_shows_itself(dataset: jianbao.Dataset) -> None:
    assert repr(dataset).endswith(f"9 documents, {len(dataset.items)} items>")
    shown = dataset._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "<th>documents</th><td>9</td>" in shown


def test_names_are_escaped(tmp_path: Path) -> None:
    out = tmp_path / "<b>&"
    shown = jianbao.ingest(RAW / "bulletin-gb18030.txt", out)._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "<b>" not in shown
    assert "&lt;b&gt;&amp;" in shown


def test_a_dataset_in_a_folder_of_its_own_is_pickled_as_its_path(tmp_path: Path, dataset: jianbao.Dataset) -> None:
    kept = jianbao.ingest(RAW / "bulletin-gb18030.txt", tmp_path)
    assert len(pickle.loads(pickle.dumps(kept)).items) == len(kept.items)
    with pytest.raises(TypeError, match="temporary folder"):
        pickle.dumps(dataset)


def test_progress_is_told_and_may_end_the_run(tmp_path: Path, silent: list[str]) -> None:
    told: list[jianbao.Progress] = []
    jianbao.ingest(RAW, tmp_path / "a", ocr="never", progress=told.append)
    assert told[-1].documents == told[-1].of_documents == 9
    assert told[-1].bytes == told[-1].of_bytes > 0

    def stop(now: jianbao.Progress) -> None:
        raise LookupError(now.of_documents)

    with pytest.raises(LookupError, match="1"):
        jianbao.ingest(RAW / "bulletin.pdf", tmp_path / "b", workers=silent, progress=stop)


def test_a_bar_is_shown_where_one_is_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    jianbao.ingest(RAW, ocr="never", progress=True)
    assert "9 of 9 documents" in capfd.readouterr().err
    jianbao.ingest(RAW, ocr="never")
    assert capfd.readouterr().err == ""


def test_other_threads_go_on_meanwhile(silent: list[str]) -> None:
    turns = 0
    done = threading.Event()

    def turn() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            time.sleep(0.001)

    def enough(_: jianbao.Progress) -> None:
        if turns > 100:
            raise StopIteration

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        with pytest.raises(StopIteration):
            jianbao.ingest(RAW / "bulletin.pdf", workers=silent, progress=enough)
    finally:
        done.set()
        thread.join()


INTERRUPTED = """
import sys, jianbao
told = lambda now: print("running", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(
    "call",
    [
        "jianbao.ingest({source!r}, {out!r}, workers={silent!r}, progress=told)",
        "list(jianbao.process([{source!r}, print('running', flush=True)][:1], workers={silent!r}))",
        "print('running', flush=True), jianbao.read({source!r}, workers={silent!r})",
    ],
)
def test_ctrl_c_ends_it_and_leaves_the_dataset_as_it_was(tmp_path: Path, silent: list[str], call: str) -> None:
    jianbao.ingest(RAW / "bulletin-gb18030.txt", tmp_path)
    before = files(tmp_path)
    call = call.format(source=str(RAW / "bulletin.pdf"), out=str(tmp_path), silent=silent)
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(call=call)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "running\n"
    time.sleep(0.2)
    begun = time.monotonic()
    # As a terminal does: to all processes of the group.
    os.killpg(child.pid, signal.SIGINT)
    rest = child.communicate(timeout=60)[0]
    assert time.monotonic() - begun < 10
    assert rest.splitlines()[-1] == "interrupted"
    assert files(tmp_path) == before
    assert len(jianbao.open(tmp_path).items) > 0
