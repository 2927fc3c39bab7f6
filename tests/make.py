"""Rows for tests, made in one line: plain functions, no hidden chance. All run as the system.

Valid ID numbers are invented: region and birth date are given, the check digit is computed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from console import crypt
from console import models as m
from console.database import session
from console.rules.identity import id_facts
from console.rules.masking import mask_id_number, mask_phone
from console.scope import Actor, acting_as, everything
from console.services.readings import name_key
from console.services.sessions import Limits, actor_for, open_session
from console.views.request import SESSION_KEY
from console.vocabulary import (
    AccountKind,
    AccountState,
    ApplicationState,
    AttachmentKind,
    Education,
    EmployerKind,
    PoolState,
    Role,
    TitleLevel,
    ValidityKind,
)

LIMITS = Limits(dt.timedelta(minutes=30), dt.timedelta(hours=8))
_numbers = itertools.count(1)
_SYSTEM = everything("测试数据")


def id_number(birth: dt.date = dt.date(1975, 3, 5), region: str = "530102", order: int | None = None) -> str:
    """A valid ID number; odd ``order`` is male."""
    body = f"{region}{birth:%Y%m%d}{(order if order is not None else next(_numbers) * 2 + 1) % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def phone() -> str:
    """A fresh number of the test block."""
    return f"199{next(_numbers):08d}"


def _secrets(table: str, number: str | None, mobile: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "phone": mobile,
        "phone_index": crypt.blind_index(f"86{mobile}", "phone"),
        "phone_mask": mask_phone(mobile),
    }
    if number:
        values |= {
            "id_number": number,
            "id_index": crypt.blind_index(number, "id_number"),
            "id_mask": mask_id_number(number),
        }
        if table == "expert":
            values["id_tail"] = crypt.blind_index(number[-4:], "id_tail")
    return values


def account(
    kind: AccountKind,
    *roles: Role,
    name: str = "测试用户",
    region: str = "530000",
    login: str | None = None,
    id_number_: str | None = None,
    mobile: str | None = None,
    state: AccountState = AccountState.ACTIVE,
    password_hash: str = "unusable",
    **values: Any,
) -> m.Account:
    """An account holding the roles."""
    with acting_as(_SYSTEM):
        row = m.Account(
            kind=kind,
            name=name,
            region_code=region,
            login=login or f"user{next(_numbers)}",
            password_hash=password_hash,
            state=state,
            **_secrets("account", id_number_, mobile or phone()),
            **values,
        )
        session().add(row)
        session().flush()
        for role in roles:
            session().add(m.RoleGrant(account_id=row.id, account_kind=kind, region_code=region, role=role))
        session().flush()
    return row


def department(code: str) -> m.Department:
    """A department of the seeds by its code, e.g. ``yn-yj-hazchem``."""
    return session().scalars(select(m.Department).where(m.Department.code == code)).one()


def official(role: Role = Role.REVIEWER, department_code: str = "yn-yj-hazchem", *, name: str = "李慧") -> m.Account:
    """A government user of a department, holding 政府用户 and the role."""
    with acting_as(_SYSTEM):
        place = department(department_code)
        return account(
            AccountKind.OFFICIAL,
            *{Role.GOVERNMENT, role},
            name=name,
            region=place.region_code,
            organisation_id=place.organisation_id,
            department_id=place.id,
        )


def administrator(role: Role, *, region: str = "530000", name: str = "管理员") -> m.Account:
    """One of the three administrators, of a province unless said otherwise."""
    return account(AccountKind.ADMINISTRATOR, role, name=name, region=region)


def support(region: str = "530000") -> m.Account:
    """A technical supporter."""
    return account(AccountKind.SUPPORT, Role.SUPPORT, name="技术支持", region=region)


def node(code: str) -> m.TaxonomyNode:
    """A taxonomy node by its code, e.g. ``010108`` 防火防爆."""
    return session().scalars(select(m.TaxonomyNode).where(m.TaxonomyNode.code == code)).one()


def programme() -> m.Programme:
    """The Yunnan programme."""
    return session().scalars(select(m.Programme).where(m.Programme.code == "yunnan")).one()


def expert(
    name: str = "段丽娟",
    *,
    region: str = "530102",
    number: str | None = None,
    specialties: tuple[str, ...] = ("010108",),
    complete: bool = True,
    pool_state: PoolState = PoolState.NEW,
    created_at: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    **values: Any,
) -> m.Expert:
    """An expert with account and specialties; ``complete`` fills every required field but the attachments."""
    number = number or id_number(region=region)
    mobile = phone()
    owner = account(AccountKind.EXPERT, Role.EXPERT, name=name, region=region, id_number_=number, mobile=mobile)
    with acting_as(_SYSTEM):
        facts = id_facts(number)
        filled = dict(_complete(), **values) if complete else values
        row = m.Expert(
            account_id=owner.id,
            programme_id=programme().id,
            region_code=region,
            name=name,
            sort_key=name_key(name),
            gender=facts.gender if facts else None,
            birth_date=facts.birth_date if facts else None,
            pool_state=pool_state,
            created_at=created_at,
            **_secrets("expert", number, mobile),
            **filled,
        )
        session().add(row)
        session().flush()
        for code in specialties:
            leaf = node(code)
            session().add(
                m.ExpertSpecialty(
                    expert_id=row.id,
                    region_code=region,
                    node_id=leaf.id,
                    field_id=leaf.parent_id,
                    industry_id=leaf.parent.parent_id,
                    created_at=created_at,
                )
            )
        session().flush()
    return row


def _complete() -> dict[str, Any]:
    return {
        "education": Education.BACHELOR,
        "school": "滇池理工大学",
        "major": "化学工程与工艺",
        "title_level": TitleLevel.SENIOR,
        "title": "高级工程师",
        "employer": "云南谨行安全评价有限公司",
        "employer_kind": EmployerKind.PRIVATE,
        "position": "技术负责人",
        "occupation": "化工安全",
        "practice_years": 20,
        "resume": "2006年至今从事化工安全评价。",
        "achievements": "主持安全评价36项。",
    }


def actor(row: m.Account) -> Actor:
    """The actor this account is."""
    return actor_for(row.id)


def login(client: FlaskClient, row: m.Account, *, now: dt.datetime | None = None) -> FlaskClient:
    """Log the account in by writing a real session row; returns the client."""
    from console.services.outside import outside

    with acting_as(_SYSTEM):
        token = open_session(row, now=now or outside().clock.now(), limits=LIMITS, ip="127.0.0.1", device="测试")
        session().commit()
    with client.session_transaction() as cookie:
        cookie[SESSION_KEY] = token
    return client


# --- cases: an application before its departments, and what follows (review engineer) -----------------


def case(
    owner: m.Expert,
    *department_codes: str,
    round_: int = 1,
    submitted_at: dt.datetime = dt.datetime(2026, 11, 18, 2, 0, tzinfo=dt.UTC),
    due_on: dt.date = dt.date(2026, 12, 2),
) -> m.Application:
    """A submitted application with one waiting review per department (default 危化处 of the province)."""
    with acting_as(_SYSTEM):
        row = m.Application(
            programme_id=owner.programme_id,
            expert_id=owner.id,
            region_code=owner.region_code,
            number=f"SB20261118-{next(_numbers):04d}",
            state=ApplicationState.PENDING,
            round=round_,
            submitted_at=submitted_at,
        )
        session().add(row)
        session().flush()
        session().add(
            m.StepLog(
                at=submitted_at,
                workflow="application",
                record_id=row.id,
                application_id=row.id,
                round=round_,
                action="submit",
                label="申报",
                before="draft",
                after="pending",
                actor_id=owner.account_id,
                actor_name=owner.name,
                expert_id=owner.id,
                region_code=owner.region_code,
            )
        )
        for code in department_codes or ("yn-yj-hazchem",):
            place = department(code)
            session().add(
                m.Review(
                    application_id=row.id,
                    organisation_id=place.organisation_id,
                    department_id=place.id,
                    round=round_,
                    due_on=due_on,
                    expert_id=owner.id,
                    region_code=owner.region_code,
                )
            )
        session().flush()
        session().refresh(row)
    return row


def review_of(application: m.Application, department_code: str = "yn-yj-hazchem") -> m.Review:
    """The review of a department in the present round of an application."""
    with acting_as(_SYSTEM):
        return (
            session()
            .scalars(
                select(m.Review).where(
                    m.Review.application_id == application.id,
                    m.Review.department_id == department(department_code).id,
                    m.Review.round == application.round,
                )
            )
            .one()
        )


def passed(application: m.Application, *department_codes: str, head: m.Account | None = None, **values: Any) -> None:
    """The departments pass the application as their heads would; long-term for 化工 unless ``values`` say otherwise."""
    from console.services.outside import outside
    from console.services.reviews import Decision, Outcome, decide, latest_change

    for code in department_codes or ("yn-yj-hazchem",):
        review = review_of(application, code)
        chief = actor(head or official(department_code=code))
        given = {
            "industry_id": node("01").id,
            "specialty_id": node("010108").id,
            "appointing_body_id": review.organisation_id,
            "validity": ValidityKind.LONG_TERM,
            "valid_from": dt.date(2026, 11, 20),
        } | values
        with acting_as(chief):
            decide(
                review.id,
                Decision(Outcome.PASS, **given),
                version=review.lock_version,
                seen_change=latest_change(application.expert_id),
                actor=chief,
                now=outside().clock.now(),
            )


def certificate(owner: m.Expert | None = None, department_code: str = "yn-yj-hazchem", **values: Any) -> m.Certificate:
    """A certificate issued the usual way: submitted, passed by the department, filed by the registrar of its body."""
    from console.services.filing import file_one
    from console.services.outside import outside

    application = case(owner or expert(), department_code)
    passed(application, department_code, **values)
    registrar = actor(official(Role.REGISTRAR, f"{department_code.rsplit('-', 1)[0]}-registrar", name="王敏"))
    review = review_of(application, department_code)
    with acting_as(registrar):
        return file_one(review.id, version=review.lock_version, actor=registrar, now=outside().clock.now())


def account_of(of: m.Expert) -> m.Account:
    """The account of an expert."""
    with acting_as(_SYSTEM):
        return session().get_one(m.Account, of.account_id, populate_existing=True)


def attached(to: m.Expert, kind: AttachmentKind = AttachmentKind.EMPLOYER_CONSENT, name: str = "同意申报.pdf") -> int:
    """A file of an expert, stored through the storage port; returns its id."""
    from console.ports import new_storage_key
    from console.services.outside import outside

    content = PDF if name.endswith(".pdf") else name.encode()
    key = new_storage_key(outside().entropy)
    outside().storage.put(key, content)
    with acting_as(_SYSTEM):
        row = m.Attachment(
            expert_id=to.id,
            region_code=to.region_code,
            kind=kind,
            file_name=name,
            media_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            storage_key=key,
            uploaded_by_id=to.account_id,
        )
        session().add(row)
        session().flush()
        return row.id


def ready_expert(name: str = "段丽娟", **values: Any) -> m.Expert:
    """An expert who lacks nothing: every required field and the sealed consent of the employer."""
    row = expert(name, **values)
    attached(row)
    with acting_as(_SYSTEM):
        session().commit()
    return row


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


# --- accounts: the door as a browser meets it ---------------------------------------------------------

PASSWORD = "Dianchi#2026"


def with_password(row: m.Account, password: str = PASSWORD) -> m.Account:
    """The account, able to log in with a password."""
    from console.services.passwords import hash_password

    with acting_as(_SYSTEM):
        row = session().get_one(m.Account, row.id)
        row.password_hash = hash_password(password)
        session().commit()
    return row


def csrf(client: FlaskClient) -> dict[str, str]:
    """The header by which this client's posts count as its own."""
    from itsdangerous import URLSafeTimedSerializer

    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", "5" * 40)
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    return {"X-CSRFToken": str(signer.dumps(raw))}


