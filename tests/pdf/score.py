#!/usr/bin/env python3
"""How well PDF files are read: characters on a set from many producers, items on family documents set anew.

usage: score.py JIANBAO [--set DIR] [--make SCRIPT TEXTS] [--typeset DIR] [--documents N] [--gold DIR]... [--score-items SCRIPT]

Fails if a file of the set that has text is not read exactly, but for those that nobody can read: one distilled without
its tables must be called garbled, one cut off must say what is wrong. The items are figures only.
"""

import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import unicodedata

import pyarrow.parquet as parquet

from blocks import fold

# Cases of the set that cannot be exact, and what must be said of them instead.
GARBLED, BEYOND_REPAIR = {"gs_distilled"}, {"truncated"}
# Radicals of the supplement that simplified print uses; the Kangxi ones have compatibility decompositions.
SUPPLEMENT = dict(zip("⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⺠", "见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟民"))
ENDS = "。！？"
FURNITURE = {"page_number", "running_head"}


def squeezed(text):
    radical = lambda char: SUPPLEMENT.get(char) or (unicodedata.normalize("NFKC", char) if "\u2f00" <= char <= "\u2fd5" else char)
    return "".join(radical(char) for char in text if not char.isspace())


def distance(a, b):
    """Levenshtein distance, a column of the table at a time as the bits of one number (Myers 1999)."""
    if not a or not b:
        return len(a) + len(b)
    where = collections.defaultdict(int)
    for place, char in enumerate(a):
        where[char] |= 1 << place
    full, top, score = (1 << len(a)) - 1, 1 << (len(a) - 1), len(a)
    plus, minus = full, 0
    for char in b:
        same = where.get(char, 0)
        vertical = same | minus
        across = (((same & plus) + plus) ^ plus) | same
        up, down = minus | (~(across | plus) & full), plus & across
        score += bool(up & top) - bool(down & top)
        up, down = ((up << 1) | 1) & full, (down << 1) & full
        plus, minus = down | (~(vertical | up) & full), up & vertical
    return score


def ingest(jianbao, inputs, out):
    shutil.rmtree(out, ignore_errors=True)
    done = subprocess.run([jianbao, "ingest", *map(str, inputs), "--out", str(out), "--ocr", "never", "--quiet"], capture_output=True, text=True)
    if not (out / "documents.parquet").exists():
        sys.exit(f"jianbao ingest wrote nothing: {done.stderr}")
    rows = lambda name: parquet.read_table(out / f"{name}.parquet").to_pylist()
    by_stem = lambda name: grouped(rows(name))
    return by_stem("documents"), by_stem("lines"), by_stem("diagnostics"), by_stem("items")


def grouped(rows):
    found = collections.defaultdict(list)
    for row in rows:
        found[pathlib.PurePosixPath(row["source"]).stem].append(row)
    return found


# ---------------------------------------------------------------- characters


def score_set(jianbao, folder, out):
    truths = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = sorted(name for name in truths if name[0] != "_" and (folder / f"{name}.pdf").exists())
    documents, lines, diagnostics, _ = ingest(jianbao, [folder / f"{name}.pdf" for name in names], out)
    print(f"{'case':26} {'CER %':>7}  status")
    exact = asked = 0
    failures = []
    for name in names:
        truth, document = truths[name], documents[name][0]
        found = squeezed("".join(line["text"] for line in lines[name]))
        codes = sorted({it["code"] for it in diagnostics[name]} | ({document["error_code"]} - {None}))
        said = f"{document['status']} {' '.join(codes)}"
        if truth["kind"] == "scan":
            good = "image-only-page" in codes
            print(f"{name:26} {'scan':>7}  {said}")
            failures += [] if good else [f"{name}: a scan, not called image-only-page"]
            continue
        wanted = squeezed(truth["text"])
        cer = 100 * distance(wanted, found) / max(1, len(wanted))
        print(f"{name:26} {cer:7.2f}  {said}")
        if name in GARBLED:
            failures += [] if "garbled-page" in codes else [f"{name}: not called garbled-page"]
        elif name in BEYOND_REPAIR:
            clear = document["status"] in ("failed", "partial") and document["error"]
            failures += [] if clear or found == wanted else [f"{name}: nothing is said of what is lost"]
        else:
            asked, exact = asked + 1, exact + (found == wanted)
            failures += [] if found == wanted else [f"{name}: {cer:.2f} % of characters wrong; {first_difference(wanted, found)}"]
    print(f"exact: {exact} of {asked}")
    return failures


def first_difference(wanted, found):
    place = next((it for it, (a, b) in enumerate(zip(wanted, found)) if a != b), min(len(wanted), len(found)))
    cut = lambda text: text[max(0, place - 6) : place + 14]
    return f"from character {place}: …{cut(found)}…, not …{cut(wanted)}…"


# ---------------------------------------------------------------- items


class Tally(collections.Counter):
    """Counts of paragraph ends and paragraphs."""

    def share(self, part, whole):
        return 100 * self[part] / self[whole] if self[whole] else float("nan")

    def f1(self, kind=""):
        return 100 * 2 * self[kind + "right"] / max(1, self[kind + "said"] + self["ends"])


