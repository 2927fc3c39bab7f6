"""Every rule of the application: classified, reachable by the menu, answered in Chinese."""

import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.extensions import db
from console.permissions import PERMISSIONS, Permission
from console.scope import acting_as
from console.views import guard, menu
from console.views.base import ConsoleView
from console.views.reference import ReferenceView
from tests.matrix import oracle
from tests.matrix import world as worlds
from tests.matrix.asker import Asker
from tests.matrix.cells import LEADS, cells, expected

ENGLISH = re.compile(r"[A-Za-z]{3,}")
KNOWN_WORDS = frozenset(["SMS", "PDF", "Word", "SHA", "QQ", "IP", "CSV", "HTML", "Chrome", "English"]) | frozenset(
    ["docx", "pdf", "jpg", "png", "jpeg", "bmp", "zip"]
)
"""Latin words a Chinese page may print; what looks like a code or a number is not a word."""
PREFIX = re.compile(r"YN[A-Z]*")  # of certificate numbers


@pytest.fixture(scope="module")
def asker(app):
    with worlds.standing(app) as world:
        yield Asker(world)


def stock_methods():
    """Methods Flask-Admin brings along; the generated views open some of them."""
    return {"index_view", "create_view", "edit_view", "delete_view", "details_view", "action_view", "export"} | {
        "ajax_lookup",
        "ajax_update",
    }


def test_every_endpoint_is_declared_or_one_of_flask_admin_that_nobody_opens(app):
    views = {view.endpoint for view in app.extensions["admin_views"]}
    undeclared = []
    for rule in app.url_map.iter_rules():
        if guard.access_of(app, rule.endpoint) is None:
            blueprint, _dot, method = rule.endpoint.rpartition(".")
            if blueprint not in views or method not in stock_methods() or rule.endpoint not in oracle.SHUT:
                undeclared.append(rule.endpoint)
    assert undeclared == []


def test_every_public_endpoint_says_why_and_every_other_demands_a_permission_somebody_holds(app):
    held = frozenset().union(*PERMISSIONS.values())
    for rule in app.url_map.iter_rules():
        access = guard.access_of(app, rule.endpoint)
        if isinstance(access, str):
            assert len(access) > 10, rule.endpoint
        elif access is not None:
            assert access, rule.endpoint
            assert set(access) <= held, rule.endpoint


def test_every_permission_opens_something(app):
    demanded = set()
    for rule in app.url_map.iter_rules():
        access = guard.access_of(app, rule.endpoint)
        demanded |= set(access) if isinstance(access, tuple) else set()
    assert demanded == set(Permission)


def test_what_the_guard_calls_public_is_public_in_the_oracle_and_nothing_else(app):
    public = {
        rule.endpoint for rule in app.url_map.iter_rules() if isinstance(guard.access_of(app, rule.endpoint), str)
    }
    assert public == {endpoint for (endpoint, _method), row in oracle.ROWS.items() if row.public}


def test_what_is_open_before_the_first_password_is_open_to_everybody_logged_in(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known >= guard.FIRST_PASSWORD
    for endpoint in guard.FIRST_PASSWORD:
        assert guard.access_of(app, endpoint) == (Permission.SELF,)


def test_an_admin_method_that_is_not_named_is_closed(app):
    for view in app.extensions["admin_views"]:
        if isinstance(view, ConsoleView):
            assert view.access("anything_else") is None
            assert isinstance(view, ReferenceView) or not {"create_view", "edit_view", "delete_view"} & set(
                view.doors()
            )


def test_every_generated_list_is_in_the_menu_or_excluded_by_name(app):
    entries = {entry.endpoint for _caption, entries in menu.BUREAU for entry in entries}
    lists = {f"{view.endpoint}.index_view" for view in app.extensions["admin_views"]} - {"admin.index_view"}
    assert lists <= entries
    assert {"admin"} == menu.EXCLUDED


def test_every_entry_of_the_menu_asks_for_what_its_page_asks_for(app):
    for _caption, entries in menu.BUREAU:
        for entry in entries:
            assert set(entry.needs) == set(guard.access_of(app, entry.endpoint)), entry.endpoint
    for entry in menu.EXPERT:
        assert set(entry.needs) == set(guard.access_of(app, entry.endpoint)), entry.endpoint


def test_no_two_rules_answer_the_same_address(app):
    seen = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            key = (re.sub(r"<[^>]*>", "<>", rule.rule), method)
            assert key not in seen, (key, rule.endpoint, seen.get(key))
            seen[key] = rule.endpoint


def visible_words(page):
    """Latin words a reader sees: text, and what stands in placeholders, titles and labels."""
    soup = BeautifulSoup(page, "html.parser")
    for hidden in soup(["script", "style", "template", "svg", "code", "kbd"]):
        hidden.decompose()
    said = [soup.get_text(" ")]
    for name in ("placeholder", "title", "aria-label", "alt"):
        said += [tag[name] for tag in soup.select(f"[{name}]")]
    for button in soup.select("input[type=submit], input[type=button]"):
        said.append(button.get("value", ""))
    words = " ".join(said)
    words = re.sub(r"\S*[0-9_@./:{}-]\S*", " ", words)  # numbers, codes, addresses, file names, placeholders
    return {word for word in ENGLISH.findall(words) if word not in KNOWN_WORDS and not PREFIX.fullmatch(word)}


def test_an_english_word_would_be_found():
    assert visible_words('<p>保存 Save</p><input placeholder="Search"><a href="/Create">新增</a>') == {"Save", "Search"}


def placeholders():
    """The names that texts of messages use: they are shown to whoever words the texts."""
    with acting_as(worlds.SYSTEM):
        found = session().scalars(select(m.MessageTemplate.placeholders)).all()
    db.session.remove()
    return {name for names in found for name in names.split(",")}


@pytest.mark.parametrize("person", sorted(LEADS))
def test_every_page_a_role_can_open_speaks_chinese(app, asker, person):
    asked = {}
    for cell in cells(app, person):
        if cell.method == "GET" and expected(cell) in ("ok", "404", "403"):
            asked.setdefault((cell.endpoint, cell.query, expected(cell) == "ok"), cell)
    found, seen, variables = {}, 0, placeholders()
    for cell in asked.values():
        with asker.aside():
            response = asker.send(cell)
            if response.mimetype == "text/html" and response.status_code in (200, 403, 404):
                seen += 1
                text = response.get_data(as_text=True)
                assert '<html lang="zh' in text, cell
                known = variables if cell.endpoint.startswith("message_template.") else set()
                if words := visible_words(text) - known:
                    found.setdefault(cell.endpoint, set()).update(words)
            response.close()
    assert seen > 10
    assert found == {}
