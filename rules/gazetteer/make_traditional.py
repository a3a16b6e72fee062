#!/usr/bin/env python3
"""Write traditional.tsv: the traditional and variant characters that occur in place names.

    npm pack opencc-js@1.4.2
    python3 make_traditional.py opencc-js-1.4.2.tgz > traditional.tsv

Keeps a pair of OpenCC's character table only if its simplified side occurs in a name of divisions.tsv,
chongqing_history.tsv or not_places.tsv and its traditional side occurs in none of them (乾 stays 乾, for 乾县).
Run it after those have changed.
"""

import csv
import io
import re
import sys
import tarfile
from pathlib import Path

VERSION = "1.4.2"
TABLES = ["divisions.tsv", "chongqing_history.tsv", "not_places.tsv"]
# In print beside the forms OpenCC calls traditional: the variants of Taiwan and Hong Kong, and of older type.
VARIANTS = "峯峰 羣群 衆众 綫线 滙汇 温溫 巖岩 岀出 鷄鸡 隣邻 谿溪 臺台 邨村"


def main() -> None:
    names = name_characters()
    pairs = {traditional: simplified for traditional, simplified in (p for p in VARIANTS.split())}
    dictionary = tarfile.open(sys.argv[1]).extractfile("package/dist/esm-lib/dict/TSCharacters.js")
    if dictionary is None:
        sys.exit(f"the package has no dictionary; expected opencc-js@{VERSION}")
    for entry in re.findall(r'"(.*)"', dictionary.read().decode())[0].split("|"):
        traditional, simplified = entry.split(" ")[:2]
        pairs[traditional] = simplified
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    out.write(f"# Traditional characters of place names, from OpenCC's character table (npm opencc-js {VERSION},\n")
    out.write("# Apache-2.0). Written by make_traditional.py.\n")
    out.write("traditional\tsimplified\n")
    for traditional, simplified in sorted(pairs.items()):
        same_length = len(traditional.encode()) == len(simplified.encode())
        if simplified in names and traditional not in names and traditional != simplified and same_length:
            out.write(f"{traditional}\t{simplified}\n")
    out.flush()


def name_characters() -> set[str]:
    found: set[str] = set()
    for table in TABLES:
        lines = [line for line in Path(__file__).with_name(table).read_text("utf-8").splitlines() if line[:1] != "#"]
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for column in ("name", "short", "word"):
                found.update(row.get(column) or "")
    return found


if __name__ == "__main__":
    main()
