"""Writes files/: one small page in every coding that a scan may have, and files/truth.json, what each must be read as.

The page is white, with marks that tell every turn, mirror image and inversion apart: a black square at the top left, a
lying bar at the top right, a standing bar at the bottom left, nothing at the bottom right. Grey pages have a patch of
middle grey, coloured ones a red and a blue patch besides.

Needs Pillow, pikepdf, and tiffcp of libtiff.
"""

import io
import json
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, TiffImagePlugin

HERE = Path(__file__).parent / "files"
SIZE = WIDTH, HEIGHT = 123, 161
DPI = 300
SQUARE, LYING, STANDING = (8, 8, 39, 39), (82, 8, 113, 15), (8, 120, 15, 151)
GREY, RED, BLUE = (54, 70, 69, 85), (40, 120, 79, 129), (40, 100, 79, 109)

truths = {}


def page(mode):
    """The page as "1", "L", "RGB" or "CMYK"."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    for box in (SQUARE, LYING, STANDING):
        draw.rectangle(box, fill="black")
    if mode != "1":
        draw.rectangle(GREY, fill=(128, 128, 128))
    if mode not in ("1", "L"):
        draw.rectangle(RED, fill=(210, 20, 30))
        draw.rectangle(BLUE, fill=(20, 30, 210))
    return image.convert(mode) if mode != "CMYK" else cmyk(image)


def cmyk(image):
    inks = [band.point(lambda light: 255 - light) for band in image.split()]
    return Image.merge("CMYK", [*inks, Image.new("L", SIZE, 0)])


def add(name, data, kind, dpi=DPI, size=SIZE, **more):
    """Writes a file: `kind` is "bilevel", "grey" or "colour"."""
    (HERE / name).write_bytes(data)
    truths[name] = {"kind": kind, "dpi": dpi and [dpi, dpi], "size": list(size), **more}


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def laid(image, orientation):
    """`image` as it must lie in a file that says it has `orientation`."""
    turn = Image.Transpose
    undo = {2: turn.FLIP_LEFT_RIGHT, 3: turn.ROTATE_180, 4: turn.FLIP_TOP_BOTTOM, 5: turn.TRANSPOSE,
            6: turn.ROTATE_90, 7: turn.TRANSVERSE, 8: turn.ROTATE_270}
    return image.transpose(undo[orientation]) if orientation in undo else image


def tiffcp(data, *options):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.tif"), Path(folder, "b.tif")
        source.write_bytes(data)
        subprocess.run(["tiffcp", *options, str(source), str(target)], check=True, stderr=subprocess.DEVNULL)
        return target.read_bytes()


def tiff_files():
    dpi = (DPI, DPI)
    plain = {mode: saved(page(mode), "TIFF", dpi=dpi) for mode in ("1", "L", "RGB", "CMYK")}
    kinds = {"1": "bilevel", "L": "grey", "RGB": "colour", "CMYK": "colour"}
    for mode, kind in kinds.items():
        add(f"{mode.lower()}.tif", plain[mode], kind)
        for coding in ("lzw", "zip", "packbits"):
            add(f"{mode.lower()}_{coding}.tif", tiffcp(plain[mode], "-c", coding), kind)
    for coding in ("g3:1d", "g3:2d", "g3:1d:fill", "g3:2d:fill", "g4"):
        name = coding.replace(":", "_")
        add(f"{name}.tif", tiffcp(plain["1"], "-c", coding), "bilevel")
        add(f"{name}_strips.tif", tiffcp(plain["1"], "-c", coding, "-r", "16"), "bilevel")
        add(f"{name}_lsb.tif", tiffcp(plain["1"], "-c", coding, "-f", "lsb2msb"), "bilevel")
    add("modified_huffman.tif", saved(page("1"), "TIFF", compression="tiff_ccitt", dpi=dpi), "bilevel")
    add("g4_tiles.tif", tiffcp(plain["1"], "-c", "g4", "-t", "-w", "64", "-l", "32"), "bilevel")
    for mode in ("L", "RGB"):
        add(f"{mode.lower()}_tiles.tif", tiffcp(plain[mode], "-c", "lzw:2", "-t", "-w", "64", "-l", "48"), kinds[mode])
        add(f"{mode.lower()}_jpeg.tif", tiffcp(plain[mode], "-c", "jpeg:90", "-r", "32"), kinds[mode])
    add("rgb_jpeg_tiles.tif", tiffcp(plain["RGB"], "-c", "jpeg:90", "-t", "-w", "64", "-l", "64"), "colour")
    add("rgb_jpeg_raw.tif", tiffcp(plain["RGB"], "-c", "jpeg:90:r", "-r", "64"), "colour")
    add("rgb_planes.tif", tiffcp(plain["RGB"], "-c", "zip:2", "-p", "separate", "-r", "40"), "colour")
    add("rgb_big.tif", tiffcp(plain["RGB"], "-8", "-c", "lzw"), "colour")
    add("rgb_big_endian.tif", tiffcp(plain["RGB"], "-B", "-c", "zip:2"), "colour")
    add("palette.tif", saved(page("RGB").quantize(8), "TIFF", dpi=dpi), "colour")
    add("grey16.tif", saved(page("L").convert("I").point(lambda light: light * 257).convert("I;16"), "TIFF", dpi=dpi), "grey")
    clear = page("RGB").convert("RGBA")
    clear.putalpha(page("1").convert("L").point(lambda light: 255 - light))
    add("transparent.tif", saved(clear, "TIFF", dpi=dpi), "bilevel")
    add("white_is_zero.tif", saved(page("1"), "TIFF", dpi=dpi, tiffinfo={262: 0}), "bilevel")
    for orientation in range(1, 9):
        turned = laid(page("1"), orientation)
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[274] = orientation
        add(f"orientation_{orientation}.tif", saved(turned, "TIFF", compression="group4", tiffinfo=tags, dpi=dpi), "bilevel")
    pages = [page("1"), page("1").transpose(Image.Transpose.ROTATE_180), page("L")]
    several = io.BytesIO()
    pages[0].save(several, "TIFF", save_all=True, append_images=pages[1:], dpi=dpi)
    add("pages_3.tif", several.getvalue(), "bilevel", pages=3)
    add("fax_204_98.tif", saved(page("1"), "TIFF", compression="group3", dpi=(204, 98)), "bilevel", dpi=None)
    truths["fax_204_98.tif"]["dpi"] = [204, 98]
    add("old_jpeg.tif", old_jpeg(), "colour")


def old_jpeg():
    """TIFF 6.0's first way to hold a JPEG file: whole, under tag 513."""
    stream = saved(page("RGB"), "JPEG", quality=92)
    tags = [(256, 4, WIDTH), (257, 4, HEIGHT), (258, 3, 8), (259, 3, 6), (262, 3, 6), (273, 4, 0), (277, 3, 3),
            (278, 4, HEIGHT), (279, 4, len(stream)), (282, 5, 0), (283, 5, 0), (513, 4, 0), (514, 4, len(stream))]
    data = 8 + 2 + 12 * len(tags) + 4
    places = {273: data + 8, 513: data + 8, 282: data, 283: data}
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, places.get(tag, value)) for tag, kind, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4) + struct.pack("<II", DPI, 1) + stream


