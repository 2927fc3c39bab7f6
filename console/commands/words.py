"""``console words``: bring the English catalogue up to the sentences of the source, and compile it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from config import ROOT

PO = ROOT / "console" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    "_": None,
    "_l": None,
    "_n": (1, 2),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
FIXED = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)  # a date of today would make every run a change
JINJA = "jinja2.ext:babel_extract"


@click.command()
def words() -> None:
    """更新并编译英文词条；列出尚未翻译的句子。"""
    catalogue = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)
    MO.write_bytes(compiled(catalogue))
    missing = untranslated(catalogue)
    for sentence in missing:
        click.echo(sentence)
    click.echo(f"{len(catalogue)} 条，未翻译 {len(missing)} 条")


def sentences() -> Iterator[str | tuple[str, str]]:
    """Every message id of the source, as Babel finds them."""
    for folder, methods, options in (
        (ROOT / "console", [("**.py", "python")], {}),
        (ROOT / "templates", [("**.html", JINJA)], {"**.html": {"extensions": "", "silent": "false"}}),
    ):
        for _path, _line, message, _comments, _context in extract_from_dir(
            str(folder), methods, options, keywords=KEYWORDS
        ):
            yield message  # type: ignore[misc]  # Babel's own annotation is wider than what it yields for these keywords


def merged() -> Catalog:
    """The catalogue of today's sentences with the translations known so far; what is no longer used is dropped."""
    known = read() if PO.exists() else Catalog(locale="en")
    fresh = Catalog(
        locale="en",
        project="juxian",
        header_comment="# English catalogue",
        fuzzy=False,
        creation_date=FIXED,
        revision_date=FIXED,
        last_translator="Juxian",
        language_team="Juxian",
        msgid_bugs_address="-",
    )
    for message in sentences():
        old = known.get(message[0] if isinstance(message, tuple) else message)
        fresh.add(message, string=old.string if old is not None else None)
    return fresh


def read(path: Path = PO) -> Catalog:
    """The catalogue as committed."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    """The binary catalogue that the console loads."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Sentences without an English one."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]
