#!/usr/bin/env python3
"""Time and memory of the program on each bomb that the tests wrote out.

usage: bombs.py JIANBAO FOLDER
Prints seconds of CPU and the peak of memory, and fails above 2 s or 300 MB, or where the program does not end by itself.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import threading

SECONDS, MEGABYTES, NEVER = 2.0, 300, 60


def measured(command):
    """Exit code, CPU seconds, peak MB and the last words of `command`."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    alarm = threading.Timer(NEVER, child.kill)
    alarm.start()
    said = b""
    while piece := child.stdout.read(1 << 16):
        said = (said + piece)[-4096:]
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    alarm.cancel()
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said.decode("utf-8", "replace")


def main():
    jianbao, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    bombs = sorted(folder.glob("*.pdf"))
    if not bombs:
        sys.exit(f"no bombs in {folder}")
    failures = 0
    print(f"{'bomb':34} {'file KB':>8} {'CPU s':>7} {'MB':>6}  codes")
    for bomb in bombs:
        code, seconds, memory, said = measured([jianbao, "inspect", str(bomb)])
        codes = sorted(set(re.findall(r"\b(?:limit-[a-z-]+|damaged-pdf|garbled-page|empty-page|encrypted)\b", said)))
        bad = seconds > SECONDS or memory > MEGABYTES or code not in (0, 1)
        failures += bad
        ended = "" if code in (0, 1) else f" ended by {signal.Signals(-code).name if code < 0 else code}"
        size = bomb.stat().st_size / 1024
        print(f"{bomb.stem:34} {size:8.0f} {seconds:7.2f} {memory:6.0f}  {' '.join(codes)}{ended}{'  TOO MUCH' if bad else ''}", flush=True)
    sys.exit(bool(failures) and f"{failures} of {len(bombs)} take more than {SECONDS:g} s or {MEGABYTES} MB")


main()
