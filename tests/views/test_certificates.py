"""Looking at a certificate, its file, and ending it early."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import CertificateState, Role, ValidityKind
from tests import make
from tests.fakes import quick_pdf

HAZCHEM = "yn-yj-hazchem"
REASON = "本人因工作调动书面申请退出专家库。"


@pytest.fixture(autouse=True)
def _quick(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with quick_pdf():
        yield


@pytest.fixture
def paper(db: Any) -> dict[str, Any]:
    owner = make.expert("欧阳建国")
    row = make.certificate(
        owner, validity=ValidityKind.FIXED, valid_from=dt.date(2026, 11, 20), valid_until=dt.date(2036, 11, 19)
    )
    found = {"id": row.id, "expert": owner.id, "account": owner.account_id, "number": row.number}
    with acting_as(everything("测试")):
        session().commit()
    return found


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def state(paper: dict[str, Any]) -> CertificateState:
    with acting_as(everything("测试")):
        return session().scalars(select(m.Certificate.state).where(m.Certificate.id == paper["id"])).one()


def termination(soup: BeautifulSoup) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in soup.select("#terminate input[type=hidden]")}


def test_the_page_frames_the_file_with_zoom_print_and_download(client, paper):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.get(f"/certificates/{paper['id']}")
    soup = page(answer)
    assert soup.select_one("iframe.paper")["src"] == f"/certificates/{paper['id']}.pdf#navpanes=0&view=FitH"
    words = [link.get_text(strip=True) for link in soup.select(".paper-tools a")]
    assert words == ["打印", "下载", "75%", "100%", "150%"]
    zoomed = page(client.get(f"/certificates/{paper['id']}?zoom=150"))
    assert zoomed.select_one("iframe.paper")["src"].endswith("?zoom=150#navpanes=0&zoom=150")
    text = soup.get_text(" ", strip=True)
    for wanted in ("欧阳建国", "省化工-防爆专家", "云南省应急管理厅", "2026年11月20日 至 2036年11月19日", "有效"):
        assert wanted in text


def test_the_timeline_tells_who_passed_and_who_filed(client, paper):
    make.login(client, make.official(Role.GOVERNMENT))
    text = page(client.get(f"/certificates/{paper['id']}")).select_one(".timeline").get_text(" ", strip=True)
    assert "危险化学品安全监督管理处 通过" in text
    assert "科技和信息化处 王敏" in text


def test_the_file_is_the_stored_one_and_may_be_framed_by_our_own_pages_only(client, paper):
    make.login(client, make.official(Role.GOVERNMENT))
    answer = client.get(f"/certificates/{paper['id']}.pdf")
    with acting_as(everything("测试")):
        sha256 = (
            session()
            .scalars(select(m.Document.sha256).join(m.Certificate, m.Certificate.document_id == m.Document.id))
            .one()
        )
    assert hashlib.sha256(answer.data).hexdigest() == sha256
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    saved = client.get(f"/certificates/{paper['id']}.pdf?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "frame-ancestors 'none'" in client.get(f"/certificates/{paper['id']}").headers["Content-Security-Policy"]


def test_its_holder_gets_the_file_and_nobody_elses(client, paper, app):
    with acting_as(everything("测试")):
        holder = session().get_one(m.Account, paper["account"])
    make.login(client, holder)
    assert client.get(f"/certificates/{paper['id']}.pdf").status_code == 200
    other = app.test_client()
    stranger = make.expert("丁四")
    with acting_as(everything("测试")):
        account = session().get_one(m.Account, stranger.account_id)
    make.login(other, account)
    assert other.get(f"/certificates/{paper['id']}.pdf").status_code == 404


@pytest.mark.parametrize(("department", "status"), [("km-yj-mines", 200), ("wh-yj-rescue", 200), ("qj-yj-mines", 404)])
def test_scope_holds_for_page_and_file(client, paper, department, status):
    make.login(client, make.official(Role.GOVERNMENT, department))
    assert client.get(f"/certificates/{paper['id']}").status_code == status
    assert client.get(f"/certificates/{paper['id']}.pdf").status_code == status


def test_only_the_approving_department_is_offered_and_allowed_to_end_it(client, paper, app):
    make.login(client, make.official(department_code=HAZCHEM))
    assert "终止聘书" in page(client.get(f"/certificates/{paper['id']}")).select_one(".page-actions").get_text()
    for who in (make.official(department_code="yn-yj-mines"), make.official(department_code="km-yj-hazchem")):
        other = app.test_client()
        make.login(other, who)
        assert "终止聘书" not in page(other.get(f"/certificates/{paper['id']}")).get_text()
        assert other.get(f"/certificates/{paper['id']}/terminate").status_code == 404
        data = {"end_reason": REASON, "lock_version": "1"}
        assert other.post(f"/certificates/{paper['id']}/terminate", data=data).status_code == 404
    assert state(paper) is CertificateState.VALID


def test_ending_from_the_dialog_shows_it_terminated_at_once(client, paper):
    make.login(client, make.official(department_code=HAZCHEM, name="李慧"))
    data = termination(page(client.get(f"/certificates/{paper['id']}"))) | {"end_reason": REASON}
    answer = client.post(f"/certificates/{paper['id']}/terminate", data=data, follow_redirects=True)
    text = page(answer).get_text(" ", strip=True)
    assert "已终止聘书 YNS20261120001，并短信通知本人" in text
    assert "自 2026-11-20 起终止，不得使用" in text
    assert REASON in text
    assert "终止聘书" not in page(client.get(f"/certificates/{paper['id']}")).select_one(".page-actions").get_text()
    saved = client.get(f"/certificates/{paper['id']}.pdf?download=1").headers["Content-Disposition"]
    assert "%E5%B7%B2%E7%BB%88%E6%AD%A2" in saved


def test_without_a_reason_the_page_of_the_dialog_comes_back(client, paper):
    make.login(client, make.official(department_code=HAZCHEM))
    data = termination(page(client.get(f"/certificates/{paper['id']}"))) | {"end_reason": ""}
    answer = client.post(f"/certificates/{paper['id']}/terminate", data=data)
    assert answer.status_code == 422
    soup = page(answer)
    assert "请输入终止原因" in soup.select_one(".error-summary").get_text()
    again = {field["name"]: field.get("value", "") for field in soup.select("main form input[type=hidden]")}
    assert client.post(f"/certificates/{paper['id']}/terminate", data=again | {"end_reason": REASON}).status_code == 302
    assert state(paper) is CertificateState.TERMINATED


def test_the_dialog_works_as_a_page_of_its_own(client, paper):
    make.login(client, make.official(department_code=HAZCHEM))
    soup = page(client.get(f"/certificates/{paper['id']}/terminate"))
    data = {field["name"]: field.get("value", "") for field in soup.select("main form input[type=hidden]")}
    assert client.post(f"/certificates/{paper['id']}/terminate", data=data | {"end_reason": REASON}).status_code == 302


def test_the_second_head_to_end_it_reads_409(client, paper, app):
    make.login(client, make.official(department_code=HAZCHEM))
    data = termination(page(client.get(f"/certificates/{paper['id']}"))) | {"end_reason": REASON}
    other = app.test_client()
    make.login(other, make.official(department_code=HAZCHEM, name="张建国"))
    theirs = termination(page(other.get(f"/certificates/{paper['id']}"))) | {"end_reason": REASON}
    assert client.post(f"/certificates/{paper['id']}/terminate", data=data).status_code == 302
    answer = other.post(f"/certificates/{paper['id']}/terminate", data=theirs)
    assert answer.status_code == 409
    assert "该记录已被他人修改，请刷新后重试" in answer.get_data(as_text=True)


def test_an_expired_certificate_says_so_before_the_nightly_tick(client, paper, clock):
    clock.moment = dt.datetime(2036, 11, 19, 16, 0, tzinfo=dt.UTC)
    make.login(client, make.official(Role.GOVERNMENT))
    assert "有效期至 2036-11-19，已失效" in page(client.get(f"/certificates/{paper['id']}")).get_text()
