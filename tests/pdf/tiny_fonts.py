"""Fonts whose every glyph is a box: small, and nobody's work but ours."""

import io

from fontTools.fontBuilder import FontBuilder
from fontTools.misc import eexec
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable


def em(char):
    """Width of a character in ems, as all files of the set have it."""
    return 0.5 if ord(char) < 0x2000 and char != "·" else 1.0


def names_of(chars):
    return [".notdef"] + ["uni%04X" % ord(char) if ord(char) < 0x10000 else "u%05X" % ord(char) for char in chars]


def builder(chars, names, truetype):
    font = FontBuilder(1000, isTTF=truetype)
    font.setupGlyphOrder(names)
    font.setupHorizontalMetrics(
        {name: (int(em(char) * 1000), 50) for name, char in zip(names, ["一", *chars])}
    )
    return font


def finished(font, family):
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family})
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    font.setupPost(keepGlyphNames=False)
    font.font["head"].created = font.font["head"].modified = 0
    font.font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def truetype(chars, cmap=True, symbol_first=None):
    """Glyph n is the n-th of `chars`, from 1. `symbol_first`: a (3, 0) table from U+F000 + that code on."""
    names = names_of(chars)
    font = builder(chars, names, True)
    glyphs = {}
    for name, char in zip(names, ["一", *chars]):
        pen = TTGlyphPen(None)
        right = int(em(char) * 1000) - 50
        pen.moveTo((50, 0)), pen.lineTo((right, 0)), pen.lineTo((right, 700)), pen.lineTo((50, 700)), pen.closePath()
        glyphs[name] = pen.glyph()
    font.setupGlyf(glyphs)
    if symbol_first is not None:
        table = CmapSubtable.newSubtable(4)
        table.platformID, table.platEncID, table.language = 3, 0, 0
        table.cmap = {0xF000 + symbol_first + place: name for place, name in enumerate(names[1:])}
        font.font["cmap"] = newTable("cmap")
        font.font["cmap"].tableVersion, font.font["cmap"].tables = 0, [table]
    else:
        font.setupCharacterMap({ord(char): name for char, name in zip(chars, names[1:])} if cmap else {})
    return finished(font, "Boxes")


def box_program(width):
    string = T2CharString()
    string.program = [width, 50, 0, "rmoveto", width - 100, "hlineto", 700, "vlineto", 100 - width, "hlineto", "endchar"]
    return string


def cff_opentype(chars, names=None):
    """An OpenType font with CFF outlines."""
    names = names or names_of(chars)
    font = builder(chars, names, False)
    strings = {name: box_program(int(em(char) * 1000)) for name, char in zip(names, ["一", *chars])}
    font.setupCFF("Boxes", {"FullName": "Boxes"}, strings, {})
    font.setupCharacterMap({ord(char): name for char, name in zip(chars, names[1:])})
    return finished(font, "Boxes")


def bare_cff(codes):
    """A CFF program alone; `codes` maps byte codes to glyph names and becomes its built-in encoding."""
    from fontTools.ttLib import TTFont

    names = [".notdef", *codes.values()]
    font = TTFont(io.BytesIO(cff_opentype("A" * len(codes), names)))
    top = font["CFF "].cff.topDictIndex[0]
    encoding = [".notdef"] * 256
    for code, name in codes.items():
        encoding[code] = name
    top.Encoding = encoding
    return font.getTableData("CFF ") if not font.isLoaded("CFF ") else compiled(font)


def compiled(font):
    out = io.BytesIO()
    font["CFF "].cff.compile(out, font, isCFF2=False)
    return out.getvalue()


def type1(codes):
    """A Type 1 program (PFA parts for /Length1, /Length2, /Length3) with a built-in encoding."""
    puts = "".join("dup %d /%s put\n" % it for it in codes.items())
    clear = (
        "%!PS-AdobeFont-1.0: Boxes 001.000\n11 dict begin\n/FontInfo 1 dict dup begin /FullName (Boxes) readonly def "
        "end readonly def\n/FontName /Boxes def\n/PaintType 0 def\n/FontType 1 def\n"
        "/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n"
        + puts
        + "readonly def\n/FontBBox {0 -120 1000 880} readonly def\ncurrentdict end\ncurrentfile eexec\n"
    ).encode()
    # hsbw 0 500, a box, endchar: the Type 1 operators as bytes.
    box = bytes([139, 248, 136, 13, 189, 139, 21, 248, 36, 6, 249, 80, 7, 251, 36, 6, 9, 14])
    strings = b""
    for name in [".notdef", *codes.values()]:
        sealed, _ = eexec.encrypt(b"\0\0\0\0" + box, 4330)
        strings += b"/%s %d RD %s ND\n" % (name.encode(), len(sealed), sealed)
    private = (
        b"dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
        b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/BlueValues [] def\n"
        b"/password 5839 def\n/Subrs 0 array\n2 index /CharStrings %d dict dup begin\n%send\nend\n"
        b"readonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n"
    ) % (len(codes) + 1, strings)
    sealed, _ = eexec.encrypt(b"\0\0\0\0" + private, 55665)
    zeros = (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
    return clear, sealed, zeros
