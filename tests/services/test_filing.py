"""Filing and the certificate that follows: number, words, file, who may, what stops it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from console import crypt
from console import models as m
from console.database import session
from console.errors import Conflict, Forbidden, NotFound, Stale
from console.scope import acting_as, everything
from console.services.conditions import shares_id_number
from console.services.filing import checks, file_many, file_one, paper_of, verify_url
from console.vocabulary import ApplicationState, CertificateState, PoolState, ReviewState, Role, ValidityKind
from tests import make
from tests.fakes import FakePdf, quick_pdf

HAZCHEM, MINES = "yn-yj-hazchem", "yn-yj-mines"


@pytest.fixture
def fake(db: Any) -> Any:
    with quick_pdf() as renderer:
        yield renderer


@pytest.fixture
def registrar(db: Any) -> m.Account:
    return make.official(Role.REGISTRAR, "yn-yj-registrar", name="王敏")


def waiting(name: str = "段丽娟", department: str = HAZCHEM, **values: Any) -> int:
    """A passed review that waits for filing; ``values`` are the verdict's."""
    application = make.case(make.expert(name), department)
    make.passed(application, department, **values)
    return make.review_of(application, department).id


def read(model: Any, row_id: int) -> Any:
    with acting_as(everything("测试")):
        found = select(model).where(model.id == row_id).execution_options(populate_existing=True)
        return session().scalars(found).one()


def file(review_id: int, who: m.Account, clock: Any, **how: Any) -> m.Certificate:
    with acting_as(everything("测试")):
        actor = make.actor(who)
    given = {"version": read(m.Review, review_id).lock_version} | how
    with acting_as(everything("测试")):
        session().commit()
    with acting_as(actor):
        return file_one(review_id, actor=actor, now=clock.now(), **given)


def test_numbers_are_prefix_day_and_counter_from_001(fake, registrar, clock):
    first, second = waiting("甲一"), waiting("乙二")
    assert file(first, registrar, clock).number == "YNS20261120001"
    assert file(second, registrar, clock).number == "YNS20261120002"


def test_the_counter_starts_anew_each_beijing_day(fake, registrar, clock):
    first, second = waiting("甲一"), waiting("乙二")
    clock.moment = dt.datetime(2026, 11, 20, 15, 59, 59, tzinfo=dt.UTC)
    assert file(first, registrar, clock).number == "YNS20261120001"
    clock.moment = dt.datetime(2026, 11, 20, 16, 0, tzinfo=dt.UTC)
    assert file(second, registrar, clock).number == "YNS20261121001"


def test_two_bodies_of_one_programme_count_by_themselves_under_prefixes_of_their_own(fake, registrar, clock):
    province = waiting("甲一")
    kunming = waiting("乙二", "km-yj-hazchem")
    theirs = make.official(Role.REGISTRAR, "km-yj-registrar", name="和丽")
    assert file(province, registrar, clock).number == "YNS20261120001"
    assert file(kunming, theirs, clock).number == "YNKM20261120001"


def test_bodies_that_print_one_prefix_share_its_counter(fake, registrar, clock):
    province, kunming = waiting("甲一"), waiting("乙二", "km-yj-hazchem")
    with acting_as(everything("测试")):
        make.department("km-yj-hazchem").organisation.certificate_prefix = ""
        session().commit()
    theirs = make.official(Role.REGISTRAR, "km-yj-registrar", name="和丽")
    assert file(province, registrar, clock).number == "YNS20261120001"
    assert file(kunming, theirs, clock).number == "YNS20261120002"


def test_a_refused_filing_gives_its_number_back(fake, registrar, clock, monkeypatch):
    first, second = waiting("甲一"), waiting("乙二")

    def fail(self: Any, sheet: Any) -> None:
        raise Conflict("render_failed", "文书生成失败")

    with monkeypatch.context() as patch:
        patch.setattr(FakePdf, "render_certificate", fail)
        with pytest.raises(Conflict):
            file(first, registrar, clock)
    assert read(m.Review, first).state is ReviewState.PASSED
    assert file(second, registrar, clock).number == "YNS20261120001"


