"""Filing pages: pre-check, 备案成功, batches that say which rows were not filed and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import Role
from tests import make
from tests.fakes import quick_pdf

HAZCHEM = "yn-yj-hazchem"


@pytest.fixture(autouse=True)
def _quick(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with quick_pdf():
        yield


@pytest.fixture
def desk(client: Any) -> Any:
    """The browser of the province's registrar."""
    return make.login(client, make.official(Role.REGISTRAR, "yn-yj-registrar", name="王敏"))


def waiting(name: str = "段丽娟", department: str = HAZCHEM, **expert: Any) -> int:
    owner = make.expert(name, **expert)
    application = make.case(owner, department)
    make.passed(application, department)
    review_id = make.review_of(application, department).id
    with acting_as(everything("测试")):
        session().commit()
    return review_id


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def form_of(soup: BeautifulSoup) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in soup.select("main form input[type=hidden]")}


def test_the_page_shows_the_pre_check_and_the_words_of_the_certificate(desk):
    soup = page(desk.get(f"/reviews/{waiting()}/file"))
    met = " ".join(line.get_text(" ", strip=True) for line in soup.select(".verdict-yes"))
    assert "周岁，不超过 70 周岁" in met
    assert "证件号码未被其他专家使用" in met
    assert "聘书文字均可打印" in met
    assert "经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。" in soup.select_one(".proof").get_text()


def test_filing_says_so_and_leads_to_the_certificate(desk):
    review_id = waiting()
    data = form_of(page(desk.get(f"/reviews/{review_id}/file")))
    answer = desk.post(f"/reviews/{review_id}/file", data=data)
    assert answer.status_code == 302
    assert "/certificates/" in answer.location
    text = page(desk.get(answer.location)).get_text(" ", strip=True)
    assert "备案成功" in text
    assert "YNS20261120001" in text


def test_a_second_press_leads_to_the_same_certificate(desk):
    review_id = waiting()
    data = form_of(page(desk.get(f"/reviews/{review_id}/file")))
    first = desk.post(f"/reviews/{review_id}/file", data=data)
    second = desk.post(f"/reviews/{review_id}/file", data=data)
    assert first.location == second.location


def test_what_does_not_hold_takes_the_button_away_and_a_post_is_refused_with_the_reason(desk):
    review_id = waiting(title_expires_on=dt.date(2026, 11, 1))
    soup = page(desk.get(f"/reviews/{review_id}/file"))
    assert "职称已于2026年11月1日到期" in soup.select_one(".verdict-no").get_text()
    assert soup.select_one("main form") is None
    with acting_as(everything("测试")):
        version = session().scalars(select(m.Review.lock_version).where(m.Review.id == review_id)).one()
    answer = desk.post(f"/reviews/{review_id}/file", data={"lock_version": version})
    assert answer.status_code == 409
    assert "职称已于2026年11月1日到期" in page(answer).select_one(".error-summary").get_text()


@pytest.mark.parametrize(
    ("role", "department", "status"),
    [
        (Role.REGISTRAR, "km-yj-registrar", 404),
        (Role.REGISTRAR, "qj-yj-registrar", 404),
        (Role.REVIEWER, HAZCHEM, 403),
        (Role.GOVERNMENT, "yn-yj-registrar", 403),
    ],
)
def test_only_the_registrar_of_the_accepting_body_files(client, role, department, status):
    review_id = waiting()
    make.login(client, make.official(role, department))
    assert client.get(f"/reviews/{review_id}/file").status_code == status
    assert client.post(f"/reviews/{review_id}/file", data={"lock_version": "2"}).status_code == status


def test_a_filed_review_leads_back_to_its_page(desk):
    review_id = waiting()
    desk.post(f"/reviews/{review_id}/file", data=form_of(page(desk.get(f"/reviews/{review_id}/file"))))
    answer = desk.get(f"/reviews/{review_id}/file")
    assert answer.location == f"/reviews/{review_id}"


def test_a_batch_shows_who_can_be_filed_and_why_the_others_cannot(desk):
    good, bad = waiting("甲一"), waiting("乙二", title_expires_on=dt.date(2026, 11, 1))
    soup = page(desk.get(f"/filing/batch?ids={good},{bad}"))
    assert "共选择 2 人，1 人可以备案" in soup.get_text()
    boxes = [box["value"] for box in soup.select("input[name=ids]")]
    assert boxes == [str(good)]
    assert "职称已于2026年11月1日到期" in soup.get_text()


def test_a_batch_says_how_many_were_filed_and_why_one_was_not(desk):
    ids = [waiting(name) for name in ("甲一", "乙二", "丙三")]
    soup = page(desk.get("/filing/batch", query_string=[("id", str(one)) for one in ids]))
    data = form_of(soup) | {"ids": [str(one) for one in ids]}
    with acting_as(everything("测试")):
        review = session().get_one(m.Review, ids[1])
        session().get_one(m.Expert, review.expert_id).title_expires_on = dt.date(2026, 11, 1)
        session().commit()
    text = page(desk.post("/filing/batch", data=data)).get_text(" ", strip=True)
    assert "2 人已备案，1 人未备案：职称已于2026年11月1日到期" in text
    assert "备案成功：2 人已备案" in text
    assert "YNS20261120001" in text
    assert "YNS20261120002" in text


def test_a_batch_pressed_twice_tells_the_same_numbers(desk):
    ids = [waiting(name) for name in ("甲一", "乙二")]
    data = form_of(page(desk.get(f"/filing/batch?ids={ids[0]},{ids[1]}"))) | {"ids": [str(one) for one in ids]}
    first, second = (page(desk.post("/filing/batch", data=data)) for _ in range(2))
    assert first.select_one("table").get_text() == second.select_one("table").get_text()


def test_a_batch_with_a_review_of_another_body_is_not_there(desk):
    other = waiting("丁四", "km-yj-hazchem")
    assert desk.get(f"/filing/batch?ids={other}").status_code == 404
    text = page(desk.post("/filing/batch", data={"ids": str(other), f"version-{other}": "2"})).get_text(" ", strip=True)
    assert "0 人已备案，1 人未备案：页面不存在或无权访问" in text


def test_an_empty_batch_says_what_to_do(desk):
    assert "在待备案列表勾选后点“备案”" in page(desk.get("/filing/batch")).get_text()
