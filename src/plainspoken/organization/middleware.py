"""Shows each request's screens to the person who is signed in.

Who owes a password of their own, or a second factor, is nobody yet to any screen but that on which it is given.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from plainspoken.kernel import clock
from plainspoken.organization import actors, owed, queries
from plainspoken.organization import sessions as store
from plainspoken.organization.models import Person
from plainspoken.ui import reader as ui
from plainspoken.ui.request import Request

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def reader(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        person = get_user(request)
        if isinstance(person, Person):
            # Actions lock and re-read their subject, which Django's lazy stand-in cannot.
            request.user = person
            if not request.path.startswith(settings.SESSION_UNMOVED_BY):
                cast(store.SessionStore, request.session).seen()
            present(cast(Request, request), person)
        return get_response(request)

    return middleware


def present(request: Request, person: Person) -> None:
    """From here on the request is read by the person, with what the posts held today allow."""
    zone = queries.zone_of(person)
    held = actors.posts(person, clock.now().astimezone(zone).date())
    actor = None if owed.page(person, held, request.session) else actors.from_posts(person, held)
    shown = ui.Reader(actor=actor, language=person.language, zone=zone.key, keys=person.keys)
    ui.present(request, shown)
    # Names come after `present`, which chooses the language they are shown in.
    post = f"{held[0].post.name} · {held[0].post.unit.name}" if held else ""
    request.reader = replace(shown, name=person.name, post=post)
