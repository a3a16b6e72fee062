"""What differs between two datasets."""

import html
import json
import os
from collections.abc import Iterable
from typing import Any

from ._dataset import Dataset
from ._jianbao import Changes, Table
from ._jianbao import diff as compare
from ._options import Path, words


class Diff:
    """What differs between two datasets. It is true if anything does; what the runs were made with does not count."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._json: str | None = None
        self._table: Table | None = None

    @property
    def same(self) -> bool:
        """Whether nothing differs that was compared."""
        return self._changes.same

    @property
    def summary(self) -> dict[str, int]:
        """How many differences there are of each kind: sources, edited, split, joins …; kinds without any are left out."""
        counts: dict[str, int] = self.to_dict()["counts"]
        return counts

    @property
    def changes(self) -> Table:
        """A row for each value, join, item, source and setting that differs, as `jianbao diff --format parquet` has it."""
        if self._table is None:
            self._table = self._changes.table()
        return self._table

    def to_json(self) -> str:
        """All of it, as `jianbao diff --format json` prints it."""
        if self._json is None:
            self._json = self._changes.json()
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """All of it; keys as in `to_json`."""
        found: dict[str, Any] = json.loads(self.to_json())
        return found

    def __bool__(self) -> bool:
        return not self.same

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, Diff) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> str:
        raise TypeError("a jianbao.Diff cannot be pickled; pickle its to_json()")

    def __repr__(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.summary.items())
        return f"<jianbao.Diff {'same' if self.same else 'different'}{': ' if kinds else ''}{kinds}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the differences by kind."""
        cells = "".join(f"<tr><th>{html.escape(kind)}</th><td>{count:,}</td></tr>" for kind, count in self.summary.items())
        return f"<table><caption>{'the same' if self.same else 'different'}</caption>{cells}</table>"


def diff(
    old: Path | Dataset,
    new: Path | Dataset,
    *,
    fields: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Diff:
    """Compares two datasets, item by item.

    Args:
        old: the dataset as it was, or its folder.
        new: the dataset as it is, or its folder.
        fields: compares these columns alone: `district`, `documents.title`, `lines.role`, `lines`.
        ignore: passes over these.

    Raises:
        OSError: if one of them cannot be opened.
        ValueError: if there is no such column.
        JianbaoError: if the files of one are not those that its run wrote, or not written as Parquet.
    """
    return Diff(compare(_folder(old), _folder(new), words(fields), words(ignore)))


def _folder(dataset: Path | Dataset) -> str:
    return os.fspath(dataset.path if isinstance(dataset, Dataset) else dataset)
