from io import BytesIO

import pytest
from PIL import Image

from console.adapters import captcha_picture
from console.adapters.captcha_picture import ALPHABET, HEIGHT, LENGTH, WIDTH, new_picture, normalise, verify
from console.adapters.entropy import SystemEntropy
from console.ports import PictureCaptcha


def test_four_characters_are_drawn_on_a_picture_of_the_promised_size():
    drawn = new_picture(SystemEntropy())
    with Image.open(BytesIO(drawn.png)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (WIDTH, HEIGHT)
    assert len(drawn.answer) == LENGTH
    assert set(drawn.answer) <= set(ALPHABET)


def test_characters_that_look_alike_are_never_used():
    for alike in ("0OQ", "1IL", "2Z", "5S", "8B", "6G", "UV", "VW"):
        assert not set(alike) & set(ALPHABET) or len(set(alike) & set(ALPHABET)) == 1
    assert not set("0O1IL") & set(ALPHABET)


def test_the_ink_stands_out_from_the_paper():
    for _ in range(8):
        with Image.open(BytesIO(new_picture(SystemEntropy()).png)) as picture:
            grey = picture.convert("L").histogram()
        assert sum(grey[:110]) > 600  # dark pixels: enough to read by
        assert sum(grey[225:]) > WIDTH * HEIGHT / 2


def test_answers_do_not_repeat_themselves():
    assert len({new_picture(SystemEntropy()).answer for _ in range(30)}) > 25


@pytest.mark.parametrize("typed", ["7KFX", "7kfx", " 7 k f x ", "7ｋｆｘ", "７ＫＦＸ"])
def test_small_letters_blanks_and_full_width_are_forgiven(typed):
    assert verify("7KFX", typed) == []


@pytest.mark.parametrize("typed", ["", "7KF", "7KFXX", "8KFX", "七KFX", "7KFX\x00", "x" * 100_000])
def test_anything_else_is_refused_in_the_manuals_words(typed):
    assert [fault.message for fault in verify("7KFX", typed)] == ["图形验证码错误"]


def test_what_is_hashed_is_the_same_for_every_way_of_typing():
    assert normalise(" ７k F x") == "7KFX"


def test_the_module_serves_the_port():
    port: PictureCaptcha = captcha_picture
    assert port.new_picture(SystemEntropy()).answer
