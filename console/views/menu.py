"""The menu of each face: which entry leads where, who sees it, what is counted beside it.

One registry: an entry is printed when its page exists and the reader may open it. A test holds every generated list
against it, so that none is forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from console import models as m
from console.database import session
from console.permissions import Permission
from console.rules.regions import level_of, range_of
from console.services.programmes import ProgrammeFacts, current_programme
from console.services.tasks import menu_numbers
from console.views.links import link
from console.views.request import actor, limits, permissions
from console.views.shell import Face, MenuEntry, MenuGroup, Shell
from console.views.words import said
from console.vocabulary import AccountKind, RegionLevel

P = Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the registry. ``count`` names a number of ``services.tasks.menu_numbers``; several are added up."""

    label: LazyString
    endpoint: str
    icon: str
    needs: tuple[Permission, ...]
    count: tuple[str, ...] = ()
    urgent: bool = False


BUREAU: tuple[tuple[LazyString | str, tuple[Entry, ...]], ...] = (
    ("", (Entry(_l("待办"), "home.tasks", "inbox", (P.SELF,), ("review", "filing", "outbox"), True),)),
    (
        _l("专家"),
        (
            Entry(_l("专家库"), "expert.index_view", "people", (P.EXPERT_VIEW,)),
            Entry(_l("待审核"), "review.index_view", "pencil", (P.APPLICATION_VIEW,), ("review",)),
            Entry(_l("待备案"), "filing.index_view", "file", (P.APPLICATION_VIEW,), ("filing",)),
            Entry(_l("申报"), "application.index_view", "list", (P.APPLICATION_VIEW,)),
            Entry(_l("聘书"), "certificate.index_view", "medal", (P.CERTIFICATE_VIEW,)),
        ),
    ),
    (
        _l("账号"),
        (
            Entry(_l("账号"), "account.index_view", "person", (P.ACCOUNT_VIEW,)),
            Entry(_l("角色"), "role_grant.index_view", "key", (P.ROLE_GRANT,)),
            Entry(_l("消息记录"), "outbox.index_view", "message", (P.MESSAGE_VIEW,), ("outbox",)),
            Entry(_l("审计日志"), "audit.index_view", "clock", (P.AUDIT_VIEW,)),
        ),
    ),
    (
        _l("管理"),
        (
            Entry(_l("单位"), "organisation.index_view", "building", (P.ORGANISATION_VIEW,)),
            Entry(_l("部门"), "department.index_view", "home", (P.ORGANISATION_VIEW,)),
            Entry(_l("行业与专业"), "taxonomy.index_view", "gear", (P.TAXONOMY_VIEW,)),
            Entry(_l("行政区划"), "region.index_view", "pin", (P.PARAMETER_VIEW,)),
            Entry(_l("参数"), "parameter.index_view", "swap", (P.PARAMETER_VIEW,)),
            Entry(_l("工作日历"), "calendar.index_view", "calendar", (P.PARAMETER_VIEW,)),
            Entry(_l("短信模板"), "message_template.index_view", "mail", (P.TEMPLATE_MANAGE,)),
            Entry(_l("系统设置"), "programme.index_view", "shield", (P.PARAMETER_VIEW,)),
        ),
    ),
)
"""The side bar of officials, supporters and administrators."""

EXPERT = (
    Entry(_l("工作站"), "portal.workstation", "home", (P.EXPERT_OWN,)),
    Entry(_l("基本信息"), "portal.information", "person", (P.EXPERT_OWN,)),
    Entry(_l("专家信息申报"), "portal.declare", "pencil", (P.APPLICATION_OWN,)),
    Entry(_l("我的聘书"), "portal.certificates", "medal", (P.CERTIFICATE_OWN,)),
    Entry(_l("消息"), "auth.inbox", "bell", (P.SELF,), ("inbox",), True),
)
"""The words in the header of an expert; on phones the bar at the bottom."""

PUBLIC = (
    (_l("首页"), "public.index"),
    (_l("证书验真"), "public.verify"),
    (_l("帮助"), "public.help"),
    (_l("登录"), "auth.login"),
)
"""The words in the header of the public pages."""

PERSON = (
    (_l("修改密码"), "auth.change_password", "key", False),
    (_l("登录设备"), "auth.sessions", "lock", False),
    (_l("退出登录"), "auth.logout", "exit", True),
)
"""What opens below the reader's name."""

PHONE = ("home.tasks", "expert.index_view", "review.index_view", "account.index_view", "audit.index_view")
"""Entries of the side bar that are always at hand on a phone, in this order."""

WITHIN = {
    "reviews": "review.index_view",
    "reviews.file_page": "filing.index_view",
    "reviews.file": "filing.index_view",
    "reviews.file_many": "filing.index_view",
    "reviews.file_chosen": "filing.index_view",
    "experts": "expert.index_view",
    "certificates": "certificate.index_view",
    "accounts": "account.index_view",
    "portal.application": "portal.declare",
    "portal.withdraw": "portal.declare",
    "portal.certificate": "portal.certificates",
}
"""Pages about one record, by endpoint or blueprint: the entry they belong to."""

EXCLUDED: frozenset[str] = frozenset({"admin"})
"""Flask-Admin views that no entry leads to, and may not."""


def shell() -> Shell:
    """The frame of the page for whoever reads it; a bare one when the database cannot be asked (error pages)."""
    try:
        return _shell()
    except SQLAlchemyError:
        session().rollback()
        return Shell(face=Face.PUBLIC)


