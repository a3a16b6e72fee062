"""What the package costs beside the program: `bench.py PROGRAM [--pairs 5]`, run by the Python that has the package.

Both read the same files, one after the other, in turns. Prints the median of wall-clock and CPU seconds with those of the
workers; whatever else runs on the machine blurs them by a tenth and more. Exit code 1 if the package has less than 0.95 of
the program's throughput.
"""

import argparse
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


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=5)
    args = parser.parse_args()
    worst = 1.0
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        for what, samples, count in [
            ("text files", [ROOT / "raw/bulletin-page-numbers.txt", ROOT / "raw/sichuan-bulletin.txt"], 10_000),
            ("PDF files", [ROOT / "raw/bulletin.pdf", *sorted((ROOT / "tests/pdf/files").glob("*.pdf"))], 6000),
        ]:
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
