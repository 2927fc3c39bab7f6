"""Entry conditions of a pool and the pre-check before filing, each with its reason, so that a page shows all.

The manual leaves the conditions to the department, so every figure is 可配置 (parameters ``eligibility_*``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from console.errors import Fault
from console.rules.clauses import clause
from console.rules.deadlines import paper_date
from console.rules.identity import age_on
from console.vocabulary import Education, TitleLevel, ValidityKind

W = TypeVar("W", Education, TitleLevel)

# Highest first in the vocabulary; a rank of 0 in a parameter means no condition.
EDUCATION_RANKS = {member: rank for rank, member in enumerate(reversed(Education), start=1)}
TITLE_RANKS = {member: rank for rank, member in enumerate(reversed(TitleLevel))}

CONFIGURABLE = "可配置"


@dataclass(frozen=True, slots=True)
class Condition:
    """One figure an expert is measured by, and where it comes from."""

    value: int
    clause: str = CONFIGURABLE


@dataclass(frozen=True, slots=True)
class Profile:
    """Entry conditions of one pool; None means the pool does not ask.

    ``max_age`` and ``min_years`` in full years; ``min_education`` and ``min_title`` as ranks (``EDUCATION_RANKS``,
    ``TITLE_RANKS``).
    """

    max_age: Condition | None = None
    min_education: Condition | None = None
    min_title: Condition | None = None
    min_years: Condition | None = None

    @classmethod
    def of(cls, figures: Mapping[str, int], clauses: Mapping[str, str] | None = None) -> Profile:
        """Build the profile from the parameters ``eligibility_*`` in force; a missing or zero one is not asked.

        ``clauses`` gives the source of each parameter by key; without one it is 可配置.
        """

        def condition(name: str) -> Condition | None:
            key = f"eligibility_{name}"
            value = figures.get(key, 0)
            return Condition(value, (clauses or {}).get(key, CONFIGURABLE)) if value else None

        return cls(condition("max_age"), condition("min_education"), condition("min_title"), condition("min_years"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the conditions need to know of an expert; ``missing`` are the faults of his basic information."""

    birth_date: date | None = None
    education: Education | None = None
    title_level: TitleLevel | None = None
    title_expires_on: date | None = None
    practice_years: int | None = None
    bad_record: bool = False
    missing: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the filing pre-check needs beside the candidate: the term granted and whether the ID number is shared."""

    validity: ValidityKind
    valid_until: date | None
    shared_id_number: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition judged; ``rule`` is stable and English, ``sentence`` is shown green or red beside ``clause``."""

    rule: str
    ok: bool
    sentence: str
    clause: str = ""
    field: str = ""


def verdicts(profile: Profile, candidate: Candidate, today: date) -> list[Verdict]:
    """Judge an expert by every condition of the profile; for the reviewer, who still decides."""
    judged = (
        facts_verdict(candidate),
        age_verdict(profile.max_age, candidate.birth_date, today),
        education_verdict(profile.min_education, candidate.education),
        title_verdict(profile.min_title, candidate.title_level),
        title_term_verdict(candidate.title_expires_on, today),
        years_verdict(profile.min_years, candidate.practice_years),
        record_verdict(candidate.bad_record),
    )
    return [verdict for verdict in judged if verdict]


def filing_verdicts(profile: Profile, candidate: Candidate, appointment: Appointment, today: date) -> list[Verdict]:
    """Judge what may have changed since the review: age, title, ID number, end of the term (云南手册 3.8)."""
    judged = (
        age_verdict(profile.max_age, candidate.birth_date, today),
        title_term_verdict(candidate.title_expires_on, today),
        id_number_verdict(appointment.shared_id_number),
        term_verdict(appointment.validity, appointment.valid_until, today),
    )
    return [verdict for verdict in judged if verdict]


def faults(judged: Iterable[Verdict]) -> list[Fault]:
    """Return the conditions that are not met, as faults."""
    return [
        Fault(verdict.rule, verdict.sentence, verdict.field, verdict.clause) for verdict in judged if not verdict.ok
    ]


@clause("云南手册", "2.4", "带*的信息都必须填写")
def facts_verdict(candidate: Candidate) -> Verdict:
    """The basic information is complete."""
    count = len(candidate.missing)
    words = f"必填资料缺 {count} 项：{'、'.join(fault.message for fault in candidate.missing)}"
    return Verdict("complete", not count, words if count else "必填资料齐全", "云南手册 2.4")


