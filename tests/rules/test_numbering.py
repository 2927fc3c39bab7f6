from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import numbering
from console.rules.numbering import IssuedNumber

PREFIXES = st.from_regex(r"[A-Z]{2,10}", fullmatch=True)
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
COUNTERS = st.integers(1, 99_999_999)


def test_the_number_of_the_manual():
    assert numbering.certificate_number("YNS", date(2020, 10, 15), 1) == "YNS20201015001"
    assert numbering.application_number("SB", date(2026, 11, 9), 32) == "SB20261109-0032"


def test_the_thousandth_of_a_day_grows_and_does_not_wrap():
    day = date(2025, 10, 15)
    assert numbering.certificate_number("YNS", day, 999) == "YNS20251015999"
    assert numbering.certificate_number("YNS", day, 1000) == "YNS202510151000"


@given(PREFIXES, DAYS, COUNTERS)
def test_a_certificate_number_reads_back(prefix, day, counter):
    number = numbering.certificate_number(prefix, day, counter)
    assert numbering.parse_certificate_number(number) == IssuedNumber(prefix, day, counter)


@given(PREFIXES, DAYS, COUNTERS)
def test_an_application_number_reads_back(prefix, day, counter):
    number = numbering.application_number(prefix, day, counter)
    assert numbering.parse_application_number(number) == IssuedNumber(prefix, day, counter)


@pytest.mark.parametrize(
    "typed",
    [
        "YNS20251015001",
        "yns20251015001",
        " YNS 20251015 001 ",
        "ＹＮＳ２０２５１０１５００１",
        "YNS-20251015-001",
        "yns20251015－001",
    ],
)
def test_a_typed_number_is_understood(typed):
    assert numbering.normalise_certificate_number(typed) == "YNS20251015001"
    assert numbering.certificate_number_faults(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "YNS20251015",
        "YNS2025101501",
        "YNS20251315001",
        "YNS202510150001",
        "20251015001",
        "YNS20251015000",
        "Y20251015001",
        "YNS20251015001'--",
        "％",
    ],
)
def test_what_cannot_be_a_number_is_said_so(typed):
    assert numbering.parse_certificate_number(typed) is None
    assert [fault.code for fault in numbering.certificate_number_faults(typed)] == ["certificate_number_shape"]


@pytest.mark.parametrize("typed", ["", None, " \u3000"])
def test_an_empty_number_is_asked_for(typed):
    assert [fault.message for fault in numbering.certificate_number_faults(typed)] == ["请输入证书编号"]


@pytest.mark.parametrize("prefix", ["", "Y", "yns", "YN1", "云南", "ABCDEFGHIJK"])
def test_a_prefix_is_two_to_ten_capitals(prefix):
    with pytest.raises(ValueError, match="prefix"):
        numbering.certificate_number(prefix, date(2025, 10, 15), 1)


def test_counters_start_at_one():
    with pytest.raises(ValueError, match="counter"):
        numbering.application_number("SB", date(2025, 10, 15), 0)
