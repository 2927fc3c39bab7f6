"""待备案: what every department has decided waits for the registrar of the body (云南手册 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response

from console import models as m
from console.permissions import Permission
from console.views import cases_of as case
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Cell, Column
from console.views.links import RowLink, link, row_link
from console.views.list_review import case_filters, case_rows, own_body
from console.views.lists import Rows, Search, Tab
from console.views.paging import Sort
from console.views.request import actor
from console.vocabulary import ApplicationState, ReviewState, Role, ValidityKind

R, A = m.Review, m.Application


def _complete() -> ColumnElement[bool]:
    return R.application_id.in_(select(A.id).where(A.state == ApplicationState.APPROVED))


def ready() -> ColumnElement[bool]:
    """Passed, everybody decided, accepted by the reader's body."""
    return (R.state == ReviewState.PASSED) & own_body() & _complete()


def _validity(row: Any) -> Cell:
    if row.validity is None:
        return Cell("text", col.DASH)
    if row.validity is ValidityKind.LONG_TERM:
        return Cell("text", _("长期"), _("自 %(day)s", day=row.valid_from))
    return Cell("text", row.valid_until.isoformat(), _("自 %(day)s", day=row.valid_from))


class FilingList(ConsoleView):
    """待备案."""

    kind = R
    title = _l("待备案")
    noun = _l("待备案的申报")
    unit_word = _l("件")
    endpoint_name = "filing"
    permission = Permission.APPLICATION_VIEW
    export_permission = Permission.EXPERT_EXPORT
    bulk_permission = Permission.APPLICATION_FILE
    bulk = (("file", _l("备案所选")),)

    links = (
        RowLink(_l("审核历史"), "reviews.history"),
        RowLink(_l("专家信息"), "experts.detail", "expert_id"),
    )
    sorts = {"due": Sort(R.filing_due_on, nullable=True), "id": Sort(R.id)}
    default_sort = "due"
    search = Search(
        _l("姓名或受理号"),
        case.search(R.expert_id, lambda word: R.application_id.in_(select(A.id).where(A.number == word))),
    )
    columns = (
        case.person(_l("申报人"), "reviews.review"),
        col.text("specialty_name", _l("聘任专业"), sub="industry_name"),
        col.text("body_name", _l("聘用单位"), sub="department_name", phone=False),
        Column(
            "validity",
            _l("聘书有效期"),
            _validity,
            number=True,
            phone=False,
            file=lambda row: row.valid_until or row.validity,
        ),
        case.due("filing_due_on", _l("备案期限"), open_=lambda row: row.state is ReviewState.PASSED, sort="due"),
        col.state("state", _l("状态")),
    )
    file_columns = (
        col.text("number", _l("受理号")),
        col.text("name", _l("申报人")),
        col.text("employer", _l("工作单位")),
        col.text("industry_name", _l("行业领域")),
        col.text("specialty_name", _l("专业类别")),
        col.text("department_name", _l("审核部门")),
        col.text("body_name", _l("聘用单位")),
        columns[3],
        col.day("filing_due_on", _l("备案期限")),
        col.text("state", _l("状态")),
    )
    tabs = (
        Tab("ready", _l("待备案"), ready),
        Tab(
            "waiting",
            _l("等待其他部门"),
            lambda: (R.state == ReviewState.PASSED) & own_body() & ~_complete(),
            sort="id",
        ),
        Tab("others", _l("其他单位"), lambda: (R.state == ReviewState.PASSED) & ~own_body(), sort="id"),
        Tab("done", _l("已备案"), lambda: (R.state == ReviewState.FILED) & own_body(), sort="-id"),
    )
    filters = case_filters(R.filing_due_on)

    def base(self) -> Sequence[ColumnElement[bool]]:
        """Passed, at least."""
        return (R.state.in_((ReviewState.PASSED, ReviewState.FILED)),)

    def selected(self) -> Rows:
        """A row, with what was decided."""
        industry, specialty, body = (
            select(kind.name).where(kind.id == key).scalar_subquery().label(word)
            for kind, key, word in (
                (aliased(m.TaxonomyNode), R.industry_id, "industry_name"),
                (aliased(m.TaxonomyNode), R.specialty_id, "specialty_name"),
                (aliased(m.Organisation), R.appointing_body_id, "body_name"),
            )
        )
        return case_rows(R.validity, R.valid_from, R.valid_until, R.filing_due_on, industry, specialty, body)

    def row_button(self, row: Any) -> Action | None:
        """备案 for the registrar of the body, once everybody has decided; else 查看."""
        reader = actor()
        waits = row.state is ReviewState.PASSED and row.application_state is ApplicationState.APPROVED
        if waits and Role.REGISTRAR in reader.roles and row.organisation_id == reader.organisation_id:
            url = row_link("reviews.file_page", row.id)
            return Action(_("备案"), url) if url else None
        url = row_link("reviews.review", row.id)
        return Action(_("查看"), url) if url else None

    def bulk_file(self, ids: Sequence[int]) -> Response:
        """To the page that checks each chosen row before it is filed."""
        return redirect(link("reviews.file_many", ids=list(ids)))

    def nothing(self, listing: Any) -> tuple[str, str]:
        """What brings work here."""
        title, advice = super().nothing(listing)
        if advice or listing.asked.tab != "ready":
            return title, advice
        return _("没有待备案的申报"), _("各审核部门全部审结后，申报会出现在这里。")
