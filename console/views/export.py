"""The current list as a CSV file: what the filters find, in the order shown, streamed (SCENARIOS.md 181).

The ids are read first (so the count is known and written to the audit); the rows follow in blocks, each in a short
transaction of its own, because a slow download must not hold one open.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import ARRAY, Engine, any_, literal
from sqlalchemy.orm import Session

from console import audit
from console.database import session
from console.errors import Invalid
from console.extensions import db
from console.scope import Actor, acting_as
from console.services.unit import unit
from console.views.columns_of import Column
from console.views.lists import Asked, Listed, found
from console.views.paging import Sort, ordering
from console.views.request import actor, now, today
from console.vocabulary import AuditEvent

LIMIT = 50_000
BLOCK = 2_000
BOM = "\ufeff"
FORMULA = frozenset("=+-@\t\r")


def guarded(value: str) -> str:
    """The value as a cell that no spreadsheet runs as a formula."""
    return f"'{value}" if value[:1] in FORMULA else value


def named(file_name: str) -> str:
    """The header that gives a download its Chinese name (RFC 6266): headers themselves are ASCII."""
    return f"attachment; filename*=UTF-8''{quote(file_name)}"


def filter_words(view: Listed, asked: Asked) -> dict[str, str]:
    """What the list was narrowed by, as the audit keeps it."""
    chosen = {str(each.label): each.words(asked.values[each.key]) for each in view.filters if each.key in asked.values}
    chosen |= {"tab": asked.tab, "search": asked.search}
    return {key: value for key, value in chosen.items() if value}


def ids_of(view: Listed, asked: Asked) -> list[Any]:
    """The ids of everything asked for, in order; Invalid when there are more than 50,000."""
    source = found(view, asked)
    sort: Sort = source.sorts.get(asked.sort_name) or view.sorts[asked.sort_name]
    statement = source.ids.order_by(*ordering(sort, source.id, asked.desc)).limit(LIMIT + 1)
    ids = list(session().scalars(statement))
    if len(ids) > LIMIT:
        raise Invalid("too_many_rows", _("一次最多导出 50,000 行，请先筛选。"))
    return ids


def csv_of(
    view: Listed, ids: Sequence[Any], chosen: Mapping[str, str], title: str, columns: Sequence[Column]
) -> Response:
    """The file as a response; the audit knows who took how many rows of what."""
    with unit() as current:
        changes = {"filter": dict(chosen), "count": len(ids)}
        audit.record(current, AuditEvent.EXPORT, at=now(), table=view.endpoint, changes=changes)
    lines = stream_with_context(_lines(view, columns, ids, actor(), db.engine))  # cells ask for today's date
    response = Response(lines, mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = named(f"{title}_{today():%Y%m%d}.csv")
    return response


def _lines(view: Listed, columns: Sequence[Column], ids: Sequence[Any], reader: Actor, engine: Engine) -> Iterator[str]:
    labels = [str(column.label) for column in columns]
    yield BOM + _written([labels])
    kind, texts = ARRAY(view.id_column.type), [column.text for column in columns]
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        statement = view.row_statement().where(view.id_column == any_(literal(block, kind)))
        with acting_as(reader), Session(engine, join_transaction_mode="create_savepoint") as own:
            rows = {row.id: row for row in own.execute(statement)}
        found = (rows[id_] for id_ in block if id_ in rows)
        yield _written([guarded(text(row)) for text in texts] for row in found)


def _written(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
