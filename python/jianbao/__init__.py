"""Chinese bulletins, newsletters and newspaper pages into datasets people can trust.

    >>> import jianbao
    >>> dataset = jianbao.ingest("raw")
    >>> polars.DataFrame(dataset.items)

Tables cross to other libraries over the Arrow C data interface: pandas (`DataFrame.from_arrow`), Polars (`DataFrame`),
DuckDB (by the name of a variable) and pyarrow (`table`) take them as they are, and none of them has to be there.
`jianbao schema` on the command line says what each column means.
"""

from ._dataset import Dataset, ingest, open
from ._diff import Diff, diff
from ._document import Document, process, read
from ._errors import FileError, JianbaoError, OptionError
from ._jianbao import Batch, Rows, Table
from ._progress import Progress

__all__ = [
    "Batch",
    "Dataset",
    "Diff",
    "Document",
    "FileError",
    "JianbaoError",
    "OptionError",
    "Progress",
    "Rows",
    "Table",
    "diff",
    "ingest",
    "open",
    "process",
    "read",
]
