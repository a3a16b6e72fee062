"""What the package costs beside the program: `bench.py PROGRAM [--pairs 5] [--instructions]`, run by the Python that has the
package.

Both read the same files, one after the other, in turns. Prints the median of wall-clock and CPU seconds with those of the
workers; whatever else runs on the machine blurs them by a tenth and more. With --instructions, valgrind counts what the
processor does for a document, on one thread and without workers: nothing blurs that. Exit code 1 if the package has less than
0.95 of the program's throughput.
"""

import argparse
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAST = 0.95

PACKAGE = "import jianbao, sys; jianbao.ingest(sys.argv[1], sys.argv[2], jobs=2, ocr='never', progress=False)"


def corpus(folder: Path, samples: list[Path], count: int) -> None:
    """`count` different files: a sample each in turn, with a remark behind its end that changes its bytes alone."""
    folder.mkdir()
    for number in range(count):
        sample = samples[number % len(samples)]
        end = f"\n（第{number}份）\n" if sample.suffix == ".txt" else f"\n%% {number}\n"
        (folder / f"{number:06}{sample.suffix}").write_bytes(sample.read_bytes() + end.encode())


def cost(command: list[str]) -> tuple[float, float]:
    """Wall-clock and CPU seconds of a command and what it starts."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert code in (0, 1), command
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


KINDS = [
    ("text files", [ROOT / "raw/bulletin-page-numbers.txt", ROOT / "raw/sichuan-bulletin.txt"], 10_000),
    ("PDF files", [ROOT / "raw/bulletin.pdf", *sorted((ROOT / "tests/pdf/files").glob("*.pdf"))], 6000),
]


def instructions(command: list[str], raw: Path, out: Path) -> int:
    """Instructions of the processor that a command needs for the files of a folder."""
    counting = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    options = ["--jobs", "1", "--ocr", "never", "--no-workers", "--quiet", "--out", str(out)]
    done = subprocess.run([*counting, *command, "ingest", str(raw), *options], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return int(re.findall(r"Collected : (\d+)", done.stderr)[-1])


def count_instructions(program: str, desk: Path) -> float:
    """Prints what a document costs, the start not with it, and gives the least share of the program's throughput."""
    worst = 1.0
    for what, samples, _ in KINDS:
        costs: dict[str, float] = {}
        for who, command in [("program", [program]), ("package", [sys.executable, "-m", "jianbao"])]:
            found: list[int] = []
            for files in (100, 400):
                raw = desk / f"{files} {what}"
                if not raw.exists():
                    corpus(raw, samples, files)
                found.append(instructions(command, raw, desk / f"{files} {what} of {who}"))
            costs[who] = (found[1] - found[0]) / 300
        share = costs["program"] / costs["package"]
        print(f"{what}: {', '.join(f'{who} {cost / 1e6:.3f} million' for who, cost in costs.items())} a file; {share:.3f}")
        worst = min(worst, share)
    return worst


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--instructions", action="store_true")
    args = parser.parse_args()
    worst = 1.0
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        if args.instructions:
            return 0 if count_instructions(args.program, desk) >= LEAST else 1
        for what, samples, count in KINDS:
            raw = desk / what
            corpus(raw, samples, count)
            program = [args.program, "ingest", str(raw), "--jobs", "2", "--ocr", "never", "--quiet", "--out"]
            package = [sys.executable, "-c", PACKAGE, str(raw)]
            costs: dict[str, list[tuple[float, float]]] = {"program": [], "package": []}
            for pair in range(args.pairs):
                turns = [("program", program), ("package", package)]
                for who, command in turns if pair % 2 == 0 else turns[::-1]:
                    # A folder of its own: nothing of another run may be used again.
                    out = desk / f"out of {who} {pair}"
                    costs[who].append(cost([*command, str(out)]))
                    assert len((out / "documents.jsonl").read_text(encoding="utf-8").splitlines()) == count, out
                    shutil.rmtree(out)
            middle = {who: [statistics.median(each) for each in zip(*found, strict=True)] for who, found in costs.items()}
            wall, cpu = (middle["program"][at] / middle["package"][at] for at in (0, 1))
            print(f"{count} {what}: ", end="")
            print(", ".join(f"{who} {wall:.2f} s, {cpu:.2f} CPU s" for who, (wall, cpu) in middle.items()), end="")
            print(f"; throughput {wall:.3f}, per CPU second {cpu:.3f} of the program's")
            worst = min(worst, wall, cpu)
    return 0 if worst >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
