"""Filing (备案) by the science-and-technology department, and the certificate that follows from it (云南手册 1.3, 3.8).

The text of a certificate contains its number, and numbers have no gaps: so the counter is taken last, after everything
that can be refused, and the rendering that follows is what one filing of a body waits for from another of the same day
(docs/adr/0007-certificate-numbers.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import func, select

from console import crypt
from console import models as m
from console.database import session
from console.errors import DomainError, Stale
from console.ports import CertificateSheet, MissingGlyph, Rendered
from console.rules.certificate_text import appointment_words, certificate_text, level_word, validity_words
from console.rules.deadlines import beijing_today, list_time
from console.rules.eligibility import Verdict, faults
from console.rules.numbering import certificate_number
from console.rules.regions import level_of
from console.scope import Actor
from console.services import messages
from console.services.conditions import filing_verdicts
from console.services.numbers import next_number
from console.services.once import claim, settle
from console.services.outside import outside
from console.services.pool import refresh_pool_state
from console.services.reviews import advance, is_own_case
from console.services.transitions import Step, effect, fire, locked
from console.services.unit import unit
from console.vocabulary import CertificateState, ReviewState, Role, ValidityKind
from console.workflow.review import REVIEW, ReviewFacts

PDF = "application/pdf"
PROOF = 1
"""Counter of the number shown before there is one: its digits are as wide as those of the real one."""


# --- the paper ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """What one certificate says, before it has a number."""

    programme: m.Programme
    prefix: str
    holder_name: str
    unit: str
    appointment: str
    validity: ValidityKind
    valid_from: dt.date
    valid_until: dt.date | None
    issued_on: dt.date

    def sheet(self, number: str, code: str = "") -> CertificateSheet:
        """Every text printed; without a code there is no QR code either (proof)."""
        text = certificate_text(
            name=self.holder_name,
            unit=self.unit,
            appointment=self.appointment,
            number=number,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            signed_on=self.issued_on,
        )
        return CertificateSheet(
            holder_name=self.holder_name,
            salutation=text.greeting,
            body=(text.body,),
            number_line=text.number_line,
            validity_line=text.validity_line,
            unit=text.signature,
            date_line=text.signed_on,
            qr_url=verify_url(number, code) if code else "",
            title=self.programme.certificate_title,
            programme=self.programme.pool_name,
            number=number,
            issued_on=self.issued_on,
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """What has to be drawn, for the check of the fonts."""
        proof = self.sheet(certificate_number(self.prefix, self.issued_on, PROOF))
        lines = (proof.salutation, *proof.body, proof.number_line, proof.validity_line, proof.unit, proof.date_line)
        return (*lines, proof.title, proof.programme)


def paper_of(review: m.Review, day: dt.date) -> Paper:
    """The certificate that filing this passed review on a Beijing date would give."""
    programme = session().get_one(m.Programme, review.application.programme_id)
    body, industry, specialty = review.appointing_body, review.industry, review.specialty
    if body is None or industry is None or review.validity is None or review.valid_from is None:
        raise ValueError(f"review {review.id} was not passed")
    region = session().get_one(m.Region, body.region_code)
    return Paper(
        programme=programme,
        prefix=review.organisation.certificate_prefix or programme.certificate_prefix,
        holder_name=review.expert.name,
        unit=body.name,
        appointment=appointment_words(
            level_word(level_of(region.code), region.name), _short(industry), _short(specialty) if specialty else ""
        ),
        validity=review.validity,
        valid_from=review.valid_from,
        valid_until=review.valid_until,
        issued_on=day,
    )


def _short(node: m.TaxonomyNode) -> str:
    return node.short_name or node.name


def verify_url(number: str, code: str) -> str:
    """The short address of the verification page: scheme and host in capitals, which a QR code packs tighter."""
    scheme, host, path, _, _ = urlsplit(outside().base_url)
    return urlunsplit((scheme.upper(), host.upper(), f"{path.rstrip('/')}/V/{number}/{code}", "", ""))


# --- the pre-check --------------------------------------------------------------------------------


def checks(review: m.Review, today: dt.date) -> list[Verdict]:
    """Everything that is looked at before a review is filed, met or not, each with its reason."""
    found = filing_verdicts(review, today)
    lacking = outside().pdf.missing_glyphs(paper_of(review, today).texts)
    sentence = str(MissingGlyph(lacking)) if lacking else "聘书文字均可打印"
    return [*found, Verdict("glyphs", not lacking, sentence, "云南手册 1.3", "name")]


def files(review: m.Review, actor: Actor) -> bool:
    """Whether the review lies on the actor's desk: he is a registrar of the body that accepted it (云南手册 3.8)."""
    return Role.REGISTRAR in actor.roles and review.organisation_id == actor.organisation_id


# --- filing ---------------------------------------------------------------------------------------


