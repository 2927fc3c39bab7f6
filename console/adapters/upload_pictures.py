"""Pictures are decoded and encoded anew: nothing of the uploaded bytes is kept but the pixels.

Location, camera, comments, thumbnails, colour profiles and anything hidden behind the picture are gone.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

from console.adapters.upload_faults import Unfit

MOST_PIXELS = 40_000_000
# For every user of Pillow in this process: above twice this it refuses by itself, before memory is taken.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_KEPT_MODES = {"JPEG": {"RGB", "L"}, "PNG": {"RGB", "RGBA", "L", "LA", "1", "I;16"}}

# What Pillow's readers raise on broken files. Warning: tests turn warnings into errors.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    AttributeError,
    struct.error,
    zlib.error,
    Warning,
)


def picture_content(uploaded: bytes, form: str) -> bytes:
    """The picture upright and newly encoded as ``form`` (JPEG or PNG); raises ``Unfit``."""
    try:
        with Image.open(BytesIO(uploaded), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            picture.load()
            return _encoded(_upright(picture), form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _BROKEN as error:
        raise Unfit.damaged() from error


def _too_many_pixels() -> Unfit:
    return Unfit("file_pixels", f"图片不能超过{MOST_PIXELS // 10_000}万像素，请缩小后重新上传")


def _upright(picture: Image.Image) -> Image.Image:
    """Turn the picture as its camera was held: the note that says so is about to be dropped."""
    try:
        orientation = picture.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return picture
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return picture if turn is None else picture.transpose(turn)


def _encoded(picture: Image.Image, form: str) -> bytes:
    if picture.mode not in _KEPT_MODES[form]:
        with_alpha = form == "PNG" and picture.has_transparency_data
        picture = picture.convert("RGBA" if with_alpha else "RGB")
    picture.info.clear()
    out = BytesIO()
    if form == "JPEG":
        picture.save(out, "JPEG", quality=90)
    else:
        picture.save(out, "PNG", compress_level=6)
    return out.getvalue()
