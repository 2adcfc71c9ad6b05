"""What inquiries are judged by: business lines and types (4.3.1 c, d)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from plainspoken.cases.models import Line, Type
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ledger import Code
from plainspoken.organization.actions import rows
from plainspoken.organization.models import Firm, Unit

WORDS_MAX = 200
WORD_CHARACTERS_MAX = 40


@action("cases.line.put", _("Set up a business line"), creates=True, duties=["4.3.1d"], unrecorded=["shown"])
def put_line(
    department: Unit,
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    words: Sequence[str],
    shown: str | None = None,
) -> Line:
    """A business line, the department that knows it, and words that suggest it; put again, it is changed."""
    values = {"name_zh": name_zh, "name_en": name_en, "department": department, "words": _fitting(words)}
    return rows.put(Line, values, shown=shown, code=code)


@action("cases.line.remove", _("Remove a business line"), duties=["4.3.1d"])
def remove_line(line: Line, *, by: Actor) -> None:
    """Take away a business line that no case was ever judged by."""
    record(code=Code(line.code))
    rows.remove(line)


@action(
    "cases.type.put", _("Set up a type of inquiry"), creates=True, duties=["4.3.1c"], unrecorded=["shown"]
)
def put_type(
    firm: Firm,
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    words: Sequence[str],
    shown: str | None = None,
) -> Type:
    """A type of inquiry, and words that suggest it; put again, it is changed."""
    values = {"name_zh": name_zh, "name_en": name_en, "words": _fitting(words)}
    return rows.put(Type, values, shown=shown, code=code)


@action("cases.type.remove", _("Remove a type of inquiry"), duties=["4.3.1c"])
def remove_type(type: Type, *, by: Actor) -> None:
    """Take away a type that no case was ever judged by."""
    record(code=Code(type.code))
    rows.remove(type)


def _fitting(words: Sequence[str]) -> list[str]:
    """The words, each once. An empty one would be found in every text."""
    if len(words) > WORDS_MAX or any(len(word) > WORD_CHARACTERS_MAX for word in words):
        raise Refused("words_too_many", _("Too many words, or one of them is too long to suggest anything."))
    if any(not word.strip() for word in words):
        raise Refused("word_empty", _("An empty word suggests everything: leave it out."))
    return list(dict.fromkeys(word.strip() for word in words))
