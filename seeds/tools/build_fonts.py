"""Build the font subsets in console/fonts and the list seeds/tgh_characters.txt. Run once, commit the result.

    python seeds/tools/build_fonts.py SOURCES

SOURCES is a folder with the three files named in ``SOURCE_FILES`` (console/fonts/README.md tells where they come
from). The same sources give the same bytes. Needs fontTools (dependency group ``tools``).
"""

from __future__ import annotations

import bz2
import hashlib
import io
import logging
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "console" / "fonts"
TGH_LIST = ROOT / "seeds" / "tgh_characters.txt"
TGH_SIZE = 8105

NOTO = "expo-google-fonts-noto-serif-sc-0.4.3.tgz"
WENKAI = "fonts-lxgw-wenkai_1.250+repack-1_all.deb"
UNIHAN = "unicode-data_15.0.0-1_all.deb"
SOURCE_FILES = {
    NOTO: "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    WENKAI: "6d1e4c4aac78ad32062aefa2c836ee4d6e58f9dcf8b3f4407c9eefe304615318",
    UNIHAN: "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc",
}
DEBIAN_WENKAI = "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"
DEBIAN_UNIHAN = "usr/share/unicode/Unihan_OtherMappings.txt.bz2"

# Beyond the characters of the two standards: marks our documents print, and signs experts put into their texts.
EXTRA = "　〇·—–‘’“”…‰℃℉㎡㎥㎏㎜㎝㎞㏄√✓□■○●◎△▲☆★※№℡→←↑↓①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳￥€￡−×÷±≤≥≠≈∞μΩΦφ"
BLOCKS = ((0x20, 0x7E), (0xA0, 0xFF), (0xFF01, 0xFF5E))
LAYOUT = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG"]
DROPPED = [*LAYOUT, "gasp", "prep", "fpgm", "cvt ", "DSIG", "meta"]
OFL_NOTE = "This Font Software is licensed under the SIL Open Font License, Version 1.1. https://openfontlicense.org"


@dataclass(frozen=True)
class Face:
    """One subset: where its outlines come from and the name it gets (reserved names may not stay)."""

    file: str
    family: str
    style: str
    copyright: str
    bold: bool = False

    @property
    def postscript(self) -> str:
        """Name of the face inside a PDF."""
        return f"{self.family.replace(' ', '')}-{self.style}"


ADOBE = "(c) 2017-2024 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'. Modified: subset, renamed."
LXGW = (
    "Copyright 2021-2023 LXGW (https://github.com/lxgw/LxgwWenKai), with Reserved Font Names 'LXGW' and '霞鹜'. "
    "Copyright 2020 The Klee Project Authors (https://github.com/fontworks-fonts/Klee). Modified: subset, renamed."
)
SONG = Face("JuxianSong-Regular.ttf", "Juxian Song", "Regular", ADOBE)
SONG_BOLD = Face("JuxianSong-Bold.ttf", "Juxian Song", "Bold", ADOBE, bold=True)
KAI = Face("JuxianKai-Regular.ttf", "Juxian Kai", "Regular", LXGW)


def checked(folder: Path, name: str) -> bytes:
    """Bytes of a source file, refused when they are not the ones this script was written for."""
    content = (folder / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SOURCE_FILES[name]:
        raise SystemExit(f"{name}: sha256 {digest} is not the expected {SOURCE_FILES[name]}")
    return content


def from_deb(package: bytes, member: str) -> bytes:
    """One file out of a Debian package (dpkg-deb unpacks it to a tar stream)."""
    made = subprocess.run(["dpkg-deb", "--fsys-tarfile", "/dev/stdin"], input=package, capture_output=True, check=True)
    return from_tar(made.stdout, f"./{member}")


def from_tar(content: bytes, member: str) -> bytes:
    """One file out of a tar archive."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = archive.extractfile(member)
        if found is None:
            raise SystemExit(f"{member} is not a file")
        return found.read()


def tgh_characters(unihan: bytes) -> list[str]:
    """The characters of 通用规范汉字表 in the order of its numbers (Unihan field kTGH, year 2013)."""
    numbered: dict[int, str] = {}
    for line in bz2.decompress(unihan).decode("utf-8").splitlines():
        if line.startswith("U+") and "\tkTGH\t" in line:
            point, _field, value = line.split("\t")
            numbered[int(value.removeprefix("2013:"))] = chr(int(point.removeprefix("U+"), 16))
    if sorted(numbered) != list(range(1, TGH_SIZE + 1)):
        raise SystemExit(f"kTGH gives {len(numbered)} characters, not {TGH_SIZE}")
    return [numbered[number] for number in sorted(numbered)]


def gb2312_characters() -> set[str]:
    """Every character of GB 2312: 6,763 ideographs and the signs of zones 1 to 9."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found.add(bytes((high, low)).decode("gb2312", errors="ignore"))
    found.discard("")
    return found


def write_list(characters: list[str]) -> None:
    """seeds/tgh_characters.txt: fifty characters a line, in the order of the table."""
    source = "from Unihan 15.0 field kTGH (Unicode License v3)"
    lines = [f"# 通用规范汉字表 (2013), {TGH_SIZE} characters in table order, {source}"]
    lines += ["".join(characters[start : start + 50]) for start in range(0, len(characters), 50)]
    TGH_LIST.write_text("\n".join(lines) + "\n", encoding="utf-8")


def subset(content: bytes, characters: set[str], face: Face) -> None:
    """Write one face: only the characters wanted, no hinting, no layout tables, our own name."""
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    options = Options(
        hinting=False, layout_features=[], notdef_outline=True, glyph_names=False, legacy_kern=False, name_IDs=[],
        drop_tables=DROPPED, recalc_timestamp=False,
    )  # fmt: skip
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    rename(font, face)
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    (FONTS / face.file).write_bytes(buffer.getvalue())
    absent = sorted(ord(c) for c in characters if ord(c) not in font.getBestCmap())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    print(f"{face.file}: {len(buffer.getvalue()):,} bytes, {len(font.getGlyphOrder()):,} glyphs, sha256 {digest}")
    print(f"  not in the source: {' '.join(f'U+{point:04X}' for point in absent) or 'none'}")


def rename(font: TTFont, face: Face) -> None:
    """Replace every name record: the licence asks for another name, and keeps the copyright with the font."""
    names = font["name"]
    names.names = []
    records = {
        0: face.copyright, 1: face.family, 2: face.style, 3: f"1.0;{face.postscript}", 4: f"{face.family} {face.style}",
        5: "Version 1.0", 6: face.postscript, 13: OFL_NOTE, 14: "https://openfontlicense.org",
    }  # fmt: skip
    for name_id, text in records.items():
        names.setName(text, name_id, 3, 1, 0x409)


def main() -> None:
    """Read the sources, write list and subsets."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    folder = Path(sys.argv[1])
    standard = tgh_characters(from_deb(checked(folder, UNIHAN), DEBIAN_UNIHAN))
    write_list(standard)
    wanted = set(standard) | gb2312_characters() | set(EXTRA)
    wanted |= {chr(point) for first, last in BLOCKS for point in range(first, last + 1)}
    FONTS.mkdir(exist_ok=True)
    noto = checked(folder, NOTO)
    subset(from_tar(noto, "package/400Regular/NotoSerifSC_400Regular.ttf"), wanted, SONG)
    subset(from_tar(noto, "package/700Bold/NotoSerifSC_700Bold.ttf"), wanted, SONG_BOLD)
    subset(from_deb(checked(folder, WENKAI), DEBIAN_WENKAI), wanted, KAI)


if __name__ == "__main__":
    main()
