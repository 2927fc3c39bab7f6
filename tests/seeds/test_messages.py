"""Message texts: every placeholder is allowed, every secret is marked."""

import re
from pathlib import Path

import pytest
import yaml

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
MESSAGES = yaml.safe_load((SEEDS / "messages.yaml").read_text(encoding="utf-8"))["messages"]

by_code = pytest.mark.parametrize("message", MESSAGES, ids=[message["code"] for message in MESSAGES])


def used_in(message):
    return set(re.findall(r"\{(\w+)\}", message["text"]))


@by_code
def test_a_text_uses_only_allowed_placeholders_and_all_required_ones(message):
    assert used_in(message) <= set(message["placeholders"])
    assert set(message["required"]) <= used_in(message)


@by_code
def test_a_text_can_be_filled_in(message):
    filled = message["text"].format(**dict.fromkeys(message["placeholders"], "甲"))
    assert "{" not in filled
    assert "}" not in filled


@by_code
def test_texts_with_a_code_or_password_are_marked_secret_and_no_other(message):
    assert message.get("secret", False) == bool(used_in(message) & {"code", "password"})


@by_code
def test_a_text_leaves_room_for_its_values_in_two_parts_of_an_sms(message):
    assert len(re.sub(r"\{\w+\}", "", message["text"])) <= 70
    assert message["text"].endswith("。")


def test_codes_are_unique_and_hold_what_the_first_journey_sends():
    codes = [message["code"] for message in MESSAGES]
    assert len(codes) == len(set(codes))
    assert set(codes) >= {
        "reg_code", "login_code", "reset_code", "password_reset_by_staff", "password_generated", "account_created",
        "expert_submitted", "expert_dept_task", "expert_rejected", "expert_approved_wait_filing", "expert_filed",
        "cert_expiring", "cert_terminated", "account_locked",
    }  # fmt: skip
