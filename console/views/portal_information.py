"""基本信息 in three steps (云南手册 2.4; ui/06-wizard): saved step by step, drafted as typed, files and specialties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from console import models as m
from console.errors import DomainError, Fault, Stale
from console.forms.base import attach_faults
from console.forms.expert import PAGES, InformationForm, PersonForm, SpecialtyForm, fields_of
from console.permissions import Permission
from console.rules.completeness import REQUIRED_FIELDS, label_of, limit_of
from console.services import applications, attachments, experts, specialties
from console.services.cases import UNDER_REVIEW, open_case
from console.services.changes import shown
from console.views.errors import STATUS
from console.views.guard import requires
from console.views.portal_words import clock_time, file_size, missing_rows, ready_rows, step_rows, step_titles
from console.views.request import actor, now, today
from console.vocabulary import AttachmentKind

Page = str | tuple[str, int] | Response
LAST = len(PAGES)


@requires(Permission.EXPERT_OWN)
def information() -> Page:
    """Show a step, or take what was typed on it: 保存 demands the step complete, 暂存 only that it can be read."""
    expert, page = experts.own(actor().expert_id), _page()
    if request.method == "GET":
        locked = experts.lock_faults(expert)
        if locked or "all" in request.args:
            return _overview(expert, locked)
        return _shown(expert, page, _form(page, expert))
    form, saving = _form(page, expert), request.form.get("do", "next")
    demand = fields_of(page) & {*REQUIRED_FIELDS, "title"} if saving in ("next", "save") else frozenset()
    try:
        if page == LAST:
            _store_files(expert, form)
        if not form.validate():
            return _refused(expert, page, form, _other_faults(form, expert, demand), 422)
        saved = experts.save_information(
            expert.id, form.values(), version=form.version, actor=actor(), now=now(), demand=demand
        )
    except Stale:
        return _stale(expert, page, form)
    except DomainError as error:
        return _refused(expert, page, form, error.faults, STATUS[error.kind])
    flash(_saved_words(saved, expert), "success")
    return redirect(_after(page, saving))


def _page() -> int:
    step = request.args.get("step", "1")
    return int(step) if step in {str(number) for number in PAGES} else 1


def _after(page: int, saving: str) -> str:
    if saving == "next":
        return url_for("portal.declare") if page == LAST else url_for("portal.information", step=page + 1)
    if saving == "back":
        return url_for("portal.information", step=max(page - 1, 1))
    if saving == "exit":
        return url_for("portal.workstation")
    return url_for("portal.information", step=page)


def _saved_words(saved: experts.Saved, expert: m.Expert) -> str:
    case = open_case(expert.id)
    if saved.changed and case is not None and case.state in UNDER_REVIEW:
        return _("已保存，修改的 %(n)s 项已告知审核部门", n=len(saved.changed))
    return _("已保存")


def _form(page: int, expert: m.Expert) -> Any:
    # What is sent names the version it was read at; only a fresh page gets the present one.
    version = {"lock_version": expert.lock_version} if request.method == "GET" else {}
    form = PAGES[page](data=experts.facts_for_rules(expert) | version)
    if isinstance(form, PersonForm):
        form.offer_regions(experts.regions(expert, today()))
    if isinstance(form, SpecialtyForm):
        form.offer_specialties(specialties.catalogue(expert.programme_id, today()))
    return form


def _other_faults(form: InformationForm, expert: m.Expert, demand: frozenset[str]) -> list[Fault]:
    """What else is wrong when something typed cannot even be read, so that everything shows at once."""
    wrong = {field.name for field in form if field.errors}
    case = open_case(expert.id)
    return experts.check(expert, form.values(), today=today(), application=case, demand=demand - wrong)


# --- drafts ----------------------------------------------------------------------------------------------


@requires(Permission.EXPERT_OWN)
def autosave() -> Response | tuple[Response, int]:
    """Keep the changed fields of a step as typed; answers JSON. What is malformed is named and not kept."""
    expert, page = experts.own(actor().expert_id), _page()
    form, posted = _form(page, expert), set(request.form)
    form.validate()
    try:
        saved = experts.save_draft(expert.id, form.values(posted), version=form.version, actor=actor(), now=now())
    except DomainError as error:
        return jsonify(message=error.message), STATUS[error.kind]
    said: dict[str, Any] = {"saved_at": clock_time(now()), "lock_version": saved.version}
    wrong = [str(form[name].errors[0]) for name in form.names() if name in posted and form[name].errors]
    wrong += [fault.message for fault in saved.faults]
    if not wrong:
        return jsonify(said)
    return jsonify(said | {"message": _("%(fault)s，此项尚未保存", fault=wrong[0])}), 422


# --- specialties and files -------------------------------------------------------------------------------


@requires(Permission.EXPERT_OWN)
def add_specialty() -> Page:
    """Declare one more specialty; everything typed on the page stays."""

    def act(expert: m.Expert, form: SpecialtyForm) -> None:
        form.lock_version.data = specialties.add(expert.id, form.picked, version=form.version, actor=actor(), now=now())
        form.specialty.data = None

    return _beside(act, "specialties")


@requires(Permission.EXPERT_OWN)
def remove_specialty(node_id: int) -> Page:
    """Take a specialty back."""

    def act(expert: m.Expert, form: SpecialtyForm) -> None:
        form.lock_version.data = specialties.remove(expert.id, node_id, version=form.version, actor=actor(), now=now())

    return _beside(act, "specialties")


@requires(Permission.EXPERT_OWN)
def upload() -> Page:
    """Store the files chosen; everything typed on the page stays."""

    def act(expert: m.Expert, form: SpecialtyForm) -> None:
        if not _store_files(expert, form):
            kind = request.args.get("kind", "")
            words = AttachmentKind(kind).label if kind in set(AttachmentKind) else _("文件")
            form.faults.append(Fault("file_missing", _("请先选择%(what)s", what=words), kind or "attachments"))

    return _beside(act, "attachments")


@requires(Permission.EXPERT_OWN)
def remove_attachment(attachment_id: int) -> Page:
    """Take a file back."""

    def act(expert: m.Expert, form: SpecialtyForm) -> None:
        attachments.remove(expert.id, attachment_id, version=form.version, actor=actor(), now=now())
        form.lock_version.data = expert.lock_version

    return _beside(act, "attachments")


def _beside(act: Callable[[m.Expert, SpecialtyForm], None], anchor: str) -> Page:
    """Something beside the typed fields of step 3: done at once; what is typed but not saved stays on the page."""
    expert = experts.own(actor().expert_id)
    form: SpecialtyForm = _form(LAST, expert)
    try:
        act(expert, form)
    except Stale:
        return _stale(expert, LAST, form)
    except DomainError as error:
        return _refused(expert, LAST, form, error.faults, STATUS[error.kind])
    if form.faults:
        return _shown(expert, LAST, form), 422
    stored = experts.facts_for_rules(expert)
    if not form.validate() or experts.normalised(form.values()) != {name: stored[name] for name in form.names()}:
        return _shown(expert, LAST, form)
    return redirect(url_for("portal.information", step=LAST, _anchor=anchor))


def _store_files(expert: m.Expert, form: InformationForm) -> int:
    """Store every file sent along and keep the form's version in step; the refusal of one keeps those before it."""
    sent = [
        (kind, file) for kind in attachments.OWN_KINDS for file in request.files.getlist(kind.value) if file.filename
    ]
    for kind, file in sent:
        content = cast(BinaryIO, file.stream)
        attachments.upload(
            expert.id, kind, file.filename or "", content, version=form.version, actor=actor(), now=now()
        )
        form.lock_version.data = expert.lock_version
    return len(sent)


