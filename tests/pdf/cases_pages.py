"""Ways in which text stands on a page."""

import zlib

from cases import BRIEF, NEWS, WALK, case, cid_font, gbk, gbk_pdf, to_unicode, truth
from tiny_fonts import em
from writer import Pdf, Raw, Ref, hexed, lines_at


def page_of(content, why, lines, **extra):
    pdf = Pdf()
    pdf.page(content, {"F1": cid_font(pdf, "GBK-EUC-H", "SimSun")}, **extra)
    return pdf.bytes(), truth(lines, why=why)


def show(text, x, y, size=16):
    """One text object."""
    return b"BT /F1 %g Tf %g %g Td %s Tj ET\n" % (size, x, y, hexed(gbk(text)))


def picture(pdf, width=24, height=32):
    """A grey picture."""
    data = bytes((x * 9 + y * 5) % 256 for y in range(height) for x in range(width))
    size = {"Width": width, "Height": height, "ColorSpace": "DeviceGray", "BitsPerComponent": 8}
    return pdf.stream(data, {"Type": "XObject", "Subtype": "Image", **size}, flate=True)


@case
def actualtext():
    # The glyphs say 口口…; /ActualText, once in place and once by name, says what is meant.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    meant = [line.strip() for line in BRIEF]
    text = lambda line: b"\xfe\xff" + line.encode("utf-16-be")
    content = b""
    for place, line in enumerate(meant):
        tag = b"/P1" if place == 1 else b"<</ActualText %s>>" % hexed(text(line))
        content += b"/Span %s BDC\n%sEMC\n" % (tag, show("口" * len(line), 72, 760 - 28 * place))
    pdf.page(content, {"F1": font}, resources={"Properties": {"P1": {"ActualText": text(meant[1])}}})
    return pdf.bytes(), truth(meant, why="/ActualText replaces what the glyphs say")


@case
def optional_content_hidden():
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    on, off = (pdf.add({"Type": "OCG", "Name": name}) for name in (b"shown", b"hidden"))
    pdf.catalog = {"OCProperties": {"OCGs": [on, off], "D": {"ON": [on], "OFF": [off]}}}
    content = (
        show("印在纸上的一行", 72, 760)
        + b"/OC /L1 BDC\n" + show("图层里显示的一行", 72, 732) + b"EMC\n"
        + b"/OC /L2 BDC\n/Span <</Lang (zh)>> BDC\n" + show("草稿水印不印出来", 72, 704) + b"EMC\nEMC\n"
        + show("最后一行", 72, 676)
    )
    pdf.page(content, {"F1": font}, resources={"Properties": {"L1": on, "L2": off}})
    return pdf.bytes(), truth(["印在纸上的一行", "图层里显示的一行", "最后一行"], why="a layer that is off is not print")


def form(pdf, content, resources, **extra):
    return pdf.stream(content, {"Type": "XObject", "Subtype": "Form", "BBox": [0, 0, 595, 842], "Resources": resources, **extra})


@case
def annotations():
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    fonts = {"Font": {"F1": font}}
    small = {"BBox": [0, 0, 300, 24]}
    free = form(pdf, b"BT /F1 16 Tf 2 6 Td %s Tj ET" % hexed(gbk("批注：已核对档案原件")), fonts, **small)
    field = form(pdf, b"/Tx BMC BT /F1 16 Tf 2 6 Td %s Tj ET EMC" % hexed(gbk("签发人：江守正")), fonts, **small)
    hidden = form(pdf, b"BT /F1 16 Tf 2 6 Td %s Tj ET" % hexed(gbk("隐藏的批注")), fonts, **small)
    box = lambda y: [72, y, 372, y + 24]
    annots = [
        pdf.add({"Type": "Annot", "Subtype": "FreeText", "Rect": box(660), "F": 4, "AP": {"N": free}, "DA": b"/F1 16 Tf"}),
        pdf.add({"Type": "Annot", "Subtype": "Widget", "FT": "Tx", "Rect": box(620), "F": 4, "AP": {"N": field}}),
        pdf.add({"Type": "Annot", "Subtype": "FreeText", "Rect": box(580), "F": 2, "AP": {"N": hidden}}),
        pdf.add({"Type": "Annot", "Subtype": "Link", "Rect": box(540), "Border": [0, 0, 0]}),
    ]
    pdf.page(lines_at(BRIEF[:1], gbk), {"F1": font}, Annots=annots)
    return pdf.bytes(), truth([BRIEF[0], "批注：已核对档案原件", "签发人：江守正"], why="appearances of annotations are print, unless hidden")


