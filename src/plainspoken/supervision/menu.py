"""What supervision adds to the administration."""

from django.utils.translation import gettext_lazy as _

from plainspoken.organization import administration
from plainspoken.organization.administration import Section

administration.register(
    Section(
        "supervision.places",
        _("Checkpoints kept outside"),
        _("Where the ledger's signed checkpoints go, so that nobody here can rewrite the past unseen."),
        "supervision.places",
        "shield-check",
        ("supervision.place.put", "supervision.place.keep"),
        80,
    )
)
