"""角色: which account holds which role; granted and taken by the security administrator alone (SECURITY.md R15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased
from wtforms import SelectField
from wtforms.validators import InputRequired

from console import models as m
from console.database import session
from console.errors import DomainError
from console.forms.keep import KeepAjaxSelect
from console.permissions import Permission
from console.services import roles
from console.views import columns_of as col
from console.views.base import read_id
from console.views.columns_of import Action
from console.views.converter import VersionField
from console.views.filters import Exact, InRegion, coded_choice
from console.views.links import row_link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.loaders import ScopedLoader
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import actor, now
from console.vocabulary import AccountKind, RegionLevel, Role

A, G = m.Account, m.RoleGrant
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class _OfAccount(Exact):
    def where(self, value: str) -> ColumnElement[bool]:
        """Grants of one account by its id."""
        return G.account_id == (read_id(value, A.id) or 0)


def _narrow(source: Source, asked: Asked) -> Source:
    hits = select(A.id).where(A.name.contains(asked.search, autoescape=True))
    return source.where(G.account_id.in_(hits))


def _account_words(row: m.Account) -> str:
    return " · ".join(word for word in (row.name, row.login or "", row.kind.label, row.phone_mask) if word)


class RoleGrantList(ReferenceView):
    """角色."""

    kind = G
    title = _l("角色")
    noun = _l("角色")
    unit_word = _l("项")
    endpoint_name = "role_grant"
    permission = Permission.ROLE_GRANT
    manage_permission = Permission.ROLE_GRANT
    edits = False
    deletes = True

    sorts = {"id": Sort(G.id)}
    default_sort = "-id"
    search = Search(_l("姓名"), _narrow)
    columns = (
        col.name("name", _l("姓名"), sub="login", url=lambda row: row_link("accounts.detail", row.account_id)),
        col.text("role", _l("角色")),
        col.text("account_kind", _l("账号类型")),
        col.text("region_name", _l("所属地区"), phone=False),
        col.text("granted_by", _l("授予人"), phone=False),
        col.moment("created_at", _l("授予时间"), sort="id"),
    )
    tabs = (
        Tab("staff", _l("政府用户"), lambda: G.account_kind == AccountKind.OFFICIAL),
        Tab("administrators", _l("三类管理员"), lambda: G.role.in_(ADMINISTRATORS)),
        Tab("support", _l("技术支持"), lambda: G.role == Role.SUPPORT),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        coded_choice("role", _l("角色"), G.role),
        InRegion("prefecture", _l("州市"), column=G.region_code, level=RegionLevel.PREFECTURE),
        _OfAccount("account", _l("账号编号")),
    )

    form_columns = ("role",)
    form_overrides = {"role": SelectField}

    def __init__(self, db: Any) -> None:
        self.accounts = ScopedLoader(
            "account", db, A, fields=("name", "login"), words=_account_words, conditions=_staff
        )
        super().__init__(db)
        self._form_ajax_refs = {"account": self.accounts}

    def doors(self) -> dict[str, tuple[Permission, ...]]:
        """Accounts are looked up while typing."""
        return super().doors() | {"ajax_lookup": (self.manage_permission,)}

    def may_change(self, row: Any) -> bool:
        """The walls already narrow grants to the reader's accounts."""
        return True

    def selected(self) -> Rows:
        """A row, with whose it is and who gave it."""
        giver = aliased(A)
        statement: Rows = (
            select(
                G.id,
                G.account_id,
                G.role,
                G.account_kind,
                G.created_at,
                A.name,
                A.login,
                giver.name.label("granted_by"),
                m.Region.name.label("region_name"),
            )
            .join(A, A.id == G.account_id)
            .outerjoin(giver, giver.id == G.granted_by_id)
            .join(m.Region, m.Region.code == G.region_code)
        )
        return statement

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Take back."""
        if row.account_id == actor().account_id:
            return ()
        words = _("收回%(name)s的“%(role)s”，自下一次操作起生效。", name=row.name, role=row.role.label)
        return (Action(_("收回"), url_for(".delete_view"), True, words, {"id": str(row.id)}),)

    def scaffold_form(self) -> Any:
        """An account looked up while typing, and a role; no model field is written by itself."""
        form = super().scaffold_form()
        choices = [(role.value, role.label) for role in Role if role not in (Role.SYSTEM, Role.EXPERT)]
        form.account = KeepAjaxSelect(self.accounts, label="账号", validators=[InputRequired("请选择账号")])
        form.role = SelectField("角色", choices=choices, validators=[InputRequired("请选择角色")])
        form.lock_version = VersionField()
        return form

    def create_model(self, form: Any) -> Any:
        """Grant."""
        try:
            roles.grant(form.account.data.id, Role(form.role.data), actor=actor(), now=now())
        except DomainError as error:
            flash(error.message, "error")
            return False
        return form.account.data

    def delete_model(self, model: Any) -> bool:
        """Take back."""
        try:
            roles.revoke(model.account_id, model.role, actor=actor())
        except DomainError as error:
            flash(error.message, "error")
            return False
        return True

    def create_form(self, obj: Any = None) -> Any:
        """Begun for the account the reader came from."""
        form = super().create_form(obj)
        wanted = read_id(request.args.get("account", ""), A.id)
        if request.method == "GET" and wanted is not None:
            form.account.data = session().get(A, wanted)
        return form


def _staff() -> tuple[ColumnElement[bool], ...]:
    """Experts hold their one role from registration."""
    return (A.kind != AccountKind.EXPERT,)
