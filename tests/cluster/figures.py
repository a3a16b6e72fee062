"""What docs/scale.md reckons with, measured: CPU seconds and bytes a page, of PDF files with a text layer and of scans.

    figures.py [--text 1000] [--scans 20] [--pdf FILE …]

Runs the installed package as `python -m jianbao ingest --jobs 1`, so that CPU seconds are those of one processor.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def spent():
    """CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(name, samples, count):
    """Reads so many files that differ in a remark, and prints what a page costs."""
    with tempfile.TemporaryDirectory() as desk:
        raw, out, rows = Path(desk, "raw"), Path(desk, "out"), Path(desk, "rows")
        raw.mkdir()
        size = 0
        for number in range(count):
            sample = samples[number % len(samples)]
            content = sample.read_bytes() + b"\n%% %d\n" % number
            size += len(content)
            (raw / f"{number:06}{sample.suffix}").write_bytes(content)
        before = spent()
        command = [sys.executable, "-m", "jianbao", "ingest", str(raw), "--out", str(out), "--jobs", "1", "--quiet"]
        subprocess.run(command, check=True)
        cpu = spent() - before
        record = json.loads((out / "run.json").read_text())
        documents = [json.loads(line) for line in (out / "documents.jsonl").read_text().splitlines()]
        pages = sum(document["pages"] for document in documents)
        by_name = {file: facts["bytes"] for file, facts in record["files"].items()}
        parquet = sum(size for file, size in by_name.items() if file.endswith(".parquet"))
        lines = by_name["lines.parquet"]
        from jianbao import _engine

        work, reader = _engine.find(str(raw)), _engine.Reader()
        rows.mkdir()
        import pyarrow.parquet as pq

        for at, units in enumerate(work.batches()):
            pq.write_table(reader.rows(units), rows / f"{at}.parquet", compression="zstd")
        nested = sum(file.stat().st_size for file in rows.iterdir())
        before = spent()
        subprocess.run([sys.executable, "-m", "jianbao", "merge", str(rows), "--out", str(Path(desk, "merged")), "--quiet"], check=True)
        merge = spent() - before
        print(
            f"{name}: {pages} pages, {pages / count:.0f} a file, {size / pages / 1024:.0f} KiB of source a page; "
            f"{1000 * cpu / pages:.1f} ms of CPU a page; Parquet {parquet / pages:.0f} bytes a page, of which lines {lines / pages:.0f}; "
            f"rows {nested / pages:.0f} bytes a page; merging {1000 * merge / pages:.2f} ms of CPU a page",
            flush=True,
        )


def main():
    """Measures both."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pdf", type=Path, nargs="+", default=[ROOT / "raw/bulletin.pdf"], help="files with a text layer")
    parser.add_argument("--text", type=int, default=1000)
    parser.add_argument("--scans", type=int, default=20)
    args = parser.parse_args()
    measure("text layer", args.pdf, args.text)
    measure("scans", [ROOT / "raw/bulletin-scan.tif"], args.scans)


if __name__ == "__main__":
    main()
