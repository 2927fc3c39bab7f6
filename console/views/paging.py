"""Pages of a list by key: the cost of page 10,000 is that of page 2, and page numbers stay usable (FAST_LIST.md 2.3).

A link carries the page number and the key of the current page's first row. The target lies a few pages from the key:
walked downwards, or upwards with the result turned round. Without a key a typed number skips rows of the narrow index.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, tuple_

NEAR = 10
"""Pages that are walked from a key."""

REACH = 200_000
"""Rows a typed page number may skip; further on there is only 下一页."""

HIGHEST = 9_999_999
"""The highest page number that is read at all."""

_PAGE = re.compile(r"[0-9]{1,20}")
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True)
class Sort:
    """One order of a list: an indexed column; rows with equal values are told apart by the primary key."""

    column: Any
    nullable: bool = False


class Key(NamedTuple):
    """The place of a row in an order: its sort value, its primary key, and the page it opens."""

    value: Any
    id: Any
    page: int


class Window(NamedTuple):
    """The ids of a page, how many rows a full page has, and whether they come in reverse."""

    ids: Select[Any]
    reverse: bool


def read_page(text: str) -> int:
    """A page number from the address: at least 1, at most HIGHEST; 400 when it is no number."""
    if not text:
        return 1
    if not _PAGE.fullmatch(text):
        abort(400)
    return max(1, min(int(text), HIGHEST))


def read_key(text: str, sort: Sort, id_column: Any) -> Key | None:
    """The key of a link; 400 when it was tampered with."""
    if not text:
        return None
    parts = text.rsplit("~", 2)
    if len(parts) != 3 or not _PAGE.fullmatch(parts[2]) or parts[0][:1] not in ("=", "0"):
        abort(400)
    try:
        value = typed(parts[0][1:], sort.column) if parts[0][0] == "=" else None
        id_ = typed(parts[1], id_column)
    except ValueError:
        abort(400)
    if value is None and not sort.nullable:
        abort(400)
    return Key(value, id_, read_page(parts[2]))


def write_key(key: Key) -> str:
    """The key as links carry it."""
    value = "0" if key.value is None else f"={_plain(key.value)}"
    return f"{value}~{_plain(key.id)}~{key.page}"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def typed(text: str, column: Any) -> Any:
    """A text of the address as a value of a column; ValueError when it cannot be one."""
    kind = column.type.python_type
    if kind is int and not _NUMBER.fullmatch(text):
        raise ValueError(text)
    if kind is int:
        return int(text)
    if kind is dt.datetime:
        return _within(dt.datetime.fromisoformat(text), naive=False)
    if kind is dt.date:
        return _within(dt.date.fromisoformat(text), naive=True)
    if "\0" in text or len(text) > 200:
        raise ValueError(text)
    return text


def _within(value: Any, *, naive: bool) -> Any:
    if not 1900 <= value.year <= 2200 or not (naive or value.tzinfo):
        raise ValueError(str(value))
    return value


def window(ids: Select[Any], id_column: Any, sort: Sort, desc: bool, page: int, size: int, key: Key | None) -> Window:
    """The statement for the ids of a page; one row more than a page tells whether another follows."""
    if key is not None and key.page <= page <= key.page + NEAR:
        statement = ids.where(_from(sort, id_column, key, desc, inclusive=True))
        return Window(_cut(statement, sort, id_column, desc, (page - key.page) * size, size + 1), False)
    if key is not None and key.page - NEAR <= page < key.page:
        statement = ids.where(_from(sort, id_column, key, not desc, inclusive=False))
        return Window(_cut(statement, sort, id_column, not desc, (key.page - 1 - page) * size, size), True)
    return Window(_cut(ids, sort, id_column, desc, min((page - 1) * size, REACH), size + 1), False)


def ordering(sort: Sort, id_column: Any, desc: bool) -> tuple[ColumnElement[Any], ...]:
    """The order, with the primary key last so that no two rows are equal."""
    columns = (id_column,) if sort.column is id_column else (sort.column, id_column)
    return tuple(column.desc() if desc else column.asc() for column in columns)


def _cut(ids: Select[Any], sort: Sort, id_column: Any, desc: bool, offset: int, limit: int) -> Select[Any]:
    statement = ids.order_by(*ordering(sort, id_column, desc)).limit(limit)
    return statement.offset(offset) if offset else statement


def _from(sort: Sort, id_column: Any, key: Key, desc: bool, *, inclusive: bool) -> ColumnElement[bool]:
    """Rows from the key on in this direction. PostgreSQL puts nulls last upwards and first downwards."""
    column = sort.column
    if column is id_column:
        return _beyond(id_column, literal(key.id, id_column.type), desc, inclusive)
    if key.value is None:
        same = and_(column.is_(None), _beyond(id_column, literal(key.id, id_column.type), desc, inclusive))
        return or_(same, column.is_not(None)) if desc else same
    place = tuple_(literal(key.value, column.type), literal(key.id, id_column.type))
    beyond = _beyond(tuple_(column, id_column), place, desc, inclusive)
    return or_(beyond, column.is_(None)) if sort.nullable and not desc else beyond


def _beyond(left: Any, right: Any, desc: bool, inclusive: bool) -> ColumnElement[bool]:
    if desc:
        return left <= right if inclusive else left < right
    return left >= right if inclusive else left > right


def nothing(id_column: Any) -> Select[Any]:
    """The ids of no row."""
    return select(id_column).where(literal(False))
