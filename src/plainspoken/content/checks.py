"""Checks on what is said before it is sent."""

from django.utils.translation import gettext_lazy as _

from plainspoken.content import variables
from plainspoken.kernel.errors import Refused


def ready(text: str) -> None:
    """Refuse a text that still has an unfilled variable."""
    unfilled = variables.names(text)
    if unfilled:
        raise Refused(
            "variable_unfilled", _("Fill in the variables in double braces before you send."), duty="4.2.1b"
        )
