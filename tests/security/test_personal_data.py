"""After a whole journey no number of a person stands anywhere in the open: tables, logs, files, pages (SECURITY.md R8).

Looked for as text, as hex and as base64 (in its three phases), in every column of every table.
"""

from __future__ import annotations

import base64
import io
import logging
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from console import models as m
from console.columns import Base
from console.database import session
from console.extensions import db as _db
from console.scope import acting_as
from console.services import outbox
from console.services.outside import outside
from console.vocabulary import AccountKind, Role
from tests import make
from tests.journeys import steps
from tests.matrix.world import SYSTEM

NEW_PASSWORD = "Erhai#20261"
SHOWN = {
    "experts.reveal": "asked for with a purpose, and in the audit",
    "account.index_view": "the number support has typed into the search",
}
"""Pages of officials that show a full number, and why. No other may."""
PASSWORDS = (steps.PASSWORD, NEW_PASSWORD)


def shapes(secret: str) -> set[str]:
    """How a secret may stand somewhere: as it is, with blanks between, in hex, in base64."""
    raw = secret.encode()
    found = {secret, raw.hex(), raw.hex().upper(), f"{secret[:3]} {secret[3:7]} {secret[7:]}"}
    for phase in range(3):
        middle = base64.b64encode(b"x" * phase + raw)[phase * 2 :]
        found.add(middle[: len(middle) // 4 * 4 - 4][2:].decode())  # less what depends on the neighbours
    return {shape for shape in found if len(shape) >= 8}


def dump() -> str:
    """Every table as text, bytes in hex, texts that look like base64 or hex as they are."""
    with acting_as(SYSTEM):
        parts = []
        for table in Base.metadata.sorted_tables:
            rows = session().execute(text(f'SELECT to_jsonb(t)::text FROM "{table.name}" t'))  # noqa: S608 our own tables
            parts += [f"{table.name} {row}" for (row,) in rows]
        return "\n".join(parts)


def sightings(secrets: dict[str, str], where: str, haystack: str) -> list[str]:
    return [
        f"{name} in {where}: …{haystack[max(0, haystack.index(shape) - 80) : haystack.index(shape) + 10]}…"
        for name, secret in secrets.items()
        for shape in shapes(secret)
        if shape in haystack
    ]


def test_the_search_itself_finds_a_number_in_every_shape():
    number = "530102197503050011"
    for hidden in (
        number,
        number.encode().hex(),
        base64.b64encode(number.encode()).decode(),
        base64.b64encode(b"a" + number.encode() + b"zz").decode(),
        base64.b64encode(b"ab" + number.encode() + b"z").decode(),
    ):
        assert sightings({"number": number}, "here", f"… {hidden} …"), hidden
    assert sightings({"number": number}, "here", "530102**********0011") == []


@pytest.fixture
def answers(app):
    """Every answer of the application, with who asked for it."""
    seen: list[tuple[str, str, str]] = []

    def keep(response):
        from flask import request

        from console.views.request import actor

        if not response.is_streamed and not response.direct_passthrough:
            body = response.get_data().decode(
                "latin-1" if response.mimetype.startswith("image") else "utf-8", "replace"
            )
            seen.append((request.endpoint or "", actor().name, body + str(response.headers)))
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, keep)
    yield seen
    app.after_request_funcs[None].remove(keep)


def journey(app, who, stranger, staff):
    """Register, fill in, declare, review, file, reset a password twice, refuse what is wrong, deliver the messages."""
    steps.register(stranger, who)
    steps.log_in(stranger, who.phone, who.password)
    steps.fill_in(stranger)
    steps.declare(stranger, steps.HAZCHEM)
    steps.pass_on(staff["head"], who.name)
    assert "备案成功" in steps.file(staff["registrar"], who.name)
    expert = staff["expert_id"]()
    staff["head"].open(f"/experts/{expert}")
    staff["head"].open(f"/experts/{expert}/history")
    assert staff["head"].fetch(f"/experts/{expert}.docx").status_code == 200
    assert who.id_number in staff["head"].post(f"/experts/{expert}/reveal", purpose="verify")
    account = make.account_of(staff["expert"]()).id
    given = {"password": NEW_PASSWORD, "confirmation": NEW_PASSWORD}
    assert "密码已重置并已通知本人" in staff["head"].post(f"/accounts/{account}/password", **given)
    assert "新密码已发送至本人手机" in staff["support"].post(f"/accounts/{account}/password")
    staff["support"].open("/admin/outbox/")
    staff["support"].open(f"/admin/account/?search={who.phone}")
    staff["auditor"].open("/admin/audit/")
    assert staff["auditor"].fetch("/admin/audit/export/csv/").status_code == 200
    for address in (
        f"/nothing/{who.phone}",
        f"/verify/{who.id_number}/x",
        "/experts/987654321",
    ):
        staff["head"].open(address)
    stranger.client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    steps.log_in(stranger, who.id_number, "Wrong#20261")
    steps.register(steps.browser(app), who)  # the number is taken now: the database refuses, with its own words
    outbox.deliver(outside().clock.now(), 100)


def test_no_number_and_no_password_stands_anywhere_in_the_open(app, db, clock, answers, caplog):
    who = steps.Applicant()
    stranger = steps.browser(app)
    staff = {
        "head": steps.official(app),
        "registrar": steps.registrar(app),
        "support": steps.browser(app),
        "auditor": steps.browser(app),
        "expert": lambda: _expert(who.name),
        "expert_id": lambda: _expert(who.name).id,
    }
    make.login(staff["support"].client, make.support())
    make.login(staff["auditor"].client, make.administrator(Role.AUDIT_ADMIN))
    mobile = make.phone()
    make.account(AccountKind.SUPPORT, Role.SUPPORT, name="周岚", mobile=mobile)
    caplog.set_level(logging.DEBUG)
    with capture_logs() as events:
        journey(app, who, stranger, staff)
    _db.session.remove()
    secrets = {"id number": who.id_number, "phone": who.phone}
    everything = secrets | {f"password {n}": word for n, word in enumerate(PASSWORDS)}
    everything |= _codes(who.phone) | {"phone of a supporter": mobile}
    found = sightings(everything, "the database", dump())
    found += sightings(everything, "the log", str(events) + caplog.text)
    found += [line for name, words in _files(app) for line in sightings(everything, name, words)]
    own = (who.name, "访客")  # what somebody typed himself stands in his form
    for endpoint, reader, words in answers:
        if endpoint not in SHOWN and reader not in own:
            found += sightings(secrets, f"{endpoint} for {reader}", words)
    assert len(answers) > 40
    assert found == []


def _expert(name: str) -> m.Expert:
    with acting_as(SYSTEM):
        return session().scalars(select(m.Expert).where(m.Expert.name == name)).one()


def _codes(phone: str) -> dict[str, str]:
    """Passwords the system made itself, as they were sent (six digits of a code would be found by chance)."""
    with acting_as(SYSTEM):
        bodies = session().scalars(select(m.OutboxMessage).where(m.OutboxMessage.template_code == "password_generated"))
        words = [part for row in bodies for part in row.body.replace("，", " ").replace("：", " ").split()]
    made = {
        word
        for word in words
        if len(word) >= 10 and word.isascii() and not word.isdigit() and any(c.isdigit() for c in word)
    }
    return {f"made password {n}": word for n, word in enumerate(sorted(made))}


def _files(app) -> list[tuple[str, str]]:
    """What lies in the storage, text of PDFs included, and the texts of issued certificates."""
    folder, found = Path(str(app.config["STORAGE_DIR"])), []
    for path in folder.rglob("*"):
        if path.is_file():
            found.append((str(path), f"{path} {path.read_bytes().decode('latin-1')}"))
    with acting_as(SYSTEM):
        for content in session().scalars(select(m.Document.content)):
            with pypdfium2.PdfDocument(io.BytesIO(content)) as paper:
                found.append(("a certificate", "".join(page.get_textpage().get_text_range() for page in paper)))
    return found
