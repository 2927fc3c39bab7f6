"""Pages for everybody, above all 证书验真."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services.certificates import terminate
from console.vocabulary import ValidityKind
from tests import make
from tests.fakes import quick_pdf

HAZCHEM = "yn-yj-hazchem"


@pytest.fixture(autouse=True)
def _quick(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with quick_pdf():
        yield


@pytest.fixture
def paper(db: Any) -> dict[str, Any]:
    row = make.certificate(
        make.expert("欧阳建国"),
        validity=ValidityKind.FIXED,
        valid_from=dt.date(2026, 11, 20),
        valid_until=dt.date(2036, 11, 19),
    )
    with acting_as(everything("测试")):
        content = session().scalars(select(m.Document.content).where(m.Document.id == row.document_id)).one()
        found = {"id": row.id, "number": row.number, "code": row.verify_code, "content": content}
        found |= {"version": row.lock_version, "sha256": row.document.sha256}
        session().commit()
    return found


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(answer: Any) -> str:
    return page(answer).select_one("main").get_text(" ", strip=True)


@pytest.mark.parametrize("folder", ["V", "verify"])
def test_the_qr_code_leads_to_a_page_with_the_permitted_facts_only(client, paper, folder):
    answer = client.get(f"/{folder}/{paper['number']}/{paper['code']}")
    assert answer.status_code == 200
    text = words(answer)
    for wanted in (
        "证书有效",
        "欧阳**",
        paper["number"],
        "云南省应急管理厅",
        "2026年11月20日 至 2036年11月19日",
        paper["sha256"],
    ):
        assert wanted in text
    assert "建国" not in answer.get_data(as_text=True)
    assert page(answer).select_one(".verdict-ok") is not None


@pytest.mark.parametrize(
    "typed",
    [
        {"number": "YNS20261120001", "name": "欧阳建国"},
        {"number": " yns2026-1120-001 ", "name": " 欧阳建国 "},
        {"number": "ＹＮＳ２０２６１１２０００１", "name": "欧阳建国"},
    ],
)
def test_number_and_name_find_it_however_they_are_typed(client, paper, typed):
    assert "证书有效" in words(client.post("/verify", data=typed))


def test_number_and_code_find_it(client, paper):
    typed = {"number": paper["number"], "code": paper["code"].lower()}
    assert "证书有效" in words(client.post("/verify", data=typed))


def test_unknown_number_wrong_name_and_wrong_code_get_one_answer(client, paper):
    wrong = "ABCDEFGHJKLM"
    answers = [
        client.post("/verify", data={"number": "YNS20991231999", "name": "欧阳建国"}),
        client.post("/verify", data={"number": paper["number"], "name": "欧阳建军"}),
        client.post("/verify", data={"number": paper["number"], "code": wrong}),
        client.get(f"/V/{paper['number']}/{wrong}"),
        client.get(f"/V/YNS20991231999/{paper['code']}"),
    ]
    said = set()
    for answer in answers:
        assert answer.status_code == 404
        said.add(page(answer).select_one(".verdict").get_text(" ", strip=True))
        assert paper["sha256"] not in answer.get_data(as_text=True)
    assert len(said) == 1
    assert "未查询到该证书" in said.pop()


@pytest.mark.parametrize(
    ("typed", "message"),
    [({"number": "", "name": "张三"}, "请输入证书编号"), ({"number": "YNS20261120001"}, "请输入证书上的姓名或验真码")],
)
def test_what_is_missing_is_named_at_its_field(client, typed, message):
    answer = client.post("/verify", data=typed)
    assert answer.status_code == 422
    assert message in page(answer).select_one(".error-summary").get_text()


def test_a_terminated_certificate_is_dark_and_says_since_when(client, paper, clock):
    head = make.actor(make.official(department_code=HAZCHEM))
    with acting_as(head):
        terminate(paper["id"], "本人书面申请退出", version=paper["version"], actor=head, now=clock.now())
    soup = page(client.get(f"/V/{paper['number']}/{paper['code']}"))
    band = soup.select_one(".verdict-dark").get_text(" ", strip=True)
    assert "证书已终止" in band
    assert "自 2026年11月20日 起不得使用" in band
    assert "本人书面申请退出" not in soup.get_text()
    assert soup.select_one(".struck") is not None


def test_it_is_valid_until_midnight_in_shanghai_and_expired_a_second_later(client, paper, clock):
    address = f"/V/{paper['number']}/{paper['code']}"
    clock.moment = dt.datetime(2036, 11, 19, 15, 59, 59, tzinfo=dt.UTC)
    assert "证书有效" in words(client.get(address))
    clock.moment += dt.timedelta(seconds=1)
    text = words(client.get(address))
    assert "证书已失效" in text
    assert "自 2036年11月20日 起不得使用" in text


def test_without_script_the_server_compares_the_file_and_keeps_nothing(client, paper):
    address = f"/verify/{paper['number']}/{paper['code']}"
    same = client.post(address, data={"file": (io.BytesIO(paper["content"]), "聘书.pdf")})
    other = client.post(address, data={"file": (io.BytesIO(paper["content"] + b" "), "聘书.pdf")})
    assert page(same).select_one("#file-answer").get_text(strip=True) == "与发证文件一致"
    assert page(other).select_one("#file-answer").get_text(strip=True) == "不是发证文件"
    none = client.post(address, data={})
    assert none.status_code == 422
    assert "请选择聘书 PDF 文件" in none.get_data(as_text=True)
    with acting_as(everything("测试")):
        assert session().scalars(select(m.Attachment.id)).all() == []


def test_guessing_is_slowed_down_and_the_right_answer_costs_nothing(client, paper):
    for _ in range(40):
        assert client.get(f"/V/{paper['number']}/{paper['code']}").status_code == 200
    answers = [client.get(f"/V/YNS202611200{n:02d}/ABCDEFGHJKLM").status_code for n in range(1, 33)]
    assert answers == [404] * 30 + [429] * 2


def test_a_name_never_stands_in_an_address(client):
    soup = page(client.get("/verify"))
    assert soup.select_one("main form")["method"] == "post"


@pytest.mark.parametrize(
    "address",
    [
        "/welcome",
        "/verify",
        "/agreement",
        "/help",
        "/help/expert",
        "/help/review",
        "/help/filing",
        "/help/certificate",
        "/help/account",
    ],
)
def test_strangers_may_read_the_public_pages(client, address):
    assert client.get(address).status_code == 200


def test_an_unknown_help_page_is_not_there(client):
    assert client.get("/help/nothing").status_code == 404


def test_the_entry_page_names_doors_checking_and_support(client):
    text = words(client.get("/welcome"))
    for wanted in ("专家登录", "专家注册", "政府用户登录", "证书验真", "0871-6000 0119", "800000119"):
        assert wanted in text
