"""系统设置: one bureau's system: names, log-in, passwords, support."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from console import models as m
from console.permissions import Permission
from console.rules.regions import range_of
from console.views import columns_of as col
from console.views.list_organisation import active_badge
from console.views.lists import Rows
from console.views.paging import Sort
from console.views.reference import ReferenceView
from console.views.request import actor

P = m.Programme


class ProgrammeList(ReferenceView):
    """系统设置."""

    kind = P
    title = _l("系统设置")
    noun = _l("系统")
    unit_word = _l("个")
    endpoint_name = "programme"
    permission = Permission.PARAMETER_VIEW
    manage_permission = Permission.PARAMETER_MANAGE
    creates = False

    sorts = {"id": Sort(P.id)}
    default_sort = "id"
    columns = (
        col.name("name", _l("系统名称"), sub="organiser", url=lambda row: ""),
        col.text("region_name", _l("所属地区")),
        col.text("login_captcha", _l("登录验证方式")),
        col.text("staff_reset_mode", _l("政府用户重置密码方式")),
        col.text("support_phone", _l("技术支持电话"), sub="support_qq"),
        col.badge(_l("状态"), active_badge),
    )

    form_columns = (
        "name",
        "pool_name",
        "organiser",
        "certificate_title",
        "login_captcha",
        "staff_reset_mode",
        "support_reset_mode",
        "withdraw_allowed",
        "sms_sign",
        "support_phone",
        "support_qq",
    )

    def may_change(self, row: Any) -> bool:
        """A programme whose whole region the reader looks after."""
        if row is None:
            return False
        low, high = actor().reference_range
        span = range_of(row.region_code)
        return bool(low) and low <= span.lo and span.hi <= high

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = select(
            P.id,
            P.name,
            P.organiser,
            P.region_code,
            P.login_captcha,
            P.staff_reset_mode,
            P.support_phone,
            P.support_qq,
            P.active,
            m.Region.name.label("region_name"),
        ).join(m.Region, m.Region.code == P.region_code)
        return statement
