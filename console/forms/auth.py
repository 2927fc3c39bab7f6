"""Forms of coming in: login, registration, forgotten and changed passwords. Rules and sentences are the services’."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from console.forms.base import Form
from console.forms.fields import (
    CaptchaForm,
    PhoneForm,
    PlaceForm,
    Secret,
    TextOf,
    again_input,
    code_input,
    new_password_input,
)


class LoginForm(CaptchaForm):
    """用户名、密码、拼图 (云南手册 2.2)."""

    identifier = TextOf(
        _l("账号"), render_kw={"autocomplete": "username", "maxlength": 60, "spellcheck": "false", "autofocus": True}
    )
    password = Secret(_l("密码"), render_kw={"autocomplete": "current-password", "maxlength": 64})
    next = HiddenField()


class CodeLoginForm(CaptchaForm, PhoneForm):
    """Phone and SMS code."""

    code = code_input()
    next = HiddenField()


class ForgotForm(CaptchaForm, PhoneForm):
    """Phone, SMS code and a new password."""

    code = code_input()
    password = new_password_input()
    confirmation = again_input()


class RegisterForm(CaptchaForm, PhoneForm, PlaceForm):
    """专家注册 (云南手册 2.1)."""

    code = code_input()
    name = TextOf(_l("姓名"), render_kw={"autocomplete": "name", "maxlength": 60})
    id_number = TextOf(_l("身份证号码"), render_kw={"autocomplete": "off", "maxlength": 24, "spellcheck": "false"})
    password = new_password_input()
    confirmation = again_input()
    agreed = BooleanField(_l("我已阅读并同意"))


class PasswordForm(Form):
    """修改密码; the old one is not asked for when it must be changed."""

    old_password = Secret(_l("原密码"), render_kw={"autocomplete": "current-password", "maxlength": 64})
    password = new_password_input()
    confirmation = again_input()
