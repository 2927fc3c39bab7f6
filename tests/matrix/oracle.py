"""Who gets which answer: written by thinking from MODEL.md 1.1-1.3, and taking nothing from the product.

People: V visitor, E expert, G government user, R reviewer (处长/股长), F registrar (科信), B bureau administrator,
S technical support, Y system, C security, A audit administrator, N official with an initial password.

Answers: ok (page or redirect inside), fault (400/422 at the form), login (sent to the login page), first (sent to the
change of the initial password), 403 (role), 404 (does not exist for him), 409 (state).
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.matrix.table import CLOSED, TABLE
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
    return answer if place in _scope(person) and PEOPLE[person][2] == _asked(kind, place) else "404"


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