def solved_puzzle(client: FlaskClient) -> dict[str, str]:
    """The form fields of a slider puzzle this client has solved by a hand's drag."""
    from console.services.sessions import token_hash

    token = client.get("/captcha/puzzle").get_json()["token"]
    with acting_as(_SYSTEM):
        found = select(m.CaptchaChallenge.answer).where(m.CaptchaChallenge.token_hash == token_hash(token))
        x = int(session().scalar(found))
        session().rollback()
    track = [[0, 0], [x / 2, 200], [x - 1, 390], [x, 420]]
    answer = client.post("/captcha/puzzle", json={"token": token, "x": x, "track": track}, headers=csrf(client))
    assert answer.status_code == 200
    return {"captcha_kind": "slider", "puzzle": token}


def newest_text(template_code: str) -> str:
    """The newest message of a template, as it was written for the outbox."""
    with acting_as(_SYSTEM):
        o = m.OutboxMessage
        body = session().scalar(select(o.body).where(o.template_code == template_code).order_by(o.id.desc()).limit(1))
        session().rollback()
    assert body is not None
    return str(body)


def six_digits(text: str) -> str:
    """The code in a message."""
    import re

    return re.findall(r"[0-9]{6}", text)[0]


def rejected(
    application: m.Application,
    department_code: str = "yn-yj-hazchem",
    reason: str = "单位同意书日期早于申报表",
    **marks: str,
) -> None:
    """A department rejects as its head would, with remarks on fields."""
    from console.services.outside import outside
    from console.services.reviews import Decision, Outcome, decide, latest_change

    with acting_as(_SYSTEM):
        session().commit()
        head, review = actor(official(department_code=department_code)), review_of(application, department_code)
        seen = latest_change(application.expert_id)
    with acting_as(head):
        decide(
            review.id,
            Decision(Outcome.REJECT, return_reason=reason, marks=marks),
            version=review.lock_version,
            seen_change=seen,
            actor=head,
            now=outside().clock.now(),
        )


def token(client: FlaskClient) -> str:
    """A good CSRF token of the client's session, for tests that post without reading a form first."""
    raw = hashlib.sha256(str(next(_numbers)).encode()).hexdigest()
    with client.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", raw)
    signer = URLSafeTimedSerializer(client.application.config["SECRET_KEY"], salt="wtf-csrf-token")
    return str(signer.dumps(raw))
