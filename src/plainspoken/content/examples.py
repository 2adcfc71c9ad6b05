"""What variables stand for, shown with an example case; and which of them each automatic letter knows."""

from collections.abc import Mapping

from plainspoken.content.models import Script
from plainspoken.kernel.language import CHINESE

AUTOMATIC: Mapping[str, frozenset[str]] = {
    Script.Scene.ACKNOWLEDGEMENT: frozenset({"number", "until"}),
    Script.Scene.SURVEY: frozenset({"number"}),
    Script.Scene.SOLVED: frozenset({"link"}),
    Script.Scene.RATE: frozenset({"link"}),
}
"""Letters that the system writes by itself, with the variables it fills."""

FILLED = frozenset({"customer", "number", "agent", "date"})
"""What is filled in when a person inserts a script; others the person fills."""

_CHINESE = {
    "customer": "张伟",
    "number": "Q-2026-000123",
    "agent": "李敏",
    "date": "2026年3月3日",
    "until": "2026年3月3日 14:05",
    "link": "https://…/",
}
_ENGLISH = {
    "customer": "Zhang Wei",
    "number": "Q-2026-000123",
    "agent": "Li Min",
    "date": "3 March 2026",
    "until": "3 Mar 2026 14:05",
    "link": "https://…/",
}


def values(spoken: str) -> Mapping[str, str]:
    return _CHINESE if spoken == CHINESE else _ENGLISH


def unknown(scene: str, names: set[str]) -> set[str]:
    """Variables that an automatic letter would leave open; a person fills those of other scenes."""
    return names - AUTOMATIC[scene] if scene in AUTOMATIC else set()
