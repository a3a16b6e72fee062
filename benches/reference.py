#!/usr/bin/env python3
"""The same regular expressions in Python: what of the work is matching, and how fast a script does it.

usage: reference.py RULES_DIR FOLDER
Decodes every file, tries every line rule of the bulletin profile on every line, and every date rule on every paragraph
(here: line). No wraps are repaired, no district is looked up and nothing is written, which jianbao does besides.
Prints how many matches there were.
"""
import collections, pathlib, re, sys, tomllib

SPANS = {"event-date", "not-event", "place-before", "name-noise", "recognise"}
HAN = "\u4e00-\u9fff\u3400-\u4dbf"
LONGEST_RULED_LINE = 140  # characters; jianbao asks no line rule of longer lines either


def rules(folder):
    found = []
    for name in ("bulletin.toml", "base.toml"):
        with open(folder / name, "rb") as file:
            found += tomllib.load(file)["rule"]
    return [(rule["kind"], re.compile(rule["pattern"].replace(r"\p{Han}", HAN))) for rule in found]


def decode(data):
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def main():
    compiled = rules(pathlib.Path(sys.argv[1]))
    line_rules = [(kind, pattern) for kind, pattern in compiled if kind not in SPANS]
    date_rules = [pattern for kind, pattern in compiled if kind in ("event-date", "not-event")]
    found = collections.Counter()
    for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
        for line in decode(path.read_bytes()).splitlines():
            text = re.sub(r"(?<=[^\x00-\x7f])[ \u3000]+|[ \u3000]+(?=[^\x00-\x7f])", "", line.strip())
            if not text:
                continue
            if len(text) <= LONGEST_RULED_LINE:
                for kind, pattern in line_rules:
                    if pattern.search(text):
                        found[kind] += 1
            for pattern in date_rules:
                found["date"] += sum(1 for _ in pattern.finditer(text))
    print(sum(found.values()))


main()
