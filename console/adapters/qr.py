"""QR codes of verification addresses (segno): module matrix for vector drawing, PNG and SVG for pages."""

from __future__ import annotations

import io

import segno

ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
QUIET_ZONE = 4  # modules, ISO/IEC 18004


def _code(url: str) -> segno.QRCode:
    """The code for an upper-case address; other letters would need a denser code, so they are refused."""
    if not url or not ALPHANUMERIC.issuperset(url):
        raise ValueError("a QR address may hold only digits, upper-case letters and $%*+-./: signs")
    return segno.make_qr(url, error="m", boost_error=False)


def modules(url: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of dark (True) and light modules without the quiet zone."""
    return tuple(tuple(bool(cell) for cell in row) for row in _code(url).matrix)


def png(url: str, scale: int = 8) -> bytes:
    """PNG with quiet zone, ``scale`` pixels a module."""
    buffer = io.BytesIO()
    _code(url).save(buffer, kind="png", scale=scale, border=QUIET_ZONE)
    return buffer.getvalue()


def svg(url: str) -> str:
    """SVG element with quiet zone and no style attribute (strict content security policy)."""
    return str(_code(url).svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None))
