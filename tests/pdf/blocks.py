"""A family document and its answer → what a printer would be given: masthead, contents, headlines, paragraphs …

The text of paragraphs is the answer's; everything else is what the document prints between them. Folios, running heads
and line ends of the document are left out: whoever prints it makes his own.
"""

import collections
import json
import re

FOLIO = re.compile(r"^[—\-–－·]*\s*(第\s*)?\d{1,3}(\s*页)?\s*[—\-–－·]*$")
BULLET = re.compile(r"^([●◇◆○◎★☆■□▲•·\-*]|[0-9０-９]{1,2}[.．、]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
BY = re.compile(r"供稿|来源|來源|摘自|作者|记者|記者|文/|通讯员|選自|选自|^（[^（）]{2,40}）$")
FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)}


class Unreadable(Exception):
    """The document does not print what its answer says, as far as this can tell."""


class Block:
    """One piece of print; `lines` has more than one entry where the print breaks on purpose."""

    def __init__(self, kind, *lines, tail=""):
        self.kind, self.lines, self.tail = kind, list(lines), tail

    @property
    def text(self):
        return "".join(self.lines)


def fold(text):
    return re.sub(r"[\s\u200b\u2060\ufeff\u00ad]+", "", text or "").translate(FULL_WIDTH)


def decoded(data, probe):
    """The text of `data` in the encoding in which it holds `probe`."""
    for name in ("utf-8-sig", "utf-16", "gb18030", "big5", "big5hkscs"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if not probe or fold(probe)[:8] in fold(unmarked(text)):
            return text
    raise Unreadable("no encoding shows the first paragraph")


def unmarked(text):
    return re.sub(r"(?m)^\s*(#{1,6}|>)\s+|\*\*|(?<=\S)  $", "", text)


def printed_lines(text, answer):
    """The lines of the document without folios and running heads."""
    lines = [line.strip("\u3000 \t\r\ufeff\u200b") for line in re.split(r"[\n\f\r]+", unmarked(text))]
    lines = [line for line in lines if fold(line)]
    often = collections.Counter(fold(line) for line in lines)
    wanted = fold("".join(headline(it) + "".join(it["paragraphs"]) for it in answer["items"]))
    kept = []
    for place, line in enumerate(lines):
        bare = fold(line)
        # A number near the top may be that of the issue, printed in pieces.
        if FOLIO.match(line) and (place > 12 or not re.fullmatch(r"\d+", bare)):
            continue
        head = often[bare] >= 3 and len(bare) < 40 and bare not in wanted and not BY.search(line)
        if head and any(fold(it) == bare for it in kept):
            continue
        kept.append(line)
    return kept


def headline(item):
    return item.get("headline") or ""


def blocks_of(document, answer_file):
    answer = json.loads(answer_file.read_text(encoding="utf-8"))
    first = next((it["paragraphs"][0] for it in answer["items"] if it["paragraphs"]), "")
    lines = printed_lines(decoded(document.read_bytes(), first), answer)
    stream, owner, starts = "", [], {}
    for number, line in enumerate(lines):
        starts[len(stream)] = number
        stream += fold(line)
        owner += [number] * len(fold(line))
    owner.append(len(lines))
    blocks, at, line_at = [], 0, 0
    for place, item in enumerate(answer["items"]):
        if item.get("body_unscored"):
            raise Unreadable("two readings of the print are right")
        for number, paragraph in enumerate(item["paragraphs"]):
            text = fold(paragraph)
            begin = stream.find(text, at)
            if begin not in starts and begin >= 0 and number == 0:
                begin = next((it for it in occurrences(stream, text, at) if it in starts), begin)
            if begin < 0:
                raise Unreadable(f"item {place + 1}, paragraph {number + 1} is not printed in one piece")
            if begin not in starts:
                raise Unreadable(f"item {place + 1}, paragraph {number + 1} begins inside a line")
            between = lines[line_at : owner[begin]]
            if line_at < owner[begin]:
                blocks += leftovers(between, item, answer, first=place == 0 and number == 0, inside=number > 0)
            end = begin + len(text)
            last = owner[end - 1]
            line_at = last + 1
            tail = rest_of(lines[last], stream, end, owner, last)
            while tail and tail.count("（") + tail.count("(") > tail.count("）") + tail.count(")") and line_at < len(lines):
                tail += lines[line_at]
                line_at += 1
            blocks.append(Block("paragraph", paragraph, tail=tail))
            at = end
    rest = lines[line_at:]
    closing = answer["items"][-1] if answer["items"] else {}
    blocks += leftovers(rest, {}, answer, first=not answer["items"], inside=bool(closing), last=True)
    return answer, blocks


def occurrences(stream, text, at):
    while (at := stream.find(text, at)) >= 0:
        yield at
        at += 1


def rest_of(line, stream, end, owner, last):
    left = 0
    while end + left < len(owner) - 1 and owner[end + left] == last:
        left += 1
    if not left:
        return ""
    # The tail as printed, with the blanks inside it.
    count, place = 0, len(line)
    while place and count < left:
        place -= 1
        count += len(fold(line[place]))
    return line[place:].strip()


def leftovers(lines, item, answer, first, inside, last=False):
    """Blocks for the lines between two paragraphs."""
    blocks, place = [], 0
    title, kicker, section = fold(headline(item)), fold(item.get("kicker") or ""), fold(item.get("section") or "")
    sections = {fold(it.get("section") or "") for it in answer["items"]} - {""}
    # The headline is the last lines of these that say it; earlier ones are entries of the contents.
    span = spans(lines, title)
    span_kicker = spans(lines, kicker)
    top = first
    while place < len(lines):
        line, bare = lines[place], fold(lines[place])
        if span and place == span[0]:
            blocks.append(Block("headline", *lines[span[0] : span[1]]))
            place, top = span[1], False
            continue
        if span_kicker and place == span_kicker[0]:
            blocks.append(Block("kicker", *lines[span_kicker[0] : span_kicker[1]]))
            place = span_kicker[1]
            continue
        core = re.sub(r"^[【\[■◆◎●▲]|[】\]]$|^[一二三四五六七八九十]+、", "", bare)
        if core in sections or (bare.startswith("【") and bare.endswith("】") and len(bare) < 20):
            blocks.append(Block("section", line))
        elif top and BULLET.match(line):
            entry = [line]
            while place + 1 < len(lines) and goes_on(lines, place + 1, span, sections, entry, answer):
                place += 1
                entry.append(lines[place])
            blocks.append(Block("entry", "".join(entry)))
        elif top:
            blocks.append(Block("masthead", line))
        elif BY.search(line) or (line[0] in "（(" and not balanced(line)):
            while not balanced(line) and place + 1 < len(lines):
                place += 1
                line += lines[place]
            blocks.append(Block("contributor", line))
        elif last and inside:
            blocks.append(Block("colophon", line))
        elif line.startswith(("图为", "▲", "圖為", "（图")):
            blocks.append(Block("caption", line))
        else:
            blocks.append(Block("subhead" if inside else "heading", line))
        place += 1
    return blocks


def balanced(text):
    return text.count("（") + text.count("(") == text.count("）") + text.count(")")


def goes_on(lines, place, span, sections, entry, answer):
    """Whether line `place` is the second line of a contents entry: only if the two say a headline."""
    if span and place >= span[0]:
        return False
    if BULLET.match(lines[place]) or fold(lines[place]).strip("【】") in sections:
        return False
    so_far = fold("".join(entry) + lines[place])
    titles = [fold(headline(it)) for it in answer["items"]] + [fold(it) for it in answer.get("toc_unmatched") or []]
    core = BULLET.sub("", so_far)
    return any(title and core[:-6] and title.startswith(core[: len(title)][: max(len(core) - 6, 4)]) for title in titles)


def spans(lines, title):
    """The last run of at most five whole lines that says `title`."""
    found = None
    for start in range(len(lines)):
        text = ""
        for end in range(start, min(start + 5, len(lines))):
            text += fold(lines[end])
            if title and text == title:
                found = (start, end + 1)
    return found
