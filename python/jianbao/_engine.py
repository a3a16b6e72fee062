"""What engines that share work out have in common: which documents there are, and the rows of some of them.

A document travels as a text, its *unit*, which any process can read that sees the same files. Only this module fetches files
from elsewhere (S3, HDFS, whatever `pyarrow.fs` opens).
"""

import json
import os
import platform
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyarrow import fs

from . import _jianbao
from ._errors import OptionError, option, refused
from ._options import reading

BATCH = 32
"""Documents a task reads at a time: what a task costs is then little beside them."""

BATCH_BYTES = 64 << 20
"""Bytes of the files a task reads at a time."""

FETCHES = 8
"""Files that are fetched at a time."""

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
        raise option("documents elsewhere are those of one folder; name one URI")
    return _listed(named[0])


@lru_cache(maxsize=16)
def store_of(uri: str) -> tuple[fs.FileSystem, str]:
    """The file system that a URI names, with whatever it says behind a question mark, and the path in it."""
    # Spark has a name of its own for S3.
    known = re.sub(r"^s3[an]://", "s3://", uri)
    try:
        store, path = fs.FileSystem.from_uri(known)
    except ValueError as error:
        raise option(f"pyarrow.fs cannot open {uri}: {error}") from None
    except OSError as error:
        raise refused("no-input", error.errno, str(error), uri) from None
    return store, path


def _listed(uri: str) -> Work:
    store, root = store_of(uri)
    root = root.rstrip("/")
    try:
        infos = store.get_file_info(fs.FileSelector(root, recursive=True))
    except OSError as error:
        said = f"cannot read the input {uri} ({_said(error)}); name a folder of bulletins that exists and may be read"
        raise refused("no-input", error.errno, said, uri) from None
    units, sizes, skipped = [], [], Counter[str]()
    for info in infos:
        if info.type == fs.FileType.Directory:
            continue
        label = info.path[len(root) :].lstrip("/")
        kind = _jianbao.left_out(label)
        if kind is not None:
            skipped[kind] += 1
        else:
            units.append(json.dumps({"label": label, "store": uri, "path": info.path}, ensure_ascii=False))
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
    if "uri" not in said and "store" not in said:
        return Fetched(said["label"], found=unit)
    try:
        store, path = _place(said)
        with store.open_input_stream(path) as file:
            return Fetched(said["label"], content=file.read())
    except (OSError, OptionError) as error:
        return Fetched(said["label"], lost=_said(error))


def _place(said: dict[str, str]) -> tuple[fs.FileSystem, str]:
    if "store" in said:
        return store_of(said["store"])[0], said["path"]
    return _store_and_path(said["uri"])


def _store_and_path(place: str) -> tuple[fs.FileSystem, str]:
    """A URI or a path of this machine."""
    return store_of(place) if "://" in place else (fs.LocalFileSystem(), os.path.abspath(place))


def _said(error: Exception) -> str:
    """What the system said; of S3 the code alone, since the rest differs from time to time."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    found = re.search(r"AWS Error \w+", str(error))
    return found[0] if found else str(error).splitlines()[0]


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


def check(options: Mapping[str, Any]) -> None:
    """Says at once what is wrong with options; folders need not be here, but where documents are read."""
    folders = ("rules", "overrides", "models")
    Reader(**{name: it for name, it in options.items() if name not in folders or (it and os.path.isdir(it))})


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


class Place:
    """A folder of its own for the rows of one run, below the folder or URI that all nodes write to."""

    def __init__(self, below: str) -> None:
        self.store, root = _store_and_path(below)
        self.path = f"{root.rstrip('/')}/rows-{uuid4().hex}"
        try:
            self.store.create_dir(self.path, recursive=True)
        except OSError as error:
            said = f"cannot write the rows to {below} ({_said(error)}); choose a folder that all nodes may write to"
            raise refused("unwritable-folder", error.errno, said, below) from None

    def take_away(self) -> None:
        """Deletes it with all that is in it, if it is there."""
        if self.store.get_file_info(self.path).type != fs.FileType.NotFound:
            self.store.delete_dir(self.path)


def finish(work: Work, rows: str | Place, out: str, cores: int) -> dict[str, Any]:
    """Merges the rows in the folder `rows`, which may be elsewhere, into the dataset `out`; gives what its run.json says."""
    store, path = (rows.store, rows.path) if isinstance(rows, Place) else _store_and_path(rows)
    desk = desk_of(out)
    _make(desk, out)
    with TemporaryDirectory(dir=desk) as below:
        if isinstance(store, fs.LocalFileSystem):
            place = Path(path)
        else:
            place = Path(below)
            fs.copy_files(path, below, source_filesystem=store, destination_filesystem=fs.LocalFileSystem())
        (place / "_jianbao.json").write_text(json.dumps(_beside(work, cores)), encoding="utf-8")
        record: dict[str, Any] = json.loads(_jianbao.merge([str(place)], out))
    return record


def desk_of(out: str) -> str:
    """The folder in `out` where rows wait for the merge; what a killed run has left in it is of no use."""
    if "://" in out:
        raise option(f"the dataset is written to a folder of this machine, and {out} is none; see rows")
    return os.path.join(os.path.abspath(out), ".cache", "rows")


def _make(folder: str, out: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        said = f"cannot write to the output folder {out} ({_said(error)}); choose a folder you may write to"
        raise refused("unwritable-folder", error.errno, said, out) from None


def _beside(work: Work, cores: int) -> dict[str, Any]:
    """What run.json is to say beside what the rows say."""
    clock = [datetime.fromtimestamp(at, timezone.utc) for at in (work.started, time.time())]
    return {
        "skipped": work.skipped,
        "timing": {
            "started": clock[0].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "finished": clock[1].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "seconds": (clock[1] - clock[0]).total_seconds(),
        },
        "machine": {"os": platform.system().lower(), "arch": platform.machine(), "cores": cores, "jobs": cores},
    }
