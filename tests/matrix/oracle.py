"""Who gets which answer: written by thinking from MODEL.md 1.1-1.3, and taking nothing from the product.

People: V visitor, E expert, G government user, R reviewer (处长/股长), F registrar (科信), B bureau administrator,
S technical support, Y system, C security, A audit administrator, N official with an initial password.

Answers: ok (page or redirect inside), fault (400/422 at the form), login (sent to the login page), first (sent to the
change of the initial password), 403 (role), 404 (does not exist for him), 409 (state).
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.matrix.world import PEOPLE

INSIDE = {
    "province": {"wuhua", "panlong", "kunming", "qilin", "hongta"},
    "kunming": {"wuhua", "panlong", "kunming"},
    "wuhua": {"wuhua"},
    "qujing": {"qilin"},
    "": set(),
}
"""Places whose cases lie inside a scope (MODEL.md 1.2: the subtree of the node)."""

HANDLES = {
    "wuhua": "wh-yj-safety",
    "panlong": "pl-yj-safety",
    "kunming": "km-yj-hazchem",
    "qilin": "qj-yj-hazchem",
    "hongta": "yx-yj-hazchem",
}
"""The department that accepts a place's cases, beside 危化处 of the province (yn-yj-hazchem)."""

EVERYWHERE = ("wuhua", "panlong", "kunming", "qilin")
"""Own, sibling district, parent's, foreign prefecture, as seen from 五华区."""

