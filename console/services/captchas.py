"""Challenges: drawn here, answered by a hand, used once (MODEL.md 2). The answer stays in the database.

A puzzle is checked when the piece is let go and used when the form arrives; a picture is checked with the form. Every
failure spends its challenge, so that the next try meets a new one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from console import models as m
from console.database import session
from console.errors import Fault, Invalid, TooMany
from console.ports import Picture, Puzzle
from console.rules.networks import network_of
from console.services.attempts import Limit, take
from console.services.outside import outside
from console.services.sessions import token_hash
from console.services.unit import unit
from console.vocabulary import CaptchaKind

TO_SOLVE = dt.timedelta(minutes=2)
TO_USE = dt.timedelta(minutes=5)
"""A puzzle may be solved first and the form filled after it."""
PER_NETWORK = Limit(600, dt.timedelta(hours=1))

_c = m.CaptchaChallenge
UNSOLVED = Fault("puzzle_unsolved", "请完成拼图验证", "captcha")
WRONG = Fault("captcha_wrong", "图形验证码错误", "captcha")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form sent along: which way, the challenge's token, and the typed characters of a picture."""

    kind: CaptchaKind
    token: str
    typed: str = ""


def new_puzzle(*, now: dt.datetime, ip: str) -> tuple[str, Puzzle]:
    """Draw a puzzle and return its token. TooMany when one network asks without end."""
    puzzle = outside().slider.new_puzzle(outside().entropy)
    return _keep(CaptchaKind.SLIDER, str(puzzle.answer_x), now, ip), puzzle


def new_picture(*, now: dt.datetime, ip: str) -> tuple[str, Picture]:
    """Draw four characters and return their token. TooMany when one network asks without end."""
    picture = outside().picture.new_picture(outside().entropy)
    return _keep(CaptchaKind.PICTURE, picture.answer, now, ip), picture


def solve_puzzle(token: str, x: float, track: Sequence[tuple[float, float]], *, now: dt.datetime) -> list[Fault]:
    """Check a drag; a puzzle can be tried once. No fault: the token may now be used."""
    with unit():
        answer = _spend(token, CaptchaKind.SLIDER, now, solved=False)
        faults = outside().slider.verify(int(answer), x, track) if answer is not None else [UNSOLVED]
        if not faults:
            session().execute(
                update(_c)
                .where(_c.token_hash == token_hash(token))
                .values(passed_at=now, used_at=None, expires_at=now + TO_USE)
                .execution_options(synchronize_session=False)
            )
    return faults


def demand(answer: Answer, *, now: dt.datetime) -> None:
    """Use up the challenge of a form, before anything else is looked at; Invalid when it was not solved."""
    with unit():
        if answer.kind is CaptchaKind.SLIDER:
            solved = _spend(answer.token, answer.kind, now, solved=True) is not None
            faults = [] if solved else [UNSOLVED]
        else:
            expected = _spend(answer.token, answer.kind, now, solved=False)
            faults = outside().picture.verify(expected, answer.typed) if expected is not None else [WRONG]
    if faults:
        raise Invalid.of(faults)


def _keep(kind: CaptchaKind, answer: str, now: dt.datetime, ip: str) -> str:
    token = outside().entropy.token(24).hex()
    with unit():
        turn = take(f"captcha:{network_of(ip)}", PER_NETWORK, now=now)
        if turn.granted:
            session().execute(
                insert(_c).values(
                    token_hash=token_hash(token), kind=kind, answer=answer, expires_at=now + TO_SOLVE, created_at=now
                )
            )
    if not turn.granted:
        raise TooMany("captcha_budget", "获取验证码过于频繁，请稍后再试", retry_after=3600)
    return token


def _spend(token: str, kind: CaptchaKind, now: dt.datetime, *, solved: bool) -> str | None:
    # One UPDATE decides: of two requests with the same token exactly one gets the answer.
    passed = _c.passed_at.is_not(None) if solved else _c.passed_at.is_(None)
    statement = (
        update(_c)
        .where(_c.token_hash == token_hash(token), _c.kind == kind, _c.used_at.is_(None), _c.expires_at > now, passed)
        .values(used_at=now)
        .returning(_c.answer)
        .execution_options(synchronize_session=False)
    )
    return session().scalar(statement)
