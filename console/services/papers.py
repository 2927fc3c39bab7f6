"""Certificates as they are looked at: the row in scope, its file, who may end it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import NotFound
from console.scope import Actor
from console.vocabulary import CertificateState, Role


@dataclass(frozen=True, slots=True)
class PdfFile:
    """The issued bytes, as they were stored when the certificate was made."""

    name: str
    content: bytes
    sha256: str


def seen(certificate_id: int) -> m.Certificate:
    """A certificate as far as the actor sees it; NotFound else."""
    row = session().get(m.Certificate, certificate_id)
    if row is None:
        raise NotFound()
    return row


def issued_file(certificate_id: int, status: CertificateState) -> PdfFile:
    """The stored file of a certificate; the name says when it is no longer valid."""
    certificate = seen(certificate_id)
    row = (
        session()
        .execute(select(m.Document.content, m.Document.sha256).where(m.Document.id == certificate.document_id))
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    mark = "" if status is CertificateState.VALID else f"（{status.label}）"
    return PdfFile(f"专家聘书{certificate.number}{mark}.pdf", row.content, row.sha256)


def ends(certificate: m.Certificate, actor: Actor) -> bool:
    """Whether the actor may end it early: a reviewer of the department that approved (云南手册 3.9)."""
    return Role.REVIEWER in actor.roles and certificate.department_id == actor.department_id


def of_expert(expert_id: int) -> list[m.Certificate]:
    """Every certificate of an expert, newest first."""
    c = m.Certificate
    return list(session().scalars(select(c).where(c.expert_id == expert_id).order_by(c.issued_on.desc(), c.id.desc())))
