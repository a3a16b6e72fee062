"""The four tables, of a dataset or of one document."""

from collections.abc import Iterable

from ._errors import coded
from ._jianbao import Table


class Tables:
    """What has the four tables. `jianbao schema` on the command line says what their columns mean."""

    def __init__(self, name: str, tables: Iterable[Table]) -> None:
        self._name = name
        self._tables = {table.name: table for table in tables}

    @property
    def items(self) -> Table:
        """A row for each news item, brief or article.

        Raises:
            JianbaoError: `no-tables`, if the dataset was not written as Parquet; as for the other tables.
        """
        return self._table("items")

    @property
    def documents(self) -> Table:
        """A row for each source file, read or not, and where its characters went."""
        return self._table("documents")

    @property
    def lines(self) -> Table:
        """A row for each printed line: what it was taken for and how it goes on. Boxes are in points of 1/72 inch."""
        return self._table("lines")

    @property
    def diagnostics(self) -> Table:
        """A row for each remark about a place that is worth a look."""
        return self._table("diagnostics")

    def _table(self, name: str) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            message = f"{self._name} was not written as Parquet, so its tables cannot be had; make it with format='parquet'"
            raise coded("no-tables", message) from None
