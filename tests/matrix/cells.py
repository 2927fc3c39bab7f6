"""Cells of the matrix: every rule of the url_map x method x person x position of the row, made and tried out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from console.columns import Base
from console.database import session as db_session
from console.extensions import db
from console.scope import acting_as
from tests.matrix import oracle
from tests.matrix.world import MARKERS, NOW, SYSTEM, World

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


# --- trying one -----------------------------------------------------------------------------------------------------


class Asker:
    """Asks cell after cell; each leaves the world as it was."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app
        self.name = self.app.config["SESSION_COOKIE_NAME"]
        self.client: FlaskClient = self.app.test_client()
        self.untouched = _digest()

    def ask(self, cell: Cell) -> Outcome:
        """The answer of one cell."""
        refused = cell.method not in SAFE and expected(cell) in ("login", "first", "403", "404")
        self.world.connection.exec_driver_sql("SAVEPOINT cell")
        try:
            response = self._send(cell)
            answer, error = classify(response), ""
            leaks = self._leaks(cell, response)
            response.close()
            wrote = _difference(self.untouched, _digest()) if refused else ""
        except Exception as problem:
            answer, leaks, wrote, error = "raised", (), "", f"{type(problem).__name__}: {problem}"
        finally:
            db.session.remove()
            self.world.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT cell")
            self.world.connection.exec_driver_sql("RELEASE SAVEPOINT cell")
        return Outcome(answer, leaks, wrote, error)

    def _send(self, cell: Cell) -> TestResponse:
        self.client = self.app.test_client()
        self.client.set_cookie(self.name, self.world.cookies[cell.person])
        path = self._address(cell)
        if cell.method in SAFE:
            return self.client.open(path, method=cell.method)
        data = body_of(cell, self.world)
        if data is None:
            data = self._typed_again(path)
        return self.client.post(path, data={"csrf_token": self.world.token} | data)

    def _address(self, cell: Cell) -> str:
        path, key = cell.rule, self._key(cell)
        if "<" in path:
            path = _filled(path, _parts(cell, key, self.world))
        elif cell.kind and cell.endpoint.partition(".")[2] in ("edit_view", "details_view"):
            path += f"?id={key}"
        elif cell.kind.startswith("lookup:"):
            name = cell.kind.removeprefix("lookup:") if cell.place == "known" else "rubbish"
            path += f"?name={name}&query=&limit=100000"
        elif cell.kind == "ids":
            path += f"?ids={key}"
        return path + (f"?{cell.query}" if cell.query else "")

    def _key(self, cell: Cell) -> Any:
        kind = {"ids": "review_passed"}.get(cell.kind, cell.kind)
        known = {"missing": MISSING, "rubbish": "x%27y", "huge": HUGE}
        if cell.kind in ("calendar", "message_template", "region") and cell.place == "missing":
            return {"calendar": "2199-01-01", "message_template": "nothing", "region": "999999"}[cell.kind]
        return known[cell.place] if cell.place in known else self.world.ids.get((kind, cell.place), "")

    def _typed_again(self, path: str) -> dict[str, Any]:
        """A form sent back as it was shown; nothing when it was not shown."""
        page = self.client.get(path)
        if page.status_code != 200:
            return {}
        soup = BeautifulSoup(page.get_data(), "html.parser")
        forms = [form for form in soup.find_all("form") if form.find(attrs={"name": "lock_version"})]
        return _values(forms[0]) if forms else {}

    def _leaks(self, cell: Cell, response: TestResponse) -> tuple[str, ...]:
        text = _everything(response, self.app, self.name)
        found = []
        for place, marker in MARKERS.items():
            if marker not in text:
                continue
            allowed, names = oracle.may_read(cell.person, place, _names(marker))
            rest = text
            for name in names:
                rest = rest.replace(name, "")
            if not allowed and marker in rest:
                at = rest.index(marker)
                found.append(rest[max(0, at - 30) : at + 30])
            if cell.person.startswith("expert") and f"{marker}处长" in text:
                found.append(f"{marker}处长")
        return tuple(found)


