"""What enforces and what measures each duty: filled by the registries as slices are imported."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

Means = Literal["action", "deadline", "constraint", "measure"]


@dataclass(frozen=True, slots=True, order=True)
class Control:
    """One thing in the system that serves a duty; `ref` is its code, found by one search."""

    kind: Means
    ref: str


_controls: dict[str, set[Control]] = defaultdict(set)


def register(kind: Means, ref: str, duties: tuple[str, ...] | list[str]) -> None:
    for duty in duties:
        _controls[duty].add(Control(kind, ref))


def of(duty: str) -> list[Control]:
    """The controls that serve a duty such as `4.3.1f`, sorted."""
    return sorted(_controls[duty]) if duty in _controls else []


def duties() -> list[str]:
    """Every duty some control names."""
    return sorted(_controls)