def test_the_certificate_says_what_the_department_chose(fake, registrar, clock):
    office = read(m.Organisation, make.department(HAZCHEM).organisation_id)
    with acting_as(everything("测试")):
        office = session().scalars(select(m.Organisation).where(m.Organisation.code == "yn-awb")).one()
    review = waiting(appointing_body_id=office.id)
    file(review, registrar, clock)
    sheet = fake.sheets[-1]
    unit = "云南省安全生产委员会办公室"
    assert sheet.salutation == "段丽娟同志："
    assert sheet.body == (f"经{unit}审核批准，聘请你为省化工-防爆专家。",)
    assert sheet.unit == unit
    assert sheet.number_line == "证书编号：YNS20261120001"
    assert sheet.validity_line == "证书有效期限：长期"
    assert sheet.date_line == "2026年11月20日"


@pytest.mark.parametrize(
    ("department", "industry_only", "words"),
    [
        (HAZCHEM, True, "省化工专家"),
        ("km-yj-hazchem", False, "市化工-防爆专家"),
        ("wh-yj-safety", False, "区化工-防爆专家"),
    ],
)
def test_the_appointment_names_level_industry_and_specialty(fake, db, clock, department, industry_only, words):
    review_id = waiting(department=department, **({"specialty_id": None} if industry_only else {}))
    with acting_as(everything("测试")):
        assert paper_of(read(m.Review, review_id), clock.now().date()).appointment == words


def test_a_fixed_term_prints_first_and_last_day(fake, registrar, clock):
    review = waiting(validity=ValidityKind.FIXED, valid_from=dt.date(2026, 11, 20), valid_until=dt.date(2036, 11, 19))
    paper = file(review, registrar, clock)
    assert fake.sheets[-1].validity_line == "证书有效期限：2026年11月20日 至 2036年11月19日"
    assert (paper.validity, paper.valid_until) == (ValidityKind.FIXED, dt.date(2036, 11, 19))


def test_the_paper_is_stored_once_with_its_hash_and_never_rendered_again(fake, registrar, clock):
    paper = file(waiting(), registrar, clock)
    with acting_as(everything("测试")):
        content, sha256 = (
            session()
            .execute(select(m.Document.content, m.Document.sha256).where(m.Document.id == paper.document_id))
            .one()
        )
    assert hashlib.sha256(content).hexdigest() == sha256
    assert len(fake.sheets) == 1


def test_the_code_is_the_one_the_qr_address_carries(fake, registrar, clock):
    paper = file(waiting(), registrar, clock)
    assert paper.verify_code == crypt.verify_code(paper.number)
    assert fake.sheets[-1].qr_url == verify_url(paper.number, paper.verify_code)
    assert fake.sheets[-1].qr_url.endswith(f"/V/{paper.number}/{paper.verify_code}")
    assert fake.sheets[-1].qr_url.isupper()


def test_a_path_of_the_installation_keeps_its_case_in_the_qr_address(app, monkeypatch):
    from console.services.outside import outside

    before = outside().base_url
    object.__setattr__(outside(), "base_url", "https://yj.example.cn/Pool/")
    try:
        assert (
            verify_url("YNS20261120001", "ABCDEFGHJKLM") == "HTTPS://YJ.EXAMPLE.CN/Pool/V/YNS20261120001/ABCDEFGHJKLM"
        )
    finally:
        object.__setattr__(outside(), "base_url", before)


def test_filing_the_last_review_closes_the_case_and_puts_the_expert_into_the_pool(fake, registrar, clock):
    review_id = waiting()
    paper = file(review_id, registrar, clock)
    review = read(m.Review, review_id)
    assert (review.state, review.filed_by_id) == (ReviewState.FILED, registrar.id)
    application = read(m.Application, review.application_id)
    assert (application.state, application.finished_at) == (ApplicationState.FILED, clock.now())
    assert read(m.Expert, review.expert_id).pool_state is PoolState.IN_POOL
    assert paper.state is CertificateState.VALID


