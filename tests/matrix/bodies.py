"""What is posted in a cell: a body that would do its work if nobody stopped it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.matrix import oracle
from tests.matrix.cells import HUGE, MISSING, PASSWORD, Cell
from tests.matrix.world import MARKERS, World


def body_of(cell: Cell, world: World) -> dict[str, Any] | None:
    """What is posted: a body that would do its work if nobody stopped it. None: the form as the page shows it."""
    maker = BODIES.get(cell.endpoint)
    if maker is not None:
        return maker(cell, world)
    if cell.endpoint.endswith((".edit_view", ".create_view")):
        return None
    return {}


def _versioned(kind: str = "", **more: str) -> Callable[[Cell, World], dict[str, Any]]:
    def make_body(cell: Cell, world: World) -> dict[str, Any]:
        return {"lock_version": str(world.versions.get((kind or cell.kind, cell.place), 1)), **more}

    return make_body


def _own_version(cell: Cell, world: World) -> dict[str, Any]:
    place, what = oracle.PEOPLE[cell.person][2].split() if cell.person.startswith("expert") else ("", "")
    return {"lock_version": str(world.versions.get(("expert" if what == "filed" else "waiting_expert", place), 1))}


def _id(cell: Cell, world: World) -> dict[str, Any]:
    known = {"missing": str(MISSING), "rubbish": "x'y", "huge": str(HUGE)}
    return {"id": known.get(cell.place) or str(world.ids[cell.kind, cell.place])}


def _verdict(cell: Cell, world: World) -> dict[str, Any]:
    return _versioned(outcome="reject", return_reason="从业经历不足三年，不符合入库条件。")(cell, world) | {
        "seen_change": str(world.facts.get(f"change:{cell.place}", 0))
    }


def _rowids(cell: Cell, world: World) -> dict[str, Any]:
    kind, action = ("review_passed", "file") if cell.endpoint.startswith("filing") else ("expert", "export")
    ids = [str(world.ids[kind, place]) for place in MARKERS]
    return {"action": action, "rowid": [*ids, str(MISSING), "x'y"]}


BODIES: dict[str, Callable[[Cell, World], dict[str, Any]]] = {
    "reviews.decide": _verdict,
    "reviews.file": _versioned(),
    "certificates.end": _versioned(end_reason="本人书面申请不再担任专家。"),
    "experts.reveal": lambda cell, world: {"purpose": "verify"},
    "portal.withdraw": _versioned(),
    "portal.remove_attachment": _own_version,
    "portal.remove_specialty": _own_version,
    "accounts.reset": lambda cell, world: {"password": PASSWORD, "confirmation": PASSWORD},
    "accounts.grant": lambda cell, world: {"role": "bureau_admin"},
    "expert.action_view": _rowids,
    "filing.action_view": _rowids,
    "role_grant.delete_view": _id,
    "taxonomy.delete_view": _id,
    "taxonomy.retire_view": _id,
    "parameter.delete_view": _id,
    "auth.locale": lambda cell, world: {"locale": "zh_Hans_CN"},
}
