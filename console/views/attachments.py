"""Attachments on their way out: as downloads only, never as pages of ours (SECURITY.md R10)."""

from __future__ import annotations

from flask import Blueprint, send_file
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
    file = attachments.open_download(attachment_id, actor=actor(), now=now())
    response = send_file(file.content, mimetype=file.media_type, as_attachment=True, download_name=file.name)
    response.content_length = file.size
    # Whatever a browser makes of a stranger's file, it may load and run nothing in our name.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return response
