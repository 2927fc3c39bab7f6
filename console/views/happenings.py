"""The course of a case as the timeline macro prints it: moments worded, links built."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from console.rules.deadlines import list_time
from console.services.history import Happening
from console.views.links import link
from console.views.request import today
from console.views.shell import Event


def events(happenings: Iterable[Happening]) -> list[Event]:
    """Entries of the timeline, newest first."""
    return [_event(happening) for happening in happenings]


def _event(happening: Happening) -> Event:
    basis = happening.basis_id
    return Event(
        title=happening.title,
        who=happening.who,
        when=list_time(happening.at, today()),
        tone=happening.tone,
        icon=happening.icon,
        line=happening.line,
        quote=happening.quote,
        link=(_("书面申请"), link("attachments.download", attachment_id=basis)) if basis else None,
        changes=happening.changes,
    )
