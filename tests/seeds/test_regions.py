"""The divisions we ship: complete, connected, and honest about those that no longer exist."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def rows():
    with (SEEDS / "regions.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def by_code(rows):
    return {row["code"]: row for row in rows}


def test_exactly_34_provinces_333_prefectures_and_2845_districts_are_in_force(rows):
    assert Counter(row["level"] for row in rows if not row["valid_to"]) == {
        "province": 34,
        "prefecture": 333,
        "district": 2845,
    }


def test_codes_are_six_digits_unique_and_sorted(rows):
    codes = [row["code"] for row in rows]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert codes == sorted(set(codes))


def test_every_parent_exists_stands_one_level_up_or_two_and_shares_the_prefix(rows, by_code):
    rank = {"province": 1, "prefecture": 2, "district": 3}
    for row in rows:
        if row["level"] == "province":
            assert row["parent"] == ""
            assert row["code"].endswith("0000")
            continue
        parent = by_code[row["parent"]]
        significant = 2 * rank[parent["level"]]
        assert rank[parent["level"]] < rank[row["level"]]
        assert row["code"][:significant] == parent["code"][:significant]


def test_the_codes_below_a_division_are_one_range_so_scope_needs_no_list(rows, by_code):
    for row in rows:
        above = by_code.get(row["parent"])
        if above and above["level"] == "prefecture":
            assert above["code"] < row["code"] < str(int(above["code"]) + 100)


def test_yunnan_has_16_prefectures_and_129_districts(rows):
    inside = Counter(row["level"] for row in rows if row["code"].startswith("53") and not row["valid_to"])
    assert inside == {"province": 1, "prefecture": 16, "district": 129}


def test_abolished_divisions_name_a_successor_that_begins_the_day_after(rows, by_code):
    abolished = {row["code"]: row["successor"] for row in rows if row["valid_to"]}
    assert abolished == {"450127": "450181", "500105": "500157", "500112": "500157"}
    for old, new in abolished.items():
        last_day = date.fromisoformat(by_code[old]["valid_to"])
        assert (date.fromisoformat(by_code[new]["valid_from"]) - last_day).days == 1
        assert by_code[new]["valid_to"] == ""


def test_a_successor_is_given_only_for_a_division_that_ended(rows):
    assert all(bool(row["successor"]) == bool(row["valid_to"]) for row in rows)


@pytest.mark.parametrize(
    ("code", "pinyin"),
    [("500000", "chong qing shi"), ("341500", "lu an shi"), ("140428", "zhang zi xian"), ("220000", "ji lin sheng"),
     ("522700", "qian nan bu yi zu miao zu zi zhi zhou"), ("532504", "mi le shi"), ("530000", "yun nan sheng")],
)  # fmt: skip
def test_names_are_read_as_places_are_read(by_code, code, pinyin):
    assert by_code[code]["pinyin"] == pinyin


def test_every_name_has_one_syllable_per_character(rows):
    for row in rows:
        assert len(row["pinyin"].split()) == len(row["name"])
        assert row["pinyin"].replace(" ", "").isascii()
        assert row["pinyin"].replace(" ", "").islower()
