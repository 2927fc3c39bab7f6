"""审计日志: every change, sensitive read, log-in and refusal, for the audit administrator alone (SECURITY.md R14)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from console import models as m
from console.columns import Base
from console.permissions import Permission
from console.rules.deadlines import exact_time
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Choice, Days, Exact, coded_choice, equals
from console.views.lists import Asked, Rows, Search, Source, Tab
from console.views.paging import Sort
from console.vocabulary import AuditEvent

A = m.AuditEntry
OBJECTS = {
    "account": "账号",
    "application": "专家申报",
    "attachment": "附件",
    "calendar_day": "工作日历",
    "certificate": "聘书",
    "department": "部门",
    "document": "聘书文件",
    "expert": "专家",
    "expert_specialty": "专家专业",
    "message_template": "短信模板",
    "organisation": "单位",
    "parameter": "参数",
    "programme": "系统设置",
    "region": "行政区划",
    "review": "部门审核",
    "review_mark": "审核标记",
    "role_grant": "角色",
    "taxonomy": "专业目录",
    "taxonomy_node": "行业与专业",
    "audit": "审计日志",
    "filing": "待备案清单",
    "page": "页面",
    "tasks": "待办清单",
}
"""Table (or list) -> what people call it."""
LOGINS = (AuditEvent.LOGIN, AuditEvent.LOGIN_FAILED, AuditEvent.LOGOUT)
READS = (AuditEvent.REVEAL, AuditEvent.DOWNLOAD, AuditEvent.EXPORT)
CHANGES = (AuditEvent.CREATE, AuditEvent.UPDATE, AuditEvent.DELETE)
SHOWN = 3


@lru_cache(maxsize=64)
def labels(table: str) -> dict[str, str]:
    """Column -> its Chinese label, of a table."""
    found = Base.metadata.tables.get(table)
    return {} if found is None else {column.key: str(column.info.get("label", column.key)) for column in found.columns}


def differences(table: str, changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label, before, after) of every field an entry names; facts that are no change stand in the last place."""
    words = labels(table)
    rows = []
    for key, value in changes.items():
        pair = value if isinstance(value, list) and len(value) == 2 else ["", value]
        rows.append((words.get(key, WORDS.get(key, key)), _text(pair[0]), _text(pair[1])))
    return rows


WORDS = {"filter": "筛选条件", "count": "行数", "purpose": "用途", "reason": "原因", "fields": "查看内容"}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key}：{_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "、".join(_text(part) for part in value)
    return col.plain(value)


def _object(row: Any) -> Cell:
    return Cell("text", OBJECTS.get(row.table_name, row.table_name) or col.DASH, row.record_id)


def _changed(row: Any) -> Cell:
    found = differences(row.table_name, row.changes)
    names = "、".join(label for label, _before, _after in found[:SHOWN])
    more = _(" 等 %(n)s 项", n=len(found)) if len(found) > SHOWN else ""
    return Cell("text", f"{names}{more}" or col.DASH, row.because)


def _who(row: Any) -> str:
    return url_for(".details_view", id=row.id)


def _narrow(source: Source, asked: Asked) -> Source:
    word = asked.search
    return source.where(or_(A.actor_name == word, A.record_id == word, A.request_id == word, A.ip == word))


class AuditList(ConsoleView):
    """审计日志."""

    kind = A
    title = _l("审计日志")
    noun = _l("记录")
    unit_word = _l("条")
    endpoint_name = "audit"
    permission = Permission.AUDIT_VIEW
    export_permission = Permission.AUDIT_VIEW
    can_view_details = True
    details_template = "admin/audit.html"

    sorts = {"at": Sort(A.at)}
    default_sort = "-at"
    search = Search(_l("操作人、记录编号、请求号或 IP"), _narrow)
    columns = (
        col.name("actor_name", _l("操作人"), sub="ip", missing="系统", url=_who),
        col.text("event", _l("事件")),
        Column("object", _l("对象"), _object, file=lambda row: OBJECTS.get(row.table_name, row.table_name)),
        Column("changed", _l("差异"), _changed, phone=False),
        col.moment("at", _l("时间"), exact=True, sort="at"),
    )
    file_columns = (
        col.moment("at", _l("时间")),
        col.text("actor_name", _l("操作人")),
        col.text("event", _l("事件")),
        columns[2],
        col.text("record_id", _l("记录")),
        col.text("because", _l("事由")),
        Column(
            "changed",
            _l("差异"),
            _changed,
            file=lambda row: "；".join(f"{a}：{b} → {c}" for a, b, c in differences(row.table_name, row.changes)),
        ),
        col.text("ip", _l("IP地址")),
        col.text("request_id", _l("请求号")),
    )
    tabs = (
        Tab("all", _l("全部"), lambda: None),
        Tab("changes", _l("增删改"), lambda: A.event.in_(CHANGES)),
        Tab("reads", _l("查看与导出"), lambda: A.event.in_(READS)),
        Tab("logins", _l("登录"), lambda: A.event.in_(LOGINS)),
        Tab("refused", _l("越权被拒"), lambda: A.event == AuditEvent.REFUSED),
    )
    filters = (
        coded_choice("event", _l("事件"), A.event),
        Choice(
            "object",
            _l("对象"),
            conditions=tuple((table, word, equals(A.table_name, table)) for table, word in OBJECTS.items()),
        ),
        Exact("actor", _l("操作人"), column=A.actor_name),
        Days("at", _l("日期"), column=A.at, moment=True),
        Exact("record", _l("记录编号"), column=A.record_id),
    )

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = select(
            A.id,
            A.at,
            A.event,
            A.actor_name,
            A.because,
            A.table_name,
            A.record_id,
            A.ip,
            A.request_id,
            A.changes,
        )
        return statement

    def row_actions(self, row: Any) -> Sequence[Action]:
        """Look."""
        return (Action(_("查看差异"), url_for(".details_view", id=row.id)),)

    @expose("/details/")
    def details_view(self) -> str:
        """One entry, with what changed."""
        row = self.get_one(request.args.get("id", ""))
        facts = [
            (_("时间"), exact_time(row.at)),
            (_("操作人"), row.actor_name or _("系统")),
            (_("事件"), row.event.label),
            (_("对象"), OBJECTS.get(row.table_name, row.table_name)),
            (_("记录"), row.record_id),
            (_("事由"), row.because),
            (_("IP地址"), row.ip),
            (_("请求号"), row.request_id),
        ]
        return self.render(
            self.details_template, row=row, facts=facts, changes=differences(row.table_name, row.changes)
        )
