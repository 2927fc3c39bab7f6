"""The one thing an expert does next, in words: the primary button of his workstation (UI.md principles 1 and 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from console import models as m
from console.errors import Fault
from console.vocabulary import ApplicationState


@dataclass(frozen=True, slots=True)
class NextStep:
    """What waits, said in a sentence, and the button that does it; without one the ball is with the bureau."""

    title: str
    line: str
    button: str = ""
    url: str = ""


def next_step(case: m.Application | None, faults: Sequence[Fault], papers: Sequence[m.Certificate]) -> NextStep:
    """What the expert does next; first what is missing, then declaring, then waiting, then his certificate."""
    state = case.state if case is not None else None
    if case is not None and state in _WITH_BUREAU:
        title, line = _WITH_BUREAU[state]
        return NextStep(str(title), str(line), _("查看进度"), url_for("portal.application", application_id=case.id))
    if state is ApplicationState.REJECTED:
        line = _("请按驳回理由修改资料后重新申报，即进入下一轮审核。")
        return NextStep(_("申报被驳回"), line, _("修改资料"), url_for("portal.information"))
    if faults:
        line = _("还缺 %(n)s 项，填全后即可申报。填写中自动保存，可分几次完成。", n=len(faults))
        return NextStep(_("完善基本信息"), line, _("继续填写"), url_for("portal.information"))
    if state is ApplicationState.FILED and papers:
        return NextStep(_("聘书已生成"), _("可查看、打印或下载聘书。"), _("查看聘书"), url_for("portal.certificates"))
    line = _("基本信息已填全。请选择审核业务部门，可同时申报多个部门。")
    return NextStep(_("可以申报了"), line, _("去申报"), url_for("portal.declare"))


_WITH_BUREAU = {
    ApplicationState.PENDING: (_l("等待部门审核"), _l("任一部门审核通过前，您可以修改资料或撤回申报。")),
    ApplicationState.PART: (_l("部分部门已审核"), _l("其余部门审核完毕后进入备案。")),
    ApplicationState.APPROVED: (_l("等待科信部门备案"), _l("备案后生成聘书，并以短信通知您。")),
}
