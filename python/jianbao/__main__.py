"""The command line: `python -m jianbao`, or `jianbao` where the package is installed."""

import signal
import sys

from ._jianbao import main as run
from ._program import worker_command


def main() -> int:
    """Does what the command line asks for, and returns the exit code."""
    # Ctrl-C ends the program as it ends any other, unless a command has something to put in order first.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["jianbao", *sys.argv[1:]], worker_command())


if __name__ == "__main__":
    sys.exit(main())
