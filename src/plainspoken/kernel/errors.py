"""The three ways an action says no."""

from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise


class Refusal(Exception):
    """An action did not happen. `code` is what the ledger keeps, `message` what the person reads."""

    def __init__(self, code: str, message: Text, *, duty: str = "", **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.duty = duty
        self.facts = facts
        self.draft: object | None = None


class PermissionDenied(Refusal):
    """Not you: the actor's post does not hold the permission of that name."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            "permission_denied",
            _("Your post does not allow this. Ask the head of your unit if you need it."),
            permission=permission,
        )


class WrongState(Refusal):
    """Not now: the state machine has no such edge from where the subject stands."""

    def __init__(self, state: str, edge: str) -> None:
        super().__init__(
            "wrong_state",
            _("This is no longer possible: somebody has moved it on. Reload to see where it stands."),
            state=state,
            edge=edge,
        )


class Refused(Refusal):
    """The rule says no."""
