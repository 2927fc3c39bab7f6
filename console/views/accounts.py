"""账号: what support sees, new passwords, locks, opening and closing, roles (云南手册 3.6, 4.2; MODEL.md P19)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console.errors import DomainError, NotFound
from console.forms.account import AccountForm, ResetForm, RoleForm, chosen_id
from console.forms.base import attach
from console.permissions import Permission
from console.rules.account_levels import ROLES_OF
from console.rules.deadlines import beijing_time
from console.services import accounts, messages, passwords, roles
from console.views.guard import requires
from console.views.local_path import local_path
from console.views.request import actor, limits, now, permissions, today
from console.vocabulary import AccountKind, PasswordResetMode, Role

bp = Blueprint("accounts", __name__)

Answer = str | Response | tuple[str, int]


@bp.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNT_VIEW)
def detail(account_id: int) -> str:
    """State, lock, sessions, roles and delivery of messages; numbers masked, no case."""
    return _detail(account_id, RoleForm())


def _detail(account_id: int, form: RoleForm) -> str:
    found = accounts.detail(account_id, actor=actor(), now=now(), limits=limits())
    held, suited = set(found.roles), ROLES_OF[found.account.kind]
    form.role.choices = [(role.value, role.label) for role in suited if role not in held]
    told = accounts.sent_messages(account_id) if Permission.MESSAGE_VIEW in permissions() else None
    return render_template(
        "accounts/detail.html",
        found=found,
        account=found.account,
        form=form,
        reset_form=ResetForm(formdata=None),
        typed=accounts.reset_mode(actor()) is PasswordResetMode.TYPED,
        words=passwords.profile(today()).words,
        messages=told,
        body=messages.visible_body,
        local=beijing_time,
    )


@bp.route("/accounts/<int:account_id>/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_RESET, Permission.ACCOUNT_MANAGE)
def reset(account_id: int) -> Answer:
    """重置密码: typed in a dialog or generated, by the programme's setting."""
    form = ResetForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"), "")
        return _reset_page(account_id, form)
    try:
        accounts.reset_password(account_id, form.password.text, form.confirmation.text, actor=actor(), now=now())
    except DomainError as error:
        left = attach(form, error)
        if left:
            raise
        return _reset_page(account_id, form), 422
    typed = accounts.reset_mode(actor()) is PasswordResetMode.TYPED
    flash(
        _("密码已重置并已通知本人，本人下次登录时须修改密码")
        if typed
        else _("新密码已发送至本人手机，本人下次登录时须修改密码"),
        "success",
    )
    return redirect(local_path(form.next.data, _after(account_id)), 303)


def _reset_page(account_id: int, form: ResetForm) -> str:
    account = accounts.may_be_reset(account_id, actor=actor())
    typed = accounts.reset_mode(actor()) is PasswordResetMode.TYPED
    back = local_path(form.next.data, _after(account_id))
    return render_template(
        "accounts/reset.html",
        account=account,
        form=form,
        typed=typed,
        back=back,
        words=passwords.profile(today()).words,
    )


def _after(account_id: int) -> str:
    visible = Permission.ACCOUNT_VIEW in permissions()
    return url_for("accounts.detail", account_id=account_id) if visible else "/"


@bp.post("/accounts/<int:account_id>/unlock")
@requires(Permission.ACCOUNT_RESET, Permission.ACCOUNT_MANAGE)
def unlock(account_id: int) -> Response:
    """解锁."""
    accounts.unlock(account_id, actor=actor(), now=now())
    flash(_("账号已解锁，已通知本人"), "success")
    return redirect(_after(account_id), 303)


@bp.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(account_id: int) -> Response:
    """停用."""
    accounts.disable(account_id, actor=actor(), now=now())
    flash(_("账号已停用，其登录已全部退出"), "success")
    return redirect(_after(account_id), 303)


@bp.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(account_id: int) -> Response:
    """启用."""
    accounts.enable(account_id, actor=actor(), now=now())
    flash(_("账号已启用，初始密码已发送至本人手机"), "success")
    return redirect(_after(account_id), 303)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def create() -> Answer:
    """新增账号: without a role until the security administrator grants one."""
    form = AccountForm()
    if request.method == "GET":
        return _new_page(form)
    try:
        account_id = accounts.create(_typed_account(form), actor=actor(), now=now())
    except DomainError as error:
        attach(form, error)
        return _new_page(form), 422
    flash(_("账号已开通，初始密码已发送至本人手机；请安全管理员授予角色后使用"), "success")
    return redirect(url_for("accounts.detail", account_id=account_id), 303)


def _typed_account(form: AccountForm) -> accounts.NewAccount:
    kind = form.kind.text
    return accounts.NewAccount(
        kind=AccountKind(kind) if kind in set(AccountKind) else AccountKind.EXPERT,  # which nobody may open
        name=form.name.text,
        login=form.login.text,
        phone_cc=form.phone_cc.text,
        phone=form.phone.text,
        id_number=form.id_number.text,
        organisation_id=chosen_id(form.organisation_id),
        department_id=chosen_id(form.department_id),
    )


def _new_page(form: AccountForm) -> str:
    form.offer(accounts.kinds_to_open(actor()), accounts.bodies(actor()), accounts.departments(actor()))
    return render_template("accounts/new.html", form=form)


@bp.post("/accounts/<int:account_id>/roles")
@requires(Permission.ROLE_GRANT)
def grant(account_id: int) -> Answer:
    """授予角色."""
    form = RoleForm()
    try:
        roles.grant(account_id, _role(form.role.text), actor=actor(), now=now())
    except NotFound:
        raise
    except DomainError as error:
        attach(form, error)
        return _detail(account_id, form), 422
    flash(_("角色已授予，即时生效"), "success")
    return redirect(url_for("accounts.detail", account_id=account_id), 303)


@bp.post("/accounts/<int:account_id>/roles/<role>/revoke")
@requires(Permission.ROLE_GRANT)
def revoke(account_id: int, role: str) -> Response:
    """收回角色."""
    roles.revoke(account_id, _role(role), actor=actor())
    flash(_("角色已收回，即时生效"), "success")
    return redirect(url_for("accounts.detail", account_id=account_id), 303)


def _role(text: str) -> Role:
    if text not in set(Role):
        raise NotFound()
    return Role(text)
