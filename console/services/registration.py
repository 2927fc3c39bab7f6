"""An expert registers himself (云南手册 2.1): phone proved by a code, account, role and basic information at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import or_, select

from console import models as m
from console.database import session
from console.errors import Fault, Faults, Invalid
from console.rules.deadlines import beijing_today
from console.rules.identity import id_facts, id_number_faults, name_faults, normalise_id_number, normalise_name
from console.rules.passwords import confirm_faults
from console.rules.phones import normalise_country_code, normalise_phone, phone_faults
from console.rules.regions import ancestors, is_code, range_of
from console.scope import system_work
from console.services import codes, passwords
from console.services.personal import id_index, phone_index, seal_id_number, seal_phone
from console.services.programmes import ProgrammeFacts, current_programme
from console.services.readings import name_key
from console.services.unit import unit
from console.vocabulary import AccountKind, AccountState, CodePurpose, PoolState, RegionLevel, Role


@dataclass(frozen=True, slots=True)
class Registration:
    """What was typed, as it was typed."""

    phone_cc: str
    phone: str
    code: str
    name: str
    id_number: str
    province: str
    prefecture: str
    district: str
    password: str
    confirmation: str
    agreed: bool


def register(given: Registration, *, now: dt.datetime) -> int:
    """Create account, role and expert; returns the account's id. Invalid names every fault at once."""
    with system_work("专家注册"):
        programme = current_programme()
        faults = Faults()
        faults.add(_faults(given, programme, now))
        phone = _phone(given)
        if phone is None and not given.code.strip():
            faults.add([Fault("code_missing", "验证码不能为空", "code")])
        if phone is not None:
            faults.add(codes.check(CodePurpose.REGISTER, phone, given.code, now=now))
        faults.stop_if_any()
        if phone is None:
            raise Invalid("phone_shape", "手机号格式不正确", "phone")
        with unit() as db:
            codes.redeem(CodePurpose.REGISTER, phone, given.code, now=now)
            account = _account(given, now)
            db.add(account)
            db.flush()
            db.add(
                m.RoleGrant(
                    account_id=account.id, account_kind=account.kind, region_code=account.region_code, role=Role.EXPERT
                )
            )
            db.add(_expert(given, account, programme, now))
        return account.id


def regions(now: dt.datetime) -> list[m.Region]:
    """The divisions of the programme that exist today, in the order of their codes."""
    span, r, today = range_of(current_programme().region_code), m.Region, beijing_today(now)
    found = select(r).where(r.code >= span.lo, r.code < span.hi, or_(r.valid_to.is_(None), r.valid_to >= today))
    return list(session().scalars(found.order_by(r.code)))


def _phone(given: Registration) -> codes.Phone | None:
    if phone_faults(given.phone_cc, given.phone):
        return None
    code = normalise_country_code(given.phone_cc)
    return codes.Phone(code, normalise_phone(code, given.phone), phone_index(code, given.phone))


def _faults(given: Registration, programme: ProgrammeFacts, now: dt.datetime) -> list[Fault]:
    found = [*phone_faults(given.phone_cc, given.phone)]
    found += _taken(m.Account.phone_index, phone_index(given.phone_cc, given.phone), _PHONE_TAKEN, bool(found))
    found += name_faults(given.name)
    wrong = id_number_faults(given.id_number, today=beijing_today(now))
    found += wrong or _taken(m.Account.id_index, id_index(given.id_number), _ID_TAKEN, skip=False)
    found += _region_faults(given, programme, now)
    number = normalise_phone(normalise_country_code(given.phone_cc), given.phone)
    found += passwords.strength_faults(given.password, now=now, phone=number)
    found += confirm_faults(given.password, given.confirmation)
    if not given.agreed:
        found.append(Fault("agreement_missing", "请阅读并同意用户服务协议", "agreed"))
    return found


_PHONE_TAKEN = Fault("phone_taken", "该手机号已注册", "phone")
_ID_TAKEN = Fault("id_taken", "该证件号码已被使用", "id_number")


def _taken(column: object, index: str, fault: Fault, skip: bool) -> list[Fault]:
    if skip:
        return []
    return [fault] if session().scalar(select(m.Account.id).where(column == index)) is not None else []  # type: ignore[arg-type]  # a column compares into SQL


def _region_faults(given: Registration, programme: ProgrammeFacts, now: dt.datetime) -> list[Fault]:
    if not given.prefecture:
        return [Fault("region_missing", "请选择所在州市", "prefecture")]
    if given.province and not given.prefecture.startswith(given.province[:2]):
        return [Fault("region_differs", "所选州市不属于该省份", "prefecture")]
    chosen = given.district or given.prefecture
    if not is_code(chosen) or not range_of(programme.region_code).contains(chosen):
        return [Fault("region_unknown", "请在列表中选择所在地区", "prefecture")]
    if given.district and given.prefecture not in ancestors(given.district):
        return [Fault("region_differs", "所选县区不属于该州市", "district")]
    row = session().execute(select(m.Region.level, m.Region.valid_to).where(m.Region.code == chosen)).one_or_none()
    today = beijing_today(now)
    gone = row is None or row.level is RegionLevel.PROVINCE or (row.valid_to is not None and row.valid_to < today)
    return [Fault("region_unknown", "请在列表中选择所在地区", "prefecture")] if gone else []


def _account(given: Registration, now: dt.datetime) -> m.Account:
    account = m.Account(
        kind=AccountKind.EXPERT,
        name=normalise_name(given.name),
        password_hash=passwords.hash_password(given.password),
        password_changed_at=now,
        state=AccountState.ACTIVE,
        region_code=given.district or given.prefecture,
        created_at=now,
    )
    seal_phone(account, given.phone_cc, given.phone)
    seal_id_number(account, given.id_number)
    return account


def _expert(given: Registration, account: m.Account, programme: ProgrammeFacts, now: dt.datetime) -> m.Expert:
    facts = id_facts(normalise_id_number(given.id_number))
    expert = m.Expert(
        account_id=account.id,
        programme_id=programme.id,
        region_code=account.region_code,
        name=account.name,
        sort_key=name_key(account.name),
        gender=facts.gender if facts else None,
        birth_date=facts.birth_date if facts else None,
        pool_state=PoolState.NEW,
        created_at=now,
        updated_at=now,
    )
    seal_phone(expert, given.phone_cc, given.phone)
    seal_id_number(expert, given.id_number)
    return expert
