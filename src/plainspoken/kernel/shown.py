"""What a form was filled in from, so that two people who change a row at once do not overwrite each other."""

import hashlib

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import Refused


def version(row: Model | None) -> str:
    """A digest of what the row says and which others it is tied to; empty for none.

    A model names in UNSHOWN the columns that no person sets.
    """
    if row is None:
        return ""
    unshown: frozenset[str] = getattr(type(row), "UNSHOWN", frozenset())
    said = [
        (field.attname, field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.attname not in unshown
    ]
    tied = [
        (field.name, sorted(str(key) for key in getattr(row, field.name).values_list("pk", flat=True)))
        for field in row._meta.many_to_many
    ]
    return hashlib.sha256(repr([said, tied]).encode()).hexdigest()


def check(standing: Model | None, shown: str | None) -> None:
    """Refuse to write over what was not `shown`; None when whoever writes has not looked, as a firm file."""
    if shown is None or version(standing) == shown:
        return
    if not shown:
        raise Refused("code_taken", _("There is one of this name already. Open it, or choose another."))
    raise Refused(
        "changed_meanwhile",
        _("Somebody has changed this since you opened it. Look at what stands now, then save again."),
    )
