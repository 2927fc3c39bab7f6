"""What nobody should type: every rule and field of the application, some thousand requests, always the same ones.

No answer is a broken page, and the marker never comes back as it was (SECURITY.md R19).
"""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.matrix.asker import Asker
from tests.matrix.bodies import body_of
from tests.matrix.cells import Cell

MARK = '"><q9x>'
SHARES = 6
PER_SHARE = 500
VALUES: tuple[Any, ...] = (
    "",
    " ",
    MARK,
    f"'{MARK}<!--",
    f"javascript:{MARK}",
    "{{ 7*7 }}" + MARK,
    "字" * 10_000,
    MARK + "x" * 10_000,
    "a\x00b",
    "\x00",
    "💥𬭎\U0010ffff",
    "‮txt.exe",
    "­​﻿",
    "' OR 1=1 --",
    "%' UNION SELECT NULL --",
    "99999999999999999999999999",
    "-1",
    "0",
    "1e309",
    "NaN",
    "½",
    "٣",
    "\r\nX-Injected: 1",
    "../../etc/passwd",
    "\ud7ff\ue000",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "=HYPERLINK(1)",
    "true",
    "None",
    ["1", "2"],
    [MARK, MARK],
)
ADDRESS = (
    "page",
    "sort",
    "id",
    "k",
    "tab",
    "search",
    "size",
    "panel",
    "q",
    "next",
    "as",
    "kind",
    "step",
    "ids",
    "zoom",
)
ADDRESS_MORE = ("number", "account", "key", "parent", "region", "query", "name", "limit", "offset", "all", "download")


def fields_of(asker: Asker, cell: Cell) -> dict[str, Any]:
    """The fields a page would send, as it shows them, and those the matrix sends."""
    found: dict[str, Any] = {}
    page = asker.browser(cell.person).get(asker.address(cell))
    if page.mimetype == "text/html" and page.status_code == 200:
        soup = BeautifulSoup(page.get_data(), "html.parser")
        for control in soup.select("form[method=post] [name], form[method=POST] [name]"):
            if control.get("type") != "file":
                found.setdefault(control["name"], control.get("value") or "")
    page.close()
    return found | (body_of(cell, asker.world) or {})


@pytest.fixture(scope="module")
def targets(asker, opening):
    """Every endpoint that is open to somebody, with the fields its page has."""
    found = []
    for cell in opening.values():
        with asker.aside():
            known = fields_of(asker, cell) if cell.method == "POST" else {}
            found.append((cell, asker.address(cell), known))
    return found


