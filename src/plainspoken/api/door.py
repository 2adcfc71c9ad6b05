"""The door for programs: a token in the Authorization header, and not more often than was allowed.

No cookie gives any right here, so there is nothing another site could make a browser misuse.
"""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Text
from plainspoken.organization import integrations, queries
from plainspoken.organization.actions import integrations as actions
from plainspoken.organization.integrations import Standing

CLOSED: dict[Standing, Text] = {
    Standing.ENDED: _("The program of this token has been disconnected."),
    Standing.EXPIRED: _("This token has expired. Ask an administrator for another."),
    Standing.ABANDONED: _("Nobody answers for this program any more. Ask an administrator."),
}


class NotLetIn(Exception):
    """Whose request it is cannot be told, or the token opens nothing."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Token(HttpBearer):
    def __call__(self, request: HttpRequest) -> Actor:
        by = super().__call__(request)
        if by is None:
            raise NotLetIn("token_missing", _("Send the token of a program: Authorization: Bearer TOKEN."))
        assert isinstance(by, Actor)
        return by

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The program as an actor; the request is counted, and days are those of its unit."""
        integration = integrations.find(token.strip())
        if integration is None:
            raise NotLetIn("token_unknown", _("This token is not one of ours."))
        standing = integrations.standing(integration)
        if standing is not Standing.VALID:
            raise NotLetIn(f"token_{standing.value}", CLOSED[standing])
        by = integrations.actor(integration)
        actions.use(integration, by=by)
        timezone.activate(queries.time_zone(integration.unit))
        return by


def actor(request: HttpRequest) -> Actor:
    """The program that asks. Only in operations behind `Token`."""
    by: object = request.auth  # type: ignore[attr-defined]
    assert isinstance(by, Actor)
    return by
