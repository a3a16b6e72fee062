"""The samples of the repository, and the dataset that is made of them."""

import sys
from pathlib import Path

import pytest

import jianbao

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "raw"


@pytest.fixture(scope="session")
def dataset() -> jianbao.Dataset:
    return jianbao.ingest(RAW, ocr="never")


@pytest.fixture(scope="session")
def silent() -> list[str]:
    """The command line of a worker that never answers."""
    return [sys.executable, "-c", "import sys; sys.stdin.read()"]
