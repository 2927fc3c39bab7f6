"""Files of an expert: looked into, stored under a random key, replaced or removed, handed out to who may see them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import BinaryIO

import structlog
from sqlalchemy import func, select

from console import models as m
from console.audit import record
from console.database import session
from console.errors import Conflict, Fault, Invalid, NotFound
from console.ports import Inspected, StorageError, StoredFileMissing, new_storage_key
from console.rules.attachments import MEGABYTE, AttachmentRule, rules_of
from console.rules.completeness import consent_faults
from console.rules.deadlines import beijing_today
from console.scope import Actor
from console.services import changes
from console.services.cases import UNDER_REVIEW
from console.services.expert_facts import attachment_kinds
from console.services.experts import opened
from console.services.figures import figure, figures
from console.services.outside import outside
from console.services.unit import unit
from console.vocabulary import AccountKind, AttachmentKind, AuditEvent

OWN_KINDS = (
    AttachmentKind.PHOTO,
    AttachmentKind.EMPLOYER_CONSENT,
    AttachmentKind.NO_EMPLOYER_NOTE,
    AttachmentKind.OTHER,
)
"""What an expert uploads himself; the written request for a change is uploaded by the department."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Download:
    """A stored file on its way out."""

    name: str
    media_type: str
    content: bytes


def rules(today: dt.date) -> dict[AttachmentKind, AttachmentRule]:
    """Types and sizes allowed on a Beijing day."""
    return rules_of(figures("attachment_", today) | figures("photo_", today))


def of_expert(expert_id: int) -> list[m.Attachment]:
    """The files of an expert that are in force, by kind and age; without requests of departments."""
    a = m.Attachment
    found = select(a).where(a.expert_id == expert_id, a.removed_at.is_(None), a.kind.in_(OWN_KINDS)).order_by(a.id)
    rows = list(session().scalars(found))
    return sorted(rows, key=lambda row: OWN_KINDS.index(row.kind))


def photo_of(expert_id: int) -> m.Attachment | None:
    """The portrait in force."""
    a = m.Attachment
    found = select(a).where(a.expert_id == expert_id, a.kind == AttachmentKind.PHOTO, a.removed_at.is_(None))
    return session().scalar(found.order_by(a.id.desc()).limit(1))


