from django.utils.translation import gettext_lazy as _

from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem, Place

menu.register(
    MenuItem("organization.account", _("My account"), "organization.account", "user", place=Place.PERSON),
    MenuItem(
        "organization.sign_in", _("Sign in"), "organization.session.sign_in", "login", place=Place.SIGN_IN
    ),
    MenuItem(
        "organization.sign_out",
        _("Sign out"),
        "organization.session.sign_out",
        "logout",
        place=Place.SIGN_OUT,
    ),
)
