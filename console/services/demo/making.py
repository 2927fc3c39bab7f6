"""The demo world: invented people, firms and cases in every state, the same at every first start (fixed chance).

Only the passwords are fresh; they are written to ``instance/demo-logins.txt`` (0600) and nowhere else.
"""

from __future__ import annotations

import random
from pathlib import Path

import structlog
from sqlalchemy import func, select

from console import models as m
from console.database import session
from console.rules.deadlines import beijing_today
from console.services.demo import accounts, cases, papers, people
from console.services.demo.world import World
from console.services.outside import outside
from console.services.unit import unit

SEED = 20261120
EXPERTS = 2000

log = structlog.get_logger()


def load(seeds: Path, logins: Path, *, experts: int = EXPERTS) -> int:
    """Make the demo world in an empty database and return the number of experts; does nothing in one with experts."""
    if session().scalar(select(m.Expert.id).limit(1)) is not None:
        return 0
    now = outside().clock.now()
    world = World(seeds, random.Random(SEED), now, beijing_today(now))  # noqa: S311 the same world every time is the point
    with unit() as db:
        # A thousand certificates are rendered inside: the limit of a page request would end the transaction.
        db.execute(select(func.set_config("idle_in_transaction_session_timeout", "0", True)))
        officials = accounts.officials(world)
        found = people.make(world, experts)
        found = cases.make(world, found)
        papers.attach(world, found)
        papers.issue(world, found)
        accounts.experts(world, found)
    accounts.write_logins(world, logins, officials, found)
    log.info("demo world made", experts=len(found))
    return len(found)