def spoiled(chance: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
    """The same form with some fields broken, left out or said twice."""
    given = dict(fields)
    for name in chance.sample(sorted(given), k=min(len(given), chance.randint(1, 3))):
        if chance.random() < 0.12:
            del given[name]
        else:
            given[name] = chance.choice(VALUES)
    if chance.random() < 0.1:
        given[chance.choice(("state", "region_code", "role", MARK, "is_admin"))] = chance.choice(VALUES)
    if chance.random() < 0.05:
        given = {name: chance.choice(VALUES) for name in given}
    return given


def hostile_address(chance: random.Random, address: str) -> tuple[str, list[tuple[str, str]]]:
    names = chance.sample((*ADDRESS, *ADDRESS_MORE), k=chance.randint(1, 3))
    query = []
    for name in names:
        value = chance.choice(VALUES)
        query += [(name, str(each)[:3000]) for each in (value if isinstance(value, list) else [value])]
    path = address.partition("?")[0]
    if chance.random() < 0.15:
        parts = path.split("/")
        at = chance.randrange(1, len(parts))
        parts[at] = chance.choice(
            ("0", "-1", "9" * 30, "%00", "%22%3E%3Cq9x%3E", "%F0%9F%92%A5", "..", "a" * 500, "%FF")
        )
        path = "/".join(parts)
    return path, query


def complaint(response: Any) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if response.status_code >= 500 and response.status_code != 503:
        return f"{response.status_code}"
    text = (
        response.get_data(as_text=True)
        if not response.is_streamed
        else b"".join(response.response).decode("utf-8", "replace")
    )
    if "<q9x>" in text and response.mimetype == "text/html":
        at = text.index("<q9x>")
        return f"comes back: {text[max(0, at - 60) : at + 20]}"
    if "X-Injected" in response.headers or "Traceback" in text or "psycopg2" in text or "sqlalchemy" in text.lower():
        return "says too much"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_that_is_typed_breaks_a_page_or_comes_back_as_markup(asker, targets, monkeypatch, share):
    monkeypatch.setitem(asker.app.config, "PROPAGATE_EXCEPTIONS", False)
    chance, wrong = random.Random(f"juxian {share}"), []
    for _turn in range(PER_SHARE):
        cell, address, fields = chance.choice(targets)
        path, query = hostile_address(chance, address)
        with asker.aside():
            client = asker.browser(cell.person)
            if cell.method == "GET":
                response = client.get(path, query_string=query)
            else:
                data: Any = spoiled(chance, fields) | {"csrf_token": asker.world.token}
                if chance.random() < 0.08:
                    data[chance.choice(("photo", "file", "employer_consent", "change_request"))] = (
                        io.BytesIO(MARK.encode()),
                        f"{MARK}.pdf",
                    )
                keep = query if chance.random() < 0.3 else ()
                target = address.partition("?")[0] if chance.random() < 0.8 else path
                keep = [*keep, ("id", address.partition("id=")[2])] if "?id=" in address else keep
                response = client.post(target, data=data, query_string=list(keep) or None)
            if said := complaint(response):
                wrong.append(
                    (said, cell.person, cell.method, path, query, str(fields and data)[:600] if fields else "")
                )
            response.close()
    assert wrong == [], "\n".join(map(str, wrong[:20]))


@pytest.mark.parametrize("value", ["0", "-1", "9" * 40, "1e9", "١", "x", "", " 1", "1 ", "0x10", "1;drop", "1\x00"])
@pytest.mark.parametrize("name", ["page", "sort", "size", "k", "tab", "id"])
def test_hostile_numbers_in_the_address_of_lists_are_answered(asker, name, value):
    for path, person in (
        ("/admin/expert/", "onlooker_kunming"),
        ("/admin/certificate/", "onlooker_kunming"),
        ("/admin/account/", "support_kunming"),
        ("/admin/audit/details/", "audit_admin_kunming"),
        ("/admin/organisation/edit/", "bureau_admin_kunming"),
    ):
        with asker.aside():
            response = asker.browser(person).get(path, query_string={name: value})
            assert response.status_code in (200, 302, 400, 404), (path, name, value, response.status_code)


def test_json_is_no_form(asker, targets, monkeypatch):
    monkeypatch.setitem(asker.app.config, "PROPAGATE_EXCEPTIONS", False)
    chance, wrong = random.Random("juxian json"), []
    for cell, address, fields in targets:
        if cell.method == "POST":
            body = {name: chance.choice((7, None, ["x"], {"a": 1}, True, MARK)) for name in fields} or {"a": 1}
            with asker.aside():
                response = asker.browser(cell.person).post(
                    address, json=body, headers={"X-CSRFToken": asker.world.token}
                )
                if said := complaint(response):
                    wrong.append((said, cell.person, address, body))
                response.close()
    assert wrong == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b'{"token": null, "x": "NaN", "track": [[1e999, 2]]}'),
        ("application/json", b'{"token": "x", "x": 1, "track": [[1]]}'),
        ("application/json", b"[" * 5000),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&a=%"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(3000))),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"),
        ("", b"\x00" * 1000),
    ],
)
def test_bodies_that_are_no_forms_are_refused(asker, monkeypatch, content_type, body):
    monkeypatch.setitem(asker.app.config, "PROPAGATE_EXCEPTIONS", False)
    for path in ("/captcha/puzzle", "/login", "/verify", "/codes", "/register", "/my/information/draft"):
        with asker.aside():
            client = asker.browser("expert_of_wuhua" if path.startswith("/my") else "visitor")
            headers = {"X-CSRFToken": asker.world.token}
            response = client.post(path, data=body, content_type=content_type, headers=headers)
            assert response.status_code in (200, 400, 409, 413, 415, 422, 429), (path, response.status_code)
