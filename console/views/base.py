"""The one list page of the console, inside Flask-Admin (FAST_LIST.md): plain rows, ids first, keyset pages.

A view says what its list shows (columns, filters, tabs, orders, search) and who may open it; it is read-only unless it
is a ``ReferenceView``. Every method of Flask-Admin that a view does not name is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, abort, flash, request, url_for
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.exc import IntegrityError
from wtforms import Form

from console.columns import Base
from console.database import session
from console.errors import DomainError, NotFound
from console.permissions import Permission
from console.services.unit import translated
from console.views.columns_of import Action, Column, badge_html
from console.views.export import csv_of, filter_words, ids_of
from console.views.filters import Filter
from console.views.links import RowLink, RowMenu
from console.views.lists import Asked, Listing, Rows, Search, Source, Tab, read
from console.views.paging import Sort, typed
from console.views.request import permissions


class ConsoleView(ModelView):
    """A list of one kind of record, read-only."""

    kind: ClassVar[type[Base]]
    title: ClassVar[LazyString | str] = ""
    noun: ClassVar[LazyString | str] = ""
    unit_word: ClassVar[LazyString | str] = ""
    endpoint_name: ClassVar[str] = ""
    permission: ClassVar[Permission]
    export_permission: ClassVar[Permission | None] = None
    bulk_permission: ClassVar[Permission | None] = None

    columns: Sequence[Column] = ()
    file_columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    tabs: Sequence[Tab] = ()
    sorts: Mapping[str, Sort] = {}
    default_sort: str = "id"
    dated: bool = False
    search: Search | None = None
    bulk: Sequence[tuple[str, LazyString | str]] = ()
    links: Sequence[RowLink] = ()

    can_create = False
    can_edit = False
    can_delete = False
    can_view_details = False
    can_export = False
    column_list = ()
    column_details_list = ()
    column_export_list = ()
    column_sortable_list = ()
    column_filters = None
    list_template = "admin/model/list.html"

    _row_statement: Rows | None = None

    def __init__(self, db: SQLAlchemy) -> None:
        self.id_column = getattr(self.kind, str(inspect(self.kind).primary_key[0].key))
        super().__init__(self.kind, db, name=self.title, endpoint=self.endpoint_name)

    # --- who gets in ------------------------------------------------------------------------------

    def access(self, method: str) -> tuple[Permission, ...] | None:
        """The permissions (any of them) that open a method; None, which is nobody, for one that is not named."""
        return self.doors().get(method)

    def doors(self) -> dict[str, tuple[Permission, ...]]:
        """Every method this view opens."""
        found: dict[str, tuple[Permission, ...]] = {"index_view": (self.permission,)}
        if self.can_view_details:
            found["details_view"] = (self.permission,)
        if self.export_permission is not None:
            found["export"] = (self.export_permission,)
        if self.bulk_permission is not None:
            found["action_view"] = (self.bulk_permission,)
        return found

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # The stock wrapper takes any TypeError inside a view for a wrong signature and calls it a second time.
        return fn(self, *args, **kwargs)

    # --- what the list shows ----------------------------------------------------------------------

    def source(self, asked: Asked) -> Source:
        """The ids of every row of this list."""
        return Source(select(self.id_column).where(*self.base()), self.id_column, self.sorts)

    @property
    def filter_keys(self) -> list[str]:
        """Every key of the address that a filter occupies."""
        return [key for each in self.filters for key in each.keys]

    def base(self) -> Sequence[ColumnElement[bool]]:
        """Conditions every row of this list fulfils, whatever the tab."""
        return ()

    def selected(self) -> Rows:
        """The columns of a row, joined; one is called ``id``."""
        raise NotImplementedError

    def row_statement(self) -> Rows:
        """``selected``, put together once unless it asks for today's date (``dated``)."""
        if self.dated:
            return self.selected()
        if self._row_statement is None:
            self._row_statement = self.selected()
        return self._row_statement

    def row_name(self, row: Any) -> str:
        """What the row is called by its box and its menu."""
        return self.columns[0].text(row)

    def row_button(self, row: Any) -> Action | None:
        """The one button of a row."""
        return None

    def row_menu(self) -> RowMenu:
        """The entries of "…" that all rows share."""
        return RowMenu(self.links)

    def row_actions(self, row: Any) -> Sequence[Action]:
        """The entries only this row has."""
        return ()

    def page_actions(self) -> Sequence[Action]:
        """Buttons beside the title; the primary one last."""
        return ()

    def nothing(self, listing: Listing) -> tuple[str, str]:
        """Title and advice when the list is empty."""
        asked = listing.asked
        if asked.search or asked.values:
            return _("没有符合条件的%(noun)s", noun=self.noun), listing.advice()
        return _("没有%(noun)s", noun=self.noun), ""

    # --- pages ------------------------------------------------------------------------------------

    @expose("/")
    def index_view(self) -> str:
        """The list."""
        listing = Listing(self, read(self, url_for(".index_view"), request.args))
        return self.render(
            self.list_template,
            listing=listing,
            lines=listing.lines(),
            asked=listing.asked,
            view=self,
            badge=badge_html,
            bulk=self.bulk if self.bulk_permission in permissions() else (),
            export_url=self._export_url(listing.asked),
            page_actions=self.page_actions(),
        )

    def _export_url(self, asked: Asked) -> str:
        if self.export_permission not in permissions():
            return ""
        words = asked.url().partition("?")[2]
        return url_for(".export", export_type="csv") + (f"?{words}" if words else "")

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The list as a file."""
        if export_type != "csv":
            abort(404)
        asked = read(self, url_for(".index_view"), request.args)
        return self.file(ids_of(self, asked), filter_words(self, asked))

    def file(self, ids: Sequence[Any], chosen: Mapping[str, str]) -> Response:
        """The rows of these ids as a file; ``chosen`` is what the audit says about how they were found."""
        return csv_of(self, ids, chosen, str(self.title), self.file_columns or self.columns)

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """A bulk act on chosen rows: their ids go through the scoped query before anything else sees them."""
        name = request.form.get("action", "")
        if name not in {key for key, _label in self.bulk}:
            abort(400)
        ids = self.chosen(request.form.getlist("rowid"))
        if not ids:
            flash(_("请至少选择一项。"), "warn")
            return self.back()
        return getattr(self, f"bulk_{name}")(ids)

    def chosen(self, given: Sequence[str]) -> list[Any]:
        """The ids among those posted that exist for the actor; at most one page of them."""
        wanted = [value for text in given[:100] if (value := read_id(text, self.id_column)) is not None]
        rows = session().scalars(select(self.id_column).where(self.id_column.in_(wanted), *self.base()))
        return sorted(rows)

    def back(self) -> Response:
        """Back to the list."""
        return abort(Response("", 302, {"Location": url_for(".index_view")}))

    # --- one record -------------------------------------------------------------------------------

    def get_one(self, id: Any) -> Any:
        """The record, if the actor can see it and it belongs to this list; else 404, whatever was asked."""
        key = read_id(id, self.id_column) if isinstance(id, str) else None
        found = (
            key is not None
            and session().scalars(select(self.kind).where(self.id_column == key, *self.base())).one_or_none()
        )
        if not found:
            raise NotFound()
        return found

    def scaffold_form(self) -> type[Form]:
        """A read-only view has no form."""
        return Form

    def handle_view_exception(self, exc: Exception) -> bool:
        """Say in Chinese what the database or a rule refused; anything else goes on as an error."""
        problem = translated(exc) if isinstance(exc, IntegrityError) else exc
        if not isinstance(problem, DomainError):
            raise exc
        flash(problem.message, "error")
        return True


def read_id(text: str, column: Any) -> Any:
    """A primary key from an address; None when the text cannot be one."""
    try:
        return typed(text, column) if 0 < len(text) <= 64 else None
    except ValueError:
        return None
