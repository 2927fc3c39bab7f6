"""单位: bureaus and committee offices; an administrator changes those of his own division (MODEL.md P19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select

from console import models as m
from console.errors import Invalid
from console.permissions import Permission
from console.views import columns_of as col
from console.views.columns_of import Action
from console.views.filters import InRegion, coded_choice, switch
from console.views.links import link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView, in_reference_range
from console.views.request import actor
from console.vocabulary import Family, RegionLevel

B, D = m.Organisation, m.Department
OUTSIDE = "所属地区不在您的管理范围内"


def regions_to_choose() -> tuple[ColumnElement[bool], ...]:
    """Divisions inside the reader's range."""
    low, high = actor().reference_range
    return (and_(m.Region.code >= low, m.Region.code < high) if low else m.Region.code.is_(None),)


def active_badge(row: Any) -> tuple[str, str]:
    """启用 or 停用."""
    return (_("启用"), Family.OK.value) if row.active else (_("停用"), Family.VOID.value)


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(or_(B.name.contains(word, autoescape=True), B.short_name == word, B.code == word))


class OrganisationList(ReferenceView):
    """单位."""

    kind = B
    title = _l("单位")
    noun = _l("单位")
    unit_word = _l("个")
    endpoint_name = "organisation"
    permission = Permission.ORGANISATION_VIEW
    manage_permission = Permission.ORGANISATION_MANAGE

    sorts = {"region": Sort(B.region_code), "id": Sort(B.id)}
    default_sort = "region"
    search = Search(_l("单位名称、简称或代码"), _narrow)
    columns = (
        col.name(
            "name", _l("单位名称"), sub="short_name", url=lambda row: link("department.index_view", body=row.code)
        ),
        col.text("kind", _l("单位类别")),
        col.text("region_name", _l("所属地区"), sort="region"),
        col.text("departments", _l("部门"), number=True),
        col.text("certificate_prefix", _l("证书编号前缀"), phone=False),
        col.text("phone", _l("办公电话"), phone=False),
        col.badge(_l("状态"), active_badge),
    )
    tabs = (
        Tab("active", _l("启用"), lambda: B.active.is_(True)),
        Tab("retired", _l("停用"), lambda: B.active.is_(False)),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        coded_choice("kind", _l("单位类别"), B.kind),
        InRegion("prefecture", _l("州市"), column=B.region_code, level=RegionLevel.PREFECTURE),
        switch("active", _l("启用"), B.active),
    )

    form_columns = ("name", "short_name", "code", "kind", "region", "certificate_prefix", "phone", "active")
    column_labels = {"region": _l("所属地区")}
    lookups = {
        "region": {
            "fields": ("name", "code"),
            "conditions": regions_to_choose,
            "words": lambda row: f"{row.name} {row.code}",
        }
    }

    def may_change(self, row: Any) -> bool:
        """A body of the reader's own division."""
        return in_reference_range(row.region_code if row is not None else actor().region_code)

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """The division lies in the reader's range."""
        code = row.region.code if row.region is not None else None
        if not in_reference_range(code):
            raise Invalid("region_outside", OUTSIDE, "region")
        row.region_code = code

    def selected(self) -> Rows:
        """A row, with how many departments it has."""
        departments = select(func.count()).select_from(D).where(D.organisation_id == B.id).scalar_subquery()
        statement: Rows = select(
            B.id,
            B.code,
            B.name,
            B.short_name,
            B.kind,
            B.region_code,
            B.certificate_prefix,
            B.phone,
            B.active,
            m.Region.name.label("region_name"),
            departments.label("departments"),
        ).join(m.Region, m.Region.code == B.region_code)
        return statement

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Its departments, then what an administrator may do."""
        return [Action(_("查看部门"), link("department.index_view", body=row.code)), *super().row_actions(row)]
