"""Model columns as form fields: closed lists as native selects, native date fields, texts as long as their column."""

from __future__ import annotations

from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model.form import converts
from wtforms import DateField, Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import Select

from console.columns import Coded
from console.forms.keep import keeping

MOST = 2**31 - 1
"""The largest number of a PostgreSQL integer."""


class VersionField(HiddenField):
    """The version a form was opened with; read by the view, never written into the record."""

    def populate_obj(self, obj: Any, name: str) -> None:
        """Leave the record's own counter alone."""


class Converter(AdminModelConverter):
    """Fields of the reference pages."""

    def _get_label(self, name: str, field_args: Any) -> str:
        given = field_args.get("label") or (self.view.column_labels or {}).get(name)
        if given:
            return given
        column = self.view.model.__mapper__.columns.get(name)
        return str(column.info.get("label", name)) if column is not None else name

    def convert(self, model: Any, mapper: Any, name: str, prop: Any, field_args: Any, hidden_pk: bool) -> Field | None:
        """A closed list is a select of its words; everything else as its type says."""
        columns = getattr(prop, "columns", ())
        if columns and isinstance(columns[0].type, Coded):
            return self._coded(columns[0], name, dict(field_args or {}))
        return super().convert(model, mapper, name, prop, field_args, hidden_pk)

    def _coded(self, column: Any, name: str, given: dict[str, Any]) -> Field:
        words = column.type.words
        required = [] if column.nullable else [InputRequired("请选择")]
        blank = [("", "（未选择）")] if column.nullable else []
        return SelectField(
            label=self._get_label(name, given),
            description=given.get("description", ""),
            choices=[*blank, *words.choices()],
            coerce=lambda value: words(value) if value else None,
            validators=[*(given.get("validators") or ()), *required],
        )

    @converts("String")
    def conv_String(self, column: Any, field_args: Any, **extra: Any) -> Field:
        """One line, at most as long as the column."""
        field_args["validators"].append(Length(max=column.type.length or 200, message="最多 %(max)d 个字"))
        return StringField(**_settled(field_args, column))

    @converts("Text")
    def conv_Text(self, field_args: Any, column: Any = None, **extra: Any) -> Field:
        """Several lines."""
        field_args["validators"].append(Length(max=2000, message="最多 %(max)d 个字"))
        return TextAreaField(**_settled(field_args, column))

    @converts("Date")
    def convert_date(self, field_args: Any, **extra: Any) -> Field:
        """The browser's own date field."""
        return DateField(**field_args)

    @converts("Integer")
    def handle_integer_types(self, field_args: Any, **extra: Any) -> Field:
        """A whole number the column can hold."""
        field_args["validators"].append(NumberRange(-MOST, MOST, "数值过大"))
        return IntegerField(**field_args)

    def _model_select_field(self, prop: Any, multiple: Any, remote_model: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("blank_text", "（未选择）")
        unbound = super()._model_select_field(prop, multiple, remote_model, **kwargs)
        if getattr(self.view, "_form_ajax_refs", {}).get(prop.key) is None:
            unbound.kwargs["widget"] = Select()
        return unbound


def _settled(field_args: Any, column: Any) -> Any:
    if column is not None and column.default is not None:
        field_args["validators"] = [each for each in field_args["validators"] if not isinstance(each, InputRequired)]
        field_args["validators"].insert(0, Optional())
    field_args["filters"] = [*field_args.get("filters", ()), lambda value: value.strip() if value else ""]
    return field_args


def finished(form_class: Any) -> Any:
    """The scaffolded form with fields that keep, and the version."""
    form_class = keeping(form_class)
    form_class.lock_version = VersionField()
    return form_class
