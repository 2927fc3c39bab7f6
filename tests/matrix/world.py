"""The world of the matrix: one of everything in five places, and everybody who might ask for it.

Every text about a case carries the marker of its place, so that a look at an answer says whether it leaked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select, update

from console import models as m
from console.database import session as db_session
from console.extensions import db
from console.scope import acting_as, everything
from console.services import outside as ports
from console.services.messages import tell
from console.services.reviews import latest_change
from console.services.sessions import open_session
from console.views.request import SESSION_KEY
from console.vocabulary import AccountKind, AccountState, AttachmentKind, Role
from tests import make, worlds
from tests.fakes import quick_pdf

NOW = worlds.NOW
SYSTEM = everything("测试")

PLACES = {
    # place: (region of its cases, department that handles them, body there, department there, marker)
    "wuhua": ("530102", "wh-yj-safety", "wh-yj", "wh-yj-rescue", "五华标"),
    "panlong": ("530103", "pl-yj-safety", "pl-yj", "pl-yj-rescue", "盘龙标"),
    "kunming": ("530100", "km-yj-hazchem", "km-yj", "km-yj-mines", "昆明标"),
    "qilin": ("530302", "qj-yj-hazchem", "ql-yj", "ql-yj-safety", "麒麟标"),
    "hongta": ("530402", "yx-yj-hazchem", "yx-yj", "yx-yj-mines", "红塔标"),
}
MARKERS = {place: row[4] for place, row in PLACES.items()}
PROVINCE_DEPARTMENT = "yn-yj-hazchem"

PEOPLE: dict[str, tuple[str, str, str]] = {
    # name: (letter of tests/matrix/oracle.py, scope, department code or what he owns)
    "visitor": ("V", "", ""),
    "expert_of_wuhua": ("E", "", "wuhua filed"),
    "expert_waiting_in_wuhua": ("E", "", "wuhua pending"),
    "expert_of_qilin": ("E", "", "qilin filed"),
    "onlooker_province": ("G", "province", PROVINCE_DEPARTMENT),
    "onlooker_kunming": ("G", "kunming", "km-yj-hazchem"),
    "onlooker_wuhua": ("G", "wuhua", "wh-yj-safety"),
    "onlooker_qujing": ("G", "qujing", "qj-yj-hazchem"),
    "reviewer_province": ("R", "province", PROVINCE_DEPARTMENT),
    "reviewer_province_other": ("R", "province", "yn-yj-mines"),
    "reviewer_kunming": ("R", "kunming", "km-yj-hazchem"),
    "reviewer_kunming_other": ("R", "kunming", "km-yj-mines"),
    "reviewer_wuhua": ("R", "wuhua", "wh-yj-safety"),
    "reviewer_wuhua_other": ("R", "wuhua", "wh-yj-rescue"),
    "reviewer_qujing": ("R", "qujing", "qj-yj-hazchem"),
    "registrar_province": ("F", "province", "yn-yj-registrar"),
    "registrar_kunming": ("F", "kunming", "km-yj-registrar"),
    "registrar_wuhua": ("F", "wuhua", "wh-yj-registrar"),
    "registrar_qujing": ("F", "qujing", "qj-yj-registrar"),
    "bureau_admin_province": ("B", "province", "yn-yj-office"),
    "bureau_admin_kunming": ("B", "kunming", "km-yj-registrar"),
    "bureau_admin_wuhua": ("B", "wuhua", "wh-yj-registrar"),
    "bureau_admin_qujing": ("B", "qujing", "qj-yj-registrar"),
    "support_province": ("S", "province", ""),
    "support_kunming": ("S", "kunming", ""),
    "system_admin": ("Y", "province", ""),
    "system_admin_kunming": ("Y", "kunming", ""),
    "security_admin": ("C", "province", ""),
    "security_admin_kunming": ("C", "kunming", ""),
    "audit_admin": ("A", "province", ""),
    "audit_admin_kunming": ("A", "kunming", ""),
    "newcomer": ("N", "kunming", "km-yj-hazchem"),
}
SCOPE_REGION = {"province": "530000", "kunming": "530100", "wuhua": "530102", "qujing": "530300"}
OFFICIAL_ROLES = {
    "G": (Role.GOVERNMENT,),
    "R": (Role.GOVERNMENT, Role.REVIEWER),
    "F": (Role.GOVERNMENT, Role.REGISTRAR),
    "B": (Role.BUREAU_ADMIN,),
    "N": (Role.GOVERNMENT, Role.REVIEWER),
}
STAFF = {"S": Role.SUPPORT, "Y": Role.SYSTEM_ADMIN, "C": Role.SECURITY_ADMIN, "A": Role.AUDIT_ADMIN}


@dataclass
class World:
    """Ids by kind and place, versions of what is changed, and the key of everybody's browser."""

    app: Flask
    connection: Any
    ids: dict[tuple[str, str], Any] = field(default_factory=dict)
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def put(self, kind: str, place: str, row: Any) -> None:
        """Remember a row."""
        self.ids[kind, place] = row.id
        self.versions[kind, place] = getattr(row, "lock_version", 0)


