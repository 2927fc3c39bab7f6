"""Addresses of lists: English keys, exact equality, pages by key, and nothing typed there ever breaks a page."""

import datetime as dt
import re
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask import current_app

from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import PoolState, Role
from tests import make
from tests.views.listing import REGIONS, names

HOSTILE = [
    "?page=99999999999999999999999",
    "?page=-1",
    "?page=abc",
    "?page=1e3",
    "?page=٣",
    "?page=0",
    "?k=x",
    "?k==2026~1~1",
    "?page=2&k==2026-01-01T00:00:00~1~1",
    "?page=2&k==2026-01-01T00:00:00%2B00:00~99999999999999999999~1",
    "?page=2&k==9999-12-31T23:59:59%2B00:00~1~1",
    "?page=2&k=0~1~1",
    "?k==%00~1~1",
    "?sort=nothing",
    "?sort=--name",
    "?sort=created;drop",
    "?size=100000",
    "?size=x",
    "?tab=nothing",
    "?search=%00",
    "?search=" + quote("'\" OR 1=1 --"),
    "?search=" + "x" * 500,
    "?search=%25",
    "?search=_",
    "?search=%5C",
    "?search=%F0%9F%92%A5",
    "?industry=%27",
    "?prefecture=abc",
    "?prefecture=000000",
    "?district=99999999",
    "?state=%25",
    "?until_from=2026-13-40",
    "?issued_from=0001-01-01&issued_to=9999-12-31",
    "?at_from=x",
    "?name=%00",
    "?panel=" + "1" * 3000,
    "?%00=%00",
]


@pytest.fixture
def official(client, db, system):
    make.login(client, make.official())
    return client


