"""An expert's page for officials: facts, rounds, full numbers for a minute, correction on written request, Word."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import AttachmentKind, AuditEvent, Role
from tests import make
from tests.adapters import upload_samples
from tests.fakes import quick_pdf

HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"


@pytest.fixture(autouse=True)
def _quick(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with quick_pdf():
        yield


@pytest.fixture
def expert(db: Any) -> dict[str, Any]:
    owner = make.expert("欧阳志远")
    paper = make.certificate(owner)
    found = {
        "id": owner.id,
        "account": owner.account_id,
        "number": owner.id_number,
        "phone": owner.phone,
        "paper": paper.number,
    }
    with acting_as(everything("测试")):
        session().commit()
    return found


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def read(model: Any, *where: Any) -> list[Any]:
    with acting_as(everything("测试")):
        return list(session().scalars(select(model).where(*where).execution_options(populate_existing=True)))


def test_the_page_has_facts_certificates_rounds_and_history(client, expert):
    make.login(client, make.official(Role.GOVERNMENT))
    text = page(client.get(f"/experts/{expert['id']}")).get_text(" ", strip=True)
    for wanted in ("在库", "高级工程师", "化工 · 防火防爆", expert["paper"], "省化工-防爆专家", "1 张有效", "第 1 轮"):
        assert wanted in text
    assert "第 1 轮 · 危险化学品安全监督管理处 通过" in text
    assert "第 1 轮 · 备案" in text
    assert expert["number"] not in text
    assert expert["phone"] not in text


def test_the_history_page_tells_who_when_and_with_which_reason(client, db):
    from console.services.reviews import Decision, Outcome, decide

    application = make.case(make.expert(), HAZCHEM)
    review, head = make.review_of(application), make.actor(make.official(department_code=HAZCHEM, name="李慧"))
    expert_id = application.expert_id
    with acting_as(head):
        from console.services.outside import outside

        reason = Decision(Outcome.REJECT, return_reason="职称证书缺评审委员会签章页")
        decide(review.id, reason, version=1, seen_change=0, actor=head, now=outside().clock.now())
    make.login(client, make.official(Role.GOVERNMENT))
    text = page(client.get(f"/experts/{expert_id}/history")).select_one(".timeline").get_text(" ", strip=True)
    assert "第 1 轮 · 危险化学品安全监督管理处 驳回 李慧 11-20 10:30 职称证书缺评审委员会签章页" in text
    assert "第 1 轮 · 申报 本人 11-18 10:00" in text


# --- full numbers ----------------------------------------------------------------------------------


def test_full_numbers_need_a_purpose(client, expert):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.post(f"/experts/{expert['id']}/reveal", data={})
    assert answer.status_code == 422
    assert "请选择查看用途" in answer.get_data(as_text=True)
    assert expert["number"] not in answer.get_data(as_text=True)


def test_full_numbers_are_shown_for_a_minute_and_leave_a_trace_with_the_purpose(client, expert):
    who = make.official(Role.GOVERNMENT, name="王敏")
    who_id = who.id
    make.login(client, who)
    answer = client.post(f"/experts/{expert['id']}/reveal", data={"purpose": "verify"})
    text = answer.get_data(as_text=True)
    assert expert["number"] in text
    assert expert["phone"] in text
    assert answer.headers["Refresh"] == f"60; url=/experts/{expert['id']}"
    (entry,) = read(m.AuditEntry, m.AuditEntry.event == AuditEvent.REVEAL)
    assert (entry.actor_id, entry.table_name, entry.record_id) == (who_id, "expert", str(expert["id"]))
    assert entry.changes["用途"] == "核对身份与证明材料"
    assert expert["number"] not in str(entry.changes)


def test_the_script_gets_the_numbers_as_json(client, expert):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.post(
        f"/experts/{expert['id']}/reveal", data={"purpose": "contact"}, headers={"Accept": "application/json"}
    )
    assert answer.json == {"values": {"id_number": expert["number"], "phone": expert["phone"]}, "seconds": 60}


def test_thirty_an_hour_and_no_more(client, expert, clock):
    make.login(client, make.official(Role.GOVERNMENT))
    data = {"purpose": "contact"}
    codes = [client.post(f"/experts/{expert['id']}/reveal", data=data).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert len(read(m.AuditEntry, m.AuditEntry.event == AuditEvent.REVEAL)) == 30


@pytest.mark.parametrize("address", ["", "/history", "/reveal", ".docx"])
def test_an_expert_of_another_prefecture_does_not_exist(client, expert, address):
    make.login(client, make.official(Role.GOVERNMENT, "qj-yj-hazchem"))
    assert client.get(f"/experts/{expert['id']}{address}").status_code == 404
    assert client.post(f"/experts/{expert['id']}/reveal", data={"purpose": "contact"}).status_code == 404


def test_word_carries_masked_numbers_and_leaves_a_trace(client, expert):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.get(f"/experts/{expert['id']}.docx")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
    assert len(read(m.AuditEntry, m.AuditEntry.event == AuditEvent.EXPORT)) == 1


# --- correction ------------------------------------------------------------------------------------


def correction(soup: BeautifulSoup) -> dict[str, Any]:
    form = soup.select_one("main form")
    data = {box["name"]: box.get("value", "") for box in form.select("input") if box["type"] not in ("radio", "file")}
    data |= {area["name"]: area.get_text().lstrip("\n") for area in form.select("textarea")}
    data |= {
        pick["name"]: pick.select_one("option[selected]")["value"] for pick in form.select("select:has([selected])")
    }
    data |= {box["name"]: box["value"] for box in form.select("input[type=radio][checked]")}
    return data


def request_file() -> dict[str, Any]:
    return {"change_request": (io.BytesIO(upload_samples.PDF), "更正申请.pdf")}


def test_the_approving_department_corrects_with_a_written_request_and_everything_is_recorded(client, expert):
    make.login(client, make.official(department_code=HAZCHEM, name="李慧"))
    data = correction(page(client.get(f"/experts/{expert['id']}/correct")))
    answer = client.post(
        f"/experts/{expert['id']}/correct",
        data=data | {"title": "正高级工程师"} | request_file(),
        follow_redirects=True,
    )
    assert "已更正职称，并短信通知本人" in page(answer).get_text()
    (change,) = read(m.FieldChange)
    assert (change.field, change.before, change.after, change.actor_name) == (
        "title",
        "高级工程师",
        "正高级工程师",
        "李慧",
    )
    (basis,) = read(m.Attachment, m.Attachment.kind == AttachmentKind.CHANGE_REQUEST)
    assert change.basis_id == basis.id
    (message,) = read(m.OutboxMessage, m.OutboxMessage.template_code == "expert_changed_by_dept")
    assert "职称" in message.body
    text = page(client.get(f"/experts/{expert['id']}/history")).get_text(" ", strip=True)
    assert "审批处室更正资料" in text
    assert "书面申请" in text


def test_no_correction_without_the_written_request(client, expert):
    make.login(client, make.official(department_code=HAZCHEM))
    data = correction(page(client.get(f"/experts/{expert['id']}/correct")))
    answer = client.post(f"/experts/{expert['id']}/correct", data=data | {"title": "正高级工程师"})
    assert answer.status_code == 422
    soup = page(answer)
    assert "请选择要上传的修改资料书面申请" in soup.select_one(".error-summary").get_text()
    assert soup.select_one("#title")["value"] == "正高级工程师"
    assert read(m.FieldChange) == []


def test_a_correction_that_changes_nothing_is_no_correction_and_leaves_no_file(client, expert):
    make.login(client, make.official(department_code=HAZCHEM))
    data = correction(page(client.get(f"/experts/{expert['id']}/correct")))
    answer = client.post(f"/experts/{expert['id']}/correct", data=data | request_file())
    assert answer.status_code == 422
    assert "没有改动任何内容" in answer.get_data(as_text=True)
    assert read(m.Attachment, m.Attachment.kind == AttachmentKind.CHANGE_REQUEST) == []


def test_the_id_number_is_not_in_the_form_and_stays_when_left_empty(client, expert):
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/experts/{expert['id']}/correct"))
    assert expert["number"] not in str(soup)
    data = correction(soup)
    assert data["id_number"] == ""
    client.post(f"/experts/{expert['id']}/correct", data=data | {"position": "总工程师"} | request_file())
    (row,) = read(m.Expert, m.Expert.id == expert["id"])
    assert (row.id_number, row.position) == (expert["number"], "总工程师")


@pytest.mark.parametrize(
    ("role", "department", "status"),
    [
        (Role.REVIEWER, MINES, 404),
        (Role.REVIEWER, "km-yj-hazchem", 404),
        (Role.GOVERNMENT, HAZCHEM, 403),
        (Role.REGISTRAR, "yn-yj-registrar", 403),
    ],
)
def test_nobody_else_corrects(client, expert, role, department, status):
    make.login(client, make.official(role, department))
    assert client.get(f"/experts/{expert['id']}/correct").status_code == status
    assert client.post(f"/experts/{expert['id']}/correct", data={"title": "x"}).status_code == status


def test_a_stale_correction_is_refused(client, expert):
    make.login(client, make.official(department_code=HAZCHEM))
    data = correction(page(client.get(f"/experts/{expert['id']}/correct")))
    first = client.post(f"/experts/{expert['id']}/correct", data=data | {"position": "总工程师"} | request_file())
    assert first.status_code == 302
    second = client.post(f"/experts/{expert['id']}/correct", data=data | {"position": "院长"} | request_file())
    assert second.status_code == 409


def test_resetting_the_password_leads_to_the_account(client, expert):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.get(f"/experts/{expert['id']}/password")
    assert answer.location == f"/accounts/{expert['account']}/password"
