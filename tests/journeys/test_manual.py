"""The staff manual says what the screen says: its bold words are words of ours, its pictures and links exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
LARGEST, ALTOGETHER = 150_000, 6_000_000
SOURCES = [
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "console").rglob("*.py"),
    *(ROOT / "console" / "static").glob("*.js"),
]


@pytest.fixture(scope="module")
def screen():
    """Every word of templates, views and closed lists."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_bold_words_are_words_of_the_screen(page, screen):
    said = re.findall(r"\*\*([^*]+)\*\*", page.read_text(encoding="utf-8"))
    assert said
    assert [words for words in said if words not in screen] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_pictures_of_the_manual_exist(page):
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (MANUAL / target).exists()] == []


def test_every_picture_is_shown_and_small():
    text = "".join(path.read_text(encoding="utf-8") for path in [*PAGES, ROOT / "README.md"])
    pictures = sorted((MANUAL / "img").glob("*.png"))
    assert [picture.name for picture in pictures if picture.name not in text] == []
    sizes = {picture.name: picture.stat().st_size for picture in pictures}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) < ALTOGETHER
