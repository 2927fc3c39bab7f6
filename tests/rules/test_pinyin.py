import csv
from pathlib import Path

import pytest
import yaml

from console.rules.masking import COMPOUND_SURNAMES
from console.rules.pinyin import KEY_LENGTH, sort_key

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def table():
    with (SEEDS / "pinyin.csv").open(encoding="utf-8", newline="") as file:
        return {row["character"]: row["pinyin"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def surnames():
    return yaml.safe_load((SEEDS / "surnames.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def key(table, surnames):
    return lambda name: sort_key(name, table, surnames)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张立志", "zhang1 li4 zhi4"),
        ("单立志", "shan4 li4 zhi4"),
        ("曾立志", "zeng1 li4 zhi4"),
        ("仇立志", "qiu2 li4 zhi4"),
        ("区立志", "ou1 li4 zhi4"),
        ("尉迟恭", "yu4 chi2 gong1"),
        ("尉立志", "wei4 li4 zhi4"),
        ("万俟立", "mo4 qi2 li4"),
        ("万立志", "wan4 li4 zhi4"),
        ("欧阳志远", "ou1 yang2 zhi4 yuan3"),
        ("李单", "li3 dan1"),
        ("买买提·艾力", "mai3 mai3 ti2 ai4 li4"),
        ("𬭎先生", "hong2 xian1 sheng1"),
        ("Ann", "a n n"),
        ("", ""),
    ],
)
def test_names_are_read_as_names(key, name, expected):
    assert key(name) == expected


def test_names_sort_as_in_a_dictionary(key):
    names = ["欧阳修", "区大任", "张三", "章三", "阿布", "单雄信", "李四", "李", "李四光", "林一", "曾巩", "\ue000某"]
    assert sorted(names, key=key) == [
        "阿布",
        "李",
        "李四",
        "李四光",
        "林一",
        "区大任",
        "欧阳修",
        "单雄信",
        "曾巩",
        "张三",
        "章三",
        "\ue000某",
    ]


def test_the_key_fits_its_column(key):
    assert len(key("庄" * 30)) <= KEY_LENGTH


def test_every_standard_character_has_a_reading(table):
    assert len(table) == 8105
    assert all(reading.isascii() and reading[:-1].isalpha() and reading[-1] in "12345" for reading in table.values())


def test_surnames_are_singles_or_known_compounds_with_one_reading_per_character(surnames):
    for surname, reading in surnames.items():
        assert len(reading.split()) == len(surname) <= 2
        assert len(surname) == 1 or surname in COMPOUND_SURNAMES
