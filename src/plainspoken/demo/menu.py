"""What a demo adds to the menu."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem, Place

if settings.DEMO:
    menu.register(
        MenuItem(
            "demo.outbox", _("Mail that left"), "demo.outbox", "mail-opened", order=90, place=Place.RAIL_FOOT
        )
    )
