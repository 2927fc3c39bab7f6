"""How gunicorn serves: read by ``gunicorn -c python:console.gunicorn_conf``, which ``console serve`` starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from config import declared
from console import logs
from console.commands.parent import end_with_parent

_values = declared(os.environ)
_shared_memory = Path("/dev/shm")  # noqa: S108 gunicorn makes an unnamed file there

bind = f"{_values['HOST']}:{_values['PORT']}"
workers = _values["WEB_WORKERS"]
worker_class = "gthread"
threads = _values["THREADS"]
preload_app = False  # a worker starts with connections of its own, and reads changed code on reload
timeout = _values["REQUEST_SECONDS"]
graceful_timeout = _values["GRACE_SECONDS"]
keepalive = 5
max_requests = 20_000  # a leak of a library ends with its process
max_requests_jitter = 2_000
accesslog = None  # an access log would keep names and numbers from query strings
# Heartbeat files on a disk can block; a missing or closed folder is gunicorn's default.
worker_tmp_dir = str(_shared_memory) if os.access(_shared_memory, os.W_OK) else None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "console.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"level": _values["LOG_LEVEL"], "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}},
}


def post_fork(server: Any, worker: Any) -> None:
    """Set up the logs of a worker before it loads the application."""
    logs.configure(str(_values["LOG_LEVEL"]))


def post_worker_init(worker: Any) -> None:
    """When ``console serve`` is killed, end the gunicorn it started: a worker notices, because it may have threads."""
    end_with_parent(worker.ppid)
