"""The sentences of a certificate, to the letter of the manual's sample (云南手册 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from console.rules.clauses import clause
from console.rules.deadlines import paper_date
from console.vocabulary import RegionLevel

LONG_TERM = "长期"

_LEVEL_WORDS = {RegionLevel.PROVINCE: "省", RegionLevel.PREFECTURE: "市", RegionLevel.DISTRICT: "县"}
# The word follows the name of the body's own region: 大理白族自治州 appoints 州, 五华区 appoints 区.
_ENDINGS = {
    RegionLevel.PROVINCE: ("自治区", "省", "市"),
    RegionLevel.PREFECTURE: ("州", "市", "盟", "地区"),
    RegionLevel.DISTRICT: ("县", "区", "市", "旗"),
}


@dataclass(frozen=True, slots=True)
class CertificateText:
    """Every line of one certificate, ready to print."""

    greeting: str
    body: str
    number_line: str
    validity_line: str
    signature: str
    signed_on: str


def level_word(level: RegionLevel, region_name: str = "") -> str:
    """Return 省, 市 or 县 for a body's level, or the word its region's name ends with (州, 区, 自治区)."""
    return next((word for word in _ENDINGS[level] if region_name.endswith(word)), _LEVEL_WORDS[level])


def appointment_words(level: str, industry: str, specialty: str = "") -> str:
    """``省化工-防爆专家`` from the level word and the short names; without a specialty ``省化工专家``."""
    return f"{level}{'-'.join(part for part in (industry, specialty) if part)}专家"


def validity_words(valid_from: date, valid_until: date | None) -> str:
    """``2020年10月15日 至 2030年10月14日``, or ``长期`` without an end date."""
    return f"{paper_date(valid_from)} 至 {paper_date(valid_until)}" if valid_until else LONG_TERM


@clause(
    "云南手册",
    "1.3",
    "XXX同志：经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。证书编号、证书有效期限、落款单位、日期",
)
def certificate_text(
    *,
    name: str,
    unit: str,
    appointment: str,
    number: str,
    valid_from: date,
    valid_until: date | None,
    signed_on: date,
) -> CertificateText:
    """Compose the certificate; ``unit`` is the chosen hiring body, named as approving and as signing.

    ``appointment`` as made by ``appointment_words``; ``signed_on`` is the Beijing day of filing.
    """
    return CertificateText(
        greeting=f"{name}同志：",
        body=f"经{unit}审核批准，聘请你为{appointment}。",
        number_line=f"证书编号：{number}",
        validity_line=f"证书有效期限：{validity_words(valid_from, valid_until)}",
        signature=unit,
        signed_on=paper_date(signed_on),
    )