def test_two_departments_give_two_certificates_each_its_own(fake, registrar, clock):
    application = make.case(make.expert(), HAZCHEM, MINES)
    office = make.department(HAZCHEM).organisation_id
    make.passed(application, HAZCHEM)
    make.passed(
        application,
        MINES,
        industry_id=make.node("04").id,
        specialty_id=None,
        validity=ValidityKind.FIXED,
        valid_until=dt.date(2029, 11, 19),
    )
    ids = [make.review_of(application, code).id for code in (HAZCHEM, MINES)]
    first = file(ids[0], registrar, clock)
    assert read(m.Application, application.id).state is ApplicationState.APPROVED
    second = file(ids[1], registrar, clock)
    assert read(m.Application, application.id).state is ApplicationState.FILED
    assert (first.department_id, second.department_id) == (make.department(HAZCHEM).id, make.department(MINES).id)
    assert (first.valid_until, second.valid_until) == (None, dt.date(2029, 11, 19))
    assert (first.appointment, second.appointment) == ("省化工-防爆专家", "省非煤矿山专家")
    assert {first.appointing_body_id, second.appointing_body_id} == {office}


def test_the_expert_is_told_title_number_and_term(fake, registrar, clock):
    file(waiting(), registrar, clock)
    with acting_as(everything("测试")):
        text = (
            session().scalars(select(m.OutboxMessage.body).where(m.OutboxMessage.template_code == "expert_filed")).one()
        )
    assert "省化工-防爆专家" in text
    assert "YNS20261120001" in text
    assert "长期" in text


# --- who -------------------------------------------------------------------------------------------


def test_the_registrar_of_another_body_gets_what_does_not_exist(fake, clock):
    review = waiting()
    theirs = make.official(Role.REGISTRAR, "km-yj-registrar", name="和丽")
    with pytest.raises(NotFound):
        file(review, theirs, clock)


def test_the_registrar_of_the_province_does_not_file_for_a_prefecture(fake, registrar, clock):
    review = waiting(department="km-yj-hazchem")
    with pytest.raises(NotFound):
        file(review, registrar, clock)


def test_the_head_who_passed_does_not_file(fake, clock):
    review = waiting()
    with pytest.raises(Forbidden):
        file(review, make.official(Role.REVIEWER, HAZCHEM), clock)


def test_a_registrar_does_not_file_his_own_case(fake, registrar, clock):
    review_id = waiting()
    with acting_as(everything("测试")):
        expert = session().get_one(m.Expert, read(m.Review, review_id).expert_id)
        expert.account_id = registrar.id
        session().commit()
    with pytest.raises(Conflict, match="不能审核本人的申请"):
        file(review_id, registrar, clock)


# --- what stops it ---------------------------------------------------------------------------------


def change(review_id: int, **values: Any) -> None:
    with acting_as(everything("测试")):
        expert = session().get_one(m.Expert, read(m.Review, review_id).expert_id)
        for name, value in values.items():
            setattr(expert, name, value)
        session().commit()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title_expires_on": dt.date(2026, 11, 19)}, "职称已于2026年11月19日到期"),
        ({"birth_date": dt.date(1955, 11, 20)}, "年龄 71 周岁，超过上限 70 周岁"),
        ({"name": "王\U0003106c"}, "字库中缺少“\U0003106c”字，暂不能生成聘书，请联系技术支持补字"),
    ],
)
def test_the_pre_check_stops_a_filing_with_its_reason(fake, registrar, clock, values, reason):
    review_id = waiting()
    change(review_id, **values)
    with pytest.raises(Conflict) as caught:
        file(review_id, registrar, clock)
    assert [fault.message for fault in caught.value.faults] == [reason]
    assert read(m.Review, review_id).state is ReviewState.PASSED


