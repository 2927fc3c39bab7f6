"""工作日历: which days are worked; deadlines count by it, so only days to come are changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import extract, select

from console import models as m
from console.errors import Invalid
from console.permissions import Permission
from console.rules.deadlines import UNMAINTAINED
from console.views import columns_of as col
from console.views import standing
from console.views.columns_of import Cell, Column
from console.views.filters import Days, switch
from console.views.lists import Rows, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import today
from console.vocabulary import Family

D = m.CalendarDay
WEEKDAYS = "一二三四五六日"


def _badge(row: Any) -> tuple[str, str]:
    return (_("工作日"), Family.OK.value) if row.working else (_("休息日"), Family.EXP.value)


def _year(offset: int) -> Any:
    return lambda: extract("year", D.day) == today().year + offset


def _weekday(row: Any) -> Cell:
    return Cell("text", f"星期{WEEKDAYS[row.id.weekday()]}")


class CalendarList(ReferenceView):
    """工作日历."""

    kind = D
    title = _l("工作日历")
    noun = _l("日期")
    unit_word = _l("天")
    endpoint_name = "calendar"
    permission = Permission.PARAMETER_VIEW
    manage_permission = Permission.PARAMETER_MANAGE

    sorts = {"day": Sort(D.day)}
    default_sort = "day"
    columns = (
        col.name("id", _l("日期"), url=lambda row: "", sort="day"),
        Column("weekday", _l("星期"), _weekday),
        col.text("name", _l("名称")),
        col.badge(_l("状态"), _badge),
    )
    tabs = (
        Tab("this_year", _l("今年"), _year(0)),
        Tab("next_year", _l("明年"), _year(1)),
        Tab("coming", _l("今后"), lambda: D.day >= today()),
        Tab("all", _l("全部"), lambda: None, sort="-day"),
    )
    filters = (Days("day", _l("日期"), column=D.day), switch("working", _l("工作日"), D.working))

    form_columns = ("day", "working", "name")

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = select(D.day.label("id"), D.working, D.name)
        return statement

    def may_change(self, row: Any) -> bool:
        """Days to come: the past has already been counted."""
        day: dt.date | None = getattr(row, "day", None) or getattr(row, "id", None)
        return super().may_change(row) and (day is None or day >= today())

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """A day to come."""
        if row.day is None or row.day < today():
            raise Invalid("day_past", _("只能维护今天及以后的日期"), "day")

    def edit_form(self, obj: Any = None) -> Any:
        """The day is the key: shown, not changed."""
        form = super().edit_form(obj)
        del form.day
        return form

    def nothing(self, listing: Any) -> tuple[str, str]:
        """Without rows a year follows the weekends."""
        title, advice = super().nothing(listing)
        return (title, advice) if advice else (_(UNMAINTAINED), _("没有维护的年份按周末休息计算期限。"))

    def saved(self) -> None:
        """Deadlines are counted anew."""
        standing.forget()