def upload(
    expert_id: int,
    kind: AttachmentKind,
    name: str,
    content: bytes | BinaryIO,
    *,
    version: int | None,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Store a file the expert sends and return its id. Invalid (field = the kind) when it is refused, Conflict when
    the information is locked. A new portrait takes the place of the old one.
    """
    if kind not in OWN_KINDS:
        raise Invalid("attachment_kind", "请选择附件类别", "attachments")
    looked = inspected(kind, name, content, beijing_today(now))
    key = put(looked, kind)
    try:
        with unit():
            case, expert = opened(expert_id, version)
            before = _names(expert.id)
            _demand_room(expert, kind, looked.size, beijing_today(now))
            if kind is AttachmentKind.PHOTO:
                _retire(photo_of(expert.id), now)
            row = add_row(expert, kind, looked, key, actor=actor)
            _changed(expert, before, actor, now, case)
            return row.id
    except BaseException:  # whatever stops it: no file stays that no row names
        outside().storage.delete(key)
        raise


def inspected(kind: AttachmentKind, name: str, content: bytes | BinaryIO, today: dt.date) -> Inspected:
    """Look into a file; Invalid with the reason at the field of its kind when it is not to be stored."""
    if not name:
        raise Invalid("attachment_missing", f"请选择要上传的{kind.label}", kind.value)
    looked = outside().uploads.inspect(kind, name, content, rules(today))
    if looked.faults:
        raise Invalid.of(looked.faults)
    return looked


def add_row(expert: m.Expert, kind: AttachmentKind, looked: Inspected, key: str, *, actor: Actor) -> m.Attachment:
    """The row of a file that is stored already; call inside ``unit()``. Also for requests departments upload."""
    row = m.Attachment(
        kind=kind,
        file_name=looked.name,
        media_type=looked.media_type,
        size=looked.size,
        sha256=looked.sha256,
        storage_key=key,
        uploaded_by_id=actor.account_id,
        expert_id=expert.id,
        region_code=expert.region_code,
    )
    session().add(row)
    session().flush()  # the id is the answer
    return row


def put(looked: Inspected, kind: AttachmentKind) -> str:
    """Store the bytes and return their key; delete it when the transaction that names it fails."""
    key = new_storage_key(outside().entropy)
    try:
        outside().storage.put(key, looked.content)
    except StorageError as error:
        log.error("attachment not stored", reason=str(error))
        raise Invalid("store_failed", "文件暂时无法保存，请稍后重试或联系技术支持", kind.value) from error
    return key


def _demand_room(expert: m.Expert, kind: AttachmentKind, size: int, today: dt.date) -> None:
    # Files taken back count as well: their bytes stay in the store.
    used = session().scalar(select(func.sum(m.Attachment.size)).where(m.Attachment.expert_id == expert.id)) or 0
    quota = figure("attachment_quota_megabytes", today)
    if used + size > quota * MEGABYTE:
        raise Invalid("attachment_quota", f"附件总量不能超过{quota}MB", kind.value)


def remove(expert_id: int, attachment_id: int, *, version: int | None, actor: Actor, now: dt.datetime) -> None:
    """Take a file back. NotFound when it is not one of his; Conflict when locked or needed by a case under review.

    The bytes stay in the store: what a reviewer saw can be shown again.
    """
    with unit():
        case, expert = opened(expert_id, version)
        row = session().get(m.Attachment, attachment_id, populate_existing=True)
        if row is None or row.expert_id != expert.id or row.removed_at or row.kind not in OWN_KINDS:
            raise NotFound()
        before = _names(expert.id)
        _retire(row, now)
        if case is not None and case.state in UNDER_REVIEW:
            session().flush()  # ask the rule about what would remain
            if lost := consent_faults(expert.employer, attachment_kinds(expert.id)):
                raise Conflict.of([Fault(lost[0].code, f"申报审核期间不能移除：{lost[0].message}")])
        _changed(expert, before, actor, now, case)


def _retire(row: m.Attachment | None, now: dt.datetime) -> None:
    if row is not None:
        row.removed_at = now


def _changed(
    expert: m.Expert, before: tuple[str, ...], actor: Actor, now: dt.datetime, case: m.Application | None
) -> None:
    expert.updated_at = now  # a form open elsewhere becomes stale
    session().flush()  # the trail reads the names anew
    after = {"attachments": _names(expert.id)}
    changes.record(expert, {"attachments": before}, after, actor=actor, now=now, application=case)


def _names(expert_id: int) -> tuple[str, ...]:
    return tuple(f"{row.kind.label}：{row.file_name}" for row in of_expert(expert_id))


def download(attachment_id: int, *, actor: Actor, now: dt.datetime) -> Download:
    """A file for whoever may see it; an official's download leaves an audit row. NotFound else.

    Portraits stand on every page about the expert; showing one is no download.
    """
    with unit():
        row = session().get(m.Attachment, attachment_id, populate_existing=True)
        if row is None or row.removed_at is not None:
            raise NotFound()
        if actor.kind is not AccountKind.EXPERT and row.kind is not AttachmentKind.PHOTO:
            record(
                session(),
                AuditEvent.DOWNLOAD,
                at=now,
                table="attachment",
                record_id=row.id,
                region_code=row.region_code,
                changes={"file_name": row.file_name, "kind": row.kind.label},
            )
        try:
            with outside().storage.open(row.storage_key) as stream:
                return Download(row.file_name, row.media_type, stream.read())
        except StoredFileMissing as error:
            log.error("attachment missing in the store", attachment_id=row.id)
            raise NotFound("file_missing", "文件不存在或已损坏，请联系技术支持") from error
