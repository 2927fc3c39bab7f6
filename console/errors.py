"""Errors a user can meet, as data: a code, a Chinese sentence and the field it belongs to.

Rules return ``Fault`` values (so that a page can print all of them); services raise ``DomainError`` when an
action cannot be done. ``console/views/errors.py`` turns them into field messages or 403/404/409/413/422/429 pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Kind(StrEnum):
    """What sort of refusal an error is; decides the HTTP status."""

    INVALID = "invalid"  # 422: something typed is wrong
    FORBIDDEN = "forbidden"  # 403: the role may not do this
    NOT_FOUND = "not_found"  # 404: not there, or not yours: the two look the same
    CONFLICT = "conflict"  # 409: the state of the record does not allow it, or somebody was faster
    TOO_LARGE = "too_large"  # 413
    TOO_MANY = "too_many"  # 429


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why something is not in order.

    ``code`` is stable and English (tests and statistics use it); ``message`` is the Chinese sentence for the page;
    ``field`` names the form field it belongs to, or is empty; ``clause`` cites the source when a rule has one.
    """

    code: str
    message: str
    field: str = ""
    clause: str = ""


class DomainError(Exception):
    """An action that cannot be done, with everything the page needs to say so."""

    kind = Kind.INVALID

    def __init__(self, code: str, message: str, field: str = "", *, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.faults: tuple[Fault, ...] = tuple(faults) or (Fault(code, message, field),)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Self:
        """Build the error from the faults of a rule; the first one gives code and message."""
        found = tuple(faults)
        return cls(found[0].code, found[0].message, found[0].field, faults=found)


class Invalid(DomainError):
    """Something typed or chosen is wrong; what was typed is kept on the page."""


class Forbidden(DomainError):
    """The role may not do this."""

    kind = Kind.FORBIDDEN


class NotFound(DomainError):
    """Not there or not visible to the actor; deliberately indistinguishable."""

    kind = Kind.NOT_FOUND

    def __init__(self, code: str = "not_found", message: str = "页面不存在或无权访问", field: str = "") -> None:
        super().__init__(code, message, field)


class Conflict(DomainError):
    """The state of the record does not allow the action."""

    kind = Kind.CONFLICT


class Stale(Conflict):
    """Somebody else changed the record first; ``changes`` lists what differs (label, before, now)."""

    def __init__(self, changes: Iterable[tuple[str, str, str]] = ()) -> None:
        super().__init__("stale", "该记录已被他人修改，请刷新后重试")
        self.changes = tuple(changes)


class TooLarge(DomainError):
    """The upload or request is larger than allowed."""

    kind = Kind.TOO_LARGE


class TooMany(DomainError):
    """A limit per time was reached; ``retry_after`` is in seconds."""

    kind = Kind.TOO_MANY

    def __init__(self, code: str, message: str, field: str = "", *, retry_after: int = 60) -> None:
        super().__init__(code, message, field)
        self.retry_after = retry_after


@dataclass(slots=True)
class Faults:
    """A collector used by services that check several things before they refuse all at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, faults: Iterable[Fault]) -> None:
        """Add the faults a rule returned."""
        self.found.extend(faults)

    def stop_if_any(self) -> None:
        """Raise ``Invalid`` carrying every fault collected, or do nothing."""
        if self.found:
            raise Invalid.of(self.found)
