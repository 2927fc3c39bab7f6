"""What an expert may not change of his own information, and why (云南手册 2.5; MODEL.md decision 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Fault
from console.rules.completeness import label_of
from console.rules.regions import range_of
from console.scope import system_work
from console.services.cases import UNDER_REVIEW, open_case, someone_passed, valid_certificates
from console.services.expert_facts import regions
from console.services.personal import id_index

LOCKED = "处室已审核通过，专家信息不可再修改。此时若要修改，需提交材料交由审批处室进行修改。"
IDENTITY = ("name", "id_number", "gender", "birth_date")


def lock_faults(expert: m.Expert) -> list[Fault]:
    """Once a department has passed the open case, only the department itself changes anything (云南手册 2.5)."""
    if someone_passed(open_case(expert.id)):
        return [Fault("locked", LOCKED, clause="云南手册 2.5")]
    return []


def fixed_fields(expert: m.Expert, today: dt.date) -> frozenset[str]:
    """Who the expert is may not be changed by himself while a certificate in that name is valid."""
    return frozenset(IDENTITY) if valid_certificates(expert.id, today) else frozenset()


def identity_faults(
    expert: m.Expert, changed: Mapping[str, object], today: dt.date, *, official: bool = False
) -> list[Fault]:
    """The ID number is nobody else's; the expert himself leaves name and number as a valid certificate has them."""
    touched = [field for field in IDENTITY if field in changed]
    if touched and not official and fixed_fields(expert, today):
        words = "在聘书有效期内不能自行更改，如有变动请向审批处室提交材料"
        return [Fault("identity_fixed", f"{label_of(field)}{words}", field) for field in touched]
    number = changed.get("id_number")
    return _taken(expert, str(number)) if number else []


def _taken(expert: m.Expert, number: str) -> list[Fault]:
    index = id_index(number)
    with system_work("核对证件号码是否重复"):
        twin = session().scalar(
            select(m.Expert.id).where(
                m.Expert.programme_id == expert.programme_id, m.Expert.id_index == index, m.Expert.id != expert.id
            )
        )
        holder = session().scalar(
            select(m.Account.id).where(m.Account.id_index == index, m.Account.id != (expert.account_id or 0))
        )
    return [Fault("id_taken", "该证件号码已被使用", "id_number")] if twin or holder else []


def move_faults(expert: m.Expert, region_code: str, today: dt.date) -> list[Fault]:
    """A change of region must not take an expert out of the hands of a body that reviews or has appointed him."""
    if region_code not in {region.code for region in regions(expert, today)}:
        return [_refused("region_unknown", "请选择所在州市/县区")]
    case = open_case(expert.id)
    if case is not None and case.state in UNDER_REVIEW:
        return [_refused("region_case_open", "申报办理期间不能更改所在州市/县区，请先撤回申报，或待办结后再改")]
    for name, place in _bodies_of(case):
        if not range_of(place).contains(region_code):
            return [_refused("region_case_body", f"本次申报已由{name}办理，所在州市/县区须在其管辖范围内")]
    for paper in valid_certificates(expert.id, today):
        if not range_of(paper.body_region).contains(region_code):
            words = f"您持有{paper.body_name}的有效聘书（{paper.number}），所在州市/县区须在其管辖范围内"
            return [_refused("region_certificate", words)]
    return []


def _refused(code: str, words: str) -> Fault:
    return Fault(code, words, "region_code")


def _bodies_of(case: m.Application | None) -> list[tuple[str, str]]:
    if case is None:
        return []
    body = m.Organisation
    found = select(body.name, body.region_code).join(m.Review, m.Review.organisation_id == body.id)
    rows = session().execute(found.where(m.Review.application_id == case.id).distinct().order_by(body.region_code))
    return [(name, place) for name, place in rows]
