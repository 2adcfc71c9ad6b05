"""Nobody shuts the firm out of its own administration: somebody always may change the roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import clock
from plainspoken.kernel.errors import Refused
from plainspoken.organization import queries

PERMISSION = "organization.role.put"


@contextmanager
def guarded(on: date | None = None) -> Iterator[None]:
    """Refuse what leaves nobody on the day (today) who may change roles; a firm that had nobody is let be."""
    day = on or clock.now().date()
    before = _somebody(day)
    yield
    if before and not _somebody(day):
        raise Refused(
            "nobody_left_to_administer",
            _("Then nobody could change roles any more. Give somebody else that role first."),
        )


def _somebody(day: date) -> bool:
    holders = queries.held(day).filter(person__may_sign_in=True)
    return holders.filter(post__roles__permissions__contains=[PERMISSION]).exists()
