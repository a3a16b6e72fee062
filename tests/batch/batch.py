"""Runs over many documents: what they cost, and that nothing stops them or changes their result.

    batch.py PROGRAM chaos [--runs 100] [--seed 1]     runs killed at random moments and run again until done
    batch.py PROGRAM faults [--documents 500]          one worker with each fault there is
    batch.py PROGRAM speed [--documents 1000] [--files F …]  workers against one process; runs again; with other rules
    batch.py PROGRAM memory [--counts 1000 20000]      of the program that leads the workers

Prints its figures. Exit code 1 if what must hold does not.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCANS = sorted((ROOT / "raw").glob("bulletin-scan.*"))
FAULTS = {
    "hang": "worker-hung",
    "spin": "limit-page-seconds",
    "panic": "internal-error",
    "abort": "worker-aborted",
    "overflow": "worker-stack-overflow",
    "allocate": "limit-memory",
    "allocate-at-once": "limit-memory",
    "exit": "worker-exited",
    "garbage": "worker-garbled",
}


def samples(named=()):
    """Files to make a corpus of: those named, else the sample PDF files of this repository, read by their bytes."""
    paths = [Path(name) for name in named] or [ROOT / "raw/bulletin.pdf", *sorted((ROOT / "tests/pdf/files").glob("*.pdf"))]
    return [(path.suffix, path.read_bytes()) for path in paths]


def corpus(folder, count, files, texts=0):
    """`count` different files made of `files` in turn, and `texts` text files."""
    folder.mkdir(parents=True)
    for number in range(count):
        suffix, content = files[number % len(files)]
        # A remark behind the end of a PDF file or a TIFF changes its bytes and nothing else.
        (folder / f"{number:05}{suffix}").write_bytes(content + b"\n%% %d\n" % number)
    text = (ROOT / "raw/bulletin-page-numbers.txt").read_text(encoding="utf-8") if texts else ""
    for number in range(texts):
        (folder / f"t{number:05}.txt").write_text(f"{text}\n（第{number}份）\n", encoding="utf-8")


def run(program, raw, out, *options, **how):
    """A run to its end: what it said, and its CPU seconds with those of its workers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run([program, "ingest", raw, "--out", out, *options], capture_output=True, text=True, **how)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode not in (0, 1):
        sys.exit(f"exit code {done.returncode}: {done.stderr}")
    return done, time.monotonic() - begun, cpu


