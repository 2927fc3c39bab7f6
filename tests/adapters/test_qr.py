import io

import pytest
from PIL import Image

from console.adapters import qr

URL = "HTTPS://ZJK.EXAMPLE.GOV.CN/V/YNS20201015001/ABCDEFGHJKMN"
FINDER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")


def test_a_verification_address_fits_version_3_with_finders_in_three_corners():
    rows = ["".join("1" if dark else "0" for dark in row) for row in qr.modules(URL)]
    assert len(rows) == len(rows[0]) == 29
    assert tuple(row[:7] for row in rows[:7]) == FINDER
    assert tuple(row[-7:] for row in rows[:7]) == FINDER
    assert tuple(row[:7] for row in rows[-7:]) == FINDER


def test_the_picture_holds_the_same_modules_with_a_quiet_zone():
    image = Image.open(io.BytesIO(qr.png(URL, scale=3))).convert("L")
    assert image.size == (3 * (29 + 8), 3 * (29 + 8))
    seen = tuple(tuple(image.getpixel((3 * (x + 4) + 1, 3 * (y + 4) + 1)) < 128 for x in range(29)) for y in range(29))
    assert seen == qr.modules(URL)


def test_the_drawing_for_a_page_obeys_the_content_security_policy():
    drawing = qr.svg(URL)
    assert drawing.startswith("<svg ")
    assert "style" not in drawing
    assert 'viewBox="0 0 37 37"' in drawing


@pytest.mark.parametrize("address", ["https://a.cn/v/1", "HTTPS://A.CN/验真", ""])
def test_an_address_that_would_need_a_denser_code_is_refused(address):
    with pytest.raises(ValueError, match="upper-case"):
        qr.modules(address)
