import pytest

from console.rules import identity


def messages(country_code, number):
    return [fault.message for fault in identity.phone_faults(country_code, number)]


@pytest.mark.parametrize(
    ("country_code", "number"),
    [
        ("86", "19900000001"),
        ("+86", "199 0000 0001"),
        ("0086", "199-0000-0001"),
        ("", "19900000001"),
        ("86", "+8619900000001"),
        ("86", "008619900000001"),
        ("86", "8619900000001"),
        ("86", "１９９００００００01"),
        ("852", "51234567"),
        ("853", "66123412"),
        ("886", "0912345678"),
        ("886", "912345678"),
        ("1", "2025550123"),
        ("44", "7400123456"),
    ],
)
def test_numbers_that_fit_their_dialling_code(country_code, number):
    assert messages(country_code, number) == []


@pytest.mark.parametrize(
    ("country_code", "number"),
    [
        ("86", "12345678901"),
        ("86", "1990000000"),
        ("86", "199000000011"),
        ("86", "1990000000a"),
        ("852", "31234567"),
        ("853", "56123412"),
        ("853", "661234123"),
        ("886", "0812345678"),
        ("1", "1234"),
        ("1", "1" * 15),
        ("999", "123456"),
        ("abc", "123456"),
        ("12345678", "123456"),
        ("86", "١٩٩٠٠٠٠٠٠٠١"),
    ],
)
def test_numbers_that_do_not(country_code, number):
    assert messages(country_code, number) == ["手机号格式不正确"]


@pytest.mark.parametrize("number", ["", None, "  ", "+86", "---"])
def test_an_empty_number_is_asked_for(number):
    assert messages("86", number) == ["手机号不能为空"]


@pytest.mark.parametrize(
    ("country_code", "typed", "stored"),
    [
        ("86", "+86 199-0000-0001", "19900000001"),
        ("886", "0912 345 678", "912345678"),
        ("853", "6612 3412", "66123412"),
        ("852", "85212345", "85212345"),
        ("1", "(202) 555-0123", "2025550123"),
    ],
)
def test_a_number_is_stored_in_one_form(country_code, typed, stored):
    assert identity.normalise_phone(country_code, typed) == stored


def test_the_codes_of_greater_china_are_offered_first_and_once():
    codes = identity.dialling_codes()
    assert codes[:4] == ("86", "852", "853", "886")
    assert len(codes) == len(set(codes)) > 190
    assert "800" not in codes