def data(out):
    """SHA-256 of the data files; run.json without times and the machine."""
    found = {}
    for path in sorted(Path(out).iterdir()):
        if path.name == "run.json":
            record = json.loads(path.read_text(encoding="utf-8"))
            del record["timing"], record["machine"]
            found[path.name] = json.dumps(record)
        elif path.is_file():
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def chaos(program, desk, args):
    """Runs killed at random moments, and run again until one ends by itself."""
    files = [(path.suffix, path.read_bytes()) for path in SCANS] + samples()
    corpus(desk / "raw", args.documents or 60, files[:1] + files[2:], texts=40)
    whole, seconds, _ = run(program, desk / "raw", desk / "whole", "--jobs", "2")
    expected = data(desk / "whole")
    print(f"{len(list((desk / 'raw').iterdir()))} documents, {seconds:.1f} s uninterrupted, seed {args.seed}")
    chance = random.Random(args.seed)
    kills = wrong = left = 0
    for number in range(args.runs):
        out = desk / "out"
        shutil.rmtree(out, ignore_errors=True)
        patience = seconds * 0.6
        while True:
            child = subprocess.Popen(
                [program, "ingest", desk / "raw", "--out", out, "--jobs", chance.choice("124"), "--quiet"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            try:
                child.wait(timeout=chance.uniform(0.02, patience))
                break
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                kills += 1
                # On a busy machine the longest document may take more than all of that.
                patience *= 1.05
        wrong += data(out) != expected
        here = [path for path in out.rglob("*") if path.is_file() and (".tmp" in path.name or "pending" in path.parts)]
        left += len(here)
        if (number + 1) % 10 == 0:
            print(f"  {number + 1} runs, killed {kills} times, {wrong} wrong", flush=True)
    time.sleep(1)
    orphans = subprocess.run(["pgrep", "-fc", f"^{program} worker"], capture_output=True, text=True).stdout.strip()
    print(f"{args.runs} runs, killed {kills} times: {wrong} ended with other data, {left} temporary files left, "
          f"{orphans} workers left")
    return wrong == 0 and left == 0 and orphans == "0"


def faults(program, desk, args):
    """One document with each fault among many: the rows of the others are as in a clean run."""
    count = args.documents or 500
    corpus(desk / "raw", count, samples([ROOT / "raw/bulletin.pdf"]))
    limits = ["--jobs", "2", "--limit", "page-seconds=5", "--limit", "memory=1G"]
    _, clean_seconds, _ = run(program, desk / "raw", desk / "clean", *limits)
    places = {f"{(number + 1) * count // (len(FAULTS) + 1):05}.pdf": fault for number, fault in enumerate(FAULTS)}
    asked = [option for label, fault in places.items() for option in ("--fault", f"{label}={fault}")]
    _, seconds, _ = run(program, desk / "raw", desk / "faults", *limits, *asked)
    wrong = 0
    for table, key in [("documents", "source"), ("items", "source"), ("diagnostics", "source")]:
        rows = {}
        for out in ("clean", "faults"):
            lines = (desk / out / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
            rows[out] = [line for line in lines if json.loads(line)[key] not in places]
        wrong += rows["clean"] != rows["faults"]
    for line in (desk / "faults/documents.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if fault := places.get(row["source"]):
            says = "as it should" if row["error_code"] == FAULTS[fault] else f"not {FAULTS[fault]}"
            wrong += row["error_code"] != FAULTS[fault]
            print(f"{fault:>16}: {row['error_code']}, {says}")
    print(f"{count} documents: {clean_seconds:.1f} s clean, {seconds:.1f} s with {len(FAULTS)} faults at 5 s a page; "
          f"{wrong} differences that should not be")
    return wrong == 0 and seconds < clean_seconds + 5 * len(FAULTS) + 30


def speed(program, desk, args):
    """What isolation costs, and what running again does."""
    count = args.documents or 1000
    corpus(desk / "raw", count, samples(args.files))
    options = ["--jobs", "2", "--quiet", "--ocr", "never"]
    figures = []
    for _ in range(3):
        for how in ([], ["--no-workers"]):
            out = desk / "out"
            shutil.rmtree(out, ignore_errors=True)
            _, seconds, cpu = run(program, desk / "raw", out, *options, *how)
            figures.append((bool(how), seconds, cpu))
    def middle(alone, of):
        return sorted(figure[of] for figure in figures if figure[0] == alone)[1]
    wall, alone = middle(False, 1), middle(True, 1)
    print(f"{count} documents, 2 jobs: workers {wall:.2f} s, {middle(False, 2):.2f} CPU s; "
          f"one process {alone:.2f} s, {middle(True, 2):.2f} CPU s; throughput {alone / wall:.2f} of one process's")
    for name, options, files, count in [
        ("PDF files", [*options], samples(args.files), count),
        ("scans", ["--jobs", "2", "--quiet"], [(path.suffix, path.read_bytes()) for path in SCANS], 20),
    ]:
        raw, out = desk / f"raw of {name}", desk / f"out of {name}"
        corpus(raw, count, files)
        time.sleep(3)
        _, _, first = run(program, raw, out, *options)
        _, _, again = run(program, raw, out, *options)
        shutil.copytree(ROOT / "rules", desk / "rules", dirs_exist_ok=True)
        with (desk / "rules/bulletin.toml").open("a", encoding="utf-8") as rules:
            rules.write("\n# changed\n")
        _, _, ruled = run(program, raw, out, *options, "--rules", desk / "rules")
        print(f"{count} {name}: first run {first:.2f} CPU s; again {again:.3f} s, {again / first:.1%}; "
              f"with other rules {ruled:.2f} s, {ruled / first:.1%}")
    return True


def memory(program, desk, args):
    """Peak memory of the program that leads, by the number of documents: half a KiB each and a quarter may be more."""
    peaks = []
    for count in args.counts:
        raw = desk / f"raw{count}"
        corpus(raw, count, samples([ROOT / "raw/bulletin.pdf"]))
        child = subprocess.Popen([program, "ingest", raw, "--out", desk / f"out{count}", "--jobs", "2", "--quiet"])
        peak = 0
        while child.poll() is None:
            try:
                for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]))
            except OSError:
                pass
            time.sleep(0.05)
        peaks.append(peak)
        print(f"{count} documents: {peak / 1024:.0f} MiB at most", flush=True)
        shutil.rmtree(raw)
    # What is known of each file grows; nothing else does, but for what the allocator keeps for a while.
    allowed = peaks[0] * 1.25 + (args.counts[-1] - args.counts[0]) * 0.5
    return peaks[-1] <= allowed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("what", choices=["chaos", "faults", "speed", "memory"])
    parser.add_argument("--files", nargs="+", default=[])
    parser.add_argument("--documents", type=int)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 20000])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jianbao-") as desk:
        holds = globals()[args.what](args.program, Path(desk), args)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
