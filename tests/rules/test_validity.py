from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import validity
from console.rules.deadlines import beijing_today
from console.vocabulary import CertificateState, ValidityKind

START, END = date(2020, 10, 15), date(2030, 10, 14)


def messages(faults):
    return [fault.message for fault in faults]


@pytest.mark.parametrize(
    ("day", "terminated_on", "revoked_on", "state"),
    [
        (START, None, None, CertificateState.VALID),
        (END, None, None, CertificateState.VALID),
        (END + timedelta(days=1), None, None, CertificateState.EXPIRED),
        (date(2026, 11, 19), date(2026, 11, 20), None, CertificateState.VALID),
        (date(2026, 11, 20), date(2026, 11, 20), None, CertificateState.TERMINATED),
        (date(2031, 1, 1), date(2026, 11, 20), None, CertificateState.TERMINATED),
        (date(2026, 11, 20), None, date(2026, 11, 20), CertificateState.REVOKED),
        (date(2026, 11, 20), date(2026, 11, 1), date(2026, 11, 20), CertificateState.REVOKED),
    ],
)
def test_the_state_on_a_day(day, terminated_on, revoked_on, state):
    found = validity.status_on(
        day, valid_from=START, valid_until=END, terminated_on=terminated_on, revoked_on=revoked_on
    )
    assert found is state


def test_a_long_term_certificate_never_expires():
    assert validity.status_on(date(2999, 1, 1), valid_from=START, valid_until=None) is CertificateState.VALID


@pytest.mark.parametrize(
    ("shanghai", "state"),
    [("2030-10-14T23:59:59+08:00", CertificateState.VALID), ("2030-10-15T00:00:00+08:00", CertificateState.EXPIRED)],
)
def test_it_expires_at_midnight_in_beijing_whatever_the_servers_clock(shanghai, state):
    now = datetime.fromisoformat(shanghai).astimezone(UTC)
    assert validity.status_on(beijing_today(now), valid_from=START, valid_until=END) is state


def test_a_certificate_whose_first_day_is_to_come_is_not_in_force_yet():
    before = START - timedelta(days=1)
    assert not validity.in_force_on(before, valid_from=START, valid_until=END)
    assert validity.in_force_on(START, valid_from=START, valid_until=END)
    assert not validity.in_force_on(START, valid_from=START, valid_until=END, terminated_on=START)
    assert not validity.in_force_on(END + timedelta(days=1), valid_from=START, valid_until=END)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2020, 10, 15), 10, date(2030, 10, 14)),
        (date(2026, 1, 1), 3, date(2028, 12, 31)),
        (date(2024, 2, 29), 10, date(2034, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2027, 3, 1), 1, date(2028, 2, 29)),
        (date(2026, 3, 1), 1, date(2027, 2, 28)),
    ],
)
def test_a_term_of_years_ends_the_day_before_the_anniversary(start, years, end):
    assert validity.default_end(start, years) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_a_term_of_years_is_as_long_as_the_years(start, years):
    end = validity.default_end(start, years)
    assert abs((end - start).days + 1 - years * 365.2425) < 2


@pytest.mark.parametrize(
    ("kind", "start", "end", "expected"),
    [
        (ValidityKind.FIXED, START, END, []),
        (ValidityKind.FIXED, START, START, []),
        (ValidityKind.LONG_TERM, START, None, []),
        (ValidityKind.LONG_TERM, START, date(2000, 1, 1), []),
        (ValidityKind.FIXED, START, None, ["请选择聘书截止时间"]),
        (ValidityKind.FIXED, START, START - timedelta(days=1), ["截止时间不能早于起始时间"]),
        (None, START, END, ["请选择聘书有效期类型"]),
        (ValidityKind.FIXED, None, None, ["请选择聘书起始时间", "请选择聘书截止时间"]),
    ],
)
def test_a_term_is_complete_and_in_order(kind, start, end, expected):
    assert messages(validity.validity_faults(kind, start, end)) == expected


def test_a_long_term_certificate_stores_no_end():
    assert validity.effective_end(ValidityKind.LONG_TERM, END) is None
    assert validity.effective_end(ValidityKind.FIXED, END) == END


@pytest.mark.parametrize(
    ("reason", "state", "expected"),
    [
        ("聘用单位变更", CertificateState.VALID, []),
        ("  ", CertificateState.VALID, ["请输入终止原因"]),
        (None, CertificateState.VALID, ["请输入终止原因"]),
        ("长" * 501, CertificateState.VALID, ["终止原因不能超过500字"]),
        ("理由", CertificateState.EXPIRED, ["当前状态不允许该操作"]),
        ("理由", CertificateState.TERMINATED, ["当前状态不允许该操作"]),
    ],
)
def test_a_termination_needs_a_valid_certificate_and_a_reason(reason, state, expected):
    assert messages(validity.termination_faults(reason, state)) == expected


@pytest.mark.parametrize(("left", "soon"), [(-1, False), (0, True), (90, True), (91, False)])
def test_expiring_means_still_valid_and_within_ninety_days(left, soon):
    today = date(2026, 11, 20)
    assert validity.expiring_within(today + timedelta(days=left), today) is soon


def test_long_term_is_never_expiring():
    assert not validity.expiring_within(None, date(2026, 11, 20))
    assert validity.due_reminders(None, date(2026, 11, 20), ()) == []


@pytest.mark.parametrize(
    ("left", "sent", "due"),
    [
        (91, (), []),
        (90, (), [90]),
        (45, (), [90]),
        (45, (90,), []),
        (30, (90,), [30]),
        (30, (), [30]),
        (30, (30,), []),
        (0, (90, 30), []),
        (0, (90,), [30]),
        (-1, (), []),
    ],
)
def test_reminders_are_sent_once_each_and_never_after_the_end(left, sent, due):
    today = date(2026, 11, 20)
    assert validity.due_reminders(today + timedelta(days=left), today, sent) == due