@case
def forms_nested():
    # The same form twice: the second time moved down by a matrix of the form around it.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    inner = form(pdf, lines_at(["青溪镇", "浮云岭"], gbk), {"Font": {"F1": font}})
    middle = form(pdf, b"q 1 0 0 1 0 0 cm /X1 Do Q", {"XObject": {"X1": inner}}, Matrix=[1, 0, 0, 1, 0, -100])
    pdf.page(b"/X1 Do /X2 Do\n" + show("末行", 72, 500), {"F1": font}, resources={"XObject": {"X1": inner, "X2": middle}})
    return pdf.bytes(), truth(["青溪镇", "浮云岭", "青溪镇", "浮云岭", "末行"], why="forms in forms, painted twice")


@case
def form_without_resources():
    # An old form has none of its own and uses those of the page.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    old = pdf.stream(lines_at(WALK, gbk), {"Type": "XObject", "Subtype": "Form", "BBox": [0, 0, 595, 842]})
    pdf.page(b"/X1 Do", {"F1": font}, resources={"XObject": {"X1": old}})
    return pdf.bytes(), truth(WALK, why="a form without resources uses those of its page")


def turned(degrees, matrix, size):
    # The content is turned the other way, so that the page as displayed is upright.
    content = b"q %s cm\n%sQ\n" % (matrix, lines_at(NEWS, gbk, 72, 500))
    return page_of(content, f"/Rotate {degrees}", NEWS, size=size, Rotate=degrees)


@case
def rotate_90():
    return turned(90, b"0 1 -1 0 595 0", (595, 842))


@case
def rotate_180():
    return turned(180, b"-1 0 0 -1 595 842", (595, 842))


@case
def rotate_270():
    return turned(270, b"0 -1 1 0 0 842", (595, 842))


@case
def cropbox_offset():
    content = lines_at(WALK, gbk, 172, 760) + show("裁切线外的印记", 172, 1010) + show("页外", 8, 700)
    return page_of(content, "text outside the crop box is not on the page", WALK, size=None,
                   MediaBox=[0, 0, 795, 1042], CropBox=[100, 100, 695, 942])


@case
def mediabox_negative():
    return page_of(lines_at(WALK, gbk, -200, 300), "a media box that begins below zero, corners swapped", WALK,
                   size=None, MediaBox=[297, 421, -298, -421])


@case
def hidden_layer_over_image():
    # What scanning software writes: the picture of the page and its text in rendering mode 3.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    content = b"q 595 0 0 842 0 0 cm /I1 Do Q\nq 3 Tr\n" + lines_at(NEWS, gbk) + b"Q\n"
    pdf.page(content, {"F1": font}, resources={"XObject": {"I1": picture(pdf)}})
    return pdf.bytes(), truth(NEWS, remarks=[["hidden-text-layer", 1]], why="text that is not painted over a picture of the page")


@case
def double_struck():
    content = b""
    for place, line in enumerate(BRIEF):
        for step in (0, 0.35):
            content += show(line, 72 + step, 760 - 28 * place)
    content += b"BT /F1 16 Tf 2 Tr 0.4 w 72 600 Td %s Tj ET\n" % hexed(gbk("描边加粗的一行"))
    return page_of(content, "bold by printing twice, and by stroking", [*BRIEF, "描边加粗的一行"])


@case
def doubled_characters_kept():
    lines = ["人人参与，家家有书", "处处留心皆学问", "——……——"]
    return page_of(lines_at(lines, gbk), "a character that is printed twice side by side is two characters", lines)


@case
def letter_spaced():
    lines = ["沧江党史简讯", "第十二期", "县委党史研究室编"]
    content = b"10 Tc\n" + lines_at(lines, gbk) + b"0 Tc 60 Tz 3 Ts\n" + lines_at(["压扁又抬高的一行"], gbk, 72, 600)
    return page_of(content, "letter spacing, horizontal scaling, rise", [*lines, "压扁又抬高的一行"])


