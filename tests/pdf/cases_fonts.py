"""Ways in which the codes of a shown string stand for characters."""

import tiny_fonts
from cases import BRIEF, NEWS, OLD, RARE, WALK, case, cid_font, gbk, to_unicode, truth
from tiny_fonts import em
from writer import Pdf, hexed, lines_at


def predefined(encoding, lines, encode, why, ordering="GB1", base="STSong-Light"):
    pdf = Pdf()
    font = cid_font(pdf, encoding, base, ordering, **({"descendant": {"W": []}} if ordering != "GB1" else {}))
    pdf.page(lines_at(lines, encode), {"F1": font})
    return pdf.bytes(), truth(lines, why=why)


@case
def unigb_ucs2_h():
    return predefined("UniGB-UCS2-H", NEWS, lambda it: it.encode("utf-16-be"), "UCS-2 codes, no ToUnicode")


@case
def unigb_utf16_h():
    lines = [*BRIEF, RARE, "另有𠂇字。"]
    return predefined("UniGB-UTF16-H", lines, lambda it: it.encode("utf-16-be"), "UTF-16 codes with a surrogate pair")


@case
def gbk_euc_h():
    return predefined("GBK-EUC-H", [*WALK, "镕、喆两字在GBK里。"], gbk, "GBK codes, one and two bytes", base="SimSun")


@case
def gbk2k_h():
    return predefined("GBK2K-H", [*NEWS, RARE], lambda it: it.encode("gb18030"), "GB 18030 with codes of four bytes")


@case
def gb_euc_h():
    return predefined("GB-EUC-H", BRIEF, lambda it: it.encode("gb2312"), "GB 2312 codes", base="FangSong_GB2312")


@case
def eten_b5_h():
    return predefined("ETen-B5-H", OLD, lambda it: it.encode("big5"), "Big5 codes", "CNS1", "MSung-Light")


@case
def unicns_utf16_h():
    lines = [*OLD, "𠮷田氏亦到會。"]
    return predefined("UniCNS-UTF16-H", lines, lambda it: it.encode("utf-16-be"), "Traditional in UTF-16", "CNS1", "MSung-Light")


def adobe_gb1():
    """Characters to CIDs of Adobe-GB1, the lowest of several."""
    from pdfminer.cmapdb import CMapDB

    found = {}
    for cid, char in CMapDB.get_unicode_map("Adobe-GB1", False).cid2unichr.items():
        char = char if isinstance(char, str) else chr(char)
        if len(char) == 1 and cid < found.get(char, 99999):
            found[char] = cid
    return found


@case
def identity_gb1():
    cids = adobe_gb1()
    encode = lambda it: b"".join(cids[char].to_bytes(2, "big") for char in it)
    return predefined("Identity-H", WALK, encode, "CIDs of Adobe-GB1 as codes, font not embedded, no ToUnicode")


def embedded(lines, why, unicode_map=True, program=None, gids=False):
    """Identity-H over a font whose glyph n is the n-th character; with `gids` CIDs are mapped on to glyphs."""
    chars = sorted(set("".join(lines)))
    pdf = Pdf()
    font_file = program(chars) if program else tiny_fonts.truetype(chars)
    key = "FontFile3" if program else "FontFile2"
    reference = pdf.stream(font_file, {"Subtype": "OpenType"} if program else {"Length1": len(font_file)}, flate=True)
    cid = {char: 1 + place for place, char in enumerate(chars)}
    extra = {}
    descendant = {"W": [1, [int(em(char) * 1000) for char in chars]], "CIDToGIDMap": "Identity"}
    if gids:
        # CIDs count down from 2000 where glyphs count up.
        cid = {char: 2000 - place for place, char in enumerate(chars)}
        table = bytearray(2 * 2001)
        for place, char in enumerate(chars):
            table[2 * cid[char] : 2 * cid[char] + 2] = (1 + place).to_bytes(2, "big")
        widths = []
        for char in reversed(chars):
            widths += [cid[char], cid[char], int(em(char) * 1000)]
        descendant = {"W": widths, "CIDToGIDMap": pdf.stream(bytes(table), flate=True)}
    if program:
        del descendant["CIDToGIDMap"]
    if unicode_map:
        extra["ToUnicode"] = pdf.stream(to_unicode((cid[char], char) for char in chars))
    font = cid_font(
        pdf, "Identity-H", "ABCDEF+Boxes", "Identity", "CIDFontType0" if program else "CIDFontType2",
        (key, reference), descendant=descendant, **extra,
    )
    encode = lambda it: b"".join(cid[char].to_bytes(2, "big") for char in it)
    pdf.page(lines_at(lines, encode), {"F1": font})
    return pdf.bytes(), truth(lines, why=why)


