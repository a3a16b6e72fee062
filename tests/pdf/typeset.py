#!/usr/bin/env python3
"""Sets family documents as a printer would and keeps their answers beside them.

usage: typeset.py OUT GOLD_DIR... [--documents N] [--producers a,b] [--all]

Writes OUT/PRODUCER-STYLE/pdf/NAME.pdf, OUT/PRODUCER-STYLE/gold/NAME.gold.json and OUT/manifest.json. Each document goes
through every producer, in a style that changes from one to the next. What is there already is not made again.
"""

import argparse
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from blocks import Unreadable, blocks_of, fold
from tiny_fonts import em

# Page in mm, margins in mm (top, right, bottom, left), type size and leading in points, columns, gap in points.
STYLES = {
    "a4": dict(page=(210, 297), margins=(37, 26, 35, 28), size=16, leading=28, columns=1, gap=0, head=22, folio="— %s —"),
    "b5": dict(page=(176, 250), margins=(28, 20, 25, 20), size=14, leading=24, columns=1, gap=0, head=18, folio="%s",
               running=True, leaders=True),
    "two": dict(page=(210, 297), margins=(22, 18, 22, 18), size=10.5, leading=17, columns=2, gap=24, head=15, folio="- %s -"),
    "news": dict(page=(297, 420), margins=(18, 16, 18, 16), size=10.5, leading=16, columns=4, gap=18, head=20, folio=None),
}
FAMILIES = {"zh-CN": ("Noto Serif CJK SC", "Noto Sans CJK SC"), "zh-TW": ("Noto Serif CJK TC", "Noto Sans CJK TC")}


class Issue:
    """What is to be printed, and how."""

    def __init__(self, name, answer, blocks):
        self.name, self.answer, self.blocks = name, answer, blocks
        text = "".join(block.text for block in blocks)
        self.language = "zh-TW" if sum(text.count(char) for char in "黨縣會國區") > 3 else "zh-CN"
        self.serif, self.sans = FAMILIES[self.language]
        self.newspaper = not any(answer.get(key) for key in ("issue_no", "issue_total", "publication"))

    def running_head(self):
        """The words over every page, if the issue has a name."""
        name, number = self.answer.get("publication"), self.answer.get("issue_no")
        return f"{name}　第{number}期" if name and number else None

    def head_and_body(self, style):
        """The blocks in two parts: those that stand over all columns, and the rest."""
        shaped = list(self.shaped(style))
        count = next((place for place, (kind, *_) in enumerate(shaped) if kind != "masthead"), len(shaped))
        return shaped[:count], shaped[count:]

    def shaped(self, style):
        """Blocks as (kind, lines, tail), contents entries filled with dots where the style has them."""
        cells = columns_em(style)
        pages = 1
        for block in self.blocks:
            lines = block.lines
            if block.kind == "masthead":
                lines = [spread(line, cells * style["columns"]) for line in lines]
            if block.kind == "headline":
                lines = balanced_lines(lines, cells * style["size"] / style["head"])
            if block.kind == "entry" and style.get("leaders") and not re.search(r"[…\.·]{2}|\d\s*$|）$|\)$", lines[0]):
                text, number = lines[0], str(pages)
                pages += 1
                free = cells - sum(map(em, text)) - 0.5 * len(number) - 1
                if free >= 3:
                    lines = [text + "…" * int(free) + number]
            yield block.kind, lines, block.tail


def spread(line, cells):
    """`line` with its wide blanks as wide as fits in `cells` ems."""
    parts = re.split(r"[ \u3000]{3,}", line)
    free = cells - sum(sum(map(em, part)) for part in parts) - 1
    return ("\u3000" * max(1, min(6, int(free / max(1, len(parts) - 1))))).join(parts)