@contextmanager
def standing(app: Flask) -> Iterator[World]:
    """The world inside a transaction that is rolled back at the end; certificates are printed by a stand-in."""
    with app.app_context(), quick_pdf():
        clock = ports.outside().clock
        object.__setattr__(ports.outside(), "clock", _Clock())
        engines = db._app_engines[app]
        engine = engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection
        app.extensions.pop("menu_words", None)  # kept for half a minute, longer than a test lasts
        try:
            yield _built(World(app, connection))
        finally:
            db.session.remove()
            app.extensions.pop("menu_words", None)
            engines[None] = engine
            transaction.rollback()
            connection.close()
            object.__setattr__(ports.outside(), "clock", clock)


class _Clock:
    def now(self) -> dt.datetime:
        return NOW


def _built(world: World) -> World:
    with acting_as(SYSTEM):
        for number, place in enumerate(PLACES, 1):
            _place(world, place, number)
        _reference(world)
        db_session().commit()
        for name in PEOPLE:
            _browser(world, name)
        db_session().commit()
        world.ids["admin", "province"] = world.ids["account", "security_admin"]
        world.ids["admin", "kunming"] = world.ids["account", "audit_admin_kunming"]
        db.session.remove()
    return world


def _place(world: World, place: str, number: int) -> None:
    region, handling, body, department, marker = PLACES[place]
    filed = worlds.case(marker, region, handling, number=number)
    db_session().execute(
        update(m.Document)
        .where(m.Document.id == filed.certificate.document_id)
        .values(content=f"%PDF-1.7 {marker}专家".encode())
    )
    for kind, row in (
        ("expert", filed.expert),
        ("application", filed.application),
        ("review_filed", filed.review),
        ("certificate", filed.certificate),
    ):
        world.put(kind, place, row)
    world.ids["attachment", place] = make.attached(filed.expert, name=f"{marker}.pdf")
    world.ids["photo", place] = make.attached(filed.expert, AttachmentKind.CHANGE_REQUEST, name=f"{marker}申请.pdf")
    owner = db_session().get_one(m.Account, filed.expert.account_id)
    world.put("expert_account", place, owner)
    tell(owner.id, "password_changed", now=NOW, key=f"matrix:{place}", values={"time": f"{marker}时刻"})
    _message(world, place, owner)
    clerk = make.account(
        AccountKind.OFFICIAL,
        Role.GOVERNMENT,
        name=f"{marker}科员",
        region=make.department(department).region_code,
        organisation_id=make.department(department).organisation_id,
        department_id=make.department(department).id,
    )
    world.put("official_account", place, clerk)
    grant = db_session().scalars(select(m.RoleGrant).where(m.RoleGrant.account_id == clerk.id)).one()
    world.put("role_grant", place, grant)
    _waiting(world, place, region, handling, marker)
    _approved(world, place, region, handling, marker)
    bureau = db_session().scalars(select(m.Organisation).where(m.Organisation.code == body)).one()
    world.put("organisation", place, bureau)
    world.put("department", place, make.department(department))
    entry = m.AuditEntry(
        at=NOW,
        event="update",
        actor_name=f"{marker}专家",
        table_name="expert",
        record_id=str(filed.expert.id),
        region_code=region,
        changes={},
    )
    db_session().add(entry)
    db_session().flush()
    world.put("audit_entry", place, entry)


def _message(world: World, place: str, owner: m.Account) -> None:
    sent = db_session().scalars(select(m.OutboxMessage).where(m.OutboxMessage.account_id == owner.id)).first()
    world.put("outbox", place, sent)


def _waiting(world: World, place: str, region: str, handling: str, marker: str) -> None:
    expert = make.expert(f"{marker}待审", region=region, employer=f"{marker}单位")
    application = make.case(expert, handling, PROVINCE_DEPARTMENT)
    world.put("waiting_expert", place, expert)
    world.put("application_waiting", place, application)
    world.put("review_waiting", place, make.review_of(application, handling))
    world.put("review_waiting_province", place, make.review_of(application, PROVINCE_DEPARTMENT))
    world.facts[f"change:{place}"] = latest_change(expert.id)
    world.ids["waiting_account", place] = expert.account_id


def _approved(world: World, place: str, region: str, handling: str, marker: str) -> None:
    expert = make.expert(f"{marker}待备案", region=region, employer=f"{marker}单位")
    application = make.case(expert, handling, PROVINCE_DEPARTMENT)
    make.passed(application, handling, PROVINCE_DEPARTMENT)
    db_session().commit()
    world.put("review_passed", place, make.review_of(application, handling))
    world.put("review_passed_province", place, make.review_of(application, PROVINCE_DEPARTMENT))


def _reference(world: World) -> None:
    known = db_session().scalars(select(m.Parameter).where(m.Parameter.key == "review_working_days")).first()
    row = m.Parameter(key=known.key, label=known.label, value=9, unit=known.unit, clause="")
    row.valid_from = NOW.date() + dt.timedelta(days=30)
    db_session().add(row)
    db_session().flush()
    world.put("parameter", "all", row)
    world.put("taxonomy", "all", make.node("010108"))
    world.put("programme", "all", make.programme())
    world.ids["region", "all"] = "530102"
    template = db_session().scalars(select(m.MessageTemplate).order_by(m.MessageTemplate.code)).first()
    world.ids["message_template", "all"] = template.code
    db_session().add(m.CalendarDay(day=dt.date(2027, 5, 1), working=False, name="劳动节"))
    world.ids["calendar", "all"] = "2027-05-01"
    certificate = db_session().get_one(m.Certificate, world.ids["certificate", "wuhua"])
    world.facts["number"], world.facts["code"] = certificate.number, certificate.verify_code


def _account(world: World, name: str) -> m.Account | None:
    letter, scope, where = PEOPLE[name]
    if letter == "V":
        return None
    if letter == "E":
        place, what = where.split()
        kind = "expert_account" if what == "filed" else "waiting_account"
        return db_session().get_one(m.Account, world.ids[kind, place])
    if letter in STAFF:
        kind = AccountKind.SUPPORT if letter == "S" else AccountKind.ADMINISTRATOR
        return make.account(kind, STAFF[letter], name="工作人员", region=SCOPE_REGION[scope])
    place = make.department(where)
    return make.account(
        AccountKind.OFFICIAL,
        *OFFICIAL_ROLES[letter],
        name="工作人员",
        region=SCOPE_REGION[scope],
        organisation_id=place.organisation_id,
        department_id=place.id,
        state=AccountState.MUST_CHANGE if letter == "N" else AccountState.ACTIVE,
    )


def _browser(world: World, name: str) -> None:
    account = _account(world, name)
    with world.app.test_request_context():
        world.token = world.token or generate_csrf()
        session["csrf_token"] = _raw(world.app, world.token)
        if account is not None:
            world.ids["account", name] = account.id
            session[SESSION_KEY] = open_session(account, now=NOW, limits=make.LIMITS, ip="127.0.0.1", device="测试")
            db_session().flush()
        serializer = world.app.session_interface.get_signing_serializer(world.app)
        world.cookies[name] = serializer.dumps(dict(session))


def _raw(app: Flask, token: str) -> str:
    from itsdangerous import URLSafeTimedSerializer

    return URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").loads(token)
