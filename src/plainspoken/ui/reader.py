"""Who is reading the screen: `organization` presents the signed-in person, the portal a customer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from plainspoken.kernel.actor import Actor

if TYPE_CHECKING:
    from plainspoken.ui.request import Request


@dataclass(frozen=True, slots=True)
class Reader:
    """`zone` is the legal entity's; an empty `language` leaves the choice to the browser.

    `keys`: single keys do things on the screens.
    """

    name: str = ""
    post: str = ""
    actor: Actor | None = None
    language: str = ""
    zone: str = "Asia/Shanghai"
    keys: bool = True

    @property
    def signed_in(self) -> bool:
        return self.actor is not None

    def may(self, permission: str) -> bool:
        return self.actor is not None and (not permission or self.actor.may(permission))


ANONYMOUS = Reader()


def present(request: "Request", reader: Reader) -> None:
    """Show this request's screens to `reader`: their zone, and their language unless a cookie chose one."""
    request.reader = reader
    timezone.activate(ZoneInfo(reader.zone))
    if reader.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(reader.language)
