"""Basic information: checked, saved, drafted, locked; every change after the first submission leaves a trace."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from console import models as m
from console.database import session
from console.errors import Conflict, Invalid, NotFound, Stale
from console.scope import acting_as, everything
from console.services import changes, experts
from console.vocabulary import ApplicationState, AttachmentKind, Education, Gender, PoolState, TitleLevel
from tests import make

BORN = dt.date(1975, 3, 5)


def read(model, row_id):
    with acting_as(everything("测试")):
        return session().get_one(model, row_id, populate_existing=True)


def save(expert, values, clock, how=experts.save_information, **more):
    mine = make.actor(make.account_of(expert))
    with acting_as(everything("测试")):
        session().commit()
        version = session().scalar(select(m.Expert.lock_version).where(m.Expert.id == expert.id))
    with acting_as(mine):
        return how(expert.id, values, actor=mine, now=clock.now(), **{"version": version} | more)


def refused(expert, values, clock, **more):
    with pytest.raises(Invalid) as caught:
        save(expert, values, clock, **more)
    return {fault.field: fault.message for fault in caught.value.faults}


@pytest.fixture(autouse=True)
def _seen_by_the_test(system):
    """What the test looks at it sees; the use cases run as whoever acts."""


@pytest.fixture
def expert(db):
    return make.ready_expert()


@pytest.fixture
def newcomer(db):
    return make.expert(complete=False, specialties=())


# --- saving ----------------------------------------------------------------------------------------------


def test_texts_are_stored_without_blanks_around_and_lines_in_one_kind(expert, clock):
    save(expert, {"school": "  滇池理工大学 ", "resume": "一\r\n二"}, clock)
    stored = read(m.Expert, expert.id)
    assert (stored.school, stored.resume) == ("滇池理工大学", "一\n二")


def test_saving_with_a_required_field_empty_saves_nothing_and_names_the_field(newcomer, clock):
    found = refused(newcomer, {"education": None, "school": "滇池理工大学"}, clock, demand={"education", "major"})
    assert found == {"education": "请选择最高学历", "major": "请填写所学专业"}
    assert read(m.Expert, newcomer.id).school == ""


def test_saving_without_demands_lets_required_fields_wait(newcomer, clock):
    save(newcomer, {"education": None, "school": "滇池理工大学"}, clock)
    assert read(m.Expert, newcomer.id).school == "滇池理工大学"


def test_a_malformed_value_is_refused_even_when_nothing_is_demanded(newcomer, clock):
    assert refused(newcomer, {"email": "a@b"}, clock) == {"email": "邮箱格式不正确"}


def test_a_field_nobody_types_cannot_be_saved(expert, clock):
    with pytest.raises(KeyError):
        save(expert, {"pool_state": PoolState.IN_POOL}, clock)


def test_sex_and_birth_date_follow_from_the_id_number_when_left_empty(newcomer, clock):
    number = make.id_number(BORN, order=102)
    save(newcomer, {"id_number": number, "gender": None, "birth_date": None}, clock)
    stored = read(m.Expert, newcomer.id)
    assert (stored.gender, stored.birth_date) == (Gender.FEMALE, BORN)


def test_what_contradicts_the_id_number_is_refused_at_its_field(newcomer, clock):
    values = {"id_number": make.id_number(BORN, order=101), "gender": Gender.FEMALE, "birth_date": dt.date(1975, 3, 6)}
    assert refused(newcomer, values, clock) == {
        "gender": "性别与身份证号码不一致",
        "birth_date": "出生日期与身份证号码不一致",
    }


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("110105194912310021", "身份证号码校验位不正确"),
        ("11010519490231002X", "身份证号码中的出生日期无效"),
        ("1101051949123100", "身份证号码应为18位数字（末位可为X）"),
    ],
)
def test_a_wrong_id_number_is_refused_in_the_words_of_the_rule(newcomer, clock, number, words):
    assert refused(newcomer, {"id_number": number}, clock) == {"id_number": words}


def test_a_small_x_is_stored_as_a_capital_one(newcomer, clock):
    save(newcomer, {"id_number": "11010519491231002x"}, clock)
    assert read(m.Expert, newcomer.id).id_number == "11010519491231002X"


def test_the_id_number_of_another_expert_is_refused(expert, newcomer, clock):
    number = read(m.Expert, expert.id).id_number
    assert refused(newcomer, {"id_number": number}, clock) == {"id_number": "该证件号码已被使用"}


def test_whoever_corrects_his_id_number_logs_in_with_the_new_one(newcomer, clock):
    number = make.id_number(dt.date(1980, 1, 1))
    save(newcomer, {"id_number": number, "gender": None, "birth_date": None, "name": "段丽鹃"}, clock)
    account, stored = make.account_of(newcomer), read(m.Expert, newcomer.id)
    assert (account.id_number, account.name) == (number, "段丽鹃")
    assert account.id_index == stored.id_index
    assert stored.sort_key != ""


def test_name_and_id_number_are_replaced_but_never_emptied(expert, clock):
    number = read(m.Expert, expert.id).id_number
    save(expert, {"name": "", "id_number": ""}, clock)
    stored = read(m.Expert, expert.id)
    assert (stored.name, stored.id_number) == (expert.name, number)


def test_a_name_that_is_markup_is_refused(newcomer, clock):
    assert refused(newcomer, {"name": "<script>alert(1)</script>"}, clock) == {"name": "姓名格式不正确"}


def test_a_form_shown_before_somebody_saved_is_stale(expert, clock):
    before = expert.lock_version
    save(expert, {"position": "总工程师"}, clock)
    with pytest.raises(Stale):
        save(expert, {"position": "副总工程师"}, clock, version=before)
    assert read(m.Expert, expert.id).position == "总工程师"


def test_nobody_saves_for_another_expert(expert, newcomer, clock):
    theirs = make.actor(make.account_of(newcomer))
    with acting_as(theirs), pytest.raises(NotFound):
        experts.save_information(expert.id, {"school": "别处"}, version=1, actor=theirs, now=clock.now())


# --- drafts ----------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_is_well_formed_and_names_what_is_not(newcomer, clock):
    saved = save(newcomer, {"school": "滇池理工大学", "email": "a@b"}, clock, how=experts.save_draft)
    assert [fault.field for fault in saved.faults] == ["email"]
    stored = read(m.Expert, newcomer.id)
    assert (stored.school, stored.email) == ("滇池理工大学", "")
    assert saved.version == stored.lock_version


def test_a_draft_is_refused_while_a_department_reads(expert, clock):
    make.case(expert)
    with pytest.raises(Conflict, match="审核期间不自动保存"):
        save(expert, {"school": "别处"}, clock, how=experts.save_draft)


# --- the lock of the manual (2.5) --------------------------------------------------------------------------


def test_a_waiting_case_may_be_changed_and_the_change_is_recorded(expert, clock):
    case = make.case(expert)
    saved = save(expert, {"title_level": TitleLevel.FULL_SENIOR, "school": expert.school}, clock)
    assert saved.changed == ("职称等级",)
    with acting_as(everything("测试")):
        (found,) = changes.of_application(case.id)
    assert (found.field, found.before, found.after, found.round) == ("title_level", "副高级", "正高级", 1)


def test_personal_numbers_are_recorded_masked(newcomer, expert, clock):
    make.case(expert)
    number = make.id_number(dt.date(1980, 1, 1))
    save(expert, {"id_number": number, "gender": None, "birth_date": None}, clock)
    with acting_as(everything("测试")):
        rows = session().scalars(select(m.FieldChange).where(m.FieldChange.expert_id == expert.id)).all()
    assert number not in "".join(row.before + row.after for row in rows)
    assert any(row.field == "id_number" and row.after.startswith("5301**********") for row in rows)


def test_nothing_is_recorded_before_the_first_submission(newcomer, clock):
    save(newcomer, {"school": "滇池理工大学"}, clock)
    with acting_as(everything("测试")):
        assert session().scalars(select(m.FieldChange)).all() == []


def test_a_waiting_case_stays_complete(expert, clock):
    make.case(expert)
    assert refused(expert, {"major": ""}, clock) == {"major": "请填写所学专业"}


def test_after_the_first_pass_nothing_can_be_saved(expert, clock):
    case = make.case(expert, "yn-yj-hazchem", "yn-yj-mines")
    make.passed(case, "yn-yj-hazchem")
    with pytest.raises(Conflict) as caught:
        save(expert, {"school": "别处"}, clock)
    assert caught.value.message == experts.LOCKED
    assert "处室已审核通过，专家信息不可再修改" in experts.LOCKED


def test_a_change_after_rejection_belongs_to_the_next_round(expert, clock):
    case = make.case(expert)
    with acting_as(everything("测试")):
        case.state = ApplicationState.REJECTED
        session().commit()
    save(expert, {"school": "红河学院"}, clock)
    with acting_as(everything("测试")):
        assert [change.round for change in changes.of_application(case.id)] == [2]


def test_several_changes_of_a_field_in_a_round_are_shown_as_one(expert, clock):
    case, school = make.case(expert), expert.school
    for words in ("红河学院", "玉溪学院"):
        save(expert, {"school": words}, clock)
    with acting_as(everything("测试")):
        (found,) = changes.of_application(case.id)
    assert (found.before, found.after) == (school, "玉溪学院")


def test_a_field_that_comes_back_to_what_it_was_counts_as_unchanged(expert, clock):
    case, school = make.case(expert), expert.school
    for words in ("红河学院", school):
        save(expert, {"school": words}, clock)
    with acting_as(everything("测试")):
        assert changes.of_application(case.id) == []


def test_with_a_valid_certificate_the_expert_keeps_name_and_number(db, clock):
    expert = make.ready_expert()
    make.certificate(expert)
    found = refused(expert, {"name": "段丽鹃"}, clock)
    assert found == {"name": "姓名在聘书有效期内不能自行更改，如有变动请向审批处室提交材料"}
    assert save(expert, {"school": "红河学院"}, clock).changed == ("毕业院校",)


# --- regions -----------------------------------------------------------------------------------------------


def test_who_has_no_case_may_move_and_his_account_follows(expert, clock):
    save(expert, {"region_code": "530302"}, clock)
    assert read(m.Expert, expert.id).region_code == "530302"
    assert make.account_of(expert).region_code == "530302"


def test_a_province_is_no_place_to_live_in(expert, clock):
    assert refused(expert, {"region_code": "530000"}, clock) == {"region_code": "请选择所在州市/县区"}
    assert refused(expert, {"region_code": "440100"}, clock) == {"region_code": "请选择所在州市/县区"}


def test_nobody_moves_while_a_department_reads(expert, clock):
    make.case(expert)
    assert "申报办理期间不能更改" in refused(expert, {"region_code": "530302"}, clock)["region_code"]


def test_who_holds_a_certificate_of_kunming_stays_in_kunming(db, clock):
    expert = make.ready_expert()
    make.certificate(expert, "km-yj-hazchem")
    assert "昆明市应急管理局" in refused(expert, {"region_code": "530302"}, clock)["region_code"]
    save(expert, {"region_code": "530103"}, clock)
    assert read(m.Expert, expert.id).region_code == "530103"


def test_who_holds_a_certificate_of_the_province_moves_within_it(db, clock):
    expert = make.ready_expert()
    make.certificate(expert)
    save(expert, {"region_code": "530302"}, clock)
    assert read(m.Expert, expert.id).region_code == "530302"


# --- what the rules see ------------------------------------------------------------------------------------


def test_a_complete_expert_lacks_nothing(expert, system):
    assert experts.information_faults(expert, dt.date(2026, 11, 20)) == []


def test_an_employer_without_consent_is_named(db, system):
    expert = make.expert()
    found = experts.information_faults(expert, dt.date(2026, 11, 20))
    assert [fault.message for fault in found] == ["请上传任职单位同意申报附件或情况说明"]


def test_without_employer_the_note_takes_the_place_of_the_consent(db, system):
    expert = make.expert(employer="", education=Education.MASTER)
    make.attached(expert, AttachmentKind.NO_EMPLOYER_NOTE, "说明.pdf")
    assert experts.information_faults(expert, dt.date(2026, 11, 20)) == []


def test_a_whole_province_is_asked_to_be_made_precise(db, system):
    expert = make.ready_expert(region="530000")
    found = experts.information_faults(expert, dt.date(2026, 11, 20))
    assert [(fault.field, fault.message) for fault in found] == [("region_code", "请选择所在州市/县区")]
