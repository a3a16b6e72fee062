"""Documents read by clusters on this machine, held against one run.

    cluster.py [ray] [spark] [--documents 1000] [--scans 20] [--kill-after 12] [--throughput]

Makes a corpus, reads it with `jianbao ingest`, then with a Ray cluster of two nodes, one of which is killed in the middle, and
with a Spark cluster of two executors, one of which is killed too. The merged datasets must be those of the run, byte for byte.
With --throughput, how many documents a second Ray reads on one node is held against the command line. All nodes listen on
127.0.0.1, in a network namespace without any other interface where that can be had. Exit code 1 if something differs.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APART = "JIANBAO_CLUSTER_APART"
FAULTS = ["panic", "abort", "exit", "garbage", "hang"]
LIMITS = {"page-seconds": "30"}
"""A hanging page is given up after so long."""


def alone():
    """Goes on in a network namespace that has nothing but the loopback, if this may be."""
    if os.environ.get(APART):
        return
    os.environ[APART] = "1"
    up = "ip link set lo up && exec \"$@\""
    if subprocess.run(["unshare", "-n", "sh", "-c", "ip link set lo up"], capture_output=True).returncode == 0:
        os.execvp("unshare", ["unshare", "-n", "sh", "-c", up, "sh", sys.executable, *sys.argv])
    print("no network namespace of its own: nodes listen on 127.0.0.1 of this machine")


def corpus(folder, documents, scans):
    """Text files, PDF files, scans and files that are none of these; some equal, some in groups, some that kill a worker."""
    pdfs = [ROOT / "raw/bulletin.pdf", *sorted((ROOT / "tests/pdf/files").glob("*.pdf"))]
    texts = [path for path in sorted((ROOT / "raw").iterdir()) if path.suffix in (".txt", ".md")]
    pictures = [path for path in sorted((ROOT / "raw").iterdir()) if path.suffix in (".tif", ".png", ".jpg")]
    for number in range(documents):
        place = folder / f"{2000 + number % 7}" / f"{number:05}"
        place.parent.mkdir(parents=True, exist_ok=True)
        kind = number % 20
        if kind == 0:
            place.with_suffix(".pdf").write_bytes(b"%PDF-1.7\n" + bytes([number % 251]) * (number % 400))
        elif kind == 1:
            place.with_suffix(".txt").write_bytes(b"" if number % 3 else b"\x00\xff\xfe" * number)
        elif kind == 2:
            # The bytes of another, perhaps under a name that says something else.
            place.with_suffix(".txt" if number % 2 else ".md").write_bytes(pdfs[number % len(pdfs)].read_bytes())
        elif kind < 12:
            content = pdfs[number % len(pdfs)].read_bytes()
            place.with_suffix(".pdf").write_bytes(content + b"\n%% %d\n" % number)
        else:
            text = texts[number % len(texts)].read_bytes()
            place.with_suffix(texts[number % len(texts)].suffix).write_bytes(text + b"\n%d\n" % number)
    for number in range(scans):
        picture = pictures[number % len(pictures)]
        # A remark behind the end changes the bytes and nothing else.
        (folder / "scans").mkdir(exist_ok=True)
        (folder / "scans" / f"scan{number:03}{picture.suffix}").write_bytes(picture.read_bytes() + b"\n%% %d\n" % number)
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / ".hidden").write_bytes(b"x")
    os.symlink("nowhere", folder / "gone.txt")
    poisonous = sorted(path for path in folder.rglob("*.pdf") if path.stat().st_size > 1000)[:: max(1, documents // 20)]
    # A page that hangs takes half a minute, twice, of every run.
    faults = FAULTS if documents >= 500 else [fault for fault in FAULTS if fault != "hang"]
    pairs = zip(poisonous, faults, strict=False)
    return [f"{path.relative_to(folder)}={fault}" for path, fault in pairs]


def words(faults):
    """The options of both command lines."""
    limits = [word for name, value in LIMITS.items() for word in ("--limit", f"{name}={value}")]
    return [*limits, *(word for fault in faults for word in ("--fault", fault))]


def run_alone(raw, out, faults, *more):
    """Reads the corpus with `jianbao ingest`, and gives the seconds it took."""
    began = time.monotonic()
    command = [sys.executable, "-m", "jianbao", "ingest", str(raw), "--out", str(out), "--quiet", *words(faults), *more]
    code = subprocess.run(command, check=False).returncode
    assert code in (0, 1), code
    return time.monotonic() - began


def held(whole, other, who):
    """That `other` is the dataset `whole`, but for times and machine."""
    names = sorted(path.name for path in whole.iterdir() if path.is_file())
    assert names == sorted(path.name for path in other.iterdir() if path.is_file()), who
    differing = [name for name in names if name != "run.json" and (whole / name).read_bytes() != (other / name).read_bytes()]
    if differing:
        said = subprocess.run([sys.executable, "-m", "jianbao", "diff", str(whole), str(other)], capture_output=True, text=True)
        sys.exit(f"{who}: {differing} differ\n{said.stdout}{said.stderr}")
    records = [json.loads((folder / "run.json").read_text()) for folder in (whole, other)]
    for record in records:
        del record["timing"], record["machine"]
    assert records[0] == records[1], f"{who}: run.json differs"
    counts = records[1]["counts"]
    print(f"{who}: the same {counts['documents']['found']} documents and {counts['items']} items", flush=True)


def environment():
    """Nothing is told to anybody, everything listens here alone."""
    # Ray and Spark say much of themselves.
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1", "PYTHONWARNINGS": "ignore"}
    here = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    os.environ.update(quiet | here)


class RayNodes:
    """A cluster of nodes with one processor each."""

    def __init__(self, count, temp):
        from ray.cluster_utils import Cluster

        # Where the last cluster that was started is noted, whatever its own folder.
        Path("/tmp/ray").mkdir(exist_ok=True)
        head = {"num_cpus": 1, "object_store_memory": 200 << 20, "include_dashboard": False, "temp_dir": str(temp)}
        self.cluster = Cluster(initialize_head=True, head_node_args={"node_ip_address": "127.0.0.1", **head})
        for _ in range(count - 1):
            self.cluster.add_node(num_cpus=1, object_store_memory=200 << 20, node_ip_address="127.0.0.1")
        self.cluster.wait_for_nodes()

    def kill_one(self):
        """Kills the second node at once, as a machine that loses its power."""
        node = next(iter(self.cluster.worker_nodes))
        for infos in node.all_processes.values():
            for info in infos:
                os.kill(info.process.pid, signal.SIGKILL)

    def end(self):
        self.cluster.shutdown()


def with_ray(raw, whole, desk, faults, kill):
    """Ray with two nodes; the second is killed while both read."""
    import ray

    from jianbao import ray as jianbao_ray

    logging.getLogger("ray").setLevel(logging.ERROR)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    nodes = RayNodes(2 if kill else 1, desk / "r")
    ray.init(address=nodes.cluster.address, logging_level=logging.ERROR, log_to_driver=False)
    out = desk / "ray"
    try:
        killed = []
        if kill:

            def strike():
                time.sleep(kill)
                nodes.kill_one()
                killed.append(time.monotonic())

            threading.Thread(target=strike, daemon=True).start()
        began = time.monotonic()
        jianbao_ray.run(str(raw), str(out), limits=LIMITS, faults=faults)
        ended = time.monotonic()
    finally:
        ray.shutdown()
        nodes.end()
    if kill:
        assert killed and killed[0] < ended, "it was done before the node was killed; read more documents"
        print(f"Ray: a node was killed {killed[0] - began:.1f} s into {ended - began:.1f} s")
    held(whole, out, "Ray, two nodes, one killed" if kill else "Ray, one node")
    return ended - began


def with_spark(raw, whole, desk, faults, kill):
    """Spark with two executors; one of them is killed while both read."""
    from pyspark.sql import SparkSession

    from jianbao import spark as jianbao_spark
    from jianbao._engine import finish

    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("jianbao")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": str(desk / "warehouse"),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
        "spark.local.dir": str(desk / "spark-local"),
        "spark.worker.cleanup.enabled": "true",
        "spark.log.level": "OFF",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    os.environ["SPARK_WORKER_DIR"] = str(desk / "spark-work")
    session = builder.getOrCreate()
    rows, out = desk / "spark-rows", desk / "spark"
    try:
        work = jianbao_spark.find(str(raw))
        killed = []
        if kill:

            def strike():
                time.sleep(kill)
                executors = subprocess.run(
                    ["pgrep", "-f", "CoarseGrainedExecutorBackend.*--driver-url"], capture_output=True, text=True
                ).stdout.split()
                mine = [int(pid) for pid in executors if is_below(int(pid), os.getpid())]
                if mine:
                    os.kill(mine[0], signal.SIGKILL)
                    killed.append(time.monotonic())

            threading.Thread(target=strike, daemon=True).start()
        began = time.monotonic()
        frame = jianbao_spark.frame(session, work)
        jianbao_spark.ingest(frame, limits=LIMITS, faults=faults).write.parquet(str(rows))
        finish(work, str(rows), str(out), 2)
        ended = time.monotonic()
    finally:
        session.stop()
    if kill:
        assert killed and killed[0] < ended, "it was done before the executor was killed; read more documents"
        print(f"Spark: an executor was killed {killed[0] - began:.1f} s into {ended - began:.1f} s")
    held(whole, out, "Spark, two executors, one killed" if kill else "Spark, two executors")


def is_below(pid, ancestor):
    """Whether `ancestor` started the process, or one that did."""
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def throughput(raw, desk, count):
    """Documents a second through Ray on one node, beside the command line with as many processors."""
    import ray

    from jianbao import ray as jianbao_ray

    ray.init(num_cpus=1, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False, logging_level=40)
    seconds = {"command line": [], "Ray": []}
    # The better of two, taken in turn, since a machine is seldom quiet.
    for turn in range(2):
        seconds["command line"].append(run_alone(raw, desk / f"speed{turn}", [], "--jobs", "1"))
        began = time.monotonic()
        jianbao_ray.run(str(raw), str(desk / f"speed-ray{turn}"), limits=LIMITS)
        seconds["Ray"].append(time.monotonic() - began)
    ray.shutdown()
    for who, took in seconds.items():
        said = " and ".join(f"{it:.1f}" for it in took)
        print(f"{who}: {count} documents in {said} s, {count / min(took):.1f} a second")
    share = min(seconds["command line"]) / min(seconds["Ray"])
    print(f"Ray has {share:.2f} of the throughput of the command line")
    return share


def main():
    """Reads the arguments and does what they say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("engines", nargs="*", default=["ray", "spark"])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--scans", type=int, default=20)
    parser.add_argument("--kill-after", type=float, default=12.0, help="seconds; 0 kills nothing")
    parser.add_argument("--throughput", action="store_true")
    args = parser.parse_args()
    alone()
    environment()
    # Ray names sockets after the folder, and their names may not be long.
    desk = Path(tempfile.mkdtemp(prefix="jb"))
    try:
        raw, whole = desk / "raw", desk / "whole"
        faults = corpus(raw, args.documents, args.scans)
        if {"ray", "spark"} & set(args.engines):
            print(f"one run: {run_alone(raw, whole, faults):.1f} s", flush=True)
        if "ray" in args.engines:
            with_ray(raw, whole, desk, faults, args.kill_after)
        if "spark" in args.engines:
            if shutil.which("java") is None:
                print("not tested: Spark, for which there must be Java 17 (apt-get install openjdk-17-jre-headless)")
            else:
                with_spark(raw, whole, desk, faults, args.kill_after)
        if args.throughput and throughput(raw, desk, args.documents + args.scans) < 0.8:
            sys.exit("Ray has less than 0.8 of the throughput of the command line")
    finally:
        shutil.rmtree(desk, ignore_errors=True)


if __name__ == "__main__":
    main()
