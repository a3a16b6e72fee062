"""Documents read by a Spark cluster.

    rows = jianbao.spark.ingest(spark.createDataFrame(…))
    rows.write.parquet("rows")

and then `jianbao merge rows --out out`. The package must be installed where the executors are.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from . import _engine
from ._errors import option
from ._engine import BATCH, Fetched, Work, find, label_of, unit_of

__all__ = ["find", "frame", "ingest"]


def frame(spark: Any, work: Work, batch: int = BATCH) -> Any:
    """The documents of `find` as a data frame of the session `spark`, so many a partition."""
    batches = list(work.batches(batch))
    spread = spark.sparkContext.parallelize(batches, max(1, len(batches)))
    return spread.flatMap(lambda units: [(unit,) for unit in units]).toDF("unit string")


def ingest(df: Any, *, root: str | None = None, batch: int = BATCH, **options: Any) -> Any:
    """One row a document of `df`, as `jianbao merge` takes them.

    Args:
        df: A data frame, as is what comes back. With a column `unit` (of `frame`), or `path` (a file or URI that every executor can read), or `path` and `content`
            (as `spark.read.format("binaryFile")` has them). A partition is a task: give it dozens of documents.
        root: Documents are called by their paths below it.
        batch: Documents that are in memory at a time.
        options: Keywords of `jianbao.ingest`: `rules`, `ocr`, `models`, `limits`, `group`, `workers`; `jobs` is how many
            documents a task reads at a time, 1 if it is not said.
    """
    columns = [name for name in ("unit", "path", "content") if name in df.columns]
    if "unit" in columns:
        columns = ["unit"]
    elif "path" not in columns:
        raise option("the data frame has neither a column unit nor a column path")
    _engine.check(options)

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        reader = _engine.reader(options)
        for given in batches:
            for start in range(0, given.num_rows, batch):
                some = given.slice(start, batch)
                if "unit" in columns:
                    made = reader.rows(some.column("unit").to_pylist())
                elif "content" in columns:
                    pairs = zip(some.column("path").to_pylist(), some.column("content").to_pylist(), strict=True)
                    made = reader.rows_of(Fetched(label_of(path, root), content=content) for path, content in pairs)
                else:
                    made = reader.rows([unit_of(path, root) for path in some.column("path").to_pylist()])
                yield from made.to_batches()

    return df.select(*columns).mapInArrow(rows, from_arrow_schema(_engine.schema()))
