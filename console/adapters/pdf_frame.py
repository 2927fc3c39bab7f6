"""What is drawn beneath the text of a certificate: the border and the QR code, as vectors. Units: points."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from console.adapters import qr
from console.adapters.pdf_patches import Painter

VERMILION = HexColor("#A8322A")
GOLD = HexColor("#B4924E")
INK = HexColor("#1F1B18")

OUTER, INNER = 10 * mm, 13.2 * mm  # distance of the two lines from the edge of the page
TITLE_RULE = 60 * mm  # distance of the line under the title from the upper edge
CORNER = 13 * mm  # size of the fret in each corner
# One corner as strokes in units of CORNER / 6, from the corner inwards; mirrored into the other three.
FRET = (
    ((6, 0), (2, 0), (2, 2), (0, 2), (0, 6)),
    ((6, 1), (3, 1), (3, 3), (1, 3), (1, 6)),
    ((0, 0), (1.3, 0), (1.3, 1.3), (0, 1.3), (0, 0)),
    ((0.45, 0.45), (0.85, 0.45), (0.85, 0.85), (0.45, 0.85), (0.45, 0.45)),
)


def certificate_border(canvas: Any, size: tuple[float, float]) -> None:
    """A strong vermilion line outside, a fine gold one inside that turns in a fret at each corner."""
    width, height = size
    canvas.setStrokeColor(VERMILION)
    canvas.setLineWidth(2.4)
    canvas.setLineJoin(0)
    canvas.rect(OUTER, OUTER, width - 2 * OUTER, height - 2 * OUTER)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.9)
    for across, x in ((1, INNER), (-1, width - INNER)):
        for up, y in ((1, INNER), (-1, height - INNER)):
            _strokes(canvas, x, y, across, up)
    _sides(canvas, width, height)


def title_rule(canvas: Any, size: tuple[float, float]) -> None:
    """Under the title: a fine line with a lozenge in its middle."""
    middle, y, half, gap = size[0] / 2, size[1] - TITLE_RULE, 34 * mm, 3.4 * mm
    canvas.setStrokeColor(GOLD)
    canvas.setFillColor(GOLD)
    canvas.setLineWidth(0.9)
    canvas.line(middle - half, y, middle - gap, y)
    canvas.line(middle + gap, y, middle + half, y)
    path = canvas.beginPath()
    path.moveTo(middle - 1.5 * mm, y)
    for x, rise in ((0, 1.5 * mm), (1.5 * mm, 0), (0, -1.5 * mm)):
        path.lineTo(middle + x, y + rise)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _strokes(canvas: Any, x: float, y: float, across: int, up: int) -> None:
    """The fret of one corner at (x, y), running in the directions given."""
    unit = CORNER / 6
    path = canvas.beginPath()
    for stroke in FRET:
        for index, (step, rise) in enumerate(stroke):
            place = (x + across * step * unit, y + up * rise * unit)
            (path.lineTo if index else path.moveTo)(*place)
    canvas.drawPath(path)


def _sides(canvas: Any, width: float, height: float) -> None:
    """The gold lines between the corners."""
    near, far, unit = INNER + CORNER, INNER, CORNER / 6
    for shift in (0, unit):
        for y in (far + shift, height - far - shift):
            canvas.line(near, y, width - near, y)
        for x in (far + shift, width - far - shift):
            canvas.line(x, near, x, height - near)


def qr_code(url: str, x: float, y: float, side: float) -> Painter:
    """A painter for the code of ``url`` with its lower left corner at (x, y); ``side`` excludes the quiet zone."""
    rows = qr.modules(url)

    def paint(canvas: Any, _size: tuple[float, float]) -> None:
        unit = side / len(rows)
        path = canvas.beginPath()
        for row, cells in enumerate(rows):
            for first, length in _runs(cells):
                path.rect(x + first * unit, y + side - (row + 1) * unit, length * unit, unit)
        canvas.setFillColor(INK)
        canvas.drawPath(path, stroke=0, fill=1)

    return paint


def _runs(cells: tuple[bool, ...]) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a row, so that no hairline shows between two modules."""
    runs: list[tuple[int, int]] = []
    for index, dark in enumerate(cells):
        if dark and runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((index, 1))
    return runs
