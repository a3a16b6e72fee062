"""Documents read by a Ray cluster.

    python -m jianbao.ray INPUT OUT [--address auto]

INPUT is a folder that every node sees, or a URI that `pyarrow.fs` opens (`s3://bucket/raw`, `hdfs://…`); OUT is a dataset as
`jianbao ingest` writes it. Actors hold the networks and read some dozens of documents a task. A document that cannot be read
is a row that says why; what a lost node had in work is read again by another, as Ray does it. Rows go to a folder of Parquet
files that every node writes to, and `jianbao merge` makes the dataset of them.
"""

import argparse
import logging
import multiprocessing
import shutil
import sys
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa
import ray
import ray.data

from . import _engine
from ._engine import BATCH, Fetched, find, unit_of
from ._errors import JianbaoError, coded

__all__ = ["find", "ingest", "run"]

CPUS = 0.9
"""What an actor asks for of a processor, so that there is something left on each for the tasks that write rows."""

WRITE = {"num_cpus": 0.1}
"""What such a task asks for: with a whole processor, none would write before the actors are done, and all rows would wait."""


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
    _engine.check(options)
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

    `rows` is the folder or URI that all nodes write to, each run into a folder of its own, which is taken away at the end;
    without it, one in `out`, which all of them must see then.

    If the head of the cluster is lost, Ray ends this process. The dataset that was there before is there still.

    Raises:
        JianbaoError: `no-input`, `nothing-to-read`, `bad-option` … before anything is read; `engine`, if the cluster
            gives up; else as of `jianbao merge`.
    """
    work, place = _prepared(inputs, out, rows, how)
    try:
        return _read(work, place, out, how)
    finally:
        place.take_away()


def _prepared(inputs: str | list[str], out: str, rows: str | None, how: dict[str, Any]) -> tuple[_engine.Work, _engine.Place]:
    desk = _engine.desk_of(out)
    _engine.check({name: value for name, value in how.items() if name not in ("actors", "batch", "root")})
    work = find(inputs, out, how.get("group", "auto"))
    if not work.units:
        raise coded("nothing-to-read", "there is nothing to read; name a folder that holds bulletins")
    # What a killed run has left.
    shutil.rmtree(desk, ignore_errors=True)
    return work, _engine.Place(rows or desk)


def _read(work: _engine.Work, place: _engine.Place, out: str, how: dict[str, Any]) -> dict[str, Any]:
    blocks = [pa.table({"unit": pa.array(units, pa.string())}) for units in work.batches(how.get("batch") or BATCH)]
    cores = int(ray.cluster_resources().get("CPU", 1))
    rows = ingest(ray.data.from_arrow(blocks), **how)
    try:
        rows.write_parquet(place.path, filesystem=place.store, ray_remote_args=WRITE, concurrency=max(1, cores))
    except JianbaoError:
        raise
    except Exception as error:
        # Ray has no class that all of its exceptions are of.
        said = f"the cluster gave up ({_last_line(error)}); the dataset is as it was before, so run again when the cause is gone"
        raise coded("engine", said) from error
    return _engine.finish(work, place, out, cores)


def _last_line(error: BaseException) -> str:
    """What an error of Ray says at its end, behind the traces of all processes it came through."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


LOST = "the cluster was lost; the dataset is as it was before, so run again when there is a cluster"


def _drive(address: str | None, told: Connection, *read: Any) -> None:
    """Reads, and tells the record of the run or the error. Ray ends a process that has lost its cluster."""
    try:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
        told.send(_read(*read))
        ray.shutdown()
    except (JianbaoError, ConnectionError) as error:
        told.send(str(error))


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
    how = {
        "batch": args.batch,
        "actors": args.actors,
        "rules": args.rules,
        "ocr": args.ocr,
        "models": args.models,
        "group": args.group,
        "limits": dict(limit.partition("=")[::2] for limit in args.limit),
        "faults": args.fault,
    }
    try:
        work, place = _prepared(args.input, args.out, args.rows, how)
    except JianbaoError as error:
        return _failed(str(error))
    try:
        come = _in_a_process(args.address, work, place, args.out, how)
    except KeyboardInterrupt:
        return 130
    finally:
        place.take_away()
    if isinstance(come, str):
        return _failed(come)
    documents = come["counts"]["documents"]
    print(f"{documents['found']} documents, {come['counts']['items']} items written to {args.out}")
    return 1 if documents["failed"] else 0


def _in_a_process(address: str | None, *read: Any) -> dict[str, Any] | str:
    """What `_drive` tells in a process of its own."""
    processes = multiprocessing.get_context("spawn")
    heard, told = processes.Pipe(duplex=False)
    driver = processes.Process(target=_drive, args=(address, told, *read))
    driver.start()
    told.close()
    try:
        come: dict[str, Any] | str = heard.recv()
    except EOFError:
        come = LOST
    driver.join()
    return come


def _failed(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    # By its name: what goes to other processes must be found there.
    from jianbao.ray import main as named

    sys.exit(named())
