"""Reads the same made-up scans with jianbao, RapidOCR and Tesseract, in one run: wrong characters, CPU time, memory.

    python3 bench.py JIANBAO --make MAKE_SCANS.py TEXTS --score SCORE_OCR.py [--seed N] [--conditions a,b] [--only jianbao]

RapidOCR (package `rapidocr`, classifier off, one thread) runs if the package `rapidocr` and `onnxruntime` are there,
Tesseract (`chi_sim`, page mode 6) if the command is. CPU seconds are those of whole processes, the loading of networks
included, each program on one thread, one after the other; compare ratios of one run.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

RAPID = """
import sys
from pathlib import Path
from rapidocr import RapidOCR
one = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
read = RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error", **one})
for path in sys.argv[2:]:
    lines = read(path).txts or []
    (Path(sys.argv[1]) / (Path(path).stem + ".txt")).write_text("\\n".join(lines), "utf-8")
"""


def measured(command, **options):
    """CPU seconds and peak memory (MB) of a command and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    timed = ["/usr/bin/time", "-f", "%M", *command]
    said = subprocess.run(timed, check=True, stderr=subprocess.PIPE, text=True, **options).stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, int(said.split()[-1]) / 1024


def jianbao(program, images, out):
    """The text page by page, then the cost of the whole folder by one worker."""
    for image in images:
        said = subprocess.run([program, "inspect", image, "--stage", "text", "--ocr", "always"], check=True, capture_output=True)
        (out / f"{image.stem}.txt").write_bytes(said.stdout)
    return measured([program, "ingest", *images, "--jobs", "1", "--quiet", "--out", out / "dataset"])


def rapidocr(images, out):
    return measured([sys.executable, "-c", RAPID, out, *images], env={**os.environ, "OMP_NUM_THREADS": "1"})


def tesseract(images, out):
    cpu, most = 0.0, 0.0
    for image in images:
        command = ["tesseract", image, out / image.stem, "-l", "chi_sim", "--psm", "6"]
        own, memory = measured(command, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, stdout=subprocess.DEVNULL)
        cpu, most = cpu + own, max(most, memory)
    return cpu, most


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--make", nargs=2, type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--seed", default="41")
    parser.add_argument("--conditions", default="c300,g200,b200,j150,h150")
    parser.add_argument("--only", default="jianbao,rapidocr,tesseract")
    parser.add_argument("--desk", type=Path, default=Path("target/bench-ocr"))
    args = parser.parse_args()
    if not args.make[0].exists():
        sys.exit(f"skipped: {args.make[0]} is not there")
    scans = args.desk / f"scans-{args.seed}"
    if not (scans / "truth.json").exists():
        texts = args.desk / "texts"
        shutil.rmtree(texts, ignore_errors=True)
        texts.mkdir(parents=True)
        for text in args.make[1].glob("*.txt"):
            shutil.copy(text, texts)
        subprocess.run([sys.executable, args.make[0], texts, scans, args.seed, "--conditions", args.conditions], check=True)
    images = sorted((scans / "images").iterdir())
    programs = {"jianbao": lambda out: jianbao(args.program.resolve(), images, out)}
    if subprocess.run([sys.executable, "-c", "import rapidocr, onnxruntime"], capture_output=True).returncode == 0:
        programs["rapidocr"] = lambda out: rapidocr(images, out)
    if shutil.which("tesseract"):
        programs["tesseract"] = lambda out: tesseract(images, out)
    costs = {}
    for name in args.only.split(","):
        if name not in programs:
            print(f"{name}: not there")
            continue
        out = args.desk / name
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        costs[name] = programs[name](out)
        print(f"== {name}: {costs[name][0] / len(images):.2f} CPU s a page, {costs[name][1]:.0f} MB", flush=True)
        score = subprocess.run([sys.executable, args.score, scans / "truth.json", out, "--only-present"], capture_output=True, text=True)
        print("\n".join(line for line in score.stdout.splitlines() if "CER" in line and "font:" not in line))
    if "jianbao" in costs:
        for name, (cpu, memory) in costs.items():
            own = costs["jianbao"]
            print(f"jianbao / {name}: {own[0] / cpu:.2f} of the CPU time, {own[1] / memory:.2f} of the memory")


if __name__ == "__main__":
    main()