def balanced_lines(lines, cells):
    """The lines of a headline; where one is too long, all of it in lines of about the same length."""
    width = lambda text: sum(map(em, text))
    if all(width(line) <= cells for line in lines):
        return lines
    text = "".join(lines)
    count = int(-(-width(text) // (cells - 1)))
    cut, rest = [], text
    for left in range(count, 1, -1):
        wanted, at = width(rest) / left, 0
        while width(rest[: at + 1]) <= wanted:
            at += 1
        # No mark may begin a line, none that opens may end it, and numbers and words stay whole.
        while at > 1 and (rest[at] in "，。、；：！？”’）》…—" or rest[at - 1] in "“‘（《" or rest[at - 1 : at + 1].isascii()):
            at -= 1
        cut.append(rest[:at])
        rest = rest[at:]
    return [*cut, rest]


def columns_em(style):
    width = (style["page"][0] - style["margins"][1] - style["margins"][3]) / 25.4 * 72
    return (width - style["gap"] * (style["columns"] - 1)) / style["columns"] / style["size"]


def run(*command, cwd=None, timeout=300):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ends with {done.returncode}: {done.stdout[-300:]!r}")


# ---------------------------------------------------------------- HTML: Chromium and WeasyPrint


def page_of_html(issue, style):
    top, right, bottom, left = style["margins"]
    size, leading = style["size"], style["leading"]
    footer = ""
    if style["folio"]:
        before, after = style["folio"].split("%s")
        footer = f'@bottom-center{{content:"{before}" counter(page) "{after}";font:{size * 0.8}pt "{issue.serif}"}}'
    if style.get("running") and issue.running_head():
        footer += f'@top-center{{content:"{issue.running_head()}";font:{size * 0.7}pt "{issue.serif}"}}'
    css = f"""@page{{size:{style['page'][0]}mm {style['page'][1]}mm;margin:{top}mm {right}mm {bottom}mm {left}mm;{footer}}}
html{{font-family:"{issue.serif}";font-size:{size}pt;line-height:{leading}pt}} body{{margin:0;
{f"columns:{style['columns']};column-gap:{style['gap']}pt;column-fill:auto" if style['columns'] > 1 else ""}}}
p{{margin:0;text-align:justify;orphans:1;widows:1}} .paragraph,.subhead{{text-indent:2em}}
.masthead{{column-span:all}} .last{{margin-bottom:{leading / 2}pt}} .masthead,.heading,.section,.kicker,.caption{{text-align:center}} .first{{font-size:{style['head'] * 1.5}pt;line-height:{style['head'] * 2}pt}}
.headline{{font:bold {style['head']}pt/{style['head'] * 1.45}pt "{issue.sans}";text-align:center;margin:{leading / 2}pt 0;break-after:avoid;break-inside:avoid}}
.section,.subhead{{font-family:"{issue.sans}";font-weight:bold}} .contributor{{text-align:right}}
.caption{{font-size:{size * 0.85}pt}} .colophon{{font-size:{size * 0.9}pt;text-align:left}} .entry{{text-align:left}}"""
    out = [f'<!doctype html><html lang="{issue.language}"><meta charset="utf-8"><style>{css}</style><body>']
    first = True
    shaped = list(issue.shaped(style))
    for place, (kind, lines, tail) in enumerate(shaped):
        extra = " first" if kind == "masthead" and first else ""
        if kind == "masthead" and shaped[place + 1 :] and shaped[place + 1][0] != "masthead":
            extra += " last"
        first = first and kind != "masthead"
        text = "<br>".join(html.escape(line) for line in lines)
        out.append(f'<p class="{kind}{extra}">{text}{html.escape(tail)}</p>')
    return "\n".join(out)


def by_chromium(issue, style, target, desk):
    source = desk / "issue.html"
    source.write_text(page_of_html(issue, style), encoding="utf-8")
    run("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
        f"--user-data-dir={desk}/profile", f"--print-to-pdf={target}", f"file://{source}")


def by_weasyprint(issue, style, target, desk):
    import weasyprint

    weasyprint.HTML(string=page_of_html(issue, style)).write_pdf(str(target))


# ---------------------------------------------------------------- LibreOffice


def by_libreoffice(issue, style, target, desk):
    import docx
    from docx.enum.section import WD_SECTION
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(it) for it in style["page"])
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (Mm(it) for it in style["margins"])
    section.footer_distance = section.header_distance = Mm(12)

    def in_columns(part):
        columns = part._sectPr.xpath("./w:cols")[0]
        columns.set(qn("w:num"), str(style["columns"]))
        columns.set(qn("w:space"), str(int(style["gap"] * 20)))

    def put(paragraph, text, size, bold=False):
        piece = paragraph.add_run(text)
        piece.font.size, piece.bold = Pt(size), bold
        font = issue.sans if bold else issue.serif
        piece.font.name = font
        piece._element.rPr.rFonts.set(qn("w:eastAsia"), font)
        return piece

    aligned = dict(paragraph=ALIGN.JUSTIFY, subhead=ALIGN.JUSTIFY, contributor=ALIGN.RIGHT, entry=ALIGN.LEFT, colophon=ALIGN.LEFT)
    first = True
    over, under = issue.head_and_body(style)
    if style["columns"] > 1 and not over:
        in_columns(section)
    for place, (kind, lines, tail) in enumerate(over + under):
        if style["columns"] > 1 and place == len(over) > 0:
            in_columns(document.add_section(WD_SECTION.CONTINUOUS))
        paragraph = document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.space_after = shape.space_before = Pt(0)
        shape.widow_control = False
        paragraph.alignment = aligned.get(kind, ALIGN.CENTER)
        size = {"headline": style["head"], "caption": style["size"] * 0.85}.get(kind, style["size"])
        if kind == "masthead" and first:
            size, first = style["head"] * 1.5, False
        shape.line_spacing = Pt(style["leading"] * max(1, size / style["size"]))
        if kind in ("paragraph", "subhead"):
            shape.first_line_indent = Pt(2 * style["size"])
        if kind == "headline":
            shape.keep_with_next = True
        for number, line in enumerate(lines):
            last = number == len(lines) - 1
            piece = put(paragraph, line + (tail if last else ""), size, kind in ("headline", "section", "subhead"))
            if not last:
                piece.add_break()
    if style["folio"]:
        footer = section.footer.paragraphs[0]
        footer.alignment = ALIGN.CENTER
        before, after = style["folio"].split("%s")
        put(footer, before, 12)
        field = put(footer, "", 12)
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            field._element.append(part)
        put(footer, after, 12)
    if style.get("running") and issue.running_head():
        header = section.header.paragraphs[0]
        header.alignment = ALIGN.CENTER
        put(header, issue.running_head(), 10)
    source = desk / "issue.docx"
    document.save(source)
    run("soffice", "--headless", f"-env:UserInstallation=file://{desk}/office", "--convert-to", "pdf", "--outdir", str(desk), str(source))
    shutil.move(desk / "issue.pdf", target)


# ---------------------------------------------------------------- XeLaTeX


def by_xelatex(issue, style, target, desk):
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    # A blank between Chinese characters is none for xeCJK.
    blank = lambda text: re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "\u3000", text)
    escape = lambda text: "".join(special.get(char, "\\" + char if char in "#$%&_{}" else char) for char in blank(text))
    top, right, bottom, left = style["margins"]
    size, leading, head = style["size"], style["leading"], style["head"]
    font = lambda points: r"\fontsize{%g}{%g}\selectfont " % (points, points * leading / size)
    foot = r"\cfoot{%s}" % style["folio"].replace("%s", r"\thepage") if style["folio"] else r"\cfoot{}"
    running = escape(issue.running_head()) if style.get("running") and issue.running_head() else ""
    out = [
        r"\documentclass{article}\usepackage{xeCJK}\usepackage{fancyhdr}\usepackage{multicol}",
        r"\setCJKmainfont[BoldFont={%s}]{%s}\setmainfont[BoldFont={%s}]{%s}" % (issue.sans, issue.serif, issue.sans, issue.serif),
        r"\usepackage[paperwidth=%dmm,paperheight=%dmm,top=%dmm,right=%dmm,bottom=%dmm,left=%dmm]{geometry}" % (*style["page"], top, right, bottom, left),
        r"\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}\chead{%s}%s" % (running, foot),
        r"\setlength{\columnsep}{%gpt}\widowpenalty=0\clubpenalty=0\raggedbottom\emergencystretch=2em\parskip=0pt" % style["gap"],
        r"\begin{document}%s\parindent=%gbp" % (font(size), 2 * size),
    ]
    over, under = issue.head_and_body(style)
    first = True
    for place, (kind, lines, tail) in enumerate(over + under):
        if style["columns"] > 1 and place == len(over):
            out.append(r"\begin{multicols*}{%d}" % style["columns"])
        lines = [escape(line) for line in lines]
        lines[-1] += escape(tail)
        text = (r"\\*" if kind == "headline" else r"\\").join(lines)
        if kind == "paragraph":
            out.append(text + r"\par")
        elif kind == "subhead":
            out.append(r"\textbf{%s}\par" % text)
        elif kind in ("entry", "colophon"):
            out.append(r"{\raggedright\noindent %s\par}" % text)
        elif kind == "contributor":
            out.append(r"{\raggedleft\noindent %s\par}" % text)
        else:
            points = head * 1.5 if kind == "masthead" and first else head if kind == "headline" else size
            first = first and kind != "masthead"
            bold = r"\bfseries " if kind in ("headline", "section") else ""
            out.append(r"{\centering\parindent=0pt %s%s%s\par}" % (font(points), bold, text))
            out.append(r"\nopagebreak" if kind == "headline" else "")
    if style["columns"] > 1:
        out.append(r"\end{multicols*}")
    out.append(r"\end{document}")
    (desk / "issue.tex").write_text("\n".join(out), encoding="utf-8")
    run("xelatex", "-interaction=nonstopmode", "-halt-on-error", "issue.tex", cwd=desk)
    shutil.move(desk / "issue.pdf", target)


