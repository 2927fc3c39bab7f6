"""参数: figures of the rules. A new figure is a new row from a day on; what has been in force is never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased
from wtforms import SelectField
from wtforms.validators import InputRequired

from console import models as m
from console.database import session
from console.errors import Invalid
from console.permissions import Permission
from console.rules.eligibility import EDUCATION_RANKS, TITLE_RANKS
from console.views import columns_of as col
from console.views import standing
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Exact, coded_choice
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import today
from console.vocabulary import Family, ParameterUnit

P = m.Parameter

LEVELS = {
    "eligibility_min_education": {rank: member.label for member, rank in EDUCATION_RANKS.items()},
    "eligibility_min_title": {rank: member.label for member, rank in TITLE_RANKS.items() if rank},
}
"""Figures that are ranks: shown by their words, because "2 个" says nothing. Rank 0 asks for nothing and stays 0."""


def _in_force_since() -> Any:
    other = aliased(P)
    latest = select(func.max(other.valid_from)).where(other.key == P.key, other.valid_from <= today())
    return latest.correlate(P).scalar_subquery()


def in_force() -> ColumnElement[bool]:
    """The row of each figure that holds today."""
    return P.valid_from == _in_force_since()


def _badge(row: Any) -> tuple[str, str]:
    if row.valid_from > today():
        return _("将生效"), Family.WAIT.value
    return (_("现行"), Family.OK.value) if row.valid_from == row.since else (_("历史"), Family.EXP.value)


def _value(row: Any) -> Cell:
    if row.unit is ParameterUnit.SWITCH:
        return Cell("text", _("开") if row.value else _("关"))
    levels: dict[int, str] = LEVELS.get(row.key, {})
    if row.value in levels:
        return Cell("text", levels[row.value])
    return Cell("text", f"{row.value:,} {row.unit.label}")


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(
        or_(P.label.contains(word, autoescape=True), P.key == word, P.clause.contains(word, autoescape=True))
    )


class ParameterList(ReferenceView):
    """参数."""

    kind = P
    title = _l("参数")
    noun = _l("参数")
    unit_word = _l("项")
    endpoint_name = "parameter"
    permission = Permission.PARAMETER_VIEW
    manage_permission = Permission.PARAMETER_MANAGE
    export_permission = Permission.PARAMETER_VIEW
    deletes = True

    sorts = {"id": Sort(P.id), "from": Sort(P.valid_from)}
    default_sort = "id"
    dated = True
    search = Search(_l("说明或依据"), _narrow)
    columns = (
        col.name("label", _l("说明"), sub="note", url=lambda row: ""),
        Column("value", _l("数值"), _value, number=True, file=lambda row: row.value),
        col.text("clause", _l("依据")),
        col.day("valid_from", _l("生效日期"), sort="from"),
        col.badge(_l("状态"), _badge),
    )
    file_columns = (
        col.text("key", _l("参数")),
        col.text("label", _l("说明")),
        col.text("value", _l("数值")),
        col.text("unit", _l("单位")),
        *columns[2:],
        col.text("note", _l("备注")),
    )
    tabs = (
        Tab("now", _l("现行"), in_force),
        Tab("coming", _l("将生效"), lambda: P.valid_from > today()),
        Tab("past", _l("历史"), lambda: (P.valid_from <= today()) & ~in_force()),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (Exact("key", _l("参数"), column=P.key), coded_choice("unit", _l("单位"), P.unit))

    form_columns = ("key", "value", "valid_from", "clause", "note")
    form_overrides = {"key": SelectField}
    form_args = {"key": {"label": _l("参数"), "choices": [], "validators": [InputRequired(_l("请选择参数"))]}}
    column_descriptions = {"valid_from": _l("自这一天起按新的数值办理，此前的事项仍按原来的数值")}

    def selected(self) -> Rows:
        """A row, with the day since which its figure has stood."""
        statement: Rows = select(
            P.id, P.key, P.label, P.value, P.unit, P.valid_from, P.clause, P.note, _in_force_since().label("since")
        )
        return statement

    def may_change(self, row: Any) -> bool:
        """Figures to come only."""
        return super().may_change(row) and (row is None or row.valid_from > today())

    def row_button(self, row: Any) -> Action | None:
        """调整 on the figure in force: a new row from a day on."""
        if not self.can_create or row.valid_from != row.since:
            return None
        return Action(_("调整"), url_for(".create_view", key=row.key))

    def page_actions(self) -> Sequence[Action]:
        """Figures are defined by the rules that ask them: there is none to add."""
        return ()

    def create_form(self, obj: Any = None) -> Any:
        """The new figure of a known parameter, begun from the one in force."""
        form = super().create_form(obj)
        form.key.choices = _known()
        key = request.args.get("key", "")
        if request.method == "GET" and key in dict(form.key.choices):
            form.key.data = key
            before = _latest(key)
            form.value.data, form.clause.data, form.note.data = before.value, before.clause, before.note
        return form

    def edit_form(self, obj: Any = None) -> Any:
        """A figure to come keeps its name."""
        form = super().edit_form(obj)
        del form.key
        return form

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """From today at the earliest, a figure its unit allows; name and unit are those of the parameter."""
        if row.valid_from is None or row.valid_from < today():
            raise Invalid("from_past", _("生效日期不能早于今天"), "valid_from")
        if created:
            before = _latest(row.key)
            row.label, row.unit = before.label, before.unit
            row.clause = row.clause or before.clause
        if row.value is None or row.value < 0 or (row.unit is ParameterUnit.SWITCH and row.value > 1):
            raise Invalid("value_range", _("请填写不小于 0 的整数；开关只能填 0 或 1"), "value")

    def saved(self) -> None:
        """Lists look at deadlines anew."""
        standing.forget()


def _latest(key: str) -> m.Parameter:
    return session().scalars(select(P).where(P.key == key).order_by(P.valid_from.desc()).limit(1)).one()


def _known() -> list[tuple[str, str]]:
    rows = session().execute(select(P.key, func.min(P.label)).group_by(P.key).order_by(func.min(P.id)))
    return [(key, label) for key, label in rows]
