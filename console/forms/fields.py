"""Fields several forms share: dialling codes, places in three steps, challenges, new passwords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from console import models as m
from console.forms.base import Form
from console.rules.phones import HONG_KONG, MACAO, MAINLAND, TAIWAN, dialling_codes
from console.rules.regions import parent_code
from console.vocabulary import RegionLevel

_NAMED = {MAINLAND: _l("中国大陆"), HONG_KONG: _l("中国香港"), MACAO: _l("中国澳门"), TAIWAN: _l("中国台湾")}


class TextOf(StringField):
    """One line of text; an absent value is an empty one."""

    @property
    def text(self) -> str:
        """What was typed."""
        return self.data or ""


class Secret(PasswordField):
    """A password: typed text is never sent back to the page."""

    @property
    def text(self) -> str:
        """What was typed, blanks included."""
        return self.data or ""


class OneOfList(SelectField):
    """A select whose values are judged by the rules, with their own sentence, not by WTForms."""

    def pre_validate(self, form: Any) -> None:
        """Leave it to the rules."""

    @property
    def text(self) -> str:
        """The value chosen; empty when none is."""
        return self.data or ""


def dialling_choices() -> list[SelectChoice]:
    """Greater China first, by name; every other dialling code in a group of its own."""
    named = [SelectChoice(code, f"+{code} {words}") for code, words in _NAMED.items()]
    rest = [SelectChoice(code, f"+{code}", optgroup=_("其他国家和地区")) for code in dialling_codes()[len(_NAMED) :]]
    return named + rest


class PhoneForm(Form):
    """A phone number with its dialling code."""

    phone_cc = OneOfList(_l("区号"), default=MAINLAND, render_kw={"autocomplete": "tel-country-code"})
    phone = TextOf(_l("手机号"), render_kw={"autocomplete": "tel-national", "inputmode": "tel", "maxlength": 24})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone_cc.choices = dialling_choices()


class CaptchaForm(Form):
    """A form with a challenge: ``captcha_kind`` says which of the two ways was taken."""

    captcha_kind = HiddenField(default="picture")
    puzzle = HiddenField()
    captcha = TextOf(
        _l("图形验证码"),
        render_kw={
            "autocomplete": "off",
            "maxlength": 8,
            "placeholder": _l("4 位字符"),
            "spellcheck": "false",
            "autocapitalize": "characters",
        },
    )


def code_input() -> TextOf:
    """The field of an SMS code; telephones offer the code they have just received."""
    return TextOf(
        _l("短信验证码"), render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 12}
    )


def new_password_input() -> Secret:
    """The field of a new password."""
    return Secret(_l("新密码"), render_kw={"autocomplete": "new-password", "maxlength": 64})


def again_input() -> Secret:
    """The new password a second time."""
    return Secret(_l("再次输入新密码"), render_kw={"autocomplete": "new-password", "maxlength": 64})


class PlaceForm(Form):
    """Province, prefecture, district as three selects that work without a script: districts stand in groups."""

    province = OneOfList(_l("省份"))
    prefecture = OneOfList(_l("州市"))
    district = OneOfList(_l("县（市、区）"))

    def offer(self, regions: Sequence[m.Region]) -> None:
        """Fill the three lists; a script narrows them by the first digits of the codes."""
        names = {region.code: region.name for region in regions}
        by_level: dict[RegionLevel, list[m.Region]] = {level: [] for level in RegionLevel}
        for region in regions:
            by_level[region.level].append(region)
        self.province.choices = [SelectChoice(r.code, r.name) for r in by_level[RegionLevel.PROVINCE]]
        self.prefecture.choices = [SelectChoice("", _("请选择"))] + [
            SelectChoice(r.code, r.name) for r in by_level[RegionLevel.PREFECTURE]
        ]
        self.district.choices = [SelectChoice("", _("请选择（州市本级可不选）"))] + [
            SelectChoice(r.code, r.name, optgroup=names.get(parent_code(r.code) or "", ""))
            for r in by_level[RegionLevel.DISTRICT]
        ]
