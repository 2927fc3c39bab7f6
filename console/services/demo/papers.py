"""The demo world's papers: employers' consents, and certificates rendered by the real renderer."""

from __future__ import annotations

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from console import crypt
from console import models as m
from console.database import session
from console.ports import CertificateSheet, Rendered, new_storage_key
from console.rules.certificate_text import appointment_words, certificate_text, level_word
from console.rules.numbering import certificate_number
from console.services.demo.people import Person
from console.services.demo.world import Row, World, add
from console.services.outside import outside
from console.vocabulary import AttachmentKind, CertificateState, PoolState, ReviewState

RENDERERS = 2
REVOKED_SHARE = 0.2

POOL_STATES = {
    "withdrawn": PoolState.NEW,
    "pending": PoolState.REVIEWING,
    "part": PoolState.REVIEWING,
    "approved": PoolState.APPROVED,
    "rejected": PoolState.REJECTED,
    "in_pool": PoolState.IN_POOL,
    "expired": PoolState.EXPIRED,
    "terminated": PoolState.TERMINATED,
}


def attach(world: World, people: list[Person]) -> None:
    """Give everybody who applied the employer's consent: one and the same sample page, stored for each."""
    content = (world.seeds / "demo" / "consent.pdf").read_bytes()
    ports, rows = outside(), []
    for person in people:
        if not person.applied:
            continue
        key = new_storage_key(ports.entropy)
        ports.storage.put(key, content)
        rows.append(
            {
                "kind": AttachmentKind.EMPLOYER_CONSENT,
                "file_name": "任职单位同意申报（演示）.pdf",
                "media_type": "application/pdf",
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "storage_key": key,
                "uploaded_by_id": None,
                "expert_id": person.id,
                "region_code": person.region_code,
                "created_at": person.row["created_at"],
            }
        )
    add(m.Attachment, rows)


def issue(world: World, people: list[Person]) -> None:
    """Issue a certificate for every filed review, in the order of filing, and bring counters and pool states up."""
    filed = [(person, review) for person in people for review in person.reviews if review["state"] is ReviewState.FILED]
    filed.sort(key=lambda pair: pair[1]["filed_at"])
    drafts = [_draft(world, person, review) for person, review in filed]
    with ThreadPoolExecutor(RENDERERS) as pool:
        rendered = list(pool.map(lambda draft: outside().pdf.render_certificate(draft[1]), drafts))
    documents = add(m.Document, [_document(row, paper) for (row, _sheet), paper in zip(drafts, rendered, strict=True)])
    certificates = [{**row, "document_id": key} for (row, _sheet), key in zip(drafts, documents, strict=True)]
    for row in certificates:
        row["verify_code"] = crypt.verify_code(row["number"])
    add(m.Certificate, certificates)
    _counters(world)
    _pool_states(people, certificates)


def _draft(world: World, person: Person, review: Row) -> tuple[Row, CertificateSheet]:
    day = (review["filed_at"] + dt.timedelta(hours=8)).date()
    body = world.bodies[review["organisation_id"]]
    unit = world.bodies[review["appointing_body_id"]]
    series = f"certificate:{body.certificate_prefix}"
    number = certificate_number(body.certificate_prefix, day, world.count(series, f"{day:%Y%m%d}"))
    place = world.regions[unit.region_code]
    appointment = appointment_words(
        level_word(place.level, place.name),
        world.nodes[review["industry_id"]].short_name,
        world.nodes[review["specialty_id"]].short_name,
    )
    words = certificate_text(
        name=person.row["name"],
        unit=unit.name,
        appointment=appointment,
        number=number,
        valid_from=review["valid_from"],
        valid_until=review["valid_until"],
        signed_on=day,
    )
    sheet = CertificateSheet(
        holder_name=person.row["name"],
        salutation=words.greeting,
        body=(words.body,),
        number_line=words.number_line,
        validity_line=words.validity_line,
        unit=words.signature,
        date_line=words.signed_on,
        qr_url=f"{outside().base_url}/V/{number}/{crypt.verify_code(number)}".upper(),
        programme=world.programme.pool_name,
        number=number,
        issued_on=day,
    )
    return {**_certificate(world, person, review, day), "number": number, "appointment": appointment}, sheet


def _certificate(world: World, person: Person, review: Row, day: dt.date) -> Row:
    ended = world.today - dt.timedelta(days=world.chance.randrange(1, 60)) if person.stage == "terminated" else None
    revoked = person.stage == "terminated" and world.chance.random() < REVOKED_SHARE
    end = CertificateState.REVOKED if revoked else CertificateState.TERMINATED
    state = {"terminated": end, "expired": CertificateState.EXPIRED}
    return {
        "programme_id": world.programme.id,
        "review_id": review["id"],
        "expert_id": person.id,
        "region_code": person.region_code,
        "department_id": review["department_id"],
        "appointing_body_id": review["appointing_body_id"],
        "state": state.get(person.stage, CertificateState.VALID),
        "holder_name": person.row["name"],
        "unit_name": world.bodies[review["appointing_body_id"]].name,
        "issued_on": day,
        "validity": review["validity"],
        "valid_from": review["valid_from"],
        "valid_until": review["valid_until"],
        "ended_on": max(ended, day) if ended else None,
        "end_reason": world.chance.choice(world.words["review_phrases"]["terminate"]) if ended else "",
        "ended_by_id": review["decided_by_id"] if ended else None,
        "created_at": review["filed_at"],
    }


def _document(row: Row, paper: Rendered) -> Row:
    return {
        "title": f"专家聘书 {row['number']}",
        "media_type": "application/pdf",
        "size": len(paper.content),
        "sha256": paper.sha256,
        "content": paper.content,
        "expert_id": row["expert_id"],
        "region_code": row["region_code"],
        "created_at": row["created_at"],
    }


def _counters(world: World) -> None:
    rows = [{"series": series, "period": period, "last": last} for (series, period), last in world.counters.items()]
    session().execute(insert(m.NumberCounter).on_conflict_do_nothing(), rows)


def _pool_states(people: list[Person], certificates: list[Row]) -> None:
    ends: dict[int, tuple[dt.date | None, bool]] = {}
    for row in certificates:
        ends[row["expert_id"]] = (row["valid_until"], row["valid_until"] is None)
    rows = [
        {
            "id": person.id,
            "pool_state": POOL_STATES[person.stage],
            "last_certificate_until": ends.get(person.id, (None, False))[0],
            "long_term": ends.get(person.id, (None, False))[1],
        }
        for person in people
        if person.stage in POOL_STATES
    ]
    table = m.Expert.__table__
    for start in range(0, len(rows), 500):
        for row in rows[start : start + 500]:
            session().connection().execute(update(m.Expert).where(table.c.id == row.pop("id")).values(**row))
