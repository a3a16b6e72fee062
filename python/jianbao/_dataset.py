"""Files in, a dataset out; and a dataset on disk as an object."""

import html
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from ._jianbao import ingest as run_ingest
from ._jianbao import open as open_tables
from ._options import Format, Path, When, paths, reading, words
from ._program import Workers
from ._progress import Bar, Progress, Watcher, watcher
from ._tables import Tables


class TemporaryFolder:
    """A folder that is removed with the last object that holds this one, at the latest when the interpreter ends."""

    def __init__(self) -> None:
        self.path: str = tempfile.mkdtemp(prefix="jianbao-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Dataset(Tables):
    """A dataset on disk: four tables, and what its run says of itself.

    Nothing of the tables is read before a library asks for it. A dataset that is pickled is opened again at the same path.
    """

    def __init__(self, path: Path, *, _folder: TemporaryFolder | None = None) -> None:
        # The tables are read when they are asked for, wherever the interpreter works by then.
        self._path = os.path.abspath(path)
        self._folder = _folder
        record, tables = open_tables(self._path, _folder)
        super().__init__(self._path, tables)
        self._run: dict[str, Any] = json.loads(record)

    @property
    def path(self) -> FilePath:
        """The folder it is in."""
        return FilePath(self._path)

    @property
    def run(self) -> dict[str, Any]:
        """What `run.json` says: version, rules, options, counts, files, times."""
        return self._run

    def __reduce__(self) -> tuple[type["Dataset"], tuple[str]]:
        if self._folder is not None:
            raise TypeError(
                "a dataset in a temporary folder cannot be pickled, since the folder ends with it; ingest with out=..."
            )
        return Dataset, (self._path,)

    def __repr__(self) -> str:
        counts = self._run["counts"]
        return f"<jianbao.Dataset {self._path}: {counts['documents']['found']} documents, {counts['items']} items>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the counts, documents by how their reading went, remarks by code."""
        counts: dict[str, Any] = self._run["counts"]
        documents = {word: count for word, count in counts["documents"].items() if count and word != "found"}
        rows = [
            ("documents", f"{counts['documents']['found']:,}", _list(documents)),
            ("items", f"{counts['items']:,}", ""),
            ("lines", f"{counts['lines']:,}", ""),
            ("diagnostics", f"{sum(counts['diagnostics'].values()):,}", _list(counts["diagnostics"])),
        ]
        cells = "".join(
            f"<tr><th>{name}</th><td>{count}</td><td>{html.escape(rest)}</td></tr>" for name, count, rest in rows
        )
        return f"<table><caption>{html.escape(self._path)}</caption>{cells}</table>"


def _tell(told: Callable[[Progress], object], documents: int, of_documents: int, size: int, of_size: int) -> None:
    told(Progress(documents, of_documents, size, of_size))


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in counts.items())


def open(path: Path) -> Dataset:
    """The dataset in a folder that `ingest` or the command line has written.

    Raises:
        OSError: `no-run`, if there is none; `no-dataset`, if a file of it cannot be opened.
        JianbaoError: as all errors are, with a `code`: `not-a-run`, `altered` or `damaged`, if the files are not those that a run wrote.
    """
    return Dataset(path)


def ingest(
    inputs: Path | Iterable[Path],
    out: Path | None = None,
    *,
    rules: Path | None = None,
    overrides: Path | None = None,
    ocr: When = "auto",
    models: Path | None = None,
    limits: Mapping[str, int | str] | None = None,
    group: When = "auto",
    jobs: int | None = None,
    shard: str | None = None,
    format: Format | Iterable[Format] | None = None,
    fresh: bool = False,
    retry: bool = False,
    workers: Workers = True,
    progress: Watcher = None,
) -> Dataset:
    """Reads files and folders, and makes a dataset of them, byte for byte that of `jianbao ingest`.

    A document that cannot be read is a row of `documents` with an `error_code`; the others are read all the same.
    Ctrl-C ends it within a moment and leaves the dataset of an earlier run as it was.

    Args:
        inputs: a file, a folder, or several of them. In the dataset a file is called by its path below the folder.
        out: the folder the dataset is written to. Without it a temporary folder that is removed with the last object
            of the dataset: a corpus need not fit into memory, and a run never holds more than the documents in work.
        rules: a folder of rules that replace or add to the built-in ones.
        overrides: a folder of decisions about single documents; else `overrides` beside the folder of rules or, without one,
            in the current folder, if it is there.
        ocr: which pages are recognised from their pictures; `auto` those without usable text.
        models: the folder of the networks that do it; else that of the command line.
        limits: limits by name, such as `{"pages": 500, "memory": "4G"}`; `jianbao ingest --help` lists them with units.
        group: which pictures of a folder are the pages of one document; `auto` those numbered without a gap.
        jobs: documents worked on at a time; else one a core.
        shard: the share of the files to read, as `"2/4"` for the second of four.
        format: kinds of data files. Else both, and Parquet alone in a temporary folder.
        fresh: makes no use of what an earlier run has left in `out`.
        retry: tries documents again that were cut by a limit of time or memory, or crashed their worker.
        workers: whether worker processes read PDF files and pictures, so that a bad one harms none but itself; or the
            command line that starts one.
        progress: True for a bar of tqdm, False for none, None for one where somebody looks and tqdm is there; or a
            function that is called with a `Progress` several times a second, on this thread. What it raises ends the run.

    Raises:
        JianbaoError: if the run cannot go on; `code` says why. It is of Python's class too where there is one:
        OSError: if the system refused a file or folder (`FileNotFoundError`, `PermissionError` …).
        ValueError: `bad-option`, if an option has no such value.
        KeyboardInterrupt: on Ctrl-C.
    """
    if out is None:
        folder = TemporaryFolder()
        path, formats = folder.path, words(format or "parquet")
    else:
        folder = None
        path, formats = os.fspath(out), words(format or ("parquet", "jsonl"))
    run: dict[str, object] = {
        "inputs": paths(inputs),
        "out": path,
        "group": group,
        "shard": shard,
        "formats": formats,
        "fresh": fresh,
        "retry": retry,
    }
    told = watcher(progress)
    try:
        tell = None if told is None else partial(_tell, told)
        run_ingest(run, reading(rules, overrides, ocr, models, limits, jobs, workers), tell)
    finally:
        if isinstance(told, Bar):
            told.close()
    return Dataset(path, _folder=folder)
