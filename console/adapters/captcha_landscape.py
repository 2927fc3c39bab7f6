"""The picture of the slider puzzle: hills behind hills over a lake, in the colours of the product (UI.md section 2)."""

from __future__ import annotations

import math
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

from console.ports import Entropy

Colour = tuple[int, int, int]

# (sky, sun, hills from far to near): morning, noon, dusk.
_SCENES: tuple[tuple[Colour, Colour, tuple[Colour, ...]], ...] = (
    ((235, 242, 248), (252, 241, 217), ((190, 212, 230), (143, 178, 207), (95, 145, 186), (26, 84, 130), (18, 61, 96))),
    ((245, 245, 242), (252, 235, 233), ((211, 227, 240), (163, 190, 204), (95, 145, 160), (45, 107, 99), (27, 77, 63))),
    (
        (252, 241, 217),
        (250, 220, 190),
        ((222, 214, 204), (171, 182, 194), (112, 134, 158), (66, 84, 110), (36, 48, 66)),
    ),
)
_WHITE, _INK = (255, 255, 255), (24, 33, 44)
_PINE_HEIGHTS = (14, 20, 26, 32)


def draw_landscape(width: int, height: int, entropy: Entropy) -> Image.Image:
    """A picture of ``width`` x ``height`` pixels, another one each time."""
    sky, sun, hills = _SCENES[entropy.below(len(_SCENES))]
    picture = Image.new("RGB", (width, height), sky)
    pen = ImageDraw.Draw(picture)
    _draw_sun(pen, width, height, sun, entropy)
    for layer, colour in enumerate(hills):
        base = height * (0.34 + 0.14 * layer)
        ridge = _ridge(width, base, height * (0.13 - 0.015 * layer), entropy)
        pen.polygon([(0, height), *ridge, (width, height)], fill=colour)
        if layer >= 2:
            _draw_pines(pen, ridge, colour, entropy)
    _draw_birds(pen, width, height, hills[-2], entropy)
    return picture


def cut_piece(picture: Image.Image, place: tuple[int, int], size: int, entropy: Entropy) -> Image.Image:
    """Cut a jigsaw piece of ``size`` pixels out of ``picture`` at ``place``; the hole stays behind, shadowed."""
    shape, rim, outline = _piece_masks(size, entropy.below(4))
    box = (*place, place[0] + size, place[1] + size)
    cut = picture.crop(box)
    piece = cut.copy()
    piece.paste(_INK, (0, 0), outline)
    piece.paste(_WHITE, (0, 0), rim)
    piece.putalpha(ImageChops.lighter(shape, outline))
    cut.paste(_INK, (0, 0), shape.point(lambda value: value * 140 // 255))
    cut.paste(_WHITE, (0, 0), rim.point(lambda value: value * 150 // 255))
    picture.paste(cut, place)
    return piece


def _draw_sun(pen: ImageDraw.ImageDraw, width: int, height: int, colour: Colour, entropy: Entropy) -> None:
    radius = height // 9 + entropy.below(height // 18)
    x, y = width // 6 + entropy.below(width * 2 // 3), height // 5 + entropy.below(height // 10)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _ridge(width: int, base: float, swing: float, entropy: Entropy) -> list[tuple[float, float]]:
    """A line of hills: three waves of falling size laid over each other."""
    waves = [
        (swing / (n + 1), (1.1 + n) * (0.7 + entropy.below(100) / 120), entropy.below(628) / 100) for n in range(3)
    ]
    step = 4
    return [
        (x, base - sum(rise * math.sin(turns * math.tau * x / width + phase) for rise, turns, phase in waves))
        for x in range(0, width + step, step)
    ]


def _draw_pines(pen: ImageDraw.ImageDraw, ridge: list[tuple[float, float]], colour: Colour, entropy: Entropy) -> None:
    for _ in range(9):
        x, y = ridge[entropy.below(len(ridge))]
        tall = _PINE_HEIGHTS[entropy.below(len(_PINE_HEIGHTS))]
        pen.polygon([(x, y - tall), (x - tall / 4, y + 3), (x + tall / 4, y + 3)], fill=colour)


def _draw_birds(pen: ImageDraw.ImageDraw, width: int, height: int, colour: Colour, entropy: Entropy) -> None:
    x, y = width // 8 + entropy.below(width // 2), height // 12 + entropy.below(height // 8)
    for _ in range(3):
        pen.arc((x - 16, y, x, y + 12), 200, 340, fill=colour, width=2)
        pen.arc((x, y, x + 16, y + 12), 200, 340, fill=colour, width=2)
        x, y = x + 24 + entropy.below(20), y - 8 + entropy.below(20)


@lru_cache(maxsize=8)
def _piece_masks(size: int, turn: int) -> tuple[Image.Image, Image.Image, Image.Image]:
    """The shape of a piece, its rim inside and its outline outside, smooth edges, ``turn`` quarter turns."""
    fine = 4
    full, knob = size * fine, size * fine // 7
    edge = knob * 3 // 2
    shape = Image.new("L", (full, full), 0)
    pen = ImageDraw.Draw(shape)
    pen.rounded_rectangle((edge, edge, full - edge, full - edge), radius=full // 40, fill=255)
    middle = full // 2
    for x, y, fill in (
        (full - edge + knob // 3, middle, 255),
        (middle, edge - knob // 3, 255),
        (edge + knob // 3, middle, 0),
        (middle, full - edge - knob // 3, 0),
    ):
        pen.ellipse((x - knob, y - knob, x + knob, y + knob), fill=fill)
    shape = shape.rotate(90 * turn)
    inner = shape.resize((size, size), Image.Resampling.LANCZOS)
    rim, outline = Image.new("L", (size, size), 0), Image.new("L", (size, size), 0)
    for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2)):
        moved = ImageChops.offset(inner, dx, dy)
        rim = ImageChops.lighter(rim, ImageChops.subtract(inner, moved))
        outline = ImageChops.lighter(outline, ImageChops.subtract(moved, inner))
    return inner, rim, outline.point(lambda value: value * 170 // 255)
