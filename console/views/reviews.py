"""审核 and 备案: one department's review and its verdict, filing one or several (云南手册 3.4, 3.7, 3.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console import models as m
from console.errors import Conflict, Fault, Invalid, NotFound, Stale
from console.forms.base import VersionedForm, attach
from console.forms.review import ReviewForm, whole
from console.permissions import Permission
from console.rules.eligibility import Verdict
from console.services import filing, history, review_choices, review_sheet, reviews
from console.services.conditions import review_verdicts
from console.services.outside import outside
from console.services.reviews import Outcome
from console.views.errors import STATUS
from console.views.guard import requires
from console.views.happenings import events
from console.views.portal_words import file_size
from console.views.request import actor, now, today
from console.vocabulary import ApplicationState, RevealPurpose, ReviewState

bp = Blueprint("reviews", __name__)


@bp.get("/reviews/<int:review_id>")
@requires(Permission.APPLICATION_VIEW)
def review(review_id: int) -> str:
    """The application as the department reads it; who does not decide it looks only."""
    row = review_sheet.seen(review_id)
    form = _form(row)
    form.lock_version.data = str(row.lock_version)
    form.seen_change.data = str(reviews.latest_change(row.expert_id))
    form.once.data = outside().entropy.token(16).hex()
    industry_id = review_choices.proposed_industry(row)
    specialty_id = review_choices.proposed_specialty(row.expert_id, industry_id)
    form.propose(industry_id, specialty_id, row.organisation_id, review_choices.proposed_term(today()))
    return _page(row, form, {})


@bp.post("/reviews/<int:review_id>")
@requires(Permission.APPLICATION_REVIEW)
def decide(review_id: int) -> Response | tuple[str, int]:
    """Record the verdict; a refusal comes back with everything typed."""
    row = review_sheet.seen(review_id)
    name, form, marks = row.expert.name, _form(row), _marks()
    try:
        if unreadable := form.unreadable():
            if not reviews.decides(row, actor()):
                raise NotFound()
            raise Invalid.of(unreadable)
        reviews.decide(
            review_id,
            form.decision(marks),
            version=form.version,
            seen_change=whole(form.seen_change.data) or 0,
            actor=actor(),
            now=now(),
            once=form.once.data or "",
        )
    except Invalid as error:
        attach(form, error)
        return _page(review_sheet.seen(review_id), form, marks), 422
    said = _("已通过") if form.outcome.data is Outcome.PASS else _("已驳回")
    flash(_("%(said)s，并短信通知%(name)s", said=said, name=name), "success")
    return redirect(url_for("reviews.review", review_id=review_id))


def _form(row: m.Review) -> ReviewForm:
    form = ReviewForm()
    form.offer(
        review_choices.industries(row),
        review_choices.specialties(row),
        review_choices.declared(row.expert_id),
        review_choices.appointing_bodies(row),
    )
    return form


def _marks() -> dict[str, str]:
    return {name: request.form.get(f"remark-{name}", "") for name in request.form.getlist("mark")}


def _page(row: m.Review, form: ReviewForm, marks: dict[str, str]) -> str:
    changed = review_sheet.changed_fields(row)
    open_ = row.state is ReviewState.PENDING
    before, after = review_sheet.neighbours(row, actor())
    return render_template(
        "bureau/review.html",
        review=row,
        form=form,
        marks=marks or {mark.field: mark.note for mark in row.marks},
        sections=review_sheet.sections(row.expert, today(), {change.field for change in changed}),
        files=review_sheet.files(row),
        file_size=file_size,
        changed=changed,
        former=review_sheet.former(row),
        beside=review_sheet.side_by_side(row),
        verdicts=review_verdicts(row, today()),
        days_left=review_sheet.days_left(row.due_on, today()) if open_ else None,
        decides=open_ and reviews.decides(row, actor()),
        files_it=row.state is ReviewState.PASSED and filing.files(row, actor()),
        own_case=reviews.is_own_case(row.expert, actor()),
        decided_by=review_sheet.decided_by(row),
        before=before,
        after=after,
        purposes=RevealPurpose.choices(),
    )


@bp.get("/reviews/<int:review_id>/history", endpoint="history")
@requires(Permission.APPLICATION_VIEW)
def course(review_id: int) -> str:
    """审核历史 of the application: who, which department, when, what, with which reason, each round."""
    row = review_sheet.seen(review_id)
    return render_template(
        "bureau/review_history.html", review=row, events=events(history.of_application(row.application_id))
    )


# --- filing ---------------------------------------------------------------------------------------

MOST_AT_ONCE = 100
"""Reviews filed by one press of the button: each is a transaction and a document of its own."""


@bp.get("/reviews/<int:review_id>/file")
@requires(Permission.APPLICATION_FILE)
def file_page(review_id: int) -> str | Response:
    """What the registrar looks at before he files: the verdict, the pre-check, the words of the certificate."""
    row = _filed_here(review_id)
    if row.state is not ReviewState.PASSED:
        return redirect(url_for("reviews.review", review_id=review_id))
    return _file_page(row)


def _filed_here(review_id: int) -> m.Review:
    row = review_sheet.seen(review_id)
    if not filing.files(row, actor()):
        raise NotFound()
    return row


def _file_page(row: m.Review, faults: Iterable[Fault] = ()) -> str:
    paper = filing.paper_of(row, today())
    return render_template(
        "bureau/file.html",
        review=row,
        checks=filing.checks(row, today()),
        sheet=paper.sheet(f"{paper.prefix}{today():%Y%m%d}…"),
        ready=row.application.state is ApplicationState.APPROVED,
        decided_by=review_sheet.decided_by(row),
        days_left=review_sheet.days_left(row.filing_due_on, today()) if row.filing_due_on else None,
        faults=tuple(faults),
        once=outside().entropy.token(16).hex(),
    )


@bp.post("/reviews/<int:review_id>/file")
@requires(Permission.APPLICATION_FILE)
def file(review_id: int) -> Response | tuple[str, int]:
    """备案: file and issue; a refusal of the pre-check comes back to the page."""
    row, form = review_sheet.seen(review_id), VersionedForm()
    try:
        paper = filing.file_one(
            row.id, version=form.version, actor=actor(), now=now(), once=request.form.get("once", "")
        )
    except Stale:
        raise
    except (Invalid, Conflict) as error:
        row = _filed_here(review_id)
        if row.state is not ReviewState.PASSED:
            raise
        return _file_page(row, error.faults), STATUS[error.kind]
    words = _("备案成功，聘书编号 %(no)s，已短信通知%(name)s", no=paper.number, name=paper.holder_name)
    flash(words, "success")
    return redirect(url_for("certificates.detail", certificate_id=paper.id))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the batch before it is filed: what the pre-check says, or why it cannot be filed at all."""

    review: m.Review
    checks: tuple[Verdict, ...] = ()
    obstacle: str = ""

    @property
    def ready(self) -> bool:
        """Whether filing it is going to succeed, as far as can be seen."""
        return not self.obstacle and all(check.ok for check in self.checks)


