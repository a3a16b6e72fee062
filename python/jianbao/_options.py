"""Keyword arguments that several functions have, put together for the extension. The words are those of the command line."""

import os
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from ._program import Workers, command_of

Path: TypeAlias = str | os.PathLike[str]
"""A path, as Python has them."""

When: TypeAlias = Literal["auto", "always", "never"]
"""`auto` decides case by case."""

Format: TypeAlias = Literal["parquet", "jsonl"]
"""A kind of data files."""


def reading(
    rules: Path | None,
    overrides: Path | None,
    ocr: When,
    models: Path | None,
    limits: Mapping[str, int | str] | None,
    jobs: int | None,
    workers: Workers,
) -> dict[str, object]:
    """How documents are read."""
    return {
        "rules": rules,
        "overrides": overrides,
        "ocr": ocr,
        "models": models,
        "limits": {name: str(value) for name, value in (limits or {}).items()},
        "jobs": jobs,
        "workers": command_of(workers),
    }


def words(value: str | Iterable[str] | None) -> list[str]:
    """One word or several as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def paths(value: Path | Iterable[Path]) -> list[str]:
    """One path or several as a list."""
    if isinstance(value, str | os.PathLike):
        return [os.fspath(value)]
    return [os.fspath(path) for path in value]
