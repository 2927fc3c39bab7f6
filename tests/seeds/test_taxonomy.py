"""The Yunnan taxonomy as the manual's appendix prints it, spelling corrected (scenarios 121 and 122)."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def taxonomy():
    return yaml.safe_load((SEEDS / "taxonomy_yunnan.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def industries(taxonomy):
    return taxonomy["nodes"]


@pytest.fixture(scope="module")
def fields(industries):
    return [field for industry in industries for field in industry["fields"]]


@pytest.fixture(scope="module")
def specialties(fields):
    return [specialty for field in fields for specialty in field["specialties"]]


def test_there_are_18_industries_49_fields_and_392_specialties(industries, fields, specialties):
    assert (len(industries), len(fields), len(specialties)) == (18, 49, 392)


def test_385_specialties_are_selectable_and_the_other_7_are_doubled_safety_engineering(specialties):
    doubled = [node for node in specialties if not node.get("selectable", True)]
    by_code = {node["code"]: node for node in specialties}
    assert len(doubled) == 7
    assert {node["name"] for node in doubled} == {"安全工程"}
    assert {node["code"][:4] for node in doubled} == {f"010{n}" for n in range(1, 8)}
    for node in doubled:
        assert by_code[node["duplicate_of"]]["name"] == "安全工程"
        assert by_code[node["duplicate_of"]].get("selectable", True)


def test_selectable_names_are_unique_within_their_field(fields):
    for field in fields:
        names = Counter(node["name"] for node in field["specialties"] if node.get("selectable", True))
        assert max(names.values()) == 1, field["name"]


def test_codes_are_quoted_texts_of_two_digits_per_level_in_the_order_of_the_manual(industries, fields, specialties):
    for nodes, width in ((industries, 2), (fields, 4), (specialties, 6)):
        codes = [node["code"] for node in nodes]
        assert all(isinstance(code, str) and len(code) == width for code in codes)
        assert codes == sorted(set(codes))


def test_codes_begin_with_the_code_of_their_parent(industries):
    for industry in industries:
        for field in industry["fields"]:
            assert field["code"].startswith(industry["code"])
            assert all(node["code"].startswith(field["code"]) for node in field["specialties"])


def test_spelling_is_corrected_and_the_manuals_spelling_kept(specialties):
    corrected = {node["source_text"]: node["name"] for node in specialties if "source_text" in node}
    assert corrected == {
        "在·": "公路运输，车辆、道路安全",
        "泥土流防治": "泥石流防治",
        "地址工程（水文工程及矿山工程）": "地质工程（水文工程及矿山工程）",
        "铁路地质灾害抢": "铁路地质灾害抢险",
        "应急救援编制及修订": "应急救援预案编制及修订",
    }


def test_the_first_specialty_of_civil_aviation_reads_as_in_the_other_traffic_fields(fields):
    aviation = next(field for field in fields if field["name"] == "民航运输")
    assert aviation["specialties"][0]["name"] == "公路运输，车辆、道路安全"


def test_the_manuals_sample_certificate_can_be_printed_from_short_names(industries):
    chemistry = industries[0]
    printed = {
        f"省{chemistry['short_name']}-{node['short_name']}专家" for node in chemistry["fields"][0]["specialties"]
    }
    assert "省化工-防爆专家" in printed


def test_short_names_fit_a_certificate_line(industries, fields, specialties):
    assert all(node["short_name"] for node in [*industries, *fields, *specialties])
    assert max(len(node["short_name"]) for node in [*industries, *specialties]) <= 10
    assert not [
        node["short_name"] for node in [*industries, *specialties] if set("，、（）·") & set(node["short_name"])
    ]


def test_every_specialty_keeps_its_line_of_the_manual_in_rising_order(specialties):
    lines = [node["seed_line"] for node in specialties]
    assert lines == sorted(set(lines))


def test_the_three_groups_hold_every_industry_once(taxonomy, industries):
    grouped = [code for group in taxonomy["groups"] for code in group["industries"]]
    assert grouped == [node["code"] for node in industries]
