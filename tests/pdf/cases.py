"""What all cases share: the texts, the registry, and what a truth says.

All texts were written for this project; persons, places and events are invented.
"""

from writer import Pdf, lines_at

CASES = {}

# Short printed lines as of a newsletter, in Simplified characters of GB 2312 and ASCII.
NEWS = [
    "沧江县召开党史资料征集工作推进会",
    "　　3月16日，沧江县委党史研究室召开",
    "2023年党史资料征集工作推进会，24个乡镇",
    "（街道）的党史联络员参加会议。会议要求，",
    "要做到“应征尽征、应存尽存”；年底前，",
    "完成《沧江红色地名录》初稿。",
    "（沧江县委党史研究室供稿）",
]
BRIEF = [
    "青溪镇建成村史馆",
    "　　近日，青溪镇党史村史陈列馆建成开馆，",
    "展出老照片120张、实物86件，分“星火”",
    "“拓荒”“新程”3个部分：讲村里人的事。",
]
WALK = [
    "重走浮云岭交通线活动启动",
    "　　5月4日，云岭区组织青年志愿者60人，",
    "沿当年地下交通线徒步18.5公里，在渡口、",
    "茶馆、旧校舍3处听老人讲述往事！",
]
# In Traditional characters, all of them in Big5.
OLD = ["滄江縣黨史資料徵集會議紀要", "本縣各鄉鎮代表二十四人出席，", "議定年內編成《紅色地名錄》初稿。"]
RARE = "人名用字：䶮、㐂、镕、喆。"


def case(make):
    """Registers a case under its name."""
    CASES[make.__name__.rstrip("_")] = make
    return make


def truth(*pages, status=None, code=None, remarks=(), why="", items=None, title=None, bookmarks=None):
    """What must be read: `pages` are lists of printed lines in reading order, or None where nothing is said of a page.

    `status` is "failed" or "partial" where it must be that, `code` its reason; `remarks` are diagnostics as
    [code, page]. `items` are headlines with the number of paragraphs, where the items must be found too.
    """
    found = {"why": why, "pages": list(pages), "remarks": [list(it) for it in remarks]}
    for key, it in (("status", status), ("code", code), ("items", items), ("title", title), ("bookmarks", bookmarks)):
        if it is not None:
            found[key] = it
    return found


def cid_font(pdf, encoding, base="STSong-Light", ordering="GB1", subtype="CIDFontType0", program=None, **extra):
    """A composite font; not embedded unless `program` is the key and reference of a font file."""
    descriptor = {
        "Type": "FontDescriptor", "FontName": base, "Flags": 6, "FontBBox": [0, -120, 1000, 880],
        "Ascent": 880, "Descent": -120, "CapHeight": 700, "ItalicAngle": 0, "StemV": 80,
    }
    if program:
        descriptor[program[0]] = program[1]
    system = {"Registry": b"Adobe", "Ordering": ordering.encode(), "Supplement": 2}
    descendant = {
        "Type": "Font", "Subtype": subtype, "BaseFont": base, "CIDSystemInfo": system, "DW": 1000,
        "FontDescriptor": pdf.add(descriptor), **extra.pop("descendant", {}),
    }
    if ordering == "GB1":
        descendant.setdefault("W", [1, 95, 500, 814, 939, 500])
    return pdf.add(
        {
            "Type": "Font", "Subtype": "Type0", "BaseFont": base, "Encoding": encoding,
            "DescendantFonts": [pdf.add(descendant)], **extra,
        }
    )


def gbk(text):
    return text.encode("gbk")


def gbk_pdf(*pages, **extra):
    """Pages of GBK text in a font that is not embedded: the plainest Chinese file there is."""
    pdf = Pdf(**extra)
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    for page in pages:
        pdf.page(lines_at(page, gbk), {"F1": font})
    return pdf


def to_unicode(pairs, width=2, ranges=()):
    """A ToUnicode map; `pairs` of code and text, `ranges` lines of bfrange as they are."""
    hexed = lambda text: text.encode("utf-16-be").hex().upper()
    pairs = list(pairs)
    parts = [
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<{'00' * width}> <{'FF' * width}>\nendcodespacerange\n"
    ]
    for at in range(0, len(pairs), 100):
        some = pairs[at : at + 100]
        parts.append(f"{len(some)} beginbfchar\n")
        parts += [f"<{code:0{2 * width}X}> <{hexed(text)}>\n" for code, text in some]
        parts.append("endbfchar\n")
    if ranges:
        parts.append(f"{len(ranges)} beginbfrange\n" + "".join(line + "\n" for line in ranges) + "endbfrange\n")
    parts.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
    return "".join(parts).encode()
