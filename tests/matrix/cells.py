"""Cells of the matrix: every rule of the url_map x method x person x position of the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.matrix import oracle

SAFE = ("GET", "HEAD", "OPTIONS")
MISSING, HUGE = 987_654_321, 10**17
WORDS = ("五华", "麒麟")
"""What is searched for: fragments of names in a district of each of two prefectures (not the marker, which is read)."""
SEARCHED = ("expert", "review", "filing", "application", "certificate", "account", "role_grant")
PASSWORD = "Cangshan#2026"


LEADS = frozenset({letter: name for name, (letter, *_rest) in reversed(oracle.PEOPLE.items())}.values())
"""The first person of every role."""

MIGHTY = ("visitor", "reviewer_province", "bureau_admin_province", "system_admin")
"""Who tries the doors that are shut for everybody."""

WATCHERS = (
    "onlooker_kunming",
    "onlooker_qujing",
    "expert_of_wuhua",
    "support_kunming",
    "audit_admin_kunming",
    "bureau_admin_kunming",
)


@dataclass(frozen=True)
class Cell:
    """One question: who asks for what, how, about which row."""

    endpoint: str
    method: str
    person: str
    kind: str = ""
    place: str = ""
    query: str = ""
    rule: str = ""

    def __str__(self) -> str:
        words = (self.person, self.method, self.endpoint, self.kind, self.place, self.query)
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    answer: str
    leaks: tuple[str, ...]
    wrote: str = ""
    error: str = ""


# --- which cells there are ------------------------------------------------------------------------------------------


def unclassified(app: Flask) -> set[tuple[str, str]]:
    """Rules and methods of the application the oracle knows nothing of, and lines of it that lead nowhere."""
    real = {(rule.endpoint, method) for rule, method in rules(app)}
    known = set(oracle.ROWS) | {(endpoint, method) for endpoint, method in real if endpoint in oracle.SHUT}
    shut = {endpoint for endpoint, _method in real}
    return (real ^ known) | {(endpoint, "") for endpoint in oracle.SHUT - shut}


def rules(app: Flask) -> Iterator[tuple[Any, str]]:
    """Every rule with each method it takes (HEAD and OPTIONS are Werkzeug's own)."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


def cells(app: Flask, person: str) -> Iterator[Cell]:
    """Every question worth asking as this person.

    What hangs on the role alone (closed and public pages, refusals, ids that cannot be) is asked by the first person
    of each role; what hangs on scope, department or body by everybody.
    """
    lead = person in LEADS
    for rule, method in rules(app):
        endpoint, path = rule.endpoint, rule.rule
        row = oracle.ROWS.get((endpoint, method))
        if endpoint in oracle.SHUT or row is None:
            if person in MIGHTY and endpoint in oracle.SHUT:
                yield Cell(endpoint, method, person, rule=path)
            continue  # one nobody classified is reported by its own test
        opens = not row.public and oracle.PEOPLE[person][0] in row.who
        if not (lead or opens):
            continue
        for kind in row.kinds or ("",):
            places = _positions(row.rule, kind)
            if not opens:
                places = tuple(place for place in places if place in (places[0], "missing", "rubbish"))
            elif not lead:
                places = tuple(place for place in places if place not in ("missing", "rubbish", "huge")) or places[:1]
            yield from (Cell(endpoint, method, person, kind, place, rule=path) for place in places)
        if opens and row.rule == "list":
            yield from _lists(app, endpoint, person, path)
        if opens and endpoint == "home.search":
            yield from (Cell(endpoint, method, person, query=f"q={word}", rule=path) for word in WORDS)


def _positions(rule: str, kind: str) -> tuple[str, ...]:
    if rule == "known":
        return ("known", "rubbish")
    if rule == "rows":
        return ("all",)
    if not kind:
        return ("",)
    if kind in ("taxonomy", "parameter", "region", "calendar", "message_template", "programme"):
        return ("all", "missing", "rubbish")
    if kind == "admin":
        return ("province", "kunming")
    if kind == "none":
        return ("missing", "rubbish")
    return (*oracle.EVERYWHERE, "missing", "rubbish", "huge")


def _lists(app: Flask, endpoint: str, person: str, path: str) -> Iterator[Cell]:
    view = next(each for each in app.extensions["admin_views"] if each.endpoint == endpoint.partition(".")[0])
    own_tabs = endpoint.startswith(("review.", "filing."))  # whose, beside, elsewhere: there everybody looks
    queries = ["panel=1&size=100"]
    if own_tabs or oracle.PEOPLE[person][0] not in "RF":
        queries += [f"tab={tab.key}" for tab in view.tabs[1:]]
    if view.endpoint in SEARCHED:
        queries += [f"tab={tab.key}&search={word}" for word in WORDS for tab in view.tabs[:: len(view.tabs) - 1]]
    yield from (Cell(endpoint, "GET", person, query=query, rule=path) for query in queries)


def expected(cell: Cell) -> str:
    """What the oracle says."""
    if cell.place == "rubbish" and "<int:" in cell.rule:
        return "404"  # no address of ours, whoever asks
    return oracle.expected(cell.endpoint, cell.method, cell.person, cell.kind, cell.place)
