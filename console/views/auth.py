"""登录、注册、找回密码、退出 (云南手册 2.1, 2.2, 3.1, 4.2)."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console.errors import DomainError
from console.forms.auth import CodeLoginForm, ForgotForm, LoginForm, RegisterForm
from console.forms.base import attach
from console.permissions import Permission
from console.rules.devices import device_words
from console.services import captchas, codes, logins, own_account, passwords, registration
from console.services.programmes import current_programme
from console.views import auth_challenges, auth_own
from console.views.auth_blueprint import bp
from console.views.auth_challenges import answer_of, refresh_challenge
from console.views.guard import public, requires
from console.views.local_path import local_path
from console.views.request import SESSION_KEY, actor, limits, now, today

__all__ = ["auth_challenges", "auth_own", "bp"]

DOORS = ("government", "expert", "staff")
Answer = str | Response | tuple[str, int]


@bp.route("/login", methods=["GET", "POST"])
@public("everybody comes in here")
def login() -> Answer:
    """Account, password and puzzle; one sentence for everything that is wrong with the first two."""
    if request.method == "GET" and actor().account_id is not None:
        return redirect(local_path(request.args.get("next")))
    form = LoginForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"), "")
        return _login_page(form)
    try:
        return _enter(_log_in(form), form.next.data)
    except DomainError as error:
        attach(form, error)
        return _login_page(form), 422


def _log_in(form: LoginForm) -> str:
    identifier, password = form.identifier.text, form.password.text
    try:
        logins.both_typed(identifier, password)
    except DomainError as error:
        attach(form, error)
        captchas.demand(answer_of(form), now=now())
        raise
    captchas.demand(answer_of(form), now=now())
    return logins.login(identifier, password, now=now(), limits=limits(), visitor=visitor())


@bp.route("/login/sms", methods=["GET", "POST"])
@public("everybody comes in here")
def sms_login() -> Answer:
    """Phone and code."""
    form = CodeLoginForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"), "")
        return code_login_page(form)
    try:
        phone = codes.Phone.typed(form.phone_cc.text, form.phone.text)
        token = logins.login_by_code(phone, form.code.text, now=now(), limits=limits(), visitor=visitor())
    except DomainError as error:
        attach(form, error)
        return code_login_page(form), 422
    return _enter(token, form.next.data)


def _enter(token: str, target: str | None) -> Response:
    session.clear()  # nothing a stranger put into the cookie before outlives the login
    session[SESSION_KEY] = token
    return redirect(local_path(target), 303)


@bp.post("/logout")
@requires(Permission.SELF)
def logout() -> Response:
    """End the session here and in the database."""
    logins.logout(now=now())
    session.clear()
    flash(_("您已退出登录"), "info")
    return redirect(url_for("auth.login"), 303)


@bp.route("/forgot", methods=["GET", "POST"])
@public("whoever forgot his password cannot log in")
def forgot() -> Answer:
    """A new password by a code to the phone."""
    form = ForgotForm()
    if request.method == "GET":
        return forgot_page(form)
    try:
        phone = codes.Phone.typed(form.phone_cc.text, form.phone.text)
        own_account.reset_by_code(phone, form.code.text, form.password.text, form.confirmation.text, now=now())
    except DomainError as error:
        attach(form, error)
        return forgot_page(form), 422
    flash(_("密码已重新设置，请使用新密码登录"), "success")
    return redirect(_expert_door(), 303)


@bp.route("/register", methods=["GET", "POST"])
@public("an expert registers himself (云南手册 2.1)")
def register() -> Answer:
    """专家注册."""
    form = RegisterForm()
    if request.method == "GET":
        return register_page(form)
    try:
        registration.register(_registration(form), now=now())
    except DomainError as error:
        attach(form, error)
        return register_page(form), 422
    session["registered"] = True
    return redirect(url_for("auth.registered"), 303)


@bp.get("/registered")
@public("what comes after registering")
def registered() -> Answer:
    """恭喜您，注册成功！"""
    if not session.get("registered"):
        return redirect(_expert_door())
    return render_template("auth/registered.html", programme=current_programme())


def _registration(form: RegisterForm) -> registration.Registration:
    return registration.Registration(
        phone_cc=form.phone_cc.text,
        phone=form.phone.text,
        code=form.code.text,
        name=form.name.text,
        id_number=form.id_number.text,
        province=form.province.text,
        prefecture=form.prefecture.text,
        district=form.district.text,
        password=form.password.text,
        confirmation=form.confirmation.text,
        agreed=bool(form.agreed.data),
    )


def _expert_door() -> str:
    return f"{url_for('auth.login')}?as=expert"  # `as` is a word of Python, no name for an argument


def visitor() -> logins.Visitor:
    """Where this request comes from."""
    return logins.Visitor(actor().ip, device_words(request.user_agent.string))


# --- pages ------------------------------------------------------------------------------------------


def _login_page(form: LoginForm) -> str:
    door = request.args.get("as", "")
    return _page("auth/login.html", form, door=door if door in DOORS else DOORS[0])


def code_login_page(form: CodeLoginForm, wait: int = 0) -> str:
    """The page of logging in by code; ``wait`` seconds until another may be sent."""
    return _page("auth/sms_login.html", form, wait=wait)


def forgot_page(form: ForgotForm, wait: int = 0) -> str:
    """The page of a forgotten password."""
    return _page("auth/forgot.html", form, wait=wait)


def register_page(form: RegisterForm, wait: int = 0) -> str:
    """The page of registering."""
    form.offer(registration.regions(now()))
    return _page("auth/register.html", form, wait=wait)


def _page(template: str, form: Any, **context: Any) -> str:
    refresh_challenge(form)
    offered = "public.agreement" in current_app.view_functions
    return render_template(
        template,
        form=form,
        programme=current_programme(),
        words=passwords.profile(today()).words,
        links=_links(),
        agreement_url=url_for("public.agreement") if offered else "",
        **context,
    )


def _links() -> list[tuple[str, str, str]]:
    """Public services at the foot of the dark panel; a programme may run without one of them."""
    offered = (
        (_("证书验真"), "public.verify", "medal"),
        (_("系统首页"), "public.index", "home"),
        (_("使用帮助"), "public.help", "help"),
    )
    return [
        (label, url_for(endpoint), icon) for label, endpoint, icon in offered if endpoint in current_app.view_functions
    ]


auth_challenges.PAGES.update(register=register_page, login=code_login_page, reset=forgot_page)
