"""部门: departments of the bodies, what they accept and whether they file (云南手册 2.5, 3.8)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from console import models as m
from console.errors import Invalid
from console.permissions import Permission
from console.views import columns_of as col
from console.views.filters import Exact, InRegion, switch
from console.views.list_organisation import OUTSIDE, active_badge
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView, in_reference_range
from console.views.request import actor
from console.vocabulary import RegionLevel

B, D = m.Organisation, m.Department


def bodies_to_choose() -> tuple[ColumnElement[bool], ...]:
    """Bodies inside the reader's range."""
    low, high = actor().reference_range
    return (and_(B.region_code >= low, B.region_code < high) if low else B.id.is_(None),)


class _OfBody(Exact):
    def where(self, value: str) -> ColumnElement[bool]:
        """Departments of the body with this code."""
        return D.organisation_id.in_(select(B.id).where(B.code == value))


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    bodies = select(B.id).where(B.name.contains(word, autoescape=True))
    return source.where(or_(D.name.contains(word, autoescape=True), D.code == word, D.organisation_id.in_(bodies)))


class DepartmentList(ReferenceView):
    """部门."""

    kind = D
    title = _l("部门")
    noun = _l("部门")
    unit_word = _l("个")
    endpoint_name = "department"
    permission = Permission.ORGANISATION_VIEW
    manage_permission = Permission.ORGANISATION_MANAGE

    sorts = {"region": Sort(D.region_code), "id": Sort(D.id)}
    default_sort = "region"
    search = Search(_l("部门或单位名称"), _narrow)
    columns = (
        col.name("name", _l("部门名称"), sub="organisation_name", url=lambda row: ""),
        col.text("short_name", _l("简称")),
        col.text("region_name", _l("所属地区"), sort="region"),
        col.yes_no("accepts_applications", _l("受理申报")),
        col.yes_no("is_registrar", _l("负责备案")),
        col.text("phone", _l("联系电话"), phone=False),
        col.badge(_l("状态"), active_badge),
    )
    tabs = (
        Tab("active", _l("启用"), lambda: D.active.is_(True)),
        Tab("retired", _l("停用"), lambda: D.active.is_(False)),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        _OfBody("body", _l("单位代码")),
        InRegion("prefecture", _l("州市"), column=D.region_code, level=RegionLevel.PREFECTURE),
        switch("accepts", _l("受理申报"), D.accepts_applications),
        switch("registrar", _l("负责备案"), D.is_registrar),
    )

    form_columns = (
        "organisation",
        "name",
        "short_name",
        "code",
        "industries",
        "accepts_applications",
        "is_registrar",
        "phone",
        "active",
    )
    column_labels = {"organisation": _l("所属单位")}
    column_descriptions = {"industries": _l("两位代码，用逗号分开；只用于提示，不限制受理范围")}
    lookups = {"organisation": {"fields": ("name", "code"), "conditions": bodies_to_choose}}

    def may_change(self, row: Any) -> bool:
        """A department of the reader's own division."""
        return in_reference_range(row.region_code if row is not None else actor().region_code)

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """A department stands where its body does."""
        body = row.organisation
        if body is None or not in_reference_range(body.region_code):
            raise Invalid("region_outside", OUTSIDE, "organisation")
        row.organisation_id, row.region_code = body.id, body.region_code
        row.code = row.code or None

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = (
            select(
                D.id,
                D.name,
                D.short_name,
                D.region_code,
                D.accepts_applications,
                D.is_registrar,
                D.phone,
                D.active,
                B.name.label("organisation_name"),
                m.Region.name.label("region_name"),
            )
            .join(B, B.id == D.organisation_id)
            .join(m.Region, m.Region.code == D.region_code)
        )
        return statement
