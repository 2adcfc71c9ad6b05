"""What content adds to the administration."""

from django.utils.translation import gettext_lazy as _

from plainspoken.organization import administration
from plainspoken.organization.administration import Section

administration.register(
    Section(
        "content.scripts",
        _("Scripts"),
        _("What may be said in a scene, in both languages."),
        "content.scripts",
        "quote",
        ("content.script.put",),
        80,
    )
)
