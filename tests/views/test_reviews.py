"""The review page and its verdict as a browser meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import AttachmentKind, ReviewState, Role
from tests import make

HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"


@pytest.fixture(autouse=True)
def _no_csrf(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def case(db: Any) -> dict[str, int]:
    owner = make.expert()
    application = make.case(owner, HAZCHEM, MINES)
    first, second = make.review_of(application, HAZCHEM), make.review_of(application, MINES)
    return {"review": first.id, "other": second.id, "expert": owner.id, "application": application.id}


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def hidden(soup: BeautifulSoup) -> dict[str, str]:
    return {
        field["name"]: field.get("value", "")
        for field in soup.select("#verdict input[type=hidden]")
        if field["name"] != "csrf_token"
    }


def passing(**more: str) -> dict[str, str]:
    place = make.department(HAZCHEM)
    given = {
        "outcome": "pass",
        "industry_id": str(make.node("01").id),
        "specialty_id": str(make.node("010108").id),
        "appointing_body_id": str(place.organisation_id),
        "validity": "fixed",
        "valid_from": "2026-11-20",
        "valid_until": "2036-11-19",
    }
    return given | more


def state(review_id: int) -> ReviewState:
    with acting_as(everything("测试")):
        return session().scalars(select(m.Review.state).where(m.Review.id == review_id)).one()


def test_the_page_shows_every_field_masked_with_a_mark_beside_it(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/reviews/{case['review']}"))
    labels = [label.get_text(strip=True) for label in soup.select(".mark-label")]
    for wanted in (
        "姓名",
        "身份证号码",
        "手机号",
        "职称",
        "工作单位",
        "从事专业",
        "专业方向",
        "主要业绩",
        "所在州市/县区",
    ):
        assert wanted in labels
    text = soup.get_text()
    assert "高级工程师" in text
    assert "昆明市五华区" in text
    assert "化工（危险化学品） / 石油化工（含精细化工） / 防火防爆" in text
    assert re.search(r"5301\*{10}\d{3}[\dX]", text)
    assert not re.search(r"530102\d{11}[\dX]", text)
    assert len(soup.select("input.mark-box")) == len(labels)


def test_the_page_says_deadline_round_and_the_other_departments(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    text = page(client.get(f"/reviews/{case['review']}")).get_text(" ", strip=True)
    assert "第 1 轮" in text
    assert "12月02日" in text
    assert "危险化学品安全监督管理处（本部门）" in text
    assert "非煤矿山安全监督管理处" in text
    assert "未到" in text


def test_conditions_are_green_or_red_with_reason_and_clause(client, case):
    with acting_as(everything("测试")):
        expert = session().get_one(m.Expert, case["expert"])
        expert.practice_years = 3
        session().commit()
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/reviews/{case['review']}"))
    lost = [line.get_text(" ", strip=True) for line in soup.select(".verdict-no")]
    met = [line.get_text(" ", strip=True) for line in soup.select(".verdict-yes")]
    assert "从事专业 3 年，少于 5 年 可配置" in lost
    assert any("周岁，不超过 70 周岁" in line for line in met)


def test_the_form_proposes_industry_own_body_and_the_usual_term(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/reviews/{case['review']}"))
    assert soup.select_one("#industry_id option[selected]").get_text() == "化工（危险化学品）"
    bodies = [label.get_text(strip=True) for label in soup.select("#appointing_body_id label")]
    assert bodies == ["云南省应急管理厅", "云南省安全生产委员会办公室", "云南省自然灾害应急管理委员会办公室"]
    assert soup.select_one("#appointing_body_id input[checked]") is not None
    assert soup.select_one("#valid_from")["value"] == "2026-11-20"
    assert soup.select_one("#valid_until")["value"] == "2036-11-19"
    assert soup.select_one("#specialty_id optgroup")["label"] == "本人申报"


def test_passing_by_the_form_leads_back_to_the_decided_page(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    carried = hidden(page(client.get(f"/reviews/{case['review']}")))
    answer = client.post(f"/reviews/{case['review']}", data=passing(**carried))
    assert answer.status_code == 302
    text = page(client.get(answer.location)).get_text(" ", strip=True)
    assert "已通过，并短信通知段丽娟" in text
    assert "2026-11-20 至 2036-11-19" in text
    assert state(case["review"]) is ReviewState.PASSED


def test_a_double_click_is_one_verdict(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    carried = hidden(page(client.get(f"/reviews/{case['review']}")))
    first = client.post(f"/reviews/{case['review']}", data=passing(**carried))
    second = client.post(f"/reviews/{case['review']}", data=passing(**carried))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location


@pytest.mark.parametrize(
    ("changed", "message", "field"),
    [
        ({"outcome": ""}, "请选择审核结论", "outcome"),
        ({"industry_id": ""}, "请选择行业领域", "industry_id"),
        ({"appointing_body_id": ""}, "请选择专家聘用单位", "appointing_body_id"),
        ({"validity": ""}, "请选择聘书有效期类型", "validity"),
        ({"valid_until": ""}, "请选择聘书截止时间", "valid_until"),
        ({"valid_until": "2026-11-19"}, "截止时间不能早于起始时间", "valid_until"),
        ({"valid_from": "20.11.2026"}, "聘书起始时间格式不正确", "valid_from"),
        ({"industry_id": "999999"}, "请从列表中选择行业领域", "industry_id"),
        ({"outcome": "reject", "return_reason": ""}, "请填写驳回理由", "return_reason"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(client, case, changed, message, field):
    make.login(client, make.official(department_code=HAZCHEM))
    carried = hidden(page(client.get(f"/reviews/{case['review']}")))
    data = passing(**carried) | {"note": "资料齐全", "mark": "title", "remark-title": "请核对"} | changed
    answer = client.post(f"/reviews/{case['review']}", data=data)
    assert answer.status_code == 422
    soup = page(answer)
    assert message in soup.select_one(".error-summary").get_text()
    assert soup.select_one(f".error-summary a[href='#{field}']") is not None
    assert soup.select_one("#note").get_text(strip=True) == "资料齐全"
    assert soup.select_one("#mark-title").has_attr("checked")
    assert soup.select_one("#remark-title").get_text() == "请核对"
    assert soup.title.get_text().startswith("错误：")
    assert state(case["review"]) is ReviewState.PENDING


def test_rejecting_shows_reason_and_marks_on_the_page_afterwards(client, case):
    make.login(client, make.official(department_code=HAZCHEM))
    carried = hidden(page(client.get(f"/reviews/{case['review']}")))
    data = carried | {
        "outcome": "reject",
        "return_reason": "职称证书扫描件不清晰",
        "mark": "title",
        "remark-title": "请上传原件扫描",
    }
    answer = client.post(f"/reviews/{case['review']}", data=data, follow_redirects=True)
    text = page(answer).get_text(" ", strip=True)
    assert "已驳回，并短信通知段丽娟" in text
    assert "职称证书扫描件不清晰" in text
    assert "请上传原件扫描" in text


def test_the_second_official_reads_409_with_what_changed(client, case, app):
    make.login(client, make.official(department_code=HAZCHEM, name="李慧"))
    carried = hidden(page(client.get(f"/reviews/{case['review']}")))
    other = app.test_client()
    make.login(other, make.official(department_code=HAZCHEM, name="张建国"))
    second = hidden(page(other.get(f"/reviews/{case['review']}")))
    client.post(f"/reviews/{case['review']}", data=passing(**carried))
    answer = other.post(f"/reviews/{case['review']}", data=passing(**second))
    assert answer.status_code == 409
    text = page(answer).get_text(" ", strip=True)
    assert "该记录已被他人修改，请刷新后重试" in text
    assert "李慧" in text
    assert "待备案" in text


def test_the_head_of_another_department_of_the_body_looks_and_cannot_post(client, case):
    make.login(client, make.official(department_code=MINES))
    soup = page(client.get(f"/reviews/{case['review']}"))
    assert soup.select_one("#verdict") is None
    assert "您可以查看，不能审核" in soup.get_text()
    answer = client.post(f"/reviews/{case['review']}", data=passing(lock_version="1", seen_change="0"))
    assert answer.status_code == 404
    assert "页面不存在或无权访问" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.GOVERNMENT, Role.REGISTRAR])
def test_who_only_looks_may_not_decide(client, case, role):
    make.login(client, make.official(role, HAZCHEM))
    assert page(client.get(f"/reviews/{case['review']}")).select_one("#verdict") is None
    answer = client.post(f"/reviews/{case['review']}", data=passing(lock_version="1", seen_change="0"))
    assert answer.status_code == 403
    assert state(case["review"]) is ReviewState.PENDING


@pytest.mark.parametrize(
    ("department", "sees"),
    [("yn-yj-mines", 200), ("km-yj-hazchem", 200), ("wh-yj-safety", 200), ("qj-yj-hazchem", 404)],
)
def test_province_prefecture_and_district_see_a_case_of_wuhua_and_qujing_does_not(client, case, department, sees):
    make.login(client, make.official(Role.GOVERNMENT, department))
    assert client.get(f"/reviews/{case['review']}").status_code == sees
    assert client.get(f"/reviews/{case['review']}/history").status_code == sees
    assert client.get(f"/experts/{case['expert']}").status_code == sees
    assert client.get(f"/experts/{case['expert']}/history").status_code == sees


def test_attachments_can_be_opened_and_marked_by_kind(client, case):
    with acting_as(everything("测试")):
        session().add(
            m.Attachment(
                kind=AttachmentKind.EMPLOYER_CONSENT,
                file_name="单位同意申报-盖章.jpg",
                media_type="image/jpeg",
                size=880_640,
                sha256="0" * 64,
                storage_key="ab/abcdef",
                expert_id=case["expert"],
                region_code="530102",
            )
        )
        session().commit()
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/reviews/{case['review']}"))
    assert soup.find("a", string="单位同意申报-盖章.jpg")["href"].startswith("/attachments/")
    assert "860 KB" in soup.get_text()
    assert soup.select_one("#mark-employer_consent") is not None


def test_next_and_previous_walk_my_own_list_by_deadline(client, db):
    head = make.official(department_code=HAZCHEM)
    rows = [make.review_of(make.case(make.expert(name), HAZCHEM)).id for name in ("甲一", "乙二", "丙三")]
    make.case(make.expert("丁四"), MINES)
    make.login(client, head)
    links = {
        link.get_text(strip=True): link["href"]
        for link in page(client.get(f"/reviews/{rows[1]}")).select(".page-actions a")
    }
    assert links["上一件"] == f"/reviews/{rows[0]}"
    assert links["下一件"] == f"/reviews/{rows[2]}"
    assert "下一件" not in page(client.get(f"/reviews/{rows[2]}")).select_one(".page-actions").get_text()


def test_changes_since_the_former_round_are_marked_and_its_reason_is_told(client, db, clock):
    owner = make.expert()
    application = make.case(owner, HAZCHEM)
    first = make.review_of(application)
    head = make.official(department_code=HAZCHEM)
    with acting_as(everything("测试")):
        first.state, first.return_reason = ReviewState.REJECTED, "职称证书扫描件不清晰"
        first.decided_at, first.decided_by_id = clock.now(), head.id
        application.round = 2
        session().flush()
        session().add(
            m.Review(
                application_id=application.id,
                organisation_id=first.organisation_id,
                department_id=first.department_id,
                round=2,
                due_on=first.due_on,
                expert_id=owner.id,
                region_code=owner.region_code,
            )
        )
        session().add(
            m.FieldChange(
                at=clock.now(),
                application_id=application.id,
                round=2,
                field="title",
                label="职称",
                before="工程师",
                after="高级工程师",
                actor_name=owner.name,
                expert_id=owner.id,
                region_code=owner.region_code,
            )
        )
        session().commit()
    review = make.review_of(application)
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/reviews/{review.id}"))
    note = soup.select_one(".note-info").get_text(" ", strip=True)
    assert "本轮较上次申报改动 1 项" in note
    assert "第 1 轮由本部门驳回：职称证书扫描件不清晰" in note
    title = soup.select_one("#mark-title").parent
    assert "已改" in title.get_text()
    assert "已改" not in soup.select_one("#mark-major").parent.get_text()
