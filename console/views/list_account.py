"""账号: who may log in, in what state; numbers masked, one page per account for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Text, and_, cast, func, or_, select

from console import models as m
from console.permissions import Permission
from console.services.personal import id_index, phone_index
from console.services.tasks import without_role
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Choice, Exact, InRegion, coded_choice
from console.views.links import RowLink, link, row_link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.request import now, permissions
from console.vocabulary import AccountKind, AccountState, RegionLevel, Role

A, G = m.Account, m.RoleGrant
_PHONE = re.compile(r"[0-9]{8,11}")
_ID = re.compile(r"[0-9]{17}[0-9Xx]")


def locked() -> Any:
    """Locked and not yet free again by itself."""
    return (A.state == AccountState.LOCKED) & (A.locked_until > now())


def _badge(row: Any) -> tuple[str, str]:
    free = row.state is AccountState.LOCKED and row.locked_until is not None and row.locked_until <= now()
    shown = AccountState.ACTIVE if free else row.state
    return shown.label, shown.family.value


def _roles(row: Any) -> Cell:
    words = [Role(value).label for value in (row.roles or "").split(",") if value]
    return Cell("text", "、".join(words) or col.DASH)


def _holding(role: Role) -> Any:
    return lambda: A.id.in_(select(G.account_id).where(G.role == role))


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    if _ID.fullmatch(word):
        return source.where(A.id_index == id_index(word))
    if _PHONE.fullmatch(word):
        return source.where(or_(A.phone_index == phone_index("86", word), A.login == word))
    return source.where(or_(A.name.contains(word, autoescape=True), A.login == word))


class AccountList(ConsoleView):
    """账号."""

    kind = A
    title = _l("账号")
    noun = _l("账号")
    unit_word = _l("个")
    endpoint_name = "account"
    permission = Permission.ACCOUNT_VIEW

    links = (RowLink(_l("查看账号"), "accounts.detail"),)
    sorts = {"id": Sort(A.id)}
    default_sort = "-id"
    search = Search(_l("姓名、登录名、完整手机号或证件号"), _narrow)
    columns = (
        col.name("name", _l("姓名"), sub="place", url=lambda row: row_link("accounts.detail", row.id)),
        col.text("kind", _l("账号类型"), sub="login"),
        Column("roles", _l("角色"), _roles),
        col.text("phone_mask", _l("手机号"), sub="id_mask", desk_sub=True),
        col.text("region_name", _l("所属地区"), phone=False),
        col.moment("last_login_at", _l("最近登录"), phone=False),
        col.badge(_l("状态"), _badge),
    )
    tabs = (
        Tab("all", _l("全部"), lambda: None),
        Tab("official", _l("政府用户"), lambda: A.kind == AccountKind.OFFICIAL),
        Tab("expert", _l("专家用户"), lambda: A.kind == AccountKind.EXPERT),
        Tab("locked", _l("已锁定"), locked),
        Tab("must_change", _l("首次登录须改密"), lambda: A.state == AccountState.MUST_CHANGE),
        Tab("without_role", _l("未授予角色"), lambda: and_(*without_role())),
        Tab("disabled", _l("停用"), lambda: A.state == AccountState.DISABLED),
    )
    filters = (
        coded_choice("kind", _l("账号类型"), A.kind),
        coded_choice("state", _l("状态"), A.state),
        Choice(
            "role",
            _l("角色"),
            conditions=tuple((role.value, role.label, _holding(role)) for role in Role if role is not Role.SYSTEM),
        ),
        InRegion("prefecture", _l("州市"), column=A.region_code, level=RegionLevel.PREFECTURE),
        Exact("name", _l("姓名"), column=A.name),
    )

    def selected(self) -> Rows:
        """A row, with its roles and where the person sits."""
        roles = select(func.string_agg(cast(G.role, Text), ",")).where(G.account_id == A.id).scalar_subquery()
        place = func.concat_ws(" · ", m.Organisation.short_name, m.Department.short_name)
        statement: Rows = (
            select(
                A.id,
                A.name,
                A.login,
                A.kind,
                A.phone_mask,
                A.id_mask,
                A.state,
                A.locked_until,
                A.last_login_at,
                m.Region.name.label("region_name"),
                place.label("place"),
                roles.label("roles"),
            )
            .join(m.Region, m.Region.code == A.region_code)
            .outerjoin(m.Organisation, m.Organisation.id == A.organisation_id)
            .outerjoin(m.Department, m.Department.id == A.department_id)
        )
        return statement

    def page_actions(self) -> Sequence[Action]:
        """新增账号 for whoever makes accounts of officials."""
        url = link("accounts.create") if Permission.ACCOUNT_MANAGE in permissions() else ""
        return (Action(_("新增账号"), url),) if url else ()

    def row_actions(self, row: Any) -> Sequence[Action]:
        """A new password for an expert, who is below everybody; the roles of a member of staff."""
        if row.kind is AccountKind.EXPERT:
            resets = Permission.ACCOUNT_RESET in permissions() and row.state is not AccountState.DISABLED
            return (Action(_("重置密码"), row_link("accounts.reset", row.id)),) if resets else ()
        if Permission.ROLE_GRANT not in permissions():
            return ()
        return (Action(_("角色"), link("role_grant.index_view", tab="all", account=row.id)),)
