from datetime import date

import pytest

from console.rules import certificate_text
from console.rules.certificate_text import CertificateText
from console.vocabulary import RegionLevel


def text(**changes):
    values = {
        "name": "赵安全",
        "unit": "云南省应急管理厅",
        "appointment": certificate_text.appointment_words("省", "化工", "防爆"),
        "number": "YNS20201015001",
        "valid_from": date(2020, 10, 15),
        "valid_until": date(2030, 10, 14),
        "signed_on": date(2020, 10, 15),
    }
    return certificate_text.certificate_text(**values | changes)


def test_the_sample_of_the_manual_to_the_letter():
    assert text() == CertificateText(
        greeting="赵安全同志：",
        body="经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。",
        number_line="证书编号：YNS20201015001",
        validity_line="证书有效期限：2020年10月15日 至 2030年10月14日",
        signature="云南省应急管理厅",
        signed_on="2020年10月15日",
    )


def test_the_chosen_unit_approves_and_signs():
    found = text(unit="云南省安全生产委员会办公室")
    assert found.body.startswith("经云南省安全生产委员会办公室审核批准，")
    assert found.signature == "云南省安全生产委员会办公室"


def test_long_term_is_printed_without_dates():
    assert text(valid_until=None).validity_line == "证书有效期限：长期"


def test_without_a_specialty_the_industry_stands_alone():
    assert certificate_text.appointment_words("市", "化工") == "市化工专家"


@pytest.mark.parametrize(
    ("level", "name", "word"),
    [
        (RegionLevel.PROVINCE, "", "省"),
        (RegionLevel.PREFECTURE, "", "市"),
        (RegionLevel.DISTRICT, "", "县"),
        (RegionLevel.PROVINCE, "云南省", "省"),
        (RegionLevel.PROVINCE, "广西壮族自治区", "自治区"),
        (RegionLevel.PROVINCE, "重庆市", "市"),
        (RegionLevel.PREFECTURE, "昆明市", "市"),
        (RegionLevel.PREFECTURE, "大理白族自治州", "州"),
        (RegionLevel.DISTRICT, "五华区", "区"),
        (RegionLevel.DISTRICT, "安宁市", "市"),
        (RegionLevel.DISTRICT, "石林彝族自治县", "县"),
    ],
)
def test_the_level_follows_the_region_of_the_body(level, name, word):
    assert certificate_text.level_word(level, name) == word
