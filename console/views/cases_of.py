"""What the lists of cases share: the person of a case, his name as a search, deadlines in colour."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from console import models as m
from console.views import columns_of as col
from console.views.columns_of import Cell, Column
from console.views.filters import Choice
from console.views.links import row_link
from console.views.lists import Asked, Source
from console.views.request import today
from console.views.standing import standing

GRAM = 4
_NUMBER = re.compile(r"[A-Za-z]{1,6}[0-9-]{6,24}")

E, S, N = m.Expert, m.ExpertSpecialty, m.TaxonomyNode


def named(expert_id: Any, word: str) -> ColumnElement[bool]:
    """The case is of an expert whose name holds the fragment."""
    low = word.lower()
    hits = select(m.ExpertGram.expert_id).where(m.ExpertGram.gram == low[:GRAM])
    if len(low) <= GRAM:
        return expert_id.in_(hits)
    whole = select(E.id).where(func.strpos(func.lower(E.name), low) > 0, E.id.in_(hits))
    return expert_id.in_(whole)


def search(expert_id: Any, numbered: Callable[[str], ColumnElement[bool]]) -> Callable[[Source, Asked], Source]:
    """A search box that takes a whole number or a fragment of a name."""

    def narrow(source: Source, asked: Asked) -> Source:
        if _NUMBER.fullmatch(asked.search):
            return source.where(numbered(asked.search.upper()))
        return source.where(named(expert_id, asked.search))

    return narrow


def specialties_of(expert_id: Any) -> Any:
    """Every specialty of the case's expert in one text, one a line."""
    names = func.string_agg(N.name, aggregate_order_by(literal("\n"), S.id))
    return select(names).select_from(S).join(N, N.id == S.node_id).where(S.expert_id == expert_id).scalar_subquery()


def specialties_cell(row: Any) -> Cell:
    """The first two specialties, and how many there are."""
    names = (row.specialties or "").split("\n") if row.specialties else []
    if len(names) > 2:
        return Cell("text", names[0], _("%(name)s 等 %(n)s 项", name=names[1], n=len(names)))
    return Cell("text", names[0] if names else col.DASH, names[1] if len(names) > 1 else "")


def specialties_text(row: Any) -> str:
    """Every specialty in one line, for files."""
    return (row.specialties or "").replace("\n", "、")


def person(label: LazyString | str, endpoint: str, **options: Any) -> Column:
    """Name and employer, linking to the page of the case or the expert."""
    return col.name(
        "name",
        label,
        sub="employer",
        missing=_moved(),
        url=lambda row: row_link(endpoint, row.expert_id if endpoint.startswith("experts.") else row.id),
        **options,
    )


def _moved() -> str:
    # The person has moved to another division; the case stays where it was decided (MODEL.md 4-20).
    return "（已转出本辖区）"


def due(attribute: str, label: LazyString | str, *, open_: Callable[[Any], bool], sort: str = "") -> Column:
    """A deadline: with its distance and colour while somebody still has to act."""

    def show(row: Any) -> Cell:
        day = getattr(row, attribute)
        if day is None:
            return Cell("text", col.DASH)
        return col.deadline_cell(standing(today()).look(day)) if open_(row) else Cell("text", day.isoformat())

    return Column(attribute, label, show, sort=sort, number=True, file=lambda row: getattr(row, attribute))


def due_filter(key: str, label: LazyString | str, column: Any) -> Choice:
    """超期, 今日到期, 即将到期."""

    def soon() -> ColumnElement[bool]:
        last = today()
        while standing(today()).look(last).tone == "soon":
            last += dt.timedelta(days=1)
        return and_(column >= today(), column < last)

    return Choice(
        key,
        label,
        conditions=(
            ("late", "已超期", lambda: column < today()),
            ("today", "今日到期", lambda: column == today()),
            ("soon", "即将到期", soon),
        ),
    )