@case
def identity_tounicode():
    return embedded(NEWS, "embedded TrueType subset with ToUnicode")


@case
def identity_own_cmap():
    return embedded(BRIEF, "embedded TrueType without ToUnicode: the font's own table tells", unicode_map=False)


@case
def identity_cidtogid_own_cmap():
    return embedded(WALK, "the same behind a CIDToGIDMap", unicode_map=False, gids=True)


@case
def identity_opentype_cff_own_cmap():
    return embedded(BRIEF, "embedded OpenType with CFF outlines without ToUnicode", False, tiny_fonts.cff_opentype)


@case
def type3_tounicode():
    chars = sorted(set("".join(BRIEF)))
    pdf = Pdf()
    code = {char: 1 + place for place, char in enumerate(chars)}
    widths = [int(em(char) * 1000) for char in chars]
    full = pdf.stream(b"1000 0 0 -120 1000 880 d1 50 0 900 700 re f")
    half = pdf.stream(b"500 0 0 -120 500 880 d1 50 0 400 700 re f")
    shapes = {"g%d" % code[char]: half if em(char) == 0.5 else full for char in chars}
    font = pdf.add(
        {
            "Type": "Font", "Subtype": "Type3", "FontBBox": [0, -120, 1000, 880],
            "FontMatrix": [0.001, 0, 0, 0.001, 0, 0], "CharProcs": shapes, "Resources": {},
            "Encoding": {"Type": "Encoding", "Differences": [1, *["g%d" % code[char] for char in chars]]},
            "FirstChar": 1, "LastChar": len(chars), "Widths": widths,
            "ToUnicode": pdf.stream(to_unicode(((code[char], char) for char in chars), width=1)),
        }
    )
    pdf.page(lines_at(BRIEF, lambda it: bytes(code[char] for char in it)), {"F1": font})
    return pdf.bytes(), truth(BRIEF, why="Type 3 glyphs with ToUnicode")


def simple_gbk(name):
    pdf = Pdf()
    descriptor = pdf.add(
        {
            "Type": "FontDescriptor", "FontName": name, "Flags": 32, "FontBBox": [0, -141, 1000, 859],
            "Ascent": 859, "Descent": -141, "CapHeight": 683, "ItalicAngle": 0, "StemV": 80,
        }
    )
    font = pdf.add(
        {
            "Type": "Font", "Subtype": "TrueType", "BaseFont": name, "FirstChar": 0, "LastChar": 255,
            "Widths": [500] * 256, "Encoding": "WinAnsiEncoding", "FontDescriptor": descriptor,
        }
    )
    pdf.page(lines_at(WALK, gbk), {"F1": font})
    return pdf.bytes(), truth(WALK, why="a simple font that carries pairs of GBK bytes, known by its name")


@case
def simple_gbk_pairs():
    return simple_gbk("SimSun")


@case
def simple_gbk_pairs_named_in_gbk():
    # The name of the face is the bytes of 宋体.
    return simple_gbk(gbk("宋体").decode("latin-1"))


@case
def embedded_cmap_usecmap():
    pdf = Pdf()
    cmap = pdf.stream(
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/GBK-EUC-H usecmap\n"
        b"/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (GB1) def /Supplement 2 def end def\n"
        b"/CMapName /Ours-H def\n/CMapType 1 def\n/WMode 0 def\n"
        b"1 begincodespacerange\n<00> <80>\nendcodespacerange\nendcmap\nend\nend\n",
        {"Type": "CMap", "CMapName": "Ours-H", "UseCMap": "GBK-EUC-H"},
    )
    pdf.page(lines_at(NEWS, gbk), {"F1": cid_font(pdf, cmap, "SimSun")})
    return pdf.bytes(), truth(NEWS, why="a CMap in the file that goes on from a predefined one")


