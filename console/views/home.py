"""The desk: 待办 of each kind of user, the search box, and the sign of life of an open page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from console import audit
from console.permissions import Permission
from console.rules.deadlines import beijing_today, list_time, working_days_between
from console.services import search as searching
from console.services import tasks as waiting
from console.services.figures import figure
from console.services.tasks import Kind, Task
from console.services.unit import unit
from console.views.columns_of import TONES, distance, short_day
from console.views.desk import tiles
from console.views.export import BOM, guarded, named
from console.views.filters import clean
from console.views.guard import public, requires
from console.views.links import link, row_link
from console.views.request import actor, limits, now, today
from console.views.shell import Event
from console.views.standing import standing
from console.vocabulary import AccountKind, AuditEvent, Role

bp = Blueprint("home", __name__)
SHOWN = 8
WORKING = waiting.LOOK_AFTER_ACCOUNTS | {Role.REVIEWER, Role.REGISTRAR, Role.SECURITY_ADMIN}
"""Roles with something of their own to do; the others look."""
WEEKDAYS = "一二三四五六日"


@bp.get("/")
@public("sends everybody to his own face")
def index() -> WerkzeugResponse:
    """Strangers to the entry page, experts to their workstation, everybody else to the task list."""
    reader = actor()
    if reader.account_id is None:
        return redirect(link("public.index") or link("auth.login"))
    if reader.kind is AccountKind.EXPERT:
        return redirect(link("portal.workstation") or url_for("home.tasks"))
    return redirect(url_for("home.tasks"))


class Line(NamedTuple):
    """One row of the task table."""

    task: Task
    url: str
    verb: str
    arrived: str
    due: str
    distance: str
    tone: str


@bp.get("/tasks")
@requires(Permission.SELF)
def tasks() -> str | WerkzeugResponse:
    """待办: numbers that lead to exactly their rows, the tasks by deadline, the course of the weeks."""
    reader = actor()
    if reader.kind is AccountKind.EXPERT:
        return redirect(url_for("home.index"))
    found = waiting.tasks(reader, now())
    kind = request.args.get("kind", "")
    shown = [task for task in found if not kind or task.kind == kind]
    everything = "all" in request.args
    return render_template(
        "home/tasks.html",
        day=f"{today().year}年{today().month}月{today().day}日 星期{WEEKDAYS[today().weekday()]}",
        summary=_summary(found),
        tiles=tiles(),
        tabs=_tabs(found, kind),
        lines=[_line(task) for task in (shown if everything else shown[:SHOWN])],
        total=len(shown),
        all_url="" if everything or len(shown) <= SHOWN else url_for(".tasks", all=1, kind=kind or None),
        works=bool(reader.roles & WORKING),
        chart=_chart() if reader.organisation_id is not None and reader.case_range[0] else None,
        events=_events() if reader.case_range[0] else None,
    )


@bp.get("/tasks.csv")
@requires(Permission.SELF)
def tasks_export() -> Response:
    """The task list as a file."""
    found = waiting.tasks(actor(), now())
    with unit() as current:
        audit.record(current, AuditEvent.EXPORT, at=now(), table="tasks", changes={"count": len(found)})
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_("事项"), _("说明"), _("环节"), _("到达"), _("期限"), _("距期限")])
    for line in map(_line, found):
        values = (line.task.name, line.task.line, line.task.state.label, line.arrived, line.due, line.distance)
        writer.writerow([guarded(value) for value in values])
    response = Response(BOM + buffer.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = named(_("待办_%(day)s.csv", day=f"{today():%Y%m%d}"))
    return response


@bp.get("/search")
@requires(Permission.EXPERT_VIEW)
def search() -> str | WerkzeugResponse:
    """People by fragments of their names, certificates and cases by number; a single hit opens at once."""
    word = clean(request.args.get("q", ""))
    found = searching.search(word)
    if found.count == 1 and (url := _only(found)):
        return redirect(url)
    return render_template("home/search.html", word=word, found=found)


@bp.get("/session")
@requires(Permission.SELF)
def keep_alive() -> Response:
    """Asking prolongs the session (its use is written down); the answer says for how long."""
    return jsonify(seconds=int(limits().idle.total_seconds()))


def _only(found: searching.Found) -> str:
    for row in found.experts:
        return row_link("experts.detail", row.id)
    for paper in found.certificates:
        return row_link("certificates.detail", paper.id)
    return row_link("experts.history", found.applications[0].expert_id)


# --- the table ------------------------------------------------------------------------------------

_PAGES = {
    Kind.REVIEW: "reviews.review",
    Kind.FILE: "reviews.file_page",
    Kind.ACCOUNT: "accounts.detail",
}


def _line(task: Task) -> Line:
    seen = standing(today()).look(task.due_on) if task.due_on else None
    arrived = task.arrived
    return Line(
        task,
        link("outbox.details_view", id=task.record_id)
        if task.kind is Kind.MESSAGE
        else row_link(_PAGES[task.kind], task.record_id),
        {Kind.REVIEW: _("审核"), Kind.FILE: _("备案")}.get(task.kind, _("查看")),
        short_day(beijing_today(arrived), today()) if arrived else "—",
        short_day(seen.due_on, today()) if seen else "—",
        distance(seen) if seen else "",
        TONES[seen.tone] if seen else "",
    )


def _summary(found: Sequence[Task]) -> str:
    dates = [task.due_on for task in found if task.due_on]
    if not dates:
        return ""
    late = sum(day < today() for day in dates)
    now_due = sum(day == today() for day in dates)
    next_due = sum(day > today() and standing(today()).look(day).left_working_days == 1 for day in dates)
    return _("超期 %(a)s 件，今日到期 %(b)s 件，下个工作日到期 %(c)s 件", a=late, b=now_due, c=next_due)


def _tabs(found: Sequence[Task], kind: str) -> list[tuple[str, int, str, bool]]:
    words = {Kind.REVIEW: _("审核"), Kind.FILE: _("备案"), Kind.ACCOUNT: _("账号"), Kind.MESSAGE: _("短信")}
    counted = {each: sum(task.kind is each for task in found) for each in Kind}
    used = [each for each in Kind if counted[each]]
    if len(used) < 2:
        return [(_("全部"), len(found), url_for(".tasks"), True)]
    tabs = [(words[each], counted[each], url_for(".tasks", kind=each.value), each == kind) for each in used]
    return [(_("全部"), len(found), url_for(".tasks"), not kind), *tabs]


# --- beside it ------------------------------------------------------------------------------------


def _chart() -> dict[str, Any]:
    weeks = waiting.decided_by_week(actor(), today())
    week = waiting.this_week(actor(), today())
    calendar = standing(today()).calendar
    spent = [working_days_between(calendar, beijing_today(start), beijing_today(end)) for start, end in week.decided]
    sentence = _("每周办结件数。本周办结 %(done)s 件，受理 %(new)s 件", done=weeks[-1][1], new=week.received)
    if spent:
        limit = figure("review_working_days", today())
        mean = f"{sum(spent) / len(spent):.1f}"
        sentence += _("；平均用时 %(days)s 工作日（限 %(limit)s）", days=mean, limit=limit)
    return {
        "labels": [f"{start:%m-%d}" for start, _number in weeks],
        "values": [number for _start, number in weeks],
        "sentence": sentence + "。",
    }


_LOOKS = {"submit": ("brand", "pencil"), "pass": ("ok", "tick"), "reject": ("bad", "cross"), "file": ("ok", "medal")}


def _events() -> list[Event]:
    found = []
    for step in waiting.recent(today()):
        tone, icon = _LOOKS.get(step.action, ("dark", "barred"))
        if step.workflow == "certificate":
            title = _("聘书 %(number)s 提前终止", number=step.number)
        elif step.action == "file" and step.number:
            title = _("聘书 %(number)s 已生成", number=step.number)
        else:
            title = _("%(name)s %(label)s", name=step.name or _("专家"), label=step.label)
        who = " · ".join(word for word in (step.name if step.number else "", step.department, step.actor) if word)
        found.append(Event(title, who=who, when=list_time(step.at, today()), tone=tone, icon=icon))
    return found
