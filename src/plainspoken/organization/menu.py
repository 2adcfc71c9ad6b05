from django.utils.translation import gettext_lazy as _

from plainspoken.organization import administration
from plainspoken.organization.administration import Section
from plainspoken.ui import menu
from plainspoken.ui.menu import MenuItem, Place

menu.register(
    MenuItem(
        "organization.administration",
        _("Admin"),
        "organization.administration",
        "settings",
        order=80,
        open_to=administration.has_any,
    ),
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

administration.register(
    Section(
        "organization.units",
        _("Units"),
        _("The tree of the firm: add below, rename, move."),
        "organization.units",
        "hierarchy",
        ("organization.unit.put",),
        10,
    ),
    Section(
        "organization.posts",
        _("Posts"),
        _("Where they stand, which roles they have, who holds them now and next."),
        "organization.posts",
        "briefcase",
        ("organization.post.put",),
        20,
    ),
    Section(
        "organization.people",
        _("People"),
        _("Appointments, qualifications, passwords."),
        "organization.people",
        "users",
        ("organization.person.put",),
        30,
    ),
    Section(
        "organization.roles",
        _("Roles"),
        _("What each allows, and who has it."),
        "organization.roles",
        "shield-lock",
        ("organization.role.put",),
        40,
    ),
    Section(
        "organization.calendars",
        _("Calendars"),
        _("Hours of the week, public holidays year by year."),
        "organization.calendars",
        "calendar",
        ("organization.calendar.put", "organization.calendar.load_year"),
        60,
    ),
    Section(
        "organization.targets",
        _("Targets"),
        _("How long each promise is, beside what the law allows."),
        "organization.targets",
        "target",
        ("organization.target.set",),
        70,
    ),
    Section(
        "organization.integrations",
        _("Programs"),
        _("What works through the API: its token, role and unit, and who answers for it."),
        "organization.integrations",
        "plug",
        ("organization.integration.make", "organization.integration.end"),
        90,
    ),
)
