"""How well a page was read: python3 cer.py TYPED READ

TYPED is the page as somebody typed it, READ what `jianbao inspect SCAN --stage text` prints; both UTF-8. White space and
the width of marks count for nothing. Prints wrong characters (put in, left out or changed) per hundred typed: of all
characters, and of Han characters and digits alone.
"""

import sys
import unicodedata
from pathlib import Path


def distance(typed, read):
    """Levenshtein's distance: the fewest characters to put in, leave out or change."""
    row = list(range(len(read) + 1))
    for place, c in enumerate(typed, 1):
        above, row[0] = row[0], place
        for at, other in enumerate(read, 1):
            above, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, above + (c != other))
    return row[-1]


def main():
    typed, read = ("".join(unicodedata.normalize("NFKC", Path(path).read_text("utf-8")).split()) for path in sys.argv[1:3])
    for name, kept in (("all characters", lambda c: True), ("Han and digits", lambda c: c.isdigit() or c >= "\u3400")):
        own, other = ("".join(filter(kept, text)) for text in (typed, read))
        print(f"{name}: {100 * distance(own, other) / max(1, len(own)):.2f} % of {len(own)} wrong")


if __name__ == "__main__":
    main()
