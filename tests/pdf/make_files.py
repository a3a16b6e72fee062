#!/usr/bin/env python3
"""Makes the small set of PDF files and its truth.

usage: make_files.py [FOLDER]
The same bytes each time: nothing in it depends on the day, the place or chance. FOLDER is `files` beside this script.
"""

import json
import pathlib
import sys

import cases_damage
import cases_fonts
import cases_pages
from cases import CASES

assert cases_fonts and cases_pages and cases_damage


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "files"
    folder.mkdir(parents=True, exist_ok=True)
    truths = {}
    for name, make in sorted(CASES.items()):
        data, truths[name] = make()
        (folder / f"{name}.pdf").write_bytes(data)
    text = json.dumps(truths, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(truths)} files, {sum(it.stat().st_size for it in folder.glob('*.pdf'))} bytes")


main()