def jpeg_files():
    for mode, kind in (("L", "grey"), ("RGB", "colour"), ("CMYK", "colour")):
        add(f"{mode.lower()}.jpg", saved(page(mode), "JPEG", quality=90, dpi=(DPI, DPI)), kind)
        add(f"{mode.lower()}_progressive.jpg", saved(page(mode), "JPEG", quality=90, progressive=True, dpi=(DPI, DPI)), kind)
    add("rgb_kept.jpg", saved(page("RGB"), "JPEG", quality=90, keep_rgb=True, dpi=(DPI, DPI)), "colour")
    add("no_dpi.jpg", saved(page("L"), "JPEG", quality=90), "grey", dpi=None)
    add("dpi_72.jpg", saved(page("L"), "JPEG", quality=90, dpi=(72, 72)), "grey", dpi=None)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        add(f"exif_{orientation}.jpg", saved(laid(page("RGB"), orientation), "JPEG", quality=90, exif=exif), "colour", dpi=None)


def png(rows, bits, colour, chunks=b"", size=SIZE, interlace=0):
    """A PNG file of packed rows."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, interlace)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    density = chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + density + chunks + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def adam7(image):
    """The rows of the seven passes of an interlaced grey picture."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for x, y, step_x, step_y in passes:
        for row in range(y, HEIGHT, step_y):
            yield bytes(image.getpixel((column, row)) for column in range(x, WIDTH, step_x))


