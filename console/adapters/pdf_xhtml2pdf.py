"""PDF documents by xhtml2pdf: the template, the check that every character can be drawn, the rendering in a process.

``XhtmlPdf`` is the adapter of ``ports.PdfRenderer``. One instance per application; cheap until the first document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time
from html.parser import HTMLParser
from pathlib import Path

import jinja2

from console.adapters import fonts
from console.adapters.pdf_pool import Pool
from console.adapters.pdf_worker import WALL
from console.ports import CertificateSheet, MissingGlyph, Rendered, RenderFailed

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
# Number of characters of the sentences up to which a type size fits; beyond the last the renderer refuses.
UNIT_SIZES = ((17, "unit"), (20, "unit unit-long"), (100_000, "unit unit-longest"))  # the same for the unit's one line
SIZES = ((46, "short"), (90, "long"), (100_000, "longest"))


class XhtmlPdf:
    """Renders documents in killable processes; ``wall`` is the limit for one document, in seconds."""

    def __init__(self, wall: float = WALL) -> None:
        self._pool = Pool(wall=wall)
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
        )

    def missing_glyphs(self, texts: Iterable[str]) -> list[str]:
        """Characters of ``texts`` no shipped font can draw, each once, in order of appearance."""
        return fonts.missing(texts)

    def render_certificate(self, sheet: CertificateSheet) -> Rendered:
        """Render a certificate of one page; raises ``MissingGlyph`` or ``RenderFailed``."""
        size = _size(SIZES, "".join(sheet.body))
        unit_size = _size(UNIT_SIZES, sheet.unit)
        html = self._templates.get_template("certificate.html").render(sheet=sheet, size=size, unit_size=unit_size)
        created = datetime.combine(sheet.issued_on, time(), UTC) if sheet.issued_on else datetime.fromtimestamp(0, UTC)
        rendered = self.render_html(
            html,
            "certificate.css",
            created=created,
            title=f"{sheet.title} {sheet.number or sheet.number_line}",
            author=sheet.unit,
            frame="certificate",
            qr_url=sheet.qr_url,
        )
        if rendered.pages != 1:
            raise RenderFailed("certificate_too_long", "聘书内容过长，一页排不下，请缩短专业名称后再试")
        return rendered

    def render_html(
        self,
        html: str,
        stylesheet: str,
        *,
        created: datetime,
        title: str = "",
        author: str = "",
        frame: str = "",
        qr_url: str = "",
    ) -> Rendered:
        """Render escaped HTML of ours with a stylesheet of templates/documents; same errors as a certificate.

        ``created``, ``title`` and ``author`` are the file's properties; ``frame`` names what is drawn beneath the text.
        """
        lacking = self.missing_glyphs(_texts(html))
        if lacking:
            raise MissingGlyph(lacking)
        css = (TEMPLATES / stylesheet).read_text(encoding="utf-8")
        properties = {"title": title, "author": author, "created": int(created.timestamp())}
        header, content = self._pool.run({"html": html, "css": css, "frame": frame, "qr_url": qr_url} | properties)
        if "error" in header:
            raise RenderFailed("render_failed", "文书生成失败，请联系技术支持") from ValueError(header["error"])
        return Rendered(content, hashlib.sha256(content).hexdigest(), header["pages"])

    def close(self) -> None:
        """End the worker processes; the next rendering starts new ones."""
        self._pool.close()


def _size(sizes: Iterable[tuple[int, str]], text: str) -> str:
    """Name of the type size a text of this length is set in."""
    return next(name for limit, name in sizes if len(text) <= limit)


class _Texts(HTMLParser):
    """Collects what a reader will see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _texts(html: str) -> list[str]:
    """Every text of a document, entities resolved."""
    parser = _Texts()
    parser.feed(html)
    parser.close()
    return parser.found
