import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import passwords

WEAK = "密码须为8-20位，且包含字母、数字和符号中的至少三类"


def messages(password, **facts):
    return [fault.message for fault in passwords.password_faults(password, **facts)]


@pytest.mark.parametrize(
    "password", ["Abcdef12", "abcd123!", "ABCD123!", "Abcdefg!", "Aa1" + "x" * 17, "云南abc123", "a b c 1 2 3"]
)
def test_three_kinds_of_signs_are_enough(password):
    assert messages(password) == []


@pytest.mark.parametrize(
    "password",
    ["abcdef12", "ABCDEF12", "abcdefgh", "12345678", "Abcdef1", "Aa1" + "x" * 18, "Abc123\n!x", "Abc\x00123!"],
)
def test_weak_passwords_are_refused(password):
    assert messages(password) == [WEAK]


@pytest.mark.parametrize("password", ["", None])
def test_an_empty_password_is_asked_for(password):
    assert messages(password) == ["新密码不能为空"]


def test_a_stricter_profile_says_its_own_figures():
    figures = {"password_min_length": 12, "password_max_length": 64, "password_classes": 4}
    profile = passwords.PasswordProfile.of(figures)
    assert messages("Abcdef12", profile=profile) == ["密码须为12-64位，且包含字母、数字和符号中的至少四类"]
    assert messages("Abcdef12!xyz", profile=profile) == []


def test_the_phone_number_is_no_password():
    assert messages("Ab!19900000001", phone="19900000001") == ["密码不能包含手机号"]
    assert messages("Ab!19900000002", phone="19900000001") == []


def test_a_former_password_is_refused():
    assert messages("Abcdef12", previous_matches=True) == ["新密码不能与原密码相同"]


def test_the_second_typing_must_be_the_same():
    assert passwords.confirm_faults("Abcdef12", "Abcdef12") == []
    assert [fault.message for fault in passwords.confirm_faults("Abcdef12", "Abcdef1")] == ["两次输入的密码不一致"]
    assert [fault.message for fault in passwords.confirm_faults("Abcdef12", None)] == ["两次输入的密码不一致"]


@given(st.binary(min_size=32, max_size=40))
def test_every_generated_password_is_strong_and_readable(random_bytes):
    password = passwords.generate_password(random_bytes)
    assert len(password) == 12
    assert messages(password) == []
    assert not set(password) & set("0O1lI")


def test_a_generated_password_depends_on_the_bytes_alone():
    one = passwords.generate_password(bytes(range(32)))
    assert one == passwords.generate_password(bytes(range(32)))
    assert one != passwords.generate_password(bytes(range(1, 33)))


def test_too_few_random_bytes_are_refused():
    with pytest.raises(ValueError, match="32 random bytes"):
        passwords.generate_password(b"x" * 31)
