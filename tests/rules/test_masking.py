import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.rules import identity


def test_phones_show_three_and_four_digits_or_two_and_two():
    assert identity.mask_phone("13800002716") == "138****2716"
    assert identity.mask_phone("66123412", "853") == "66****12"
    assert identity.mask_phone("51234567", "852") == "51****67"


@given(st.text("0123456789", min_size=5, max_size=14), st.sampled_from(["86", "1", "853"]))
def test_a_masked_phone_never_shows_more_than_seven_digits(number, country_code):
    masked = identity.mask_phone(number, country_code)
    shown = masked.replace("****", "")
    assert len(shown) <= 7
    assert len(shown) < len(number)
    assert number not in masked


def test_an_identity_number_shows_its_ends_only():
    assert identity.mask_id_number("530102197003052719") == "5301**********2719"


def test_other_documents_show_three_and_two_signs():
    assert identity.mask_id_number("H10123423") == "H10****23"
    assert identity.mask_document_number("1234567") == "****"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张立志", "张**"),
        ("欧阳志远", "欧阳**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("王芳", "王*"),
        ("买买提·艾力", "买**"),
        ("John Smith", "J**"),
        ("司马相如", "司马**"),
        ("𬭎先生", "𬭎**"),
        ("某某某某某某", "某**"),
        ("王", "王**"),
        ("", ""),
    ],
)
def test_strangers_read_the_surname_only(name, masked):
    assert identity.mask_name(name) == masked
