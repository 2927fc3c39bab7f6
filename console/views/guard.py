"""Who may call which endpoint: declared beside the view, demanded before every request, denied by default.

``@requires(Permission.X)`` on a view function, ``@public("why")`` on what a stranger may open. Admin views declare
``permission`` (and ``permissions`` per method) on the class. tests/meta/test_routes.py walks the whole url_map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console.permissions import Permission
from console.services import refusals
from console.views.request import actor, must_change_password, now, permissions

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_ENDPOINTS: dict[str, str] = {"static": "style sheets and scripts", "admin.static": "Flask-Admin's own assets"}
"""Endpoints without a view function of ours, and why they are open."""

FIRST_PASSWORD = frozenset({"auth.change_password", "auth.logout", "home.keep_alive"})
"""All that is open to somebody whose password must be changed first (besides what is public)."""


def requires(*needed: Permission) -> Callable[[View], View]:
    """Any one of the permissions opens the view."""

    def mark(view: View) -> View:
        view.__access__ = needed  # type: ignore[attr-defined]  # read by the guard below
        return view

    return mark


def public(why: str) -> Callable[[View], View]:
    """Anybody may open the view; say why."""

    def mark(view: View) -> View:
        view.__access__ = why  # type: ignore[attr-defined]  # read by the guard below
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> tuple[Permission, ...] | str | None:
    """Permissions (any of them) or the reason why it is public; None when nobody declared it: then nobody gets in."""
    if endpoint in PUBLIC_ENDPOINTS:
        return PUBLIC_ENDPOINTS[endpoint]
    view = app.view_functions.get(endpoint)
    declared = getattr(view, "__access__", None)
    if declared is not None:
        return declared
    blueprint, _dot, method = endpoint.rpartition(".")
    for admin_view in app.extensions.get("admin_views", ()):
        if admin_view.blueprint is not None and admin_view.endpoint == blueprint:
            return admin_view.access(method)
    return None


def _guard() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # Flask answers 404 or 405 itself
    access = access_of(current_app, endpoint)
    if isinstance(access, str):
        return None
    if access is None:
        abort(403)
    if actor().account_id is None:
        return _to_login()
    if must_change_password() and endpoint not in FIRST_PASSWORD:
        return redirect(url_for("auth.change_password"))
    if not permissions() & set(access):
        refusals.note(endpoint, now=now())
        abort(403)
    return None


def _to_login() -> Response:
    if g.get("timed_out"):
        flash(_("登录已超时，请重新登录"), "warn")
    if request.method != "GET":
        return redirect(url_for("auth.login"))
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))


def install(app: Flask) -> None:
    """Ask before every request; after the session was resumed."""
    app.before_request(_guard)