def file_one(review_id: int, *, version: int, actor: Actor, now: dt.datetime, once: str = "") -> m.Certificate:
    """File a passed review and issue its certificate; the certificate of the first sending when a form comes twice.

    Raises NotFound for a registrar of another body, Stale, Conflict with the reason when the pre-check finds something.
    """
    with unit():
        if (before := claim(once, actor.account_id)) is not None:
            return issued_for(review_id, before)
        review = locked(m.Review, review_id)
        application = locked(m.Application, review.application_id)
        if files(review, actor) and review.lock_version != version:
            raise Stale(_what_happened(review, beijing_today(now)))
        facts = ReviewFacts(application.state, is_own_case(review.expert, actor))
        if review.state is ReviewState.PASSED:
            found = faults(checks(review, beijing_today(now)))
            # The fields stand on the expert's page, not on this one: the sentence has to say all.
            facts = replace(facts, filing_faults=tuple(replace(fault, field="") for fault in found))
        review.filed_at, review.filed_by_id = now, actor.account_id
        fire(REVIEW, "file", review, actor=actor, now=now, facts=facts)
        refresh_pool_state(review.expert_id, beijing_today(now))
        certificate = issued_for(review_id)
        settle(once, str(certificate.id))
    return certificate


def issued_for(review_id: int, certificate_id: str = "") -> m.Certificate:
    """The certificate issued for a review; NoResultFound when there is none."""
    found = select(m.Certificate).where(m.Certificate.review_id == review_id)
    if certificate_id.isdigit():
        found = found.where(m.Certificate.id == int(certificate_id))
    return session().scalars(found).one()


def _what_happened(review: m.Review, today: dt.date) -> list[tuple[str, str, str]]:
    lines = [("状态", ReviewState.PASSED.label, review.state.label)]
    if review.filed_at is not None:
        lines.append(("备案时间", "", list_time(review.filed_at, today)))
    return [line for line in lines if line[1] != line[2]]


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one row of a batch: its certificate, or the reason why there is none."""

    review_id: int
    name: str
    certificate_id: int | None = None
    number: str = ""
    reason: str = ""


def file_many(chosen: Iterable[tuple[int, int]], *, actor: Actor, now: dt.datetime, once: str = "") -> list[Filed]:
    """File several reviews, each (id, version) for itself: one that cannot be filed does not hold up the others."""
    done = []
    for review_id, version in chosen:
        name = session().scalar(
            select(m.Expert.name).join(m.Review, m.Review.expert_id == m.Expert.id).where(m.Review.id == review_id)
        )
        session().rollback()
        try:
            key = f"{once[:32]}:{review_id}" if once else ""
            paper = file_one(review_id, version=version, actor=actor, now=now, once=key)
        except DomainError as error:
            reasons = "；".join(dict.fromkeys(fault.message for fault in error.faults))
            done.append(Filed(review_id, name or "", reason=reasons))
        else:
            done.append(Filed(review_id, paper.holder_name, paper.id, paper.number))
    return done


# --- what follows ---------------------------------------------------------------------------------


@effect
def issue_certificate(step: Step) -> None:
    """Take the number, render the paper once, and keep it with its hash."""
    review: m.Review = step.record
    day = beijing_today(step.now)
    paper = paper_of(review, day)
    session().flush()  # whatever the database refuses, it refuses before a number is taken
    series = f"certificate:{paper.prefix}"
    _wait_in_line(series)
    number = certificate_number(paper.prefix, day, next_number(series, f"{day:%Y%m%d}"))
    code = crypt.verify_code(number)
    document = _kept(review, paper, number, outside().pdf.render_certificate(paper.sheet(number, code)))
    session().add(
        m.Certificate(
            programme_id=paper.programme.id,
            number=number,
            review_id=review.id,
            department_id=review.department_id,
            appointing_body_id=review.appointing_body_id,
            state=CertificateState.VALID,
            holder_name=paper.holder_name,
            unit_name=paper.unit,
            appointment=paper.appointment,
            issued_on=day,
            validity=paper.validity,
            valid_from=paper.valid_from,
            valid_until=paper.valid_until,
            verify_code=code,
            document_id=document.id,
            region_code=review.region_code,
            expert_id=review.expert_id,
        )
    )
    session().flush()


def _wait_in_line(series: str) -> None:
    # A page waits three seconds for a row; a queue of registrars behind one counter may take longer, and a rendering
    # under way leaves the transaction idle. The limits are for this transaction only.
    limits = {"lock_timeout": "45s", "statement_timeout": "50s", "idle_in_transaction_session_timeout": "30s"}
    session().execute(select(*(func.set_config(name, limit, True) for name, limit in limits.items())))
    # First come, first served: those who wait for one row may overtake each other, those who wait for this lock not.
    session().execute(select(func.pg_advisory_xact_lock(func.hashtextextended(series, 0))))


def _kept(review: m.Review, paper: Paper, number: str, rendered: Rendered) -> m.Document:
    document = m.Document(
        title=f"{paper.programme.certificate_title} {number}",
        media_type=PDF,
        size=len(rendered.content),
        sha256=rendered.sha256,
        content=rendered.content,
        region_code=review.region_code,
        expert_id=review.expert_id,
    )
    session().add(document)
    session().flush()
    return document


@effect
def join_filing(step: Step) -> None:
    """When every passed review is filed, the case is closed."""
    advance(step.record.application, "join_filing", step.now)


@effect
def tell_filed(step: Step) -> None:
    """Tell the expert that his certificate is there (云南手册 1.5.2)."""
    review: m.Review = step.record
    if review.expert.account_id is None:
        return
    paper = issued_for(review.id)
    messages.tell(
        review.expert.account_id,
        "expert_filed",
        now=step.now,
        key=f"review:{review.id}:file",
        values={
            "title": paper.appointment,
            "cert_no": paper.number,
            "valid_to": validity_words(paper.valid_from, paper.valid_until).rpartition(" 至 ")[2],
        },
        link=f"/my/certificates/{paper.id}",
    )
