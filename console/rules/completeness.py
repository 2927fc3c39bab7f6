"""Whether the basic information of an expert is complete and well formed (云南手册 2.4, MODEL.md F2).

Fields are named as the columns of ``expert``; ``specialties`` and ``attachments`` stand for what hangs on them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from console.errors import Fault
from console.rules.clauses import clause
from console.rules.identity import derived_faults, email_faults, id_number_faults, name_faults
from console.rules.phones import phone_faults
from console.vocabulary import AttachmentKind, TitleLevel, Word

NO_CONSENT = "请上传任职单位同意申报附件或情况说明"
LONGEST_PRACTICE = 70


class Step(Word):
    """One page of the basic information, in order."""

    PERSON = "person", "个人信息"
    PROFESSION = "profession", "学历与职称"
    EMPLOYER = "employer", "工作单位与联系方式"
    SPECIALTY = "specialty", "专业方向"
    ATTACHMENTS = "attachments", "附件"


# Field, step, label and, for texts, the greatest number of characters (the width of the column).
_FIELDS: tuple[tuple[str, Step, str, int], ...] = (
    ("name", Step.PERSON, "姓名", 30),
    ("id_number", Step.PERSON, "身份证号码", 0),
    ("gender", Step.PERSON, "性别", 0),
    ("birth_date", Step.PERSON, "出生日期", 0),
    ("phone", Step.PERSON, "手机号", 0),
    ("ethnicity", Step.PERSON, "民族", 20),
    ("political_status", Step.PERSON, "政治面貌", 0),
    ("health", Step.PERSON, "健康状况", 30),
    ("education", Step.PROFESSION, "最高学历", 0),
    ("degree", Step.PROFESSION, "学位", 0),
    ("school", Step.PROFESSION, "毕业院校", 60),
    ("major", Step.PROFESSION, "所学专业", 60),
    ("title_level", Step.PROFESSION, "职称等级", 0),
    ("title", Step.PROFESSION, "职称", 60),
    ("title_expires_on", Step.PROFESSION, "职称有效期至", 0),
    ("qualification", Step.PROFESSION, "职业资格", 200),
    ("employer", Step.EMPLOYER, "工作单位", 60),
    ("employer_kind", Step.EMPLOYER, "单位性质", 0),
    ("position", Step.EMPLOYER, "职务", 30),
    ("employer_address", Step.EMPLOYER, "单位地址", 120),
    ("region_code", Step.EMPLOYER, "所在州市/县区", 0),
    ("mailing_address", Step.EMPLOYER, "通讯地址", 120),
    ("email", Step.EMPLOYER, "邮箱", 120),
    ("occupation", Step.SPECIALTY, "从事专业", 60),
    ("practice_years", Step.SPECIALTY, "从事专业年限", 0),
    ("specialties", Step.SPECIALTY, "专业方向", 0),
    ("resume", Step.SPECIALTY, "工作简历", 3000),
    ("achievements", Step.SPECIALTY, "主要业绩", 3000),
    ("attachments", Step.ATTACHMENTS, "附件", 0),
)
_PLACES = {field: place for place, (field, *_) in enumerate(_FIELDS)}
_LIMITS = {field: (label, limit) for field, _, label, limit in _FIELDS if limit}

# The fields with * and the sentence that asks for each.
_REQUIRED = {
    "name": "请填写姓名",
    "id_number": "请输入身份证号码",
    "gender": "请选择性别",
    "birth_date": "请选择出生日期",
    "phone": "手机号不能为空",
    "education": "请选择最高学历",
    "major": "请填写所学专业",
    "title_level": "请选择职称等级",
    "region_code": "请选择所在州市/县区",
    "occupation": "请填写从事专业",
    "practice_years": "请填写从事专业年限",
}
REQUIRED_FIELDS = frozenset(_REQUIRED) | {"specialties", "attachments"}


def step_of(field: str) -> Step:
    """Return the page on which a field stands; raises KeyError for an unknown one."""
    return _FIELDS[_PLACES[field]][1]


def label_of(field: str) -> str:
    """Return the word on the screen for a field; raises KeyError for an unknown one."""
    return _FIELDS[_PLACES[field]][2]


def limit_of(field: str) -> int | None:
    """Return the greatest number of characters of a text field, for its counter; None where there is none."""
    return _LIMITS[field][1] if field in _LIMITS else None


@clause("云南手册", "2.4", "带*的信息都必须填写；上传任职单位同意申报附件（加盖公章），无任职单位的上传情况说明")
def completeness_faults(
    values: Mapping[str, object], *, attachments: Collection[AttachmentKind], specialties: int, today: date
) -> list[Fault]:
    """Everything with * is there and everything given is well formed; at most one fault per field, in page order.

    ``values`` as in ``format_faults``; ``attachments`` the kinds uploaded, ``specialties`` how many are chosen.
    """
    found = [_missing(field, words) for field, words in _REQUIRED.items() if _empty(values.get(field))]
    found += _title_faults(values)
    if specialties < 1:
        found.append(_missing("specialties", "请至少选择一个擅长专业"))
    found += consent_faults(str(values.get("employer") or ""), attachments)
    found += format_faults(values, today)
    return sorted(found, key=lambda fault: _PLACES[fault.field])


@clause("云南手册", "2.4 附件上传", "需上传任职单位同意申报的附件扫描件（加盖单位公章）；无任职单位，需上传情况说明")
def consent_faults(employer: str, attachments: Collection[AttachmentKind]) -> list[Fault]:
    """Who has an employer uploads its sealed consent; who has none explains so in writing."""
    consent = AttachmentKind.EMPLOYER_CONSENT in attachments
    note = AttachmentKind.NO_EMPLOYER_NOTE in attachments
    if not consent and not note:
        return [_missing("attachments", NO_CONSENT)]
    if employer.strip() and not consent:
        return [_missing("attachments", "已填写工作单位，请上传任职单位同意申报附件（加盖公章）")]
    if not employer.strip() and not note:
        return [_missing("attachments", "未填写工作单位，请上传无任职单位情况说明")]
    return []


def format_faults(values: Mapping[str, object], today: date) -> list[Fault]:
    """Everything given is well formed, whether complete or not: what saving a draft asks for.

    ``values`` maps columns of ``expert`` to texts, enum members, dates and numbers (``phone_cc`` beside
    ``phone``); an absent, None or empty value is no fault. Lengths in characters, years 0-70, no birth in the future.
    """
    found = [fault for field in _LIMITS for fault in _text_faults(field, _text(values, field))]
    found += name_faults(_text(values, "name")) if _text(values, "name") else []
    found += _identity_faults(values, today)
    if _text(values, "phone"):
        found += phone_faults(_text(values, "phone_cc"), _text(values, "phone"))
    found += email_faults(_text(values, "email"))
    found += _years_faults(values.get("practice_years"))
    return _first_per_field(found)


def period_faults(
    started_on: date | None, ended_on: date | None, *, today: date, field: str = "ended_on"
) -> list[Fault]:
    """A period (study, employment) begins no later than today and does not end before it begins."""
    if started_on and started_on > today:
        return [Fault("start_in_future", "开始时间不能晚于今天", field)]
    if started_on and ended_on and ended_on < started_on:
        return [Fault("period_reversed", "结束时间不能早于开始时间", field)]
    return []


def _identity_faults(values: Mapping[str, object], today: date) -> list[Fault]:
    number = _text(values, "id_number")
    born = values.get("birth_date")
    birth_date = born if isinstance(born, date) else None
    found = id_number_faults(number, today=today) if number else []
    if birth_date and birth_date > today:
        found.append(Fault("birth_date_future", "出生日期不能晚于今天", "birth_date"))
    if number and not found:
        found += derived_faults(number, _text(values, "gender") or None, birth_date)
    return found


def _text_faults(field: str, text: str) -> list[Fault]:
    label, limit = _LIMITS[field]
    if len(text) > limit:
        return [Fault(f"{field}_long", f"{label}不能超过{limit}字", field)]
    # A NUL or half a surrogate pair cannot be stored; other control characters cannot be printed.
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in text):
        return [Fault(f"{field}_signs", f"{label}含有无法保存的字符", field)]
    return []


def _title_faults(values: Mapping[str, object]) -> list[Fault]:
    level = values.get("title_level")
    without = _empty(level) or level == TitleLevel.NONE
    return [] if without or not _empty(values.get("title")) else [_missing("title", "请填写职称")]


def _years_faults(years: object) -> list[Fault]:
    if _empty(years) or (isinstance(years, int) and 0 <= years <= LONGEST_PRACTICE):
        return []
    return [Fault("practice_years_range", f"从事专业年限应为0-{LONGEST_PRACTICE}年", "practice_years")]


def _missing(field: str, words: str) -> Fault:
    return Fault(f"{field}_missing", words, field, "云南手册 2.4")


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(values: Mapping[str, object], field: str) -> str:
    value = values.get(field)
    return value.strip() if isinstance(value, str) else ""


def _first_per_field(found: list[Fault]) -> list[Fault]:
    first: dict[str, Fault] = {}
    for fault in found:
        first.setdefault(fault.field, fault)
    return sorted(first.values(), key=lambda fault: _PLACES[fault.field])
