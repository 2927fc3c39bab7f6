"""待审核: the own department's cases first, by deadline; other departments may only look (云南手册 3.7)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from console import models as m
from console.permissions import Permission
from console.views import cases_of as case
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Column
from console.views.filters import Choice, InRegion, Node, coded_choice
from console.views.links import RowLink, row_link
from console.views.lists import Rows, Search, Tab
from console.views.paging import Sort
from console.views.request import actor
from console.vocabulary import RegionLevel, ReviewState, Role

R, A, E, S = m.Review, m.Application, m.Expert, m.ExpertSpecialty
DONE = (ReviewState.PASSED, ReviewState.REJECTED, ReviewState.FILED)


def own_department() -> ColumnElement[bool]:
    """Of the reader's department."""
    return R.department_id == (actor().department_id or 0)


def own_body() -> ColumnElement[bool]:
    """Accepted by the reader's body."""
    return R.organisation_id == (actor().organisation_id or 0)


def _mine() -> ColumnElement[bool]:
    return (R.state == ReviewState.PENDING) & own_department()


def _beside() -> ColumnElement[bool]:
    return (R.state == ReviewState.PENDING) & own_body() & ~own_department()


def _elsewhere() -> ColumnElement[bool]:
    return (R.state == ReviewState.PENDING) & ~own_body()


def _done() -> ColumnElement[bool]:
    return R.state.in_(DONE) & own_body()


def having(node_id: int, level: int) -> ColumnElement[bool]:
    """The expert declares a specialty below the node."""
    column = {1: S.industry_id, 2: S.field_id, 3: S.node_id}[level]
    return R.expert_id.in_(select(S.expert_id).where(column == node_id))


def case_filters(due: Any) -> tuple[Any, ...]:
    """The filters both lists of reviews have."""
    return (
        Node("industry", _l("行业"), level=1, through=having),
        InRegion("prefecture", _l("州市"), column=R.region_code, level=RegionLevel.PREFECTURE),
        InRegion("district", _l("区县"), column=R.region_code, level=RegionLevel.DISTRICT),
        case.due_filter("due", _l("期限"), due),
    )


def case_rows(*more: Any) -> Rows:
    """A review with its person, department and case."""
    statement: Rows = (
        select(
            R.id,
            R.expert_id,
            R.department_id,
            R.organisation_id,
            R.state,
            R.round,
            R.due_on,
            E.name,
            E.employer,
            A.number,
            A.submitted_at,
            A.state.label("application_state"),
            m.Department.name.label("department_name"),
            m.Organisation.name.label("organisation_name"),
            case.specialties_of(R.expert_id).label("specialties"),
            *more,
        )
        .outerjoin(E, E.id == R.expert_id)
        .join(A, A.id == R.application_id)
        .join(m.Department, m.Department.id == R.department_id)
        .join(m.Organisation, m.Organisation.id == R.organisation_id)
    )
    return statement


class ReviewList(ConsoleView):
    """待审核."""

    kind = R
    title = _l("待审核")
    noun = _l("待审核的申报")
    unit_word = _l("件")
    endpoint_name = "review"
    permission = Permission.APPLICATION_VIEW
    export_permission = Permission.EXPERT_EXPORT

    links = (
        RowLink(_l("审核历史"), "reviews.history"),
        RowLink(_l("专家信息"), "experts.detail", "expert_id"),
    )
    sorts = {"due": Sort(R.due_on), "id": Sort(R.id)}
    default_sort = "due"
    search = Search(
        _l("姓名或受理号"),
        case.search(R.expert_id, lambda word: R.application_id.in_(select(A.id).where(A.number == word))),
    )
    columns = (
        case.person(_l("申报人"), "reviews.review"),
        Column("specialties", _l("申报专业"), case.specialties_cell, file=case.specialties_text),
        col.text("department_name", _l("审核部门"), sub="organisation_name", phone=False),
        col.text("number", _l("受理号"), phone=False),
        col.moment("submitted_at", _l("申报时间"), phone=False),
        case.due("due_on", _l("审核期限"), open_=lambda row: row.state is ReviewState.PENDING, sort="due"),
        col.state("state", _l("状态")),
    )
    file_columns = (
        col.text("number", _l("受理号")),
        col.text("name", _l("申报人")),
        col.text("employer", _l("工作单位")),
        columns[1],
        col.text("organisation_name", _l("受理单位")),
        col.text("department_name", _l("审核部门")),
        col.text("round", _l("轮次")),
        col.moment("submitted_at", _l("申报时间")),
        col.day("due_on", _l("审核期限")),
        col.text("state", _l("状态")),
    )
    tabs = (
        Tab("mine", _l("待我审核"), _mine),
        Tab("body", _l("本单位其他部门"), _beside),
        Tab("others", _l("其他单位"), _elsewhere),
        Tab("done", _l("已办"), _done, sort="-id"),
    )
    filters = (
        *case_filters(R.due_on),
        coded_choice("state", _l("结论"), R.state),
        Choice(
            "round",
            _l("轮次"),
            conditions=(("first", "首次申报", lambda: R.round == 1), ("again", "重新申报", lambda: R.round > 1)),
        ),
    )

    def selected(self) -> Rows:
        """A row."""
        return case_rows()

    def row_button(self, row: Any) -> Action | None:
        """审核 for the own department, 查看 for everybody else."""
        reader = actor()
        acts = row.state is ReviewState.PENDING and row.department_id == reader.department_id
        url = row_link("reviews.review", row.id)
        word = _("审核") if acts and Role.REVIEWER in reader.roles else _("查看")
        return Action(word, url) if url else None

    def nothing(self, listing: Any) -> tuple[str, str]:
        """Who has nothing to review is told what brings work."""
        title, advice = super().nothing(listing)
        if advice or listing.asked.tab == "done":
            return title, advice
        return _("没有待审核的申报"), _("新的申报到达后会出现在这里，并短信提醒您。")
