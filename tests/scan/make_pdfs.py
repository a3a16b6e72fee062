"""The PDF files of make_files.py: the same page under each filter, colour space, frame and way to put it together."""

import io
import struct
import zlib

import pikepdf
from PIL import Image
from pikepdf import Array, Dictionary, Name

WIDTH, HEIGHT = 123, 161
# The page is as large as the picture at 300 pixels an inch.
POINTS = WIDTH * 72 / 300, HEIGHT * 72 / 300
WHOLE = f"q {POINTS[0]} 0 0 {POINTS[1]} 0 0 cm /Im0 Do Q"


def write(add, page, saved, tiffcp):
    def pdf(name, images, kind, content=WHOLE, size=(WIDTH, HEIGHT), page_entries=None, save=None, **truth):
        file = pikepdf.new()
        objects = {}
        for index, (data, entries) in enumerate(images):
            entries = dict(entries)
            extra = {key: file.make_indirect(made(file)) if callable(made) else made for key, made in entries.items()}
            stream = pikepdf.Stream(file, data)
            for key, entry in {"Type": Name.XObject, "Subtype": Name.Image, **extra}.items():
                stream[Name("/" + key)] = entry
            objects[f"/Im{index}"] = file.make_indirect(stream)
        entries = {"/MediaBox": Array([0, 0, *POINTS]), **(page_entries or {})}
        sheet = Dictionary({
            "/Type": Name.Page,
            "/Resources": Dictionary({"/XObject": Dictionary(objects), "/Font": Dictionary({"/F1": Dictionary({
                "/Type": Name.Font, "/Subtype": Name.Type1, "/BaseFont": Name.Helvetica})})}),
            "/Contents": file.make_stream(content.encode()),
            **entries,
        })
        file.pages.append(pikepdf.Page(file.make_indirect(sheet)))
        out = io.BytesIO()
        options = {"deterministic_id": True} if not save else save
        kept = {} if save else {"stream_decode_level": pikepdf.StreamDecodeLevel.none}
        file.save(out, compress_streams=False, **kept, **options)
        add(f"{name}.pdf", out.getvalue(), kind, size=size, **truth)

    def entries(space, bits=8, width=WIDTH, height=HEIGHT, **more):
        space = getattr(Name, space) if isinstance(space, str) else space
        return {"Width": width, "Height": height, "ColorSpace": space, "BitsPerComponent": bits, **more}

    flate = {"Filter": Name.FlateDecode}
    grey, colour, bilevel = page("L").tobytes(), page("RGB").tobytes(), page("1").tobytes()
    inks = page("CMYK").tobytes()
    raw = {"grey": (grey, "DeviceGray", 8), "colour": (colour, "DeviceRGB", 8), "bilevel": (bilevel, "DeviceGray", 1)}
    for kind, (data, space, bits) in raw.items():
        pdf(f"raw_{kind}", [(data, entries(space, bits))], kind)
        pdf(f"flate_{kind}", [(zlib.compress(data, 9), {**entries(space, bits), **flate})], kind)
        pdf(f"lzw_{kind}", [(lzw(data), {**entries(space, bits), "Filter": Name.LZWDecode})], kind)
        pdf(f"run_length_{kind}", [(run_length(data), {**entries(space, bits), "Filter": Name.RunLengthDecode})], kind)
    pdf("flate_inks", [(zlib.compress(inks, 9), {**entries("DeviceCMYK"), **flate})], "colour")
    two = packed([light >> 6 for light in grey], 2, WIDTH)
    four = packed([light >> 4 for light in grey], 4, WIDTH)
    pdf("flate_2_bits", [(zlib.compress(two, 9), {**entries("DeviceGray", 2), **flate})], "grey", grey=170)
    pdf("flate_4_bits", [(zlib.compress(four, 9), {**entries("DeviceGray", 4), **flate})], "grey")
    wide = bytes(byte for light in grey for byte in (light, 0))
    pdf("flate_16_bits", [(zlib.compress(wide, 9), {**entries("DeviceGray", 16), **flate})], "grey")

    for kind, colours in (("grey", 1), ("colour", 3)):
        data, space, bits = raw[kind]
        row = WIDTH * colours
        rows = [data[start:start + row] for start in range(0, len(data), row)]
        for filter_ in range(5):
            parms = Dictionary(Predictor=10 + filter_, Colors=colours, Columns=WIDTH)
            coded = zlib.compress(b"".join(png_rows(rows, filter_, colours)), 9)
            pdf(f"png_{filter_}_{kind}", [(coded, {**entries(space), **flate, "DecodeParms": parms})], kind)
        parms = Dictionary(Predictor=2, Colors=colours, Columns=WIDTH)
        coded = zlib.compress(b"".join(differences(row, colours) for row in rows), 9)
        pdf(f"tiff_predictor_{kind}", [(coded, {**entries(space), **flate, "DecodeParms": parms})], kind)

    chain = Array([Name.ASCII85Decode, Name.FlateDecode])
    pdf("ascii85_flate", [(ascii85(zlib.compress(grey, 9)), {**entries("DeviceGray"), "Filter": chain})], "grey")
    chain = Array([Name.ASCIIHexDecode, Name.DCTDecode])
    jpeg = saved(page("L"), "JPEG", quality=90)
    pdf("hex_dct", [(jpeg.hex().encode() + b">", {**entries("DeviceGray"), "Filter": chain})], "grey")

    dct = {"Filter": Name.DCTDecode}
    pdf("dct_grey", [(jpeg, {**entries("DeviceGray"), **dct})], "grey")
    jpeg = saved(page("RGB"), "JPEG", quality=90)
    pdf("dct_colour", [(jpeg, {**entries("DeviceRGB"), **dct})], "colour")
    pdf("dct_flate", [(zlib.compress(jpeg), {**entries("DeviceRGB"), "Filter": Array([Name.FlateDecode, Name.DCTDecode])})], "colour")
    inverted = saved(page("CMYK"), "JPEG", quality=90)
    # Pillow writes the inks the wrong way round, as Adobe does, and the file must say so.
    pdf("dct_inks", [(inverted, {**entries("DeviceCMYK"), **dct, "Decode": Array([1, 0] * 4)})], "colour")
    for kind, mode, space in (("grey", "L", "DeviceGray"), ("colour", "RGB", "DeviceRGB")):
        jpx = saved(page(mode), "JPEG2000")
        pdf(f"jpx_{kind}", [(jpx, {**entries(space), "Filter": Name.JPXDecode})], kind)
    bare = saved(page("RGB"), "JPEG2000")
    pdf("jpx_without_space", [(bare, {"Width": WIDTH, "Height": HEIGHT, "Filter": Name.JPXDecode})], "colour")

    facsimile(pdf, entries, page, saved, tiffcp)
    spaces(pdf, entries, page, raw, flate)
    frames(pdf, entries, raw, flate)
    stacks(pdf, entries, page, raw, flate, saved)


