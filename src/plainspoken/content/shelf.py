"""The scripts as they stand on the shelf: by scene, found by words, each with its variables and its use."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from plainspoken.content import examples, queries, variables
from plainspoken.content.models import Script
from plainspoken.kernel.language import CHINESE, ENGLISH

KEYS = ("scene", "code", "id")


@dataclass(frozen=True, slots=True)
class Shelved:
    """`sent` when the system sends it by itself; `behind` the script that is sent in its place."""

    script: Script
    variables: list[str]
    sent: bool
    behind: str


def find(scene: str, words: str, *, retired: bool) -> QuerySet[Script]:
    rows = Script.objects.select_related("unit").filter(retired_at__isnull=not retired)
    if scene in Script.Scene.values:
        rows = rows.filter(scene=scene)
    for word in words.split():
        rows = rows.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(text_zh__icontains=word)
            | Q(text_en__icontains=word)
            | Q(code__icontains=word)
        )
    return rows


def told(rows: Sequence[Script]) -> list[Shelved]:
    """With what each is used for, in one query."""
    first = _first_of_scene()
    return [_told(row, first) for row in rows]


def _told(row: Script, first: dict[str, str]) -> Shelved:
    automatic = row.scene in examples.AUTOMATIC and row.retired_at is None
    sent = automatic and first.get(row.scene) == row.code
    behind = first.get(row.scene, "") if automatic and not sent else ""
    return Shelved(row, variables.names(row.text_zh), sent, behind)


def _first_of_scene() -> dict[str, str]:
    """The script each automatic letter is written with: the firm's first by code."""
    rows = Script.objects.filter(
        scene__in=examples.AUTOMATIC, unit__isnull=True, retired_at__isnull=True
    ).order_by("-code")
    return dict(rows.values_list("scene", "code"))


@dataclass(frozen=True, slots=True)
class Side:
    """A script in one language: as written, and filled with an example case."""

    language: str
    title: str
    text: str
    filled: str


def sides(script: Script) -> list[Side]:
    return [
        Side(
            language="zh-Hans" if spoken == CHINESE else "en",
            title=title,
            text=queries.text_of(script, spoken),
            filled=variables.fill(queries.text_of(script, spoken), examples.values(spoken)),
        )
        for spoken, title in ((CHINESE, script.title_zh), (ENGLISH, script.title_en))
    ]


def by_hand(script: Script) -> list[str]:
    """Variables that a person fills before sending."""
    if script.scene in examples.AUTOMATIC:
        return []
    return [name for name in variables.names(script.text_zh) if name not in examples.FILLED]
