"""The bodies of the demo world: who reviews, who files, who appoints."""

import csv
from collections import Counter
from pathlib import Path

import pytest
import yaml

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def regions():
    with (SEEDS / "regions.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def bodies():
    return yaml.safe_load((SEEDS / "organisations.yaml").read_text(encoding="utf-8"))["organisations"]


@pytest.fixture(scope="module")
def bureaus(bodies):
    return [body for body in bodies if body["kind"] == "bureau"]


def test_province_and_all_16_prefectures_have_a_bureau_and_both_committees(bodies, regions):
    for code, region in regions.items():
        if code.startswith("53") and region["level"] in ("province", "prefecture"):
            kinds = Counter(body["kind"] for body in bodies if body["region"] == code)
            assert kinds == {"bureau": 1, "safety_committee": 1, "disaster_committee": 1}, region["name"]


@pytest.mark.parametrize("prefecture", ["530100", "530300"])
def test_every_district_of_kunming_and_qujing_has_a_bureau(bureaus, regions, prefecture):
    districts = {code for code, row in regions.items() if row["parent"] == prefecture and not row["valid_to"]}
    assert districts <= {body["region"] for body in bureaus}


def test_codes_names_and_number_prefixes_are_unique(bodies):
    for key in ("code", "name", "short_name", "number_prefix"):
        values = [body[key] for body in bodies if key in body]
        assert len(values) == len(set(values)), key
    departments = [unit["code"] for body in bodies for unit in body.get("departments", [])]
    assert len(departments) == len(set(departments))


def test_names_begin_with_the_full_name_of_the_region(bodies, regions):
    for body in bodies:
        assert body["name"].startswith(regions[body["region"]]["name"])


def test_every_bureau_has_one_registrar_and_takes_applications_and_committees_have_no_departments(bodies):
    for body in bodies:
        units = body.get("departments", [])
        if body["kind"] == "bureau":
            assert sum(unit["is_registrar"] for unit in units) == 1, body["name"]
            assert any(unit["accepts_applications"] for unit in units)
        else:
            assert units == []


def test_only_bodies_that_file_have_a_number_prefix_and_the_province_has_the_manuals(bodies):
    assert {body["kind"] for body in bodies if "number_prefix" in body} == {"bureau"}
    assert all("number_prefix" in body for body in bodies if body["kind"] == "bureau")
    assert next(body["number_prefix"] for body in bodies if body["code"] == "yn-yj") == "YNS"


def test_the_level_word_is_the_last_character_of_the_regions_name(bodies, regions):
    for body in bodies:
        assert body["level_word"] == regions[body["region"]]["name"][-1]


def test_parents_are_bureaus_and_form_a_tree_under_the_province(bodies, regions):
    by_code = {body["code"]: body for body in bodies}
    assert [body["code"] for body in bodies if "parent" not in body] == ["yn-yj"]
    for body in bodies:
        if "parent" in body:
            parent = by_code[body["parent"]]
            assert parent["kind"] == "bureau"
            assert parent["region"] in (body["region"], regions[body["region"]]["parent"])


def test_department_names_differ_within_a_body(bureaus):
    for body in bureaus:
        for key in ("name", "short_name"):
            words = [unit[key] for unit in body["departments"]]
            assert len(words) == len(set(words)), body["name"]


def test_the_provinces_departments_cover_all_18_industries_once(bureaus):
    province = next(body for body in bureaus if body["code"] == "yn-yj")
    codes = sorted(code for unit in province["departments"] for code in unit["industries"])
    assert codes == [f"{number:02}" for number in range(1, 19)]


def test_a_department_with_industries_accepts_applications(bureaus):
    for body in bureaus:
        assert all(unit["accepts_applications"] for unit in body["departments"] if unit["industries"])
