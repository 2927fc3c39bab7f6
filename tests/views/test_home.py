"""The desk: numbers that lead to exactly their rows, tasks by deadline, search, and the sign of life."""

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup

from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import AccountState, Role
from tests import make
from tests.views.listing import names, rows_of

TODAY = dt.date(2026, 11, 20)


def tiles(page):
    found = BeautifulSoup(page.text, "html.parser").select(".tile")
    return {tile.select_one(".tile-word").get_text(): (tile.strong.get_text(), tile.get("href")) for tile in found}


def pending(name, due, department="yn-yj-hazchem"):
    """A declaration that waits for a department."""
    application = make.case(make.expert(name, region="530102"), department)
    with acting_as(everything("测试")):
        review = make.review_of(application, department)
        review.due_on = due
        session().flush()
    return review


@pytest.fixture
def reviewer(client, db, system):
    return make.login(client, make.official())


def test_a_stranger_an_expert_and_an_official_are_sent_to_their_own_faces(client, db, system):
    assert client.get("/").headers["Location"] == "/welcome"
    make.login(client, make.account_of(make.expert("段丽娟")))
    assert client.get("/").headers["Location"] == "/my"
    make.login(client, make.official())
    assert client.get("/").headers["Location"] == "/tasks"


def test_tasks_stand_by_deadline_with_words_for_the_distance(reviewer):
    pending("下周", TODAY + dt.timedelta(days=10))
    pending("超期", TODAY - dt.timedelta(days=1))
    pending("今天", TODAY)
    page = reviewer.get("/tasks")
    assert names(page) == ["超期", "今天", "下周"]
    text = page.text
    assert "超期 1 天" in text
    assert "今日到期" in text
    assert "超期 1 件，今日到期 1 件" in text


def test_a_tile_leads_to_exactly_the_rows_it_counts(reviewer):
    pending("超期", TODAY - dt.timedelta(days=1))
    pending("今天", TODAY)
    pending("别处", TODAY, "yn-yj-mines")
    for word, (number, url) in tiles(reviewer.get("/tasks")).items():
        assert url, word
        assert len(names(reviewer.get(url))) == int(number), word


def test_the_task_of_another_department_is_not_mine(reviewer):
    pending("别处", TODAY, "yn-yj-mines")
    assert names(reviewer.get("/tasks")) == []
    assert "没有待办" in reviewer.get("/tasks").text


def test_the_registrar_sees_what_everybody_has_decided(client, db, system):
    expert = make.expert("段丽娟", region="530102")
    application = make.case(expert, "yn-yj-hazchem", "yn-yj-mines")
    make.login(client, make.official(Role.REGISTRAR, "yn-yj-registrar"))
    make.passed(application, "yn-yj-hazchem")
    assert names(client.get("/tasks")) == []
    make.passed(application, "yn-yj-mines")
    assert names(client.get("/tasks")) == ["段丽娟", "段丽娟"]
    assert "备案" in client.get("/tasks").text


def test_support_sees_locked_accounts_and_no_case(client, db, system):
    until = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    make.official(name="锁住")
    with acting_as(everything("测试")):
        from sqlalchemy import select

        from console import models as m

        row = session().scalars(select(m.Account).filter_by(name="锁住")).one()
        row.state, row.locked_until = AccountState.LOCKED, until
        session().flush()
    pending("段丽娟", TODAY)
    make.login(client, make.support())
    page = client.get("/tasks")
    assert names(page) == ["锁住"]
    assert "段丽娟" not in page.text


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_the_tiles_of_the_administrators_lead_to_their_rows(client, db, system, role):
    make.login(client, make.administrator(role))
    found = tiles(client.get("/tasks"))
    assert found
    for word, (number, url) in found.items():
        page = client.get(url)
        total = re.search(r"，(?:共|约) ([0-9,]+) ", BeautifulSoup(page.text, "html.parser").get_text())
        assert (total[1] if total else "0") == number, word


def test_the_menu_counts_what_waits(reviewer):
    pending("段丽娟", TODAY)
    page = BeautifulSoup(reviewer.get("/admin/expert/").text, "html.parser")
    entries = {link.span.get_text(): link.select_one(".count") for link in page.select(".side nav a")}
    assert entries["待办"].get_text() == "1"
    assert entries["待审核"].get_text() == "1"
    assert entries["专家库"] is None


def test_the_task_list_as_a_file(reviewer):
    pending("段丽娟", TODAY)
    rows = rows_of(reviewer.get("/tasks.csv"))
    assert rows[0] == ["事项", "说明", "环节", "到达", "期限", "距期限"]
    assert (rows[1][0], rows[1][2], rows[1][5]) == ("段丽娟", "待审核", "今日到期")


def test_one_hit_opens_at_once_and_several_are_listed(reviewer):
    one = make.expert("段丽娟", region="530102")
    assert reviewer.get("/search?q=丽娟").headers["Location"] == f"/experts/{one.id}"
    make.expert("段丽华", region="530102")
    assert (
        names(reviewer.get("/search?q=段丽")) == ["段丽华", "段丽娟"] or len(names(reviewer.get("/search?q=段丽"))) == 2
    )
    assert "没有找到“鿿”" in reviewer.get("/search?q=鿿").text
    assert reviewer.get("/search").status_code == 200


def test_a_certificate_and_a_case_are_found_by_their_numbers(reviewer):
    paper = make.certificate(make.expert("段丽娟", region="530102"))
    assert reviewer.get(f"/search?q={paper.number.lower()}").headers["Location"] == f"/certificates/{paper.id}"
    number = pending("王敏", TODAY).application.number
    assert reviewer.get(f"/search?q={number}").status_code == 302
    assert reviewer.get("/search?q=YNS20990101999").status_code == 200


@pytest.mark.parametrize("word", ["%00", "%25", "_", "'", "x" * 61, "%F0%9F%92%A5"])
def test_nothing_typed_into_the_search_box_breaks_it(reviewer, word):
    assert reviewer.get(f"/search?q={word}").status_code in (200, 400)


def test_the_sign_of_life_says_how_long_the_session_lasts(reviewer, client):
    assert reviewer.get("/session").get_json() == {"seconds": 1800}


def test_the_page_has_no_inline_style_or_handler(reviewer):
    pending("段丽娟", TODAY)
    for url in ("/tasks", "/admin/expert/?tab=all", "/admin/review/", "/admin/expert/?panel=1"):
        text = reviewer.get(url).text
        assert not re.search(r"<[^>]+\sstyle=", text)
        assert not re.search(r"<[^>]+\son[a-z]+=", text)
        assert "javascript:" not in text
