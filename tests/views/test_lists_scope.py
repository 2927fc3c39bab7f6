"""Nobody meets a row outside his division: in lists, counts, searches, filters, orders, files, forms and bulk acts."""

import pytest
from bs4 import BeautifulSoup

from console.scope import Walls
from tests import make
from tests.views.listing import REGIONS, SEES, counts, names, rows_of, world

SCOPES = list(SEES)


@pytest.fixture(params=["both walls", "events alone", "row-level security alone"])
def walls(request, monkeypatch):
    monkeypatch.setattr(Walls, "rows", request.param != "events alone")
    monkeypatch.setattr(Walls, "events", request.param != "row-level security alone")


@pytest.fixture
def seen(client, db, system):
    return world()


def enter(client, scope):
    make.login(client, make.official(department_code=SEES[scope][0]))
    return client


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    "query",
    ["", "?tab=all", "?tab=all&search=丽娟", "?tab=all&search=段丽娟", "?tab=all&industry=01", "?tab=all&sort=name",
     "?tab=all&sort=-until", "?tab=in_pool&title=senior", "?tab=all&specialty=010108", "?tab=all&prefecture=530100"],
)  # fmt: skip
def test_a_list_shows_exactly_the_rows_of_the_division(client, seen, walls, scope, query):
    shown = set(names(enter(client, scope).get(f"/admin/expert/{query}")))
    expected = seen.names(scope)
    if "prefecture" in query:
        expected -= {seen.experts["麒麟"].name}
    assert shown == expected


@pytest.mark.parametrize("scope", SCOPES)
def test_counts_and_totals_count_only_what_is_seen(client, seen, walls, scope):
    page = enter(client, scope).get("/admin/expert/?tab=all")
    expected = len(seen.names(scope))
    assert counts(page)["全部"] == str(expected)
    assert counts(page)["在库"] == str(expected)
    assert f"共 {expected} 人" in " ".join(
        BeautifulSoup(page.text, "html.parser").select_one(".pager").get_text().split()
    )


@pytest.mark.parametrize("scope", SCOPES)
def test_a_file_holds_exactly_the_rows_of_the_division(client, seen, walls, scope):
    rows = rows_of(enter(client, scope).get("/admin/expert/export/csv/?tab=all"))
    assert {row[0] for row in rows[1:]} == seen.names(scope)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_bulk_act_drops_ids_outside_the_division(client, seen, walls, scope):
    ids = [str(expert.id) for expert in seen.experts.values()]
    page = enter(client, scope).get("/admin/expert/?tab=all")
    token = BeautifulSoup(page.text, "html.parser").select_one("#action_form input[name=csrf_token]")["value"]
    form = {"csrf_token": token, "action": "export", "rowid": ids}
    rows = rows_of(client.post("/admin/expert/action/", data=form))
    assert {row[0] for row in rows[1:]} == seen.names(scope)


@pytest.mark.parametrize("scope", SCOPES)
def test_the_end_of_an_id_number_finds_nobody_outside(client, seen, scope):
    for place, expert in seen.experts.items():
        page = enter(client, scope).get(f"/admin/expert/?tab=all&search={expert.id_number[-4:]}")
        assert (expert.name in names(page)) == (place in SEES[scope][1])


@pytest.mark.parametrize("scope", SCOPES)
def test_the_search_box_of_the_top_bar_stays_inside(client, seen, walls, scope):
    page = enter(client, scope).get("/search?q=段丽", follow_redirects=True)
    assert all(name not in page.text for name in seen.hidden(scope))
    assert page.status_code == 200


def test_a_division_outside_is_not_offered_as_a_filter_and_finds_nobody(client, seen):
    page = enter(client, "prefecture").get("/admin/expert/?tab=all&panel=1")
    offered = {option["value"] for option in BeautifulSoup(page.text, "html.parser").select("#of-district option")}
    assert REGIONS["五华"] in offered
    assert REGIONS["麒麟"] not in offered
    assert names(client.get("/admin/expert/?tab=all&prefecture=530300")) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_nobody_gets_in_without_a_session(client, seen, scope):
    for path in ("/admin/expert/", "/admin/expert/export/csv/", "/tasks", "/search?q=段"):
        assert client.get(path).status_code in (302, 308)


def test_pages_agree_whatever_wall_is_down(client, db, system, monkeypatch):
    for number in range(25):
        make.expert(f"王{number:02d}", region=REGIONS["五华"])
    enter(client, "district")
    found = []
    for rows, events in ((True, True), (True, False), (False, True)):
        monkeypatch.setattr(Walls, "rows", rows)
        monkeypatch.setattr(Walls, "events", events)
        found.append((names(client.get("/admin/expert/?tab=all")), names(client.get("/admin/expert/?tab=all&page=2"))))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == 20