def facsimile(pdf, entries, page, saved, tiffcp):
    def strip(coding, *options):
        with Image.open(io.BytesIO(tiffcp(saved(page("1"), "TIFF"), "-c", coding, "-r", "1000", *options))) as tiff:
            place, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
            tiff.fp.seek(place)
            return tiff.fp.read(size), tiff.tag_v2[262]

    for name, coding, parms in (
        ("g4", "g4", {"K": -1}),
        ("g3_1d", "g3:1d", {"K": 0, "EndOfLine": True}),
        ("g3_2d", "g3:2d", {"K": 4, "EndOfLine": True}),
    ):
        data, photometric = strip(coding)
        # A TIFF file that says white is not 0 codes black as white.
        decode = {"Decode": Array([1, 0])} if photometric == 1 else {}
        parms = Dictionary(Columns=WIDTH, Rows=HEIGHT, **parms)
        both = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms}
        pdf(f"fax_{name}", [(data, {**entries("DeviceGray", 1), **both, **decode})], "bilevel")
        black = Dictionary(parms)
        black["/BlackIs1"] = True
        decode = {} if photometric == 1 else {"Decode": Array([1, 0])}
        pdf(f"fax_{name}_black_is_1", [(data, {**entries("DeviceGray", 1), **both, "DecodeParms": black, **decode})], "bilevel")
    data, photometric = strip("g4")
    parms = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT)
    # As a stencil: painted where it is 0, which is black.
    paint = {"Decode": Array([1, 0])} if photometric == 1 else {}
    mask = {"Width": WIDTH, "Height": HEIGHT, "ImageMask": True, "BitsPerComponent": 1, **paint}
    both = {"Filter": Name.CCITTFaxDecode, "DecodeParms": parms}
    pdf("stencil", [(data, {**mask, **both})], "bilevel")
    pdf("stencil_blue_before", [(data, {**mask, **both})], "bilevel", content=f"0 0 1 rg 0 g {WHOLE}")
    pdf("stencil_tint", [(data, {**mask, **both})], "bilevel", content=f"/Cs1 cs 1 scn 0 g {WHOLE}")
    white = data if photometric == 0 else None
    if white is None:
        inverse = page("1").point(lambda light: 255 - light)
        with Image.open(io.BytesIO(tiffcp(saved(inverse, "TIFF"), "-c", "g4", "-r", "1000"))) as tiff:
            tiff.fp.seek(tiff.tag_v2[273][0])
            white = tiff.fp.read(tiff.tag_v2[279][0])
    segments = jbig2(white)
    pdf("jbig2", [(segments, {**entries("DeviceGray", 1), "Filter": Name.JBIG2Decode})], "bilevel")