def png_files():
    for mode, kind in (("1", "bilevel"), ("L", "grey"), ("RGB", "colour")):
        add(f"{mode.lower()}.png", saved(page(mode), "PNG", dpi=(DPI, DPI)), kind)
    add("palette.png", saved(page("RGB").quantize(8), "PNG", dpi=(DPI, DPI)), "colour")
    grey = page("L")
    wide = [bytes(byte for light in row_of(grey, y) for byte in (light, light)) for y in range(HEIGHT)]
    add("grey16.png", png(wide, 16, 0), "grey")
    colour = page("RGB")
    wide = [bytes(byte for pixel in row_of(colour, y) for light in pixel for byte in (light, 7)) for y in range(HEIGHT)]
    add("rgb16.png", png(wide, 16, 2), "colour")
    add("interlaced.png", png(adam7(grey), 8, 0, interlace=1), "grey")
    clear = page("RGB").convert("RGBA")
    clear.putalpha(page("1").convert("L").point(lambda light: 255 - light))
    add("transparent.png", saved(clear, "PNG", dpi=(DPI, DPI)), "bilevel")
    add("dpi_96.png", saved(page("L"), "PNG", dpi=(96, 96)), "grey", dpi=None)


def row_of(image, y):
    return [image.getpixel((x, y)) for x in range(WIDTH)]


def other_files():
    for mode, kind in (("L", "grey"), ("RGB", "colour")):
        add(f"{mode.lower()}.jp2", with_resolution(saved(page(mode), "JPEG2000")), kind)
        add(f"{mode.lower()}.j2k", saved(page(mode), "JPEG2000", no_jp2=True), kind, dpi=None)
    add("lossy.jp2", saved(page("RGB"), "JPEG2000", irreversible=True, quality_layers=[12]), "colour", dpi=None)
    for mode, kind in (("1", "bilevel"), ("L", "grey"), ("RGB", "colour")):
        add(f"{mode.lower()}.bmp", saved(page(mode), "BMP", dpi=(DPI, DPI)), kind)
    add("palette.bmp", saved(page("RGB").quantize(8), "BMP", dpi=(DPI, DPI)), "colour")
    add("rgbx.bmp", saved(page("RGB").convert("RGBA"), "BMP", dpi=(DPI, DPI)), "colour")
    add("lossless.webp", saved(page("RGB"), "WEBP", lossless=True), "colour", dpi=None)
    add("lossy.webp", saved(page("RGB"), "WEBP", quality=90), "colour", dpi=None)
    exif = Image.Exif()
    exif[274] = 6
    add("exif_6.webp", saved(laid(page("RGB"), 6), "WEBP", lossless=True, exif=exif), "colour", dpi=None)


def with_resolution(data):
    """A JP2 file that says 300 pixels an inch."""
    at = data.index(b"jp2h") - 4
    size = struct.unpack(">I", data[at:at + 4])[0]
    inner = struct.pack(">I4sHHHHBB", 18, b"resc", 11811, 100, 11811, 100, 2, 2)
    box = struct.pack(">I4s", 8 + len(inner), b"res ") + inner
    head = struct.pack(">I", size + len(box)) + data[at + 4:at + size] + box
    return data[:at] + head + data[at + size:]


def main():
    HERE.mkdir(exist_ok=True)
    for old in HERE.iterdir():
        old.unlink()
    tiff_files()
    jpeg_files()
    png_files()
    other_files()
    import make_pdfs
    make_pdfs.write(add, page, saved, tiffcp)
    text = json.dumps(truths, indent=0, sort_keys=True)
    (HERE / "truth.json").write_text(text.replace("\n\n", "\n") + "\n")
    print(len(truths), "files,", sum(file.stat().st_size for file in HERE.iterdir()), "bytes")


if __name__ == "__main__":
    main()
