"""A department's verdict on an application (云南手册 3.7). What is missing the rules say, not the form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.fields import SelectChoice

from console import models as m
from console.errors import Fault
from console.forms.base import VersionedForm
from console.forms.expert import DayField, OneButtonOf, OneOf
from console.services.reviews import Decision, Outcome
from console.vocabulary import ValidityKind, Word

LONGEST_NUMBER = 18
"""Digits of a database id a form may carry."""


def whole(text: object) -> int | None:
    """A database id as posted; None for anything else."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else None


def word_of(words: type[Word]) -> Any:
    """Read a posted value as a member of a closed list; None when it is empty, itself when nobody offered it."""

    def coerce(value: Any) -> Any:
        return words(value) if value in set(words) else (value or None)

    return coerce


def _words(words: type[Word]) -> list[SelectChoice]:
    return [SelectChoice(member.value, member.label) for member in words]


PASSING = ("industry_id", "specialty_id", "appointing_body_id", "validity", "valid_from", "valid_until")
"""Fields asked only when the application is passed."""


class ReviewForm(VersionedForm):
    """Pass with industry, unit and term; or reject with a reason. Marks stand beside the fields, outside."""

    outcome = OneButtonOf(_l("审核结论"), choices=_words(Outcome), coerce=word_of(Outcome))
    industry_id = OneOf(_l("行业领域"), choices=[], coerce=whole)
    specialty_id = OneOf(_l("专业类别"), choices=[], coerce=whole)
    appointing_body_id = OneButtonOf(_l("专家聘用单位"), choices=[], coerce=whole)
    validity = OneButtonOf(_l("聘书有效期类型"), choices=_words(ValidityKind), coerce=word_of(ValidityKind))
    valid_from = DayField(_l("聘书起始时间"))
    valid_until = DayField(_l("聘书截止时间"))
    note = TextAreaField(_l("审核意见"), render_kw={"rows": 2})
    return_reason = TextAreaField(_l("驳回理由"), render_kw={"rows": 5})
    seen_change = HiddenField()
    once = HiddenField()

    def offer(
        self,
        industries: Iterable[m.TaxonomyNode],
        specialties: Iterable[m.TaxonomyNode],
        declared: Iterable[m.ExpertSpecialty],
        bodies: Iterable[m.Organisation],
    ) -> None:
        """Fill the lists: what the expert declares himself comes first among the specialties."""
        self.industry_id.choices = [
            SelectChoice("", _l("请选择")),
            *(SelectChoice(row.id, row.name) for row in industries),
        ]
        self.specialty_id.choices = [SelectChoice("", _l("不注明专业")), *_grouped(specialties, declared)]
        self.appointing_body_id.choices = [SelectChoice(row.id, row.name) for row in bodies]

    def unreadable(self) -> list[Fault]:
        """Faults of what could not be read or was never offered; nothing typed for the other outcome counts."""
        self.validate()
        asked = PASSING if self.outcome.data is Outcome.PASS else ()
        found = [
            Fault(f"{field.name}_unreadable", str(field.errors[0]), field.name)
            for field in self
            if field.errors and field.name in asked
        ]
        wrong = self.outcome.data is None or bool(self.outcome.errors)
        for field in self:
            field.errors = []
        return [Fault("no_outcome", "请选择审核结论", "outcome")] if wrong else found

    def decision(self, marks: Mapping[str, str]) -> Decision:
        """What was typed. Call only when an outcome was chosen."""
        return Decision(
            outcome=self.outcome.data,
            industry_id=self.industry_id.data,
            specialty_id=self.specialty_id.data,
            appointing_body_id=self.appointing_body_id.data,
            validity=self.validity.data,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            note=self.note.data or "",
            return_reason=self.return_reason.data or "",
            marks=marks,
        )

    def propose(
        self, industry_id: int | None, specialty_id: int | None, body_id: int | None, term: tuple[dt.date, dt.date]
    ) -> None:
        """What most reviewers will choose; they may choose otherwise."""
        self.industry_id.data, self.specialty_id.data = industry_id, specialty_id
        self.appointing_body_id.data = body_id
        self.valid_from.data, self.valid_until.data = term


def _grouped(specialties: Iterable[m.TaxonomyNode], declared: Iterable[m.ExpertSpecialty]) -> Iterable[SelectChoice]:
    own = {row.node_id: row for row in declared}
    for row in own.values():
        yield _specialty(row.node, str(_l("本人申报")))
    for node in specialties:
        if node.id not in own and node.parent is not None and node.parent.parent is not None:
            field, industry = node.parent, node.parent.parent
            yield _specialty(node, industry.name if industry.name == field.name else f"{industry.name} / {field.name}")


def _specialty(node: m.TaxonomyNode, group: str) -> SelectChoice:
    industry = node.parent.parent_id if node.parent is not None else None
    return SelectChoice(node.id, node.name, optgroup=group, render_kw={"data-industry": industry})
