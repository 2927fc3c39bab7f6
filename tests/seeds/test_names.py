"""Words for invented people: enough of them, well-formed, and with the names that break careless software."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from console.vocabulary import EmployerKind, Gender, TitleLevel

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def names():
    return yaml.safe_load((SEEDS / "names.yaml").read_text(encoding="utf-8"))


def test_there_are_at_least_120_surnames_each_once_with_a_weight_and_a_reading(names):
    surnames = names["surnames"]
    assert len(surnames) >= 120
    assert max(Counter(row["name"] for row in surnames).values()) == 1
    for row in surnames:
        assert isinstance(row["weight"], int)
        assert row["weight"] > 0
        assert len(row["pinyin"].split()) == len(row["name"]) <= 2


@pytest.mark.parametrize(
    ("surname", "pinyin"),
    [("单", "shan"), ("解", "xie"), ("仇", "qiu"), ("区", "ou"), ("曾", "zeng"), ("尉迟", "yu chi")],
)
def test_surnames_are_read_as_surnames(names, surname, pinyin):
    assert {row["name"]: row["pinyin"] for row in names["surnames"]}[surname] == pinyin


def test_given_name_characters_are_single_characters_each_once_per_list(names):
    for characters in names["given_characters"].values():
        assert len(characters) == len(set(characters)) >= 20
        assert all("\u4e00" <= character <= "\u9fff" for character in characters)


def test_the_names_with_rare_characters_and_the_long_ones_are_there(names):
    whole = {row["name"] for row in names["whole_names"]}
    assert "阿依古丽·买买提江" in whole
    assert set("㛃䶮𬭎") <= set("".join(whole))
    assert max(map(len, whole)) >= 12


def test_whole_names_have_a_gender_and_a_reading_per_character(names):
    for row in names["whole_names"]:
        assert Gender(row["gender"])
        assert len(row["pinyin"].split()) == len(row["name"].replace("·", ""))


def test_there_are_at_least_60_employers_of_known_kinds_in_yunnan(names):
    with (SEEDS / "regions.csv").open(encoding="utf-8", newline="") as lines:
        regions = {row["code"] for row in csv.DictReader(lines) if row["code"].startswith("53")}
    employers = names["employers"]
    assert len({row["name"] for row in employers}) == len(employers) >= 60
    assert {row["region"] for row in employers} <= regions
    assert {EmployerKind(row["kind"]) for row in employers} == set(EmployerKind)


def test_no_employer_bears_the_name_of_an_emergency_body_of_the_seeds(names):
    bodies = yaml.safe_load((SEEDS / "organisations.yaml").read_text(encoding="utf-8"))["organisations"]
    assert not {row["name"] for row in names["employers"]} & {body["name"] for body in bodies}


def test_every_industry_has_majors(names):
    taxonomy = yaml.safe_load((SEEDS / "taxonomy_yunnan.yaml").read_text(encoding="utf-8"))
    assert list(names["majors"]) == [node["code"] for node in taxonomy["nodes"]]
    assert all(names["majors"].values())


def test_every_title_level_has_titles(names):
    assert {TitleLevel(level) for level in names["titles"]} == set(TitleLevel)


def test_resume_phrases_use_only_the_placeholders_named_in_the_file(names):
    phrases = [phrase for group in names["resume_phrases"].values() for phrase in group]
    used = {word for phrase in phrases for word in re.findall(r"\{(\w+)\}", phrase)}
    assert used == {"years", "field", "employer", "position", "year", "place", "count"}


def test_no_list_is_read_as_truth_values_or_numbers_by_mistake(names):
    for key in ("schools", "positions", "qualifications"):
        assert all(isinstance(word, str) for word in names[key])
        assert len(names[key]) == len(set(names[key]))
