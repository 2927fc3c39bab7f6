"""What stands round every page: menu, search, person, contact. Pure data; the context processor fills it.

Templates read it as ``shell``. Nothing here knows a request, a database or a permission: a menu entry that is given
is an entry the reader may open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from console.vocabulary import Family

POOL_NAME_LENGTH = 12
"""Characters of the pool's name shown beside the mark (UI.md section 3, Mark)."""

PHONE_ENTRIES = 5
"""Entries of the bar at the bottom of a phone (UI.md section 3, Phone bottom bar)."""


class Face(StrEnum):
    """Which of the three shells a page wears."""

    BUREAU = "bureau"
    EXPERT = "expert"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One word to click. ``post`` makes it a form with a token (logging out changes something)."""

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    urgent: bool = False
    active: bool = False
    post: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries of the side bar under one caption; the first group has none."""

    caption: str
    entries: tuple[MenuEntry, ...]


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the frame of a page prints.

    ``menu`` is the side bar (bureau); ``links`` are the words at the right of the header (expert, public);
    ``person_links`` open below the person's name; ``phone_menu`` is the bar at the bottom of a phone, at most five.
    ``session_seconds`` is how long the session still lasts, ``None`` when nobody is logged in;
    ``session_url`` is a GET address that prolongs it.
    """

    face: Face
    product: str = "聚贤"
    pool_name: str = ""
    home_url: str = "/"
    menu: tuple[MenuGroup, ...] = ()
    links: tuple[MenuEntry, ...] = ()
    person_links: tuple[MenuEntry, ...] = ()
    phone_menu: tuple[MenuEntry, ...] = ()
    scope_words: str = ""
    person: str = ""
    department: str = ""
    inbox_count: int | None = None
    inbox_url: str = ""
    search_url: str = ""
    search_words: str = ""
    help_url: str = ""
    support_phone: str = ""
    support_hours: str = ""
    support_qq: str = ""
    organiser: str = ""
    record_number: str = ""
    session_seconds: int | None = None
    session_url: str = ""

    def __post_init__(self) -> None:
        """Refuse a phone bar that would not fit under five thumbs."""
        if len(self.phone_menu) > PHONE_ENTRIES:
            raise ValueError(f"the phone bar holds {PHONE_ENTRIES} entries, not {len(self.phone_menu)}")

    @property
    def short_pool_name(self) -> str:
        """The pool's name as it fits beside the mark."""
        return self.pool_name[:POOL_NAME_LENGTH]

    @property
    def whose(self) -> str:
        """Person and department as the top bar prints them: 「李慧 · 危化监管处」."""
        return " · ".join(word for word in (self.person, self.department) if word)

    @property
    def session_warning(self) -> bool:
        """Whether the page has to watch the end of a session."""
        return self.session_seconds is not None and bool(self.session_url)


FAMILY_ICONS: dict[Family, str] = {
    Family.DRAFT: "pencil",
    Family.WAIT: "clock",
    Family.RUN: "half",
    Family.OK: "tick",
    Family.COND: "half",
    Family.NO: "cross",
    Family.EXP: "hourglass",
    Family.VOID: "barred",
    Family.LATE: "triangle",
}
"""The icon of each badge family; templates/macros/ui.html prints the same names (a test compares them)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline. ``when`` is already worded; ``changes`` are (label, before, now)."""

    title: str
    who: str = ""
    when: str = ""
    tone: str = "brand"
    icon: str = "tick"
    line: str = ""
    quote: str = ""
    link: tuple[str, str] | None = None
    changes: tuple[tuple[str, str, str], ...] = field(default=())
