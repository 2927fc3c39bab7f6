"""行业与专业: the catalogue as a tree; what was used is retired, never deleted (SCENARIOS.md 121-125)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import aliased

from console import models as m
from console.database import session
from console.errors import DomainError, Invalid, NotFound
from console.permissions import Permission
from console.services.unit import unit
from console.views import columns_of as col
from console.views.columns_of import Action
from console.views.filters import Exact, Node, switch
from console.views.links import link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import today
from console.vocabulary import Family

N = m.TaxonomyNode
IN_USE = "该类别已被使用，不能删除，可停用"
LEVELS = {1: "行业类别", 2: "重点领域", 3: "专业类别", 4: "方向"}


def in_force() -> ColumnElement[bool]:
    """Not retired as of today."""
    return or_(N.retired_on.is_(None), N.retired_on > today())


def _badge(row: Any) -> tuple[str, str]:
    if row.retired_on is not None and row.retired_on <= today():
        return _("停用"), Family.VOID.value
    return (_("可选"), Family.OK.value) if row.selectable else (_("不可选"), Family.DRAFT.value)


def _below(node_id: int, level: int) -> ColumnElement[bool]:
    children = select(N.id).where(N.parent_id == node_id)
    return or_(N.id == node_id, N.parent_id == node_id, N.parent_id.in_(children))


class _Parent(Exact):
    def where(self, value: str) -> ColumnElement[bool]:
        """Children of the node with this code."""
        above = aliased(N)
        return N.parent_id.in_(select(above.id).where(above.code == value))


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(
        or_(
            N.name.contains(word, autoescape=True),
            N.source_text.contains(word, autoescape=True),
            N.short_name == word,
            N.code == word,
        )
    )


def parents_to_choose() -> tuple[ColumnElement[bool], ...]:
    """Nodes that may have something below them."""
    return (N.level < max(LEVELS), in_force())


class TaxonomyList(ReferenceView):
    """行业与专业."""

    kind = N
    title = _l("行业与专业")
    noun = _l("类别")
    unit_word = _l("项")
    endpoint_name = "taxonomy"
    permission = Permission.TAXONOMY_VIEW
    manage_permission = Permission.TAXONOMY_MANAGE
    deletes = True

    sorts = {"order": Sort(N.sort_order), "id": Sort(N.id)}
    default_sort = "order"
    search = Search(_l("名称、简称、手册原文或代码"), _narrow)
    columns = (
        col.name(
            "name",
            _l("名称"),
            sub="source",
            url=lambda row: link("taxonomy.index_view", tab="all", parent=row.code) if row.level < 3 else "",
        ),
        col.text("code", _l("代码"), sort="order"),
        col.text("level_word", _l("级别"), phone=False),
        col.text("parent_name", _l("上级类别")),
        col.text("short_name", _l("证书简称")),
        col.badge(_l("状态"), _badge),
    )
    file_columns = (
        col.text("code", _l("代码")),
        col.text("name", _l("名称")),
        col.text("source_text", _l("手册原文")),
        col.text("level_word", _l("级别")),
        col.text("parent_name", _l("上级类别")),
        col.text("short_name", _l("证书简称")),
        columns[-1],
    )
    export_permission = Permission.TAXONOMY_VIEW
    tabs = (
        Tab("industries", _l("行业类别"), lambda: N.level == 1),
        Tab("fields", _l("重点领域"), lambda: N.level == 2),
        Tab("specialties", _l("专业类别"), lambda: N.level == 3),
        Tab("retired", _l("停用"), lambda: N.retired_on <= today()),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        Node("industry", _l("行业"), level=1, through=_below),
        _Parent("parent", _l("上级代码")),
        switch("selectable", _l("可选择"), N.selectable),
    )

    form_columns = ("parent", "code", "name", "short_name", "source_text", "selectable", "sort_order", "retired_on")
    column_labels = {"parent": _l("上级类别")}
    column_descriptions = {
        "parent": _l("行业类别没有上级"),
        "short_name": _l("印在聘书上的称呼，例如“防爆专家”中的“防爆”"),
        "source_text": _l("与手册写法不同时，保留手册原文"),
        "retired_on": _l("自这一天起不再提供选择，已有的聘书不变"),
    }
    lookups = {
        "parent": {
            "fields": ("name", "code"),
            "conditions": parents_to_choose,
            "words": lambda row: f"{row.code} {row.name}",
        }
    }

    def doors(self) -> dict[str, tuple[Permission, ...]]:
        """The switch beside the stock methods."""
        return super().doors() | {"retire_view": (self.manage_permission,)}

    def selected(self) -> Rows:
        """A row, with its parent."""
        above = aliased(N)
        statement: Rows = select(
            N.id,
            N.code,
            N.name,
            N.level,
            N.short_name,
            N.source_text,
            case(LEVELS, value=N.level).label("level_word"),
            case((N.source_text != N.name, N.source_text), else_="").label("source"),
            N.selectable,
            N.retired_on,
            above.name.label("parent_name"),
        ).outerjoin(above, above.id == N.parent_id)
        return statement

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Change, retire or bring back, delete."""
        found = list(super().row_actions(row))
        if found:
            retired = row.retired_on is not None and row.retired_on <= today()
            word = _("恢复使用") if retired else _("停用")
            confirm = "" if retired else _("停用“%(name)s”：不再提供选择，已有的聘书和申报不变。", name=row.name)
            found.insert(1, Action(word, url_for(".retire_view"), False, confirm, {"id": str(row.id)}))
        return found

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """The level follows from the parent; a node never moves between levels."""
        level = row.parent.level + 1 if row.parent is not None else 1
        if not created and row.level != level:
            raise Invalid("level_changed", _("不能改变类别的级别，请停用后另建"), "parent")
        if level > max(LEVELS):
            raise Invalid("too_deep", _("专业目录最多四级"), "parent")
        if created:
            row.taxonomy_id = row.parent.taxonomy_id if row.parent is not None else _only_taxonomy()
        row.parent_id = row.parent.id if row.parent is not None else None
        row.level = level

    def refused(self, error: DomainError) -> str:
        """The sentence of SCENARIOS.md 125."""
        return IN_USE if error.code == "in_use" else error.message

    @expose("/retire/", methods=("POST",))
    def retire_view(self) -> Any:
        """Take a node out of use from today, or bring it back."""
        row = self.get_one(request.form.get("id", ""))
        with unit():
            back = row.retired_on is not None and row.retired_on <= today()
            row.retired_on = None if back else today()
        flash(_("已恢复使用“%(name)s”。", name=row.name) if back else _("已停用“%(name)s”。", name=row.name), "success")
        return self.back()


def _only_taxonomy() -> int:
    found = session().scalar(
        select(m.Programme.taxonomy_id).where(m.Programme.active).order_by(m.Programme.id).limit(1)
    )
    if found is None:
        raise NotFound()
    return int(found)
