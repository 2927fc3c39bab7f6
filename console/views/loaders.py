"""Relations looked up while typing: scoped, capped, by plain fragments (a ``%`` is a sign like any other)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_admin.contrib.sqla.ajax import QueryAjaxModelLoader
from sqlalchemy import or_, select

from console.database import session
from console.views.paging import typed

MOST = 50


class ScopedLoader(QueryAjaxModelLoader):
    """Finds rows the actor can see; ``conditions`` (asked per request) narrow them further."""

    def __init__(self, name: str, db: Any, model: Any, **options: Any) -> None:
        self.conditions = options.pop("conditions", tuple)
        self.words = options.pop("words", str)
        options.setdefault("placeholder", "输入名称或代码查找")
        super().__init__(name, db, model, **options)

    def format(self, model: Any) -> tuple[Any, str] | None:
        """Key and words of a row."""
        return (getattr(model, self.pk), self.words(model)) if model is not None else None

    def get_one(self, pk: Any) -> Any:
        """The row, if the actor can see it and the conditions hold."""
        key = getattr(self.model, self.pk)
        try:
            wanted = typed(str(pk), key)
        except ValueError:
            return None
        statement = select(self.model).where(key == wanted, *self.conditions())
        with session().no_autoflush:
            return session().scalars(statement).one_or_none()

    def get_list(self, term: str | None, offset: int | None = 0, limit: int = 10) -> Sequence[Any]:
        """Rows holding the fragment, at most 50."""
        word = (term or "").replace("\0", "").strip()[:40]
        found = or_(*(field.contains(word, autoescape=True) for field in self._cached_fields))
        skipped = max(0, min(offset or 0, 10_000))
        statement = select(self.model).where(found, *self.conditions()).order_by(getattr(self.model, self.pk))
        return session().scalars(statement.offset(skipped).limit(max(1, min(limit, MOST)))).all()