@case
def state_inside_array():
    line = [hexed(gbk(it)) for it in ("云岭区红", "色地名", "讲解员上岗")]
    content = b"BT /F1 16 Tf 72 700 Td [%s 0.0 Tc\n-40 %s 0 Tw %s] TJ ET\n" % tuple(line)
    return page_of(content, "operators that set the state of text inside the array of TJ", ["云岭区红色地名讲解员上岗"])


@case
def blanks_meant():
    # A blank of an em between the characters of names is none of the text's business; the characters are.
    lines = ["报：市委办　市政府办", "送：各乡镇、街道", "责编：江 平"]
    return page_of(lines_at(lines, gbk), "blanks inside lines", lines)


# The columns of a page; every line as wide as its column but the last of a paragraph.
LEFT = [
    "　　江水从浮云岭下转了个弯，",
    "把一座老渡口留在了岸边。渡口",
    "的石阶磨得发亮，石缝里长着青",
    "苔。八十多年前，一位摆渡的老",
    "人在这里送走过一百多个赶路的",
    "后生，谁也没有问过他们要到哪",
    "里去。",
    "　　老人姓田，人们叫他田艄公。",
    "他不识字，却记得每个人的样子",
    "和口音，也记得他们留下的话。",
]
RIGHT = [
    "　　如今，渡口上修起了一座小",
    "亭，亭柱上没有对联，只刻着一",
    "行小字：此处曾有人渡江。",
    "　　青溪镇的孩子们每年清明都",
    "要来这里上一堂课。他们沿着石",
    "阶走下去，把写好的信折成小船",
    "放进江里，看它们漂远。",
    "　　田艄公的曾孙女田小禾在镇",
    "上教书，她说，这条江记得所有",
    "走过的人。",
]


@case
def two_columns_interleaved():
    content = b""
    for place, (left, right) in enumerate(zip(LEFT, RIGHT)):
        content += show(left, 60, 760 - 20 * place, 12) + show(right, 330, 760 - 20 * place, 12)
    return page_of(content, "two columns painted row by row", LEFT + RIGHT)


@case
def two_columns_under_heading():
    content = show("渡口往事", 240, 780, 28)
    for place, (left, right) in enumerate(zip(LEFT, RIGHT)):
        content += show(right, 330, 730 - 20 * place, 12) + show(left, 60, 730 - 20 * place, 12)
    return page_of(content, "a heading across two columns, the right one painted first", ["渡口往事", *LEFT, *RIGHT])


@case
def shuffled_glyphs():
    # Every character on its own, in an order that has nothing to do with reading: a fixed permutation.
    places = []
    for row, line in enumerate(NEWS):
        x = 72.0
        for char in line:
            if char not in "　 ":
                places.append((char, x, 760 - 28 * row))
            x += 16 * em(char)
    count = len(places)
    step = next(step for step in range(37, 999) if all(count % prime or step % prime for prime in (2, 3, 5, 7, 11, 13)) and gcd(step, count) == 1)
    order = [places[(place * step) % count] for place in range(count)]
    return page_of(b"".join(show(*it) for it in order), "every character placed on its own, in no order", NEWS)


def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


@case
def tj_kerning_octal():
    # Strings with octal and other escapes, broken over lines, with kerning between.
    def escaped(text):
        return b"(" + b"".join(b"\\%03o" % byte for byte in gbk(text)) + b")"

    lines = ["资料征集（第一批）", "括号\\与(平衡)括号", "断行的字串"]
    content = b"BT /F1 16 Tf 72 760 Td [%s -120 %s 80 %s] TJ\n" % (escaped("资料"), escaped("征集"), escaped("（第一批）"))
    plain = gbk("括号\\与(平衡)括号").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    content += b"0 -28 Td (%s) Tj\n" % plain
    raw = gbk("断行的字串")
    content += b"0 -28 Td (%s\\\r\n%s) Tj ET\n" % (raw[:4], raw[4:])
    return page_of(content, "TJ with kerning, octal escapes, escaped brackets, a string over two lines", lines)


