"""How a run is watched: by a bar of tqdm, or by a function of the caller."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias


class Progress(NamedTuple):
    """How far a run is."""

    documents: int
    """Documents that are written."""
    of_documents: int
    """All documents."""
    bytes: int
    """Bytes of the files that are done."""
    of_bytes: int
    """Bytes of all files."""


Watcher: TypeAlias = bool | Callable[[Progress], object] | None
"""True for a bar, False for none, None for one where somebody looks and tqdm is there; or what is called."""


class Bar:
    """A bar of tqdm over the bytes."""

    def __init__(self, tqdm: Any) -> None:
        self._bar = tqdm(unit="B", unit_scale=True, unit_divisor=1024)

    def __call__(self, now: Progress) -> None:
        self._bar.total = now.of_bytes
        self._bar.set_postfix_str(f"{now.documents} of {now.of_documents} documents", refresh=False)
        self._bar.update(now.bytes - self._bar.n)

    def close(self) -> None:
        """Takes the bar away."""
        self._bar.close()


def watcher(progress: Watcher) -> Callable[[Progress], object] | None:
    """Who is told, for the keyword `progress`.

    Raises:
        ImportError: if a bar is asked for and tqdm is not there.
    """
    if progress is not None and not isinstance(progress, bool):
        return progress
    if progress is False or (progress is None and not _somebody_looks()):
        return None
    try:
        tqdm = import_module("tqdm.auto").tqdm
    except ImportError as error:
        if progress is None:
            return None
        raise ImportError("progress=True needs tqdm; install it, or give a function instead") from error
    return Bar(tqdm)


def _somebody_looks() -> bool:
    """Whether standard error is a terminal, or this is a notebook."""
    return "ipykernel" in sys.modules or bool(sys.stderr and sys.stderr.isatty())