TABLE = """
# endpoint               method  who         of what                                    rule        answer
# --- the outside ------------------------------------------------------------------------------------------------
health.live              GET     everybody   -                                          -           ok
health.ready             GET     everybody   -                                          -           503
home.index               GET     everybody   -                                          -           ok
public.index             GET     everybody   -                                          -           ok
public.agreement         GET     everybody   -                                          -           ok
public.help              GET     everybody   -                                          -           ok
public.help_page         GET     everybody   page                                       known       ok
public.verify            GET     everybody   -                                          -           ok
public.verify_typed      POST    everybody   -                                          -           fault
public.verify_one        GET     everybody   paper                                      known       ok
public.verify_file       POST    everybody   paper                                      known       fault
static                   GET     everybody   file                                       known       ok
admin.static             GET     everybody   file                                       known       ok
auth.login               GET     everybody   -                                          -           ok
auth.login               POST    everybody   -                                          -           fault
auth.sms_login           GET     everybody   -                                          -           ok
auth.sms_login           POST    everybody   -                                          -           fault
auth.forgot              GET     everybody   -                                          -           ok
auth.forgot              POST    everybody   -                                          -           fault
auth.register            GET     everybody   -                                          -           ok
auth.register            POST    everybody   -                                          -           fault
auth.registered          GET     everybody   -                                          -           login
auth.picture             GET     everybody   -                                          -           ok
auth.puzzle              GET     everybody   -                                          -           ok
auth.puzzle_check        POST    everybody   -                                          -           fault
auth.send_code           POST    everybody   -                                          -           fault
auth.locale              POST    everybody   -                                          -           ok
# --- everybody's own ----------------------------------------------------------------------------------------------
auth.logout              POST    EGRFBSYCAN  -                                          -           login
auth.change_password     GET     EGRFBSYCAN  -                                          -           ok
auth.change_password     POST    EGRFBSYCAN  -                                          -           fault
auth.sessions            GET     EGRFBSYCA   -                                          -           ok
auth.sessions            POST    EGRFBSYCA   -                                          -           ok
auth.inbox               GET     EGRFBSYCA   -                                          -           ok
auth.inbox               POST    EGRFBSYCA   -                                          -           ok
home.keep_alive          GET     EGRFBSYCAN  -                                          -           ok
home.tasks               GET     EGRFBSYCA   -                                          -           ok
home.tasks_export        GET     EGRFBSYCA   -                                          -           ok
admin.index              GET     EGRFBSYCA   -                                          -           ok
home.search              GET     GRF         -                                          -           ok
# --- the expert's own ---------------------------------------------------------------------------------------------
portal.workstation       GET     E           -                                          -           ok
portal.information       GET     E           -                                          -           ok
portal.information       POST    E           -                                          information ok
portal.autosave          POST    E           -                                          information ok
portal.add_specialty     POST    E           -                                          information ok
portal.upload            POST    E           -                                          -           fault
portal.remove_specialty  POST    E           none                                       own         404
portal.remove_attachment POST    E           attachment                                 own         ok
portal.declare           GET     E           -                                          -           ok
portal.declare           POST    E           -                                          declaration ok
portal.application       GET     E           application application_waiting            own         ok
portal.withdraw          GET     E           application application_waiting            own         ok
portal.withdraw          POST    E           application_waiting                        own         ok
portal.certificates      GET     E           -                                          -           ok
portal.certificate       GET     E           certificate                                own         ok
portal.export            GET     E           -                                          -           ok
# --- experts and cases --------------------------------------------------------------------------------------------
experts.detail           GET     GRF         expert waiting_expert                      case        ok
experts.history          GET     GRF         expert waiting_expert                      case        ok
experts.export_word      GET     GRF         expert                                     case        ok
experts.reveal_page      GET     GRF         expert                                     case        ok
experts.reveal           POST    GRF         expert                                     case        ok
experts.reset_password   GET     GRFBS       expert                                     case        ok
experts.correct          GET     R           expert waiting_expert                      approved    ok
experts.correct          POST    R           expert waiting_expert                      approved    fault
attachments.download     GET     EGRF        attachment                                 case        ok
reviews.review           GET     GRF         review_filed review_waiting review_passed  case        ok
reviews.history          GET     GRF         review_filed review_waiting                case        ok
reviews.decide           POST    GRF         review_waiting review_waiting_province     verdict     ok
reviews.file_page        GET     F           review_passed review_passed_province       body        ok
reviews.file             POST    F           review_passed review_passed_province       body        ok
reviews.file_many        GET     F           ids                                        batch       ok
reviews.file_chosen      POST    F           -                                          -           ok
certificates.detail      GET     GRF         certificate                                case        ok
certificates.pdf         GET     EGRF        certificate                                case        ok
certificates.terminate   GET     R           certificate                                department  ok
certificates.end         POST    R           certificate                                department  ok
# --- accounts -----------------------------------------------------------------------------------------------------
accounts.detail          GET     BSYC        expert_account official_account admin      account     ok
accounts.reset           GET     GRFBSY      expert_account official_account admin      above       ok
accounts.reset           POST    GRFBSY      expert_account official_account admin      above       ok
accounts.unlock          POST    GRFBSY      expert_account official_account admin      above       409
accounts.disable         POST    BY          expert_account official_account admin      above       ok
accounts.enable          POST    BY          expert_account official_account admin      above       409
accounts.create          GET     BY          -                                          -           ok
accounts.create          POST    BY          -                                          -           fault
accounts.grant           POST    C           official_account                           account     ok
accounts.revoke          POST    C           official_account                           account     ok
# --- generated lists ----------------------------------------------------------------------------------------------
expert.index_view        GET     GRF         -                                          list        ok
expert.export            GET     GRF         csv                                        known       ok
expert.action_view       POST    GRF         rows                                       rows        ok
review.index_view        GET     GRF         -                                          list        ok
review.export            GET     GRF         csv                                        known       ok
filing.index_view        GET     GRF         -                                          list        ok
filing.export            GET     GRF         csv                                        known       ok
filing.action_view       POST    F           rows                                       rows        ok
application.index_view   GET     GRF         -                                          list        ok
application.export       GET     GRF         csv                                        known       ok
certificate.index_view   GET     GRF         -                                          list        ok
certificate.export       GET     GRF         csv                                        known       ok
account.index_view       GET     BSYC        -                                          list        ok
role_grant.index_view    GET     C           -                                          list        ok
role_grant.create_view   GET     C           -                                          -           ok
role_grant.create_view   POST    C           -                                          -           ok
role_grant.delete_view   POST    C           role_grant                                 account     ok
role_grant.ajax_lookup   GET     C           lookup:account                             known       ok
outbox.index_view        GET     S           -                                          list        ok
outbox.details_view      GET     S           outbox                                     account     ok
audit.index_view         GET     A           -                                          list        ok
audit.details_view       GET     A           audit_entry                                audit       ok
audit.export             GET     A           csv                                        known       ok
organisation.index_view  GET     GRFB        -                                          list        ok
organisation.create_view GET     B           -                                          -           ok
organisation.create_view POST    B           -                                          -           ok
organisation.edit_view   GET     B           organisation                               reference   ok
organisation.edit_view   POST    B           organisation                               reference   ok
organisation.ajax_lookup GET     B           lookup:region                              known       ok
department.index_view    GET     GRFB        -                                          list        ok
department.create_view   GET     B           -                                          -           ok
department.create_view   POST    B           -                                          -           ok
department.edit_view     GET     B           department                                 reference   ok
department.edit_view     POST    B           department                                 reference   ok
department.ajax_lookup   GET     B           lookup:organisation                        known       ok
taxonomy.index_view      GET     GRFB        -                                          list        ok
taxonomy.export          GET     GRFB        csv                                        known       ok
taxonomy.create_view     GET     B           -                                          programme   ok
taxonomy.create_view     POST    B           -                                          programme   ok
taxonomy.edit_view       GET     B           taxonomy                                   programme   ok
taxonomy.edit_view       POST    B           taxonomy                                   programme   ok
taxonomy.delete_view     POST    B           taxonomy                                   programme   ok
taxonomy.retire_view     POST    B           taxonomy                                   programme   ok
taxonomy.ajax_lookup     GET     B           lookup:parent                              known       ok
region.index_view        GET     GRFBY       -                                          list        ok
region.create_view       GET     BY          -                                          programme   ok
region.create_view       POST    BY          -                                          programme   ok
region.edit_view         GET     BY          region                                     programme   ok
region.edit_view         POST    BY          region                                     programme   ok
parameter.index_view     GET     GRFBY       -                                          list        ok
parameter.export         GET     GRFBY       csv                                        known       ok
parameter.create_view    GET     BY          -                                          programme   ok
parameter.create_view    POST    BY          -                                          programme   ok
parameter.edit_view      GET     BY          parameter                                  programme   ok
parameter.edit_view      POST    BY          parameter                                  programme   ok
parameter.delete_view    POST    BY          parameter                                  programme   ok
calendar.index_view      GET     GRFBY       -                                          list        ok
calendar.create_view     GET     BY          -                                          programme   ok
calendar.create_view     POST    BY          -                                          programme   ok
calendar.edit_view       GET     BY          calendar                                   programme   ok
calendar.edit_view       POST    BY          calendar                                   programme   ok
message_template.index_view GET  BY          -                                          list        ok
message_template.edit_view  GET  BY          message_template                           programme   ok
message_template.edit_view  POST BY          message_template                           programme   ok
programme.index_view     GET     GRFBY       -                                          list        ok
programme.edit_view      GET     BY          programme                                  programme   ok
programme.edit_view      POST    BY          programme                                  programme   ok
"""

