"""Reference data: the same list, and forms that write through ``unit()`` with version, scope and sentences.

Whoever holds ``manage_permission`` may write, and only rows ``may_change`` lets him. Deleting is for what was never
used: a row something points at is refused by the database and can be retired instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from flask import flash, g, has_request_context, url_for
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import inspect, select
from wtforms import Form
from wtforms.validators import InputRequired

from console import models as m
from console.database import session
from console.errors import DomainError, NotFound, Stale
from console.forms.base import attach
from console.forms.keep import Keep
from console.permissions import Permission
from console.rules.regions import range_of
from console.services.unit import unit
from console.views.base import ConsoleView
from console.views.columns_of import Action, plain
from console.views.converter import Converter, finished
from console.views.loaders import ScopedLoader
from console.views.request import actor, permissions


class ReferenceView(ConsoleView):
    """A list whose rows somebody maintains."""

    manage_permission: ClassVar[Permission]
    creates: ClassVar[bool] = True
    edits: ClassVar[bool] = True
    deletes: ClassVar[bool] = False
    lookups: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Relations of more than 200 rows: name -> what ``ScopedLoader`` takes."""

    model_form_converter = Converter
    column_labels: ClassVar[dict[str, Any]] = {}

    def __init__(self, db: Any) -> None:
        self.form_ajax_refs = {
            name: ScopedLoader(name, db, inspect(self.kind).relationships[name].mapper.class_, **dict(options))
            for name, options in self.lookups.items()
        }
        super().__init__(db)

    # --- who writes -------------------------------------------------------------------------------

    @property
    def manages(self) -> bool:
        """Whether the reader may write here at all."""
        return has_request_context() and self.manage_permission in permissions()

    @property
    def can_create(self) -> bool:  # type: ignore[override]  # Flask-Admin reads it per request
        """Whether a row may be added."""
        return self.creates and self.manages and self.may_create()

    @property
    def can_edit(self) -> bool:  # type: ignore[override]  # Flask-Admin reads it per request
        """Whether rows may be changed."""
        return self.edits and self.manages

    @property
    def can_delete(self) -> bool:  # type: ignore[override]  # Flask-Admin reads it per request
        """Whether rows may be deleted."""
        return self.deletes and self.manages

    def doors(self) -> dict[str, tuple[Permission, ...]]:
        """The list for its readers, the forms for whoever maintains it."""
        found = super().doors()
        opened = {"create_view": self.creates, "edit_view": self.edits, "delete_view": self.deletes}
        opened["ajax_lookup"] = bool(self.lookups) and (self.creates or self.edits)
        return found | {method: (self.manage_permission,) for method, is_open in opened.items() if is_open}

    def may_create(self) -> bool:
        """Whether this reader may add rows; asked with every page."""
        return self.may_change(None)

    def may_change(self, row: Any) -> bool:
        """Whether this reader may change this row (a model or a list row; None: any). Default: the whole programme."""
        return covers_programme()

    # --- pages ------------------------------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The form for a new row."""
        if not self.can_create:
            raise NotFound()
        return super().create_view()

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """The form over a row; a row the reader may not change does not exist here."""
        return super().edit_view()

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        """Delete what was never used."""
        return super().delete_view()

    def get_one(self, id: Any) -> Any:
        """A row that may be changed."""
        row = super().get_one(id)
        if not self.may_change(row):
            raise NotFound()
        return row

    def page_actions(self) -> Sequence[Action]:
        """新增."""
        if not self.can_create:
            return ()
        return (Action(_("新增%(noun)s", noun=self.noun), url_for(".create_view")),)

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Change and delete."""
        if not self.manages or not self.may_change(row):
            return ()
        found = []
        if self.edits:
            found.append(Action(_("修改"), url_for(".edit_view", id=row.id)))
        if self.deletes:
            words = _("删除“%(name)s”？已被使用的不能删除。", name=self.row_name(row))
            found.append(Action(_("删除"), url_for(".delete_view"), True, words, {"id": str(row.id)}))
        return found

    def edit_link(self, row: Any) -> str:
        """The address of the row's form; nothing when the reader may only look."""
        may = self.edits and self.manages and self.may_change(row)
        return url_for(".edit_view", id=row.id) if may else ""

    # --- forms ------------------------------------------------------------------------------------

    def scaffold_form(self) -> type[Form]:
        """The form made from the model, with fields that keep what their reader cannot see."""
        form: type[Form] = finished(super(ConsoleView, self).scaffold_form())
        return form

    def create_form(self, obj: Any = None) -> Form:
        """The form for a new row; a required field says so in Chinese."""
        return _spoken(super().create_form(obj))

    def edit_form(self, obj: Any = None) -> Form:
        """The form over a row; relations the reader cannot read are held."""
        form = _spoken(super().edit_form(obj))
        for field in form if obj is not None else ():
            if isinstance(field, Keep):
                field.hold(obj, field.short_name)
        return form

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """Fill and check what the form does not ask; raise DomainError to refuse."""

    def create_model(self, form: Any) -> Any:
        """Add the row, or put what was refused on the form."""
        row = self.kind()
        return row if self._saved(form, row, created=True) else False

    def update_model(self, form: Any, model: Any) -> bool:
        """Change the row; Stale (409) when somebody was faster, with what differs."""
        if str(model.lock_version) != str(form.lock_version.raw_data[0] if form.lock_version.raw_data else ""):
            raise Stale(self._differences(form, model))
        return self._saved(form, model, created=False)

    def _saved(self, form: Any, row: Any, *, created: bool) -> bool:
        try:
            with unit() as current:
                with current.no_autoflush:
                    form.populate_obj(row)
                    self.before_save(form, row, created)
                if created:
                    current.add(row)
                current.flush()
        except Stale:
            raise
        except DomainError as error:
            for fault in attach(form, error):
                flash(fault.message, "error")
            return False
        self.saved()
        return True

    def saved(self) -> None:
        """After a change: forget what pages keep of this table."""

    def delete_model(self, model: Any) -> bool:
        """Delete the row; a row in use stays, and the page says what can be done instead."""
        try:
            with unit() as current:
                current.delete(model)
        except DomainError as error:
            flash(self.refused(error), "error")
            return False
        self.saved()
        return True

    def refused(self, error: DomainError) -> str:
        """Why a row cannot be deleted."""
        return error.message

    def _differences(self, form: Any, row: Any) -> Iterator[tuple[str, str, str]]:
        """(label, what was typed, what stands there now) of every field that differs."""
        for field in form:
            if field.name in ("lock_version", "csrf_token") or not hasattr(row, field.name):
                continue
            typed, now = plain(field.data), plain(getattr(row, field.name))
            if typed != now:
                yield str(field.label.text), typed, now


def _spoken(form: Form) -> Form:
    for field in form:
        for validator in field.validators:
            if isinstance(validator, InputRequired) and not validator.message:
                validator.message = _("请填写%(name)s", name=field.label.text)
    return form


def covers_programme() -> bool:
    """Whether the reader looks after the whole region of every active programme: its data is everybody's."""
    if "covers_programme" not in g:
        low, high = actor().reference_range
        codes = session().scalars(select(m.Programme.region_code).where(m.Programme.active)).all() if low else []
        g.covers_programme = bool(codes) and all(
            low <= span.lo and span.hi <= high for span in (range_of(code) for code in codes)
        )
    return bool(g.covers_programme)


def in_reference_range(region_code: str | None) -> bool:
    """Whether a row of this region may be changed by the reader."""
    low, high = actor().reference_range
    return bool(low) and region_code is not None and low <= region_code < high
