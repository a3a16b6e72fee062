"""Documents read by clusters on this machine, held against one run.

    cluster.py [ray] [spark] [s3] [--documents 1000] [--scans 20] [--kill-after 12] [--throughput]

Makes a corpus, reads it with `jianbao ingest`, then with Ray clusters of two nodes: one is killed in the middle; one is killed
and comes again; actors are killed, and what writes the rows; the head is killed, which must end in one clear error and leave
the dataset as it was. Then with a Spark cluster of two executors, one of which is killed too. The merged datasets must be
those of the run, byte for byte, as must that of a node that reads from a store that speaks S3.
With --throughput, what reading costs through Ray on one node is held against the command line. All nodes listen on
127.0.0.1, in a network namespace without any other interface where that can be had. Exit code 1 if something differs.
"""

import argparse
import json
import logging
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APART = "JIANBAO_CLUSTER_APART"
FAULTS = ["panic", "abort", "exit", "garbage", "hang"]
LIMITS = {"page-seconds": "60"}
"""A hanging page is given up after so long; a busy machine can take half of it for a page that does not hang."""


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
    # A page that hangs takes a minute, twice, of every run.
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

    def kill(self, node):
        """Kills all that runs on a node at once, as when a machine loses its power."""
        for infos in node.all_processes.values():
            for info in infos:
                os.kill(info.process.pid, signal.SIGKILL)

    def kill_one(self):
        """Kills the second node."""
        self.kill(next(iter(self.cluster.worker_nodes)))

    def kill_head(self):
        """Kills the node that knows of all others."""
        self.kill(self.cluster.head_node)

    def add_one(self):
        """A node comes to the cluster."""
        self.cluster.add_node(num_cpus=1, object_store_memory=200 << 20, node_ip_address="127.0.0.1")

    def end(self):
        self.cluster.shutdown()


def processes(title):
    """Processes of this run whose title begins so."""
    found = subprocess.run(["pgrep", "-f", f"^{title}"], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found if is_below(int(pid), os.getpid())]


def kill_processes(title, count, job):
    """Kills so many processes of this title, one after the other, as they come up; gives how many it were."""
    killed = 0
    while killed < count and job.poll() is None:
        for pid in processes(title)[:1]:
            os.kill(pid, signal.SIGKILL)
            killed += 1
            time.sleep(1)
        time.sleep(0.02)
    return killed


def written(out, files, job):
    """Waits until so many files of rows are there, or the job has ended."""
    while len(list((out / ".cache" / "rows").glob("*/*.parquet"))) < files and job.poll() is None:
        time.sleep(0.05)


def with_ray(name, raw, whole, desk, faults, strike=None, nodes=2, ends_well=True, more=()):
    """A Ray cluster reads, as `python -m jianbao.ray`; meanwhile `strike` is called with its nodes, the job and its folder."""
    import ray

    logging.getLogger("ray").setLevel(logging.ERROR)
    cluster = RayNodes(nodes, desk / "r")
    out = desk / "ray"
    command = [sys.executable, "-m", "jianbao.ray", str(raw), str(out), "--address", cluster.cluster.address, *words(faults), *more]
    began = time.monotonic()
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as job:
            try:
                if strike:
                    strike(cluster, job, out)
                    assert job.poll() is None, f"Ray, {name}: it ended before anything was killed; read more documents"
                struck = time.monotonic()
                said, errors = job.communicate(timeout=900)
            finally:
                job.kill()
    finally:
        ray.shutdown()
        cluster.end()
    print(f"Ray, {name}: {struck - began:.1f} s into {time.monotonic() - began:.1f} s", flush=True)
    if ends_well:
        assert job.returncode in (0, 1), errors
        held(whole, out, f"Ray, {name}")
    else:
        assert job.returncode == 2, (job.returncode, errors)
        # Ray says what it has to say before.
        assert errors.splitlines()[-1].startswith("error: the cluster "), errors
    assert not list((out / ".cache" / "rows").glob("*")), f"Ray, {name}: rows were left"


