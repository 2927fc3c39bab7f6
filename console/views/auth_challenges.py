"""Challenges and one-time codes: puzzle, picture, 发送验证码."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, render_template, request, session
from flask_babel import gettext as _

from console.errors import DomainError, Fault, TooMany
from console.forms.auth import CodeLoginForm, ForgotForm, RegisterForm
from console.forms.base import attach
from console.forms.fields import CaptchaForm
from console.services import captchas, codes
from console.views.auth_blueprint import bp
from console.views.errors import STATUS
from console.views.guard import public
from console.views.request import actor, now
from console.vocabulary import CaptchaKind, CodePurpose

PICTURE = "picture"
FORMS: dict[str, type[Any]] = {"register": RegisterForm, "login": CodeLoginForm, "reset": ForgotForm}
PAGES: dict[str, Callable[..., str]] = {}
"""Which page asked for a code, by purpose; filled by ``views/auth.py``."""

LONGEST_TRACK = 5000


def answer_of(form: CaptchaForm) -> captchas.Answer:
    """The challenge a form answers: a solved puzzle by its token, a picture by the one this browser saw last."""
    if form.captcha_kind.data == CaptchaKind.SLIDER:
        return captchas.Answer(CaptchaKind.SLIDER, form.puzzle.data or "")
    return captchas.Answer(CaptchaKind.PICTURE, session.get(PICTURE, ""), form.captcha.text)


def refresh_challenge(form: Any) -> None:
    """A page that is shown again asks anew: the old answer is spent."""
    if isinstance(form, CaptchaForm):
        form.puzzle.data = form.captcha.data = ""


@bp.get("/captcha/puzzle")
@public("whoever logs in or registers proves to be a person")
def puzzle() -> Response:
    """A new puzzle as JSON, its pictures inside."""
    token, drawn = captchas.new_puzzle(now=now(), ip=actor().ip)
    return jsonify(
        token=token,
        background=_data(drawn.background_png),
        piece=_data(drawn.piece_png),
        y=drawn.y,
        width=drawn.width,
        height=drawn.height,
        piece_size=drawn.piece_size,
    )


@bp.post("/captcha/puzzle")
@public("whoever logs in or registers proves to be a person")
def puzzle_check() -> tuple[Response, int] | Response:
    """The piece was let go: right or a new puzzle."""
    try:
        given: Any = request.get_json(silent=True)
        token, x, track = str(given["token"]), float(given["x"]), [(float(a), float(b)) for a, b in given["track"]]
    except (TypeError, KeyError, ValueError, OverflowError, RecursionError):  # the last: brackets without end
        return jsonify(message=captchas.UNSOLVED.message), 422
    faults = captchas.solve_puzzle(token, x, track[:LONGEST_TRACK], now=now())
    if faults:
        return jsonify(message=faults[0].message), 422
    return jsonify(message=_("验证通过"))


@bp.get("/captcha/picture")
@public("whoever logs in or registers proves to be a person")
def picture() -> Response:
    """Four characters as a PNG; the one this browser saw last is the one asked for."""
    token, drawn = captchas.new_picture(now=now(), ip=actor().ip)
    session[PICTURE] = token
    return Response(drawn.png, mimetype="image/png")


@bp.post("/codes")
@public("codes are how people without a password come in")
def send_code() -> Any:
    """Send a code for the page whose form was posted; the challenge is asked for every time."""
    purpose = request.form.get("purpose", "")
    if purpose not in FORMS:
        return render_template("errors/400.html", message=""), 400
    form = FORMS[purpose]()
    wait = codes.policy(now()).resend_seconds
    try:
        _send(CodePurpose(purpose), form)
    except DomainError as error:
        return _refused(purpose, form, error)
    message = _("验证码已发送") if purpose == "register" else _("如该手机号已注册，验证码将发送至该手机")
    if _wants_json():
        return jsonify(message=message, seconds=wait)
    return PAGES[purpose](form, wait)


def _send(purpose: CodePurpose, form: Any) -> None:
    try:
        phone = codes.Phone.typed(form.phone_cc.text, form.phone.text)
    except DomainError as error:
        attach(form, error)
        captchas.demand(answer_of(form), now=now())
        raise
    captchas.demand(answer_of(form), now=now())
    codes.send(purpose, phone, now=now(), ip=actor().ip)


def _refused(purpose: str, form: Any, error: DomainError) -> Any:
    attach(form, error)
    status = STATUS[error.kind]
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if not _wants_json():
        return PAGES[purpose](form), status, headers
    message = "；".join(dict.fromkeys(fault.message for fault in _all_faults(form, error)))
    return jsonify(message=message), status, headers


def _all_faults(form: Any, error: DomainError) -> list[Fault]:
    said = [Fault("", line, field.name) for field in form for line in field.errors]
    return said or list(error.faults)


def _wants_json() -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _data(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
