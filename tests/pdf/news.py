#!/usr/bin/env python3
"""Sets made-up newspaper pages whose truth is known, and scores how they are read.

usage: news.py make OUT FROM TO [--recognised]     pages of the seeds FROM up to TO
       news.py score JIANBAO OUT [--show] [--items]

Each page is OUT/SEED.pdf and OUT/SEED.json. The characters of a page are all different, so each one tells whose it is.
--recognised sets the glyphs as a recogniser gives them: one by one, sizes and baselines uneven, wide lines in two,
no rulings.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unicodedata

FONT = "STSong-Light"
FURNITURE = "山城日报星期年月第版要闻综合责编美校对张三李四今八一二期总编辑部地址邮政电话印刷厂导读"
SIGNATURES = "供稿本报讯记者摄影通员"
HAN = [chr(c) for c in range(0x4E00, 0x9FA0) if chr(c) not in FURNITURE + SIGNATURES]


class Story:
    """Parts in reading order: (kind, text) with kind kicker, headline, sub, byline, body, caption."""

    def __init__(self):
        self.parts, self.paragraphs = [], []

    def add(self, kind, text):
        self.parts.append((kind, text))


class Paper:
    """One page: where its columns and rows are, how it sets, and what it has set so far."""

    def __init__(self, seed, recognised):
        self.r = r = random.Random(seed)
        self.recognised = recognised
        self.width, self.height = r.choice([(842, 1190), (740, 1050), (980, 1390), (1060, 1560), (595, 842)])
        self.size = r.choice([8.5, 9, 9, 9.5, 10, 10.5])
        self.lead = self.size * r.choice([1.3, 1.35, 1.4, 1.5, 1.6, 1.7])
        self.margin = r.uniform(28, 48)
        self.gap = self.size * r.uniform(1.0, 2.2)
        inner = self.width - 2 * self.margin
        cells = r.choice([11, 12, 13, 14, 15, 17, 20])
        self.columns = max(2, int((inner + self.gap) / (cells * self.size + self.gap)))
        self.cells = int((inner - self.gap * (self.columns - 1)) / self.columns / self.size)
        self.column = self.cells * self.size
        self.gap = (inner - self.column * self.columns) / (self.columns - 1)
        while self.gap > 2.2 * self.size + self.size * (self.columns == 2) and self.cells < 40:
            self.cells += 1
            self.column = self.cells * self.size
            self.gap = (inner - self.column * self.columns) / (self.columns - 1)
        self.bars = r.random() < 0.35
        self.beams = r.choice([0, 0.2, 0.8])
        self.loose = r.random() < 0.15  # text not on a common grid of lines
        self.stream = []  # what is to be painted
        self.stories = []
        han = r.sample(HAN, len(HAN))
        self.han = iter(han)

    # -------------------------------------------------------- painting

    def put(self, x, y, size, text, pitch=None, bold=False):
        self.stream.append(("text", x, y, size, text, pitch or 1.0, bold))

    def rule(self, x0, y0, x1, y1):
        self.stream.append(("rule", x0, y0, x1, y1))

    def box(self, x0, y0, x1, y1, fill=False):
        self.stream.append(("fill" if fill else "box", x0, y0, x1, y1))

    def words(self, count):
        return "".join(next(self.han) for _ in range(count))

    # -------------------------------------------------------- running text

    def line(self, room, ends, first):
        """A line of running text of `room` cells; one that ends a paragraph is shorter."""
        r, out, used = self.r, [], 0.0
        count = room if not ends else r.randint(min(3, room), room)
        since = 0
        while used < count - 0.9:
            if since > 4 and r.random() < 0.09 and count - used >= 2:
                out.append(r.choice("，，，、；"))
                used, since = used + 1, 0
            elif since > 2 and r.random() < 0.012 and count - used >= 3:
                number = str(r.randint(10, 99) * 2)
                if (len(number) % 2) == 0:
                    out.append(number)
                    used += len(number) / 2
            else:
                out.append(next(self.han))
                used, since = used + 1, since + 1
        if ends:
            out[-1] = "。"
        text = "".join(out)
        # Marks that may not begin or end a line stretch or squeeze it.
        pitch = 1.0
        if not ends and len(text) > 6 and not re.search("[0-9]", text):
            if r.random() < 0.12:
                text, pitch = text[:-1], (room - 1) / (room - 2)
            elif r.random() < 0.06:
                text, pitch = text + "，", (room - 1) / room
        return text, pitch

    def fill(self, story, slots, signed=False, indent=2, size=None):
        """Sets paragraphs into `slots` (x, y, cells)."""
        size = size or self.size
        left = len(slots) - (1 if signed else 0)
        at = 0
        while left > 0:
            count = min(left, self.r.choice([1, 2, 3, 3, 4, 5, 6, 8]))
            if left - count == 1 and self.r.random() < 0.8:
                count += 1
            whole = ""
            for line in range(count):
                x, y, cells = slots[at]
                inset = indent if line == 0 else 0
                text, pitch = self.line(cells - inset, line == count - 1, line == 0)
                self.put(x + inset * size, y, size, text, pitch)
                whole += text
                at += 1
            story.add("body", whole)
            story.paragraphs.append(whole)
            left -= count
        if signed and at < len(slots):
            x, y, cells = slots[at]
            text = "（" + self.words(self.r.randint(2, 4)) + "）"
            self.put(x + (cells - len(text)) * size, y, size, text)
            story.add("body", text)

    # -------------------------------------------------------- headlines

    def head(self, story, x0, x1, y, most, plain=False):
        """A headline with what belongs to it between x0 and x1 from y down; returns where it ends."""
        r, size, width = self.r, self.size, x1 - x0
        scale = r.choice([1.3, 1.5, 1.8, 2.0, 2.4, 2.8, 3.4])
        scale = min(scale, most, width / size / 5.5)
        scale = max(scale, 1.2)
        large = size * scale
        centred = r.random() < 0.75
        at = lambda text, points, c: x0 + (width - len(text) * points) / 2 if c else x0
        room = lambda points: int(width / points)
        kicker = sub = None
        if not plain and scale > 1.4 and r.random() < 0.35:
            kicker = r.choice([1.0, 1.0, 1.1, 1.25, 0.6 * scale])
        if not plain and scale > 1.4 and r.random() < 0.3:
            sub = r.choice([1.0, 1.1, 1.2, 0.6 * scale])
        y += size * r.uniform(0, 0.3)
        if kicker:
            points = size * min(max(kicker, 1.0), 0.75 * scale) if kicker > 1 else size
            text = self.words(r.randint(min(5, room(points)), min(room(points) - 1, 20)))
            y += points * 1.15
            self.put(at(text, points, centred), y, points, text, bold=r.random() < 0.3)
            story.add("kicker", text)
            y += points * 0.25
        lines = 1
        if room(large) < 16 and r.random() < (0.45 if width < 1.5 * self.column else 0.2):
            lines = 2
        most_chars = min(room(large) - (room(large) * large > width - 0.8 * large), 18)
        count = r.randint(min(5, most_chars), most_chars)
        if centred and r.random() < 0.6:
            count = max(count, int(most_chars * 0.75))
        bold = r.random() < 0.6
        for _ in range(lines):
            text = self.words(count)
            y += large * 1.12
            self.put(at(text, large, centred), y, large, text, bold=bold)
            story.add("headline", text)
            y += large * 0.14
        if sub:
            points = size * min(max(sub, 1.0), 0.75 * scale) if sub > 1 else size
            text = self.words(r.randint(min(5, room(points)), max(6, min(room(points) - 3, 20))))
            if r.random() < 0.5 and len(text) + 2 <= room(points):
                text = "——" + text
            y += points * 1.25
            self.put(at(text, points, centred), y, points, text)
            story.add("sub", text)
            y += points * 0.3
        if not plain and r.random() < 0.18 and width > 10 * size:
            text = "□本报记者 " + self.words(2) + " 通讯员 " + self.words(2)
            if len(text) * size <= width:
                y += size * 1.5
                self.put(at(text, size, centred), y, size, text)
                story.add("byline", re.sub("[□ ]", "", text))
                y += size * 0.3
        return y + size * r.uniform(0.3, 0.9)

    def vertical(self, story, x, y0, y1, scale):
        """A headline from top to bottom at x; returns its width and where it ends."""
        r = self.r
        large = self.size * scale
        lines = 2 if r.random() < 0.3 else 1
        most = int((y1 - y0) / (large * 1.08))
        count = r.randint(5, min(most, 11))
        for line in range(lines):
            text = self.words(count)
            self.stream.append(("down", x + (lines - 1 - line) * large * 1.25, y0, large, text))
            story.add("headline", text)
        return lines * large * 1.25, y0 + large * 1.08 * count

    # -------------------------------------------------------- stories

    def x(self, column):
        return self.margin + column * (self.column + self.gap)

    def rows(self, y0, y1):
        """Baselines between y0 and y1, on the grid of the page."""
        if self.loose:
            count = int((y1 - y0) / self.lead)
            return [y0 + self.lead * (it + 1) - 0.3 * self.size for it in range(count)]
        first = int((y0 - self.top) / self.lead + 0.999)
        last = int((y1 - self.top) / self.lead + 0.001)
        return [self.top + self.lead * (it + 1) - 0.3 * self.size for it in range(first, last)]

    def story(self, c0, c1, y0, y1, kinds=None):
        """One story in the columns c0 up to c1 between y0 and y1."""
        r, size, n = self.r, self.size, c1 - c0
        story = Story()
        x0, x1 = self.x(c0), self.x(c1 - 1) + self.column
        columns = [(self.x(c), self.cells) for c in range(c0, c1)]
        kinds = kinds or ["top"] * 10 + (["aside"] * 3 if n >= 3 else []) + (["middle"] if n >= 3 else []) + (
            ["down"] * 2 if n >= 3 else []) + (["boxed"] * 2) + (["wide"] * 2 if n >= 2 else []) + (["briefs"] if n <= 2 else [])
        kind = r.choice(kinds)
        if kind == "briefs":
            return self.briefs(c0, c1, y0, y1)
        if kind in ("boxed", "wide"):
            pad = size * 0.9 if kind == "boxed" else 0
            if kind == "boxed":
                self.box(x0 - 0.1 * self.gap, y0 + 0.1 * size, x1 + 0.1 * self.gap, y1 - 0.2 * size)
                y0, y1 = y0 + 0.5 * size, y1 - 0.8 * size
                x0, x1 = x0 + pad, x1 - pad
            count = n if kind == "boxed" and n < 3 else max(1, n - 1)
            gap = self.gap
            cells = int((x1 - x0 - gap * (count - 1)) / count / size)
            if cells < 9:
                count, cells = max(1, count - 1), int((x1 - x0 - gap * max(0, count - 2)) / max(1, count - 1) / size)
            gap = (x1 - x0 - cells * size * count) / max(1, count - 1)
            columns = [(x0 + it * (cells * size + gap), cells) for it in range(count)]
            n = count
        most = {1: 1.9, 2: 2.6}.get(n, 3.4)
        starts = [y0] * n
        if kind == "aside":
            k = r.randint(max(1, n // 2), n - 1)
            end = self.head(story, columns[0][0], columns[k - 1][0] + columns[k - 1][1] * size, y0, most)
            starts[:k] = [end] * k
        elif kind == "middle":
            k = r.randint(1, n - 2) if n > 3 else 1
            first = 1 if n == 3 else r.randint(1, n - 1 - k)
            end = self.head(story, columns[first][0], columns[first + k - 1][0] + columns[first + k - 1][1] * size, y0, most)
            starts[first:first + k] = [end] * k
        elif kind == "down":
            place = r.choice([0, 0, n - 1])
            scale = r.choice([1.8, 2.2, 2.6])
            room = self.column
            wide, end = self.vertical(story, columns[place][0] + r.uniform(0, 1) * (room - 2.6 * scale * size), y0 + 0.2 * size, y1 - size, scale)
            starts[place] = end + size if y1 - end > 8 * self.lead else y1
        else:
            end = self.head(story, x0, x1, y0, most)
            starts = [end] * n
        slots = [[(x, y, cells) for y in self.rows(start, y1)] for (x, cells), start in zip(columns, starts)]
        if n >= 2 and kind == "top" and r.random() < 0.15 and len(slots[-1]) > 6:
            self.inset_of(story, columns, slots)
        elif r.random() < 0.22 and kind != "down":
            self.picture(story, columns, slots)
        flat = [slot for column in slots for slot in column]
        short = r.randint(0, 2) if len(slots[-1]) > 5 else 0
        flat = flat[: len(flat) - short]
        if len(flat) < 2:
            flat = [slot for column in slots for slot in column]
        self.fill(story, flat, signed=r.random() < 0.15)
        self.stories.append(story)

    def picture(self, story, columns, slots):
        """A picture with a caption below takes room of some columns."""
        r, n, size = self.r, len(columns), self.size
        k = r.randint(1, min(2, n))
        first = r.randint(0, n - k)
        span = range(first, first + k)
        rows = r.randint(6, 12)
        if min(len(slots[c]) for c in span) < rows + 5 or len({slots[c][0][1] for c in span}) > 1:
            return
        top = r.choice([0, 0, min(len(slots[c]) for c in span) - rows, r.randint(2, 4)])
        ys = [slots[first][top + it][1] for it in range(rows)]
        x0, x1 = columns[first][0], columns[first + k - 1][0] + columns[first + k - 1][1] * size
        self.box(x0, ys[0] - 0.9 * size, x1, ys[-2] - 0.3 * size, fill=True)
        text = self.words(r.randint(5, max(6, min(24, int((x1 - x0) / size) - 2))))
        points = size * r.choice([0.85, 0.9, 1.0])
        x = x0 if r.random() < 0.5 else x0 + (x1 - x0 - len(text) * points) / 2
        self.put(x, ys[-1] - 0.25 * size, points, text)
        story.add("caption", text)
        for c in span:
            del slots[c][top:top + rows]

    def inset_of(self, story, columns, slots):
        """Another story, framed or not, stands in a lower corner of this one: its text bends around."""
        r, n, size = self.r, len(columns), self.size
        k = r.randint(1, max(1, n // 2))
        first = n - k if r.random() < 0.7 else 0
        rows = r.randint(9, 14)
        if min(len(slots[c]) for c in range(first, first + k)) < rows + 5:
            return
        for c in range(first, first + k):
            ys = [slot[1] for slot in slots[c][-rows:]]
            del slots[c][-rows:]
        inner = Story()
        x0, x1 = columns[first][0], columns[first + k - 1][0] + columns[first + k - 1][1] * size
        y0, y1 = ys[0] - self.lead + 0.3 * size, ys[-1] + 0.3 * size
        if r.random() < 0.6:
            self.box(x0 - 0.15 * self.gap, y0, x1 + 0.15 * self.gap, y1 + 0.1 * size)
            x0, x1, y1 = x0 + 0.8 * size, x1 - 0.8 * size, y1 - 0.4 * size
        cells = int((x1 - x0) / size)
        end = self.head(inner, x0, x1, y0 + 0.4 * size, 1.6, plain=True)
        self.fill(inner, [(x0, y, cells) for y in self.rows(end, y1)])
        self.stories.append(inner)

    def briefs(self, c0, c1, y0, y1):
        """Short pieces below each other, column by column."""
        for c in range(c0, c1):
            y = y0
            while y1 - y > 7 * self.lead:
                story = Story()
                low = min(y1, y + self.lead * self.r.randint(7, 12))
                if y1 - low < 7 * self.lead:
                    low = y1
                end = self.head(story, self.x(c), self.x(c) + self.column, y, 1.3, plain=True)
                self.fill(story, [(self.x(c), line, self.cells) for line in self.rows(end, low)])
                self.stories.append(story)
                y = low + 0.5 * self.lead

    # -------------------------------------------------------- the page

    def area(self, c0, c1, y0, y1, depth):
        """Parts the columns c0 up to c1 among stories."""
        r, n, height = self.r, c1 - c0, y1 - y0
        least = self.lead * 13
        ways = (["rows"] * 2 if height > 2 * least else []) + (["columns"] * 2 if n > 1 and depth > 0 and height > least else [])
        too_large = n * height / self.lead > 260
        if not ways or depth > 5 or (depth > 0 and not too_large and r.random() < 0.4):
            return self.story(c0, c1, y0, y1)
        if r.choice(ways) == "rows":
            cut = self.top + self.lead * round((y0 - self.top + height * r.uniform(0.35, 0.65)) / self.lead)
            if r.random() < self.beams:
                self.rule(self.x(c0), cut + 0.55 * self.lead, self.x(c1 - 1) + self.column, cut + 0.55 * self.lead)
            self.area(c0, c1, y0, cut, depth + 1)
            self.area(c0, c1, cut + self.lead, y1, depth + 1)
        else:
            k = c0 + r.randint(1, n - 1)
            if self.bars:
                self.rule(self.x(k) - self.gap / 2, y0, self.x(k) - self.gap / 2, y1)
            self.area(c0, k, y0, y1, depth + 1)
            self.area(k, c1, y0, y1, depth + 1)

    def front(self):
        """The name of the paper, and a story beside it where there is room."""
        r, size, m = self.r, self.size, self.margin
        self.put(m, m + 48, 46, "山城日报")
        self.put(m, m + 66, size, "2023年5月8日　星期一　第1234期　今日八版")
        low = m + 66 + self.lead
        self.rule(m, low - 0.4 * self.lead, self.width - m, low - 0.4 * self.lead)
        self.top = low
        k = next((c for c in range(1, self.columns) if self.x(c) > m + 24 * size), None)
        if k and r.random() < 0.6:
            self.top = m
            rows = 12
            self.stream.pop()
            self.rule(m, m + (rows + 0.5) * self.lead, self.x(k) - self.gap, m + (rows + 0.5) * self.lead)
            self.story(k, self.columns, m, m + rows * self.lead, ["top", "boxed"])
            low = m + (rows + 1) * self.lead
        return low

    def page(self):
        r, m, size = self.r, self.margin, self.size
        low = self.height - m
        if r.random() < 0.25:
            y = self.front()
        else:
            self.put(m, m + size, size * 1.6, "03版")
            self.put(self.width / 2 - 2 * size, m + size, size * 1.6, "综合要闻")
            self.put(self.width - m - 22 * size, m + size, size, "2023年5月8日　星期一　责编：张三　美编：李四")
            y = m + 2 * size
            if r.random() < 0.7:
                self.rule(m, y, self.width - m, y)
            y += 0.5 * size
            self.top = y
        if r.random() < 0.4:
            self.put(m, low, size * 0.9, "编辑部地址：山城一二三四　邮政编编　电话：12345678　印刷：山城日报印刷厂")
            self.rule(m, low - 1.2 * size, self.width - m, low - 1.2 * size)
            low -= 2 * size
        rows = int((low - self.top) / self.lead)
        self.area(0, self.columns, y, self.top + rows * self.lead, 0)

    def save(self, stem):
        from PIL import Image
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen import canvas

        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        sheet = canvas.Canvas(f"{stem}.pdf", pagesize=(self.width, self.height), invariant=1)
        if self.r.random() < 0.3:
            self.stream.sort(key=lambda it: (it[2], it[1]))  # by place, whatever belongs together
        for kind, x, y, *rest in self.stream:
            if kind == "text":
                self.paint(sheet, x, y, *rest)
            elif kind == "down":
                for place, char in enumerate(rest[1]):
                    self.paint(sheet, x, y + rest[0] * (place * 1.08 + 0.9), rest[0], char, 1.0, False)
            elif not self.recognised:
                sheet.setLineWidth(0.5)
                if kind == "rule":
                    sheet.line(x, self.height - y, rest[0], self.height - rest[1])
                elif kind == "box":
                    sheet.rect(x, self.height - rest[1], rest[0] - x, rest[1] - y)
                else:
                    sheet.drawInlineImage(Image.new("L", (2, 2), 190), x, self.height - rest[1], rest[0] - x, rest[1] - y)
        sheet.save()
        stories = [{"parts": it.parts, "paragraphs": it.paragraphs} for it in self.stories]
        pathlib.Path(f"{stem}.json").write_text(json.dumps(stories, ensure_ascii=False), encoding="utf-8")

    def paint(self, sheet, x, y, size, text, pitch, bold):
        r = self.r
        if not self.recognised:
            piece = sheet.beginText(x, self.height - y)
            piece.setFont(FONT, size)
            piece.setCharSpace((pitch - 1.0) * size)
            sheet.saveState()
            piece.setTextRenderMode(2 if bold else 0)
            piece.textOut(text)
            sheet.drawText(piece)
            sheet.restoreState()
            return
        # A recogniser boxes a line, or two where it is wide, and deals its characters out over the box.
        widths = [(0.5 if ord(char) < 0x100 else 1.0) * size * pitch for char in text]
        cut = re.search(r"[　 ]", text)
        cuts = [0, cut.start() if cut else len(text), len(text)]
        if len(text) > 24 and r.random() < 0.3:
            cuts.insert(1, r.randint(6, len(text) - 6))
            cuts.sort()
        for a, b in zip(cuts, cuts[1:]):
            if a == b:
                continue
            scale, level = r.uniform(0.92, 1.08), r.uniform(-0.05, 0.05) * size
            left, right = x + sum(widths[:a]) + r.uniform(-0.1, 0.1) * size, x + sum(widths[:b]) + r.uniform(-0.1, 0.1) * size
            at, stretch = left, (right - left) / sum(widths[a:b])
            for char, width in zip(text[a:b], widths[a:b]):
                if not char.isspace():
                    sheet.setFont(FONT, size * scale)
                    sheet.drawString(at + r.uniform(-0.03, 0.03) * size, self.height - y - level + r.uniform(-0.02, 0.02) * size, char)
                at += width * stretch


def make(options):
    options.out.mkdir(parents=True, exist_ok=True)
    made = 0
    for seed in range(options.first, options.to):
        paper = Paper(seed, options.recognised)
        try:
            paper.page()
        except StopIteration:  # more characters than there are
            continue
        paper.save(options.out / f"{seed:05}")
        made += 1
    print(f"{made} pages in {options.out}")


# ---------------------------------------------------------------- scores


def plain(text):
    return unicodedata.normalize("NFKC", re.sub(r"\s", "", text))


def judged(jianbao, stem):
    """What is wrong with each story of a page: {story: word}."""
    truth = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    done = subprocess.run([jianbao, "inspect", stem.with_suffix(".pdf"), "--stage", "text"], capture_output=True, text=True)
    own = {}
    for index, story in enumerate(truth):
        for kind, text in story["parts"]:
            own.update({char: (index, kind) for char in text if char in SAMPLED})
    stream = [(own[char], char) for char in plain(done.stdout) if char in own]
    wrong = {}
    for index, story in enumerate(truth):
        of = lambda *kinds: [c for kind, text in story["parts"] if kind in kinds for c in text if c in own]
        at = [p for p, ((it, kind), _) in enumerate(stream) if it == index and kind == "body"]
        if not at:
            wrong[index] = "lost"
            continue
        span = stream[at[0] : at[-1] + 1]
        others = {it for (it, _), _ in span if it != index}
        if others:
            wrong[index] = f"interrupted by {sorted(others)}"
        elif [stream[p][1] for p in at] != of("body"):
            wrong[index] = "order"
        elif any(kind not in ("body", "caption") for (_, kind), _ in span):
            wrong[index] = "headline inside"
        else:
            heads = [p for p, ((it, kind), _) in enumerate(stream) if it == index and kind == "headline"]
            if [stream[p][1] for p in heads] != of("headline"):
                wrong[index] = "HEADLINE order"
            elif heads[0] > at[0] or any(stream[p][0][0] != index for p in range(heads[0], at[0])):
                wrong[index] = "HEADLINE apart"
            else:
                small = [p for p, ((it, kind), _) in enumerate(stream) if it == index and kind in ("kicker", "sub", "byline")]
                if small and any(stream[p][0][0] != index for p in range(min(small), at[0])):
                    wrong[index] = "KICKER apart"
    return len(truth), wrong


SAMPLED = set(HAN)


def score(options):
    from concurrent.futures import ThreadPoolExecutor

    stems = [it.with_suffix("") for it in sorted(options.out.glob("*.json"))]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda stem: judged(options.jianbao, stem), stems))
    stories = sum(count for count, _ in results)
    words = collections.Counter(word.split()[0] for _, wrong in results for word in wrong.values())
    bad_text = lambda wrong: any(not word[0:2].isupper() for word in wrong.values())
    texts = sum(1 for _, wrong in results if not bad_text(wrong))
    together = stories - sum(1 for _, wrong in results for word in wrong.values() if not word[0:2].isupper())
    share = lambda part, whole: f"{100 * part / max(1, whole):.1f} %"
    if options.show:
        for stem, (_, wrong) in zip(stems, results):
            if wrong:
                print(stem.name, wrong)
    print(f"{len(stems)} pages, {stories} stories: pages with every text together {share(texts, len(stems))},"
          f" all right {share(sum(not wrong for _, wrong in results), len(stems))};"
          f" stories together {share(together, stories)}, all right {share(stories - sum(len(w) for _, w in results), stories)}; {dict(words)}")
    if options.items:
        score_items(options, stems)


def score_items(options, stems):
    """Headline, kicker and text of items."""
    with tempfile.TemporaryDirectory() as desk:
        files = [str(it.with_suffix(".pdf")) for it in stems]
        subprocess.run([options.jianbao, "ingest", *files, "--out", desk, "--quiet", "--format", "jsonl"], check=True)
        items = collections.defaultdict(list)
        for line in (pathlib.Path(desk) / "items.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            items[pathlib.Path(item["source"]).stem].append(item)
    tally = collections.Counter()
    for stem in stems:
        truth = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
        heads = {plain(it["headline"] or ""): it for it in items[stem.name]}
        tally["said"] += len(items[stem.name])
        for story in truth:
            of = lambda *kinds: plain("".join(text for kind, text in story["parts"] if kind in kinds))
            item = heads.get(of("headline"))
            tally["stories"] += 1
            tally["headlines"] += item is not None
            tally["exact"] += item is not None and plain(item["body"] or "") == of("body")
            small = of("kicker", "sub")
            if small:
                tally["kickers"] += 1
                tally["kickers right"] += item is not None and sorted(plain(item["kicker"] or "")) == sorted(small)
    share = lambda part, whole: f"{100 * tally[part] / max(1, tally[whole]):.1f} %"
    print(f"items: headlines {share('headlines', 'stories')}, headline and text {share('exact', 'stories')},"
          f" kickers {share('kickers right', 'kickers')}; {tally['said']} items for {tally['stories']} stories")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("out", type=pathlib.Path)
    making.add_argument("first", type=int)
    making.add_argument("to", type=int)
    making.add_argument("--recognised", action="store_true")
    scoring = commands.add_parser("score")
    scoring.add_argument("jianbao")
    scoring.add_argument("out", type=pathlib.Path)
    scoring.add_argument("--show", action="store_true")
    scoring.add_argument("--items", action="store_true")
    options = parser.parse_args()
    make(options) if options.command == "make" else score(options)


if __name__ == "__main__":
    main()
