"""What a role may name: the codes of actions, and ways to see that no action stands for."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import action
from plainspoken.kernel.errors import Text

SEE = {"measures.read", "rulebook.read", "ledger.read"}
"""Ways to see; the slice that shows the thing asks for the permission of that name."""

OWN = frozenset(
    {
        "desk.view.move_up",
        "desk.view.remove",
        "desk.view.rename",
        "desk.view.save",
        "desk.view.unshare",
        "organization.person.set_keys",
        "organization.second_factor.renew_codes",
        "organization.second_factor.set_up",
        "organization.second_factor.turn_off",
        "organization.second_factor.use",
        "organization.session.end",
        "organization.session.end_others",
        "organization.session.sign_in",
        "organization.session.sign_out",
        "organization.person.change_password",
        "organization.absence.report",
        "organization.absence.end",
        "work.notice.see",
    }
)
"""What everybody on the staff may do in their own affairs; the actions refuse those of others."""

WAYS_TO_SEE: dict[str, Text] = {
    "measures.read": _("See the measures"),
    "rulebook.read": _("See the rulebook"),
    "ledger.read": _("Read the ledger"),
}
SLICES: dict[str, Text] = {
    "cases": _("Cases"),
    "conversations": _("Conversations"),
    "desk": _("Desk"),
    "customers": _("Customers"),
    "content": _("Scripts"),
    "channels": _("Mail"),
    "work": _("Tasks"),
    "measures": _("Measures"),
    "ledger": _("Ledger"),
    "rulebook": _("Rulebook"),
    "supervision": _("Supervision"),
    "organization": _("Administration"),
}


def unknown(permissions: Iterable[str]) -> list[str]:
    """Those that nothing in this release stands for, sorted."""
    return sorted(set(permissions) - set(action.specs) - SEE)


def label(code: str) -> Text:
    """What people call a permission; the code itself for one this release no longer has."""
    spec = action.specs.get(code)
    return spec.label if spec else WAYS_TO_SEE.get(code, code)


def offered(held: Iterable[str]) -> list[str]:
    """What a role may be given on screen: what people do here, and what the role has already."""
    from plainspoken.organization import roles

    of_people = {code for role in roles.shipped() for code in role.permissions}
    return sorted(of_people | SEE | set(held))


def by_slice(codes: Iterable[str]) -> list[tuple[Text, list[str]]]:
    """The permissions below the names of their slices; those of a slice by what people call them."""
    found: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda code: str(label(code))):
        found.setdefault(code.split(".")[0], []).append(code)
    known = [name for name in SLICES if name in found] + sorted(found.keys() - SLICES.keys())
    return [(SLICES.get(name, name), found[name]) for name in known]


def labelled(codes: Iterable[str]) -> list[tuple[Text, list[Text]]]:
    """As `by_slice`, in words."""
    return [(name, [label(code) for code in held]) for name, held in by_slice(codes)]
