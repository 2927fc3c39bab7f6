import random
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image

from console.adapters import captcha_slider
from console.adapters.captcha_landscape import draw_landscape
from console.adapters.captcha_slider import HEIGHT, PIECE, SHARPNESS, TOLERANCE, WIDTH, new_puzzle, verify
from console.adapters.entropy import SystemEntropy
from console.ports import SliderCaptcha


class Repeatable:
    """Chance that can be had again."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def token(self, length):
        return self.random.randbytes(length)

    def below(self, limit):
        return self.random.randrange(limit)

    def text(self, alphabet, length):
        return "".join(self.random.choices(alphabet, k=length))


class Extreme(Repeatable):
    """Always the smallest or always the largest number."""

    def __init__(self, largest):
        super().__init__(0)
        self.largest = largest

    def below(self, limit):
        return limit - 1 if self.largest else 0


def picture(png):
    opened = Image.open(BytesIO(png))
    opened.load()
    return opened


def drag(to, milliseconds=900, points=20):
    return [(to * n / points, milliseconds * n / points) for n in range(points + 1)]


def codes(faults):
    return [fault.code for fault in faults]


@pytest.mark.parametrize("entropy", [Extreme(False), Extreme(True), SystemEntropy()], ids=["least", "most", "real"])
def test_the_hole_lies_inside_the_picture_and_clear_of_where_the_piece_starts(entropy):
    puzzle = new_puzzle(entropy)
    assert PIECE < puzzle.answer_x <= WIDTH - PIECE
    assert 0 <= puzzle.y <= HEIGHT - PIECE
    assert (puzzle.width, puzzle.height, puzzle.piece_size) == (WIDTH, HEIGHT, PIECE)


def test_pictures_have_the_promised_size_for_sharp_screens():
    puzzle = new_puzzle(Repeatable(1))
    assert picture(puzzle.background_png).size == (WIDTH * SHARPNESS, HEIGHT * SHARPNESS)
    assert picture(puzzle.piece_png).size == (PIECE * SHARPNESS, PIECE * SHARPNESS)
    assert picture(puzzle.piece_png).mode == "RGBA"


def test_the_piece_shows_what_the_hole_hides():
    puzzle = new_puzzle(Repeatable(7))
    again = Repeatable(7)
    again.below(1), again.below(1)  # where the hole is was drawn first
    whole = draw_landscape(WIDTH * SHARPNESS, HEIGHT * SHARPNESS, again)
    middle = PIECE * SHARPNESS // 2
    place = (puzzle.answer_x * SHARPNESS + middle, puzzle.y * SHARPNESS + middle)
    assert picture(puzzle.piece_png).getpixel((middle, middle)) == (*whole.getpixel(place), 255)
    assert sum(picture(puzzle.background_png).getpixel(place)) < sum(whole.getpixel(place))


def test_two_puzzles_differ():
    first, second = new_puzzle(SystemEntropy()), new_puzzle(SystemEntropy())
    assert first.background_png != second.background_png


def test_answers_are_spread_over_the_whole_way():
    answers = {new_puzzle(Repeatable(seed)).answer_x for seed in range(60)}
    assert max(answers) - min(answers) > 120
    assert len(answers) > 40


def test_the_picture_does_not_carry_the_answer_beside_its_pixels():
    puzzle = new_puzzle(SystemEntropy())
    for png in (puzzle.background_png, puzzle.piece_png):
        assert picture(png).info == {}


@pytest.mark.parametrize("off", [-TOLERANCE, 0, 3.5, TOLERANCE])
def test_a_piece_within_five_pixels_is_accepted(off):
    assert verify(180, 180 + off, drag(180 + off)) == []


@pytest.mark.parametrize("off", [-TOLERANCE - 0.5, TOLERANCE + 0.5, 60])
def test_a_piece_further_off_is_refused_in_the_manuals_words(off):
    faults = verify(180, 180 + off, drag(180 + off))
    assert [fault.message for fault in faults] == ["请完成拼图验证"]


@pytest.mark.parametrize(
    "track",
    [
        pytest.param(drag(180, milliseconds=200), id="quick"),
        pytest.param(drag(180, milliseconds=30_000), id="slow"),
        pytest.param([(0, 0), (96, 130), (180, 260)], id="swipe of three points"),
        pytest.param([(0, 5), (80, 5), (181, 300), (180, 300)], id="two events in one millisecond"),
        pytest.param([*drag(230), (200, 1200), (180, 1500)], id="gone too far and back"),
    ],
)
def test_hands_move_in_many_ways(track):
    assert verify(180, 180, track) == []


@pytest.mark.parametrize(
    "track",
    [
        pytest.param([], id="no track"),
        pytest.param([(180, 0)], id="one point"),
        pytest.param([(0, 0), (180, 400)], id="a jump"),
        pytest.param([(180, 0), (180, 200), (180, 400)], id="no movement"),
        pytest.param(drag(180, milliseconds=199), id="too quick"),
        pytest.param(drag(180, milliseconds=30_001), id="too slow"),
        pytest.param(list(reversed(drag(180))), id="backwards in time"),
        pytest.param([(0, 0), (60, 300), (120, 200), (180, 500)], id="back in time halfway"),
        pytest.param(drag(90), id="ends elsewhere"),
        pytest.param([(0, 0), (float("nan"), 300), (180, 500)], id="not a number"),
        pytest.param([(0, 0), (90, 100), (180, float("inf"))], id="endless"),
        pytest.param(drag(180, points=5_001), id="too long a list"),
    ],
)
def test_a_track_no_hand_makes_is_refused(track):
    assert codes(verify(180, 180, track)) == ["puzzle_unsolved"]


@pytest.mark.parametrize("x", [float("nan"), float("inf"), -float("inf")])
def test_a_place_that_is_no_number_is_refused(x):
    assert codes(verify(180, x, drag(180))) == ["puzzle_unsolved"]


def test_the_helper_of_these_tests_makes_tracks_that_run_forward():
    assert all(earlier[1] < later[1] for earlier, later in pairwise(drag(180)))


def test_the_module_serves_the_port():
    port: SliderCaptcha = captcha_slider
    assert port.new_puzzle(SystemEntropy()).answer_x > 0
