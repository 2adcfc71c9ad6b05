"""Kinds of values that requests carry, each with its limit."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from plainspoken.conversations.actions.drafts import TEXT_CHARACTERS_MAX
from plainspoken.kernel import clock

CODE = r"^[A-Za-z0-9._-]{1,60}$"
CURSOR_CHARACTERS_MAX = 500
WORDS_CHARACTERS_MAX = 200
AHEAD_DAYS_MAX = 5 * 366


def _without_nul(value: str) -> str:
    """PostgreSQL keeps no NUL in a text."""
    if "\x00" in value:
        raise PydanticCustomError("string_pattern_mismatch", "a NUL in it")
    return value


NO_NUL = AfterValidator(_without_nul)
Words = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS_MAX), NO_NUL]
Looked = Annotated[str, StringConstraints(max_length=WORDS_CHARACTERS_MAX), NO_NUL]
Code = Annotated[str, StringConstraints(pattern=CODE)]
Cursor = Annotated[str, StringConstraints(max_length=CURSOR_CHARACTERS_MAX), NO_NUL]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    WithJsonSchema({"type": "string", "format": "date"}),
]


def _ahead(value: datetime) -> datetime:
    """A moment a calendar can count to; whether it is to come is a rule of the action."""
    if not datetime(2000, 1, 1, tzinfo=UTC) <= value <= clock.now() + timedelta(days=AHEAD_DAYS_MAX):
        raise PydanticCustomError("moment_unfit", "not a moment of this time")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_ahead)]


def one_of(choices: Collection[str]) -> Any:
    """A text that is one of these codes: an annotation of `str`."""

    def offered(value: str) -> str:
        if value not in choices:
            raise PydanticCustomError("not_offered", "no such choice")
        return value

    return AfterValidator(offered), WithJsonSchema({"type": "string", "enum": list(choices)})


class Given(Schema):
    """A body: what it may not say is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")
