"""申报: every declaration that was handed in, with how far its departments are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from console import models as m
from console.permissions import Permission
from console.views import cases_of as case
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Cell, Column
from console.views.filters import Days, InRegion, coded_choice
from console.views.links import RowLink
from console.views.lists import Rows, Search, Tab
from console.views.paging import Sort
from console.vocabulary import ApplicationState, RegionLevel, ReviewState

A, E, R = m.Application, m.Expert, m.Review


def _in(*states: ApplicationState) -> Any:
    return lambda: A.state.in_(states)


def _departments(row: Any) -> Cell:
    return Cell("text", _("%(n)s / %(all)s 已审", n=row.decided, all=row.asked), row.department_names or "")


class ApplicationList(ConsoleView):
    """申报."""

    kind = A
    title = _l("申报")
    noun = _l("申报")
    unit_word = _l("件")
    endpoint_name = "application"
    permission = Permission.APPLICATION_VIEW
    export_permission = Permission.EXPERT_EXPORT

    links = (
        RowLink(_l("审核历史"), "experts.history", "expert_id"),
        RowLink(_l("专家信息"), "experts.detail", "expert_id"),
    )
    sorts = {"submitted": Sort(A.submitted_at, nullable=True), "id": Sort(A.id)}
    default_sort = "-submitted"
    search = Search(_l("姓名或受理号"), case.search(A.expert_id, lambda word: A.number == word))
    columns = (
        case.person(_l("申报人"), "experts.history"),
        col.text("number", _l("受理号")),
        col.text("round", _l("轮次"), number=True, phone=False),
        Column("departments", _l("审核部门"), _departments, file=lambda row: f"{row.decided}/{row.asked}"),
        col.moment("submitted_at", _l("申报时间"), sort="submitted"),
        col.state("state", _l("状态")),
    )
    tabs = (
        Tab("all", _l("全部"), lambda: None),
        Tab("pending", _l("待审核"), _in(ApplicationState.PENDING)),
        Tab("part", _l("部分部门已审"), _in(ApplicationState.PART)),
        Tab("approved", _l("待备案"), _in(ApplicationState.APPROVED)),
        Tab("rejected", _l("已驳回"), _in(ApplicationState.REJECTED)),
        Tab("filed", _l("已备案"), _in(ApplicationState.FILED)),
    )
    filters = (
        InRegion("prefecture", _l("州市"), column=A.region_code, level=RegionLevel.PREFECTURE),
        InRegion("district", _l("区县"), column=A.region_code, level=RegionLevel.DISTRICT),
        coded_choice("state", _l("状态"), A.state),
        Days("submitted", _l("申报日期"), column=A.submitted_at, moment=True),
    )

    def base(self) -> Sequence[ColumnElement[bool]]:
        """A draft is nobody's business but the expert's."""
        return (A.state != ApplicationState.DRAFT,)

    def selected(self) -> Rows:
        """A row, with how many departments of this round have decided."""
        now = (R.application_id == A.id, R.round == A.round, R.state != ReviewState.WITHDRAWN)
        asked = select(func.count()).select_from(R).where(*now).scalar_subquery()
        decided = select(func.count()).select_from(R).where(*now, R.decided_at.is_not(None)).scalar_subquery()
        names = (
            select(func.string_agg(m.Department.short_name, "、"))
            .select_from(R)
            .join(m.Department, m.Department.id == R.department_id)
            .where(*now)
            .scalar_subquery()
        )
        statement: Rows = select(
            A.id,
            A.expert_id,
            A.number,
            A.round,
            A.submitted_at,
            A.state,
            E.name,
            E.employer,
            asked.label("asked"),
            decided.label("decided"),
            names.label("department_names"),
        ).outerjoin(E, E.id == A.expert_id)
        return statement
