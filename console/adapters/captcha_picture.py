"""图形验证码: four characters to be typed, for keyboard users and whoever cannot do the puzzle.

Drawn by the package ``captcha``. Functions of their arguments: where answers are kept, for how long and how often they
may be tried is the business of the service.
"""

from __future__ import annotations

import unicodedata

from captcha.image import ImageCaptcha

from console.errors import Fault
from console.ports import Entropy, Picture

# Neither 0 O Q, 1 I L, 2 Z, 5 S, 8 B, 6 G nor U V W, which people mistake for each other in a crooked picture.
ALPHABET = "ACDEFHJKMNPRTXY3479"
LENGTH = 4
WIDTH, HEIGHT = 240, 88  # shown at half the size, for sharp screens

_PAPER = (235, 242, 248)
_INKS = ((24, 33, 44), (26, 84, 130), (18, 61, 96), (66, 77, 90))


class _Drawer(ImageCaptcha):
    """Milder than the package's own: people have to read it, and it is only one guard among several."""

    character_rotate = (-22, 22)
    character_warp_dx = (0.05, 0.18)
    character_warp_dy = (0.05, 0.18)
    word_offset_dx = 0.12

    def __init__(self, ink: tuple[int, int, int]) -> None:
        super().__init__(WIDTH, HEIGHT, font_sizes=(58, 64, 70))
        self.ink = (*ink, 255)
        # The package takes brightness for opacity, which leaves dark ink pale: stretch this ink's to full.
        brightest = (299 * ink[0] + 587 * ink[1] + 114 * ink[2]) // 1000
        self.lookup_table = [min(255, level * 255 // brightest) for level in range(256)]


_drawers = tuple(_Drawer(ink) for ink in _INKS)


def new_picture(entropy: Entropy) -> Picture:
    """Draw four characters; about 5 ms."""
    answer = entropy.text(ALPHABET, LENGTH)
    drawer = _drawers[entropy.below(len(_drawers))]
    return Picture(png=drawer.generate(answer, bg_color=_PAPER, fg_color=drawer.ink).getvalue(), answer=answer)


def normalise(typed: str) -> str:
    """What is compared, and hashed: capitals without blanks; full-width letters of a Chinese keyboard become plain."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def verify(answer: str, typed: str) -> list[Fault]:
    """Whether ``typed`` is the answer; capitals and blanks do not matter."""
    if normalise(typed) == answer:
        return []
    return [Fault("captcha_wrong", "图形验证码错误", "captcha")]
