"""Writes raw/bulletin-scan.tif and raw/bulletin-scan.pdf: the pages of two made-up issues as a scanner sees them.

Needs Pillow, pikepdf and the Debian package fonts-noto-cjk. The same bytes come out for the same versions of these.
"""

import io
import random
import sys
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DPI = 200
EM = 16 / 72 * DPI
LEADING = 28 / 72 * DPI
LEFT, TOP, WIDTH = 1.10 * DPI, 1.3 * DPI, 28
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SIMPLIFIED = 2

# A page is a list of lines: "=" a masthead, "#" a headline, ">" to the right, "|" a folio, else running text that is wrapped.
TIFF = [
    [
        "=史志简讯", "第3期", "临江市地方史志研究室编　　　　　　2024年5月20日", "【工作动态】",
        "#市地方史志研究室召开年鉴编纂推进会",
        "　　5月9日，市地方史志研究室召开《临江年鉴（2024）》编纂推进会，来自48个单位的撰稿人参加会议。会议通报了组稿进度，"
        "对条目选题、数据核对和图片征集作了说明，并请三位特约编辑现场答疑。",
        "　　会议要求，各单位要在6月10日前交齐初稿，逐条核对人名、地名和数字，凡引用统计数据的，须注明来源和时间。",
        ">（市地方史志研究室年鉴科供稿）",
        "#渝北区开展“口述史进社区”活动",
        "　　5月13日至15日，渝北区档案馆会同龙溪街道开展“口述史进社区”活动，走访老工人、老教师21人，录得音像资料36小时。"
        "活动还邀请居民辨认老照片，",
    ],
    [
        "为140余幅旧影补记了时间和地点。",
        "　　下一步，该馆将整理访谈文稿，选编成册，年内与读者见面。",
        ">（渝北区档案馆供稿）",
        "#合川区史志馆新馆试运行",
        "　　5月16日，合川区史志馆新馆试运行。新馆设方志厅、族谱室和数字阅览区，收藏地方文献1.2万册，首日接待读者380人次。",
        ">（合川区地方志办公室供稿）",
    ],
]
PDF = [
    [
        "=史志简讯", "第4期", "临江市地方史志研究室编　　　　　　2024年6月18日", "【区县动态】",
        "#北碚区举办旧志整理培训班",
        "　　6月5日，北碚区地方志办公室举办旧志整理培训班，讲授版本、标点和校勘常识，30名学员分组试点校了《缙云山志》的三个章节。",
        ">（北碚区地方志办公室供稿）",
        "#万州区征集移民史料1200件",
        "　　截至6月12日，万州区档案馆面向社会征集移民史料1200件，其中书信、日记和户籍簿占六成，均已完成消毒、编目和扫描。",
        ">（万州区档案馆供稿）",
    ],
]


def wrapped(text):
    """Lines of at most WIDTH cells; a letter or digit takes half a cell, and no closing mark starts a line."""
    lines, line, room = [], "", 0.0
    for place, c in enumerate(text):
        cell = 0.5 if c.isascii() else 1.0
        if room + cell > WIDTH and c not in "，。、；：！？）》”":
            lines.append(line)
            line, room = "", 0.0
        line, room = line + c, room + cell
    return lines + [line]


def page(lines, number):
    image = Image.new("L", (int(8.27 * DPI), int(11.69 * DPI)), 255)
    draw = ImageDraw.Draw(image)
    y = TOP

    def put(text, x, size, face):
        font = ImageFont.truetype(face, round(size), index=SIMPLIFIED)
        for c in text:
            draw.text((x, y), c, font=font, fill=0)
            x += size * (0.5 if c.isascii() else 1.0)

    def cells(text):
        return sum(0.5 if c.isascii() else 1.0 for c in text)

    for text in lines:
        kind, text = (text[0], text[1:]) if text[0] in "=#>" else ("", text)
        if kind == "=":
            size = EM * 2.4
            put(text, (image.width - cells(text) * size) / 2, size, SANS)
            y += LEADING * 2
        elif kind == "#":
            size = EM * 1.2
            put(text, (image.width - cells(text) * size) / 2, size, SANS)
            y += LEADING * 1.2
        elif kind == ">":
            put(text, LEFT + (WIDTH - cells(text)) * EM, EM, SERIF)
            y += LEADING * 1.3
        else:
            for line in wrapped(text):
                put(line, LEFT, EM, SERIF)
                y += LEADING
    y = image.height - 1.0 * DPI
    folio = f"— {number} —"
    put(folio, (image.width - cells(folio) * EM) / 2, EM * 0.9, SERIF)
    return image


def scanned(image, seed):
    """A little askew, blurred and speckled."""
    dice = random.Random(seed)
    image = image.rotate(dice.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    for _ in range(250):
        image.putpixel((dice.randrange(image.width), dice.randrange(image.height)), dice.randrange(90))
    return image


def main():
    raw = Path(sys.argv[1] if len(sys.argv) > 1 else "raw")
    pages = [scanned(page(lines, number), number).point(lambda shade: 255 * (shade > 140)).convert("1")
             for number, lines in enumerate(TIFF, 1)]
    pages[0].save(raw / "bulletin-scan.tif", compression="group4", save_all=True, append_images=pages[1:], dpi=(DPI, DPI))
    pdf = pikepdf.new()
    for number, lines in enumerate(PDF, 1):
        image = scanned(page(lines, number), 40 + number)
        coded = io.BytesIO()
        image.save(coded, "JPEG", quality=30)
        stream = pdf.make_stream(
            coded.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=image.width,
            Height=image.height, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode)
        width, height = image.width * 72 / DPI, image.height * 72 / DPI
        content = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Scan Do Q".encode())
        pdf.pages.append(pikepdf.Page(pikepdf.Dictionary(
            Type=pikepdf.Name.Page, MediaBox=[0, 0, width, height], Contents=content,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=stream)))))
    pdf.save(raw / "bulletin-scan.pdf", deterministic_id=True)


if __name__ == "__main__":
    main()
