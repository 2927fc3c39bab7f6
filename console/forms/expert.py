"""基本信息 in three pages (MODEL.md F2): what each asks, in the order of the screen. Rules stand in console/rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.widgets import DateInput, NumberInput

from console import models as m
from console.forms.base import VersionedForm
from console.rules.completeness import LONGEST_PRACTICE, REQUIRED_FIELDS, label_of, limit_of
from console.services.specialties import Industry
from console.vocabulary import (
    Degree,
    Education,
    EmployerKind,
    Gender,
    PoliticalStatus,
    RegionLevel,
    TitleLevel,
    Word,
)


class DayField(StringField):
    """A date picked or typed; what is no date stays on the page with the reason."""

    widget = DateInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if isinstance(self.data, dt.date) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2026-11-20."""
        if not valuelist:
            return  # not on the page: stays as it is
        text, self.data = valuelist[0].strip(), None
        if text:
            try:
                self.data = dt.date.fromisoformat(text)
            except ValueError as error:
                raise ValueError(_("%(label)s格式不正确，应如 1975-03-05", label=self.label.text)) from error


class YearsField(StringField):
    """A whole number of years; anything else stays on the page with the reason."""

    widget = NumberInput(min=0, max=LONGEST_PRACTICE)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read digits."""
        if not valuelist:
            return  # not on the page: stays as it is
        text, self.data = valuelist[0].strip(), None
        if text:
            if not (text.isascii() and text.isdigit() and len(text) <= 3):
                words = _("%(label)s应为0-%(most)s的整数", label=self.label.text, most=LONGEST_PRACTICE)
                raise ValueError(words)
            self.data = int(text)


def _listed(field: Any) -> None:
    # The rules say what is missing; here only what nobody offered is refused.
    if field.data is not None and field.data not in {field.coerce(choice.value) for choice in field.choices}:
        raise ValidationError(_("请从列表中选择%(label)s", label=field.label.text))


class OneOf(SelectField):
    """A list; the empty line is None."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, in plain words."""
        _listed(self)


class OneButtonOf(RadioField):
    """A list as buttons; none pressed is None."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, in plain words."""
        _listed(self)


def _text(field: str, **render: Any) -> Any:
    return StringField(label_of(field), render_kw={"maxlength": limit_of(field), **render})


def _long(field: str, rows: int = 6) -> Any:
    return TextAreaField(label_of(field), render_kw={"rows": rows})


def _coerced(words: type[Word]) -> Callable[[Any], Any]:
    def coerce(value: Any) -> Any:
        return words(value) if value in set(words) else (value or None)

    return coerce


def _choice(field: str, words: type[Word]) -> Any:
    choices = [SelectChoice("", _l("请选择")), *(SelectChoice(member.value, member.label) for member in words)]
    return OneOf(label_of(field), choices=choices, coerce=_coerced(words))


class InformationForm(VersionedForm):
    """One page of the basic information; ``lock_version`` is the version of the expert it shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.optional = field.name not in REQUIRED_FIELDS

    @classmethod
    def names(cls) -> list[str]:
        """The fields of the basic information on this page."""
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "field_class") and name != "lock_version"]

    def values(self, posted: Collection[str] | None = None) -> dict[str, object]:
        """What was typed, without fields that could not be read; only ``posted`` ones when given."""
        wanted = [name for name in self.names() if posted is None or name in posted]
        return {name: self[name].data for name in wanted if not self[name].errors}


class PersonForm(InformationForm):
    """Step 1 基本信息."""

    name = _text("name", autocomplete="name")
    id_number = StringField(label_of("id_number"), render_kw={"maxlength": 24, "autocomplete": "off"})
    gender = OneButtonOf(
        label_of("gender"),
        choices=[SelectChoice(member.value, member.label) for member in Gender],
        coerce=_coerced(Gender),
    )
    birth_date = DayField(label_of("birth_date"))
    ethnicity = _text("ethnicity", list="ethnicities")
    political_status = _choice("political_status", PoliticalStatus)
    health = _text("health")
    employer = _text("employer", autocomplete="organization")
    employer_kind = _choice("employer_kind", EmployerKind)
    position = _text("position")
    employer_address = _text("employer_address")
    region_code = OneOf(label_of("region_code"), choices=[], coerce=lambda value: value or None)
    mailing_address = _text("mailing_address", autocomplete="street-address")
    email = _text("email", type="email", autocomplete="email")

    def offer_regions(self, regions: Iterable[m.Region]) -> None:
        """Fill the list of regions, districts under their prefecture."""
        choices, group = [SelectChoice("", _l("请选择"))], ""
        for region in regions:
            whole = region.level is RegionLevel.PREFECTURE
            group = region.name if whole else group
            label = _("%(name)s（市州本级）", name=region.name) if whole else region.name
            choices.append(SelectChoice(region.code, label, optgroup=group))
        self.region_code.choices = choices


class BackgroundForm(InformationForm):
    """Step 2 学历与履历."""

    education = _choice("education", Education)
    degree = _choice("degree", Degree)
    school = _text("school")
    major = _text("major")
    title_level = _choice("title_level", TitleLevel)
    title = _text("title")
    title_expires_on = DayField(label_of("title_expires_on"))
    qualification = _text("qualification")
    resume = _long("resume", 8)
    achievements = _long("achievements")


class SpecialtyForm(InformationForm):
    """Step 3 专业与附件; specialties and files are added one by one."""

    occupation = _text("occupation")
    practice_years = YearsField(label_of("practice_years"))
    specialty = OneOf(_l("专业类别"), choices=[], coerce=lambda value: value or None)

    @classmethod
    def names(cls) -> list[str]:
        """The select of a specialty to add is no field of the basic information."""
        return ["occupation", "practice_years"]

    def offer_specialties(self, industries: Iterable[Industry]) -> None:
        """Fill the list: every specialty that may be chosen, grouped by industry and field."""
        choices = [SelectChoice("", _l("请选择专业类别"))]
        for industry in industries:
            for field in industry.fields:
                group = industry.name if field.name == industry.name else f"{industry.name} / {field.name}"
                choices += [SelectChoice(str(node_id), name, optgroup=group) for node_id, name in field.specialties]
        self.specialty.choices = choices

    @property
    def picked(self) -> int | None:
        """The specialty picked from the list; None when none was, or when it is none of ours."""
        text = str(self.specialty.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


PAGES: dict[int, type[InformationForm]] = {1: PersonForm, 2: BackgroundForm, 3: SpecialtyForm}
EXTRA = {1: frozenset({"phone"}), 2: frozenset[str](), 3: frozenset({"specialties", "attachments"})}
"""What stands on a page without being typed there."""


def fields_of(page: int) -> frozenset[str]:
    """Everything a page asks for, typed or not."""
    return frozenset(PAGES[page].names()) | EXTRA[page]


def page_of(field: str) -> int:
    """The page on which a field stands."""
    return next((page for page in PAGES if field in fields_of(page)), 1)
