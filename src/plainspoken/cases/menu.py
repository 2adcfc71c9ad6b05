"""What cases add to the administration."""

from django.utils.translation import gettext_lazy as _

from plainspoken.organization import administration
from plainspoken.organization.administration import Section

administration.register(
    Section(
        "cases.register",
        _("Business lines and types"),
        _("What inquiries are judged by, and the words that suggest it."),
        "cases.register",
        "tags",
        ("cases.line.put", "cases.type.put"),
        90,
    )
)
