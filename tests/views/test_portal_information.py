"""基本信息 over HTTP: saved step by step, drafted, nothing typed is lost, files and specialties beside it."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from console import models as m
from console.database import session
from console.scope import acting_as, everything
from console.vocabulary import AuditEvent, Role
from tests import make

STEP1, STEP2, STEP3 = (f"/my/information?step={number}" for number in (1, 2, 3))


@pytest.fixture(autouse=True)
def _no_csrf(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def expert(db):
    return make.ready_expert()


@pytest.fixture
def newcomer(db):
    return make.expert(complete=False, specialties=())


@pytest.fixture
def browser(client):
    """Log an expert in."""
    return lambda expert: make.login(client, make.account_of(expert))


def soup(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def read(expert):
    with acting_as(everything("测试")):
        return session().get_one(m.Expert, expert.id, populate_existing=True)


def typed(client, path, **changes):
    """The form of a page as a browser would send it, with changes."""
    found = {}
    for field in soup(client.get(path)).select("#information [name]"):
        if field.name == "button" or field.get("type") == "file":
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            found[field["name"]] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            found[field["name"]] = field.text.lstrip("\r\n")
        elif field.get("type") != "radio" or field.has_attr("checked"):
            found[field["name"]] = field.get("value", "")
    return {**found, **changes}


def errors(answer):
    return [line.get_text(strip=True) for line in soup(answer).select("[data-error-summary] li")]


def value(answer, name):
    return soup(answer).select_one(f"#information [name={name}]").get("value")


# --- saving ------------------------------------------------------------------------------------------------


def test_saving_a_step_leads_to_the_next(browser, expert):
    client = browser(expert)
    answer = client.post(STEP2, data=typed(client, STEP2, school="红河学院", do="next"))
    assert (answer.status_code, answer.location) == (302, STEP3)
    assert read(expert).school == "红河学院"


def test_saving_with_required_fields_empty_saves_nothing_names_each_and_keeps_what_was_typed(browser, newcomer):
    client = browser(newcomer)
    answer = client.post(STEP2, data=typed(client, STEP2, school="红河学院", do="next"))
    assert answer.status_code == 422
    assert errors(answer) == ["请选择最高学历", "请填写所学专业", "请选择职称等级"]
    assert value(answer, "school") == "红河学院"
    assert read(newcomer).school == ""
    assert soup(answer).title.string.startswith("错误：")


@pytest.mark.parametrize("do", ["draft", "exit", "back"])
def test_saving_for_later_asks_only_for_what_can_be_read(browser, newcomer, do):
    client = browser(newcomer)
    assert client.post(STEP2, data=typed(client, STEP2, school="红河学院", do=do)).status_code == 302
    assert read(newcomer).school == "红河学院"


def test_a_date_that_is_none_stays_on_the_page_with_the_other_reasons(browser, newcomer):
    client = browser(newcomer)
    answer = client.post(
        STEP1, data=typed(client, STEP1, birth_date="1975-13-45", email="a@b", employer="云岭化工", do="draft")
    )
    assert errors(answer) == ["出生日期格式不正确，应如 1975-03-05", "邮箱格式不正确"]
    assert (value(answer, "birth_date"), value(answer, "employer")) == ("1975-13-45", "云岭化工")
    assert read(newcomer).employer == ""


def test_years_that_are_no_number_are_refused_at_their_field(browser, newcomer):
    client = browser(newcomer)
    answer = client.post(STEP3, data=typed(client, STEP3, practice_years="二十", do="draft"))
    assert errors(answer) == ["从事专业年限应为0-70的整数"]
    assert value(answer, "practice_years") == "二十"


def test_a_choice_that_was_not_offered_is_refused(browser, newcomer):
    client = browser(newcomer)
    answer = client.post(STEP2, data=typed(client, STEP2, education="prince", do="draft"))
    assert errors(answer) == ["请从列表中选择最高学历"]


def test_a_name_that_is_markup_comes_back_as_text(browser, newcomer):
    client = browser(newcomer)
    answer = client.post(STEP1, data=typed(client, STEP1, name="<script>alert(1)</script>", do="next"))
    assert "姓名格式不正确" in errors(answer)
    assert "<script>alert(1)" not in answer.get_data(as_text=True)


def test_a_page_another_window_made_stale_shows_what_differs_and_keeps_what_was_typed(browser, expert):
    client = browser(expert)
    form = typed(client, STEP1, position="副总工程师", do="next")
    client.post(STEP1, data=typed(client, STEP1, position="总工程师", do="draft"))
    answer = client.post(STEP1, data=form)
    page = soup(answer)
    assert answer.status_code == 409
    assert "该记录已被他人修改，请刷新后重试" in page.text
    assert "总工程师" in page.select_one(".note").text
    assert value(answer, "position") == "副总工程师"
    again = {**form, "lock_version": value(answer, "lock_version")}
    assert client.post(STEP1, data=again).status_code == 302
    assert read(expert).position == "副总工程师"


def test_a_form_without_its_version_is_stale(browser, expert):
    client = browser(expert)
    form = typed(client, STEP1, position="总工程师")
    form.pop("lock_version")
    assert client.post(STEP1, data=form).status_code == 409


@pytest.mark.parametrize("step", ["0", "4", "x", ""])
def test_a_step_that_does_not_exist_is_the_first(browser, expert, step):
    assert soup(browser(expert).get(f"/my/information?step={step}")).h1.text == "专家基本信息"


def test_what_is_missing_is_listed_over_all_steps_with_links_to_the_fields(browser, newcomer):
    page = soup(browser(newcomer).get(STEP1))
    found = {row.a.text: row.a["href"] for row in page.select("aside .missing li") if row.a}
    assert found["最高学历"] == "/my/information?step=2#education"
    assert found["专业方向"] == "/my/information?step=3#specialties"
    assert found["请上传任职单位同意申报附件或情况说明"] == "/my/information?step=3#attachments"
    assert all(page_has(browser(newcomer), href) for href in found.values())


def page_has(client, href):
    path, _, anchor = href.partition("#")
    return soup(client.get(path)).find(id=anchor) is not None


def test_regions_are_offered_under_their_prefecture(browser, expert):
    select_ = soup(browser(expert).get(STEP1)).select_one("#region_code")
    kunming = select_.select_one("optgroup[label=昆明市]")
    assert kunming.select_one("option[value='530100']").text == "昆明市（市州本级）"
    assert kunming.select_one("option[value='530102']").text == "五华区"
    assert len(select_.select("option")) == 1 + 16 + 129


# --- drafts ------------------------------------------------------------------------------------------------


def draft(client, step, version, **fields):
    return client.post(
        f"/my/information/draft?step={step}", data={"lock_version": version, **fields}, headers={"X-Autosave": "1"}
    )


def test_a_draft_answers_with_the_time_and_the_new_version(browser, newcomer):
    client = browser(newcomer)
    said = draft(client, 2, newcomer.lock_version, school="红河学院")
    assert said.json == {"saved_at": "10:30", "lock_version": read(newcomer).lock_version}
    assert read(newcomer).school == "红河学院"


def test_a_draft_touches_only_the_fields_sent(browser, expert):
    draft(browser(expert), 1, read(expert).lock_version, position="总工程师")
    assert (read(expert).position, read(expert).employer) == ("总工程师", expert.employer)


def test_a_malformed_draft_says_so_and_still_gives_the_version(browser, newcomer):
    said = draft(browser(newcomer), 1, newcomer.lock_version, email="a@b", position="总工程师")
    assert (said.status_code, said.json["message"]) == (422, "邮箱格式不正确，此项尚未保存")
    assert (read(newcomer).position, said.json["lock_version"]) == ("总工程师", read(newcomer).lock_version)


def test_a_stale_draft_says_so(browser, expert):
    said = draft(browser(expert), 2, 999, school="红河学院")
    assert (said.status_code, said.json["message"]) == (409, "该记录已被他人修改，请刷新后重试")


def test_while_a_department_reads_the_page_does_not_save_by_itself(browser, expert):
    make.case(expert)
    client = browser(expert)
    assert soup(client.get(STEP2)).select_one("#information").get("data-autosave") is None
    assert draft(client, 2, read(expert).lock_version, school="红河学院").status_code == 409


# --- locked, marked ----------------------------------------------------------------------------------------


def test_after_a_pass_the_page_shows_the_manuals_sentence_and_no_form(browser, expert):
    make.passed(make.case(expert))
    page = soup(browser(expert).get(STEP1))
    assert "处室已审核通过，专家信息不可再修改" in page.text
    assert page.select_one("#information") is None


def test_a_form_sent_after_a_pass_changes_nothing(browser, expert):
    client, case = browser(expert), make.case(expert)
    form = typed(client, STEP2, school="红河学院")
    make.passed(case)
    assert client.post(STEP2, data=form).status_code == 409
    assert read(expert).school == expert.school


def test_reasons_and_marks_of_a_rejection_stand_beside_the_fields(browser, expert):
    make.rejected(make.case(expert), reason="学历证书不清楚", school="应填全称")
    page = soup(browser(expert).get(STEP2))
    assert "学历证书不清楚" in page.text
    field = page.select_one("#school").find_parent(class_="asked")
    assert "应填全称" in field.select_one("blockquote").text


def test_with_a_valid_certificate_the_identity_is_shown_and_not_asked(browser, expert):
    make.certificate(expert)
    page = soup(browser(expert).get(STEP1))
    assert page.select_one("#name") is None
    assert "聘书有效期内，姓名、身份证号码、性别、出生日期不能自行更改" in page.text


# --- specialties and files ---------------------------------------------------------------------------------


def test_a_specialty_is_added_and_removed_while_typed_text_stays(browser, newcomer):
    client = browser(newcomer)
    leaf = make.node("010108")
    answer = client.post(
        "/my/information/specialties", data=typed(client, STEP3, occupation="化工安全", specialty=str(leaf.id))
    )
    page = soup(answer)
    assert value(answer, "occupation") == "化工安全"
    assert "石油化工（含精细化工） · 防火防爆" in page.select_one("#specialties").text
    form = {**typed(client, STEP3), "lock_version": value(answer, "lock_version")}
    assert client.post(f"/my/information/specialties/{leaf.id}/remove", data=form).status_code == 302
    assert "至少选择一个" in soup(client.get(STEP3)).select_one("#specialties").text


def test_every_selectable_specialty_is_offered_in_one_grouped_list(browser, newcomer):
    found = soup(browser(newcomer).get(STEP3)).select_one("#specialty")
    assert len(found.select("optgroup")) == 49
    assert len(found.select("optgroup option")) == 385


def test_adding_nothing_says_what_to_do(browser, newcomer):
    client = browser(newcomer)
    answer = client.post("/my/information/specialties", data=typed(client, STEP3))
    assert answer.status_code == 422
    assert "请先在列表中选择专业" in soup(answer).select_one("#specialties").text


def send(client, path, *files, **fields):
    data = {**typed(client, STEP3), **fields}
    data |= {kind: (io.BytesIO(content), name) for kind, name, content in files}
    return client.post(path, data=data, content_type="multipart/form-data")


def test_a_file_is_uploaded_listed_downloaded_and_removed(browser, newcomer):
    client = browser(newcomer)
    answer = send(
        client, "/my/information/attachments?kind=employer_consent", ("employer_consent", "同意.pdf", make.PDF)
    )
    assert answer.status_code == 302
    link = soup(client.get(STEP3)).select_one("#attachments .file-link a")
    assert link.text == "同意.pdf"
    file = client.get(link["href"])
    assert file.data == make.PDF
    attachment_id = link["href"].rpartition("/")[2]
    assert send(client, f"/my/information/attachments/{attachment_id}/remove").status_code == 302
    assert client.get(link["href"]).status_code == 404


def test_a_download_can_neither_run_nor_be_framed_nor_be_guessed(browser, expert):
    client = browser(expert)
    link = soup(client.get(STEP3)).select_one("#attachments .file-link a")
    headers = client.get(link["href"]).headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name", ['证";filename="x.html.pdf', "证\r\nSet-Cookie: x=1.pdf", "证\u202efdp.pdf", "%0d%0a.pdf"]
)
def test_a_hostile_name_stays_inside_its_header(browser, newcomer, name):
    made = make.attached(newcomer, name=name)
    answer = browser(newcomer).get(f"/attachments/{made}")
    (disposition,) = answer.headers.getlist("Content-Disposition")
    assert unquote(disposition.removeprefix("attachment; filename*=UTF-8''")) == name
    assert not set(disposition) & set('\r\n"')
    assert answer.headers.get("Set-Cookie") is None


def test_a_refused_file_is_explained_at_its_field_and_typed_text_stays(browser, newcomer):
    client = browser(newcomer)
    answer = send(client, "/my/information/attachments", ("photo", "照片.exe", b"MZ"), occupation="化工安全")
    assert answer.status_code == 422
    assert "文件格式不支持，仅支持jpg、png" in soup(answer).select_one("#photo-error").text
    assert value(answer, "occupation") == "化工安全"


def test_uploading_nothing_says_what_to_do(browser, newcomer):
    answer = send(browser(newcomer), "/my/information/attachments?kind=photo")
    assert "请先选择本人照片" in soup(answer).select_one("#photo-error").text


def test_a_file_chosen_but_not_uploaded_is_stored_with_the_save(browser, expert):
    client = browser(expert)
    answer = send(client, STEP3, ("other", "职称.pdf", make.PDF), do="next")
    assert (answer.status_code, answer.location) == (302, "/my/declare")
    assert "职称.pdf" in soup(client.get(STEP3)).select_one("#attachments").text


def test_without_employer_consent_the_last_step_asks_for_it_in_the_manuals_words(browser, db):
    expert = make.expert(employer="")
    client = browser(expert)
    answer = client.post(STEP3, data=typed(client, STEP3, do="next"))
    assert errors(answer) == ["请上传任职单位同意申报附件或情况说明"]


def test_an_officials_download_is_audited_and_one_elsewhere_finds_nothing(client, expert, db):
    with acting_as(everything("测试")):
        file = session().scalar(select(m.Attachment.id))
        elsewhere = make.official(Role.GOVERNMENT, "qj-yj-hazchem")
        head = make.official()
    assert make.login(client, elsewhere).get(f"/attachments/{file}").status_code == 404
    assert make.login(client, head).get(f"/attachments/{file}").status_code == 200
    with acting_as(everything("测试")):
        rows = session().scalars(select(m.AuditEntry).where(m.AuditEntry.event == AuditEvent.DOWNLOAD)).all()
    assert [(row.actor_id, row.record_id) for row in rows] == [(head.id, str(file))]


def test_the_word_file_carries_the_name_and_is_a_word_file(browser, expert):
    answer = browser(expert).get("/my/information.docx")
    assert answer.data[:2] == b"PK"
    assert "%E6%AE%B5%E4%B8%BD%E5%A8%9F" in answer.headers["Content-Disposition"]
