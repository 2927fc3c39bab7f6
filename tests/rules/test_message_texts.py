import pytest

from console.rules.message_texts import fill, is_secret, placeholders, template_faults


def test_every_placeholder_is_replaced_once_and_a_value_is_never_read_as_one():
    assert fill("您的{no}未通过{dept}审核", {"no": "SB{dept}", "dept": "危化处"}) == "您的SB{dept}未通过危化处审核"


def test_line_breaks_in_a_value_become_blanks():
    assert fill("原因：{reason}", {"reason": "缺照片\n缺证明 "}) == "原因：缺照片 缺证明"


def test_a_placeholder_without_a_value_is_named():
    with pytest.raises(LookupError, match="dept"):
        fill("{no}{dept}", {"no": "1"})


def test_a_text_with_a_code_or_a_password_is_secret():
    assert is_secret("验证码{code}")
    assert is_secret("初始密码为{password}")
    assert not is_secret("受理号{no}")


def test_placeholders_are_listed_once_in_order():
    assert placeholders("{b}{a}{b}") == ("b", "a")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_missing"),
        ("  ", "text_missing"),
        ("验证码{code}，{who}", "placeholder_unknown"),
        ("请尽快登录", "placeholder_lost"),
    ],
)
def test_a_wording_that_would_break_its_message_is_refused(text, code):
    assert [fault.code for fault in template_faults(text, ["code", "ttl"])] == [code]


def test_a_wording_may_leave_out_what_is_no_secret():
    assert template_faults("验证码{code}", ["code", "ttl"]) == []
