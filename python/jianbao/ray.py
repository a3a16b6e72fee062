"""Documents read by a Ray cluster.

    python -m jianbao.ray INPUT OUT [--address auto]

INPUT is a folder that every node sees, or a URI that `pyarrow.fs` opens (`s3://bucket/raw`, `hdfs://…`); OUT is a dataset as
`jianbao ingest` writes it. Actors hold the networks and read some dozens of documents a task. A document that cannot be read
is a row that says why; what a lost node had in work is read again by another, as Ray does it. Rows go to a folder of Parquet
files that every node writes to, and `jianbao merge` makes the dataset of them.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
import ray.data

from . import _engine
from ._engine import BATCH, Fetched, find, unit_of

__all__ = ["find", "ingest", "run"]

CPUS = 0.9
"""What an actor asks for of a processor, so that there is something left on each for Ray's own tasks."""


class _Actor:
    def __init__(self, root: str | None, options: dict[str, Any]) -> None:
        self._root = root
        self._reader = _engine.Reader(**options)

    def __call__(self, batch: pa.Table) -> pa.Table:
        if "unit" in batch.column_names:
            return self._reader.rows(batch["unit"].to_pylist())
        paths = batch["path"].to_pylist()
        if "bytes" not in batch.column_names:
            return self._reader.rows([unit_of(path, self._root) for path in paths])
        labels = [_engine.label_of(path, self._root) for path in paths]
        contents = batch["bytes"].to_pylist()
        return self._reader.rows_of(Fetched(label, content=it) for label, it in zip(labels, contents, strict=True))


def ingest(dataset: Any, *, root: str | None = None, batch: int = BATCH, actors: int | None = None, **options: Any) -> Any:
    """One row a document of `dataset`, as `jianbao merge` takes them.

    Args:
        dataset: A `ray.data.Dataset`, as is what comes back. With a column `unit` (of `find`), or `path` (a file or URI that every node can read), or `path` and `bytes`
            (as `ray.data.read_binary_files(…, include_paths=True)` has them).
        root: Documents are called by their paths below it.
        batch: Documents an actor reads at a time.
        actors: How many there are; as many as the cluster has processors if it is not said.
        options: Keywords of `jianbao.ingest`: `rules`, `ocr`, `models`, `limits`, `group`, `workers`; `jobs` is how many
            documents an actor reads at a time, 1 if it is not said.
    """
    if actors is None:
        actors = max(1, int(ray.cluster_resources().get("CPU", 1)))
    return dataset.map_batches(
        _Actor,
        batch_size=batch,
        batch_format="pyarrow",
        zero_copy_batch=True,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=actors),
        num_cpus=CPUS,
        fn_constructor_args=(root, options),
    )


def run(inputs: str | list[str], out: str, *, rows: str | None = None, **how: Any) -> dict[str, Any]:
    """Reads `inputs` on the cluster this process is connected to and writes the dataset `out`; gives what its run.json says.

    `rows` is the folder or URI that all nodes write to; without it, a folder in `out`, which all of them must see then. It is
    taken away at the end.
    """
    work = find(inputs, out, how.get("group", "auto"))
    cores = int(ray.cluster_resources().get("CPU", 1))
    place = rows or str(Path(out).absolute() / ".cache" / "rows")
    if "://" not in place:
        shutil.rmtree(place, ignore_errors=True)
        Path(place).mkdir(parents=True)
    blocks = [pa.table({"unit": pa.array(units, pa.string())}) for units in work.batches(how.get("batch", BATCH))]
    if not blocks:
        raise ValueError("there is nothing to read")
    ingest(ray.data.from_arrow(blocks), **how).write_parquet(place)
    record = _engine.finish(work, place, out, cores)
    if "://" not in place:
        shutil.rmtree(place)
    return record


def main(words: list[str] | None = None) -> int:
    """The command line; gives the exit code of `jianbao ingest`."""
    parser = argparse.ArgumentParser(prog="python -m jianbao.ray", description="Read bulletins on a Ray cluster.")
    parser.add_argument("input", nargs="+", help="a folder that every node sees, or a URI such as s3://bucket/raw")
    parser.add_argument("out", help="folder the dataset is written to")
    parser.add_argument("--address", help="of the cluster, `auto` for the one that runs here; without it, one is started")
    parser.add_argument("--rows", help="folder or URI that all nodes write to [default: a folder in OUT]")
    parser.add_argument("--batch", type=int, default=BATCH, help="documents a task reads at a time [default: %(default)s]")
    parser.add_argument("--actors", type=int, help="how many read at a time [default: one a processor]")
    parser.add_argument("--rules", help="folder of rules files, the same on every node")
    parser.add_argument("--ocr", choices=["auto", "always", "never"], default="auto", help="which pages are recognised")
    parser.add_argument("--models", help="folder of the networks, the same on every node")
    parser.add_argument("--group", choices=["auto", "always", "never"], default="auto", help="as of jianbao ingest")
    parser.add_argument("--limit", action="append", default=[], metavar="NAME=N", help="as of jianbao ingest")
    parser.add_argument("--fault", action="append", default=[], help=argparse.SUPPRESS)
    args = parser.parse_args(words)
    limits = dict(limit.split("=", 1) for limit in args.limit)
    ray.init(address=args.address, include_dashboard=False, log_to_driver=False)
    try:
        record = run(
            args.input,
            args.out,
            rows=args.rows,
            batch=args.batch,
            actors=args.actors,
            rules=args.rules,
            ocr=args.ocr,
            models=args.models,
            group=args.group,
            limits=limits,
            faults=args.fault,
        )
    finally:
        ray.shutdown()
    documents = record["counts"]["documents"]
    print(f"{documents['found']} documents, {record['counts']['items']} items written to {args.out}")
    return 1 if documents["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
