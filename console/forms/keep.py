"""Relation fields that never lose a value their reader cannot see (FAST_LIST.md 7, FLASK_ADMIN.md 2c).

A row may point at something outside the reader's scope. The stock fields cannot list it, show a blank, and save the
blank; a foreign or mistyped id becomes "nothing" without a word. These fields remember what the row holds now, offer
and keep it, and refuse anything posted that is neither kept nor visible. Keys come from the stored row alone.

Below row-level security the stored row cannot even be read: the relation looks empty while its key is set. Such a field
is *hidden*: it says so, a blank leaves the key alone, and only a visible value may replace it.
"""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.fields import QuerySelectField
from flask_admin.model.fields import AjaxSelectField, AjaxSelectMultipleField
from sqlalchemy import inspect
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from console.columns import Base

REFUSED = "所选内容不存在，或不在您的管理范围内"
HIDDEN = "（当前内容不在您的管理范围内，不选择则保持不变）"
BLANK = "__None"


def key_of(row: Base) -> str:
    """The primary key of a row as forms carry it."""
    state = inspect(row)
    identity = state.identity or state.mapper.primary_key_from_instance(row)
    return ",".join(str(part) for part in identity)


class Keep:
    """What the three fields share: the rows held now, and the keys that were posted."""

    kept: dict[str, Base]
    posted: tuple[str, ...]
    hidden: bool = False
    short_name: str

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Forget what an earlier use of the field held."""
        self.kept, self.posted = {}, ()
        super().process(formdata, *args, **options)  # type: ignore[misc]  # the field this is mixed into

    def process_data(self, value: Any) -> None:
        """Remember every row the record holds now."""
        rows = value if isinstance(value, list | tuple | set) else [value]
        self.kept = {key_of(row): row for row in rows if isinstance(row, Base)}
        super().process_data(value)  # type: ignore[misc]  # the field this is mixed into

    def process_formdata(self, values: list[str]) -> None:
        """Remember what was posted and is not a blank."""
        parts = [part for value in values or () for part in value.split(",")]
        self.posted = tuple(part for part in parts if part not in ("", BLANK))
        super().process_formdata(values)  # type: ignore[misc]  # the field this is mixed into

    def hold(self, row: Any, name: str) -> None:
        """Notice that the record points at something its reader cannot read; called when the form has its record."""
        mapper = inspect(type(row))
        relation = mapper.relationships.get(name)
        if relation is None or relation.uselist or getattr(row, name) is not None:
            return
        keys = [getattr(row, mapper.get_property_by_column(column).key) for column in relation.local_columns]
        self.hidden = all(key is not None for key in keys)
        if self.hidden:
            self.description = HIDDEN

    def populate_obj(self, row: Any, name: str) -> None:
        """Write the choice into the record, unless what it holds is hidden and nothing else was chosen."""
        if not (self.hidden and not self.posted):
            super().populate_obj(row, name)  # type: ignore[misc]  # the field this is mixed into

    def _refuse_unresolved(self, found: int) -> None:
        if self.hidden and not self.posted:
            raise StopValidation()
        if len(set(self.posted)) > found:
            raise ValidationError(REFUSED)


class KeepAjaxSelect(Keep, AjaxSelectField):
    """One row looked up by ajax."""

    def _get_data(self) -> Any:
        if self._formdata:
            row = self.kept.get(str(self._formdata)) or self.loader.get_one(self._formdata)
            if row is not None:
                self._set_data(row)
        return self._data

    data = property(_get_data, AjaxSelectField._set_data)

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was posted and names nothing."""
        self._refuse_unresolved(self.data is not None)
        super().pre_validate(form)


class KeepAjaxSelectMultiple(Keep, AjaxSelectMultipleField):
    """Several rows looked up by ajax."""

    def _get_data(self) -> Any:
        if self._formdata:
            keys = [key for key in self._formdata if key]
            rows = [self.kept.get(str(key)) or self.loader.get_one(key) for key in keys]
            self._invalid_formdata = any(row is None for row in rows)
            self._set_data([row for row in rows if row is not None])
        return self._data

    data = property(_get_data, AjaxSelectMultipleField._set_data)

    def pre_validate(self, form: BaseForm) -> None:
        """Read the data first: the stock field notices what it could not find only then, too late."""
        self._refuse_unresolved(len(self.data or ()))
        super().pre_validate(form)


class KeepQuerySelect(Keep, QuerySelectField):
    """One row of a short list: what the reader sees, and what the record holds."""

    _object_list: list[tuple[str, Any]] | None

    def _get_object_list(self) -> list[tuple[str, Any]]:
        if self._object_list is None:
            rows = [(str(self.get_pk(row)), row) for row in (self.query or self.query_factory())]
            seen = {key for key, _row in rows}
            self._object_list = [*rows, *((key, row) for key, row in self.kept.items() if key not in seen)]
        return self._object_list

    def iter_choices(self) -> Any:
        """What the reader sees; for a hidden value a blank that changes nothing comes first."""
        if self.hidden and not self.allow_blank:
            yield BLANK, HIDDEN, self.data is None, {}
        yield from super().iter_choices()

    def pre_validate(self, form: BaseForm) -> None:
        """The stock field skips this for nullable columns."""
        self._refuse_unresolved(self.data is not None)
        super().pre_validate(form)


SWAPS: dict[type, type] = {
    AjaxSelectField: KeepAjaxSelect,
    AjaxSelectMultipleField: KeepAjaxSelectMultiple,
    QuerySelectField: KeepQuerySelect,
}


def keeping(form_class: Any) -> Any:
    """The form class with every relation field swapped for one that keeps; a multiple select is refused.

    A many-to-many list with members the reader cannot see would lose them when a blank is posted (FAST_LIST.md 7), so
    such a relation is shown read-only or through its own list.
    """
    for name in dir(form_class):
        unbound = getattr(form_class, name)
        kind = getattr(unbound, "field_class", None)
        if kind in SWAPS:
            unbound.field_class = SWAPS[kind]
    return form_class
