"""专家信息申报 over HTTP: choosing, refusing, submitting, following, withdrawing; certificates."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.services import applications
from console.vocabulary import ApplicationState
from tests import make

HAZCHEM, MINES, KUNMING = "yn-yj-hazchem", "yn-yj-mines", "km-yj-hazchem"


@pytest.fixture(autouse=True)
def _no_csrf(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def expert(db):
    return make.ready_expert()


@pytest.fixture
def mine(client, expert):
    """The expert's browser."""
    return make.login(client, make.account_of(expert))


def soup(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def main(answer):
    return "".join(soup(answer).select_one("main").text.split())


def current(expert):
    with acting_as(everything("测试")):
        found = applications.current(expert.id)
        if found is not None:
            session().refresh(found)
        return found


def declare(client, *codes, confirmed=True, **changes):
    page = soup(client.get("/my/declare"))
    form = {name: page.select_one(f"#declaration [name={name}]")["value"] for name in ("lock_version", "once")}
    ids = [str(make.department(code).id) for code in codes]
    ticks = {"confirmed": "y"} if confirmed else {}
    return client.post("/my/declare", data={**form, "departments": ids, **ticks, **changes})


def errors(answer):
    return [line.get_text(strip=True) for line in soup(answer).select("[data-error-summary] li")]


# --- declaring ---------------------------------------------------------------------------------------------


def test_departments_are_grouped_by_body_and_only_those_of_his_region_are_offered(mine):
    page = soup(mine.get("/my/declare"))
    assert [head.text for head in page.select("#departments h3")] == [
        "云南省应急管理厅",
        "昆明市应急管理局",
        "五华区应急管理局",
    ]
    offered = {int(box["value"]) for box in page.select("[name=departments]")}
    assert make.department("qj-yj-hazchem").id not in offered
    assert make.department("yn-yj-office").id not in offered


def test_entry_conditions_are_shown_with_their_reason(client, db):
    expert = make.ready_expert(practice_years=2)
    page = main(make.login(client, make.account_of(expert)).get("/my/declare"))
    assert "从事专业2年，少于5年" in page
    assert "条件供参考，由审核部门决定" in page


def test_two_departments_lead_to_the_progress_with_both_and_their_terms(mine, expert):
    answer = declare(mine, HAZCHEM, KUNMING)
    case = current(expert)
    assert answer.location == f"/my/applications/{case.id}"
    page = main(mine.get(answer.location))
    assert case.number in page
    for words in ("危险化学品安全监督管理处", "危险化学品安全监督管理科", "12月04日前办结，剩10个工作日", "待审核"):
        assert words in page


def test_without_department_the_choice_is_asked_for_and_the_tick_is_kept(mine, expert):
    answer = declare(mine)
    assert (answer.status_code, errors(answer)) == (422, ["请选择审核业务部门"])
    assert soup(answer).select_one("#confirmed").has_attr("checked")
    assert current(expert) is None


def test_without_tick_the_notice_is_asked_for_and_the_choice_is_kept(mine):
    answer = declare(mine, MINES, confirmed=False)
    assert errors(answer) == ["请阅读并勾选申报须知"]
    assert soup(answer).select_one(f"#department-{make.department(MINES).id}").has_attr("checked")


def test_an_incomplete_expert_reads_what_is_missing_and_the_button_is_never_grey(client, db):
    expert = make.expert(complete=False, specialties=())
    mine = make.login(client, make.account_of(expert))
    page = soup(mine.get("/my/declare"))
    assert not page.select("#declaration button[disabled]")
    answer = declare(mine, HAZCHEM)
    assert answer.status_code == 422
    links = {row.a["href"] for row in soup(answer).select(".note .missing li")}
    assert "/my/information?step=2#education" in links
    assert "/my/information?step=3#specialties" in links
    assert current(expert) is None


@pytest.mark.parametrize("value", ["0", "-1", "999999999999999999999", "x", "' OR 1=1"])
def test_a_department_that_is_none_is_refused_in_words(mine, value):
    assert errors(declare(mine, departments=[value])) == ["所选部门不受理您所在地区的专家申报，请重新选择"]


def test_pressing_twice_opens_one_case_and_shows_it(mine, expert):
    page = soup(mine.get("/my/declare"))
    form = {name: page.select_one(f"#declaration [name={name}]")["value"] for name in ("lock_version", "once")}
    data = {**form, "departments": [str(make.department(HAZCHEM).id)], "confirmed": "y"}
    first, second = mine.post("/my/declare", data=data), mine.post("/my/declare", data=data)
    assert first.location == second.location == f"/my/applications/{current(expert).id}"
    with acting_as(everything("测试")):
        assert len(session().scalars(select(m.Review).where(m.Review.expert_id == expert.id)).all()) == 1


def test_a_second_window_reads_that_a_case_is_open(mine, expert):
    declare(mine, HAZCHEM)
    answer = mine.get("/my/declare", follow_redirects=True)
    assert "您已有办理中的申请" in main(answer)


def test_what_was_changed_meanwhile_is_told_before_it_is_declared(mine, expert):
    answer = declare(mine, HAZCHEM, lock_version="999")
    assert answer.status_code == 409
    assert errors(answer) == ["该记录已被他人修改，请刷新后重试"]
    assert current(expert) is None


def test_a_department_with_a_valid_certificate_is_shown_with_the_reason_instead_of_a_box(client, db):
    expert = make.ready_expert()
    paper = make.certificate(expert)
    page = soup(make.login(client, make.account_of(expert)).get("/my/declare"))
    assert page.select_one(f"#department-{make.department(HAZCHEM).id}") is None
    assert paper.number in page.select_one("#departments").text


# --- following, withdrawing ----------------------------------------------------------------------------------


def test_withdrawing_asks_once_more_and_then_takes_the_case_back(mine, expert):
    declare(mine, HAZCHEM)
    case = current(expert)
    asked = soup(mine.get(f"/my/applications/{case.id}/withdraw"))
    assert "危险化学品安全监督管理处" in asked.text
    version = asked.select_one("main [name=lock_version]")["value"]
    answer = mine.post(f"/my/applications/{case.id}/withdraw", data={"lock_version": version}, follow_redirects=True)
    assert "申报已撤回" in main(answer)
    assert current(expert).state is ApplicationState.DRAFT
    assert "重新申报" in main(answer)


def test_after_a_verdict_there_is_no_withdrawing(mine, expert):
    declare(mine, HAZCHEM, MINES)
    case = current(expert)
    make.passed(case, HAZCHEM)
    assert "撤回申报" not in main(mine.get(f"/my/applications/{case.id}"))
    assert mine.get(f"/my/applications/{case.id}/withdraw").location == f"/my/applications/{case.id}"
    with acting_as(everything("测试")):
        session().refresh(case)
    answer = mine.post(f"/my/applications/{case.id}/withdraw", data={"lock_version": str(case.lock_version)})
    assert (answer.status_code, current(expert).state) == (409, ApplicationState.PART)


@pytest.mark.parametrize("version", ["", "x", "999"])
def test_withdrawing_an_old_page_is_stale(mine, expert, version):
    declare(mine, HAZCHEM)
    case = current(expert)
    answer = mine.post(f"/my/applications/{case.id}/withdraw", data={"lock_version": version})
    assert (answer.status_code, current(expert).state) == (409, ApplicationState.PENDING)


def test_the_course_tells_department_and_reason_but_no_officials_name(mine, expert):
    declare(mine, HAZCHEM)
    make.rejected(current(expert), reason="单位同意书缺公章")
    page = main(mine.get(f"/my/applications/{current(expert).id}"))
    assert "危险化学品安全监督管理处驳回" in page
    assert "单位同意书缺公章" in page
    assert "李慧" not in page


def test_a_rejected_case_proposes_the_same_departments_for_the_next_round(mine, expert):
    declare(mine, HAZCHEM)
    make.rejected(current(expert))
    page = soup(mine.get("/my/declare"))
    assert [box["value"] for box in page.select("[name=departments][checked]")] == [str(make.department(HAZCHEM).id)]
    assert declare(mine, HAZCHEM).location == f"/my/applications/{current(expert).id}"
    assert (current(expert).round, current(expert).state) == (2, ApplicationState.PENDING)


def test_the_case_of_another_expert_is_not_there(mine, client, db):
    theirs = make.case(make.ready_expert("赵以宁"))
    for path in (f"/my/applications/{theirs.id}", f"/my/applications/{theirs.id}/withdraw"):
        assert mine.get(path).status_code == 404
    assert mine.post(f"/my/applications/{theirs.id}/withdraw", data={"lock_version": "1"}).status_code == 404


# --- certificates --------------------------------------------------------------------------------------------


def test_before_filing_the_certificate_does_not_exist_yet(mine):
    assert "聘书尚未生成" in main(mine.get("/my/certificates"))


def test_after_filing_the_certificate_is_listed_and_shown(client, db):
    expert = make.ready_expert()
    paper = make.certificate(expert)
    mine = make.login(client, make.account_of(expert))
    assert paper.number in main(mine.get("/my/certificates"))
    page = soup(mine.get(f"/my/certificates/{paper.id}"))
    assert page.select_one("iframe")["src"].startswith(f"/certificates/{paper.id}.pdf")
    assert page.find("a", string=lambda text: text and "下载" in text) or "下载" in page.text
    assert mine.get(f"/certificates/{paper.id}.pdf").mimetype == "application/pdf"


def test_the_certificate_of_another_is_not_there(mine, db):
    paper_id = make.certificate(make.ready_expert("赵以宁")).id
    session().expunge_all()  # what the test has read is no business of the request
    assert mine.get(f"/my/certificates/{paper_id}").status_code == 404


# --- the workstation says what is next -----------------------------------------------------------------------


def button(answer):
    (found,) = soup(answer).select("main .btn-primary")
    return found.get_text(strip=True), found["href"]


def test_an_incomplete_expert_is_led_to_his_information(client, db):
    expert = make.expert(complete=False, specialties=())
    assert button(make.login(client, make.account_of(expert)).get("/my")) == ("继续填写", "/my/information")


def test_a_complete_expert_is_led_to_declaring(mine):
    assert button(mine.get("/my")) == ("去申报", "/my/declare")


def test_a_waiting_expert_reads_for_whom_and_until_when(mine, expert):
    declare(mine, HAZCHEM)
    answer = mine.get("/my")
    assert button(answer) == ("查看进度", f"/my/applications/{current(expert).id}")
    assert "危险化学品安全监督管理处，12月04日前办结，剩10个工作日" in main(answer)


def test_a_rejected_expert_reads_why_and_is_led_to_his_information(mine, expert):
    declare(mine, HAZCHEM)
    make.rejected(current(expert), reason="单位同意书缺公章")
    answer = mine.get("/my")
    assert button(answer) == ("修改资料", "/my/information")
    assert "单位同意书缺公章" in main(answer)


def test_an_appointed_expert_is_led_to_his_certificate(client, db):
    expert = make.ready_expert()
    make.certificate(expert)
    assert button(make.login(client, make.account_of(expert)).get("/my")) == ("查看聘书", "/my/certificates")