def test_a_term_that_is_over_already_stops_the_filing(fake, registrar, clock):
    review_id = waiting(validity=ValidityKind.FIXED, valid_until=dt.date(2026, 11, 20))
    clock.moment += dt.timedelta(days=1)
    with pytest.raises(Conflict, match="早于今天，备案后即失效"):
        file(review_id, registrar, clock)


def test_everything_the_pre_check_finds_is_said_at_once(fake, registrar, clock):
    review_id = waiting()
    change(review_id, title_expires_on=dt.date(2026, 1, 1), birth_date=dt.date(1950, 1, 1))
    with pytest.raises(Conflict) as caught:
        file(review_id, registrar, clock)
    assert len(caught.value.faults) == 2


def test_a_clean_review_passes_every_check(fake, registrar, clock):
    review_id = waiting()
    with acting_as(make.actor(registrar)):
        judged = checks(read(m.Review, review_id), dt.date(2026, 11, 20))
    assert {check.rule for check in judged} == {"age", "id_number", "term", "glyphs"}
    assert all(check.ok for check in judged)


def test_the_same_id_number_is_found_anywhere_in_the_programme(db):
    far = make.expert("丁四", region="533422")
    twin = m.Expert(programme_id=far.programme_id, id_index=far.id_index, region_code="530102")
    near = make.actor(make.official(Role.REGISTRAR, "wh-yj-registrar"))
    with acting_as(near), session().no_autoflush:
        twin.id = 0
        assert shares_id_number(twin)
    with acting_as(near):
        assert not shares_id_number(far)


def test_a_case_some_department_still_reviews_cannot_be_filed(fake, registrar, clock):
    application = make.case(make.expert(), HAZCHEM, MINES)
    make.passed(application, HAZCHEM)
    with pytest.raises(Conflict, match="仍有部门未完成审核，暂不能备案"):
        file(make.review_of(application, HAZCHEM).id, registrar, clock)


def test_the_second_registrar_reads_that_it_was_filed(fake, registrar, clock):
    review_id = waiting()
    version = read(m.Review, review_id).lock_version
    file(review_id, registrar, clock)
    other = make.official(Role.REGISTRAR, "yn-yj-registrar", name="杨帆")
    with pytest.raises(Stale) as caught:
        file(review_id, other, clock, version=version)
    assert ("状态", "待备案", "已备案") in caught.value.changes


def test_the_same_form_twice_gives_the_same_certificate(fake, registrar, clock):
    review_id = waiting()
    version = read(m.Review, review_id).lock_version
    first = file(review_id, registrar, clock, version=version, once="form-7")
    second = file(review_id, registrar, clock, version=version, once="form-7")
    assert first.number == second.number
    assert len(fake.sheets) == 1


def test_in_a_batch_one_that_cannot_be_filed_does_not_hold_up_the_others(fake, registrar, clock):
    ids = [waiting(name) for name in ("甲一", "乙二", "丙三")]
    change(ids[1], title_expires_on=dt.date(2026, 1, 1))
    versions = [(review_id, read(m.Review, review_id).lock_version) for review_id in ids]
    with acting_as(make.actor(registrar)) as actor:
        done = file_many(versions, actor=actor, now=clock.now())
    assert [(row.name, row.number, row.reason) for row in done] == [
        ("甲一", "YNS20261120001", ""),
        ("乙二", "", "职称已于2026年1月1日到期"),
        ("丙三", "YNS20261120002", ""),
    ]


def test_a_real_certificate_names_the_unit_twice_and_can_be_read_by_a_machine(db, registrar, clock):
    paper = file(waiting("欧阳建国"), registrar, clock)
    with acting_as(everything("测试")):
        content = session().scalars(select(m.Document.content).where(m.Document.id == paper.document_id)).one()
    text = "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "欧阳建国同志：" in text
    assert "经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。" in text
    assert text.count("云南省应急管理厅") >= 2
    assert "证书编号：YNS20261120001" in text
    assert "长期" in text
