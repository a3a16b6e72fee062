"""Two datasets of 100,000 items of which one in a hundred differs: how long `jianbao diff` takes, and how much memory. Then a
report of 2,000 documents against an older dataset, where one item in a hundred differs and where all do.

usage: bench.py JIANBAO FOLDER

Makes 10,000 bulletins of ten items twice in FOLDER and reads them, unless they are there. In the second, one item in a
hundred has another character, another date, or is gone, or two have become one. Fails above ten seconds or one gigabyte; a
report may take a minute.
"""

import collections
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

DOCUMENTS, ITEMS = 10_000, 10
PLACES = "渝北区 巴南区 万州区 涪陵区 合川区 北碚区 江津区 永川区 南川区 綦江区 长寿区 潼南区".split()
ACTS = "召开座谈会 举办展览 走访慰问老党员 征集史料 修缮革命旧址 开展宣传活动 编纂地方志 组织业务培训".split()
SENTENCES = [
    "会议强调，要把征集、整理和研究结合起来，做到有计划、有检查、有落实。",
    "活动现场展出老照片四十余幅，发放宣传册三百余份，受到干部群众欢迎。",
    "与会同志围绕史料的真实性和完整性提出了意见建议，并就下一步工作达成一致。",
    "据介绍，该项工作自去年启动以来，已走访亲历者二十余人，记录口述资料六万字。",
    "下一步，将继续深入镇街和社区，推动成果转化，更好发挥资政育人作用。",
]


def story(numbers, place):
    act, day = numbers.choice(ACTS), f"{numbers.randint(1, 12)}月{numbers.randint(1, 28)}日"
    text = "".join(numbers.choice(SENTENCES) for _ in range(numbers.randint(2, 4)))
    return [f"{place}{act}第{numbers.randint(1, 9999)}次", f"　　{day}，{place}{act}。{text}", f"（{place}委党史研究室供稿）"]


def changed(stories, at, numbers):
    """The stories with one of them otherwise, and what happened to it."""
    headline, body, by = stories[at]
    how = numbers.randrange(4)
    before = [list(it) for it in stories]
    if how == 0:
        stories[at] = [headline, body.replace("工作", "公作").replace("照片", "像片").replace("意见", "主意", 1), by]
    elif how == 1:
        stories[at] = [headline, body.replace("月", "月1", 1), by]
    elif how == 2:
        del stories[at]
    elif at + 1 < len(stories):
        stories[at] = [headline, body, *stories.pop(at + 1)[1:]]
    return stories, "same" if stories == before else ["edited", "edited", "removed", "merged"][how]


def make(folder):
    for run in ["old", "new"]:
        shutil.rmtree(folder / f"{run}-raw", ignore_errors=True)
        (folder / f"{run}-raw").mkdir(parents=True)
    happened = collections.Counter()
    for number in range(DOCUMENTS):
        numbers = random.Random(number)
        stories = [story(numbers, numbers.choice(PLACES)) for _ in range(ITEMS)]
        for run in ["old", "new"]:
            if run == "new" and number % 10 == 0:
                stories, what = changed(stories, numbers.randrange(ITEMS), numbers)
                happened[what] += 1
            text = "".join(line + "\n" for lines in stories for line in lines)
            (folder / f"{run}-raw" / f"{number:05}.txt").write_text(text, encoding="utf-8")
    (folder / "happened.json").write_text(json.dumps(happened))


def make_for_reports(folder):
    """2,000 bulletins as they were, and as they are where one item in `every` has another mark and another sentence."""
    for name, every in [("report-old", 0), ("report-1", 100), ("report-all", 1)]:
        (folder / f"{name}-raw").mkdir(parents=True)
        count = 0
        for number in range(2000):
            numbers = random.Random(number)
            stories = [story(numbers, numbers.choice(PLACES)) for _ in range(5)]
            for told in stories:
                count += 1
                if every and count % every == 0:
                    told[1] = told[1].replace("。", "；", 1) + f"会后举行了第{count}次座谈。"
            text = "".join(line + "\n" for lines in stories for line in lines)
            (folder / f"{name}-raw" / f"{number:05}.txt").write_text(text, encoding="utf-8")


def run(command, out):
    """Exit code, seconds and peak memory in MB."""
    start = time.perf_counter()
    with open(out, "wb") as sink:
        child = subprocess.Popen(command, stdout=sink)
        _, status, usage = os.wait4(child.pid, 0)
    scale = 1e6 if sys.platform == "darwin" else 1e3
    seconds = time.perf_counter() - start
    return os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale


def main():
    jianbao, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "new" / "run.json").exists():
        make(folder)
        for name in ["old", "new"]:
            subprocess.run([jianbao, "ingest", folder / f"{name}-raw", "--out", folder / name, "--quiet"], check=True)
    failed = False
    print(f"{'':<28}{'exit':>5}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}")
    for name, expected, args in [
        ("equal files", 0, ["old", "old"]),
        ("1 % of items, text", 1, ["old", "new"]),
        ("1 % of items, json", 1, ["old", "new", "--format", "json"]),
        ("1 % of items, parquet", 1, ["old", "new", "--format", "parquet"]),
    ]:
        command = [jianbao, "diff", *(folder / it if it in ("old", "new") else it for it in args)]
        code, wall, cpu, peak = run(command, folder / "said")
        print(f"{name:<28}{code:>5}{wall:>8.2f}{cpu:>8.2f}{peak:>9.0f}")
        if args[-1] == "json":
            happened = json.loads((folder / "happened.json").read_text())
            told = json.loads((folder / "said").read_text())["counts"]
            for what in ["edited", "removed", "merged", "added", "split", "moved"]:
                print(f"  {what:<10}{happened.get(what, 0):>6} happened, {told.get(what, 0):>6} told")
                failed |= happened.get(what, 0) != told.get(what, 0)
        failed |= code != expected or cpu > 10 or peak > 1000
    if not (folder / "report-all" / "run.json").exists():
        for name in ["report-old", "report-1", "report-all"]:
            shutil.rmtree(folder / f"{name}-raw", ignore_errors=True)
        make_for_reports(folder)
        for name in ["report-old", "report-1", "report-all"]:
            subprocess.run([jianbao, "ingest", folder / f"{name}-raw", "--out", folder / name, "--quiet"], check=True)
    for name, against in [("report, 1 % of items", "report-1"), ("report, all items", "report-all")]:
        command = [jianbao, "report", folder / against, "--against", folder / "report-old"]
        code, wall, cpu, peak = run(command, folder / "said")
        print(f"{name:<28}{code:>5}{wall:>8.2f}{cpu:>8.2f}{peak:>9.0f}")
        failed |= code != 0 or wall > 60 or peak > 1000
    sys.exit(failed)


main()