@case
def quote_operators():
    content = b"BT /F1 16 Tf 28 TL 72 788 Td " + b"".join(
        (b"%s '\n" if place % 2 else b"0 2 %s \"\n") % hexed(gbk(line)) for place, line in enumerate(WALK)
    ) + b"ET"
    return page_of(content, "the operators ' and \"", WALK)


@case
def text_state_restored():
    # Font and spacing set inside q … Q end with it; Tf outlives ET.
    content = b"BT /F1 16 Tf ET q /F2 8 Tf 5 Tc Q BT 72 760 Td %s Tj ET BT 72 732 Td %s Tj ET" % (
        hexed(gbk("状态要还原")), hexed(gbk("字体仍是前一个")))
    return page_of(content, "text state and q … Q", ["状态要还原", "字体仍是前一个"])


@case
def inline_image():
    # The data holds EI with white space before it and a bracket; a short one and one with its length told.
    data = bytes([0, 255, 10]) + b"\nEI(" + bytes(range(17))
    assert len(data) == 24
    content = (
        show("图前一行", 72, 760)
        + b"q 50 0 0 50 300 600 cm\nBI /W 6 /H 4 /CS /G /BPC 8 ID " + data + b"\nEI\nQ\n"
        + show("图中一行", 72, 732)
        + b"q 50 0 0 50 400 600 cm\nBI /W 8 /H 8 /IM true /F /Fl ID " + zlib.compress(bytes(8)) + b" EI\nQ\n"
        + show("图后一行", 72, 704)
    )
    return page_of(content, "pictures in the content stream, one with EI in its data", ["图前一行", "图中一行", "图后一行"])


@case
def table():
    rows = [["序号", "单位", "采用数"], ["1", "青溪镇", "12"], ["2", "浮云乡", "9"], ["3", "沧江街道", "7"]]
    content = show("信息采用情况表", 72, 760)
    for y in range(5):
        content += b"72 %d m 472 %d l S\n" % (744 - 28 * y, 744 - 28 * y)
    for x in (72, 152, 352, 472):
        content += b"%d 744 m %d 632 l S\n" % (x, x)
    for column in (2, 0, 1):
        for place, row in enumerate(rows):
            content += show(row[column], (80, 160, 360)[column], 724 - 28 * place, 14)
    lines = ["信息采用情况表", *["".join(row) for row in rows]]
    return page_of(content, "a ruled table painted column by column reads row by row", lines)


@case
def contents_array():
    pdf = Pdf()
    whole = lines_at(NEWS, gbk)
    cut = whole.index(b" Tj") + 1
    parts = [pdf.stream(whole[:cut]), pdf.stream(whole[cut : cut + 40], flate=True), pdf.stream(whole[cut + 40 :])]
    # The second cut may fall inside a token only where the standard lets it: between tokens.
    at = whole.index(b"\n", cut + 40) + 1
    pdf.objects[parts[1]] = ({"Filter": "FlateDecode"}, zlib.compress(whole[cut:at], 9))
    pdf.objects[parts[2]] = ({}, whole[at:])
    pdf.page(parts, {"F1": cid_font(pdf, "GBK-EUC-H", "SimSun")})
    return pdf.bytes(), truth(NEWS, why="/Contents in parts that end between tokens")


@case
def filters():
    import base64

    def run_length(data):
        parts = [data[at : at + 128] for at in range(0, len(data), 128)]
        return b"".join(bytes([len(part) - 1]) + part for part in parts) + b"\x80"

    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    ways = [
        (["ASCIIHexDecode"], lambda it: it.hex().encode() + b">"),
        (["ASCII85Decode"], lambda it: base64.a85encode(it) + b"~>"),
        (["RunLengthDecode"], run_length),
        (["ASCII85Decode", "FlateDecode"], lambda it: base64.a85encode(zlib.compress(it, 9)) + b"~>"),
        (["LZWDecode"], lzw),
    ]
    for place, (names, coded) in enumerate(ways):
        content = coded(lines_at([f"第{place + 1}种编码", *WALK], gbk))
        pdf.page(pdf.stream(content, {"Filter": names}), {"F1": font})
    return pdf.bytes(), truth(*([f"第{place + 1}种编码", *WALK] for place in range(len(ways))), why="filters other than Flate")


