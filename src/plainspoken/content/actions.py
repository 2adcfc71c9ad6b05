"""What may be done with scripts."""

from django.utils.translation import gettext_lazy as _

from plainspoken.content import examples, variables
from plainspoken.content.models import Script
from plainspoken.kernel import clock
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Firm, Unit


@action("content.script.put", _("Set up a script"), creates=True, duties=["4.2.1a"], unrecorded=["shown"])
def put(
    firm: Firm,
    *,
    by: Actor,
    code: str,
    scene: str,
    title_zh: str,
    title_en: str,
    text_zh: str,
    text_en: str,
    unit: Unit | None = None,
    shown: str | None = None,
) -> Script:
    """A script in both languages with the same variables; putting the same code again changes the rest."""
    if set(variables.names(text_zh)) != set(variables.names(text_en)):
        raise Refused("variables_differ", _("Both languages of a script need the same variables."))
    _check_known(scene, text_zh)
    rows.check_shown(Script, shown, code=code)
    columns = {
        "scene": scene,
        "title_zh": title_zh,
        "title_en": title_en,
        "text_zh": text_zh,
        "text_en": text_en,
        "unit": unit,
        "retired_at": None,
    }
    script, made = Script.objects.update_or_create(
        code=code, defaults=columns, create_defaults={"id": uuid7(), **columns}
    )
    record(script=script, made=made)
    return script


def _check_known(scene: str, text: str) -> None:
    """A letter that the system writes by itself has nobody who would fill in what it does not know."""
    unknown = examples.unknown(scene, set(variables.names(text)))
    if unknown:
        words = _("This letter is written automatically and does not know: %(names)s.")
        raise Refused("variable_unknown", words % {"names": ", ".join(sorted(unknown))}, duty="4.2.1b")


@action("content.script.retire", _("Retire a script"), duties=["4.2.1a"])
def retire(script: Script, *, by: Actor) -> None:
    """Nobody may use the script any more."""
    script.retired_at = clock.now()
    script.save(update_fields=["retired_at"])
