"""Words and rows the expert's pages share: steps, what is missing, sizes of files, deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from console import models as m
from console.errors import Fault
from console.forms.expert import page_of
from console.rules.attachments import MEGABYTE
from console.rules.completeness import label_of
from console.rules.deadlines import WorkCalendar, beijing_time, deadline
from console.vocabulary import ApplicationState, ReviewState

STEPS = 3


def step_titles() -> list[str]:
    """The three steps of the basic information."""
    return [_("基本信息"), _("学历与履历"), _("专业与附件")]


def step_rows(faults: Sequence[Fault]) -> list[tuple[str, str, str, str]]:
    """(title, how complete, address, done or not) per step."""
    missing = [page_of(fault.field) for fault in faults]
    rows = []
    for number, title in enumerate(step_titles(), start=1):
        count = missing.count(number)
        line = _("还缺 %(n)s 项", n=count) if count else _("已填全")
        rows.append((title, line, url_for("portal.information", step=number), "next" if count else "done"))
    return rows


def missing_rows(faults: Sequence[Fault]) -> list[tuple[str, str, str]]:
    """(what, address, where) of everything that is missing or wrong, in page order."""
    rows = []
    for fault in sorted(faults, key=lambda fault: page_of(fault.field)):
        page = page_of(fault.field)
        plain = fault.code.endswith("_missing") and fault.field != "attachments"
        words = label_of(fault.field) if plain else fault.message
        address = url_for("portal.information", step=page, _anchor=fault.field)
        rows.append((words, address, _("第 %(n)s 步", n=page)))
    return rows


def ready_rows(faults: Sequence[Fault]) -> list[str]:
    """The steps that are complete."""
    wanting = {page_of(fault.field) for fault in faults}
    return [title for number, title in enumerate(step_titles(), start=1) if number not in wanting]


def file_size(size: int) -> str:
    """``2.4 MB``, ``310 KB``."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1024))} KB"


def clock_time(moment: dt.datetime) -> str:
    """``14:32`` on the Beijing clock."""
    return f"{beijing_time(moment):%H:%M}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A department the case waits for, and until when."""

    review: m.Review
    due_on: dt.date
    left: int


def waiting(reviews: Sequence[m.Review], due: str, calendar: WorkCalendar, today: dt.date) -> list[Waiting]:
    """Reviews with their term (``due`` names the column) and the working days left of it, nearest first."""
    found = [
        Waiting(review, day, deadline(day, today, calendar).left_working_days)
        for review in reviews
        if (day := getattr(review, due)) is not None
    ]
    return sorted(found, key=lambda row: row.due_on)


def case_steps(case: m.Application | None, reviews: Sequence[m.Review]) -> tuple[list[tuple[str, str]], int]:
    """The way from basic information to certificate: (title, line) per step, and the number of the present one."""
    decided = sum(review.decided_at is not None for review in reviews)
    filed = sum(review.filed_at is not None for review in reviews)
    passed = sum(review.filed_at is not None or review.state is ReviewState.PASSED for review in reviews)
    review_line = _("%(done)s / %(all)s 个部门", done=decided, all=len(reviews)) if reviews else ""
    rows = [
        (_("填写基本信息"), ""),
        (_("申报"), case.number or "" if case else ""),
        (_("部门审核"), review_line),
        (_("备案"), _("%(done)s / %(all)s 个部门", done=filed, all=passed) if passed else ""),
        (_("生成聘书"), ""),
    ]
    return rows, _PLACE[case.state] if case else 1


_PLACE = {
    ApplicationState.DRAFT: 2,
    ApplicationState.PENDING: 3,
    ApplicationState.PART: 3,
    ApplicationState.REJECTED: 2,
    ApplicationState.APPROVED: 4,
    ApplicationState.FILED: 6,
}
"""Which step of the way each state stands on; beyond the last one everything is done."""
