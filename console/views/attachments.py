"""Attachments on their way out: as downloads only, never as pages of ours (SECURITY.md R10)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint
from werkzeug.wrappers import Response

from console.permissions import Permission
from console.services import attachments
from console.views.guard import requires
from console.views.request import actor, now

bp = Blueprint("attachments", __name__)


@bp.get("/attachments/<int:attachment_id>")
@requires(Permission.EXPERT_OWN, Permission.EXPERT_VIEW)
def download(attachment_id: int) -> Response:
    """A file of an expert, for himself and for officials in scope; anything else is not there."""
    file = attachments.download(attachment_id, actor=actor(), now=now())
    response = Response(file.content, mimetype=file.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    # Whatever a browser makes of a stranger's file, it may load and run nothing in our name.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response
