#!/usr/bin/env python3
"""Run jianbao over the corpus, and the reference beside it; print time, rate and peak memory.

usage: whole.py JIANBAO ROOT CORPUS
Seconds of the processor and peak memory are those of each child process (wait4). The last line is JSON.
"""
import json, os, pathlib, platform, shutil, subprocess, sys, time


def run(command):
    """Wall seconds, processor seconds and peak memory in MB of `command`."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    scale = 1e6 if sys.platform == "darwin" else 1e3
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale


def machine():
    model = platform.processor() or platform.machine()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return {"cpu": model, "cores": os.cpu_count(), "load": [round(load, 2) for load in os.getloadavg()]}


def main():
    jianbao, root, corpus = map(pathlib.Path, sys.argv[1:])
    here = machine()
    print(f"machine: {here['cpu']}, {here['cores']} cores, load {here['load'][0]}")
    out = corpus / "out"
    jobs = os.cpu_count()
    rows = []
    for name, size, command in [
        ("jianbao", 1000, [jianbao, "ingest", corpus / "1000", "--out", out, "--quiet", "--jobs", str(jobs)]),
        ("jianbao", 10000, [jianbao, "ingest", corpus / "10000", "--out", out, "--quiet", "--jobs", str(jobs)]),
        ("jianbao, one job", 10000, [jianbao, "ingest", corpus / "10000", "--out", out, "--quiet", "--jobs", "1"]),
        ("reference in Python", 1000, [sys.executable, root / "benches/reference.py", root / "rules", corpus / "1000"]),
    ]:
        shutil.rmtree(out, ignore_errors=True)
        megabytes = sum(path.stat().st_size for path in (corpus / str(size)).iterdir()) / 1e6
        wall, cpu, peak = run(command)
        rows.append({"name": name, "documents": size, "mb": round(megabytes, 1), "wall_s": round(wall, 2), "cpu_s": round(cpu, 2),
                     "mb_per_cpu_s": round(megabytes / cpu, 2), "documents_per_cpu_s": round(size / cpu), "peak_mb": round(peak, 1)})
    print(f"{'whole program':<20} {'documents':>9} {'MB':>6} {'wall s':>7} {'cpu s':>7} {'MB/s per core':>14} {'documents/s per core':>21} {'peak MB':>8}")
    for row in rows:
        print(f"{row['name']:<20} {row['documents']:>9} {row['mb']:>6} {row['wall_s']:>7} {row['cpu_s']:>7} {row['mb_per_cpu_s']:>14} {row['documents_per_cpu_s']:>21} {row['peak_mb']:>8}")
    ratio = rows[1]["mb_per_cpu_s"] / rows[-1]["mb_per_cpu_s"]
    print(f"jianbao does {ratio:.0f} times the reference's MB/s per core")
    print(json.dumps({"machine": here, "rows": rows}, ensure_ascii=False))


main()
