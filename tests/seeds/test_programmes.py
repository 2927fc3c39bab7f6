"""A programme names only things that exist in the other seed files."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from console.vocabulary import BodyKind, CaptchaKind, PasswordResetMode

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def yunnan():
    return tomllib.loads((SEEDS / "programmes" / "yunnan.toml").read_text(encoding="utf-8"))


def test_owner_region_and_taxonomy_exist_and_belong_together(yunnan):
    bodies = yaml.safe_load((SEEDS / "organisations.yaml").read_text(encoding="utf-8"))["organisations"]
    owner = next(body for body in bodies if body["code"] == yunnan["owner"])
    assert owner["name"] == yunnan["organiser"]
    assert owner["region"] == yunnan["region"]
    taxonomy = yaml.safe_load((SEEDS / f"taxonomy_{yunnan['taxonomy']}.yaml").read_text(encoding="utf-8"))
    assert taxonomy["code"] == yunnan["taxonomy"]


def test_the_number_rule_prints_the_manuals_number(yunnan):
    rule = yunnan["numbers"]
    assert f"{rule['certificate_prefix']}20201015{1:0{rule['certificate_digits']}}" == "YNS20201015001"


def test_closed_values_are_words_of_the_vocabulary(yunnan):
    assert CaptchaKind(yunnan["login"]["captcha"]) is CaptchaKind.SLIDER
    assert PasswordResetMode(yunnan["password_reset"]["by_official"]) is PasswordResetMode.TYPED
    assert PasswordResetMode(yunnan["password_reset"]["by_support"]) is PasswordResetMode.GENERATED
    assert [BodyKind(kind) for kind in yunnan["certificate"]["appointing_bodies"]] == list(BodyKind)


def test_the_hotline_is_an_invented_number_of_the_right_form(yunnan):
    assert re.fullmatch(r"0871-6000 \d{4}", yunnan["support"]["hotline"])
    assert yunnan["support"]["qq"] == "800000119"


def test_deadlines_are_those_of_the_process_table(yunnan):
    terms = yunnan["application"]
    assert (terms["review_working_days"], terms["filing_working_days"]) == (10, 5)
    assert terms["editable_until"] == "first_pass"
    assert terms["withdraw_allowed"] is True
    assert terms["multi_department"] is True
