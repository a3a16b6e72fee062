"""A PDF file written by hand, byte for byte, so that every oddity of the set is there on purpose.

Values are Python: int, float, bool, None, str (a name), bytes (a string), list, dict, Ref and Raw (bytes as they are).
"""

import struct
import zlib


class Ref(int):
    """The number of an object."""


class Raw(bytes):
    """Bytes that are written as they are."""


def value(item, seal=None):
    """`item` as PDF; `seal` encrypts the strings in it."""
    if isinstance(item, Ref):
        return b"%d 0 R" % item
    if isinstance(item, Raw):
        return bytes(item)
    if isinstance(item, bool):
        return b"true" if item else b"false"
    if item is None:
        return b"null"
    if isinstance(item, int):
        return b"%d" % item
    if isinstance(item, float):
        return (b"%.4f" % item).rstrip(b"0").rstrip(b".")
    if isinstance(item, str):
        plain = lambda byte: 33 <= byte <= 126 and byte not in b"#%/()<>[]{}"
        return b"/" + b"".join(b"%c" % byte if plain(byte) else b"#%02X" % byte for byte in item.encode("latin-1"))
    if isinstance(item, bytes):
        return hexed(seal(item) if seal else item)
    if isinstance(item, (list, tuple)):
        return b"[" + b" ".join(value(it, seal) for it in item) + b"]"
    return b"<<" + b" ".join(value(key) + b" " + value(it, seal) for key, it in item.items()) + b">>"


def hexed(data):
    return b"<" + data.hex().upper().encode() + b">"


class Pdf:
    """Objects and pages; `bytes()` writes them in the order of their numbers."""

    def __init__(self, version="1.7"):
        self.version = version
        self.objects = {}
        self.pages = []
        self.catalog = {}
        self.info = None
        self.crypt = None
        self.root = self.reserve()
        self.tree = self.reserve()
        self.tree_extra = {}

    def reserve(self):
        number = Ref(len(self.objects) + 1)
        self.objects[number] = None
        return number

    def add(self, item):
        number = self.reserve()
        self.objects[number] = item
        return number

    def stream(self, data, extra=None, flate=False):
        extra = dict(extra or {})
        if flate:
            data, extra["Filter"] = zlib.compress(data, 9), "FlateDecode"
        return self.add((extra, data))

    def page(self, content, fonts=None, size=(595, 842), resources=None, **extra):
        """A page; `content` is bytes, a reference or list of them, or None for a page without /Contents."""
        page = {"Type": "Page", "Parent": self.tree}
        if size:
            page["MediaBox"] = [0, 0, *size]
        if fonts is not None or resources is not None:
            page["Resources"] = {**({"Font": fonts} if fonts else {}), **(resources or {})}
        if content is not None:
            page["Contents"] = self.stream(content) if isinstance(content, bytes) else content
        number = self.add({**page, **extra})
        self.pages.append(number)
        return number

    def finished(self):
        self.objects[self.tree] = {"Type": "Pages", "Count": len(self.pages), "Kids": self.pages, **self.tree_extra}
        self.objects[self.root] = {"Type": "Catalog", "Pages": self.tree, **self.catalog}

    def trailer(self, size):
        trailer = {"Size": size, "Root": self.root}
        if self.info:
            trailer["Info"] = self.info
        if self.crypt:
            trailer["Encrypt"], trailer["ID"] = self.encrypt, [self.crypt.file_id, self.crypt.file_id]
        return trailer

    def one(self, number, item):
        seal = self.crypt.seal(number) if self.crypt and number != getattr(self, "encrypt", None) else None
        if isinstance(item, tuple):
            extra, data = item
            data = seal(data) if seal else data
            head = value({**extra, "Length": extra.get("Length", len(data))}, seal)
            return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, data)
        return b"%d 0 obj\n%s\nendobj\n" % (number, value(item, seal))

    def header(self):
        return b"%%PDF-%s\n%%\xe4\xb8\xad\xe6\x96\x87\n" % self.version.encode()

    def bytes(self):
        """With a cross-reference table."""
        self.finished()
        if self.crypt:
            self.encrypt = self.add(self.crypt.dictionary())
        out, offsets = bytearray(self.header()), {}
        for number, item in self.objects.items():
            offsets[number] = len(out)
            out += self.one(number, item)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
        out += b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (value(self.trailer(len(offsets) + 1)), start)
        return bytes(out)

    def packed(self):
        """With object streams and a cross-reference stream under a PNG predictor."""
        self.finished()
        plain = [number for number, item in self.objects.items() if not isinstance(item, tuple)]
        bodies = [value(self.objects[number]) for number in plain]
        index, at = [], 0
        for number, body in zip(plain, bodies):
            index += [number, at]
            at += len(body) + 1
        head = b" ".join(b"%d" % it for it in index) + b"\n"
        pack = self.stream(
            head + b"\n".join(bodies), {"Type": "ObjStm", "N": len(plain), "First": len(head)}, flate=True
        )
        out, rows = bytearray(self.header()), {0: (0, 0, 65535)}
        for place, number in enumerate(plain):
            rows[number] = (2, pack, place)
        for number, item in list(self.objects.items()):
            if isinstance(item, tuple):
                rows[number] = (1, len(out), 0)
                out += self.one(number, item)
        table = self.reserve()
        rows[table] = (1, len(out), 0)
        lines = [struct.pack(">BIH", *rows[number]) for number in sorted(rows)]
        above, coded = bytes(7), b""
        for line in lines:
            coded += b"\x02" + bytes((byte - up) & 255 for byte, up in zip(line, above))
            above = line
        extra = {"Type": "XRef", "W": [1, 4, 2], **self.trailer(len(rows)), "Filter": "FlateDecode"}
        extra["DecodeParms"] = {"Predictor": 12, "Columns": 7}
        start = len(out)
        out += self.one(table, (extra, zlib.compress(coded, 9)))
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)


def lines_at(lines, encode, x=72.0, y=760.0, size=16, leading=28, font="F1"):
    """A text object that prints each line `leading` below the one before."""
    shown = b"".join(hexed(encode(line)) + b" Tj T*\n" for line in lines)
    return b"BT /%s %d Tf 1 0 0 1 %g %g Tm %g TL\n%sET\n" % (font.encode(), size, x, y, leading, shown)