@case
def embedded_cmap_ranges():
    # A CMap in the file that gives its own one-byte codes to CIDs of Adobe-GB1.
    lines = ["沧江党史", "青溪党史"]
    cids, chars = adobe_gb1(), sorted(set("".join(lines)))
    codes = {char: 0x21 + place for place, char in enumerate(chars)}
    rows = b"".join(b"<%02X> %d\n" % (codes[char], cids[char]) for char in chars)
    pdf = Pdf()
    cmap = pdf.stream(
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering (GB1) def /Supplement 2 def end def\n"
        b"/CMapName /Own-H def\n/CMapType 1 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        b"%d begincidchar\n%sendcidchar\nendcmap\nend\nend\n" % (len(chars), rows),
        {"Type": "CMap", "CMapName": "Own-H"},
    )
    pdf.page(lines_at(lines, lambda it: bytes(codes[char] for char in it)), {"F1": cid_font(pdf, cmap)})
    return pdf.bytes(), truth(lines, why="a CMap in the file with codes of its own")


def vertical(encoding, encode, base):
    # Columns from right to left; a vertical font sets each code below the one before.
    columns = ["云岭区地下交通线旧址修缮竣工", "四处旧址同日开放，参观者甚众。", "老交通员讲述渡口往事。"]
    pdf = Pdf()
    font = cid_font(pdf, encoding, base)
    shown = b"".join(b"1 0 0 1 %d 760 Tm %s Tj\n" % (500 - 28 * place, hexed(encode(it))) for place, it in enumerate(columns))
    pdf.page(b"BT /F1 16 Tf\n" + shown + b"ET\n", {"F1": font})
    return pdf.bytes(), truth(columns, why="a font for vertical writing, columns from right to left")


@case
def gbk_euc_v():
    return vertical("GBK-EUC-V", gbk, "SimSun")


@case
def unigb_ucs2_v():
    return vertical("UniGB-UCS2-V", lambda it: it.encode("utf-16-be"), "STSong-Light")


def simple(font, codes, lines, why, extra=None):
    pdf = Pdf()
    number = pdf.add({"Type": "Font", "Subtype": "Type1", **font, **(extra(pdf) if extra else {})})
    pdf.page(lines_at(codes, lambda it: it), {"F1": number})
    return pdf.bytes(), truth(lines, why=why)


