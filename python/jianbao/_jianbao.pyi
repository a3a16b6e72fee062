"""The extension module: what the other modules of this package are made of. `python/src` is its source."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn, TypeAlias, final

_Asked: TypeAlias = tuple[str | None, str | None, bytes | None]

@final
class Table:
    """Rows that any library takes that knows the Arrow C data interface, as often as it likes.

    The rows of a dataset are read from its Parquet files, batch by batch, when a library asks for them.
    """

    @property
    def name(self) -> str:
        """Name of the table: `items`, `documents`, `lines`, `diagnostics` or `changes`."""
    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
    def __len__(self) -> int:
        """Number of rows."""
    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, and says what to do instead.

        Raises:
            TypeError: always.
        """
    def __arrow_c_schema__(self) -> object:
        """The schema, as a capsule named `arrow_schema`."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows, as a capsule named `arrow_array_stream`; always with the table's own schema.

        Raises:
            OSError: if the file of the table is gone.
        """

@final
class Batch:
    """Rows of documents, one each, in memory: what `process` gives."""

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
    def __len__(self) -> int:
        """Number of rows."""
    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, as a `Table` does."""
    def __arrow_c_schema__(self) -> object:
        """The schema, as a capsule named `arrow_schema`."""
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Schema and rows, as capsules named `arrow_schema` and `arrow_array`."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows, as a capsule named `arrow_array_stream`."""

@final
class Rows:
    """Rows of documents that are read as they are asked for, in the order of the documents.

    It is an iterator of batches, and a stream of Arrow: both take from the same documents, each of which comes once.
    """

    def __iter__(self) -> Rows: ...
    def __next__(self) -> Batch:
        """The next batch. Whatever the iterator of the documents raises comes out here."""
    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, as a `Table` does."""
    def __arrow_c_schema__(self) -> object:
        """The schema of all batches, as a capsule named `arrow_schema`."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The batches that have not been taken yet, as a capsule named `arrow_array_stream`."""

@final
class Changes:
    @property
    def same(self) -> bool: ...
    def json(self) -> str: ...
    def table(self) -> Table: ...

@final
class Reader:
    """Reads documents, some at a time. It keeps its worker processes between two calls."""

    def __init__(self, reading: Mapping[str, object], group: str, faults: Sequence[str]) -> None: ...
    def rows(self, wanted: Sequence[tuple[str, str | None, bytes | None, str | None]]) -> list[Table]:
        """One row a document, in this order: each with its label, and then what `find` says of it, or its bytes, or why it
        cannot be fetched."""

def find(inputs: Sequence[str], out: str, group: str) -> tuple[list[tuple[str, int]], dict[str, int]]: ...
def left_out(path: str) -> str | None: ...
def merge(inputs: Sequence[str], out: str) -> str: ...
def ingest(
    run: Mapping[str, object],
    reading: Mapping[str, object],
    progress: Callable[[int, int, int, int], object] | None,
) -> bool: ...
def process(
    sources: Iterator[_Asked],
    root: str | None,
    reading: Mapping[str, object],
    documents: int,
) -> Rows: ...
def read(source: _Asked, reading: Mapping[str, object]) -> tuple[str, str | None, str | None, list[Table]]: ...
def open(dir: str, keep: object | None) -> tuple[str, list[Table]]: ...
def diff(old: str, new: str, only: Sequence[str], without: Sequence[str]) -> Changes: ...
def main(words: Sequence[str], worker: Sequence[str]) -> int: ...
def serve() -> int: ...
