"""Reasons somebody has to write down."""

import pytest

from console.rules.reasons import reason_faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "请填写驳回理由"),
        ("　 \n", "请填写驳回理由"),
        ("不清晰。", "驳回理由至少5个字，请写明原因"),
        ("    字    ", "驳回理由至少5个字，请写明原因"),
        ("字" * 501, "驳回理由不能超过500字"),
    ],
)
def test_a_reason_that_says_nothing_or_too_much_is_refused(text, message):
    (fault,) = reason_faults(text, "return_reason", "驳回理由", "请填写驳回理由")
    assert (fault.field, fault.message) == ("return_reason", message)


@pytest.mark.parametrize("text", ["字" * 5, "字" * 500, f"  {'字' * 500}  "])
def test_five_to_five_hundred_characters_are_a_reason(text):
    assert reason_faults(text, "return_reason", "驳回理由", "请填写驳回理由") == []