def lzw(data):
    table, bits, width, out = {bytes([it]): it for it in range(256)}, "", 9, []
    codes, current = [(256, 9)], b""
    count = 258
    for byte in data:
        both = current + bytes([byte])
        if both in table:
            current = both
            continue
        codes.append((table[current], width))
        table[both], count = count, count + 1
        if count + 1 > (1 << width) and width < 12:
            width += 1
        current = bytes([byte])
        assert count < 4000
    codes += [(table[current], width), (257, width if count + 2 <= (1 << width) else width + 1)]
    bits = "".join(f"{code:0{size}b}" for code, size in codes)
    bits += "0" * (-len(bits) % 8)
    out = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return out


@case
def inherited():
    # Boxes, resources and rotation stand at the root of a page tree of two levels.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    pdf.tree_extra = {"MediaBox": [0, 0, 595, 842], "Resources": {"Font": {"F1": font}}, "Rotate": 180}
    turned = lambda lines: b"q -1 0 0 -1 595 842 cm\n%sQ" % lines_at(lines, gbk)
    first = pdf.page(turned(BRIEF), size=None)
    branch = pdf.reserve()
    leaves = [pdf.add({"Type": "Page", "Parent": branch, "Contents": pdf.stream(turned(lines))}) for lines in (NEWS, WALK)]
    pdf.objects[branch] = {"Type": "Pages", "Parent": pdf.tree, "Kids": leaves, "Count": 2}
    pdf.pages = [first, branch]
    pdf.tree_extra["Count"] = 3
    data = pdf.bytes()
    return data, truth(BRIEF, NEWS, WALK, why="attributes of pages inherited from the tree")


@case
def image_only_page():
    pdf = Pdf()
    pdf.page(b"q 595 0 0 842 0 0 cm /I1 Do Q", resources={"XObject": {"I1": picture(pdf)}})
    return pdf.bytes(), truth([], status="partial", code="image-only-page", remarks=[["image-only-page", 1]], why="nothing but a picture")


@case
def scan_with_folio():
    # A scanner's stamp is not the text of the page.
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    content = b"q 595 0 0 842 0 0 cm /I1 Do Q\n" + show("— 7 —", 270, 40)
    pdf.page(content, {"F1": font}, resources={"XObject": {"I1": picture(pdf)}})
    return pdf.bytes(), truth(None, status="partial", code="image-only-page", remarks=[["image-only-page", 1]], why="a picture with a folio printed over it")


@case
def background_picture():
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    pdf.page(b"q 595 0 0 842 0 0 cm /I1 Do Q\n" + lines_at(NEWS, gbk), {"F1": font}, resources={"XObject": {"I1": picture(pdf)}})
    return pdf.bytes(), truth(NEWS, why="a picture behind painted text")


@case
def letters_as_shapes():
    # Print converted to outlines: hundreds of small filled paths and not one character.
    boxes = b"".join(
        b"%d %d m %d %d l %d %d l h f\n" % (72 + 18 * x, 760 - 28 * y, 86 + 18 * x, 760 - 28 * y, 79 + 18 * x, 774 - 28 * y)
        for y in range(12) for x in range(20)
    )
    pdf = Pdf()
    pdf.page(boxes)
    return pdf.bytes(), truth([], status="partial", code="image-only-page", remarks=[["image-only-page", 1]], why="letters drawn as shapes need recognition like a scan")


@case
def image_only_second_page():
    pdf = gbk_pdf(BRIEF)
    pdf.page(b"q 595 0 0 842 0 0 cm /I1 Do Q", resources={"XObject": {"I1": picture(pdf)}})
    return pdf.bytes(), truth(BRIEF, [], status="partial", code="image-only-page", remarks=[["image-only-page", 2]], why="text, then a scanned page")


@case
def empty_page():
    pdf = gbk_pdf(BRIEF)
    pdf.page(b"")
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    pdf.page(None, {"F1": font})
    pdf.page(lines_at(WALK, gbk), {"F1": font})
    return pdf.bytes(), truth(BRIEF, [], [], WALK, remarks=[["empty-page", 2], ["empty-page", 3]], why="a page that paints nothing, and one without /Contents")


