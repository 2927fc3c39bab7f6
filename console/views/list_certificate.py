"""聘书: what was issued, and what it is today, whatever the nightly job has written down (MODEL.md P02)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select

from console import models as m
from console.permissions import Permission
from console.rules.validity import days_left
from console.services.certificates import valid_on
from console.views import cases_of as case
from console.views import columns_of as col
from console.views.base import ConsoleView
from console.views.columns_of import Action, Cell, Column
from console.views.filters import Choice, Days, InRegion, coded_choice
from console.views.links import RowLink, row_link
from console.views.lists import Rows, Search, Tab
from console.views.paging import Sort
from console.views.request import actor, today
from console.views.standing import standing
from console.vocabulary import CertificateState, Family, RegionLevel, Role

C = m.Certificate
ENDED = (CertificateState.TERMINATED, CertificateState.REVOKED)


def valid() -> ColumnElement[bool]:
    """有效."""
    return valid_on(today())


def expiring() -> ColumnElement[bool]:
    """即将到期."""
    days = standing(today())
    return and_(C.state == CertificateState.VALID, C.valid_until.between(today(), days.expiring_until))


def expired() -> ColumnElement[bool]:
    """已失效: written down, or past its last day."""
    return or_(C.state == CertificateState.EXPIRED, and_(C.state == CertificateState.VALID, C.valid_until < today()))


def _badge(row: Any) -> tuple[str, str]:
    left = days_left(row.valid_until, today())
    if row.state is CertificateState.VALID and left is not None:
        if left < 0:
            return CertificateState.EXPIRED.label, CertificateState.EXPIRED.family.value
        if row.valid_until <= standing(today()).expiring_until:
            return _("即将到期"), Family.WAIT.value
    return row.state.label, row.state.family.value


def _until(row: Any) -> Cell:
    if row.ended_on is not None:
        return Cell(
            "text", row.valid_until.isoformat() if row.valid_until else _("长期"), _("终止于 %(d)s", d=row.ended_on)
        )
    left = days_left(row.valid_until, today())
    if left is None:
        return Cell("text", _("长期"))
    if left < 0:
        return Cell("text", row.valid_until.isoformat(), _("已过 %(n)s 天", n=-left))
    near = row.valid_until <= standing(today()).expiring_until
    sub = _("剩 %(n)s 天", n=left) if near else ""
    return Cell("text", row.valid_until.isoformat(), sub, tone="deadline-soon" if near else "")


class CertificateList(ConsoleView):
    """聘书."""

    kind = C
    title = _l("聘书")
    noun = _l("聘书")
    unit_word = _l("张")
    endpoint_name = "certificate"
    permission = Permission.CERTIFICATE_VIEW
    export_permission = Permission.EXPERT_EXPORT

    links = (
        RowLink(_l("查看聘书"), "certificates.detail"),
        RowLink(_l("下载聘书"), "certificates.pdf"),
        RowLink(_l("专家信息"), "experts.detail", "expert_id"),
    )
    sorts = {"issued": Sort(C.issued_on), "until": Sort(C.valid_until, nullable=True)}
    default_sort = "-issued"
    search = Search(_l("姓名或证书编号"), case.search(C.expert_id, lambda word: C.number == word))
    columns = (
        col.name("holder_name", _l("姓名"), sub="unit_name", url=lambda row: row_link("certificates.detail", row.id)),
        col.text("number", _l("证书编号")),
        col.text("appointment", _l("聘任名义"), phone=False),
        col.text("department_name", _l("审核部门"), phone=False),
        col.day("issued_on", _l("发证日期"), sort="issued", phone=False),
        Column(
            "valid_until",
            _l("有效期至"),
            _until,
            sort="until",
            number=True,
            file=lambda row: row.valid_until or row.validity,
        ),
        col.badge(_l("状态"), _badge),
    )
    file_columns = (
        col.text("number", _l("证书编号")),
        col.text("holder_name", _l("姓名")),
        col.text("unit_name", _l("聘用单位")),
        col.text("appointment", _l("聘任名义")),
        col.text("department_name", _l("审核部门")),
        col.day("issued_on", _l("发证日期")),
        col.day("valid_from", _l("有效期起")),
        columns[5],
        columns[6],
        col.day("ended_on", _l("终止日期")),
        col.text("end_reason", _l("终止原因")),
    )
    tabs = (
        Tab("valid", _l("有效"), valid),
        Tab("expiring", _l("即将到期"), expiring, sort="until"),
        Tab("expired", _l("已失效"), expired),
        Tab("ended", _l("已终止"), lambda: C.state.in_(ENDED)),
        Tab("all", _l("全部"), lambda: None),
    )
    filters = (
        InRegion("prefecture", _l("州市"), column=C.region_code, level=RegionLevel.PREFECTURE),
        InRegion("district", _l("区县"), column=C.region_code, level=RegionLevel.DISTRICT),
        coded_choice("validity", _l("有效期类型"), C.validity),
        Days("issued", _l("发证日期"), column=C.issued_on),
        Days("until", _l("有效期至"), column=C.valid_until),
        Choice(
            "mine",
            _l("审核部门"),
            conditions=(("yes", _l("本部门"), lambda: C.department_id == (actor().department_id or 0)),),
        ),
    )

    def selected(self) -> Rows:
        """A row."""
        statement: Rows = select(
            C.id,
            C.expert_id,
            C.number,
            C.holder_name,
            C.unit_name,
            C.appointment,
            C.issued_on,
            C.validity,
            C.valid_from,
            C.valid_until,
            C.ended_on,
            C.end_reason,
            C.state,
            C.department_id,
            m.Department.name.label("department_name"),
        ).join(m.Department, m.Department.id == C.department_id)
        return statement

    def row_actions(self, row: Any) -> list[Action]:
        """Its early end, for the department that approved."""
        reader = actor()
        own = row.department_id == reader.department_id and Role.REVIEWER in reader.roles
        over = row.valid_until is not None and row.valid_until < today()
        if not own or row.state is not CertificateState.VALID or over:
            return []
        url = row_link("certificates.terminate", row.id)
        return [Action(_("终止聘书"), url, danger=True)] if url else []
