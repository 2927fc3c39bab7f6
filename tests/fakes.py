"""Stand-ins for ports, where the real adapter would only cost time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from console.adapters import fonts
from console.ports import CertificateSheet, Rendered
from console.services.outside import outside


class FakePdf:
    """Renders a certificate as the bytes of its texts; checks glyphs against the shipped fonts like the real one."""

    def __init__(self) -> None:
        self.sheets: list[CertificateSheet] = []

    def missing_glyphs(self, texts: Iterable[str]) -> list[str]:
        return fonts.missing(texts)

    def render_certificate(self, sheet: CertificateSheet) -> Rendered:
        self.sheets.append(sheet)
        lines = (sheet.salutation, *sheet.body, sheet.number_line, sheet.validity_line, sheet.unit, sheet.date_line)
        content = ("%PDF-1.7\n" + "\n".join(lines)).encode()
        return Rendered(content, hashlib.sha256(content).hexdigest(), 1)

    def close(self) -> None:
        """Nothing to end."""


@contextmanager
def quick_pdf() -> Iterator[FakePdf]:
    """The fake in place of the renderer, for the length of the block."""
    ports = outside()
    real, fake = ports.pdf, FakePdf()
    object.__setattr__(ports, "pdf", fake)
    try:
        yield fake
    finally:
        object.__setattr__(ports, "pdf", real)
