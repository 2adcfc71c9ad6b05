"""The kinds of tasks and of strokes of the bell: what each says to the person who has it."""

from dataclasses import dataclass

from plainspoken.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    label: Text


tasks: dict[str, Kind] = {}
notices: dict[str, Kind] = {}


def task(code: str, label: Text) -> Kind:
    """Register a kind of task; the label says what is to be done."""
    assert code not in tasks, f"two kinds of task are called {code}"
    tasks[code] = Kind(code, label)
    return tasks[code]


def notice(code: str, label: Text) -> Kind:
    """Register a kind of notice; the label says what happened."""
    assert code not in notices, f"two kinds of notice are called {code}"
    notices[code] = Kind(code, label)
    return notices[code]
