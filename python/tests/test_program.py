"""The command line that comes with the package."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import RAW

SCRIPT = str(Path(sys.executable).with_name("jianbao"))


@pytest.mark.parametrize("command", [[sys.executable, "-m", "jianbao"], [SCRIPT]])
def test_it_is_the_program(command: list[str], tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *words], capture_output=True, text=True, check=False)

    assert run("--version").stdout.startswith("jianbao ")
    assert run("nonsense").returncode == 2
    assert "Usage: jianbao ingest" in run("ingest", "--help").stdout
    assert "error:" in run("diff", str(tmp_path), str(tmp_path)).stderr
    (tmp_path / "raw").mkdir()
    shutil.copy(RAW / "bulletin.pdf", tmp_path / "raw")
    said = run("ingest", str(tmp_path / "raw"), "--out", str(tmp_path / "out"))
    assert said.stdout.startswith("1 document: 1 ok")
    (tmp_path / "raw" / "bad.pdf").write_bytes(b"%PDF-")
    assert run("ingest", str(tmp_path / "raw"), "--out", str(tmp_path / "out")).returncode == 1


def test_ctrl_c_ends_it_as_it_ends_the_program(tmp_path: Path) -> None:
    command = [SCRIPT, "ingest", str(RAW / "bulletin.pdf"), "--out", str(tmp_path), "--fault", "bulletin.pdf=hang"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not (tmp_path / ".cache" / "lock").exists():
        time.sleep(0.01)
    time.sleep(0.5)
    os.killpg(child.pid, signal.SIGINT)
    assert "interrupted" in child.communicate(timeout=60)[1]
    assert child.returncode == 130


def test_a_reader_that_closes_its_end_is_no_error() -> None:
    command = f"'{sys.executable}' -m jianbao schema | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
