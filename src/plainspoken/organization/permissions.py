"""What a role may name: the codes of actions, and ways to see that no action stands for."""

from collections.abc import Iterable

from plainspoken.kernel import action

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
        "organization.session.sign_in",
        "organization.session.sign_out",
        "organization.person.change_password",
        "organization.absence.report",
        "organization.absence.end",
        "work.notice.see",
    }
)
"""What everybody on the staff may do in their own affairs; the actions refuse those of others."""


def unknown(permissions: Iterable[str]) -> list[str]:
    """Those that nothing in this release stands for, sorted."""
    return sorted(set(permissions) - set(action.specs) - SEE)
