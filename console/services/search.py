"""The search box of the top bar: people by fragments of their names, certificates and cases by their numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select

from console import models as m
from console.database import session

MOST = 20
GRAM = 4
_NUMBER = re.compile(r"[A-Za-z]{1,6}[0-9-]{6,24}")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, inside the actor's scope."""

    experts: tuple[m.Expert, ...] = ()
    certificates: tuple[m.Certificate, ...] = ()
    applications: tuple[m.Application, ...] = ()
    more: bool = False

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.experts) + len(self.certificates) + len(self.applications)


def search(word: str) -> Found:
    """Look for a number when it looks like one, else for a fragment of a name; nothing for a blank."""
    word = word.strip()
    if not word:
        return Found()
    if _NUMBER.fullmatch(word):
        return _numbered(word.upper())
    return _named(word.lower())


def _numbered(word: str) -> Found:
    papers = session().scalars(select(m.Certificate).where(m.Certificate.number == word).limit(MOST))
    cases = session().scalars(select(m.Application).where(m.Application.number == word).limit(MOST))
    return Found(certificates=tuple(papers), applications=tuple(cases))


def _named(word: str) -> Found:
    g, e = m.ExpertGram, m.Expert
    statement = select(e).join(g, g.expert_id == e.id).where(g.gram == word[:GRAM])
    if len(word) > GRAM:
        statement = statement.where(func.strpos(func.lower(e.name), word) > 0)
    rows = list(session().scalars(statement.order_by(g.created_at.desc(), g.expert_id.desc()).limit(MOST + 1)))
    return Found(experts=tuple(rows[:MOST]), more=len(rows) > MOST)
