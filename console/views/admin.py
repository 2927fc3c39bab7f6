"""Flask-Admin's part: the generated lists and reference data pages."""

from __future__ import annotations

from flask import Flask, redirect
from flask_admin import Admin, AdminIndexView, BaseView, expose
from flask_admin.theme import Bootstrap4Theme
from flask_sqlalchemy import SQLAlchemy
from werkzeug.wrappers import Response

from console.permissions import Permission
from console.views.base import ConsoleView
from console.views.list_account import AccountList
from console.views.list_application import ApplicationList
from console.views.list_audit import AuditList
from console.views.list_calendar import CalendarList
from console.views.list_certificate import CertificateList
from console.views.list_department import DepartmentList
from console.views.list_expert import ExpertList
from console.views.list_filing import FilingList
from console.views.list_message import MessageTemplateList, OutboxList
from console.views.list_organisation import OrganisationList
from console.views.list_parameter import ParameterList
from console.views.list_programme import ProgrammeList
from console.views.list_region import RegionList
from console.views.list_review import ReviewList
from console.views.list_role_grant import RoleGrantList
from console.views.list_taxonomy import TaxonomyList
from console.views.request import csp_nonce


class Index(AdminIndexView):
    """Flask-Admin's own start page leads to the task list."""

    def access(self, method: str) -> tuple[Permission, ...] | None:
        """Everybody who is logged in."""
        return (Permission.SELF,) if method == "index" else None

    @expose("/")
    def index(self) -> Response:
        """Go home."""
        return redirect("/")


VIEWS: tuple[type[ConsoleView], ...] = (
    ExpertList,
    ReviewList,
    FilingList,
    ApplicationList,
    CertificateList,
    OrganisationList,
    DepartmentList,
    TaxonomyList,
    RegionList,
    ParameterList,
    CalendarList,
    MessageTemplateList,
    ProgrammeList,
    OutboxList,
    AccountList,
    RoleGrantList,
    AuditList,
)
"""Every generated view, in the order of the menu."""


def views(db: SQLAlchemy) -> list[ConsoleView]:
    """The views, made afresh for an application: they hold state."""
    return [view(db) for view in VIEWS]


def install(app: Flask, db: SQLAlchemy) -> None:
    """Build Admin and its views for this application (both hold state, so never at module level)."""
    theme = Bootstrap4Theme(base_template="admin/console_base.html", fluid=True)
    admin = Admin(app, name="聚贤", theme=theme, index_view=Index(), csp_nonce_generator=csp_nonce)
    for view in views(db):
        admin.add_view(view)
    app.extensions["admin_views"] = (admin.index_view, *views_of(admin))


def views_of(admin: Admin) -> tuple[BaseView, ...]:
    """The views an Admin holds."""
    return tuple(view for view in admin._views if view is not admin.index_view)
