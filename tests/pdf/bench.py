#!/usr/bin/env python3
"""CPU time and memory beside other programs, in one run over the same files.

usage: bench.py JIANBAO [--set DIR] [--turns N] [--only mixed]
The mixed file is DIR/long.pdf, the single ones DIR/_long_*.pdf. Every program runs as a child process, in turn, so that
a busy machine disturbs all of them alike; CPU is user and system time, the median of the turns.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

PYPDFIUM2 = """import sys, pypdfium2
document = pypdfium2.PdfDocument(sys.argv[1])
for page in document: sys.stdout.write(page.get_textpage().get_text_range() + "\\n")"""
PYMUPDF = """import sys, pymupdf
for page in pymupdf.open(sys.argv[1]): sys.stdout.write(page.get_text())"""
START = {"pypdfium2": "import pypdfium2", "PyMuPDF": "import pymupdf"}

# What jianbao is held to: at most this share of the CPU time of the other.
AIMS = [
    ("text", "pdftotext -raw", 30, 2),
    ("text", "mutool txt", 10, 2),
    ("ingest", "pdftotext -raw", 15, None),
    ("ingest", "mutool txt", 5, None),
]
MOST_MB = 100


def measured(command):
    """CPU seconds and peak MB of `command`; None if it fails.

    The peak is never below that of this script, since a child begins as its copy.
    """
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def programs(jianbao, desk):
    """Name and command of every program that is here; {} stands for the file."""
    python = lambda script: [sys.executable, "-c", script, "{}"]
    found = {
        "text": [jianbao, "inspect", "{}", "--stage", "text", "--ocr", "never"],
        "ingest": [jianbao, "ingest", "{}", "--out", f"{desk}/out", "--jobs", "1", "--ocr", "never", "--format", "parquet", "--quiet", "--fresh"],
    }
    if shutil.which("pdftotext"):
        found["pdftotext -raw"] = ["pdftotext", "-raw", "{}", "-"]
    if shutil.which("mutool"):
        found["mutool txt"] = ["mutool", "draw", "-F", "txt", "{}"]
    for name, module, script in (("pypdfium2", "pypdfium2", PYPDFIUM2), ("PyMuPDF", "pymupdf", PYMUPDF)):
        if subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0:
            found[name] = python(script)
    return found


def bench(file, commands, turns):
    times, peaks = {name: [] for name in commands}, {}
    for _ in range(turns):
        for name, command in commands.items():
            found = measured([part.replace("{}", str(file)) for part in command])
            if found is None:
                times.pop(name, None)
                continue
            if name in times:
                times[name].append(found[0])
                peaks[name] = max(peaks.get(name, 0), found[1])
    return {name: statistics.median(it) for name, it in times.items()}, peaks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jianbao")
    parser.add_argument("--set", type=pathlib.Path, default=pathlib.Path("target/pdfset"))
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--only", choices=("mixed", "single"))
    options = parser.parse_args()
    files = sorted(options.set.glob("_long_*.pdf"))
    files = ([] if options.only == "mixed" else files) + ([] if options.only == "single" else [options.set / "long.pdf"])
    files = [file for file in files if file.exists()]
    if not files:
        sys.exit(f"skipped: no long.pdf in {options.set}; `just score-pdf` makes it where its script is")
    missed = []
    with tempfile.TemporaryDirectory() as desk:
        commands = programs(options.jianbao, desk)
        # What starting the program takes is not reading: jianbao compiles its rules, Python loads itself.
        small = pathlib.Path(__file__).with_name("files") / "gbk_euc_h.pdf"
        for name in ("text", "ingest"):
            start = [measured([part.replace("{}", str(small)) for part in commands[name]]) for _ in range(5)]
            print(f"{name}: {statistics.median(it[0] for it in start) * 1000:.0f} ms of the time is its start")
        for name in START.keys() & commands.keys():
            start = [measured([sys.executable, "-c", START[name]]) for _ in range(3)]
            print(f"{name}: {statistics.median(it[0] for it in start) * 1000:.0f} ms of the time is its start")
        for file in files:
            times, peaks = bench(file, commands, options.turns)
            mixed = file.name == "long.pdf"
            print(f"\n{file.name}, {file.stat().st_size / 1e6:.1f} MB, median of {options.turns}")
            for name, seconds in times.items():
                ratio = " ".join(f"{seconds / times[own]:6.1f} × {own}" for own in ("text", "ingest") if own in times)
                print(f"  {name:16} {seconds * 1000:8.0f} ms {peaks[name]:6.0f} MB   {ratio}")
            for own, other, on_mixed, on_single in AIMS:
                aim = on_mixed if mixed else on_single
                if aim and own in times and other in times and times[other] < aim * times[own]:
                    missed.append(f"{file.name}: {own} takes 1/{times[other] / times[own]:.1f} of {other}, not 1/{aim}")
            missed += [f"{file.name}: {own} fails" for own in ("text", "ingest") if own not in times]
            missed += [f"{file.name}: {own} takes {peaks[own]:.0f} MB, not {MOST_MB}" for own in ("text", "ingest") if peaks.get(own, 0) > MOST_MB]
    for miss in missed:
        print("MISSED", miss)
    sys.exit(f"{len(missed)} aims missed" if missed else 0)


main()
