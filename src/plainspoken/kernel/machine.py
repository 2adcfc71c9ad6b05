"""State machines as tables of edges: the trigger, the buttons, the tests and the diagram come from one table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger

from plainspoken.kernel.errors import Text, WrongState


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: Text
    open: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A named way from any of `sources` to `target`; a target of None leaves the state as it is.

    `back_to`, in place of a target: the states it may return to; the action sets the one it came from.
    """

    name: str
    sources: tuple[str, ...]
    target: str | None
    back_to: tuple[str, ...] = ()

    def check(self, state: str) -> None:
        if state not in self.sources:
            raise WrongState(state, self.name)

    def leads_to(self, subject: Any) -> str | None:
        """Where a subject goes when its action is done."""
        if not self.back_to:
            return self.target
        assert subject.state in self.back_to, f"{self.name} does not lead back to {subject.state}"
        return str(subject.state)

    @property
    def targets(self) -> tuple[str, ...]:
        return self.back_to or ((self.target,) if self.target else ())


class Machine:
    """`MACHINE.close` is the edge of that name; the first state is where a new row begins."""

    def __init__(self, name: str, states: Iterable[State], edges: Iterable[Edge]) -> None:
        self.name = name
        self.states = {state.name: state for state in states}
        table = list(edges)
        self.edges = {edge.name: edge for edge in table}
        assert len(self.edges) == len(table), f"{name}: an edge stands there twice"
        self.initial = next(iter(self.states))
        for edge in self.edges.values():
            unknown = {*edge.sources, *edge.targets} - {*self.states}
            assert not unknown, f"{name}.{edge.name} names unknown states: {unknown}"

    def __getattr__(self, name: str) -> Edge:
        edges: dict[str, Edge] = self.__dict__["edges"]
        try:
            return edges[name]
        except KeyError:
            raise AttributeError(f"machine {self.__dict__.get('name')} has no edge {name}") from None

    def __iter__(self) -> Iterator[Edge]:
        return iter(self.edges.values())

    def label(self, state: str) -> Text:
        return self.states[state].label

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return [(state.name, state.label) for state in self.states.values()]

    @property
    def open_states(self) -> list[str]:
        return [state.name for state in self.states.values() if state.open]

    def leaving(self, state: str) -> list[Edge]:
        """The edges one may take from `state`."""
        return [edge for edge in self if state in edge.sources]

    @property
    def transitions(self) -> list[tuple[str, str]]:
        pairs = {(source, target) for edge in self for source in edge.sources for target in edge.targets}
        return sorted((source, target) for source, target in pairs if source != target)

    def triggers(self, field: str = "state", **only: str) -> list[pgtrigger.Trigger]:
        """PostgreSQL refuses any other transition, and any other beginning, of the rows that `only` names."""
        name = self.name.replace(".", "_")
        rows = {f"new__{column}": value for column, value in only.items()}
        return [
            pgtrigger.FSM(
                name=f"{name}_edges",
                field=field,
                transitions=self.transitions,
                condition=pgtrigger.Q(**rows) if rows else None,
            ),
            pgtrigger.Protect(
                name=f"{name}_begins",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(**{f"new__{field}": self.initial}) & pgtrigger.Q(**rows),
            ),
        ]
