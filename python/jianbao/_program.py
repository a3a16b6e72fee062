"""Which program is started as a worker."""

import sys
from collections.abc import Sequence
from pathlib import Path

from ._errors import coded
from ._jianbao import __file__ as extension

Workers = bool | Sequence[str]
"""Whether worker processes read PDF files and pictures, or the command line that starts one."""


def worker_command() -> list[str]:
    """The command line of a worker: this interpreter, alone with the extension.

    Raises:
        JianbaoError: `no-workers`, if it is not known which interpreter this is.
    """
    if not sys.executable:
        raise coded("no-workers", "it is not known how to start this interpreter; give workers=[...] or workers=False")
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("_worker.py")), extension]


def command_of(workers: Workers) -> list[str] | None:
    """The command line for the keyword `workers`; `None` if there shall be none."""
    if isinstance(workers, bool):
        return worker_command() if workers else None
    if isinstance(workers, str) or not workers:
        raise TypeError("workers must be True, False or the words of a command line, such as ['jianbao', 'worker']")
    return list(workers)