@clause("云南流程 P01Y", "年龄（可配置）", "申报和备案时不超过年龄上限")
def age_verdict(limit: Condition | None, birth_date: date | None, today: date) -> Verdict | None:
    """The expert is not older than the limit in full years; the whole year of the limit itself is allowed."""
    if limit is None:
        return None
    if birth_date is None:
        return Verdict("age", False, f"未填写出生日期，要求不超过 {limit.value} 周岁", limit.clause, "birth_date")
    age = age_on(birth_date, today)
    ok = age <= limit.value
    words = f"年龄 {age} 周岁，{'不超过' if ok else '超过上限'} {limit.value} 周岁"
    return Verdict("age", ok, words, limit.clause, "birth_date")


@clause("云南流程 P01Y", "学历（可配置）", "不低于规定的最高学历")
def education_verdict(limit: Condition | None, education: Education | None) -> Verdict | None:
    """The highest education is not below the one asked for."""
    return _ranked("education", "最高学历", limit, education, EDUCATION_RANKS)


@clause("云南流程 P01Y", "职称（可配置）", "不低于规定的职称等级")
def title_verdict(limit: Condition | None, title_level: TitleLevel | None) -> Verdict | None:
    """The level of the professional title is not below the one asked for."""
    return _ranked("title_level", "职称等级", limit, title_level, TITLE_RANKS)


@clause("云南流程 P01Y", "职称有效期（可配置）", "职称、执业资格证书有期限的，应在有效期内")
def title_term_verdict(expires_on: date | None, today: date) -> Verdict | None:
    """A title with a term has not run out; it counts through its last day. A title without a term is not judged."""
    if expires_on is None:
        return None
    ok = today <= expires_on
    words = f"职称有效期至{paper_date(expires_on)}" if ok else f"职称已于{paper_date(expires_on)}到期"
    return Verdict("title_term", ok, words, CONFIGURABLE, "title_expires_on")


@clause("云南流程 P01Y", "从事专业年限（可配置）", "不少于规定年限")
def years_verdict(limit: Condition | None, years: int | None) -> Verdict | None:
    """The expert has practised for at least so many years."""
    if limit is None:
        return None
    if years is None:
        return Verdict(
            "years", False, f"未填写从事专业年限，要求不少于 {limit.value} 年", limit.clause, "practice_years"
        )
    ok = years >= limit.value
    words = f"从事专业 {years} 年，{'不少于' if ok else '少于'} {limit.value} 年"
    return Verdict("years", ok, words, limit.clause, "practice_years")


@clause("云南流程 P01Y", "不良记录（可配置）", "无不良记录")
def record_verdict(bad_record: bool) -> Verdict:
    """The expert has no bad record."""
    return Verdict("record", not bad_record, "有不良记录" if bad_record else "无不良记录", CONFIGURABLE, "bad_record")


@clause("云南流程 P01Y", "备案前核对（可配置）", "身份证号码未被其他专家使用")
def id_number_verdict(shared: bool) -> Verdict:
    """No other expert of the pool holds the same identity number."""
    words = "该证件号码已被使用" if shared else "证件号码未被其他专家使用"
    return Verdict("id_number", not shared, words, CONFIGURABLE, "id_number")


@clause("云南手册", "1.5.2 注", "审核时需要选择聘书的有效起止时间")
def term_verdict(validity: ValidityKind, valid_until: date | None, today: date) -> Verdict:
    """The term granted has not ended before the certificate is issued."""
    if validity is ValidityKind.LONG_TERM or valid_until is None:
        return Verdict("term", True, "聘书长期有效", "云南手册 3.7", "valid_until")
    ok = today <= valid_until
    words = f"聘书截止时间为{paper_date(valid_until)}"
    return Verdict("term", ok, words if ok else f"{words}，早于今天，备案后即失效", "云南手册 3.7", "valid_until")


def _ranked(field: str, label: str, limit: Condition | None, found: W | None, ranks: Mapping[W, int]) -> Verdict | None:
    if limit is None:
        return None
    least = min(limit.value, max(ranks.values()))  # a parameter beyond the list asks for its highest member
    asked = next(member.label for member, rank in ranks.items() if rank == least)
    if found is None:
        return Verdict(field, False, f"未填写{label}，要求不低于{asked}", limit.clause, field)
    ok = ranks[found] >= least
    words = f"{label}为{found.label}，{'不低于' if ok else '低于'}{asked}"
    return Verdict(field, ok, words, limit.clause, field)