# ---------------------------------------------------------------- Typst


def by_typst(issue, style, target, desk):
    import typst

    escape = lambda text: json.dumps(text, ensure_ascii=False)
    top, right, bottom, left = style["margins"]
    size, leading, head = style["size"], style["leading"], style["head"]
    foot = "none"
    if style["folio"]:
        before, after = (escape(it) for it in style["folio"].split("%s"))
        foot = f"align(center, context [#{before}#counter(page).display()#{after}])"
    running = f"align(center, text(size: {size * 0.7}pt, {escape(issue.running_head())}))" if style.get("running") and issue.running_head() else "none"
    out = [
        f"#set page(width: {style['page'][0]}mm, height: {style['page'][1]}mm, columns: {style['columns']}, footer: {foot}, header: {running},"
        f" margin: (top: {top}mm, right: {right}mm, bottom: {bottom}mm, left: {left}mm))",
        f"#set columns(gutter: {style['gap']}pt)" if style["columns"] > 1 else "",
        f'#set text(font: "{issue.serif}", size: {size}pt, lang: "zh", top-edge: "ascender", bottom-edge: "descender", costs: (orphan: 0%, widow: 0%))',
        f"#set par(justify: true, first-line-indent: (amount: 2em, all: true), leading: {leading - size:.2f}pt, spacing: {leading - size:.2f}pt)",
    ]
    first = True
    over, under = issue.head_and_body(style)
    spans = style["columns"] > 1 and over
    if spans:
        out.append('#place(top, scope: "parent", float: true, clearance: 12pt)[')
    for place, (kind, lines, tail) in enumerate(over + under):
        if spans and place == len(over):
            out.append("]")
        text = " #linebreak() ".join(f"#text({escape(line)})" for line in [*lines[:-1], lines[-1] + tail])
        if kind == "paragraph":
            out.append(text + "\n")
        elif kind == "subhead":
            out.append(f'#text(font: "{issue.sans}", weight: "bold")[{text}]\n')
        elif kind in ("entry", "colophon", "contributor"):
            side = "right" if kind == "contributor" else "left"
            out.append(f"#align({side})[#set par(first-line-indent: 0pt, justify: false)\n{text}]\n")
        else:
            points = head * 1.5 if kind == "masthead" and first else head if kind == "headline" else size
            first = first and kind != "masthead"
            bold = f', font: "{issue.sans}", weight: "bold"' if kind in ("headline", "section") else ""
            whole = "breakable: false, sticky: true" if kind == "headline" else "breakable: true"
            out.append(f"#block(width: 100%, {whole})[#set align(center)\n#set par(first-line-indent: 0pt, justify: false)\n#set text(size: {points}pt{bold})\n{text}]\n")
    source = desk / "issue.typ"
    source.write_text("\n".join(out), encoding="utf-8")
    typst.compile(str(source), output=str(target))