def jbig2(group4):
    """A page of one region coded as a facsimile, as PDF embeds it: 1 is black."""
    def segment(number, kind, data):
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
    page = struct.pack(">IIIIBH", WIDTH, HEIGHT, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", WIDTH, HEIGHT, 0, 0, 0, 1) + group4
    return segment(0, 48, page) + segment(1, 38, region) + segment(2, 49, b"")


def spaces(pdf, entries, page, raw, flate):
    grey, colour = zlib.compress(raw["grey"][0], 9), zlib.compress(raw["colour"][0], 9)
    bilevel = zlib.compress(raw["bilevel"][0], 9)
    image = page("RGB").quantize(8)
    table = bytes(image.getpalette()[:24])
    indices = zlib.compress(image.tobytes(), 9)
    indexed = Array([Name.Indexed, Name.DeviceRGB, 7, pikepdf.String(table)])
    pdf("indexed", [(indices, {**entries(indexed), **flate})], "colour")
    four = zlib.compress(packed(image.tobytes(), 4, WIDTH), 9)
    stream = lambda file: Array([Name.Indexed, Name.DeviceRGB, 7, file.make_stream(table)])
    pdf("indexed_4_bits", [(four, {**entries(stream, 4), **flate})], "colour")
    two = Array([Name.Indexed, Name.DeviceGray, 1, pikepdf.String(b"\xff\0")])
    turned = zlib.compress(bytes(byte ^ 255 for byte in raw["bilevel"][0]), 9)
    pdf("indexed_1_bit", [(turned, {**entries(two, 1), **flate})], "bilevel")
    pdf("indexed_decode", [(bilevel, {**entries(two, 1), **flate, "Decode": Array([1, 0])})], "bilevel")
    profile = lambda count: lambda file: Array([Name.ICCBased, file.make_stream(b"", N=count)])
    pdf("icc_grey", [(grey, {**entries(profile(1)), **flate})], "grey")
    pdf("icc_colour", [(colour, {**entries(profile(3)), **flate})], "colour")
    point = Dictionary(WhitePoint=Array([0.9505, 1, 1.089]))
    pdf("calibrated_grey", [(grey, {**entries(Array([Name.CalGray, point])), **flate})], "grey")
    pdf("calibrated_colour", [(colour, {**entries(Array([Name.CalRGB, point])), **flate})], "colour")
    negative = zlib.compress(bytes(255 - light for light in raw["grey"][0]), 9)
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    ink = Array([Name.Separation, Name.Black, Name.DeviceGray, tint])
    pdf("separation", [(negative, {**entries(ink), **flate})], "grey")
    pdf("decode_turned", [(negative, {**entries("DeviceGray"), **flate, "Decode": Array([1, 0])})], "grey")
    lab = bytearray()
    for light in raw["grey"][0]:
        share = light / 255
        linear = share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        level = 116 * linear ** (1 / 3) - 16 if linear > 0.008856 else 903.3 * linear
        lab += bytes((round(level * 2.55), 128, 128))
    d50 = Dictionary(WhitePoint=Array([0.9642, 1, 0.8249]), Range=Array([-128, 127, -128, 127]))
    pdf("lab", [(zlib.compress(bytes(lab), 9), {**entries(Array([Name.Lab, d50])), **flate})], "grey")


def frames(pdf, entries, raw, flate):
    """The page upright behind every turn of picture and page."""
    width, height = POINTS
    upright = Image.frombytes("RGB", (WIDTH, HEIGHT), raw["colour"][0])
    turn = Image.Transpose
    coded = lambda image: (zlib.compress(image.tobytes(), 9), {**entries("DeviceRGB", 8, *image.size), **flate})
    matrices = {
        "flipped_x": (turn.FLIP_LEFT_RIGHT, f"-{width} 0 0 {height} {width} 0"),
        "flipped_y": (turn.FLIP_TOP_BOTTOM, f"{width} 0 0 -{height} 0 {height}"),
        "turned_180": (turn.ROTATE_180, f"-{width} 0 0 -{height} {width} {height}"),
        # The picture's lower edge goes up the page.
        "turned_90": (turn.ROTATE_270, f"0 {height} -{width} 0 {width} 0"),
        "turned_270": (turn.ROTATE_90, f"0 -{height} {width} 0 0 {height}"),
        "mirrored_falling": (turn.TRANSPOSE, f"0 -{height} -{width} 0 {width} {height}"),
        "mirrored_rising": (turn.TRANSVERSE, f"0 {height} {width} 0 0 0"),
    }
    for name, (stored, matrix) in matrices.items():
        pdf(name, [coded(upright.transpose(stored))], "colour", content=f"q {matrix} cm /Im0 Do Q")
    for angle, stored in ((90, turn.ROTATE_90), (180, turn.ROTATE_180), (270, turn.ROTATE_270)):
        image = upright.transpose(stored)
        size = (image.size[0] * 72 / 300, image.size[1] * 72 / 300)
        box = {"/MediaBox": pikepdf.Array([0, 0, *size]), "/Rotate": angle}
        content = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q"
        pdf(f"rotate_{angle}", [coded(image)], "colour", content=content, page_entries=box)
    # A sheet that is larger than what is shown.
    image = Image.new("RGB", (WIDTH + 60, HEIGHT + 40), "black")
    image.paste(upright, (20, 30))
    size = (image.size[0] * 72 / 300, image.size[1] * 72 / 300)
    left, low = 20 * 72 / 300, 10 * 72 / 300
    box = {"/MediaBox": pikepdf.Array([0, 0, *size]), "/CropBox": pikepdf.Array([left, low, left + width, low + height])}
    pdf("crop_box", [coded(image)], "colour", content=f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q", page_entries=box)
    # A picture that leaves a margin.
    inner = upright.crop((5, 4, WIDTH - 3, HEIGHT - 2))
    size = (inner.size[0] * 72 / 300, inner.size[1] * 72 / 300)
    at = 5 * 72 / 300, 2 * 72 / 300
    pdf("margin", [coded(inner)], "colour", content=f"q {size[0]} 0 0 {size[1]} {at[0]} {at[1]} cm /Im0 Do Q")
    inside = f"q 0 0 {width} {height} re W n 0.5 0 0 0.5 0 0 cm q 2 0 0 2 0 0 cm {WHOLE} Q Q"
    pdf("clipped", [coded(upright)], "colour", content=inside)
    for aes in (False, True):
        crypt = pikepdf.Encryption(owner="owner", user="", R=6 if aes else 4, aes=aes, metadata=False)
        pdf(f"encrypted_{'aes' if aes else 'rc4'}", [coded(upright)], "colour", save={"encryption": crypt, "static_id": True})


def stacks(pdf, entries, page, raw, flate, saved):
    width, height = POINTS
    upright = Image.frombytes("RGB", (WIDTH, HEIGHT), raw["colour"][0])
    coded = lambda image, space="DeviceRGB", **more: (
        zlib.compress(image.tobytes(), 9), {**entries(space, 8, *image.size), **flate, **more})
    strips, content = [], ""
    for index, top in enumerate(range(0, HEIGHT, 23)):
        strip = upright.crop((0, top, WIDTH, min(top + 23, HEIGHT)))
        strips.append(coded(strip))
        tall = strip.size[1] * 72 / 300
        content += f"q {width} 0 0 {tall} 0 {height - top * 72 / 300 - tall:.4f} cm /Im{index} Do Q\n"
    pdf("strips", strips, "colour", content=content)
    tiles, content = [], ""
    for left in range(0, WIDTH, 50):
        for top in range(0, HEIGHT, 64):
            tile = upright.crop((left, top, min(left + 50, WIDTH), min(top + 64, HEIGHT)))
            tiles.append(coded(tile))
            wide, tall = tile.size[0] * 72 / 300, tile.size[1] * 72 / 300
            at = left * 72 / 300, height - top * 72 / 300 - tall
            content += f"q {wide} 0 0 {tall} {at[0]} {at[1]:.4f} cm /Im{len(tiles) - 1} Do Q\n"
    pdf("tiles", tiles, "colour", content=content)
    # A coloured background at a third of the resolution, and the black print as a stencil over it.
    ground = Image.new("RGB", (WIDTH, HEIGHT), "white")
    for box in ((40, 120, 80, 130), (40, 100, 80, 110), (54, 70, 70, 86)):
        ground.paste(upright.crop(box), box[:2])
    ground = ground.resize((WIDTH // 3, HEIGHT // 3), Image.Resampling.BOX)
    stencil = (zlib.compress(page("1").tobytes(), 9), {
        "Width": WIDTH, "Height": HEIGHT, "ImageMask": True, "BitsPerComponent": 1, **flate})
    both = f"{WHOLE} 0 g {WHOLE.replace('Im0', 'Im1')}"
    pdf("background_and_stencil", [coded(ground), stencil], "colour", content=both)
    # The same with the print as a picture of one black pixel behind a mask.
    cover = page("1").convert("L").point(lambda light: 255 - light)
    soft = lambda file: pikepdf.Stream(file, zlib.compress(cover.tobytes(), 9), Type=Name.XObject, Subtype=Name.Image,
                                       **entries("DeviceGray"), **flate)
    ink = Image.new("RGB", (1, 1), "black")
    pdf("background_and_soft_mask", [coded(ground), coded(ink, SMask=soft)], "colour", content=both)
    hard = lambda file: pikepdf.Stream(file, zlib.compress(page("1").tobytes(), 9), Type=Name.XObject,
                                       Subtype=Name.Image, Width=WIDTH, Height=HEIGHT, ImageMask=True,
                                       BitsPerComponent=1, **flate)
    pdf("background_and_hard_mask", [coded(ground), coded(ink, Mask=hard)], "colour", content=both)
    # Text that is not painted, and white that is, below the picture.
    hidden = f"1 g 0 0 {width} {height} re f {WHOLE} BT 3 Tr /F1 4 Tf 1 0 0 1 2 20 Tm (hidden) Tj ET"
    pdf("hidden_text", [coded(upright)], "colour", content=hidden)
    # A line over the picture: the page is drawn.
    drawn = f"{WHOLE} 0 G 1 w 14 4 m 27 4 l S"
    pdf("drawn_over", [coded(upright)], "colour", content=drawn, is_drawn=True)
    askew = f"q 0.9998 0.02 -0.02 0.9998 0 0 cm {WHOLE} Q"
    pdf("askew", [coded(upright)], "colour", content=askew, is_drawn=True)


def packed(values, bits, width):
    """Rows of values, packed."""
    out = bytearray()
    for start in range(0, len(values), width):
        line = "".join(f"{value:0{bits}b}" for value in values[start:start + width])
        line += "0" * (-len(line) % 8)
        out += int(line, 2).to_bytes(len(line) // 8, "big")
    return bytes(out)


def png_rows(rows, filter_, step):
    above = bytes(len(rows[0]))
    for row in rows:
        coded = bytearray([filter_])
        for place, value in enumerate(row):
            left, corner = (row[place - step], above[place - step]) if place >= step else (0, 0)
            up = above[place]
            guess = [0, left, up, (left + up) // 2, paeth(left, up, corner)][filter_]
            coded.append((value - guess) & 255)
        yield bytes(coded)
        above = row


def paeth(left, up, corner):
    guess = left + up - corner
    return min((left, up, corner), key=lambda it: abs(guess - it))


def differences(row, step):
    return bytes((value - (row[place - step] if place >= step else 0)) & 255 for place, value in enumerate(row))


def ascii85(data):
    import base64
    return base64.a85encode(data) + b"~>"


def run_length(data):
    out = bytearray()
    place = 0
    while place < len(data):
        run = 1
        while run < 128 and place + run < len(data) and data[place + run] == data[place]:
            run += 1
        out += bytes((257 - run, data[place])) if run > 1 else bytes((0, data[place]))
        place += run
    return bytes(out) + b"\x80"


def lzw(data):
    """LZW as PDF has it: codes grow one entry early."""
    table = {bytes([value]): value for value in range(256)}
    bits, stream, phrase = 9, [(256, 9)], b""
    for value in data:
        longer = phrase + bytes([value])
        if longer in table:
            phrase = longer
            continue
        stream.append((table[phrase], bits))
        table[longer] = len(table) + 2
        if len(table) + 2 >= 4095:
            stream.append((256, 12))
            table = {bytes([one]): one for one in range(256)}
            bits = 9
        elif len(table) + 2 + 1 > (1 << bits):
            bits += 1
        phrase = bytes([value])
    stream.append((table[phrase], bits))
    if len(table) + 3 + 1 > (1 << bits) and bits < 12:
        bits += 1
    stream.append((257, bits))
    text = "".join(f"{code:0{size}b}" for code, size in stream)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
