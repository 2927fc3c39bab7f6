"""Ending a certificate, checking one, asking for full numbers: the small forms round certificates and experts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from console.forms.base import Form, VersionedForm
from console.forms.expert import OneButtonOf
from console.forms.review import word_of
from console.vocabulary import RevealPurpose


class TerminationForm(VersionedForm):
    """终止聘书: a reason, and the version that was read."""

    end_reason = TextAreaField(_l("终止原因"), render_kw={"rows": 4})
    once = HiddenField()


class VerifyForm(Form):
    """证书验真: a number, and either the name on the paper or the code printed in its QR address."""

    number = StringField(_l("证书编号"), render_kw={"autocomplete": "off", "maxlength": 40})
    name = StringField(_l("姓名"), render_kw={"autocomplete": "off", "maxlength": 60})
    code = StringField(_l("验真码"), render_kw={"autocomplete": "off", "maxlength": 20})


class IssuedFileForm(Form):
    """The file to compare with the issued one; it is hashed and forgotten."""

    file = FileField(_l("聘书 PDF 文件"), render_kw={"accept": ".pdf"})


class RevealForm(Form):
    """What the full numbers are needed for."""

    purpose = OneButtonOf(
        _l("查看用途"),
        choices=[SelectChoice(member.value, member.label) for member in RevealPurpose],
        coerce=word_of(RevealPurpose),
    )