def _shell() -> Shell:
    reader = actor()
    programme = _standing().programme
    if reader.account_id is None:
        return _public(programme)
    counts = menu_numbers(reader)
    if reader.kind is AccountKind.EXPERT:
        return _expert(programme, counts)
    return _bureau(programme, counts)


# --- faces ----------------------------------------------------------------------------------------


def _bureau(programme: ProgrammeFacts, counts: dict[str, int]) -> Shell:
    reader, may = actor(), permissions()
    groups = tuple(
        MenuGroup(said(caption), entries)
        for caption, known in BUREAU
        if (entries := tuple(_printed(known, may, counts)))
    )
    seen = bool(reader.case_range[0])
    return Shell(
        face=Face.BUREAU,
        pool_name=programme.pool_name,
        home_url=link("home.tasks") or "/",
        menu=groups,
        person_links=_person_links(),
        phone_menu=_phone(groups),
        scope_words=_scope_words(reader.region_code),
        department=_place(),
        search_url=link("home.search") if seen else "",
        search_words=_("姓名、证书编号、受理号"),
        **_everybody(programme, counts),
    )


def _expert(programme: ProgrammeFacts, counts: dict[str, int]) -> Shell:
    links = tuple(_printed(EXPERT, permissions(), counts))
    return Shell(
        face=Face.EXPERT,
        pool_name=programme.pool_name,
        home_url=link("portal.workstation") or "/",
        links=links,
        person_links=_person_links(),
        phone_menu=links,
        organiser=programme.organiser,
        **_everybody(programme, counts),
    )


def _public(programme: ProgrammeFacts) -> Shell:
    links = tuple(
        MenuEntry(said(label), url, active=request.endpoint == endpoint)
        for label, endpoint in PUBLIC
        if (url := link(endpoint))
    )
    return Shell(
        face=Face.PUBLIC,
        pool_name=programme.pool_name,
        home_url=link("public.index") or "/",
        links=links,
        organiser=programme.organiser,
        help_url=link("public.help"),
        support_phone=programme.support_phone,
        support_qq=programme.support_qq,
    )


def _everybody(programme: ProgrammeFacts, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "person": actor().name,
        "inbox_count": counts.get("inbox"),
        "inbox_url": link("auth.inbox"),
        "help_url": link("public.help"),
        "support_phone": programme.support_phone,
        "support_qq": programme.support_qq,
        "session_seconds": _seconds_left(),
        "session_url": link("home.keep_alive"),
    }


# --- parts ----------------------------------------------------------------------------------------


def _printed(known: Sequence[Entry], may: frozenset[Permission], counts: dict[str, int]) -> Iterable[MenuEntry]:
    here = _here(request.endpoint or "")
    for entry in known:
        url = link(entry.endpoint) if may & set(entry.needs) else ""
        if not url:
            continue
        found = [counts[name] for name in entry.count if name in counts]
        number = sum(found) or None
        yield MenuEntry(
            said(entry.label),
            url,
            icon=entry.icon,
            count=number,
            urgent=entry.urgent and number is not None,
            active=entry.endpoint == here,
        )


def _here(endpoint: str) -> str:
    """The entry a page belongs to: its own, that of the list it is a record of, or none."""
    blueprint = endpoint.partition(".")[0]
    if blueprint in {view.endpoint for view in current_app.extensions.get("admin_views", ())}:
        return f"{blueprint}.index_view"
    return WITHIN.get(endpoint) or WITHIN.get(blueprint) or endpoint


def _person_links() -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(said(label), url, icon=icon, post=post)
        for label, endpoint, icon, post in PERSON
        if (url := link(endpoint))
    )


def _phone(groups: Sequence[MenuGroup]) -> tuple[MenuEntry, ...]:
    by_url = {entry.url: entry for group in groups for entry in group.entries}
    first = [by_url[url] for endpoint in PHONE if (url := link(endpoint)) in by_url]
    return (*first[:3], MenuEntry(_("菜单"), "#side", icon="menu"))


def _place() -> str:
    reader = actor()
    return reader.department_name or reader.organisation_name or (reader.kind.label if reader.kind else "")


def _seconds_left() -> int | None:
    user = g.get("user")
    return None if user is None else int(min(user.resumed.idle_left, limits().idle).total_seconds())


# --- words that hardly ever change ----------------------------------------------------------------

KEPT = 30.0


class _Standing:
    """Names of the programme and of divisions, kept for half a minute: words, never what somebody may do."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.programme = current_programme()
        self.scopes: dict[str, str] = {}


def _standing() -> _Standing:
    kept: _Standing | None = current_app.extensions.get("menu_words")
    if kept is None or time.monotonic() - kept.at > KEPT:
        kept = current_app.extensions["menu_words"] = _Standing()
    return kept


def _scope_words(region_code: str) -> str:
    """昆明市（含 14 个县区）."""
    scopes = _standing().scopes
    if region_code not in scopes:
        scopes[region_code] = _described(region_code)
    return scopes[region_code]


def _described(region_code: str) -> str:
    r, span = m.Region, range_of(region_code)
    inside = (r.code >= span.lo, r.code < span.hi, r.valid_to.is_(None))
    below = {
        RegionLevel.PROVINCE: (RegionLevel.PREFECTURE, "州市"),
        RegionLevel.PREFECTURE: (RegionLevel.DISTRICT, "县区"),
    }.get(level_of(region_code))
    name = session().scalar(select(r.name).where(r.code == region_code)) or region_code
    if below is None:
        return name
    number = session().scalar(select(func.count()).select_from(r).where(r.level == below[0], *inside)) or 0
    return _("%(name)s（含 %(n)s 个%(kind)s）", name=name, n=number, kind=below[1])
