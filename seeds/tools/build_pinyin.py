"""Writes seeds/pinyin.csv: the reading of each of the 8,105 standard characters, for sorting names.

Run by hand, never by the product: ``python seeds/tools/build_pinyin.py``. Needs pypinyin (group ``tools``).
The readings of surnames that differ (单 shan4, 仇 qiu2) stand in seeds/surnames.yaml, which is kept by hand.
"""

from __future__ import annotations

import csv
from pathlib import Path

from pypinyin import Style, pinyin

SEEDS = Path(__file__).resolve().parents[1]
SOURCE = SEEDS / "tgh_characters.txt"
TARGET = SEEDS / "pinyin.csv"

# pypinyin gives a single character its commonest reading in running text; inside a person's name it is read so.
IN_NAMES = {
    **{"长": "chang2", "少": "shao4", "朝": "chao2", "重": "chong2", "都": "du1", "藏": "zang4"},
    **{"晟": "sheng4", "柏": "bai3", "干": "gan4", "了": "liao3", "子": "zi3", "着": "zhu4", "地": "di4", "卜": "bu3"},
    **{
        "调": "tiao2",
        "为": "wei2",
        "尽": "jin4",
        "冠": "guan4",
        "令": "ling4",
        "兴": "xing1",
        "舍": "she4",
        "仔": "zai3",
    },
}


def characters() -> list[str]:
    """The standard characters in table order."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return [sign for line in lines if not line.startswith("#") for sign in line.strip()]


def reading(sign: str) -> str:
    """One reading with the tone as digit (5 = neutral) and ü as v."""
    found = pinyin(sign, style=Style.TONE3, heteronym=False, neutral_tone_with_five=True, v_to_u=False)
    return IN_NAMES.get(sign) or found[0][0]


def main() -> None:
    """Write the table."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("character", "pinyin"))
        writer.writerows((sign, reading(sign)) for sign in characters())


if __name__ == "__main__":
    main()
