"""Writes seeds/regions.csv from a list of current divisions (columns code,name,level,kind,parent).

Run by hand when the ministry publishes changes, never by the product:
``python seeds/tools/build_regions.py <divisions.csv> [seeds/regions.csv]``. Needs pypinyin (group ``tools``).
The source holds only divisions in force; abolished ones are added here with their last day and their successor,
because identity cards, employers and old certificates go on naming them.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from pypinyin import lazy_pinyin

COLUMNS = ("code", "name", "level", "kind", "parent", "valid_from", "valid_to", "successor", "pinyin")
TARGET = Path(__file__).resolve().parents[1] / "regions.csv"


@dataclass(frozen=True, slots=True)
class Abolished:
    """A division no longer in force; ``valid_to`` is its last day, ``successor`` begins the day after."""

    code: str
    name: str
    level: str
    kind: str
    parent: str
    valid_to: str
    successor: str
    successor_from: str


# First day of a successor: the ministry's approval (横州) or the government's publication (两江新区).
ABOLISHED = (
    Abolished("450127", "横县", "district", "县", "450100", "2021-02-02", "450181", "2021-02-03"),
    Abolished("500105", "江北区", "district", "市辖区", "500000", "2025-11-05", "500157", "2025-11-06"),
    Abolished("500112", "渝北区", "district", "市辖区", "500000", "2025-11-05", "500157", "2025-11-06"),
)

# In place names these characters are read so, unlike in the words pypinyin knows them from.
PLACE_READINGS = {"长": "chang", "都": "du", "什": "shi", "泊": "bo", "勒": "le", "蚌": "beng", "卡": "ka"}
# Places whose reading is their own.
PLACE_NAMES = {
    "长子县": "zhang zi xian",
    "洪洞县": "hong tong xian",
    "涡阳县": "guo yang xian",
    "荥经县": "ying jing xian",
    "单县": "shan xian",
    "乐陵市": "lao ling shi",
    "繁峙县": "fan shi xian",
    "伽师县": "jia shi xian",
    "漯河市": "luo he shi",
    "召陵区": "shao ling qu",
    "浚县": "xun xian",
    "大城县": "dai cheng xian",
    "筠连县": "jun lian xian",
    "佛坪县": "fo ping xian",
    "称多县": "chen duo xian",
    "崆峒区": "kong tong qu",
    "朝阳市": "chao yang shi",
    "朝阳县": "chao yang xian",
    "闵行区": "min hang qu",
    "民乐县": "min le xian",
    "南乐县": "nan le xian",
    "马尾区": "ma wei qu",
    "佛冈县": "fo gang xian",
    "曾都区": "zeng du qu",
}


def pinyin_of(name: str) -> str:
    """Syllables without tones, parted by blanks: the sort key of a division's name."""
    if name in PLACE_NAMES:
        return PLACE_NAMES[name]
    syllables = lazy_pinyin(name)
    return " ".join(PLACE_READINGS.get(char, read) for char, read in zip(name, syllables, strict=True))


def rows_of(source: Path) -> list[dict[str, str]]:
    """Every row of the target file, sorted by code."""
    with source.open(encoding="utf-8", newline="") as lines:
        rows = [{**row, "valid_from": "", "valid_to": "", "successor": ""} for row in csv.DictReader(lines)]
    begins = {old.successor: old.successor_from for old in ABOLISHED}
    for row in rows:
        row["valid_from"] = begins.get(row["code"], "")
    rows += [
        {
            "code": old.code,
            "name": old.name,
            "level": old.level,
            "kind": old.kind,
            "parent": old.parent,
            "valid_from": "",
            "valid_to": old.valid_to,
            "successor": old.successor,
        }
        for old in ABOLISHED
    ]
    return sorted(({**row, "pinyin": pinyin_of(row["name"])} for row in rows), key=lambda row: row["code"])


def main(arguments: list[str]) -> None:
    """Read the source named first, write the target named second (or the seed file)."""
    source = Path(arguments[0])
    target = Path(arguments[1]) if len(arguments) > 1 else TARGET
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_of(source))


if __name__ == "__main__":
    main(sys.argv[1:])
