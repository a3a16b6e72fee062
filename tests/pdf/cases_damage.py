"""Files that are encrypted or broken, and one whole issue."""

import re

from cases import BRIEF, NEWS, WALK, case, cid_font, gbk, gbk_pdf, truth
from crypt import Crypt
from writer import Pdf, hexed


def encrypted(method, why, user=b""):
    pdf = gbk_pdf(NEWS, WALK)
    pdf.info = pdf.add({"Title": b"\xfe\xff" + "沧江党史简讯".encode("utf-16-be")})
    pdf.crypt = Crypt(method, user)
    if user:
        return pdf.bytes(), truth(status="failed", code="encrypted", why=why)
    return pdf.bytes(), truth(NEWS, WALK, title="沧江党史简讯", why=why)


@case
def encrypted_rc4_40():
    return encrypted("rc4-40", "RC4 of 40 bits with an empty password")


@case
def encrypted_rc4_128():
    return encrypted("rc4-128", "RC4 of 128 bits with an empty password")


@case
def encrypted_aes_128():
    return encrypted("aes-128", "AES of 128 bits with an empty password")


@case
def encrypted_aes_256():
    return encrypted("aes-256", "AES of 256 bits, revision 6, with an empty password")


@case
def encrypted_password_rc4():
    return encrypted("rc4-128", "RC4 with a password that nobody gives", b"secret")


@case
def encrypted_password_aes():
    return encrypted("aes-256", "AES with a password that nobody gives", b"secret")


@case
def broken_xref():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    return data[: data.rindex(b"startxref")] + b"startxref\n99\n%%EOF\n", truth(NEWS, BRIEF, why="startxref points into nowhere")


@case
def shifted_xref():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    moved = re.sub(rb"(\d{10}) 00000 n", lambda it: b"%010d 00000 n" % (int(it[1]) + 13), data)
    return moved, truth(NEWS, BRIEF, why="every offset of the table is wrong")


@case
def no_trailer():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    return data[: data.rindex(b"xref\n0 ")], truth(NEWS, BRIEF, why="neither table nor trailer")


@case
def truncated():
    # The file ends inside the content of the second page.
    pdf = gbk_pdf(NEWS, BRIEF)
    pdf.finished()
    last = pdf.objects[pdf.pages[1]]["Contents"]
    data = pdf.header() + b"".join(pdf.one(number, item) for number, item in pdf.objects.items() if number != last)
    content = pdf.one(last, pdf.objects[last])
    cut = content.index(hexed(gbk(BRIEF[2])))
    return data + content[: cut + 9], truth(NEWS, None, why="cut off in the content of page 2: page 1 is whole")