# --- the page --------------------------------------------------------------------------------------------


def _refused(expert: m.Expert, page: int, form: Any, faults: Any, status: int) -> tuple[str, int]:
    """The page again with everything typed, each reason at its field."""
    form.faults = []
    attach_faults(form, faults)
    return _shown(expert, page, form), status


def _stale(expert: m.Expert, page: int, form: Any) -> tuple[str, int]:
    """Somebody saved meanwhile (another window, the department): show what differs, keep what was typed."""
    stored, typed = experts.facts_for_rules(expert), experts.normalised(form.values())
    differences = [
        (label_of(name), shown(name, stored[name]), shown(name, typed[name]))
        for name in form.names()
        if name in typed and (stored[name] or None) != (typed[name] or None)
    ]
    form.lock_version.data = expert.lock_version
    return _shown(expert, page, form, stale=Stale().message, differences=differences), 409


def _shown(expert: m.Expert, page: int, form: Any, **extra: Any) -> str:
    faults = experts.information_faults(expert, today())
    case = open_case(expert.id)
    reviewing = case is not None and case.state in UNDER_REVIEW
    return render_template(
        f"expert/step{page}.html",
        expert=expert,
        form=form,
        page=page,
        last=LAST,
        steps=step_rows(faults),
        missing=missing_rows(faults),
        ready=ready_rows(faults),
        reviewing=reviewing,
        rejections=applications.rejections(case),
        marks=applications.marks(case),
        fixed=experts.fixed_fields(expert, today()),
        limit_of=limit_of,
        page_errors=form.errors or form.faults,
        autosave=None if reviewing else url_for("portal.autosave", step=page),
        saved_at=clock_time(expert.updated_at) if expert.updated_at else None,
        sticky_actions=True,
        **_files(expert, form) if page == LAST else {},
        **extra,
    )


def _files(expert: m.Expert, form: Any) -> dict[str, Any]:
    rules = attachments.rules(today())
    errors: dict[str, list[str]] = {}
    for fault in form.faults:
        errors.setdefault(fault.field, []).append(fault.message)
    return {
        "chosen": specialties.chosen(expert.id),
        "industries": specialties.catalogue(expert.programme_id, today()),
        "kinds": attachments.OWN_KINDS,
        "rules": rules,
        "files": attachments.of_expert(expert.id),
        "file_size": file_size,
        "errors": errors,
    }


def _overview(expert: m.Expert, locked: list[Fault]) -> str:
    """Everything on one page, to read and print; the only view once a department has passed."""
    return render_template(
        "expert/overview.html",
        expert=expert,
        locked=locked,
        titles=step_titles(),
        chosen=specialties.chosen(expert.id),
        files=attachments.of_expert(expert.id),
        photo=attachments.photo_of(expert.id),
        file_size=file_size,
        missing=missing_rows(experts.information_faults(expert, today())),
        label_of=label_of,
    )


def install(bp: Blueprint) -> None:
    """Register these pages on the portal's blueprint."""
    bp.add_url_rule("/my/information", "information", information, methods=["GET", "POST"])
    bp.add_url_rule("/my/information/draft", "autosave", autosave, methods=["POST"])
    bp.add_url_rule("/my/information/specialties", "add_specialty", add_specialty, methods=["POST"])
    bp.add_url_rule(
        "/my/information/specialties/<int:node_id>/remove", "remove_specialty", remove_specialty, methods=["POST"]
    )
    bp.add_url_rule("/my/information/attachments", "upload", upload, methods=["POST"])
    bp.add_url_rule(
        "/my/information/attachments/<int:attachment_id>/remove",
        "remove_attachment",
        remove_attachment,
        methods=["POST"],
    )