@case
def winansi():
    lines = ["Café “Hauptstraße” – 25 €", "naïve façade, 1½ cups"]
    font = {"BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}
    return simple(font, [it.encode("cp1252") for it in lines], lines, "WinAnsiEncoding")


@case
def macroman():
    lines = ["Café “Hauptstraße” – ƒ", "façade †‡ œuvre"]
    font = {"BaseFont": "Times-Roman", "Encoding": "MacRomanEncoding"}
    return simple(font, [it.encode("mac_roman") for it in lines], lines, "MacRomanEncoding")


@case
def standard():
    # StandardEncoding: 0x27 and 0x60 are curly quotes, 0xAA and 0xBA double ones, 0xD0 the em dash, 0xFB germandbls.
    codes = b"`Newsletter' \xaa42\xba \xd0 gro\xfb"
    return simple({"BaseFont": "Helvetica"}, [codes], ["‘Newsletter’ “42” — groß"], "no /Encoding: the standard one")


@case
def truetype_nonsymbolic():
    # 0xF1 and 0xF9 are ae and o with stroke in StandardEncoding, other letters in that of Windows.
    descriptor = {"Type": "FontDescriptor", "FontName": "ArialMT", "Flags": 32}
    extra = lambda pdf: {"Subtype": "TrueType", "FontDescriptor": pdf.add(descriptor)}
    return simple({"BaseFont": "ArialMT"}, [b"K\xf9benhavn, \xf1ra"], ["København, æra"], "TrueType without /Encoding, said to be Latin", extra)


@case
def blank_without_glyph():
    font = {"BaseFont": "Times-Roman", "Encoding": {"Type": "Encoding", "Differences": [32, ".notdef"]}}
    return simple(font, [b"No 12 of 2023"], ["No 12 of 2023"], "the code of the blank is named .notdef")


@case
def glyph_numbers():
    # The glyphs of Arial stand in the order of the Macintosh: 3 is the blank, 36 is A, 112 is e with acute.
    pdf = Pdf()
    inner = {"Type": "Font", "Subtype": "CIDFontType2", "BaseFont": "Arial,Bold", "DW": 600,
             "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0}}
    font = {"Type": "Font", "Subtype": "Type0", "BaseFont": "Arial,Bold", "Encoding": "Identity-H", "DescendantFonts": [pdf.add(inner)]}
    codes = b"".join(place.to_bytes(2, "big") for place in [38, 68, 73, 112, 3, 21, 19, 21, 22])
    pdf.page(lines_at([codes], lambda it: it), {"F1": pdf.add(font)})
    return pdf.bytes(), truth(["Café 2023"], why="numbers of glyphs of a font of Windows that is not in the file")


@case
def type3_names_in_hex():
    lines = ["Bulletin No 7"]
    codes = sorted(set(lines[0].encode()))

    def extra(pdf):
        box = pdf.stream(b"500 0 0 0 500 700 d1 0 0 500 700 re f")
        names = [it for code in codes for it in (code, "C%02x" % code)]
        return {
            "Subtype": "Type3", "FontBBox": [0, 0, 500, 700], "FontMatrix": [0.001, 0, 0, 0.001, 0, 0],
            "FirstChar": 0, "LastChar": 255, "Widths": [500] * 256, "Resources": {},
            "CharProcs": {"C%02x" % code: box for code in codes}, "Encoding": {"Type": "Encoding", "Differences": names},
        }

    return simple({}, [it.encode() for it in lines], lines, "glyphs that are named by their codes", extra)


@case
def symbol():
    return simple({"BaseFont": "Symbol"}, [b"abgd \xb3 \xa5"], ["αβγδ ≥ ∞"], "the built-in encoding of Symbol")


@case
def zapf_dingbats():
    return simple({"BaseFont": "ZapfDingbats"}, [b"\x48\x6c\x33\xac"], ["★●✓①"], "the built-in encoding of ZapfDingbats")


@case
def differences():
    names = ["Euro", "uni515A", "u53F2", "Aacute", "quotedblleft", "A.alt", "quotedblright"]
    font = {"BaseFont": "Helvetica", "Encoding": {"Type": "Encoding", "Differences": [1, *names]}}
    return simple(font, [b"\x01\x02\x03\x04\x05\x06\x07 ok"], ["€党史Á“A” ok"], "glyph names in /Differences")


def builtin(key, program, why):
    codes = {1: "uni515A", 2: "uni53F2", 3: "Aacute", 65: "B", 66: "A", 67: "emdash", 68: "germandbls"}

    def extra(pdf):
        descriptor = {
            "Type": "FontDescriptor", "FontName": "ABCDEF+Boxes", "Flags": 4, "FontBBox": [0, -120, 1000, 880],
            "Ascent": 880, "Descent": -120, "CapHeight": 700, "ItalicAngle": 0, "StemV": 80, key: program(pdf, codes),
        }
        return {"FontDescriptor": pdf.add(descriptor)}

    font = {"BaseFont": "ABCDEF+Boxes", "FirstChar": 1, "LastChar": 68, "Widths": [500] * 68}
    return simple(font, [b"\x01\x02\x03ABCD"], ["党史ÁBA—ß"], why, extra)


@case
def type1_builtin():
    def program(pdf, codes):
        parts = tiny_fonts.type1(codes)
        return pdf.stream(b"".join(parts), {"Length%d" % (1 + place): len(it) for place, it in enumerate(parts)})

    return builtin("FontFile", program, "embedded Type 1 whose program has the encoding")


@case
def type1c_builtin():
    def program(pdf, codes):
        return pdf.stream(tiny_fonts.bare_cff(codes), {"Subtype": "Type1C"})

    return builtin("FontFile3", program, "embedded bare CFF whose program has the encoding")


@case
def truetype_symbolic():
    chars = sorted(set("沧江党史研究"))
    codes = {char: 0x41 + place for place, char in enumerate(chars)}
    pdf = Pdf()
    data = tiny_fonts.truetype(chars, symbol_first=0x41)
    descriptor = {
        "Type": "FontDescriptor", "FontName": "ABCDEF+Boxes", "Flags": 4, "FontBBox": [0, -120, 1000, 880],
        "Ascent": 880, "Descent": -120, "CapHeight": 700, "ItalicAngle": 0, "StemV": 80,
        "FontFile2": pdf.stream(data, {"Length1": len(data)}, flate=True),
    }
    font = {
        "Type": "Font", "Subtype": "TrueType", "BaseFont": "ABCDEF+Boxes", "FirstChar": 0x41,
        "LastChar": 0x40 + len(chars), "Widths": [1000] * len(chars), "FontDescriptor": pdf.add(descriptor),
        "ToUnicode": pdf.stream(to_unicode(((code, char) for char, code in codes.items()), width=1)),
    }
    lines = ["沧江党史研究", "党史"]
    pdf.page(lines_at(lines, lambda it: bytes(codes[char] for char in it)), {"F1": pdf.add(font)})
    return pdf.bytes(), truth(lines, why="a simple TrueType subset with a symbol table and ToUnicode")


@case
def tounicode_forms():
    # Ranges, ranges with arrays, several characters for a code, a surrogate pair, and no space between tokens.
    chars = sorted(set("党史资料"))
    data = tiny_fonts.truetype([*chars, *"ABCDEFGH"])
    pdf = Pdf()
    table = to_unicode(
        [(1, "——"), (2, "ffi"), (3, "𠮷")],
        ranges=["<0010><0013><4E00>", "<0020> <0022> [<515A> <53F2> <8D444F1A>]", "<0030> <0031> <D842DFB7>"],
    )
    font = cid_font(
        pdf, "Identity-H", "ABCDEF+Boxes", "Identity", "CIDFontType2",
        ("FontFile2", pdf.stream(data, {"Length1": len(data)}, flate=True)),
        descendant={"CIDToGIDMap": "Identity", "DW": 1000, "W": []}, ToUnicode=pdf.stream(table),
    )
    codes = [[1, 2, 3], [0x10, 0x11, 0x13], [0x20, 0x21, 0x22], [0x30, 0x31]]
    lines = ["——ffi𠮷", "一丁七", "党史资会", "𠮷𠮸"]
    shown = [b"".join(code.to_bytes(2, "big") for code in it) for it in codes]
    pdf.page(lines_at(shown, lambda it: it), {"F1": font})
    return pdf.bytes(), truth(lines, why="all forms of a ToUnicode map")


@case
def kangxi_tounicode():
    # The map gives radicals where the print shows the characters; both blocks of radicals.
    lines = ["工作方法与⻋站⻔口", "⼯⼈⽇⽉⽂⽅⻓⻅"]
    pdf = Pdf()
    chars = sorted(set("".join(lines)))
    data = tiny_fonts.truetype(chars, cmap=False)
    cid = {char: 1 + place for place, char in enumerate(chars)}
    font = cid_font(
        pdf, "Identity-H", "ABCDEF+Boxes", "Identity", "CIDFontType2",
        ("FontFile2", pdf.stream(data, {"Length1": len(data)}, flate=True)),
        descendant={"CIDToGIDMap": "Identity", "DW": 1000, "W": []},
        ToUnicode=pdf.stream(to_unicode((number, char) for char, number in cid.items())),
    )
    pdf.page(lines_at(lines, lambda it: b"".join(cid[char].to_bytes(2, "big") for char in it)), {"F1": font})
    return pdf.bytes(), truth(["工作方法与车站门口", "工人日月文方长见"], why="Kangxi and CJK radicals in ToUnicode are folded")


@case
def half_width_gbk():
    # In GBK-EUC-H single bytes are half-width forms of ASCII, not full-width ones.
    lines = ["ABC 123 (2023)", "第12期，共4页；A4纸"]
    return predefined("GBK-EUC-H", lines, gbk, "half-width letters and digits stay half-width", base="SimHei")

