"""What people type, before a rule looks at it: full-width characters and stray blanks are not mistakes."""

from __future__ import annotations

# Only the full-width forms of ASCII: NFKC would also turn ① or ² into a digit, which nobody meant to type.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits, punctuation and blanks in their ASCII form."""
    return text.translate(_FULL_WIDTH)


def without_blanks(text: str) -> str:
    """Return the text in half width without any blank, tab or zero-width space inside."""
    return "".join(half_width(text).replace("\u200b", "").replace("\ufeff", "").split())
