"""拖动拼图 (云南手册 2.2): a landscape with a hole, and the piece that belongs there.

The answer never leaves the server; what comes back is the place and the track of the drag. Functions of their
arguments: where answers are kept, for how long and how often they may be tried is the business of the service.
A program that looks at the picture can solve it, so this only slows machines down; the limits per phone, address
and hour are what stops them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from console.adapters.captcha_landscape import cut_piece, draw_landscape
from console.errors import Fault
from console.ports import Entropy, Puzzle

WIDTH, HEIGHT, PIECE = 320, 160, 60  # CSS pixels
SHARPNESS = 2  # picture pixels per CSS pixel
TOLERANCE = 5  # CSS pixels to either side
_NEAREST = 88  # the hole lies clear of the place where the piece starts
_MARGIN = 8

_SHORTEST_MS, _LONGEST_MS = 200, 30_000
_FEWEST_POINTS = 3  # a quick swipe on a slow phone reports no more
_LONGEST_TRACK = 5_000


def new_puzzle(entropy: Entropy) -> Puzzle:
    """Draw a puzzle; about 10 ms."""
    answer_x = _NEAREST + entropy.below(WIDTH - PIECE - _MARGIN - _NEAREST + 1)
    y = _MARGIN + entropy.below(HEIGHT - PIECE - 2 * _MARGIN + 1)
    landscape = draw_landscape(WIDTH * SHARPNESS, HEIGHT * SHARPNESS, entropy)
    piece = cut_piece(landscape, (answer_x * SHARPNESS, y * SHARPNESS), PIECE * SHARPNESS, entropy)
    return Puzzle(
        background_png=_png(landscape),
        piece_png=_png(piece),
        y=y,
        answer_x=answer_x,
        width=WIDTH,
        height=HEIGHT,
        piece_size=PIECE,
    )


def verify(answer_x: int, x: float, track: Sequence[tuple[float, float]]) -> list[Fault]:
    """Whether the piece was put in place by a hand.

    ``x``: where its left edge was let go, CSS pixels; ``track``: (x, milliseconds since the start) of the drag, three
    points at least, times never falling, 0.2 to 30 s long, ending where the piece was let go. Speed and jitter are
    not judged: a finger is fast and smooth, and an old hand slow.
    """
    placed = abs(x - answer_x) <= TOLERANCE
    if placed and _dragged_by_hand(track, x):
        return []
    return [Fault("puzzle_unsolved", "请完成拼图验证", "captcha")]


def _dragged_by_hand(track: Sequence[tuple[float, float]], x: float) -> bool:
    if not _FEWEST_POINTS <= len(track) <= _LONGEST_TRACK:
        return False
    if not all(math.isfinite(number) for point in track for number in point):
        return False
    times = [time for _, time in track]
    rising = all(earlier <= later for earlier, later in itertools.pairwise(times))
    moved = len({place for place, _ in track}) >= _FEWEST_POINTS
    ends_at_x = abs(track[-1][0] - x) <= TOLERANCE
    return rising and moved and ends_at_x and _SHORTEST_MS <= times[-1] - times[0] <= _LONGEST_MS


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()
