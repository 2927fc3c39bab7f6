"""查看聘书, the issued file, and early termination (云南手册 2.6, 3.5, 3.9)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from console import models as m
from console.errors import Invalid, NotFound
from console.forms.base import attach
from console.forms.certificate import TerminationForm
from console.permissions import Permission
from console.rules.certificate_text import validity_words
from console.services import certificates, history, papers
from console.services.outside import outside
from console.views.guard import requires
from console.views.happenings import events
from console.views.request import actor, now, today
from console.vocabulary import CertificateState

bp = Blueprint("certificates", __name__)

FRAMED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""The policy of the PDF itself: shown inside a page of ours, and nowhere else; the reader's viewer needs no more."""

ZOOMS = (75, 100, 150)


@bp.get("/certificates/<int:certificate_id>")
@requires(Permission.CERTIFICATE_VIEW)
def detail(certificate_id: int) -> str:
    """The certificate with its file to look at, enlarge, print and take away."""
    return _page(papers.seen(certificate_id), _form())


def _form() -> TerminationForm:
    form = TerminationForm()
    form.once.data = outside().entropy.token(16).hex()
    return form


def _page(row: m.Certificate, form: TerminationForm, template: str = "bureau/certificate.html") -> str:
    status = certificates.status(row, today())
    zoom = request.args.get("zoom", type=int)
    return render_template(
        template,
        certificate=row,
        status=status,
        sentence=_sentence(row, status),
        validity=validity_words(row.valid_from, row.valid_until),
        ends=status is CertificateState.VALID and papers.ends(row, actor()),
        form=form,
        zoom=zoom if zoom in ZOOMS else None,
        zooms=ZOOMS,
        events=events(history.of_certificate(row)),
    )


def _sentence(row: m.Certificate, status: CertificateState) -> str:
    if status is CertificateState.TERMINATED:
        return _("自 %(day)s 起终止，不得使用", day=row.ended_on)
    if status is CertificateState.EXPIRED:
        return _("有效期至 %(day)s，已失效", day=row.valid_until)
    if status is CertificateState.REVOKED:
        return _("自 %(day)s 起撤销，不得使用", day=row.ended_on)
    return ""


@bp.get("/certificates/<int:certificate_id>.pdf")
@requires(Permission.CERTIFICATE_VIEW, Permission.CERTIFICATE_OWN)
def pdf(certificate_id: int) -> Response:
    """The issued bytes, never rendered again; ``?download=1`` saves instead of showing."""
    found = papers.issued_file(certificate_id, certificates.status(papers.seen(certificate_id), today()))
    response = Response(found.content, mimetype="application/pdf")
    kind = "attachment" if request.args.get("download") else "inline"
    response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.set_etag(found.sha256)
    return response


@bp.get("/certificates/<int:certificate_id>/terminate")
@requires(Permission.CERTIFICATE_TERMINATE)
def terminate(certificate_id: int) -> str:
    """The page of the dialog, for who has no script."""
    row = papers.seen(certificate_id)
    if not papers.ends(row, actor()):
        raise NotFound()
    form = _form()
    form.lock_version.data = str(row.lock_version)
    return _page(row, form, "bureau/terminate.html")


@bp.post("/certificates/<int:certificate_id>/terminate")
@requires(Permission.CERTIFICATE_TERMINATE)
def end(certificate_id: int) -> Redirect | tuple[str, int]:
    """终止: ends today, with a reason."""
    form = TerminationForm()
    number = papers.seen(certificate_id).number
    try:
        certificates.terminate(
            certificate_id,
            form.end_reason.data or "",
            version=form.version,
            actor=actor(),
            now=now(),
            once=form.once.data or "",
        )
    except Invalid as error:
        attach(form, error)
        return _page(papers.seen(certificate_id), form, "bureau/terminate.html"), 422
    flash(_("已终止聘书 %(no)s，并短信通知本人", no=number), "success")
    return redirect(url_for("certificates.detail", certificate_id=certificate_id))