def _names(marker: str) -> dict[str, str]:
    return {word: f"{marker}{word}" for word in ("专家", "待备案", "待审", "科员", "处长")}


def expected(cell: Cell) -> str:
    """What the oracle says."""
    if cell.place == "rubbish" and "<int:" in cell.rule:
        return "404"  # no address of ours, whoever asks
    return oracle.expected(cell.endpoint, cell.method, cell.person, cell.kind, cell.place)


def classify(response: TestResponse) -> str:
    """The class of an answer."""
    status = response.status_code
    if 300 <= status < 400:
        where = response.headers["Location"].partition("?")[0]
        return {"/login": "login", "/password": "first"}.get(where, "ok")
    if status < 300:
        return "ok"
    return "fault" if status in (400, 422) else str(status)


def _digest() -> Any:
    """How many rows there are and how often they were changed; audit and attempts are for refused requests as well."""
    tables = [table for name, table in Base.metadata.tables.items() if name not in ("audit_entry", "attempt", "region")]
    parts = [select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables]
    parts += [
        select(func.sum(table.c.lock_version)).scalar_subquery().label(f"{table.name}_versions")
        for table in tables
        if "lock_version" in table.c
    ]
    with acting_as(SYSTEM):
        found = db_session().execute(select(*parts)).one()._mapping
    db.session.remove()
    return found


def _difference(before: Any, after: Any) -> str:
    return ", ".join(f"{name} {before[name]} -> {after[name]}" for name in before if before[name] != after[name])


def _filled(path: str, values: dict[str, Any]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part.group(1)]), path)


def _parts(cell: Cell, key: Any, world: World) -> dict[str, Any]:
    if cell.kind == "page":
        return {"page": "expert" if cell.place == "known" else "rubbish"}
    if cell.kind == "file":
        known = "console.js" if cell.endpoint == "static" else "admin/js/form.js"
        return {"filename": known if cell.place == "known" else "../config.py"}
    if cell.kind == "paper":
        return {
            "number": world.facts["number"],
            "code": world.facts["code"] if cell.place == "known" else "WRONGCODE123",
        }
    if cell.rule.endswith("<export_type>/"):
        return {"export_type": "csv" if cell.place == "known" else "xlsx"}
    if cell.endpoint in oracle.SHUT:
        return {"export_type": "csv"}
    name = re.findall(r"<int:(\w+)>", cell.rule)
    return {name[0]: key, "role": "government"}


def _values(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        name, kind = control.get("name"), control.get("type")
        if not name or name == "csrf_token" or kind in ("submit", "file"):
            continue
        if control.name == "textarea":
            found[name] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            chosen = [option for option in control.find_all("option") if option.has_attr("selected")]
            found[name] = chosen[0].get("value", "") if chosen else ""
        elif kind not in ("checkbox", "radio") or control.has_attr("checked"):
            found[name] = control.get("value", "")
    return found


def _everything(response: TestResponse, app: Flask, cookie: str) -> str:
    """All a person gets: text, the text inside Word files, headers, and what the cookie brings along (flashes)."""
    data = response.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    parts = [data.decode("utf-8", "replace"), unquote(str(response.headers))]
    if response.is_json:
        parts.append(json.dumps(response.get_json(), ensure_ascii=False))
    for header in response.headers.getlist("Set-Cookie"):
        name, _eq, value = header.partition("=")
        if name == cookie:
            kept = app.session_interface.get_signing_serializer(app).loads(value.partition(";")[0])
            parts.append(json.dumps(kept, ensure_ascii=False, default=str))
    return "\n".join(parts)


# --- bodies ---------------------------------------------------------------------------------------------------------


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

__all__ = ["NOW", "Asker", "Cell", "Outcome", "cells", "classify", "expected", "rules", "unclassified"]
