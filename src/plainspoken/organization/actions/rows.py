"""What the `put` verbs share: make the row of that code, or change it, and say which in the entry."""

from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.action import record
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7

M = TypeVar("M", bound=Model)


def put(model: type[M], values: dict[str, Any], **key: Any) -> M:
    """Call inside an action."""
    row, made = model._default_manager.update_or_create(
        **key, defaults=values, create_defaults={"id": uuid7(), **values}
    )
    record(row=row, made=made)
    return row


def check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        words = _("There is no such time zone. Write it as in Asia/Shanghai.")
        raise Refused("zone_unknown", words) from None