CLOSED = """
expert            create_view edit_view delete_view details_view ajax_lookup ajax_update
review            create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
filing            create_view edit_view delete_view details_view ajax_lookup ajax_update
application       create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
certificate       create_view edit_view delete_view details_view ajax_lookup ajax_update action_view
account           create_view edit_view delete_view details_view ajax_lookup ajax_update action_view export
role_grant        edit_view details_view ajax_update action_view export
outbox            create_view edit_view delete_view ajax_lookup ajax_update action_view export
audit             create_view edit_view delete_view ajax_lookup ajax_update action_view
organisation      delete_view details_view ajax_update action_view export
department        delete_view details_view ajax_update action_view export
taxonomy          details_view ajax_update action_view
region            delete_view details_view ajax_lookup ajax_update action_view export
parameter         details_view ajax_lookup ajax_update action_view
calendar          delete_view details_view ajax_lookup ajax_update action_view export
message_template  create_view delete_view details_view ajax_lookup ajax_update action_view export
programme         create_view delete_view details_view ajax_lookup ajax_update action_view export
"""
"""Pages Flask-Admin brings along that nobody may use: whatever the role, 403."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    who: str
    kinds: tuple[str, ...]
    rule: str
    answer: str

    @property
    def public(self) -> bool:
        """Whether a stranger may."""
        return self.who == "everybody"


def _rows() -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], Row] = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        endpoint, method, who, *kinds, rule, answer = line.split()
        found[endpoint, method] = Row(who, tuple(kind for kind in kinds if kind != "-"), rule, answer)
    return found


ROWS = _rows()
SHUT = frozenset(
    f"{view}.{method}"
    for view, *methods in (line.split() for line in CLOSED.strip().splitlines())
    for method in methods
)


def expected(endpoint: str, method: str, person: str, kind: str, place: str) -> str:
    """The answer a person gets; ``place`` is where the row is, or ``missing`` or ``rubbish``."""
    letter = PEOPLE[person][0]
    if endpoint in SHUT:
        return "403"
    row = ROWS[endpoint, method]
    if not row.public and letter == "V":
        return "login"
    if not row.public and letter == "N" and letter not in row.who:
        return "first"
    if not row.public and letter not in row.who:
        return "403"
    if row.rule == "known":
        return row.answer if place == "known" else "404"
    if kind and kind not in ("ids", "rows") and place in ("missing", "rubbish", "huge"):
        return "404"
    return RULES[row.rule](person, kind, place, row.answer)


# --- rules: what else is asked when the role is right ---------------------------------------------------------------


def _scope(person: str) -> set[str]:
    return INSIDE[PEOPLE[person][1]]


def _sees_case(person: str, place: str) -> bool:
    return PEOPLE[person][0] in "GRF" and place in _scope(person)


def _own(person: str, kind: str, place: str) -> bool:
    if PEOPLE[person][0] != "E":
        return False
    where, what = PEOPLE[person][2].split()
    return place == where and kind.endswith("_waiting") is (what == "pending")


def always(person: str, kind: str, place: str, answer: str) -> str:
    """Nothing else is asked."""
    return answer


def own(person: str, kind: str, place: str, answer: str) -> str:
    """Only what is one's own exists."""
    return answer if _own(person, kind, place) else "404"


def case(person: str, kind: str, place: str, answer: str) -> str:
    """Cases of the subtree; an expert: his own."""
    return answer if _sees_case(person, place) or _own(person, kind, place) else "404"


def verdict(person: str, kind: str, place: str, answer: str) -> str:
    """Decided by a reviewer of the department that was asked, nobody else (云南手册 3.7: 同机构下不同部门只能查看)."""
    letter, _scope_name, department = PEOPLE[person]
    if place not in _scope(person):
        return "404"
    if letter != "R":
        return "403"
    return answer if department == _asked(kind, place) else "404"


def _asked(kind: str, place: str) -> str:
    return "yn-yj-hazchem" if kind.endswith("_province") else HANDLES[place]


def department(person: str, kind: str, place: str, answer: str) -> str:
    """The department that approved, and only it (云南手册 3.9)."""
    return answer if place in _scope(person) and PEOPLE[person][2] == HANDLES[place] else "404"


def approved(person: str, kind: str, place: str, answer: str) -> str:
    """The same for changes of information, once it has approved somebody; a waiting case is not approved."""
    return "404" if kind == "waiting_expert" else department(person, kind, place, answer)


def body(person: str, kind: str, place: str, answer: str) -> str:
    """The registrar files for his own body (MODEL.md 1.3: 备案 A own body)."""
    own_body = PEOPLE[person][2].rsplit("-", 1)[0]
    return answer if place in _scope(person) and own_body == _asked(kind, place).rsplit("-", 1)[0] else "404"


def batch(person: str, kind: str, place: str, answer: str) -> str:
    """A batch page with somebody else's id in its address does not exist."""
    if place in ("missing", "rubbish", "huge"):
        return "404"
    return body(person, "review_passed", place, answer)


def rows(person: str, kind: str, place: str, answer: str) -> str:
    """Bulk acts: ids that do not exist for the actor are dropped before anything sees them; the list comes back."""
    return answer


def account(person: str, kind: str, place: str, answer: str) -> str:
    """Accounts of experts and officials in scope; administrators look after every kind, support not after them."""
    letter, scope, _department = PEOPLE[person]
    if kind == "admin":
        return answer if letter in "YC" and (scope == "province" or place == "kunming") else "404"
    return answer if place in _scope(person) else "404"


def above(person: str, kind: str, place: str, answer: str) -> str:
    """Resetting and managing: experts by officials, officials by their administrators, support and above; never up.

    Out of scope or of a kind one does not look after: it does not exist. Same level: refused (无权重置该账号的密码).
    """
    letter, scope, _department = PEOPLE[person]
    if kind == "official_account" and letter in "GRF":
        return "404"
    if account(person, kind, place, answer) != answer:
        return "404"
    if kind == "admin":
        return answer if scope == "province" and place == "kunming" else "403"
    return answer


def reference(person: str, kind: str, place: str, answer: str) -> str:
    """Bodies and departments of the own subtree."""
    return answer if place in _scope(person) else "404"


def programme(person: str, kind: str, place: str, answer: str) -> str:
    """What holds for the whole province is changed by the province."""
    return answer if PEOPLE[person][1] == "province" else "404"


def audit(person: str, kind: str, place: str, answer: str) -> str:
    """The audit of the own subtree."""
    return answer if place in _scope(person) else "404"


def information(person: str, kind: str, place: str, answer: str) -> str:
    """One's own information, until a department has passed; an empty form is refused, at the latest by its version."""
    return "409"


def declaration(person: str, kind: str, place: str, answer: str) -> str:
    """Who is under review is led to his case; the others' empty declaration is refused by its version."""
    return "ok" if PEOPLE[person][2].endswith("pending") else "409"


RULES = {
    "-": always,
    "list": always,
    "own": own,
    "case": case,
    "verdict": verdict,
    "department": department,
    "approved": approved,
    "body": body,
    "batch": batch,
    "rows": rows,
    "account": account,
    "above": above,
    "reference": reference,
    "programme": programme,
    "audit": audit,
    "information": information,
    "declaration": declaration,
}

# --- texts: whose words may stand in an answer ----------------------------------------------------------------------


def may_read(person: str, place: str, names: dict[str, str]) -> tuple[bool, tuple[str, ...]]:
    """Whether texts of a place's cases may appear, and else which names may (accounts are seen by their names)."""
    letter = PEOPLE[person][0]
    if letter == "E":
        return PEOPLE[person][2].split()[0] == place, ()
    if place not in _scope(person) or letter in "VN":
        return False, ()
    if letter in "GRFA":  # the audit keeps what was changed
        return True, ()
    return False, tuple(names.values())