PRODUCERS = {
    "libreoffice": (by_libreoffice, "soffice"),
    "chromium": (by_chromium, "chromium"),
    "xelatex": (by_xelatex, "xelatex"),
    "weasyprint": (by_weasyprint, None),
    "typst": (by_typst, None),
}


def issues_of(folders):
    """The documents that can be set, one for each text."""
    seen, issues = set(), []
    for folder in folders:
        for answer_file in sorted(pathlib.Path(folder).glob("*.gold.json")):
            stem = answer_file.name.removesuffix(".gold.json")
            document = next((it for it in (answer_file.with_name(stem + end) for end in (".txt", ".md")) if it.exists()), None)
            if not document:
                continue
            try:
                answer, blocks = blocks_of(document, answer_file)
            except Unreadable:
                continue
            titles = sum(1 for it in answer["items"] if it.get("headline"))
            text = fold("".join("".join(it["paragraphs"]) for it in answer["items"]))
            if text and text not in seen and titles == sum(block.kind == "headline" for block in blocks):
                seen.add(text)
                issues.append((Issue(stem, answer, blocks), answer_file))
    return issues


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("gold", nargs="+", type=pathlib.Path)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--producers", default=",".join(PRODUCERS))
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    issues = issues_of(options.gold)
    count = len(issues) if options.all else min(options.documents, len(issues))
    # Evenly over the sorted names, so that few documents are of many families.
    chosen = [issues[place * len(issues) // count] for place in range(count)]
    manifest, failures = [], []
    for number, producer in enumerate(options.producers.split(",")):
        make, program = PRODUCERS[producer]
        if program and not shutil.which(program):
            print(f"skipped {producer}: {program} is not installed", file=sys.stderr)
            continue
        for place, (issue, answer_file) in enumerate(chosen):
            names = ("two", "news") if issue.newspaper else ("a4", "b5", "two")
            style = names[(place + number) % len(names)]
            folder = options.out.resolve() / f"{producer}-{style}"
            target, gold = folder / "pdf" / f"{issue.name}.pdf", folder / "gold" / answer_file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            gold.parent.mkdir(exist_ok=True)
            if not (target.exists() and gold.exists()):
                try:
                    with tempfile.TemporaryDirectory() as desk:
                        make(issue, STYLES[style], target, pathlib.Path(desk))
                    shutil.copy(answer_file, gold)
                except Exception as error:
                    failures.append(f"{producer} {issue.name}: {str(error)[:200]}")
                    continue
            manifest.append({"group": folder.name, "name": issue.name, "producer": producer, "style": style,
                             "language": issue.language, "newspaper": issue.newspaper})
    (options.out / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    for failure in failures:
        print("not made:", failure, file=sys.stderr)
    print(f"{len(manifest)} files from {count} of {len(issues)} documents in {options.out}")


if __name__ == "__main__":
    main()
