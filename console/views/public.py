"""Pages for everybody: entry, 证书验真, agreement, help."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from console.errors import Invalid, NotFound
from console.forms.base import attach
from console.forms.certificate import IssuedFileForm, VerifyForm
from console.rules.deadlines import beijing_time
from console.services import verification
from console.services.programmes import current_programme
from console.services.verification import Shown
from console.views.guard import public
from console.views.request import actor, now

bp = Blueprint("public", __name__)

HELP_PAGES = ("expert", "review", "filing", "certificate", "account")
"""Pages of the help, in the order of its list; each is a template."""


@bp.get("/welcome")
@public("the entry page says where to log in and lets anybody check a certificate")
def index() -> str:
    """Entry page: who logs in where, how an application goes, checking a certificate, whom to call."""
    return render_template("public/index.html", programme=current_programme(), form=VerifyForm())


# --- 证书验真 ---------------------------------------------------------------------------------------


@bp.get("/verify")
@public("whoever is shown a certificate may check it")
def verify() -> str:
    """The form: number and name, or number and code."""
    form = VerifyForm()
    form.number.data = request.args.get("number", "")
    return _page(form)


@bp.post("/verify")
@public("whoever is shown a certificate may check it")
def verify_typed() -> str | tuple[str, int]:
    """The answer to what was typed. Posted, because a name does not belong into an address."""
    form = VerifyForm()
    try:
        shown = verification.by_form(
            form.number.data or "", form.name.data or "", form.code.data or "", ip=actor().ip, now=now()
        )
    except Invalid as error:
        attach(form, error)
        return _page(form), 422
    return _answer(form, shown)


@bp.get("/verify/<number>/<code>")
@bp.get("/V/<number>/<code>")
@public("the address printed in the QR code of a certificate")
def verify_one(number: str, code: str) -> str | tuple[str, int]:
    """The certificate of a QR code."""
    form = VerifyForm()
    return _answer(form, verification.by_code(number, code, ip=actor().ip, now=now()))


@bp.post("/verify/<number>/<code>")
@public("whoever holds a file may ask whether it is the issued one")
def verify_file(number: str, code: str) -> str | tuple[str, int]:
    """Compare an uploaded file with the issued one, where the browser cannot do it itself; nothing is kept."""
    form, shown = VerifyForm(formdata=None), verification.by_code(number, code, ip=actor().ip, now=now())
    upload = IssuedFileForm()
    content = upload.file.data.read() if getattr(upload.file.data, "filename", "") else b""
    if shown is None:
        return _answer(form, None)
    if not content:
        upload.file.errors = [_("请选择聘书 PDF 文件")]
        return _page(form, shown, upload), 422
    return _page(form, shown, upload, same=verification.is_issued_file(shown, content))


def _answer(form: VerifyForm, shown: Shown | None) -> str | tuple[str, int]:
    if shown is None:
        return _page(form, unknown=verification.UNKNOWN), 404
    return _page(form, shown, IssuedFileForm(formdata=None))


def _page(
    form: VerifyForm,
    shown: Shown | None = None,
    upload: IssuedFileForm | None = None,
    *,
    same: bool | None = None,
    unknown: str = "",
) -> str:
    return render_template(
        "public/verify.html",
        programme=current_programme(),
        form=form,
        shown=shown,
        upload=upload,
        same=same,
        unknown=unknown,
        asked_at=f"{beijing_time(now()):%Y-%m-%d %H:%M}",
    )


# --- words ----------------------------------------------------------------------------------------


@bp.get("/agreement")
@public("it is read before registering")
def agreement() -> str:
    """用户注册协议."""
    return render_template("public/agreement.html", programme=current_programme())


@bp.get("/help")
@public("help is needed most by who cannot log in")
def help() -> str:
    """The list of help pages and the support contacts."""
    return render_template("public/help.html", programme=current_programme(), pages=_help_titles())


@bp.get("/help/<page>")
@public("help is needed most by who cannot log in")
def help_page(page: str) -> str:
    """One page of the help."""
    if page not in HELP_PAGES:
        raise NotFound()
    return render_template(f"public/help_{page}.html", programme=current_programme(), pages=_help_titles(), page=page)


def _help_titles() -> list[tuple[str, str, str]]:
    titles = {
        "expert": (_("专家：从注册到聘书"), _("注册、填写基本信息、申报、查看进度和聘书")),
        "review": (_("审核人员：审核申报"), _("待审核、标记、通过与驳回、更正资料、终止聘书")),
        "filing": (_("科信人员：备案"), _("备案前核对、单个和批量备案、聘书编号")),
        "certificate": (_("证书验真"), _("扫码、按编号查验、核对 PDF 文件")),
        "account": (_("账号与密码"), _("登录方式、找回密码、锁定与解锁")),
    }
    return [(page, *titles[page]) for page in HELP_PAGES]
