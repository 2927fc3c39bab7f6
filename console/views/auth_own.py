"""One's own account: 修改密码, 登录设备, 消息, 界面语言."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console.errors import DomainError
from console.forms.auth import PasswordForm
from console.forms.base import attach
from console.permissions import Permission
from console.rules.deadlines import beijing_time
from console.services import messages, own_account, passwords
from console.services.unit import unit
from console.views.auth_blueprint import bp
from console.views.context import LOCALES
from console.views.guard import public, requires
from console.views.local_path import local_path
from console.views.request import actor, limits, must_change_password, now, today

HANDLE = 16
"""Characters of a session's key that name it in a form."""
YEAR = 365 * 24 * 3600


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.SELF)
def change_password() -> str | Response | tuple[str, int]:
    """A new password; the old one is asked for unless it must be changed."""
    form, forced = PasswordForm(), must_change_password()
    words = passwords.profile(today()).words
    if request.method == "GET":
        return render_template("auth/password.html", form=form, forced=forced, words=words)
    try:
        own_account.change_password(
            form.old_password.text,
            form.password.text,
            form.confirmation.text,
            actor=actor(),
            now=now(),
            session_key=actor().session_key,
        )
    except DomainError as error:
        attach(form, error)
        return render_template("auth/password.html", form=form, forced=forced, words=words), 422
    flash(_("密码已修改，其他设备上的登录已全部退出"), "success")
    return redirect(local_path(None), 303)


@bp.route("/me/sessions", methods=["GET", "POST"])
@requires(Permission.SELF)
def sessions() -> str | Response:
    """Where I am logged in, and logging out there."""
    if request.method == "GET":
        rows = own_account.live_sessions(actor(), now=now(), limits=limits())
        return render_template(
            "auth/sessions.html", rows=rows, current=actor().session_key, handle=HANDLE, local=beijing_time
        )
    handle = request.form.get("session", "")
    own_account.end_elsewhere(handle, actor=actor(), now=now())
    flash(_("已退出该设备上的登录") if handle else _("已退出其他设备上的登录"), "success")
    return redirect(url_for("auth.sessions"), 303)


@bp.route("/me/messages", methods=["GET", "POST"])
@requires(Permission.SELF)
def inbox() -> str | Response:
    """消息: the newest hundred; POST marks them read."""
    account_id = actor().account_id or 0
    if request.method == "POST":
        with unit():
            messages.mark_read(account_id, now=now())
        return redirect(url_for("auth.inbox"), 303)
    return render_template(
        "auth/inbox.html", rows=messages.inbox(account_id), unread=messages.unread(account_id), local=beijing_time
    )


@bp.post("/locale")
@public("the public pages have a language too")
def locale() -> Response:
    """Choose the language of the screen; kept with the account, or in a cookie for strangers."""
    chosen = request.form.get("locale", "")
    answer = redirect(local_path(request.form.get("next")), 303)
    if chosen not in LOCALES:
        return answer
    if actor().account_id is not None:
        own_account.choose_locale(chosen, actor=actor())
    answer.set_cookie("locale", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer
