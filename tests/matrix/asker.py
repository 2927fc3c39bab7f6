"""Trying out cells: each request leaves the world as it was; what came back is classified and searched for leaks."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from console import models as m
from console.columns import Base
from console.database import session as db_session
from console.errors import NotFound
from console.extensions import db
from console.scope import acting_as
from console.services.sessions import actor_for
from tests.matrix import oracle
from tests.matrix.bodies import body_of
from tests.matrix.cells import HUGE, MISSING, SAFE, WATCHERS, Cell, Outcome, expected
from tests.matrix.world import MARKERS, SYSTEM, World


class Asker:
    """Asks cell after cell; each leaves the world as it was."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app
        self.name = self.app.config["SESSION_COOKIE_NAME"]
        self.client = self.app.test_client()
        self.untouched = _digest()

    def ask(self, cell: Cell) -> Outcome:
        """The answer of one cell."""
        refused = cell.method not in SAFE and expected(cell) in ("login", "first", "403", "404")
        with self.aside():
            try:
                response = self.send(cell)
                leaks = self._leaks(cell, response)
                response.close()
                wrote = self.changed() if refused else ""
                return Outcome(classify(response), leaks, wrote)
            except Exception as problem:
                return Outcome("raised", (), "", f"{type(problem).__name__}: {problem}")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Whatever happens in the block is undone at its end."""
        db.session.remove()
        self.world.connection.exec_driver_sql("SAVEPOINT cell")
        try:
            yield
        finally:
            db.session.remove()
            self.world.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT cell")
            self.world.connection.exec_driver_sql("RELEASE SAVEPOINT cell")

    def changed(self) -> str:
        """What is different from the untouched world (audit and attempts left out); empty when nothing is."""
        return _difference(self.untouched, _digest())

    def browser(self, person: str) -> FlaskClient:
        """A fresh browser in which the person is logged in."""
        client = self.app.test_client()
        client.set_cookie(self.name, self.world.cookies[person])
        return client

    def regions(self, model: Any, person: str) -> set[str]:
        """The regions of the rows a person reads from the session itself."""
        account = self.world.ids["account", person]
        actor = actor_for(account)
        with acting_as(actor):
            found = set(db_session().scalars(select(model.region_code)))
        db.session.remove()
        return found

    def writes(self, person: str, act: Callable[[Asker], Any]) -> bool:
        """Whether what a person writes into the session gets as far as the database."""
        actor = actor_for(self.world.ids["account", person])
        with self.aside(), acting_as(actor):
            try:
                db_session().add(act(self))
                db_session().flush()
            except NotFound:
                return False
        return True

    def rows_seen(self) -> dict[tuple[str, str], Any]:
        """How many rows of each table some people read, from which regions, and how many bodies they may change."""
        models = [mapper.class_ for mapper in Base.registry.mappers if "region_code" in mapper.columns]
        found: dict[tuple[str, str], Any] = {}
        for person in WATCHERS:
            actor = actor_for(self.world.ids["account", person])
            with self.aside(), acting_as(actor):
                for model in models:
                    seen = select(func.count(), func.min(model.region_code), func.max(model.region_code))
                    found[person, model.__name__] = tuple(db_session().execute(seen.select_from(model)).one())
                for model in (m.Organisation, m.Department):
                    touched = db_session().execute(update(model).values(phone=model.phone))
                    found[person, f"change {model.__name__}"] = touched.rowcount
        return found

    def send(self, cell: Cell) -> TestResponse:
        """Ask; the answer as it came."""
        self.client = self.browser(cell.person)
        path = self.address(cell)
        if cell.method in SAFE:
            return self.client.open(path, method=cell.method)
        data = body_of(cell, self.world)
        if data is None:
            data = self._typed_again(path)
        return self.client.post(path, data={"csrf_token": self.world.token} | data)

    def address(self, cell: Cell) -> str:
        """Where the cell's request goes."""
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
