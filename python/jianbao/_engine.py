"""What engines that share work out have in common: which documents there are, and the rows of some of them.

A document travels as a text, its *unit*, which any process can read that sees the same files. Only this module fetches files
from elsewhere (S3, HDFS, whatever `pyarrow.fs` opens).
"""

import json
import os
import platform
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import fs

from . import _jianbao
from ._options import reading

BATCH = 32
"""Documents a task reads at a time: what a task costs is then little beside them."""

BATCH_BYTES = 64 << 20
"""Bytes of the files a task reads at a time."""

FETCHES = 8
"""Files that are fetched at a time."""

ENDINGS = frozenset(
    "txt text md markdown pdf tif tiff jpg jpeg png jp2 j2k jpx bmp webp alto hocr xml html htm xhtml".split()
)
"""How the names of files end that may be read; whether an .xml or .html file is one tells its content."""

OPTIONS = frozenset(["rules", "overrides", "ocr", "models", "limits", "jobs", "workers", "group", "faults"])
"""What a reader may be told, as the keywords of `jianbao.ingest`."""


@dataclass
class Work:
    """The documents of a run."""

    units: list[str]
    sizes: list[int]
    skipped: Mapping[str, int]
    started: float = field(default_factory=time.time)

    def batches(self, batch: int = BATCH) -> Iterator[list[str]]:
        """The units by the task, those of large files first, so that no large one is the last."""
        some: list[str] = []
        size = 0
        for at in sorted(range(len(self.units)), key=lambda at: (-self.sizes[at], at)):
            some.append(self.units[at])
            size += self.sizes[at]
            if len(some) >= batch or size >= BATCH_BYTES:
                yield some
                some, size = [], 0
        if some:
            yield some


def find(inputs: str | Sequence[str], out: str = "", group: str = "auto") -> Work:
    """The documents of folders and files. A URI (`s3://…`) is listed by `pyarrow.fs`; all others as `jianbao ingest` does it."""
    named = [inputs] if isinstance(inputs, str) else list(inputs)
    if not any("://" in name for name in named):
        found, skipped = _jianbao.find(named, out, group)
        return Work([unit for unit, _ in found], [size for _, size in found], skipped)
    if len(named) != 1:
        raise ValueError("documents elsewhere are those of one folder; name one URI")
    return _listed(named[0])


def _listed(uri: str) -> Work:
    store, root = fs.FileSystem.from_uri(uri)
    root = root.rstrip("/")
    scheme = uri.split("://", 1)[0]
    units, sizes, skipped = [], [], Counter[str]()
    for info in store.get_file_info(fs.FileSelector(root, recursive=True)):
        if info.type == fs.FileType.Directory:
            continue
        label = info.path[len(root) :].lstrip("/")
        ending = info.extension.lower()
        if any(part.startswith(".") for part in label.split("/")):
            skipped["hidden"] += 1
        elif ending not in ENDINGS:
            skipped[f".{ending}" if ending else "without extension"] += 1
        else:
            units.append(json.dumps({"label": label, "uri": f"{scheme}://{info.path}"}, ensure_ascii=False))
            sizes.append(info.size or 0)
    return Work(units, sizes, dict(skipped))


def label_of(path: str, root: str | None = None) -> str:
    """What a file is called: its path below `root`, if it lies there."""
    path, root = _plain(path), _plain(root or "").rstrip("/")
    return path[len(root) :].lstrip("/") if root and path.startswith(root + "/") else path.lstrip("/")


def unit_of(path: str, root: str | None = None) -> str:
    """The unit of a file, called by its path below `root`."""
    return json.dumps({"label": label_of(path, root), "uri": _plain(path)}, ensure_ascii=False)


def _plain(path: str) -> str:
    """A local path without its scheme, which Spark writes `file:/` and others `file:///`."""
    return "/" + path[5:].lstrip("/") if path.startswith("file:/") else path


@dataclass(frozen=True)
class Fetched:
    """A document with its bytes, or why they cannot be had."""

    label: str
    found: str | None = None
    content: bytes | None = None
    lost: str | None = None


def _fetch(unit: str) -> Fetched:
    said = json.loads(unit)
    if "uri" not in said:
        return Fetched(said["label"], found=unit)
    try:
        uri = said["uri"]
        store, path = fs.FileSystem.from_uri(uri) if "://" in uri else (fs.LocalFileSystem(), uri)
        with store.open_input_stream(path) as file:
            return Fetched(said["label"], content=file.read())
    except OSError as error:
        return Fetched(said["label"], lost=os.strerror(error.errno) if error.errno else str(error).splitlines()[0])


class Reader:
    """Reads units in this process and its workers, which stay as long as it is there."""

    def __init__(self, **options: Any) -> None:
        unknown = options.keys() - OPTIONS
        if unknown:
            raise TypeError(f"unknown option: {sorted(unknown)[0]}")
        how = reading(
            options.get("rules"),
            options.get("overrides"),
            options.get("ocr", "auto"),
            options.get("models"),
            options.get("limits"),
            options.get("jobs", 1),
            options.get("workers", True),
        )
        self._reader = _jianbao.Reader(how, options.get("group", "auto"), options.get("faults", []))

    def rows(self, units: Sequence[str]) -> pa.Table:
        """One row a document, in this order, as `jianbao merge` takes them."""
        return self.rows_of(_pool().map(_fetch, units))

    def rows_of(self, fetched: Iterable[Fetched]) -> pa.Table:
        """The same of documents whose bytes are here."""
        wanted = [(it.label, it.found, it.content, it.lost) for it in fetched]
        return pa.concat_tables(pa.table(table) for table in self._reader.rows(wanted))


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(FETCHES, thread_name_prefix="fetch")


@lru_cache(maxsize=4)
def _kept(options: str) -> Reader:
    return Reader(**json.loads(options))


def reader(options: Mapping[str, Any]) -> Reader:
    """The reader of this process with these options. It outlives a task, and the networks are loaded once."""
    return _kept(json.dumps(options, sort_keys=True, default=os.fspath))


def schema() -> pa.Schema:
    """The schema of the rows."""
    return Reader(ocr="never", workers=False).rows([]).schema


def finish(work: Work, rows: str, out: str, cores: int) -> dict[str, Any]:
    """Merges the rows in the folder `rows`, which may be elsewhere, into the dataset `out`; gives what its run.json says."""
    place = Path(rows)
    if "://" in rows:
        store, path = fs.FileSystem.from_uri(rows)
        place = Path(out) / ".cache" / "rows"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        fs.copy_files(path, str(place), source_filesystem=store, destination_filesystem=fs.LocalFileSystem())
    clock = [datetime.fromtimestamp(at, timezone.utc) for at in (work.started, time.time())]
    beside = {
        "skipped": work.skipped,
        "timing": {
            "started": clock[0].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "finished": clock[1].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "seconds": (clock[1] - clock[0]).total_seconds(),
        },
        "machine": {"os": platform.system().lower(), "arch": platform.machine(), "cores": cores, "jobs": cores},
    }
    (place / "_jianbao.json").write_text(json.dumps(beside), encoding="utf-8")
    record: dict[str, Any] = json.loads(_jianbao.merge([str(place)], out))
    if "://" in rows:
        shutil.rmtree(place)
    return record
