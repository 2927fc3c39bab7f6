"""What a view knows of the request it serves: who acts, what time it is, and what may be done."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from typing import Any

import structlog
from flask import Flask, Response, abort, current_app, g, request, session
from flask_login import UserMixin

from console import logs
from console.permissions import Permission, allowed
from console.rules.deadlines import beijing_today
from console.scope import ANONYMOUS, Actor, begin_acting, end_acting
from console.services.outside import outside
from console.services.sessions import Limits, Resumed, resume
from console.vocabulary import AccountState

SESSION_KEY = "sid"

log = structlog.get_logger()


class User(UserMixin):
    """What Flask-Login holds of the person: plain values, never a row."""

    def __init__(self, resumed: Resumed) -> None:
        self.resumed = resumed
        self.actor = resumed.actor

    def get_id(self) -> str:
        """The account's id as text."""
        return str(self.actor.account_id)


def now() -> dt.datetime:
    """The moment of this request (UTC), the same for everything it does."""
    if "now" not in g:
        g.now = outside().clock.now()
    return g.now


def today() -> dt.date:
    """Today's date in Beijing."""
    return beijing_today(now())


def actor() -> Actor:
    """Who acts in this request; an anonymous visitor when nobody is logged in."""
    return g.get("actor", ANONYMOUS)


def permissions() -> frozenset[Permission]:
    """What the actor may do."""
    return allowed(actor().roles)


def limits() -> Limits:
    """The session limits of this installation."""
    config = current_app.config
    return Limits(dt.timedelta(minutes=config["SESSION_IDLE_MINUTES"]), dt.timedelta(hours=config["SESSION_HOURS"]))


def must_change_password() -> bool:
    """Whether the account has to choose a password of its own first."""
    user = g.get("user")
    return user is not None and user.resumed.account_state is AccountState.MUST_CHANGE


def csp_nonce() -> str:
    """The nonce of this response; one per request."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def _begin() -> None:
    for name in tuple(g):  # a request inside a context that is older than it (tests, commands) begins clean as well
        g.pop(name)
    g.started = time.perf_counter()
    g.request_id = logs.begin_request(
        request.headers.get("X-Request-ID", ""), method=request.method, endpoint=request.endpoint or ""
    )
    g.acting = begin_acting(ANONYMOUS)
    if (request.endpoint or "").endswith("static") or request.endpoint == "health.live":
        return  # asked too often, or by who wants to know whether the process lives although the database does not
    token = session.get(SESSION_KEY)
    found = resume(token, now=now(), limits=limits(), ip=_ip(), request_id=g.request_id) if token else None
    if token and found is None:
        session.pop(SESSION_KEY, None)
        g.timed_out = True
    if found is not None:
        g.user = User(found)
        g.actor = found.actor
    else:
        g.actor = Actor(name="访客", ip=_ip(), request_id=g.request_id)
    end_acting(g.acting)
    g.acting = begin_acting(g.actor)


def _refuse_nul() -> None:
    """No text of ours holds a NUL, and PostgreSQL takes none: whoever sends one gets 400 everywhere."""
    sent = [request.path]
    for values in (request.args, request.form):
        sent += [text for key, found in values.lists() for text in (key, *found)]
    if any("\0" in text for text in sent):
        abort(400)


def _ip() -> str:
    return request.remote_addr or ""


def _end(error: BaseException | None = None) -> None:
    token = g.pop("acting", None)
    if token is not None:
        end_acting(token)


def _headers(response: Response) -> Response:
    nonce = csp_nonce()
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["X-Request-ID"] = g.get("request_id", "")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not (request.endpoint or "").endswith("static"):
        headers["Cache-Control"] = "no-store"  # files too: send_file would let a browser keep them
        response.vary.add("Cookie")
    return response


def _log(response: Response) -> Response:
    # No address: it may carry a number or a code. The endpoint says enough.
    if not (request.endpoint or "").endswith("static"):
        took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000)
        log.info("request", status=response.status_code, ms=took)
    return response


def install(app: Flask) -> None:
    """Hook the request cycle: who acts, security headers, template globals."""
    app.before_request(_begin)
    app.before_request(_refuse_nul)
    app.teardown_request(_end)
    app.after_request(_headers)
    app.after_request(_log)
    app.add_template_global(csp_nonce)


def load_user(_: Any) -> User | None:
    """Flask-Login's loader: the user found by our own session table."""
    return g.get("user")
