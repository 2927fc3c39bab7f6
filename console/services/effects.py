"""Every effect a workflow names is registered by importing its module here; start-up fails when one is missing."""

from __future__ import annotations

from console.services.transitions import check_effects


def check_workflows() -> None:
    """Refuse to start with a workflow that names an effect nobody wrote."""
    check_effects()