def garbled(make_map, why):
    pdf = Pdf()
    chars = sorted(set("".join(NEWS)))
    cid = {char: 1 + place for place, char in enumerate(chars)}
    import tiny_fonts

    data = tiny_fonts.truetype(chars, cmap=False)
    extra = {"ToUnicode": pdf.stream(make_map(cid))} if make_map else {}
    font = cid_font(
        pdf, "Identity-H", "ABCDEF+Boxes", "Identity", "CIDFontType2",
        ("FontFile2", pdf.stream(data, {"Length1": len(data)}, flate=True)),
        descendant={"CIDToGIDMap": "Identity", "DW": 1000, "W": []}, **extra,
    )
    pdf.page(lines_at(NEWS, lambda it: b"".join(cid[char].to_bytes(2, "big") for char in it)), {"F1": font})
    return pdf.bytes(), truth(None, status="partial", code="garbled-page", remarks=[["garbled-page", 1]], why=why)


@case
def garbled_private_use():
    return garbled(lambda cid: to_unicode((number, chr(0xE000 + number)) for number in cid.values()), "ToUnicode leads to private use")


@case
def garbled_controls():
    return garbled(lambda cid: to_unicode((number, chr(1 + number % 8)) for number in cid.values()), "ToUnicode leads to control characters")


@case
def garbled_no_map():
    return garbled(None, "a subset without ToUnicode and without a table of its own")


@case
def metadata_and_outline():
    pdf = gbk_pdf(NEWS, BRIEF)
    utf16 = lambda text: b"\xfe\xff" + text.encode("utf-16-be")
    pdf.info = pdf.add({"Title": utf16("沧江党史简讯2023年第3期"), "Producer": b"by hand"})
    outline, first, second = pdf.reserve(), pdf.reserve(), pdf.reserve()
    dest = lambda page: [pdf.pages[page], "Fit"]
    pdf.objects[first] = {"Title": utf16(NEWS[0]), "Parent": outline, "Next": second, "Dest": dest(0)}
    pdf.objects[second] = {"Title": utf16(BRIEF[0]), "Parent": outline, "Prev": first, "Dest": dest(1)}
    pdf.objects[outline] = {"Type": "Outlines", "First": first, "Last": second, "Count": 2}
    pdf.catalog = {"Outlines": outline, "PageMode": "UseOutlines"}
    return pdf.bytes(), truth(NEWS, BRIEF, title="沧江党史简讯2023年第3期", bookmarks=[NEWS[0], BRIEF[0]], why="a title in the metadata, bookmarks")


@case
def tagged_artifacts():
    # Artifacts are print too: a folio and a running head.
    content = (
        b"/Artifact <</Type /Pagination>> BDC\n" + show("沧江党史简讯", 72, 800, 10) + b"EMC\n"
        b"/P <</MCID 0>> BDC\n" + lines_at(BRIEF, gbk) + b"EMC\n"
        b"/Artifact BMC\n" + show("— 1 —", 280, 40, 12) + b"EMC\n"
    )
    return page_of(content, "marked content changes nothing", ["沧江党史简讯", *BRIEF, "— 1 —"])


@case
def objects_in_streams():
    pdf = gbk_pdf(NEWS, BRIEF)
    return pdf.packed(), truth(NEWS, BRIEF, why="object streams and a cross-reference stream with a predictor")


@case
def incremental_update():
    # A second revision behind the first replaces the content of the page.
    pdf = gbk_pdf(BRIEF)
    first = pdf.bytes()
    content = Ref(pdf.objects[pdf.pages[0]]["Contents"])
    start = int(first.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    new = pdf.one(content, ({}, lines_at(WALK, gbk)))
    at = len(first)
    table = at + len(new)
    trailer = Raw(b"<</Size %d /Root %d 0 R /Prev %d>>" % (len(pdf.objects) + 1, pdf.root, start))
    update = new + b"xref\n%d 1\n%010d 00000 n \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (content, at, trailer, table)
    return first + update, truth(WALK, why="an update behind the first %%EOF counts")
