"""行政区划: divisions by GB/T 2260 with the days on which they began and ended."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from console import models as m
from console.errors import Invalid
from console.permissions import Permission
from console.rules.regions import is_code, level_of, parent_code
from console.views import columns_of as col
from console.views.filters import Exact, coded_choice
from console.views.links import link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import today
from console.vocabulary import Family, RegionLevel

R = m.Region


def _badge(row: Any) -> tuple[str, str]:
    gone = row.valid_to is not None and row.valid_to < today()
    return (_("已撤销"), Family.VOID.value) if gone else (_("有效"), Family.OK.value)


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(or_(R.name.contains(word, autoescape=True), R.code == word))


def _in_force() -> Any:
    return or_(R.valid_to.is_(None), R.valid_to >= today())


def _level(level: RegionLevel) -> Any:
    return lambda: (R.level == level) & _in_force()


class RegionList(ReferenceView):
    """行政区划."""

    kind = R
    title = _l("行政区划")
    noun = _l("区划")
    unit_word = _l("个")
    endpoint_name = "region"
    permission = Permission.PARAMETER_VIEW
    manage_permission = Permission.PARAMETER_MANAGE

    sorts = {"code": Sort(R.code)}
    default_sort = "code"
    search = Search(_l("名称或代码"), _narrow)
    columns = (
        col.name(
            "name",
            _l("名称"),
            sub="kind",
            url=lambda row: (
                link("region.index_view", tab="all", parent=row.id) if row.level is not RegionLevel.DISTRICT else ""
            ),
        ),
        col.text("id", _l("代码"), sort="code"),
        col.text("level", _l("级别")),
        col.text("parent_name", _l("上级区划")),
        col.day("valid_from", _l("启用日期"), phone=False),
        col.day("valid_to", _l("停用日期"), phone=False),
        col.badge(_l("状态"), _badge),
    )
    tabs = (
        Tab("province", _l("省级"), _level(RegionLevel.PROVINCE)),
        Tab("prefecture", _l("州市级"), _level(RegionLevel.PREFECTURE)),
        Tab("district", _l("区县级"), _level(RegionLevel.DISTRICT)),
        Tab("gone", _l("已撤销"), lambda: R.valid_to < today()),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        Exact("parent", _l("上级代码"), column=R.parent_code),
        coded_choice("level", _l("级别"), R.level),
    )

    form_columns = ("code", "name", "kind", "valid_from", "valid_to", "successor_code")
    column_descriptions = {"code": _l("六位数字，级别和上级由代码决定"), "successor_code": _l("撤销后由哪个区划接续")}

    def selected(self) -> Rows:
        """A row, with the division above."""
        above = aliased(R)
        statement: Rows = select(
            R.code.label("id"), R.name, R.level, R.kind, R.valid_from, R.valid_to, above.name.label("parent_name")
        ).outerjoin(above, above.code == R.parent_code)
        return statement

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """Level and parent follow from the code, which never changes."""
        if not is_code(row.code) or row.code == "000000":
            raise Invalid("code_shape", _("区划代码为六位数字"), "code")
        row.level, row.parent_code = level_of(row.code), parent_code(row.code)
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            raise Invalid("valid_order", _("停用日期不能早于启用日期"), "valid_to")
        row.successor_code = row.successor_code or None

    def edit_form(self, obj: Any = None) -> Any:
        """The code is the key of everything that names the division: shown, not changed."""
        form = super().edit_form(obj)
        del form.code
        return form
