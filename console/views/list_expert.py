"""专家库: who is in the pool and who is on the way, found by trade, place, title, state and name (MODEL.md 4-14)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from console import models as m
from console.permissions import Permission
from console.rules.validity import days_left
from console.services.personal import id_index, phone_index, tail_index
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.cases_of import GRAM, specialties_cell, specialties_of, specialties_text
from console.views.columns_of import Cell, Column
from console.views.filters import Choice, Exact, InRegion, Node, coded_choice
from console.views.links import RowLink, row_link
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.request import today
from console.views.standing import standing
from console.vocabulary import Family, PoolState, RegionLevel

E, S = m.Expert, m.ExpertSpecialty
PASSED = (PoolState.APPROVED, PoolState.IN_POOL, PoolState.EXPIRED, PoolState.TERMINATED)
_TAIL = re.compile(r"[0-9]{3}[0-9Xx]")
_PHONE = re.compile(r"[0-9]{11}")
_ID = re.compile(r"[0-9]{17}[0-9Xx]")


def soon() -> dt.date:
    """The last day that counts as 即将到期."""
    return standing(today()).expiring_until


# --- states by today's date: a day that is over does not wait for the nightly job ---------------------


def over() -> ColumnElement[bool]:
    """In the pool, but the last certificate has ended."""
    return and_(E.long_term.is_(False), E.last_certificate_until < today())


def in_pool() -> ColumnElement[bool]:
    """在库."""
    return and_(E.pool_state == PoolState.IN_POOL, or_(E.long_term, E.last_certificate_until >= today()))


def expiring() -> ColumnElement[bool]:
    """即将到期."""
    near = E.last_certificate_until.between(today(), soon())
    return and_(E.pool_state == PoolState.IN_POOL, E.long_term.is_(False), near)


def expired() -> ColumnElement[bool]:
    """已失效."""
    return or_(E.pool_state == PoolState.EXPIRED, and_(E.pool_state == PoolState.IN_POOL, over()))


def _in_state(state: PoolState) -> Any:
    return lambda: E.pool_state == state


def pool_badge(row: Any) -> tuple[str, str]:
    """The badge of a row as of today."""
    left = None if row.long_term else days_left(row.last_certificate_until, today())
    if row.pool_state is not PoolState.IN_POOL or left is None:
        return row.pool_state.label, row.pool_state.family.value
    if left < 0:
        return PoolState.EXPIRED.label, PoolState.EXPIRED.family.value
    if row.last_certificate_until <= soon():
        return _("即将到期"), Family.WAIT.value
    return row.pool_state.label, row.pool_state.family.value


def _until(row: Any) -> Cell:
    if row.long_term:
        return Cell("text", _("长期"))
    until, left = row.last_certificate_until, days_left(row.last_certificate_until, today())
    if until is None or left is None:
        return Cell("text", col.DASH)
    if left < 0:
        return Cell("text", until.isoformat(), _("已过 %(n)s 天", n=-left))
    near = until <= soon()
    return Cell(
        "text", until.isoformat(), _("剩 %(n)s 天", n=left) if near else "", tone="deadline-soon" if near else ""
    )


# --- search: fragments of a name, a whole number, the end of one --------------------------------------


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    if _TAIL.fullmatch(word):
        return source.where(E.id_tail == tail_index(word.upper()))
    if _ID.fullmatch(word):
        return source.where(E.id_index == id_index(word))
    if _PHONE.fullmatch(word):
        return source.where(E.phone_index == phone_index("86", word))
    return by_fragment(source, asked, word)


def by_fragment(source: Source, asked: Asked, word: str) -> Source:
    """Experts whose name holds the fragment: one equality in the table of fragments, for any length."""
    low = word.lower()
    rest = () if len(low) <= GRAM else (func.strpos(func.lower(E.name), low) > 0,)
    if asked.sort_name != "created":
        hits = select(m.ExpertGram.expert_id).where(m.ExpertGram.gram == low[:GRAM])
        return source.where(E.id.in_(hits), *rest)
    ids = select(m.ExpertGram.expert_id).join(E, E.id == m.ExpertGram.expert_id)
    return Source(
        ids.where(m.ExpertGram.gram == low[:GRAM], *rest),
        m.ExpertGram.expert_id,
        {"created": Sort(m.ExpertGram.created_at)},
    )


def _having(node_id: int, level: int) -> ColumnElement[bool]:
    column = {1: S.industry_id, 2: S.field_id, 3: S.node_id}[level]
    return E.id.in_(select(S.expert_id).where(column == node_id))


class _NameIs(Exact):
    def where(self, value: str) -> ColumnElement[bool]:
        """Exactly this name; the fragment finds the candidates."""
        hits = select(m.ExpertGram.expert_id).where(m.ExpertGram.gram == value.lower()[:GRAM])
        return and_(E.id.in_(hits), E.name == value)


class ExpertList(ConsoleView):
    """专家库."""

    kind = E
    title = _l("专家库")
    noun = _l("专家")
    unit_word = _l("人")
    endpoint_name = "expert"
    permission = Permission.EXPERT_VIEW
    export_permission = Permission.EXPERT_EXPORT
    bulk_permission = Permission.EXPERT_EXPORT
    bulk = (("export", _l("导出所选")),)
    links = (
        RowLink(_l("审核历史"), "experts.history"),
        RowLink(_l("下载专家信息（Word）"), "experts.export_word"),
        RowLink(_l("重置密码"), "experts.reset_password", needs=Permission.ACCOUNT_RESET),
    )

    sorts = {
        "created": Sort(E.created_at),
        "name": Sort(E.sort_key),
        "until": Sort(E.last_certificate_until, nullable=True),
    }
    default_sort = "-created"
    search = Search(_l("姓名或证件号后 4 位"), _narrow)
    columns = (
        col.name(
            "name",
            _l("姓名"),
            sub="employer",
            sort="name",
            missing="未填姓名",
            url=lambda row: row_link("experts.detail", row.id),
        ),
        Column("specialties", _l("专业"), specialties_cell, file=specialties_text),
        col.text("title", _l("职称"), phone=False),
        col.text("region_name", _l("州市/县区"), sub="parent_name", phone=False),
        col.text("phone_mask", _l("手机 / 证件号"), sub="id_mask", short=_l("手机"), desk_sub=True),
        Column(
            "until",
            _l("聘书有效期至"),
            _until,
            sort="until",
            number=True,
            short=_l("有效期至"),
            file=lambda row: row.last_certificate_until,
        ),
        col.badge(_l("状态"), pool_badge),
    )
    file_columns = (
        col.text("name", _l("姓名")),
        col.text("employer", _l("工作单位")),
        col.text("parent_name", _l("州市")),
        col.text("region_name", _l("县区")),
        columns[1],
        col.text("title_level", _l("职称等级")),
        col.text("title", _l("职称")),
        col.text("phone_mask", _l("手机号")),
        col.text("id_mask", _l("身份证号码")),
        Column("until", _l("聘书有效期至"), _until),
        columns[-1],
        col.day("created_on", _l("注册日期")),
    )
    tabs = (
        Tab("passed", _l("审核通过"), lambda: E.pool_state.in_(PASSED)),
        Tab("in_pool", _l("在库"), in_pool),
        Tab("expiring", _l("即将到期"), expiring),
        Tab("approved", _l("待备案"), _in_state(PoolState.APPROVED)),
        Tab("reviewing", _l("审核中"), _in_state(PoolState.REVIEWING)),
        Tab("expired", _l("已失效"), expired),
        Tab("terminated", _l("已终止"), _in_state(PoolState.TERMINATED)),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        Node("industry", _l("行业"), level=1, through=_having),
        Node("field", _l("领域"), level=2, through=_having),
        Node("specialty", _l("专业"), level=3, through=_having),
        InRegion("prefecture", _l("州市"), column=E.region_code, level=RegionLevel.PREFECTURE),
        InRegion("district", _l("区县"), column=E.region_code, level=RegionLevel.DISTRICT),
        coded_choice("title", _l("职称"), E.title_level),
        coded_choice("state", _l("状态"), E.pool_state),
        Choice(
            "validity",
            _l("有效期"),
            conditions=(
                ("long_term", _l("长期"), lambda: E.long_term.is_(True)),
                (
                    "expiring",
                    _l("90 天内到期"),
                    lambda: and_(E.long_term.is_(False), E.last_certificate_until.between(today(), soon())),
                ),
                ("over", _l("已过期"), over),
                ("none", _l("尚无聘书"), lambda: and_(E.long_term.is_(False), E.last_certificate_until.is_(None))),
            ),
        ),
        _NameIs("name", _l("姓名"), column=E.name),
    )

    def selected(self) -> Rows:
        """A row, with its division and its specialties in one text."""
        above = aliased(m.Region)
        statement: Rows = (
            select(
                E.id,
                E.name,
                E.employer,
                E.title,
                E.title_level,
                E.phone_mask,
                E.id_mask,
                E.pool_state,
                E.long_term,
                E.last_certificate_until,
                E.created_at.label("created_on"),
                m.Region.name.label("region_name"),
                above.name.label("parent_name"),
                specialties_of(E.id).label("specialties"),
            )
            .join(m.Region, m.Region.code == E.region_code)
            .outerjoin(above, above.code == m.Region.parent_code)
        )
        return statement

    def bulk_export(self, ids: Sequence[int]) -> Response:
        """The chosen experts as a file."""
        return self.file(ids, {_("所选"): str(len(ids))})
