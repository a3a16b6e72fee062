#!/usr/bin/env python3
"""Write data/: what glyph names, base encodings and the standard fonts say.

    pip install fonttools==4.68.0 reportlab==5.1.0
    python3 make_tables.py

- glyph_names.txt: glyph name, tab, characters. From the Adobe Glyph List and the ITC Zapf Dingbats list
  (github.com/adobe-type-tools/agl-aglfn), as fontTools carries them. Private characters of the list are replaced: the
  small capitals, old-style figures and the like by the plain character, the pieces of Symbol's brackets by those of
  Unicode; the rest is left out.
- encodings.txt: name of a base encoding, tab, its characters for codes 32 to 255; U+FFFD where it has none. From
  ISO 32000-1 annex D, as reportlab carries it.
- widths.txt: character, then its width in thousandths of an em in Helvetica, Helvetica-Bold, Times-Roman, Times-Bold,
  Times-Italic, Times-BoldItalic (all letters of Courier are 600 wide). From Adobe's font metrics (AFM) of the
  standard fonts, as reportlab carries them. Symbol and ZapfDingbats have a line each: a width for each code from 32.

Lines are sorted by their bytes up to the tab: they are searched as they stand. Same packages, same bytes.
"""

from pathlib import Path

from fontTools import agl
from reportlab.pdfbase import _fontdata as fonts

DATA = Path(__file__).parent / "data"
NONE = "\ufffd"

# Symbol's pieces of brackets and doubles of signs, for which the glyph list has private characters.
PIECES = {
    "registersans": 0xAE, "registerserif": 0xAE, "copyrightsans": 0xA9, "copyrightserif": 0xA9,
    "trademarksans": 0x2122, "trademarkserif": 0x2122, "arrowvertex": 0x23D0, "arrowhorizex": 0x23AF,
    "radicalex": 0x203E, "integralex": 0x23AE, "parenlefttp": 0x239B, "parenleftex": 0x239C, "parenleftbt": 0x239D,
    "parenrighttp": 0x239E, "parenrightex": 0x239F, "parenrightbt": 0x23A0, "bracketlefttp": 0x23A1,
    "bracketleftex": 0x23A2, "bracketleftbt": 0x23A3, "bracketrighttp": 0x23A4, "bracketrightex": 0x23A5,
    "bracketrightbt": 0x23A6, "bracelefttp": 0x23A7, "braceleftmid": 0x23A8, "braceleftbt": 0x23A9, "braceex": 0x23AA,
    "bracerighttp": 0x23AB, "bracerightmid": 0x23AC, "bracerightbt": 0x23AD,
    # Names of later fonts and of TeX's that stand in many files and in no list.
    "nbspace": 0xA0, "nonbreakingspace": 0xA0, "sfthyphen": 0xAD, "Delta": 0x394, "Omega": 0x3A9, "mu": 0xB5,
    "ff": 0xFB00, "dotlessj": 0x237, "visiblespace": 0x2423, "hyphenchar": 0x2D, "Euro": 0x20AC, "euro": 0x20AC,
    "angbracketleft": 0x27E8, "angbracketright": 0x27E9, "mapsto": 0x21A6, "precedes": 0x227A, "follows": 0x227B,
    "owner": 0x220B, "negationslash": 0x338, "summationtext": 0x2211, "summationdisplay": 0x2211,
    "producttext": 0x220F, "productdisplay": 0x220F, "integraltext": 0x222B, "integraldisplay": 0x222B,
    "openbullet": 0x25E6, "asteriskmath": 0x2217, "similarequal": 0x2243, "epsilon1": 0x3F5, "rho1": 0x3F1,
    "sigma1": 0x3C2, "theta1": 0x3D1, "phi1": 0x3D5, "pi1": 0x3D6, "lscript": 0x2113, "slurabove": 0x2040,
    "arrowsoutheast": 0x2198, "arrownortheast": 0x2197, "latticetop": 0x22A4, "perpendicular": 0x22A5, "circlecopyrt": 0xA9,
}


def is_private(text):
    return any(0xE000 <= ord(char) <= 0xF8FF for char in text)


def plain(name, names):
    """The character that a variant such as `Asmall` or `oneoldstyle` is a variant of."""
    for ending in ("small", "oldstyle", "inferior", "superior"):
        base = name.removesuffix(ending)
        if base != name:
            text = names.get(base) or names.get(base.lower())
            return text if text and not is_private(text) else None
    return None


def glyph_names():
    names = {}
    for line in agl._aglText.splitlines():
        if line and not line.startswith("#"):
            name, codes = line.split(";")
            names[name] = "".join(chr(int(code, 16)) for code in codes.split())
    for name in fonts.encodings["ZapfDingbatsEncoding"]:
        if name and name not in names:
            names[name] = agl.toUnicode(name, isZapfDingbats=True)
    found = {name: plain(name, names) if is_private(text) else text for name, text in names.items()}
    # Hebrew and Arabic names may be several characters; control characters are none.
    found = {name: text for name, text in found.items() if text and min(text) >= " "}
    return found | {name: chr(code) for name, code in PIECES.items()}


def rows(table):
    lines = sorted(f"{key}\t{value}" for key, value in table.items())
    return "".join(line + "\n" for line in sorted(lines, key=lambda line: line.split("\t")[0].encode()))


def encodings(names):
    def characters(glyphs):
        return "".join(names.get(glyph, NONE)[0] if glyph else NONE for glyph in glyphs[32:])

    table = {name: characters(glyphs) for name, glyphs in fonts.encodings.items() if name != "PDFDocEncoding"}
    # A hard space and a soft hyphen where WinAnsi has the glyphs of the plain ones; a bullet where it has nothing.
    win = list(table["WinAnsiEncoding"])
    for code in range(128, 160):
        if win[code - 32] == NONE:
            win[code - 32] = "\u2022"
    win[0x7F - 32] = "\u2022"
    table["WinAnsiEncoding"] = "".join(win)
    # The Macintosh has signs where PDF's MacRoman has nothing; TrueType fonts use them.
    mac = list(table["MacRomanEncoding"])
    for code in range(128, 256):
        sign = bytes([code]).decode("mac_roman")
        if mac[code - 32] == NONE and not is_private(sign):
            mac[code - 32] = sign
    table["MacRomanEncoding"] = "".join(mac)
    assert all(len(value) == 224 for value in table.values())
    return table


def widths(names):
    order = ["Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"]
    tables = [fonts.widthsByFontGlyph[name] for name in order]
    rows = {names[glyph]: " ".join(str(table[glyph]) for table in tables) for glyph in tables[0] if glyph in names}
    rows["\u00a0"] = rows[" "]
    rows["\u00ad"] = rows["-"]
    for name in ("Symbol", "ZapfDingbats"):
        by_glyph = fonts.widthsByFontGlyph[name]
        rows[name] = " ".join(str(by_glyph.get(glyph, 0)) for glyph in fonts.encodings[f"{name}Encoding"][32:])
    return rows


def main():
    DATA.mkdir(exist_ok=True)
    names = glyph_names()
    for file, table in ("glyph_names", names), ("encodings", encodings(names)), ("widths", widths(names)):
        (DATA / f"{file}.txt").write_text(rows(table), encoding="utf-8", newline="")


main()
