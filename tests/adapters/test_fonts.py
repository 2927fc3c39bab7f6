import hashlib
import re
from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from console.adapters import fonts

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
RESERVED = ("lxgw", "霞鹜", "wenkai", "source", "noto", "klee", "思源")


@pytest.fixture(scope="module")
def standard() -> list[str]:
    lines = (SEEDS / "tgh_characters.txt").read_text(encoding="utf-8").splitlines()
    return [character for line in lines if not line.startswith("#") for character in line]


def test_the_list_holds_the_8105_standard_characters_once_each(standard):
    assert len(standard) == len(set(standard)) == 8105
    assert standard[0] == "一"
    assert standard[6500] == "亍"  # the first of the third table
    assert sum(ord(character) > 0xFFFF for character in standard) == 196


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.file)
def test_every_face_draws_all_standard_characters_and_the_marks_our_texts_use(face, standard):
    drawn = fonts.coverage(face)
    assert [c for c in standard if ord(c) not in drawn] == []
    assert [c for c in "　 ，。、；：？！“”‘’（）《》—…·-–√✓□■①㎡℃〇0123456789AZaz" if ord(c) not in drawn] == []


@pytest.mark.parametrize("name", ["㛃", "䶮", "𬭎", "𬭚", "𫖯", "𬱖"])
def test_rare_name_characters_are_drawn(name):
    assert fonts.missing([f"张{name}"]) == []


def test_a_character_outside_the_set_is_found_once_and_in_order():
    assert fonts.missing(["王𠮷平", "𪚥𠮷"]) == ["𠮷", "𪚥"]


def test_invisible_characters_count_as_missing():
    assert fonts.missing(["张\u200b三\ufe00"]) == ["\u200b", "\ufe00"]


def test_white_space_of_the_markup_is_not_missing():
    assert fonts.missing(["张三\r\n\t李四"]) == []


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.file)
def test_our_reading_of_the_character_map_agrees_with_the_pdf_library(face):
    font = TTFontFile(str(face.path))
    assert {point for point, glyph in font.charToGlyph.items() if glyph} == fonts.coverage(face)


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.file)
def test_the_names_of_a_face_hold_no_reserved_name(face):
    records = _name_records(face.path.read_bytes())
    shown = " ".join(text for number, text in records.items() if number not in {0, 13, 14}).lower()
    assert "juxian" in shown
    assert [word for word in RESERVED if word in shown] == []
    assert "Reserved Font Name" in records[0]
    assert "SIL Open Font License" in records[13]


def test_every_font_has_its_licence_beside_it():
    texts = [path.read_text(encoding="utf-8") for path in fonts.FOLDER.glob("OFL-*.txt")]
    for face in fonts.FACES:
        (licence,) = [text for text in texts if face.file in text]
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert "Copyright" in licence
        assert "Reserved Font Name" in licence


def test_the_committed_files_are_the_ones_the_readme_describes():
    readme = (fonts.FOLDER / "README.md").read_text(encoding="utf-8")
    described = dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    assert set(described) == {face.file for face in fonts.FACES} | {"seeds/tgh_characters.txt"}
    for name, digest in described.items():
        path = SEEDS.parent / name if "/" in name else fonts.FOLDER / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name


def test_the_fonts_stay_below_twelve_million_bytes():
    assert sum(face.path.stat().st_size for face in fonts.FACES) < 12_000_000


def _name_records(data: bytes) -> dict[int, str]:
    start = fonts._table(data, b"name")
    count, strings = (int.from_bytes(data[start + at : start + at + 2]) for at in (2, 4))
    found = {}
    for index in range(count):
        at = start + 6 + 12 * index
        number, length, offset = (int.from_bytes(data[at + step : at + step + 2]) for step in (6, 8, 10))
        text = data[start + strings + offset : start + strings + offset + length]
        found[number] = text.decode("utf-16-be")
    return found