def drills(raw, whole, desk, faults, wanted):
    """All that can be lost while a Ray cluster reads, or what is `wanted` of it."""

    def node(cluster, job, out):
        written(out, 1, job)
        cluster.kill_one()

    def node_that_comes_again(cluster, job, out):
        written(out, 1, job)
        cluster.kill_one()
        time.sleep(1)
        cluster.add_one()

    def actors(cluster, job, out):
        assert kill_processes("ray::MapWorker", 3, job) == 3

    def writers(cluster, job, out):
        assert kill_processes("ray::Write", 3, job) == 3

    def head(cluster, job, out):
        written(out, 1, job)
        cluster.kill_head()

    for strike in [node, node_that_comes_again, actors, writers, head]:
        name = strike.__name__.replace("_", " ")
        if not wanted or strike.__name__ in wanted:
            with_ray(f"{name} killed", raw, whole, desk, faults, strike, ends_well=strike is not head)
    if not wanted:
        held(whole, desk / "ray", "Ray, dataset of the run before the head was killed")


def with_s3(raw, desk, faults):
    """A Ray node reads from a store that speaks S3 and writes its rows to it."""
    from moto.server import ThreadedMotoServer
    from pyarrow import fs

    os.environ.update({"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    how = f"scheme=http&endpoint_override={host}:{port}&region=us-east-1&allow_bucket_creation=true"
    store, _ = fs.FileSystem.from_uri(f"s3://bulletins?{how}")
    store.create_dir("bulletins")
    # A store has no links.
    (raw / "gone.txt").unlink()
    fs.copy_files(str(raw), "bulletins/raw", source_filesystem=fs.LocalFileSystem(), destination_filesystem=store)
    whole = desk / "whole-s3"
    run_alone(raw, whole, faults, "--group", "never")
    more = ["--group", "never", "--rows", f"s3://bulletins/rows?{how}"]
    try:
        with_ray("out of a bucket", f"s3://bulletins/raw?{how}", whole, desk, faults, nodes=1, more=more)
        left = store.get_file_info(fs.FileSelector("bulletins/rows", allow_not_found=True, recursive=True))
        assert not [info.path for info in left if info.is_file], left
    finally:
        server.stop()


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
    """The throughput of Ray on one node, of one processor, as a share of the command line's with one job."""
    import ray

    seconds = {"command line": [], "Ray": []}
    # In turns, since a machine is seldom quiet.
    for turn in range(3):
        seconds["command line"].append(run_alone(raw, desk / f"speed{turn}", [], "--jobs", "1"))
        cluster = RayNodes(1, desk / "r")
        address = cluster.cluster.address
        command = [sys.executable, "-m", "jianbao.ray", str(raw), str(desk / f"speed-ray{turn}"), "--address", address, *words([])]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds["Ray"].append(time.monotonic() - began)
        assert done.returncode in (0, 1), done.stderr
        ray.shutdown()
        cluster.end()
    for who, found in seconds.items():
        print(f"{who}: {count} documents, {', '.join(f'{each:.1f}' for each in found)} s")
    share = statistics.median(seconds["command line"]) / statistics.median(seconds["Ray"])
    print(f"Ray has {share:.2f} of the throughput of the command line, with what its tasks take to start")
    return share


def main():
    """Reads the arguments and does what they say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("engines", nargs="*", default=["ray", "spark", "s3"])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--scans", type=int, default=20)
    parser.add_argument("--kill-after", type=float, default=12.0, help="seconds; 0 kills nothing")
    parser.add_argument("--drill", action="append", default=[], help="of Ray, this alone: node, node_that_comes_again, actors, writers, head")
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
        if "ray" in args.engines and args.kill_after:
            drills(raw, whole, desk, faults, args.drill)
        elif "ray" in args.engines:
            with_ray("one node", raw, whole, desk, faults, nodes=1)
        if "spark" in args.engines:
            if shutil.which("java") is None:
                print("not tested: Spark, for which there must be Java 17 (apt-get install openjdk-17-jre-headless)")
            else:
                with_spark(raw, whole, desk, faults, args.kill_after)
        if "s3" in args.engines:
            with_s3(raw, desk, faults)
        if args.throughput and throughput(raw, desk, args.documents + args.scans) < 0.8:
            sys.exit("Ray has less than 0.8 of the throughput of the command line")
    finally:
        shutil.rmtree(desk, ignore_errors=True)


if __name__ == "__main__":
    main()
