"""Finding scripts and filling them."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from plainspoken.content import variables
from plainspoken.content.models import Script
from plainspoken.kernel import language, remembered


class NoScript(Exception):
    """The firm has no script for a letter that the system writes: add one to the firm file."""


def usable(units: frozenset[UUID]) -> QuerySet[Script]:
    """The scripts that members of the units may use, those of the whole firm among them."""
    return Script.objects.filter(Q(unit__isnull=True) | Q(unit__in=units), retired_at__isnull=True).order_by(
        "scene", "code"
    )


def text_of(script: Script, spoken: str) -> str:
    return script.text_zh if spoken == language.CHINESE else script.text_en


def filled(scene: str, spoken: str, values: Mapping[str, str]) -> str:
    """The firm's script of a scene in a language, filled. Raises NoScript, ValueError when a variable is left."""
    script = _of_the_firm(scene)
    if script is None:
        raise NoScript(scene)
    text = variables.fill(text_of(script, spoken), values)
    if left := variables.names(text):
        raise ValueError(f"Script {script.code} asks for {left}, which a {scene} letter does not have.")
    return text


@remembered.once
def _of_the_firm(scene: str) -> Script | None:
    found = Script.objects.filter(scene=scene, unit__isnull=True, retired_at__isnull=True)
    return found.order_by("code").first()
