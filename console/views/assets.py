"""Versioned addresses of our own static files: a changed file has a new address, the others are cached for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).resolve().parent.parent / "static"
YEAR = 365 * 24 * 3600


@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """The address of ``console/static/<name>``, with eight characters of its hash."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?v={digest}"


def _cache(response: Response) -> Response:
    if (request.endpoint or "").endswith("static") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR if request.args.get('v') else 3600}"
    return response


def install(app: Flask) -> None:
    """Offer ``asset`` to the templates."""
    app.add_template_global(asset)
    app.after_request(_cache)
