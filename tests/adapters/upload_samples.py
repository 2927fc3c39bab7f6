"""Files to upload, made on the spot: honest ones, and those somebody makes who means harm."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
MAIN_PARTS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
DWG = b"AC1027\x00" + bytes(range(256)) * 8
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(document.cookie)</script></body></html>"
EXE = b"MZ\x90\x00\x03" + b"\x00" * 60 + b"This program cannot be run in DOS mode." + b"\x00" * 400


def picture(form="JPEG", size=(64, 48), mode="RGB", **options):
    drawn = Image.effect_noise(size, 60).convert(mode)
    out = BytesIO()
    drawn.save(out, form, **options)
    return out.getvalue()


def photo_from_a_phone():
    """Left half red, right half blue, held sideways, with the place it was taken, a comment and a thumbnail's worth."""
    drawn = Image.new("RGB", (80, 40), "red")
    drawn.paste("blue", (40, 0, 80, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 2.0, 3.0)})
    out = BytesIO()
    drawn.save(out, "JPEG", exif=exif, comment=b"SecretComment", quality=95)
    return out.getvalue()


def png_with_notes():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SecretAuthor")
    return picture("PNG", pnginfo=notes)


def office(kind="docx", extra=(), types=None, method=zipfile.ZIP_DEFLATED, first=True):
    part, main = MAIN_PARTS[kind]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        if first:
            archive.writestr("[Content_Types].xml", types or CONTENT_TYPES.format(part=part, kind=main))
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr(part, "<document>中文</document>" * 20)
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()


def png_of_400_megapixels():
    """48 KB that would take 400 MB."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 48_000))
        + chunk(b"IEND", b"")
    )


def png_header_only(width, height):
    full = picture("PNG")
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IHDR" + header
    return full[:12] + body + struct.pack(">I", zlib.crc32(body)) + full[33:]


def understated(content, name=b"word/document.xml"):
    """The directory and the entry itself declare far fewer bytes than unpack."""
    altered = bytearray(content)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = content.find(signature)
        while at >= 0:
            if content[at + name_at :].startswith(name):
                struct.pack_into("<L", altered, at + size_at, 10)
            at = content.find(signature, at + 4)
    return bytes(altered)


def twice_named():
    """Two entries of one name: programs differ in which they open."""
    return office("docx", [("word/documenu.xml", b"other")]).replace(b"word/documenu.xml", b"word/document.xml")


def with_long_directory_record():
    """A second record of the directory, in the long form, which readers prefer to the short one."""
    content = office("docx")
    at = content.rfind(b"PK\x05\x06")
    end = list(struct.unpack("<4s4H2LH", content[at:]))
    count, size, offset = end[4], end[5], end[6]
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end[5] = size + len(record) + len(locator)
    return content[:at] + record + locator + struct.pack("<4s4H2LH", *end)


def half(content):
    return content[: len(content) // 2]
