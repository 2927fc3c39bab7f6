"""Who gets what: every rule of the url_map, everybody, every position of a row (SECURITY.md R1)."""

import pytest

from tests.matrix import oracle
from tests.matrix.cells import cells, expected, unclassified
from tests.matrix.world import PEOPLE


def test_no_endpoint_is_unclassified(app):
    assert unclassified(app) == set()


def test_the_matrix_is_large_and_every_kind_of_answer_is_expected_in_it(app):
    every = [cell for person in PEOPLE for cell in cells(app, person)]
    assert len(every) > 8000
    assert {expected(cell) for cell in every} >= {"ok", "fault", "login", "first", "403", "404", "409"}
    assert {row.rule for row in oracle.ROWS.values()} <= {*oracle.RULES, "known"}


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_exactly_the_answers_of_the_oracle_and_no_foreign_word(app, asker, person):
    wrong, leaks, writes = [], [], []
    for cell in cells(app, person):
        outcome = asker.ask(cell)
        if outcome.answer != expected(cell):
            wrong.append(f"{cell}: {outcome.answer}, expected {expected(cell)} {outcome.error[:300]}")
        if outcome.leaks:
            leaks.append(f"{cell}: {outcome.leaks}")
        if outcome.wrote:
            writes.append(f"{cell}: refused, and yet {outcome.wrote}")
    assert not leaks, "\n".join(leaks)
    assert not writes, "\n".join(writes)
    assert not wrong, "\n".join(wrong)
