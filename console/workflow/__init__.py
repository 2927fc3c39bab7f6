"""Workflows declared once, as frozen data (ARCHITECTURE.md section 5): states, transitions, who, when, what follows.

Read by the engine (services/transitions.py), buttons, the permission matrix, exhaustive tests
and the diagrams in docs/workflows.md. The bureau edits texts and deadlines; it does not edit edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from console.errors import Fault
from console.vocabulary import Role, State

Guard = Callable[[Any], list[Fault]]
"""A guard gets the facts of the record (a frozen dataclass made by the service) and returns reasons, or nothing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One answer a transition needs; the form shows it, the engine refuses the action without it."""

    name: str
    label: str
    message: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge: its action, the button, from where, to where, who, on which conditions, with which effects."""

    action: str
    label: str
    sources: tuple[State, ...]
    target: State
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    asks: tuple[Ask, ...] = ()
    effects: tuple[str, ...] = ()
    confirm: str = ""
    clause: str = ""
    deadline: str = ""
    own_department: bool = False
    own_body: bool = False
    dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """All edges of one kind of record. The constructor refuses a declaration that cannot work."""

    code: str
    title: str
    states: type[State]
    initial: State
    finals: frozenset[State]
    transitions: tuple[Transition, ...]
    waits: dict[State, str] = field(default_factory=dict)
    """State -> who acts next, in words, for the page."""

    def __post_init__(self) -> None:
        """Refuse unknown and unreachable states, dead ends and edges out of final states."""
        known = set(self.states)
        used = {state for edge in self.transitions for state in (*edge.sources, edge.target)}
        if not used <= known or self.initial not in known:
            raise ValueError(f"{self.code}: unknown state {used - known}")
        if missing := known - self._reachable():
            raise ValueError(f"{self.code}: unreachable {missing}")
        leaving = {state for edge in self.transitions for state in edge.sources}
        if dead := known - leaving - self.finals:
            raise ValueError(f"{self.code}: dead end {dead}")
        if out := leaving & self.finals:
            raise ValueError(f"{self.code}: edge out of final {out}")

    def _reachable(self) -> set[State]:
        found, grew = {self.initial}, True
        while grew:
            fresh = {edge.target for edge in self.transitions if found & set(edge.sources)} - found
            found |= fresh
            grew = bool(fresh)
        return found

    def named(self, action: str) -> tuple[Transition, ...]:
        """The edges of an action in their order; KeyError when there is none."""
        edges = tuple(edge for edge in self.transitions if edge.action == action)
        if not edges:
            raise KeyError(f"{self.code}.{action}")
        return edges

    @property
    def actions(self) -> tuple[str, ...]:
        """Every action once, in order of declaration."""
        return tuple(dict.fromkeys(edge.action for edge in self.transitions))

    def offered(self, state: State, roles: Iterable[Role]) -> tuple[Transition, ...]:
        """Edges a page may offer in this state to somebody holding these roles (guards are asked on use)."""
        held = frozenset(roles)
        return tuple(edge for edge in self.transitions if state in edge.sources and edge.roles & held)
