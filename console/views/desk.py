"""The tiles of 待办: each number leads to exactly the rows it counts."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from console import models as m
from console.rules.deadlines import chinese_day
from console.services.tasks import desk_numbers
from console.views.links import link
from console.views.list_expert import in_pool
from console.views.request import actor, now, today
from console.views.standing import standing
from console.views.totals import totals
from console.vocabulary import PoolState, Role

MOST = 4


class Tile(NamedTuple):
    """One tile: the word, the number, its unit, a line of meaning with its tone, and where it leads."""

    word: str
    number: str
    unit: str
    line: str = ""
    tone: str = ""
    url: str = ""


def tiles() -> list[Tile]:
    """At most four tiles, those somebody must act on first."""
    reader = actor()
    known = desk_numbers(reader, today(), now(), standing(today()).expiring_days)
    found: list[Tile] = []
    if Role.REVIEWER in reader.roles:
        found += _reviewer(known)
    if Role.REGISTRAR in reader.roles:
        found += _registrar(known)
    if reader.case_range[0]:
        found += _pool(known)
    if Role.SUPPORT in reader.roles:
        found += _support(known)
    if "officials" in known:
        found += _accounts(known)
    if Role.AUDIT_ADMIN in reader.roles:
        found += _audit(known)
    return found[:MOST]


def _tile(word: str, number: Any, unit: str, url: str, line: str = "", tone: str = "") -> Tile:
    return Tile(word, number if isinstance(number, str) else f"{number or 0:,}", unit, line, tone, url)


def _reviewer(known: dict[str, Any]) -> list[Tile]:
    late, now_due = known["review_late"], known["review_today"]
    line = _("%(n)s 件已超期", n=late) if late else _("今日到期 %(n)s 件", n=now_due) if now_due else _("没有超期")
    tone = "bad" if late else "warn" if now_due else ""
    url = link("review.index_view", tab="mine", due="late" if late else None)
    whole = link("review.index_view", tab="mine")
    return [
        _tile(_("待审核"), known["review"], _("件"), whole if not late or known["review"] != late else url, line, tone),
        _tile(_("本单位其他部门"), known["beside"], _("件"), link("review.index_view", tab="body"), _("只能查看")),
    ]


def _registrar(known: dict[str, Any]) -> list[Tile]:
    late, first = known["filing_late"], known["filing_first"]
    line = _("最早 %(day)s到期", day=chinese_day(first, today())) if first else _("没有等待备案的申报")
    return [
        _tile(
            _("待备案"),
            known["filing"],
            _("件"),
            link("filing.index_view", tab="ready"),
            _("%(n)s 件已超期", n=late) if late else line,
            "bad" if late else "",
        ),
        _tile(
            _("等待其他部门"),
            known["filing_waits"],
            _("件"),
            link("filing.index_view", tab="waiting"),
            _("本部门已通过，他部门未审完"),
        ),
    ]


def _pool(known: dict[str, Any]) -> list[Tile]:
    days = standing(today()).expiring_days
    e = m.Expert
    states = {"reviewing": PoolState.REVIEWING, "approved": PoolState.APPROVED}
    wanted = {word: select(e.id).where(e.pool_state == state) for word, state in states.items()}
    people = totals({"in_pool": select(e.id).where(in_pool()), **wanted}, "desk")
    return [
        _tile(
            _("%(n)s 天内到期聘书", n=days),
            known["expiring"],
            _("张"),
            link("certificate.index_view", tab="expiring"),
            _("已发到期提醒 %(n)s 张", n=known["reminded"]),
        ),
        _tile(_("在库专家"), people["in_pool"].words, _("人"), link("expert.index_view", tab="in_pool"), _("聘书有效")),
        _tile(
            _("审核中"),
            people["reviewing"].words,
            _("人"),
            link("expert.index_view", tab="reviewing"),
            _("至少一个部门未审"),
        ),
        _tile(
            _("待备案专家"),
            people["approved"].words,
            _("人"),
            link("expert.index_view", tab="approved"),
            _("各部门已审完"),
        ),
    ]


def _support(known: dict[str, Any]) -> list[Tile]:
    dead = known["dead"]
    return [
        _tile(
            _("发送失败短信"),
            dead,
            _("条"),
            link("outbox.index_view", tab="dead"),
            _("请核对号码或通道") if dead else _("全部送达"),
            "bad" if dead else "",
        ),
        _tile(_("待发送短信"), known["queued"], _("条"), link("outbox.index_view", tab="queued"), _("含重试中")),
    ]


def _accounts(known: dict[str, Any]) -> list[Tile]:
    locked = known["locked"]
    found = [
        _tile(
            _("已锁定账号"),
            locked,
            _("个"),
            link("account.index_view", tab="locked"),
            _("可到账号页解锁") if locked else _("没有锁定的账号"),
            "warn" if locked else "",
        ),
        _tile(
            _("首次登录须改密"),
            known["must_change"],
            _("个"),
            link("account.index_view", tab="must_change"),
            _("尚未使用新密码登录"),
        ),
        _tile(_("政府用户"), known["officials"], _("个"), link("account.index_view", tab="official"), _("本辖区")),
    ]
    if Role.SECURITY_ADMIN in actor().roles:
        word, line = _("未授予角色"), _("账号已建，等待授权")
        found.insert(
            0, _tile(word, known["without_role"], _("个"), link("account.index_view", tab="without_role"), line)
        )
    if "coming" in known:
        word, line = _("将生效参数"), _("到期自动启用")
        found.append(_tile(word, known["coming"], _("项"), link("parameter.index_view", tab="coming"), line))
    return found


def _audit(known: dict[str, Any]) -> list[Tile]:
    day = today().isoformat()

    def of(tab: str, **more: str) -> str:
        return link("audit.index_view", tab=tab, at_from=day, at_to=day, **more)

    refused = known["audit_refused"]
    return [
        _tile(_("今日审计记录"), known["audit_today"], _("条"), of("all"), _("所有事件")),
        _tile(_("越权被拒"), refused, _("次"), of("refused"), _("今日"), "bad" if refused else ""),
        _tile(_("登录失败"), known["audit_failed"], _("次"), of("all", event="login_failed"), _("今日")),
        _tile(_("查看与导出"), known["audit_reads"], _("次"), of("reads"), _("今日")),
    ]
