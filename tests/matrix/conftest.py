"""One world per worker and module; every cell leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.matrix import world as worlds
from tests.matrix.asker import Asker


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[worlds.World]:
    """The five places and everybody."""
    with worlds.standing(app) as found:
        yield found


@pytest.fixture(scope="module")
def asker(world: worlds.World) -> Asker:
    """Somebody who asks."""
    return Asker(world)
