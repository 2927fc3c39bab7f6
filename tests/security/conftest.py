"""The world of the matrix, asked about everything that is not a question of roles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.matrix import world as worlds
from tests.matrix.asker import Asker
from tests.matrix.cells import LEADS, Cell, cells, expected


@pytest.fixture(scope="module")
def asker(app: Flask) -> Iterator[Asker]:
    """Somebody who asks, in a world that stays as it is."""
    with worlds.standing(app) as world:
        yield Asker(world)


@pytest.fixture(scope="module")
def opening(app: Flask) -> dict[tuple[str, str], Cell]:
    """For every endpoint and method that is open to somebody: a cell that is answered well."""
    found: dict[tuple[str, str], Cell] = {}
    for person in sorted(LEADS, key=lambda name: name == "visitor"):
        for cell in cells(app, person):
            if expected(cell) in ("ok", "login", "fault", "409", "503"):
                found.setdefault((cell.endpoint, cell.method), cell)
    return found
