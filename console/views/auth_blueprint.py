"""The blueprint of coming in and of one's own account; its pages are spread over the ``auth*`` modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("auth", __name__)
