"""What every form of our own pages shares: refusals come back at their field, everything typed is kept.

A view posts in three lines: build the form, call the service, ``attach`` what it refused and render the page again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, FieldList, FormField, HiddenField
from wtforms.form import BaseForm

from console.errors import DomainError, Fault


class Form(FlaskForm):
    """A form with a CSRF token. Values are trimmed by the services and rules, never here: a password may have blanks.

    ``faults`` holds what belongs to no field; templates print it with ``error_summary(form, faults=form.faults)``.
    """

    class Meta(FlaskForm.Meta):
        """Messages of WTForms itself come from our catalogue, not from its English one."""

        locales = ("zh",)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """A form is read from a form. Flask-WTF would take JSON as well, with values that are no text."""
            return None if formdata is _Auto and request and request.is_json else super().wrap_formdata(form, formdata)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: list[Fault] = []


class VersionedForm(Form):
    """A form over a record that others may change meanwhile: it carries the version its reader saw."""

    lock_version = HiddenField()

    @property
    def version(self) -> int:
        """The version that was read; -1 when it is missing or no number, which no record has: Stale."""
        text = str(self.lock_version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def attach(form: BaseForm, error: DomainError) -> list[Fault]:
    """Put the faults of a refusal on their fields; return (and keep in ``form.faults``) those that have none.

    A fault finds its field by full name (``specialties-0-node``) or by the name it has in its own form.
    """
    return attach_faults(form, error.faults)


def attach_faults(form: BaseForm, faults: Iterable[Fault]) -> list[Fault]:
    """The same for faults a rule returned without anybody raising them."""
    named = dict(_named(form))
    rest: list[Fault] = list(getattr(form, "faults", ()))
    for fault in faults:
        field = named.get(fault.field)
        if field is None or isinstance(field, HiddenField):
            rest.append(fault)
        elif fault.message not in field.errors:
            field.errors = [*field.errors, fault.message]
    form.faults = rest
    return rest


def _named(form: Any) -> Iterator[tuple[str, Field]]:
    # Nested names first, so that a field of the outer form wins over one of the same short name inside.
    for field in form:
        inner = field.form if isinstance(field, FormField) else field.entries if isinstance(field, FieldList) else ()
        yield from _named(inner)
    for field in form:
        yield field.name, field
        yield field.short_name, field
