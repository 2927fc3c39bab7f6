"""Every effect a workflow names is registered by importing its module here; start-up fails when one is missing."""

from __future__ import annotations

from console.services import applications, certificates, filing, reviews
from console.services.transitions import check_effects
from console.workflow import Workflow
from console.workflow.application import APPLICATION
from console.workflow.certificate import CERTIFICATE
from console.workflow.review import REVIEW

MODULES = (applications, reviews, filing, certificates)
"""Where the effects are written; naming them here is what registers them."""

WORKFLOWS: tuple[Workflow, ...] = (APPLICATION, REVIEW, CERTIFICATE)


def check_workflows() -> None:
    """Refuse to start with a workflow that names an effect nobody wrote."""
    check_effects(*WORKFLOWS)
