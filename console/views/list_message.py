"""短信模板 and 消息记录: the wording of messages, and what became of each (no text outside the demo)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from console import models as m
from console.errors import Invalid
from console.permissions import Permission
from console.rules.deadlines import exact_time
from console.rules.message_texts import template_faults
from console.services.messages import visible_body
from console.services.personal import phone_index
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Days, Exact, coded_choice, switch
from console.views.list_organisation import active_badge
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.vocabulary import MessageState

T, M = m.MessageTemplate, m.OutboxMessage


def _narrow_templates(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(
        or_(T.title.contains(word, autoescape=True), T.body.contains(word, autoescape=True), T.code == word)
    )


class MessageTemplateList(ReferenceView):
    """短信模板."""

    kind = T
    title = _l("短信模板")
    noun = _l("短信模板")
    unit_word = _l("条")
    endpoint_name = "message_template"
    permission = Permission.TEMPLATE_MANAGE
    manage_permission = Permission.TEMPLATE_MANAGE
    creates = False

    sorts = {"code": Sort(T.code)}
    default_sort = "code"
    search = Search(_l("名称或内容"), _narrow_templates)
    columns = (
        col.name("title", _l("名称"), url=lambda row: url_for(".edit_view", id=row.id)),
        col.text("body", _l("短信内容")),
        col.text("placeholders", _l("可用变量"), phone=False),
        col.badge(_l("状态"), active_badge),
    )
    filters = (switch("active", _l("启用"), T.active),)

    form_columns = ("title", "body", "active")

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = select(T.code.label("id"), T.title, T.body, T.placeholders, T.active)
        return statement

    def edit_form(self, obj: Any = None) -> Any:
        """Beside the text stand the placeholders it may use."""
        form = super().edit_form(obj)
        if obj is not None:
            names = "、".join(f"{{{name}}}" for name in obj.placeholders.split(",") if name)
            form.body.description = _("可用变量：%(names)s", names=names or _("无"))
        return form

    def before_save(self, form: Any, row: Any, created: bool) -> None:
        """Only placeholders of this message, and never without its code or password."""
        if faults := template_faults(row.body, row.placeholders.split(",")):
            raise Invalid.of(faults)


class _To(Exact):
    def where(self, value: str) -> Any:
        """Messages to the account with this number."""
        return M.account_id.in_(select(m.Account.id).where(m.Account.phone_index == phone_index("86", value)))


def _attempts(row: Any) -> Cell:
    return Cell("text", str(row.attempts), row.error)


class OutboxList(ConsoleView):
    """消息记录."""

    kind = M
    title = _l("消息记录")
    noun = _l("消息")
    unit_word = _l("条")
    endpoint_name = "outbox"
    permission = Permission.MESSAGE_VIEW
    can_view_details = True
    details_template = "admin/outbox.html"

    sorts = {"id": Sort(M.id)}
    default_sort = "-id"
    columns = (
        col.name("title", _l("短信"), url=lambda row: url_for(".details_view", id=row.id)),
        col.text("recipient_mask", _l("收信号码")),
        col.moment("created_at", _l("生成时间"), sort="id"),
        Column("attempts", _l("尝试次数"), _attempts, number=True),
        col.moment("sent_at", _l("发送时间"), phone=False),
        col.state("state", _l("状态")),
    )
    tabs = (
        Tab("all", _l("全部"), lambda: None),
        Tab("queued", _l("待发送"), lambda: M.state == MessageState.QUEUED),
        Tab("retrying", _l("重试中"), lambda: M.state == MessageState.RETRYING),
        Tab("dead", _l("发送失败"), lambda: M.state == MessageState.DEAD),
        Tab("sent", _l("已发送"), lambda: M.state == MessageState.SENT),
    )
    filters = (
        _To("phone", _l("手机号")),
        coded_choice("state", _l("发送状态"), M.state),
        Exact("template", _l("模板代码"), column=M.template_code),
        Days("created", _l("生成日期"), column=M.created_at, moment=True),
    )

    def selected(self) -> Rows:
        """A row; the text is not among its columns."""
        statement: Rows = select(
            M.id, M.recipient_mask, M.created_at, M.sent_at, M.attempts, M.error, M.state, T.title
        ).join(T, T.code == M.template_code)
        return statement

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Look."""
        return (Action(_("查看"), url_for(".details_view", id=row.id)),)

    @expose("/details/")
    def details_view(self) -> str:
        """One message: its delivery, and in the demo world its text."""
        row = self.get_one(request.args.get("id", ""))
        facts = [
            (_("短信"), row.template.title),
            (_("收信号码"), row.recipient_mask),
            (_("生成时间"), exact_time(row.created_at)),
            (
                _("下次发送"),
                exact_time(row.next_at) if row.state in (MessageState.QUEUED, MessageState.RETRYING) else "",
            ),
            (_("发送时间"), exact_time(row.sent_at) if row.sent_at else ""),
            (_("已尝试次数"), str(row.attempts)),
            (_("失败原因"), row.error),
        ]
        return self.render(self.details_template, row=row, facts=facts, text=visible_body(row))