@bp.get("/filing/batch")
@requires(Permission.APPLICATION_FILE)
def file_many() -> str:
    """The pre-check of several reviews, side by side."""
    given = [*request.args.getlist("id"), *request.args.getlist("ids")]
    wanted = [whole(part) or 0 for text in given for part in text.split(",")]
    return render_template(
        "bureau/file_many.html",
        rows=[_row(review_id) for review_id in list(dict.fromkeys(wanted))[:MOST_AT_ONCE]],
        once=outside().entropy.token(16).hex(),
        done=None,
    )


def _row(review_id: int) -> Row:
    row = _filed_here(review_id)
    if row.state is not ReviewState.PASSED:
        return Row(row, obstacle=_("当前状态为“%(state)s”，无需备案", state=row.state.label))
    if row.application.state is not ApplicationState.APPROVED:
        return Row(row, obstacle=_("仍有部门未完成审核，暂不能备案"))
    return Row(row, tuple(filing.checks(row, today())))


@bp.post("/filing/batch")
@requires(Permission.APPLICATION_FILE)
def file_chosen() -> str:
    """File every ticked review; says how many were filed and why the others were not."""
    ids = [whole(text) for text in request.form.getlist("ids")]
    chosen = [(review_id, whole(request.form.get(f"version-{review_id}")) or 0) for review_id in ids if review_id]
    done = filing.file_many(chosen[:MOST_AT_ONCE], actor=actor(), now=now(), once=request.form.get("once", ""))
    return render_template("bureau/file_many.html", rows=[], once="", done=done)
