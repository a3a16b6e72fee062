"""The extension module: what the other modules of this package are made of. `python/src` is its source."""

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, final

class JianbaoError(Exception):
    """What went wrong, in one sentence."""

    code: str
    """A stable word for it, such as `locked` or `not-a-run`."""

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
class Changes:
    @property
    def same(self) -> bool: ...
    def json(self) -> str: ...
    def table(self) -> Table: ...

def ingest(
    run: Mapping[str, object],
    reading: Mapping[str, object],
    progress: Callable[[int, int, int, int], object] | None,
) -> bool: ...
def open(dir: str, keep: object | None) -> tuple[str, list[Table]]: ...
def diff(old: str, new: str, only: Sequence[str], without: Sequence[str]) -> Changes: ...
def main(words: Sequence[str], worker: Sequence[str]) -> int: ...
def serve() -> int: ...
