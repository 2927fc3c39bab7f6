"""Small worlds the tests live in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services import seeding
from console.vocabulary import (
    AccountKind,
    ApplicationState,
    AttachmentKind,
    PoolState,
    ReviewState,
    Role,
    ValidityKind,
)
from tests import make

NOW = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def load_reference_data() -> None:
    """Regions, organisations, taxonomy, programme, parameters, calendar and messages of the seeds, committed."""
    seeding.load_all(SEEDS)
    session().commit()


@dataclass
class Case:
    """Everything there is about one expert; every text carries the marker of his region."""

    marker: str
    region: str
    expert: m.Expert
    application: m.Application
    review: m.Review
    certificate: m.Certificate
    attachment: m.Attachment


def case(
    marker: str, region: str, department: str, *, number: int = 1, state: ApplicationState = ApplicationState.FILED
) -> Case:
    """A filed case of one expert with a row in every table about him; run as the system."""
    place = make.department(department)
    clerk = make.account(
        AccountKind.OFFICIAL,
        Role.GOVERNMENT,
        Role.REVIEWER,
        name=f"{marker}处长",
        region=place.region_code,
        organisation_id=place.organisation_id,
        department_id=place.id,
    )
    expert = make.expert(f"{marker}专家", region=region, employer=f"{marker}公司", pool_state=PoolState.IN_POOL)
    shared = {"expert_id": expert.id, "region_code": region}
    application = _put(
        m.Application(
            programme_id=make.programme().id,
            number=f"SB-{marker}-{number}",
            state=state,
            submitted_at=NOW,
            finished_at=NOW if state is ApplicationState.FILED else None,
            **shared,
        )
    )
    review = _put(
        m.Review(
            application_id=application.id,
            organisation_id=place.organisation_id,
            department_id=place.id,
            round=1,
            state=ReviewState.FILED,
            due_on=NOW.date(),
            decided_at=NOW,
            decided_by_id=clerk.id,
            industry_id=make.node("01").id,
            specialty_id=make.node("010108").id,
            appointing_body_id=place.organisation_id,
            validity=ValidityKind.LONG_TERM,
            valid_from=NOW.date(),
            filed_at=NOW,
            filed_by_id=clerk.id,
            **shared,
        )
    )
    _put(m.ReviewMark(review_id=review.id, field="title", note=f"{marker}标记", **shared))
    attachment = _put(
        m.Attachment(
            kind=AttachmentKind.EMPLOYER_CONSENT,
            file_name=f"{marker}.pdf",
            media_type="application/pdf",
            size=10,
            sha256="0" * 64,
            storage_key=f"{number:02x}/{expert.id:032x}",
            **shared,
        )
    )
    _put(
        m.StepLog(
            at=NOW,
            workflow="review",
            record_id=review.id,
            application_id=application.id,
            action="pass",
            label="通过",
            before="pending",
            after="passed",
            actor_name=f"{marker}处长",
            note=f"{marker}意见",
            **shared,
        )
    )
    _put(
        m.FieldChange(
            at=NOW,
            application_id=application.id,
            field="title",
            label="职称",
            before=f"{marker}旧",
            after=f"{marker}新",
            actor_name=f"{marker}专家",
            **shared,
        )
    )
    document = _put(
        m.Document(
            title=f"{marker}聘书",
            media_type="application/pdf",
            size=8,
            sha256="1" * 64,
            content=b"%PDF-1.7",
            **shared,
        )
    )
    certificate = _put(
        m.Certificate(
            programme_id=make.programme().id,
            number=f"YNT{number:011d}",
            review_id=review.id,
            department_id=place.id,
            appointing_body_id=place.organisation_id,
            holder_name=f"{marker}专家",
            unit_name=place.organisation.name,
            appointment="省化工-防爆专家",
            issued_on=NOW.date(),
            validity=ValidityKind.LONG_TERM,
            valid_from=NOW.date(),
            verify_code="ABCDEFGHJKLM",
            document_id=document.id,
            **shared,
        )
    )
    return Case(marker, region, expert, application, review, certificate, attachment)


def three_regions() -> dict[str, Case]:
    """One case each in 五华区 (Kunming), 麒麟区 (Qujing), 红塔区 (Yuxi), handled by its own prefecture."""
    with acting_as(everything("测试数据")):
        found = {
            "wuhua": case("五华", "530102", "km-yj-hazchem", number=1),
            "qilin": case("麒麟", "530302", "qj-yj-hazchem", number=2),
            "hongta": case("红塔", "530402", "yx-yj-hazchem", number=3),
        }
        session().commit()
        session().expunge_all()
    return found


def _put(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row
