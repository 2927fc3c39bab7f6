"""Change of information by the approving department: every field of the basic information, and the written request."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from console.forms.expert import BackgroundForm, PersonForm, SpecialtyForm
from console.rules.attachments import RULES
from console.rules.completeness import REQUIRED_FIELDS
from console.services.expert_facts import COLUMNS
from console.vocabulary import AttachmentKind


class CorrectionForm(PersonForm, BackgroundForm, SpecialtyForm):
    """The ID number stays empty unless it is to be changed: it is shown to nobody without a purpose."""

    specialty = None  # type: ignore[assignment]  # WTForms: a field set to None is not on this form
    change_request = FileField(
        AttachmentKind.CHANGE_REQUEST.label, render_kw={"accept": RULES[AttachmentKind.CHANGE_REQUEST].accept}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.optional = field.name not in {*REQUIRED_FIELDS, "change_request"} or field.name == "id_number"
        self.id_number.label.text = _l("新身份证号码")

    @classmethod
    def names(cls) -> list[str]:
        """Every typed field."""
        return list(COLUMNS)

    def changes(self) -> dict[str, object]:
        """What was typed; an empty ID number means the old one."""
        values = self.values()
        if not values.get("id_number"):
            values.pop("id_number", None)
        return values
