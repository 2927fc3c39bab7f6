"""专家信息申报: which departments, and that the notice was read (云南手册 2.5)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from console.forms.base import VersionedForm
from console.services.departments import BodyOffers


class DeclarationForm(VersionedForm):
    """Boxes for departments, the tick, the version of what is declared."""

    departments = SelectMultipleField(
        _l("审核业务部门"),
        choices=[],
        validate_choice=False,  # the service refuses what is not offered, in words
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    confirmed = BooleanField(_l("我已阅读并同意申报须知，所填信息真实、完整"))
    once = HiddenField()

    def offer(self, bodies: list[BodyOffers]) -> None:
        """Fill the boxes."""
        self.departments.choices = [
            SelectChoice(str(offer.department.id), offer.department.name) for body in bodies for offer in body.offers
        ]

    @property
    def chosen(self) -> list[int]:
        """The ids ticked; what is no id becomes 0, which no department has."""
        texts = self.departments.data or []
        return [int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0 for text in texts]
