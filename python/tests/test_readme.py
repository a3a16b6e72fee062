"""What the READMEs show of the package works on the samples, and the wheel is small."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MOST_BYTES = 30_000_000

README = (ROOT / "README.md").read_text("utf-8")
SCRIPTS = re.findall(r"^```python \S+\n(.*?)^```$", README, re.M | re.S)
LINES = [shlex.split(line)[2] for line in re.findall(r"^python3 -c .*$", README, re.M)]


def test_there_is_one_of_each() -> None:
    assert (len(SCRIPTS), len(LINES)) == (1, 1)
    assert len(SCRIPTS[0].splitlines()) == 3


@pytest.mark.parametrize("code", [*SCRIPTS, *LINES])
def test_it_works(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "北碚区" in done.stdout or "9 documents, 35 items" in done.stdout


def test_the_wheel_is_small() -> None:
    for wheel in Path(ROOT, "target/wheels").glob("*.whl"):
        assert wheel.stat().st_size < MOST_BYTES
