"""An expert as officials see him: facts, certificates, rounds; full numbers, correction, Word (云南手册 3.3-3.6)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from console import models as m
from console.errors import DomainError, Invalid, NotFound, Stale
from console.forms.base import attach
from console.forms.certificate import RevealForm
from console.forms.correction import CorrectionForm
from console.permissions import Permission
from console.rules.completeness import Step, limit_of, step_of
from console.rules.deadlines import list_time
from console.services import (
    attachments,
    certificates,
    corrections,
    expert_sheet,
    experts,
    history,
    papers,
    reveals,
    review_sheet,
)
from console.services.cases import current_case
from console.services.reveals import Revealed
from console.services.review_choices import declared
from console.views.errors import STATUS
from console.views.guard import requires
from console.views.happenings import events
from console.views.portal_words import file_size
from console.views.request import actor, now, permissions, today
from console.vocabulary import AttachmentKind, CertificateState, RevealPurpose

bp = Blueprint("experts", __name__)

RECENT = 8
"""Entries of the history beside the facts; the whole stands on its own page."""


@bp.get("/experts/<int:expert_id>")
@requires(Permission.EXPERT_VIEW)
def detail(expert_id: int) -> str:
    """Everything the bureau keeps about one expert."""
    return _detail(experts.own(expert_id))


def _detail(expert: m.Expert, revealed: Revealed | None = None) -> str:
    happened = history.of_expert(expert.id)
    held = [(row, certificates.status(row, today())) for row in papers.of_expert(expert.id)]
    photo = attachments.photo_of(expert.id)
    return render_template(
        "bureau/expert.html",
        expert=expert,
        region=review_sheet.region_words(expert.region_code),
        tags=[review_sheet.short_specialty(row) for row in declared(expert.id)],
        photo=photo,
        sections=review_sheet.sections(expert, today()),
        revealed=revealed,
        papers=held,
        valid=sum(status is CertificateState.VALID for _row, status in held),
        rounds=history.rounds_of(expert.id),
        files=_files(expert.id),
        file_size=file_size,
        events=events(happened[:RECENT]),
        happened=len(happened),
        case=current_case(expert.id),
        corrects=corrections.may_correct(expert.id, actor()),
        resets=Permission.ACCOUNT_RESET in permissions() and expert.account_id is not None,
        purposes=RevealPurpose.choices(),
        list_time=list_time,
    )


def _files(expert_id: int) -> list[m.Attachment]:
    return [row for row in attachments.of_expert(expert_id) if row.kind is not AttachmentKind.PHOTO]


@bp.get("/experts/<int:expert_id>/history", endpoint="history")
@requires(Permission.EXPERT_VIEW)
def course(expert_id: int) -> str:
    """审核历史: who decided what when, every round, with what was changed before and after."""
    expert = experts.own(expert_id)
    happened = history.of_expert(expert_id)
    return render_template("bureau/expert_history.html", expert=expert, events=events(happened), happened=len(happened))


# --- full numbers ---------------------------------------------------------------------------------


@bp.get("/experts/<int:expert_id>/reveal")
@requires(Permission.EXPERT_REVEAL)
def reveal_page(expert_id: int) -> str:
    """The purpose is asked on a page of its own where there is no script."""
    return render_template("bureau/reveal_page.html", expert=experts.own(expert_id), form=RevealForm())


@bp.post("/experts/<int:expert_id>/reveal")
@requires(Permission.EXPERT_REVEAL)
def reveal(expert_id: int) -> str | Response | tuple[str | Response, int]:
    """Show the full numbers of one expert for a minute; JSON for the script, a page that covers itself without it."""
    form = RevealForm()
    purpose = form.purpose.data if isinstance(form.purpose.data, RevealPurpose) else None
    scripted = request.accept_mimetypes.best == "application/json"
    try:
        shown = reveals.reveal(expert_id, purpose, actor=actor(), now=now())
    except DomainError as error:
        if scripted:
            return jsonify(message=error.message), STATUS[error.kind]
        if not isinstance(error, Invalid):
            raise
        attach(form, error)
        return render_template("bureau/reveal_page.html", expert=experts.own(expert_id), form=form), 422
    if scripted:
        return jsonify(values=shown.values, seconds=shown.seconds)
    answer = Response(_detail(experts.own(expert_id), shown))
    answer.headers["Refresh"] = f"{shown.seconds}; url={url_for('experts.detail', expert_id=expert_id)}"
    return answer


# --- correction, Word, password -------------------------------------------------------------------


@bp.route("/experts/<int:expert_id>/correct", methods=["GET", "POST"])
@requires(Permission.EXPERT_CORRECT)
def correct(expert_id: int) -> str | Answer | tuple[str, int]:
    """更正资料: by the department that approved, on the expert's written request."""
    expert = experts.own(expert_id)
    if not corrections.may_correct(expert_id, actor()):
        raise NotFound()
    form = _correction(expert)
    if request.method == "GET":
        return _correct_page(expert, form)
    try:
        if not form.validate():
            return _correct_page(expert, form), 422
        changed = corrections.correct(
            expert_id,
            form.changes(),
            version=form.version,
            file_name=getattr(form.change_request.data, "filename", "") or "",
            content=getattr(form.change_request.data, "stream", b""),
            actor=actor(),
            now=now(),
        )
    except Stale:
        raise
    except DomainError as error:
        attach(form, error)
        return _correct_page(experts.own(expert_id), form), STATUS[error.kind]
    flash(_("已更正%(what)s，并短信通知本人", what="、".join(changed)), "success")
    return redirect(url_for("experts.detail", expert_id=expert_id))


def _correction(expert: m.Expert) -> CorrectionForm:
    facts = experts.facts_for_rules(expert) | {"id_number": "", "lock_version": expert.lock_version}
    form = CorrectionForm(data=facts)
    form.offer_regions(experts.regions(expert, today()))
    return form


def _correct_page(expert: m.Expert, form: CorrectionForm) -> str:
    return render_template(
        "bureau/correct.html",
        expert=expert,
        form=form,
        groups=[(step.label, _fields(form, step)) for step in Step if _fields(form, step)],
        limit_of=limit_of,
    )


def _fields(form: CorrectionForm, step: Step) -> list[object]:
    return [form[name] for name in form.names() if step_of(name) is step]


@bp.get("/experts/<int:expert_id>.docx")
@requires(Permission.EXPERT_EXPORT)
def export_word(expert_id: int) -> Response:
    """下载专家信息: one expert as Word, numbers masked, in the audit."""
    file = expert_sheet.basic_information(experts.own(expert_id), actor=actor(), now=now())
    return send_file(file.content, mimetype=file.media_type, as_attachment=True, download_name=file.name)


@bp.get("/experts/<int:expert_id>/password")
@requires(Permission.ACCOUNT_RESET)
def reset_password(expert_id: int) -> Answer:
    """重置密码 of the expert's account (云南手册 3.6)."""
    expert = experts.own(expert_id)
    if expert.account_id is None:
        raise NotFound()
    return redirect(url_for("accounts.reset", account_id=expert.account_id))
