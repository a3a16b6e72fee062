"""The Python in the READMEs runs as it stands, each snippet alone, beside a dataset in `out`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    if out := os.environ.get("JIANBAO_OUT"):
        (folder / "out").symlink_to(Path(out).resolve())
    else:
        subprocess.run([ROOT / "target/debug/jianbao", "ingest", ROOT / "raw", "--quiet"], cwd=folder, check=True)
    return folder


def test_there_are_three():
    assert [snippet.split()[1] for snippet in SNIPPETS] == ["pandas", "polars", "duckdb"]
    assert all(len(snippet.splitlines()) == 3 for snippet in SNIPPETS)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=["pandas", "polars", "duckdb"])
def test_snippet_runs(desk, snippet):
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run([sys.executable, "-c", snippet], cwd=desk, env=environment, capture_output=True, check=True)
    print(run.stdout.decode("utf-8"))
    assert len(run.stdout.decode("utf-8").splitlines()) > 3
