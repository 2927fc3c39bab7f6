from datetime import date

import pytest

from console.rules import completeness
from console.rules.completeness import Step
from console.vocabulary import AttachmentKind, Education, Gender, TitleLevel

TODAY = date(2026, 11, 20)
CONSENT, NOTE = AttachmentKind.EMPLOYER_CONSENT, AttachmentKind.NO_EMPLOYER_NOTE

COMPLETE = {
    "name": "赵安全",
    "id_number": "530102196511110316",
    "gender": Gender.MALE,
    "birth_date": date(1965, 11, 11),
    "phone": "19900000004",
    "phone_cc": "86",
    "education": Education.BACHELOR,
    "major": "安全工程",
    "title_level": TitleLevel.SENIOR,
    "title": "高级工程师",
    "employer": "云南示范化工有限公司",
    "region_code": "530102",
    "occupation": "化工安全",
    "practice_years": 30,
}


def faults(attachments=(CONSENT,), specialties=1, **changes):
    return completeness.completeness_faults(
        COMPLETE | changes, attachments=attachments, specialties=specialties, today=TODAY
    )


def messages(found):
    return [fault.message for fault in found]


def test_complete_information_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("name", "请填写姓名"),
        ("id_number", "请输入身份证号码"),
        ("gender", "请选择性别"),
        ("birth_date", "请选择出生日期"),
        ("phone", "手机号不能为空"),
        ("education", "请选择最高学历"),
        ("major", "请填写所学专业"),
        ("title_level", "请选择职称等级"),
        ("title", "请填写职称"),
        ("region_code", "请选择所在州市/县区"),
        ("occupation", "请填写从事专业"),
        ("practice_years", "请填写从事专业年限"),
    ],
)
@pytest.mark.parametrize("empty", [None, "", " \u3000"])
def test_each_missing_field_has_one_sentence_of_its_own(field, message, empty):
    found = faults(**{field: empty})
    assert [(fault.field, fault.message) for fault in found] == [(field, message)]


def test_without_specialty_one_is_asked_for():
    found = faults(specialties=0)
    assert [(fault.field, fault.message) for fault in found] == [("specialties", "请至少选择一个擅长专业")]


def test_empty_information_lists_every_required_field_once_in_page_order():
    found = completeness.completeness_faults({}, attachments=(), specialties=0, today=TODAY)
    fields = [fault.field for fault in found]
    assert set(fields) == completeness.REQUIRED_FIELDS
    assert len(fields) == len(set(fields))
    steps = [completeness.step_of(field) for field in fields]
    assert steps == sorted(steps, key=list(Step).index)
    assert set(steps) == set(Step)


def test_no_years_of_practice_are_an_answer_too():
    assert faults(practice_years=0) == []


def test_who_has_no_title_need_not_name_one():
    assert faults(title_level=TitleLevel.NONE, title="") == []


@pytest.mark.parametrize(
    ("employer", "attachments", "expected"),
    [
        ("示范公司", (CONSENT,), []),
        ("示范公司", (CONSENT, NOTE), []),
        ("", (NOTE,), []),
        ("", (), ["请上传任职单位同意申报附件或情况说明"]),
        ("示范公司", (), ["请上传任职单位同意申报附件或情况说明"]),
        ("示范公司", (AttachmentKind.OTHER, AttachmentKind.PHOTO), ["请上传任职单位同意申报附件或情况说明"]),
        ("示范公司", (NOTE,), ["已填写工作单位，请上传任职单位同意申报附件（加盖公章）"]),
        ("  ", (CONSENT,), ["未填写工作单位，请上传无任职单位情况说明"]),
    ],
)
def test_the_employer_consents_or_its_lack_is_explained(employer, attachments, expected):
    found = faults(employer=employer, attachments=attachments)
    assert messages(found) == expected
    assert all(fault.field == "attachments" for fault in found)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": "<script>alert(1)</script>"}, "name", "姓名格式不正确"),
        ({"name": "张" * 31}, "name", "姓名不能超过30字"),
        ({"id_number": "110105194912310021"}, "id_number", "身份证号码校验位不正确"),
        ({"id_number": "11010519490231002X"}, "id_number", "身份证号码中的出生日期无效"),
        ({"id_number": "1101051949123100"}, "id_number", "身份证号码应为18位数字（末位可为X）"),
        ({"gender": Gender.FEMALE}, "gender", "性别与身份证号码不一致"),
        ({"gender": "female"}, "gender", "性别与身份证号码不一致"),
        ({"birth_date": date(1965, 11, 12)}, "birth_date", "出生日期与身份证号码不一致"),
        ({"birth_date": date(2026, 11, 21)}, "birth_date", "出生日期不能晚于今天"),
        ({"phone": "12345678901"}, "phone", "手机号格式不正确"),
        ({"email": "li.si@"}, "email", "邮箱格式不正确"),
        ({"email": "x" * 121}, "email", "邮箱不能超过120字"),
        ({"employer": "单" * 61}, "employer", "工作单位不能超过60字"),
        ({"position": "职" * 31}, "position", "职务不能超过30字"),
        ({"resume": "历" * 3001}, "resume", "工作简历不能超过3000字"),
        ({"achievements": "a\x00b"}, "achievements", "主要业绩含有无法保存的字符"),
        ({"school": "\ud800"}, "school", "毕业院校含有无法保存的字符"),
        ({"practice_years": 71}, "practice_years", "从事专业年限应为0-70年"),
        ({"practice_years": -1}, "practice_years", "从事专业年限应为0-70年"),
        ({"practice_years": "三十"}, "practice_years", "从事专业年限应为0-70年"),
    ],
)
def test_what_is_given_must_be_well_formed_even_in_a_draft(changes, field, message):
    expected = [(field, message)]
    draft = completeness.format_faults(COMPLETE | changes, TODAY)
    assert [(fault.field, fault.message) for fault in draft] == expected
    assert [(fault.field, fault.message) for fault in faults(**changes)] == expected


def test_an_empty_draft_may_be_saved():
    assert completeness.format_faults({}, TODAY) == []
    assert completeness.format_faults(dict.fromkeys(COMPLETE, ""), TODAY) == []
    assert completeness.format_faults(dict.fromkeys(COMPLETE), TODAY) == []


def test_the_edges_of_what_is_allowed():
    edges = {"practice_years": 70, "employer": "单" * 60, "resume": "历\n" * 1500, "birth_date": date(1965, 11, 11)}
    assert completeness.format_faults(COMPLETE | edges, TODAY) == []


def test_a_wrong_number_is_not_compared_with_birth_date_and_gender():
    found = faults(id_number="110105194912310021", gender=Gender.FEMALE, birth_date=date(2000, 1, 1))
    assert messages(found) == ["身份证号码校验位不正确"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2020, 1, 1), date(2019, 12, 31), ["结束时间不能早于开始时间"]),
        (date(2020, 1, 1), date(2020, 1, 1), []),
        (date(2020, 1, 1), None, []),
        (None, date(2020, 1, 1), []),
        (date(2026, 11, 20), None, []),
        (date(2026, 11, 21), None, ["开始时间不能晚于今天"]),
    ],
)
def test_a_period_ends_after_it_begins(start, end, expected):
    assert messages(completeness.period_faults(start, end, today=TODAY)) == expected


def test_fields_know_their_page_label_and_counter():
    assert completeness.step_of("email") is Step.EMPLOYER
    assert completeness.label_of("education") == "最高学历"
    assert completeness.limit_of("employer") == 60
    assert completeness.limit_of("education") is None
