"""Error pages in Chinese, and how a refusal of the use cases becomes one."""

from __future__ import annotations

import structlog
from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from console.errors import DomainError, Kind, Stale, TooMany
from console.extensions import db

STATUS = {
    Kind.INVALID: 422,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
}
PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})

log = structlog.get_logger()


def page(status: int, message: str = "", **context: object) -> tuple[str, int]:
    """The error page of a status. Page 500 and 503 need neither database nor shell."""
    known = status if status in PAGES else (500 if status >= 500 else 400)
    return render_template(
        f"errors/{known}.html", message=message, request_id=g.get("request_id", ""), status=status, **context
    ), status


def _domain(error: DomainError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    db.session.rollback()
    status = STATUS[error.kind]
    changes = error.changes if isinstance(error, Stale) else ()
    retry = {"retry_after": error.retry_after} if isinstance(error, TooMany) else {}
    body, code = page(status, error.message, faults=error.faults, changes=changes, **retry)
    if isinstance(error, TooMany):
        return body, code, {"Retry-After": str(error.retry_after)}
    return body, code


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def _csrf(error: CSRFError) -> tuple[str, int]:
    return page(400, "页面已过期，请刷新后重新提交。您填写的内容没有保存。")


def _database(error: DBAPIError | PoolTimeout) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    if isinstance(error, OperationalError | PoolTimeout) or getattr(error, "connection_invalidated", False):
        log.error("database unavailable", kind=type(error).__name__, request_id=g.get("request_id", ""))
        body, code = page(503, retry_after=10)
        return body, code, {"Retry-After": "10"}
    return _unexpected(error)


def _unexpected(error: Exception) -> tuple[str, int]:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    # The text of a database error may quote values of a row; only its kind and place go to the log.
    log.error(
        "unexpected",
        kind=type(error).__name__,
        endpoint=request.endpoint,
        request_id=g.get("request_id", ""),
        exc_info=error if not isinstance(error, DBAPIError) else None,
    )
    return page(500)


def install(app: Flask) -> None:
    """Register every handler."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(Exception, _unexpected)
