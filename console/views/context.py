"""What every template knows: the shell round the page, the permissions of the reader, the locale."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request

from console.permissions import Permission
from console.views import menu
from console.views.request import actor, now, permissions, today

LOCALES = ("zh_Hans_CN", "en")


def locale() -> str:
    """The reader's language: his own choice, else the installation's."""
    user = g.get("user")
    chosen = user.resumed.locale if user is not None else request.cookies.get("locale", "")
    return chosen if chosen in LOCALES else str(current_app.config["LANGUAGE"])


def _context() -> dict[str, Any]:
    return {"shell": menu.shell(), "may": frozenset(permissions()), "P": Permission, "today": today(), "now": now()}


def install(app: Flask) -> None:
    """Offer the context to the templates."""
    app.context_processor(_context)
    app.add_template_global(actor)
