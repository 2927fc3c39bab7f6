"""专家端: workstation, declaration, the course of an application, certificates (云南手册 2.4-2.6)."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console import models as m
from console.errors import Conflict, DomainError, Stale
from console.forms.base import attach
from console.forms.declaration import DeclarationForm
from console.permissions import Permission
from console.rules import eligibility
from console.rules.certificate_text import validity_words
from console.rules.deadlines import list_time
from console.services import (
    applications,
    attachments,
    conditions,
    departments,
    expert_sheet,
    experts,
    history,
    messages,
    papers,
)
from console.services.cases import UNDER_REVIEW, certificates_of, open_case, someone_passed
from console.services.certificates import status
from console.services.figures import figure, work_calendar
from console.views import portal_information
from console.views.certificates import ZOOMS
from console.views.errors import STATUS
from console.views.guard import requires
from console.views.portal_next import next_step
from console.views.portal_words import case_steps, missing_rows, waiting
from console.views.request import actor, now, today
from console.views.shell import Event
from console.vocabulary import ApplicationState, ReviewState
from console.workflow.application import nobody_decided

bp = Blueprint("portal", __name__)
portal_information.install(bp)

Page = str | tuple[str, int] | Response
LATEST_MESSAGES = 5


def _own() -> m.Expert:
    return experts.own(actor().expert_id)


@bp.get("/my")
@requires(Permission.EXPERT_OWN)
def workstation() -> Page:
    """What waits, for whom, until when; the one thing to do next."""
    expert = _own()
    case = applications.current(expert.id)
    faults = experts.information_faults(expert, today())
    held = certificates_of(expert.id)
    return render_template(
        "expert/workstation.html",
        expert=expert,
        case=case,
        next=next_step(case, faults, held),
        missing=missing_rows(faults),
        papers=held,
        inbox=messages.inbox(actor().account_id or 0, LATEST_MESSAGES),
        photo=attachments.photo_of(expert.id),
        **_case_rows(case),
    )


def _case_rows(case: m.Application | None) -> dict[str, Any]:
    reviews = applications.round_reviews(case) if case is not None else []
    calendar = work_calendar(today())
    pending = [review for review in reviews if review.state is ReviewState.PENDING]
    passed = [review for review in reviews if review.state is ReviewState.PASSED]
    return {
        "steps": case_steps(case, reviews),
        "reviews": reviews,
        "pending": waiting(pending, "due_on", calendar, today()),
        "filing": waiting(passed, "filing_due_on", calendar, today()),
        "rejections": applications.rejections(case),
        "status": lambda paper: status(paper, today()),
        "when": lambda moment: list_time(moment, today()),
    }


# --- 专家信息申报 -----------------------------------------------------------------------------------------


@bp.route("/my/declare", methods=["GET", "POST"])
@requires(Permission.APPLICATION_OWN)
def declare() -> Page:
    """Choose departments, read the notice, submit (云南手册 2.5)."""
    expert = _own()
    case = open_case(expert.id)
    if case is not None and case.state in UNDER_REVIEW:
        return _already(case)
    form = DeclarationForm(data={"lock_version": expert.lock_version} if request.method == "GET" else {})
    bodies = departments.offers(expert, today())
    form.offer(bodies)
    if request.method == "GET":
        form.departments.data = _last_choice(case)
        return _declaration(expert, case, form, bodies)
    try:
        done = applications.submit(
            expert.id,
            form.chosen,
            version=form.version,
            confirmed=bool(form.confirmed.data),
            actor=actor(),
            now=now(),
            once=form.once.data or "",
        )
    except Stale as error:
        form.faults.extend(error.faults)
        form.lock_version.data = expert.lock_version
        return _declaration(expert, case, form, bodies), 409
    except Conflict:
        return _already(open_case(expert.id))
    except DomainError as error:
        attach(form, error)
        return _declaration(expert, case, form, bodies), STATUS[error.kind]
    flash(_("已申报，请等待审核结果"), "success")
    return redirect(url_for("portal.application", application_id=done))


def _already(case: m.Application | None) -> Response:
    flash(_("您已有办理中的申请"), "info")
    return redirect(url_for("portal.application", application_id=case.id) if case else url_for("portal.workstation"))


def _last_choice(case: m.Application | None) -> list[str]:
    """Going round again begins with the departments of the last round."""
    return [str(review.department_id) for review in applications.last_reviews(case)] if case is not None else []


def _declaration(expert: m.Expert, case: m.Application | None, form: DeclarationForm, bodies: Any) -> str:
    form.once.data = form.once.data or secrets.token_hex(16)
    faults = experts.information_faults(expert, today())
    judged = eligibility.verdicts(conditions.profile_on(today()), conditions.candidate_of(expert, today()), today())
    missing = {fault.message for fault in faults}
    return render_template(
        "expert/declare.html",
        expert=expert,
        case=case,
        form=form,
        bodies=bodies,
        picked=set(form.departments.data or ()),
        verdicts=[verdict for verdict in judged if verdict.rule != "complete"],
        configurable=eligibility.CONFIGURABLE,
        missing=missing_rows(faults),
        other_faults=[fault for fault in form.faults if fault.message not in missing],
        refused=bool(form.faults),
        page_errors=form.errors or form.faults,
        review_days=figure("review_working_days", today()),
        rejections=applications.rejections(case),
        sticky_actions=True,
    )


# --- the course of an application ------------------------------------------------------------------------


@bp.get("/my/applications/<int:application_id>")
@requires(Permission.APPLICATION_OWN)
def application(application_id: int) -> Page:
    """Where the case stands, who has it, until when, what was said."""
    case = applications.seen(application_id)
    rows = _case_rows(case)
    return render_template(
        "expert/application.html",
        case=case,
        expert=case.expert,
        events=[_event(happening) for happening in history.of_application(case.id)],
        may_withdraw=_may_withdraw(case),
        may_change=not someone_passed(case) and case.state is not ApplicationState.FILED,
        again=case.state in (ApplicationState.DRAFT, ApplicationState.REJECTED),
        papers=[paper for paper in certificates_of(case.expert_id) if paper.review.application_id == case.id],
        **rows,
    )


def _may_withdraw(case: m.Application) -> bool:
    return case.state is ApplicationState.PENDING and not nobody_decided(applications.application_facts(case))


def _event(happening: history.Happening) -> Event:
    # The applicant reads which department decided and why; the official's name stays in the bureau (MODEL.md 1.3).
    return Event(
        title=happening.title,
        who=happening.who if happening.who.startswith(history.SELF) else "",
        when=list_time(happening.at, today()),
        tone=happening.tone,
        icon=happening.icon,
        line=happening.line,
        quote=happening.quote,
        changes=happening.changes,
    )


@bp.route("/my/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.APPLICATION_OWN)
def withdraw(application_id: int) -> Page:
    """Ask once more, then take the application back (MODEL.md decision 10)."""
    case = applications.seen(application_id)
    if request.method == "GET":
        if not _may_withdraw(case):
            return redirect(url_for("portal.application", application_id=case.id))
        return render_template("expert/withdraw.html", case=case, reviews=applications.round_reviews(case))
    version = request.form.get("lock_version", "", type=str)
    applications.withdraw(
        case.id, version=int(version) if version.isascii() and version.isdigit() else -1, actor=actor(), now=now()
    )
    flash(_("已撤回申报"), "success")
    return redirect(url_for("portal.application", application_id=case.id))


# --- certificates and export -----------------------------------------------------------------------------


@bp.get("/my/certificates")
@requires(Permission.CERTIFICATE_OWN)
def certificates() -> Page:
    """查看聘书: what was issued; before the first filing 聘书尚未生成 (云南手册 2.6)."""
    expert = _own()
    case = applications.current(expert.id)
    return render_template(
        "expert/certificates.html", expert=expert, papers=certificates_of(expert.id), case=case, **_case_rows(case)
    )


@bp.get("/my/certificates/<int:certificate_id>", endpoint="certificate")
@requires(Permission.CERTIFICATE_OWN)
def certificate_page(certificate_id: int) -> Page:
    """One certificate: seen in the page, zoomed, printed, downloaded."""
    paper, zoom = papers.seen(certificate_id), request.args.get("zoom", type=int)
    return render_template(
        "expert/certificate.html",
        paper=paper,
        state=status(paper, today()),
        validity=validity_words(paper.valid_from, paper.valid_until),
        zoom=zoom if zoom in ZOOMS else None,
        zooms=ZOOMS,
    )


@bp.get("/my/information.docx")
@requires(Permission.EXPERT_OWN)
def export() -> Response:
    """导出基本信息 as Word."""
    sheet = expert_sheet.basic_information(_own(), actor=actor(), now=now(), full_numbers=True)
    return send_file(sheet.content, mimetype=sheet.media_type, as_attachment=True, download_name=sheet.name)