def lists():
    return [view for view in current_app.extensions["admin_views"] if view.endpoint != "admin"]


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_typed_into_the_address_of_a_list_breaks_it(app, client, db, system, query):
    readers = {Role.REVIEWER: make.official()}
    for role in (Role.SUPPORT, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        readers[role] = make.support() if role is Role.SUPPORT else make.administrator(role)
    for view in lists():
        role = _reader(view)
        make.login(client, readers[role])
        for path in (f"/admin/{view.endpoint}/{query}", *(_more(view, query))):
            answer = client.get(path)
            assert answer.status_code in (200, 400, 404), f"{path}: {answer.status_code}"


def _more(view, query):
    if "export" in view.doors():
        yield f"/admin/{view.endpoint}/export/csv/{query}"


def _reader(view):
    from console.permissions import PERMISSIONS

    preferred = (Role.REVIEWER, Role.SUPPORT, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    return next(role for role in preferred if view.permission in PERMISSIONS[role])


@pytest.mark.parametrize("id_", ["", "abc", "-1", "0", "99999999999999999999", "1,2", "%00", "1%20", "' OR 1=1"])
def test_a_rubbish_id_is_a_page_that_does_not_exist(client, db, system, id_):
    make.login(client, make.administrator(Role.SYSTEM_ADMIN))
    assert client.get(f"/admin/parameter/edit/?id={id_}").status_code in (302, 400, 404)
    make.login(client, make.administrator(Role.AUDIT_ADMIN))
    assert client.get(f"/admin/audit/details/?id={id_}").status_code in (400, 404)


def test_a_literal_percent_sign_finds_only_a_percent_sign(official):
    make.expert("百分%号", region=REGIONS["五华"])
    make.expert("王敏", region=REGIONS["五华"])
    assert names(official.get("/admin/expert/?tab=all&search=%25")) == ["百分%号"]
    assert names(official.get("/admin/expert/?tab=all&search=_")) == []
    assert names(official.get("/admin/organisation/?search=%25")) == []


def test_equals_is_exact_in_case_and_knows_no_wildcards(official):
    for name in ("Anna", "anna", "AnnaB", "An%a"):
        make.expert(name, region=REGIONS["五华"])
    assert names(official.get("/admin/expert/?tab=all&name=Anna")) == ["Anna"]
    assert names(official.get("/admin/expert/?tab=all&name=An%25a")) == ["An%a"]
    assert names(official.get("/admin/expert/?tab=all&name=Ann")) == []


@pytest.mark.parametrize(
    ("word", "found"), [("丽", True), ("丽娟", True), ("段丽娟", True), ("娟丽", False), ("丽 娟", False)]
)
def test_a_name_is_found_by_each_of_its_fragments(official, word, found):
    make.expert("段丽娟", region=REGIONS["五华"])
    assert bool(names(official.get(f"/admin/expert/?tab=all&search={quote(word)}"))) == found


def test_a_long_name_is_found_by_more_than_four_signs(official):
    make.expert("阿依古丽·买买提江", region=REGIONS["五华"])
    make.expert("阿依古丽·吐尔逊", region=REGIONS["五华"])
    assert names(official.get("/admin/expert/?tab=all&search=古丽·买买提")) == ["阿依古丽·买买提江"]
    assert names(official.get("/admin/expert/?tab=all&name=阿依古丽·吐尔逊")) == ["阿依古丽·吐尔逊"]


def test_a_whole_phone_or_id_number_and_the_last_four_signs_find_one_person(official):
    one = make.expert("段丽娟", region=REGIONS["五华"], number=make.id_number(order=321))
    make.expert("王敏", region=REGIONS["五华"], number=make.id_number(order=555))
    for word in (one.phone, one.id_number, one.id_number.lower(), one.id_number[-4:]):
        assert names(official.get(f"/admin/expert/?tab=all&search={word}")) == ["段丽娟"]


def test_filters_are_english_keys_that_stay_while_pages_turn(official):
    for number in range(23):
        make.expert(f"王{number:02d}", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, long_term=True)
    page = BeautifulSoup(official.get("/admin/expert/?industry=01&title=senior&tab=in_pool").text, "html.parser")
    following = page.select_one("a[rel=next]")["href"]
    assert {"industry=01", "title=senior", "tab=in_pool", "page=2"} <= set(re.split("[?&]", following))
    assert [chip.get_text(strip=True) for chip in page.select(".chip-word")] == [
        "行业：化工（危险化学品）",
        "职称：副高级",
    ]
    assert len(names(official.get(following))) == 3
    off = page.select_one('.chip-off[aria-label="移除筛选：行业"]')["href"]
    assert "industry" not in off
    assert "title=senior" in off


def test_pages_by_key_by_number_and_backwards_hold_the_same_rows(official):
    for number in range(65):
        moment = dt.datetime(2026, 1, 1 + number // 10, tzinfo=dt.UTC)  # ten rows share each moment
        make.expert(f"王{number:02d}", region=REGIONS["五华"], created_at=moment)
    for sort in ("", "&sort=name", "&sort=-name", "&sort=until", "&sort=-until"):
        base = f"/admin/expert/?tab=all{sort}"
        typed = [names(official.get(f"{base}&page={page}")) for page in (1, 2, 3, 4)]
        assert [len(page) for page in typed] == [20, 20, 20, 5]
        assert len({name for page in typed for name in page}) == 65
        walked, url = [], base
        while url:
            answer = official.get(url)
            walked.append(names(answer))
            last, following = url, BeautifulSoup(answer.text, "html.parser").select_one("a[rel=next]")
            url = following["href"] if following else ""
        assert walked == typed
        back, url = [], last
        while url:
            answer = official.get(url)
            back.append(names(answer))
            before = BeautifulSoup(answer.text, "html.parser").select_one("a[rel=prev]")
            url = before["href"] if before else ""
        assert back == typed[::-1]


def test_a_page_beyond_the_last_is_the_last(official):
    for number in range(21):
        make.expert(f"王{number:02d}", region=REGIONS["五华"])
    assert len(names(official.get("/admin/expert/?tab=all&page=500"))) == 1


def test_an_empty_list_names_the_filter_to_drop(official):
    make.expert("段丽娟", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, long_term=True)
    page = official.get("/admin/expert/?tab=all&prefecture=530300").text
    assert "没有符合条件的专家" in page
    assert "试试去掉“州市：曲靖市”。" in page
    assert "没有待审核的申报" in official.get("/admin/review/").text


def test_a_region_is_a_range_and_never_a_pattern(official):
    statements = _statements(official, "/admin/expert/?tab=all&prefecture=530100&district=530102&search=段")
    assert statements
    assert not [sql for sql in statements if "LIKE" in sql.upper() and "expert" in sql]


@pytest.mark.parametrize(
    "view", ["expert", "review", "filing", "application", "certificate", "organisation", "taxonomy"]
)
def test_a_list_page_takes_at_most_eight_statements(official, view):
    for number in range(30):
        make.expert(f"王{number:02d}", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, long_term=True)
    official.get(f"/admin/{view}/")
    query = "?tab=all&search=王&industry=01&prefecture=530100" if view == "expert" else ""
    assert len(_statements(official, f"/admin/{view}/{query}")) <= 8


def _statements(client, url):
    from sqlalchemy import Engine, event

    seen = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if not statement.startswith(("SELECT set_config", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return seen


def test_a_state_is_as_of_today_and_not_as_of_the_last_nightly_job(official, clock):
    make.expert(
        "昨天", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, last_certificate_until=dt.date(2026, 11, 19)
    )
    make.expert(
        "今天", region=REGIONS["五华"], pool_state=PoolState.IN_POOL, last_certificate_until=dt.date(2026, 11, 20)
    )
    assert names(official.get("/admin/expert/?tab=in_pool")) == ["今天"]
    assert names(official.get("/admin/expert/?tab=expiring")) == ["今天"]
    assert names(official.get("/admin/expert/?tab=expired")) == ["昨天"]
    clock.moment = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)  # midnight in Beijing
    assert names(official.get("/admin/expert/?tab=in_pool")) == []


def test_numbers_are_masked_and_the_full_ones_never_reach_the_page(official):
    expert = make.expert("段丽娟", region=REGIONS["五华"])
    text = official.get("/admin/expert/?tab=all").text
    with acting_as(everything("测试")):
        session().refresh(expert)
    assert expert.phone_mask in text
    assert expert.phone not in text
    assert expert.id_number not in text
