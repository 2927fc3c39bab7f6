"""专家端: every page answers, with the words that belong to its state."""

from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def expert(db):
    return make.expert()


@pytest.fixture
def mine(client, expert):
    """The expert's browser."""
    return make.login(client, make.account_of(expert))


@pytest.mark.parametrize(
    "path",
    [
        "/my",
        "/my/information",
        "/my/information?step=2",
        "/my/information?step=3",
        "/my/information?all=1",
        "/my/declare",
        "/my/certificates",
        "/my/information.docx",
    ],
)
def test_every_page_of_an_expert_answers(mine, path):
    assert mine.get(path).status_code == 200
