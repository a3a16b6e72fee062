"""Documents without a dataset: one alone, or many as they come."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from ._errors import option, unreadable
from ._jianbao import Rows, Table
from ._jianbao import process as process_all
from ._jianbao import read as read_one
from ._options import Path, When, reading
from ._program import Workers
from ._tables import Tables

Data: TypeAlias = bytes | bytearray | memoryview
"""The bytes of a file."""

Source: TypeAlias = Path | Data | tuple[str, Path | Data]
"""A file by its path, or the bytes of one; with what it is called in the dataset, if that is said."""


class Document(Tables):
    """A document that was read: its rows of the four tables, and how the reading went."""

    def __init__(self, status: str, error_code: str | None, error: str | None, tables: list[Table]) -> None:
        super().__init__("the document", tables)
        self._status = status
        self._error_code = error_code
        self._error = error

    @property
    def status(self) -> str:
        """`ok`, `partial` (some was not read) or `failed` (nothing was read)."""
        return self._status

    @property
    def error_code(self) -> str | None:
        """A stable word for what went wrong, unless all is well."""
        return self._error_code

    @property
    def error(self) -> str | None:
        """What went wrong, in one sentence."""
        return self._error

    def __repr__(self) -> str:
        return f"<jianbao.Document {self._error_code or self._status}, {len(self.items)} items>"


def read(
    source: Path | Data,
    *,
    name: str | None = None,
    rules: Path | None = None,
    overrides: Path | None = None,
    ocr: When = "auto",
    models: Path | None = None,
    limits: Mapping[str, int | str] | None = None,
    jobs: int | None = None,
    workers: Workers = True,
) -> Document:
    """Reads one document.

    Args:
        source: the path of a file, or its bytes.
        name: what it is called in the tables; else its file is called by its name, and bytes by the first half of their
            SHA-256. The ending says what the bytes are, where they do not say so themselves.
        jobs: pages worked on at a time; else one a core.
        rules, overrides, ocr, models, limits, workers: as for `ingest`.

    Raises:
        OSError: if the file cannot be opened. What is wrong with what is in it is the `error_code` of the document.
        ValueError: if an option has no such value.
    """
    if not isinstance(source, Data):
        try:
            with open(source, "rb"):
                pass
        except OSError as error:
            raise unreadable(error, os.fspath(source)) from None
        name = name or os.path.basename(source)
    asked = _asked(source if name is None else (name, source))
    return Document(*read_one(asked, reading(rules, overrides, ocr, models, limits, jobs, workers)))


def process(
    sources: Iterable[Source],
    *,
    root: Path | None = None,
    batch: int = 64,
    rules: Path | None = None,
    overrides: Path | None = None,
    ocr: When = "auto",
    models: Path | None = None,
    limits: Mapping[str, int | str] | None = None,
    jobs: int | None = None,
    workers: Workers = True,
) -> Rows:
    """Reads documents as they come and gives their rows as they are asked for: the unit that engines call.

    A row is a document: the columns of `documents`, then `items`, `lines` and `diagnostics` as lists of structs with the
    columns of those tables, then `run`, which says what it was made with. `jianbao merge` makes a dataset of Parquet files
    with such rows. The order is that of the sources; documents are read ahead on all cores, at most four a core and
    64 MiB. A document that cannot be read, or is not there, is a row with an `error_code`.

    Args:
        sources: paths, bytes, or pairs of a name and one of these. They are asked for one by one, on the thread that
            asks for rows, and may have no end.
        root: paths below it are called by what they are below it, others as they are given; bytes without a name are
            called by the first half of their SHA-256.
        batch: the most documents in a batch.
        jobs: documents worked on at a time; else one a core.
        rules, overrides, ocr, models, limits, workers: as for `ingest`.

    Raises:
        ValueError: if an option has no such value.
        JianbaoError: while it goes on: if workers cannot be started.
    """
    if batch < 1:
        raise option("batch must be at least 1")
    asked: Iterator[tuple[str | None, str | None, bytes | None]] = map(_asked, sources)
    how = reading(rules, overrides, ocr, models, limits, jobs, workers)
    return process_all(asked, None if root is None else os.fspath(root), how, batch)


def _asked(source: Source) -> tuple[str | None, str | None, bytes | None]:
    """Name, path and bytes, as far as there are any."""
    name = None
    if isinstance(source, tuple):
        name, source = source
    if isinstance(source, Data):
        return name, None, bytes(source)
    return name, os.fspath(source), None
