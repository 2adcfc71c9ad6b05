"""What the rulebook puts into the menu."""

from django.utils.translation import gettext_lazy as _

from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem

menu.register(
    MenuItem("rulebook", _("Rulebook"), "rulebook.coverage", "book-2", permission="rulebook.read", order=60)
)