def score_paragraphs(gold, lines, items, tally):
    """Counts printed line ends inside the bodies of gold items, and paragraphs that came out exactly."""
    lines = [line for line in lines if line["role"] not in FURNITURE and fold(line["text"])]
    stream, ends = "", {}
    for line in lines:
        stream += fold(line["text"])
        ends[len(stream)] = line
    have = collections.Counter(fold(part) for item in items for part in (item["body"] or "").split("\n"))
    at = 0
    for item in gold["items"]:
        if item.get("body_unscored"):
            continue
        paragraphs = [fold(it) for it in item["paragraphs"]]
        tally["paragraphs"] += len(paragraphs)
        for paragraph in paragraphs:
            if have[paragraph]:
                have[paragraph] -= 1
                tally["exact"] += 1
        body, breaks = "".join(paragraphs), set()
        for paragraph in paragraphs:
            breaks.add(max(breaks, default=0) + len(paragraph))
        begin = stream.find(body, at)
        tally["bodies"] += 1
        if begin < 0:
            # The body is not printed in one piece as the program orders it: its ends count as not found.
            tally["ends"] += len(paragraphs) - 1
            continue
        tally["aligned"] += 1
        at = begin + len(body)
        for place in range(1, len(body)):
            line = ends.get(begin + place)
            if line is None:
                continue
            truth, said = place in breaks, line["join"] == "break"
            plain = line["text"].rstrip()[-1] in ENDS
            tally["ends"] += truth
            tally["said"] += said
            tally["right"] += truth and said
            tally["plain said"] += plain
            tally["plain right"] += truth and plain


def score_group(jianbao, folder, names, out, score_items):
    documents, lines, _, items = ingest(jianbao, [folder / "pdf" / f"{name}.pdf" for name in names], out)
    tally = Tally()
    # Answers of this run only: the folder may hold more from others.
    gold_folder = out / "gold"
    gold_folder.mkdir()
    for name in names:
        file = pathlib.Path(shutil.copy(folder / "gold" / f"{name}.gold.json", gold_folder))
        gold = json.loads(file.read_text(encoding="utf-8"))
        score_paragraphs(gold, lines[name], items[name], tally)
        own_items(gold, items[name], tally)
    figures = {}
    if score_items:
        done = subprocess.run([sys.executable, str(score_items), str(out), str(gold_folder), "--verbose"], capture_output=True, text=True)
        text = done.stdout.strip().splitlines()
        figures = json.loads(text[-1]) if text and text[-1].startswith("{") else {}
        (out / "misses.txt").write_text("\n".join(text[:-1]) + "\n", encoding="utf-8")
    return len(documents), tally, figures


def own_items(gold, items, tally):
    """Items whose headline and body are as the answer has them."""
    key = lambda headline, body: (fold(headline), fold(body))
    have = collections.Counter(key(it["headline"], it["body"]) for it in items)
    tally["found items"] += len(items)
    tally["gold items"] += len(gold["items"])
    for item in gold["items"]:
        wanted = key(item.get("headline"), "".join(item["paragraphs"]))
        if have[wanted]:
            have[wanted] -= 1
            tally["items"] += 1


def score_typeset(jianbao, folder, out, score_items):
    groups = collections.defaultdict(list)
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        groups[entry["group"]].append(entry["name"])
    head = f"{'producer-style':18} {'docs':>4} {'items F1':>8} {'all F1':>7} {'CER %':>6} {'para-end F1':>11} {'plain F1':>8} {'exact para %':>12} {'bodies %':>8}"
    print("\n" + head + "  fields %")
    sums, count = Tally(), 0
    for group, names in sorted(groups.items()):
        docs, tally, figures = score_group(jianbao, folder / group, names, out / group, score_items)
        fields = " ".join(
            f"{name.removeprefix('doc.')}={100 * figures[name]:.0f}"
            for name in ("headline", "paragraphs", "section", "contributors", "district", "date", "doc.issue_no", "doc.issue_date")
            if name in figures and figures[name] < 1
        )
        row(group, docs, tally, figures, fields)
        sums.update(tally)
        count += docs
    row("all", count, sums, {}, "")
    print("plain F1: a paragraph ends where a line ends with 。！？. bodies: printed in one piece, in order. What was missed: */misses.txt in", out)


def row(name, docs, tally, figures, fields):
    own = 2 * tally["items"] / max(1, tally["gold items"] + tally["found items"])
    number = lambda key, digits: f"{figures[key] * 100:.{digits}f}" if key in figures else "–"
    print(
        f"{name:18} {docs:4} {own * 100:8.1f} {number('item_all_f1', 1):>7} {number('body_cer', 2):>6} {tally.f1():11.1f}"
        f" {tally.f1('plain '):8.1f} {tally.share('exact', 'paragraphs'):12.1f} {tally.share('aligned', 'bodies'):8.1f}  {fields}"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jianbao")
    parser.add_argument("--set", type=pathlib.Path, default=pathlib.Path("target/pdfset"))
    parser.add_argument("--make", nargs=2, type=pathlib.Path, metavar=("SCRIPT", "TEXTS"))
    parser.add_argument("--typeset", type=pathlib.Path, default=pathlib.Path("target/typeset"))
    parser.add_argument("--documents", default="20")
    parser.add_argument("--gold", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--score-items", type=pathlib.Path)
    parser.add_argument("--only", choices=("set", "items"))
    options = parser.parse_args()
    out = pathlib.Path("target/pdfscore")
    failures = []
    if options.only != "items":
        if not (options.set / "truth.json").exists() and options.make and options.make[0].exists():
            subprocess.run([sys.executable, *map(str, options.make), str(options.set), "--pages-long", "600"], check=True)
        if (options.set / "truth.json").exists():
            failures = score_set(options.jianbao, options.set, out / "set")
        else:
            print(f"skipped: there is no set in {options.set}, and no script to make it")
    if options.only != "set":
        golds = [str(it) for it in options.gold if it.is_dir()]
        script = pathlib.Path(__file__).with_name("typeset.py")
        subprocess.run([sys.executable, str(script), str(options.typeset), *golds, "--documents", options.documents], check=True)
        scorer = options.score_items if options.score_items and options.score_items.exists() else None
        score_typeset(options.jianbao, options.typeset, out, scorer)
    for failure in failures:
        print("FAILED", failure)
    sys.exit(bool(failures))


main()
