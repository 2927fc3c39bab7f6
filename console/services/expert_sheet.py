"""导出基本信息 (云南手册 2.4, 3.3): the form of an expert as Word, by the expert himself or by an official in scope."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from console import models as m
from console.audit import record
from console.database import session
from console.ports import ExpertSheet, SheetSection, SheetTable, StorageError
from console.rules.completeness import label_of
from console.rules.deadlines import exact_time, table_date
from console.rules.identity import age_on
from console.scope import Actor
from console.services import attachments, specialties
from console.services.changes import shown
from console.services.outside import outside
from console.services.programmes import current_programme
from console.services.unit import unit
from console.vocabulary import AccountKind, AuditEvent, CertificateState

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SECTIONS = (
    ("个人信息", ("name", "gender", "birth_date", "ethnicity", "political_status", "health"), ()),
    (
        "学历与职称",
        ("education", "degree", "school", "major", "title_level", "title", "title_expires_on"),
        ("qualification",),
    ),
    (
        "工作单位与联系方式",
        ("employer", "employer_kind", "position", "region_code", "email"),
        ("employer_address", "mailing_address"),
    ),
    ("专业与履历", ("occupation", "practice_years"), ("resume", "achievements")),
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SheetFile:
    """The finished file; ``content`` is read once by whoever sends it."""

    name: str
    media_type: str
    content: io.BytesIO


def basic_information(expert: m.Expert, *, actor: Actor, now: dt.datetime, full_numbers: bool = False) -> SheetFile:
    """专家基本信息表 of an expert the actor sees; an official's export leaves an audit row.

    ``full_numbers`` prints the ID number and phone in full: for the expert's own copy only.
    """
    with unit():
        own = actor.expert_id == expert.id
        sheet = ExpertSheet(
            name=expert.name,
            sections=tuple(_sections(expert, own and full_numbers, now)),
            tables=tuple(_tables(expert)),
            photo=_photo(expert),
            organisation=current_programme().pool_name,
            printed_line=f"{'本人' if own else actor.name}导出于 {exact_time(now)}",
        )
        if actor.kind is not AccountKind.EXPERT:
            record(
                session(),
                AuditEvent.EXPORT,
                at=now,
                table="expert",
                record_id=expert.id,
                region_code=expert.region_code,
                changes={"document": sheet.title},
            )
    content = outside().docx.render_basic_information(sheet)
    return SheetFile(f"{sheet.title}-{expert.name}.docx", MEDIA_TYPE, io.BytesIO(content))


def _sections(expert: m.Expert, full: bool, now: dt.datetime) -> list[SheetSection]:
    found = []
    for title, short, wide in _SECTIONS:
        rows = [(label_of(field), _value(expert, field, now)) for field in short]
        long_rows = tuple((label_of(field), _value(expert, field, now)) for field in wide)
        if title == _SECTIONS[0][0]:
            rows.insert(1, (label_of("id_number"), (expert.id_number if full else expert.id_mask) or ""))
            rows.insert(4, (label_of("phone"), (expert.phone if full else expert.phone_mask) or ""))
        found.append(SheetSection(title, tuple(rows), long_rows))
    return found


def _value(expert: m.Expert, field: str, now: dt.datetime) -> str:
    value = getattr(expert, field)
    if field == "birth_date" and isinstance(value, dt.date):
        return f"{table_date(value)}（{age_on(value, now.date())} 周岁）"
    if field == "practice_years" and value is not None:
        return f"{value} 年"
    return shown(field, value)


def _tables(expert: m.Expert) -> list[SheetTable]:
    chosen = [(one.industry, one.field, one.specialty) for one in specialties.chosen(expert.id)]
    files = [(row.kind.label, row.file_name) for row in attachments.of_expert(expert.id)]
    c = m.Certificate
    papers = session().scalars(
        select(c).where(c.expert_id == expert.id, c.state == CertificateState.VALID).order_by(c.issued_on, c.id)
    )
    held = [
        (paper.number, paper.unit_name, f"{table_date(paper.valid_from)} 至 {_end(paper.valid_until)}")
        for paper in papers
    ]
    tables = [SheetTable("专业方向", ("行业类别", "重点领域", "专业类别"), tuple(chosen))]
    tables += [SheetTable("聘书", ("证书编号", "聘用单位", "有效期"), tuple(held))] if held else []
    return [*tables, SheetTable("附件", ("类别", "文件名"), tuple(files))]


def _end(day: dt.date | None) -> str:
    return table_date(day) if day else "长期"


def _photo(expert: m.Expert) -> bytes | None:
    row = attachments.photo_of(expert.id)
    if row is None:
        return None
    try:
        with outside().storage.open(row.storage_key) as stream:
            return stream.read()
    except StorageError as error:
        log.error("portrait not readable", attachment_id=row.id, reason=str(error))
        return None
