from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import identity
from console.vocabulary import Gender

TODAY = date(2026, 11, 20)


def messages(faults):
    return [fault.message for fault in faults]


def id_messages(text):
    return messages(identity.id_number_faults(text, today=TODAY))


def with_check(first_17):
    """The check character by the standard's own sum over powers of two, not by the table of weights."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_17))
    return first_17 + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "number",
    [
        "440402198801010253",
        "530102197003050278",
        "530302196809120286",
        "530102196511110316",
        "450103197206200332",
        "450103196904010355",
        "36010219850228037X",
        "11010519491231002X",
    ],
)
def test_valid_identity_numbers_have_no_fault(number):
    assert id_messages(number) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "请输入身份证号码"),
        (None, "请输入身份证号码"),
        ("  \u3000 ", "请输入身份证号码"),
        ("1101051949123100", "身份证号码应为18位数字（末位可为X）"),
        ("1101051949123100211", "身份证号码应为18位数字（末位可为X）"),
        ("1101051949123X0021", "身份证号码应为18位数字（末位可为X）"),
        ("٣٦٠١٠٢١٩٨٥٠٢٢٨٠٣٧X", "身份证号码应为18位数字（末位可为X）"),
        (with_check("99010519491231002"), "身份证号码地区码无效"),
        (with_check("00010519491231002"), "身份证号码地区码无效"),
        ("11010519490231002X", "身份证号码中的出生日期无效"),
        (with_check("11010520261121002"), "身份证号码中的出生日期无效"),
        (with_check("11010518991231002"), "身份证号码中的出生日期无效"),
        (with_check("11010500000101002"), "身份证号码中的出生日期无效"),
        (with_check("11010519490229002"), "身份证号码中的出生日期无效"),
        ("110105194912310021", "身份证号码校验位不正确"),
    ],
)
def test_each_kind_of_wrong_identity_number_has_its_own_sentence(text, message):
    assert id_messages(text) == [message]


def test_born_today_is_accepted_and_born_on_a_leap_day_too():
    assert id_messages(with_check("11010520261120002")) == []
    assert id_messages(with_check("11010519520229002")) == []


def test_the_fault_names_the_field_it_was_asked_for():
    assert identity.id_number_faults("", "login", today=TODAY)[0].field == "login"


@pytest.mark.parametrize(
    "typed",
    [
        "36010219850228037x",
        " 360102 19850228 037x ",
        "３６０１０２１９８５０２２８０３７ｘ",
        "36010219850228037X\u200b",
    ],
)
def test_small_x_blanks_and_full_width_are_stored_as_one_number(typed):
    assert identity.normalise_id_number(typed) == "36010219850228037X"
    assert id_messages(typed) == []


@given(
    st.sampled_from(["11", "53", "45", "81", "82", "83"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_every_single_wrong_digit_is_noticed(province, born, order, place, step):
    number = with_check(f"{province}0102{born:%Y%m%d}{order:03d}")
    assert id_messages(number) == []
    sign = number[place]
    other = "0123456789X"["0123456789X".index(sign) - step] if place == 17 else str((int(sign) + step) % 10)
    if other != sign:
        assert id_messages(number[:place] + other + number[place + 1 :]) != []


def test_gender_and_birth_date_come_from_the_number():
    man = identity.id_facts("530102197003050278")
    woman = identity.id_facts("530302196809120286")
    assert (man.gender, man.birth_date) == (Gender.MALE, date(1970, 3, 5))
    assert (woman.gender, woman.birth_date) == (Gender.FEMALE, date(1968, 9, 12))


@pytest.mark.parametrize("text", [None, "", "5301021970030502", "53010219700230027X"])
def test_a_number_that_cannot_be_read_has_no_facts(text):
    assert identity.id_facts(text) is None


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(1970, 3, 5), date(2026, 3, 4), 55),
        (date(1970, 3, 5), date(2026, 3, 5), 56),
        (date(1964, 2, 29), date(2025, 2, 28), 60),
        (date(1964, 2, 29), date(2025, 3, 1), 61),
        (date(1964, 2, 29), date(2028, 2, 29), 64),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
    ],
)
def test_age_in_full_years(born, today, age):
    assert identity.IdFacts(Gender.MALE, born).age(today) == age


def test_what_was_typed_by_hand_must_agree_with_the_number():
    number = "530102197003050278"
    assert identity.derived_faults(number, Gender.MALE, date(1970, 3, 5)) == []
    faults = identity.derived_faults(number, Gender.FEMALE, date(1970, 3, 6))
    assert [(fault.field, fault.message) for fault in faults] == [
        ("gender", "性别与身份证号码不一致"),
        ("birth_date", "出生日期与身份证号码不一致"),
    ]


def test_what_is_missing_contradicts_nothing():
    assert identity.derived_faults("530102197003050278", None, None) == []
    assert identity.derived_faults("", Gender.MALE, date(1970, 3, 5)) == []


@pytest.mark.parametrize(
    "name",
    [
        "张立志",
        "欧阳志远",
        "买买提·艾力",
        "阿卜杜拉•吐尔逊",
        "㛃䶮",
        "𬭎先生",
        "〇一",
        "John Smith",
        "O'Brien Kate",
        "Zoë",
        "J. R. Smith",
        "Anna-Maria",
        " 王芳 ",
    ],
)
def test_names_of_people_are_accepted(name):
    assert identity.name_faults(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "张",
        "<script>alert(1)</script>",
        "张<b>",
        "张&李",
        "张3",
        "张=cmd",
        "张·",
        "·张三",
        "张··三",
        "=SUM",
        "张三 李四",
        "张John",
        "张\ue000",
        "张\u202e三",
        "John  1",
        "-John",
        "张" * 31,
        "@张三",
    ],
)
def test_anything_else_is_no_name(name):
    assert messages(identity.name_faults(name)) == ["姓名格式不正确"]


def test_an_empty_name_is_asked_for():
    assert messages(identity.name_faults(" \u3000")) == ["请填写姓名"]


def test_middle_dots_and_blanks_are_stored_in_one_form():
    assert identity.normalise_name(" 买买提•艾力\u3000") == "买买提·艾力"
    assert identity.normalise_name("John   Smith") == "John Smith"


@pytest.mark.parametrize("address", ["", None, "a@b.cn", "li.si+x@mail.example.com", "ａ@b.cn", "o'x@a-b.example"])
def test_addresses_that_may_stay(address):
    assert identity.email_faults(address) == []


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "a@",
        "@b.cn",
        "a@b",
        "a..b@c.cn",
        ".a@c.cn",
        "a@-b.cn",
        "a@b..cn",
        "a@b@c.cn",
        "张@例子.cn",
        "a" * 65 + "@b.cn",
        "a@" + "b" * 64 + ".cn",
        "a,b@c.cn",
        "x" * 250 + "@b.cn",
    ],
)
def test_addresses_that_cannot_be(address):
    assert messages(identity.email_faults(address)) == ["邮箱格式不正确"]


def test_only_the_domain_of_an_address_loses_its_capitals():
    assert identity.normalise_email(" Li@EXAMPLE.com ") == "Li@example.com"


@pytest.mark.parametrize(
    "code",
    [
        "91450100MA5K00012J",
        "91450100MA5K00020D",
        "91450100MA5K00039A",
        "91450100MA5K000475",
        "91360100MA5K00055D",
        "91360100MA5K0008XT",
        "91350100M000100Y43",
        "91350100m000100y43",
    ],
)
def test_valid_credit_codes(code):
    assert identity.uscc_faults(code) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "请输入统一社会信用代码"),
        ("91350100M000100Y44", "统一社会信用代码校验位不正确"),
        ("91350100M000100I43", "统一社会信用代码应为18位（不含I、O、S、V、Z）"),
        ("91350100M000100Y4", "统一社会信用代码应为18位（不含I、O、S、V、Z）"),
    ],
)
def test_wrong_credit_codes(code, message):
    assert messages(identity.uscc_faults(code)) == [message]
