"""Who somebody is: identity numbers, names, telephone numbers, e-mail and credit codes, typed and masked.

One place to import from; telephones live in ``phones``, masks in ``masking``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from console.errors import Fault
from console.rules.clauses import clause
from console.rules.masking import mask_document_number, mask_id_number, mask_name, mask_phone
from console.rules.phones import dialling_codes, normalise_country_code, normalise_phone, phone_faults
from console.rules.typed import half_width, without_blanks
from console.vocabulary import Gender

__all__ = [
    "IdFacts",
    "age_on",
    "derived_faults",
    "dialling_codes",
    "email_faults",
    "id_facts",
    "id_number_faults",
    "mask_document_number",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "name_faults",
    "normalise_country_code",
    "normalise_email",
    "normalise_id_number",
    "normalise_name",
    "normalise_phone",
    "normalise_uscc",
    "phone_faults",
    "uscc_faults",
]

# GB/T 2260 provinces; 81, 82 and 83 open the numbers of residence permits for Hong Kong, Macao and Taiwan residents.
_PROVINCES = frozenset(
    f"{area}{number}"
    for area, numbers in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
        7: "1",
        8: "123",
    }.items()
    for number in numbers
)
_ID_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_EARLIEST_BIRTH = date(1900, 1, 1)

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_SHAPE = re.compile(f"[{_USCC_SIGNS}]{{18}}")

# Unified ideographs with all extensions, the compatibility block (it holds twelve unified ones) and 〇.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_HAN_NAME = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN_NAME = re.compile(f"[{_LATIN}]+\\.?(?:[ '\\-·][{_LATIN}]+\\.?)*")
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•・･‧∙⋅᛫", "·"))

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


# --- identity numbers ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What an 18-digit identity number says about its holder."""

    gender: Gender
    birth_date: date

    def age(self, today: date) -> int:
        """Age in full years (周岁) on a Beijing date."""
        return age_on(self.birth_date, today)


def age_on(birth_date: date, today: date) -> int:
    """Full years (周岁) on ``today``; somebody born on 29 February turns older on 1 March of a common year."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def normalise_id_number(text: str) -> str:
    """Return the number as stored: half width, no blanks, a final x in capitals."""
    return without_blanks(text).upper()


@clause("GB 11643-1999", "号码结构", "18位：地址码6位、出生日期码8位、顺序码3位、校验码1位（0-9或X）")
def id_number_faults(text: str | None, field: str = "id_number", *, today: date) -> list[Fault]:
    """An identity number has 18 digits, a known province, a real past birth date and a right check character.

    ``text`` may be typed in full width, with blanks or a small x. At most one fault: the first that fails.
    """
    number = normalise_id_number(text or "")
    if not number:
        return [Fault("id_number_missing", "请输入身份证号码", field)]
    if not _ID_SHAPE.fullmatch(number):
        return [Fault("id_number_shape", "身份证号码应为18位数字（末位可为X）", field)]
    if number[:2] not in _PROVINCES:
        return [Fault("id_number_region", "身份证号码地区码无效", field)]
    born = _birth_date(number)
    if born is None or not _EARLIEST_BIRTH <= born <= today:
        return [Fault("id_number_birth", "身份证号码中的出生日期无效", field)]
    if number[17] != _id_check(number):
        return [Fault("id_number_check", "身份证号码校验位不正确", field)]
    return []


def id_facts(text: str | None) -> IdFacts | None:
    """Return gender (digit 17) and birth date (digits 7-14), or None when the number has no such shape."""
    number = normalise_id_number(text or "")
    if not _ID_SHAPE.fullmatch(number):
        return None
    born = _birth_date(number)
    if born is None:
        return None
    return IdFacts(Gender.MALE if int(number[16]) % 2 else Gender.FEMALE, born)


@clause("GB 11643-1999", "顺序码", "出生日期取第7-14位，性别取第17位：奇数为男、偶数为女")
def derived_faults(id_number: str | None, gender: Gender | str | None, birth_date: date | None) -> list[Fault]:
    """What was typed by hand must not contradict the identity number; what is empty contradicts nothing."""
    facts = id_facts(id_number)
    if facts is None:
        return []
    found = []
    if gender and gender != facts.gender:
        found.append(Fault("gender_differs", "性别与身份证号码不一致", "gender"))
    if birth_date and birth_date != facts.birth_date:
        found.append(Fault("birth_date_differs", "出生日期与身份证号码不一致", "birth_date"))
    return found


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _id_check(number: str) -> str:
    return _ID_CHECKS[sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False)) % 11]


# --- names ---------------------------------------------------------------------------------------


def normalise_name(text: str) -> str:
    """Return the name as stored: trimmed, single blanks, every kind of middle dot as ``·``."""
    return " ".join(text.replace("\u3000", " ").translate(_MIDDLE_DOTS).split())


def name_faults(text: str | None, field: str = "name") -> list[Fault]:
    """A person's name has 2-30 characters: ideographs (with ·), or Latin letters with blank, hyphen, apostrophe.

    Digits, markup and other signs are refused, so that a name is harmless wherever it is printed.
    """
    name = normalise_name(text or "")
    if not name:
        return [Fault("name_missing", "请填写姓名", field)]
    if not 2 <= len(name) <= 30 or not (_HAN_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name)):
        return [Fault("name_shape", "姓名格式不正确", field)]
    return []


# --- e-mail, credit codes ------------------------------------------------------------------------


def normalise_email(text: str) -> str:
    """Return the address as stored and compared: half width, no blanks, domain in small letters."""
    local, at, domain = without_blanks(text).rpartition("@")
    return f"{local}{at}{domain.lower()}"


def email_faults(text: str | None, field: str = "email") -> list[Fault]:
    """An e-mail address, when given, is a plain RFC 5321 one of at most 254 characters; empty is no fault."""
    address = normalise_email(text or "")
    if not address or (len(address) <= 254 and len(address.partition("@")[0]) <= 64 and _EMAIL.fullmatch(address)):
        return []
    return [Fault("email_shape", "邮箱格式不正确", field)]


def normalise_uscc(text: str) -> str:
    """Return the unified social credit code as stored: half width, no blanks or hyphens, capitals."""
    return without_blanks(half_width(text)).replace("-", "").upper()


@clause("GB 32100-2015", "代码构成", "18位，不使用I、O、S、V、Z；第18位为校验码（模31）")
def uscc_faults(text: str | None, field: str = "uscc") -> list[Fault]:
    """A unified social credit code has 18 signs without I O S V Z and a right check character."""
    code = normalise_uscc(text or "")
    if not code:
        return [Fault("uscc_missing", "请输入统一社会信用代码", field)]
    if not _USCC_SHAPE.fullmatch(code):
        return [Fault("uscc_shape", "统一社会信用代码应为18位（不含I、O、S、V、Z）", field)]
    total = sum(_USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if code[17] != _USCC_SIGNS[-total % 31]:
        return [Fault("uscc_check", "统一社会信用代码校验位不正确", field)]
    return []
