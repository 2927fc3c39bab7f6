"""Forms about other people's accounts: opening one, a new password, a role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from console import models as m
from console.forms.base import Form
from console.forms.fields import OneOfList, PhoneForm, Secret, TextOf, again_input
from console.vocabulary import AccountKind


class AccountForm(PhoneForm):
    """新增账号 (MODEL.md P19)."""

    kind = OneOfList(_l("账号类型"))
    name = TextOf(_l("姓名"), render_kw={"maxlength": 60, "autocomplete": "off"})
    login = TextOf(_l("登录名"), render_kw={"maxlength": 30, "autocomplete": "off", "spellcheck": "false"})
    id_number = TextOf(_l("身份证号码"), render_kw={"maxlength": 24, "autocomplete": "off"})
    organisation_id = OneOfList(_l("单位"))
    department_id = OneOfList(_l("部门"))

    def offer(
        self, kinds: Iterable[AccountKind], bodies: Iterable[m.Organisation], departments: Iterable[m.Department]
    ) -> None:
        """Fill the lists; departments stand in groups under their bodies."""
        names = {body.id: body.name for body in bodies}
        self.kind.choices = [SelectChoice(kind.value, kind.label) for kind in kinds]
        self.organisation_id.choices = [
            SelectChoice("", _("请选择")),
            *(SelectChoice(str(key), name) for key, name in names.items()),
        ]
        self.department_id.choices = [
            SelectChoice("", _("请选择（可不选）")),
            *(SelectChoice(str(each.id), each.name, optgroup=names[each.organisation_id]) for each in departments),
        ]


class ResetForm(Form):
    """重置密码 (云南手册 3.6); both fields stay empty where the password is generated."""

    password = Secret(_l("新密码"), render_kw={"autocomplete": "new-password", "maxlength": 64})
    confirmation = again_input()
    next = HiddenField()


class RoleForm(Form):
    """授予角色."""

    role = OneOfList(_l("角色"))


def chosen_id(field: Any) -> int | None:
    """The id a select holds; None when it is empty or no number."""
    text = str(field.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