@case
def bad_lengths():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    half = lambda it: b"/Length " + str(int(it[1]) // 2).rjust(len(it[1]), "0").encode()
    return re.sub(rb"/Length (\d+)", half, data), truth(NEWS, BRIEF, why="every /Length is half of what it should be")


@case
def long_lengths():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    return re.sub(rb"/Length (\d+)", lambda it: b"/Length " + b"9" * len(it[1]), data), truth(NEWS, BRIEF, why="every /Length is far too long")


@case
def no_lengths():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    blank = lambda it: b" " * len(it[0])
    return re.sub(rb"/Length \d+", blank, data), truth(NEWS, BRIEF, why="no stream says how long it is")


@case
def no_header():
    data = gbk_pdf(NEWS, BRIEF).bytes()
    return data[data.index(b"\n") + 1 :], truth(NEWS, BRIEF, why="the first line, which says that it is a PDF file, is missing")


@case
def junk_prefix():
    junk = b"\r\nHTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" * 4
    return junk + gbk_pdf(NEWS, BRIEF).bytes(), truth(NEWS, BRIEF, why="a header of another protocol before the file")


@case
def junk_suffix():
    return gbk_pdf(NEWS).bytes() + b"\0" * 3000 + b"<html></html>\n", truth(NEWS, why="bytes behind the end")


@case
def flate_damaged():
    # A deflate stream that breaks off: what came before counts, here all lines but the last ones.
    pdf = Pdf()
    from writer import lines_at
    import zlib

    content = zlib.compress(lines_at(NEWS, gbk), 0)
    pdf.page(pdf.stream(content[:-4] + b"\0\0\0\0", {"Filter": "FlateDecode"}), {"F1": cid_font(pdf, "GBK-EUC-H", "SimSun")})
    return pdf.bytes(), truth(NEWS, why="a deflate stream whose check sum is wrong")


@case
def count_lies():
    pdf = gbk_pdf(NEWS, BRIEF)
    pdf.tree_extra = {"Count": 7}
    return pdf.bytes(), truth(NEWS, BRIEF, why="the tree claims more pages than it has")


@case
def missing_font():
    pdf = gbk_pdf(NEWS)
    from writer import lines_at

    pdf.page(lines_at(BRIEF, gbk), {"F2": cid_font(pdf, "GBK-EUC-H", "SimSun")})
    return pdf.bytes(), truth(NEWS, None, why="a page that uses a font nobody defines; the other page is read")


@case
def no_pages():
    pdf = Pdf()
    return pdf.bytes(), truth(status="failed", code="damaged-pdf", why="a page tree without pages")


@case
def only_header():
    return b"%PDF-1.7\n%\xe4\xb8\xad\xe6\x96\x87\nnothing else\n", truth(status="failed", code="damaged-pdf", why="a header and nothing else")


@case
def not_a_pdf():
    return "沧江党史简讯，不是PDF文件。\n".encode(), truth(status="failed", code="damaged-pdf", why="text under the name of a PDF")


@case
def no_bytes():
    return b"", truth(status="failed", code="damaged-pdf", why="a file of no bytes")


# One issue as it is printed: text, x, y, size. Lines hold 28 characters of 16 points between 74 and 522.
def centred(text, y, size):
    from tiny_fonts import em

    return (text, 297.6 - size * sum(map(em, text)) / 2, y, size)


def justified(lines, y):
    return [(line, 74, y - 28 * place, 16) for place, line in enumerate(lines)]


PAGE_1 = [
    centred("沧江党史简讯", 770, 36),
    centred("第3期", 730, 16),
    centred("（总第58期）", 706, 16),
    ("中共沧江县委党史研究室编", 74, 672, 14),
    ("2023年3月31日", 420, 672, 14),
    centred("本期目录", 636, 18),
    ("【工作动态】", 74, 606, 16),
    ("●沧江县召开党史资料征集工作推进会", 74, 578, 16),
    ("●青溪镇建成村史馆", 74, 550, 16),
    centred("【工作动态】", 506, 18),
    centred("沧江县召开党史资料征集工作推进会", 470, 20),
    *justified(
        [
            "　　3月16日，沧江县委党史研究室召开2023年党史资料征集工作",
            "推进会，总结去年工作，部署今年任务。县委党史研究室主任江守",
            "正主持会议，24个乡镇、街道的党史联络员参加会议。",
            "　　会议指出，去年全县共征集口述资料46份、老照片320张、实",
            "物85件，其中28件系首次发现。会议要求，各乡镇、街道要抓紧走",
            "访健在的老同志，做到“应征尽征、应存尽存”，把散落在民间的",
            "史料尽快收集起来；要严格核校，凡是没有出处的数字和人名，一",
        ],
        436,
    ),
    centred("— 1 —", 60, 14),
]
PAGE_2 = [
    *justified(
        [
            "律不得写进书稿；要在年底前完成《沧江红色地名录》初稿，送县",
            "档案馆和有关乡镇征求意见。",
        ],
        770,
    ),
    ("（沧江县委党史研究室供稿）", 314, 714, 16),
    centred("青溪镇建成村史馆", 672, 20),
    *justified(
        [
            "　　3月20日，青溪镇党史村史陈列馆建成开馆。该馆由老粮站改",
            "建而成，分“星火”“拓荒”“新程”3个部分，展出老照片120张、",
            "实物86件，讲述全镇12个村的发展历程。",
        ],
        638,
    ),
    ("（青溪镇党政办供稿）", 362, 554, 16),
    centred("— 2 —", 60, 14),
]


@case
def issue_of_two_pages():
    pdf = Pdf()
    font = cid_font(pdf, "GBK-EUC-H", "SimSun")
    for page in (PAGE_1, PAGE_2):
        shown = [b"BT /F1 %g Tf %g %g Td %s Tj ET\n" % (size, x, y, hexed(gbk(text))) for text, x, y, size in page]
        # The folio is painted first, as word processors do.
        pdf.page(b"".join(shown[-1:] + shown[:-1]), {"F1": font})
    first = [text for text, *_ in PAGE_1]
    # Publisher and date stand on one line.
    first[3:5] = [first[3] + first[4]]
    return pdf.bytes(), truth(
        first, [text for text, *_ in PAGE_2], why="masthead, contents, section, two items, folios",
        items=[["沧江县召开党史资料征集工作推进会", 2], ["青溪镇建成村史馆", 1]],
    )
