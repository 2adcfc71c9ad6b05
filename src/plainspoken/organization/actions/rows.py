"""What the verbs share: make the row of that code, or change it, and say which in the entry; take one away."""

from collections.abc import Iterator
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import ForeignObjectRel, Model
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import shown as versions
from plainspoken.kernel.action import record
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7

M = TypeVar("M", bound=Model)


def put(model: type[M], values: dict[str, Any], *, shown: str | None = None, **key: Any) -> M:
    """Call inside an action. `shown`: the version that was looked at, see `kernel.shown`."""
    check_shown(model, shown, **key)
    row, made = model._default_manager.update_or_create(
        **key, defaults=values, create_defaults={"id": uuid7(), **values}
    )
    record(row=row, made=made)
    return row


def check_shown(model: type[Model], shown: str | None, **key: Any) -> None:
    """Refuse what would write over a row that somebody else has changed since it was shown."""
    if shown is not None:
        versions.check(model._default_manager.select_for_update().filter(**key).first(), shown)


def remove(row: Model) -> None:
    """Take away a row that nothing refers to. Call inside an action, whose entry still names it."""
    used = sum(_uses(row))
    if used:
        words = _(
            "%(count)s other records belong to this, such as posts, appointments or cases. Move them first;"
            " what has a history stays, and may be given another name."
        )
        raise Refused("still_in_use", words % {"count": used}, count=used)
    type(row)._default_manager.filter(pk=row.pk).delete()


def _uses(row: Model) -> Iterator[int]:
    for field in row._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and not field.many_to_many:
            through = field.related_model
            owned = isinstance(through, type) and getattr(through._meta, "auto_created", False) is type(row)
            if not owned:
                yield through._base_manager.filter(**{field.field.name: row.pk}).count()


def check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        words = _("There is no such time zone. Write it as in Asia/Shanghai.")
        raise Refused("zone_unknown", words) from None
