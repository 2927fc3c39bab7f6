"""How long a certificate holds, and what it is on a given Beijing day (P02)."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from console.errors import Fault
from console.rules.clauses import clause
from console.vocabulary import CertificateState, ValidityKind

REMINDER_DAYS = (90, 30)
REASON_LIMIT = 500


@clause("云南手册", "1.5.2 注", "审核时需要选择聘书的有效起止时间，聘书失效后，专家需重新发起申报申请")
def status_on(
    day: date,
    *,
    valid_from: date,
    valid_until: date | None,
    terminated_on: date | None = None,
    revoked_on: date | None = None,
) -> CertificateState:
    """Return the state on a Beijing day: valid through its last day, terminated from the very day of termination.

    ``valid_until`` None means long-term. A certificate whose first day is still to come counts as valid here;
    ask ``in_force_on`` whether it may be relied upon.
    """
    if revoked_on and day >= revoked_on:
        return CertificateState.REVOKED
    if terminated_on and day >= terminated_on:
        return CertificateState.TERMINATED
    if valid_until and day > valid_until:
        return CertificateState.EXPIRED
    return CertificateState.VALID


def in_force_on(
    day: date,
    *,
    valid_from: date,
    valid_until: date | None,
    terminated_on: date | None = None,
    revoked_on: date | None = None,
) -> bool:
    """Tell whether its holder may be appointed for that day: begun, not expired, terminated or revoked."""
    state = status_on(
        day, valid_from=valid_from, valid_until=valid_until, terminated_on=terminated_on, revoked_on=revoked_on
    )
    return day >= valid_from and state is CertificateState.VALID


@clause("云南手册", "1.3", "样张：2020年10月15日 至 2030年10月14日")
def default_end(valid_from: date, years: int) -> date:
    """Return the last day of a term of whole years: the day before the anniversary.

    From 29 February to a common year the term ends on 28 February.
    """
    year = valid_from.year + years
    if (valid_from.month, valid_from.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return valid_from.replace(year=year) - timedelta(days=1)


@clause("云南手册", "3.7", "选择聘书有效期类型；非长期需再选择聘书截止时间")
def validity_faults(kind: ValidityKind | None, valid_from: date | None, valid_until: date | None) -> list[Fault]:
    """A term has a kind and a first day; a fixed one a last day not before the first. Long-term ignores the last."""
    found = []
    if kind is None:
        found.append(Fault("validity_kind_missing", "请选择聘书有效期类型", "validity_kind"))
    if valid_from is None:
        found.append(Fault("valid_from_missing", "请选择聘书起始时间", "valid_from"))
    if kind is ValidityKind.FIXED and valid_until is None:
        found.append(Fault("valid_until_missing", "请选择聘书截止时间", "valid_until"))
    if kind is ValidityKind.FIXED and valid_from and valid_until and valid_until < valid_from:
        found.append(Fault("valid_until_early", "截止时间不能早于起始时间", "valid_until"))
    return found


def effective_end(kind: ValidityKind, valid_until: date | None) -> date | None:
    """Return the end to store: none for a long-term certificate, whatever the form still held."""
    return None if kind is ValidityKind.LONG_TERM else valid_until


@clause("云南手册", "3.9", "在证书失效之前手动终止本部门审核过的证书，输入终止原因后，证书将在当日失效")
def termination_faults(reason: str | None, state: CertificateState) -> list[Fault]:
    """Only a valid certificate is terminated, and never without a reason of at most 500 characters."""
    if state is not CertificateState.VALID:
        return [Fault("certificate_not_valid", "当前状态不允许该操作")]
    text = (reason or "").strip()
    if not text:
        return [Fault("reason_missing", "请输入终止原因", "reason")]
    if len(text) > REASON_LIMIT:
        return [Fault("reason_long", f"终止原因不能超过{REASON_LIMIT}字", "reason")]
    return []


def days_left(valid_until: date | None, today: date) -> int | None:
    """Calendar days until the last valid day (0 on it, negative after), or None for a long-term certificate."""
    return None if valid_until is None else (valid_until - today).days


def expiring_within(valid_until: date | None, today: date, days: int = 90) -> bool:
    """Tell whether a certificate still valid today ends within so many calendar days."""
    left = days_left(valid_until, today)
    return left is not None and 0 <= left <= days


@clause("云南流程 P02", "到期提醒（可配置）", "到期前90日、30日各提醒一次")
def due_reminders(
    valid_until: date | None, today: date, sent: Collection[int], days: Sequence[int] = REMINDER_DAYS
) -> list[int]:
    """Return the reminder due now (90 or 30), at most one and none after expiry.

    ``sent`` holds those already sent. After days without a worker only the nearest is sent, never two at once,
    and a wider one is not sent after a narrower.
    """
    left = days_left(valid_until, today)
    if left is None or left < 0:
        return []
    reached = [limit for limit in sorted(days) if left <= limit]
    nearest = reached[:1]
    return [limit for limit in nearest if limit not in sent]
