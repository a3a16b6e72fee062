"""What differs between two datasets."""

import json
import subprocess
import sys
from pathlib import Path

import polars
import pytest
from conftest import RAW

import jianbao


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> jianbao.Dataset:
    """A dataset of the same bulletin, in which one word is another."""
    folder = tmp_path_factory.mktemp("other")
    text = (RAW / "bulletin-gb18030.txt").read_bytes().decode("gb18030")
    assert "北碚区" in text
    (folder / "bulletin-gb18030.txt").write_bytes(text.replace("北碚区", "綦江区").encode("gb18030"))
    return jianbao.ingest(folder, folder / "out")


def test_a_diff_is_what_the_command_line_prints(other: jianbao.Dataset, tmp_path: Path) -> None:
    own = jianbao.ingest(RAW / "bulletin-gb18030.txt", tmp_path / "own")
    diff = jianbao.diff(own, other)
    command = [sys.executable, "-m", "jianbao", "diff", str(own.path), str(other.path), "--format", "json"]
    printed = subprocess.run(command, check=False, capture_output=True)
    assert printed.returncode == 1
    assert diff.to_json() == printed.stdout.decode("utf-8")
    assert diff.to_dict() == json.loads(printed.stdout)
    assert diff
    assert not diff.same
    assert diff.summary["edited"] > 0
    changes = polars.DataFrame(diff.changes)
    assert changes.filter(kind="edited", field="district")["new"].to_list() == ["綦江区"]
    assert changes.height == len(diff.changes)
    assert diff == jianbao.diff(own.path, other.path)
    assert "edited" in diff._repr_html_()  # pyright: ignore[reportPrivateUsage]
    only = jianbao.diff(own, other, fields=["district"])
    assert {change["field"] for change in only.to_dict()["fields"]} == {"district"}
    assert set(jianbao.diff(own, other, fields=["lines.role"]).summary) == {"sources"}


def test_a_dataset_does_not_differ_from_itself(other: jianbao.Dataset) -> None:
    diff = jianbao.diff(other, other)
    assert not diff
    assert diff.same
    assert repr(diff) == "<jianbao.Diff same>"
    assert len(diff.changes) == 0
    assert "kind" in polars.DataFrame(diff.changes).columns


def test_there_must_be_two_datasets(other: jianbao.Dataset, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        jianbao.diff(other, tmp_path)
    with pytest.raises(ValueError, match="no column"):
        jianbao.diff(other, other, ignore=["nothing"])
