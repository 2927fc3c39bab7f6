"""Logs: one JSON object per line on stderr, with the number of the request and without personal data.

Who writes a log line names records by their id. Masking here is the second wall: values under a telling key are
replaced, and whatever looks like a mobile number or an identity number is masked wherever it stands, in messages
of other packages and in tracebacks too.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections.abc import Mapping
from typing import IO, Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "***"
SENSITIVE_KEYS = frozenset(
    [
        "password",
        "passwd",
        "secret",
        "token",
        "captcha",
        "otp",
        "cookie",
        "authorization",
        "phone",
        "mobile",
        "id_number",
        "idcard",
        "name",
    ]
)
IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1\d{10}(?!\d)")
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
QUIET = {"gunicorn.error": logging.WARNING, "fontTools": logging.WARNING, "alembic": logging.WARNING}


def configure(level: str = "INFO", stream: IO[str] | None = None) -> None:
    """Send structlog and the standard library's loggers to ``stream`` (stderr); ``level`` as in LOG_LEVEL."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quieter in QUIET.items():
        logging.getLogger(name).setLevel(max(quieter, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # tests configure more than once
    )


def formatter() -> logging.Formatter:
    """The formatter of every handler; gunicorn is given it by name."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_common(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_personal_data,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]


def begin_request(given: str = "", **known: str) -> str:
    """Bind the number of a request to every line logged during it and return it.

    ``given`` is the X-Request-ID of the proxy, taken when it looks like one; ``known`` are further fields (method,
    endpoint), never a query string.
    """
    number = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=number, **known)
    return number


def mask_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Structlog processor: hide telling keys, mask mobile and identity numbers in everything else."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key.lower() in SENSITIVE_KEYS:
        return HIDDEN
    if isinstance(value, Mapping):
        return {inner: _masked(str(inner), content) for inner, content in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked("", each) for each in value]
    if value is None or isinstance(value, (bool, float)):
        return value
    text = masked_text(str(value))
    return value if text == str(value) else text


def masked_text(text: str) -> str:
    """Replace every mobile number (11 digits from 1) and identity number (18 characters) in a text."""
    return PHONE.sub(HIDDEN, IDENTITY.sub(HIDDEN, text))
