"""Who acts in a request: views for the staff begin here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import PermissionDenied
from plainspoken.organization import actors, owed, queries
from plainspoken.organization.models import Person
from plainspoken.ui import respond
from plainspoken.ui.request import Request

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]


def actor(request: Request) -> Actor:
    """The signed-in person as the actor of today. Only in views marked `@staff` or `@signed_in`."""
    assert request.reader.actor, "Mark the view with @staff."
    return request.reader.actor


def person(request: Request) -> Person:
    """The signed-in person. Only in views marked `@staff` or `@signed_in`."""
    assert isinstance(request.user, Person), "Mark the view with @staff."
    return request.user


def look_again(request: Request) -> Actor | None:
    """Who reads with this session now, read anew; None when nobody who holds a post does any more."""
    fresh = HttpRequest()
    fresh.session = type(request.session)(request.session.session_key)
    person = get_user(fresh)
    if not isinstance(person, Person):
        return None
    held = actors.posts(person, queries.today_of(person))
    owes = owed.page(person, held, fresh.session)
    return actors.from_posts(person, held) if held and not owes else None


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For whoever is signed in, holding a post or not; others are asked to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        ours = cast(Request, request)
        if not ours.reader.signed_in:
            return respond.go(ours, _sign_in(ours))
        return view(ours, *args, **kwargs)

    return guarded


def staff(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For people who hold a post today."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not actor(request).post:
            return _without_post(request)
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def administers(
    *permissions: str,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """For people on duty who have one of the permissions: what is administered is nobody else's to read."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(map(actor(request).may, permissions)):
                raise PermissionDenied(permissions[0])
            return view(request, *args, **kwargs)

        return staff(guarded)

    return decorate


def identified(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For whoever has shown a password, though something is owed: it is given here."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        ours = cast(Request, request)
        here = request.resolver_match.view_name if request.resolver_match else ""
        if not isinstance(request.user, Person) or (not ours.reader.signed_in and _owed(ours) != here):
            return respond.go(ours, _sign_in(ours))
        return view(ours, *args, **kwargs)

    return guarded


def _owed(request: Request) -> str:
    held = actors.posts(person(request), queries.today_of(person(request)))
    return owed.page(person(request), held, request.session)


def _sign_in(request: Request) -> str:
    """The way to the sign-in page and, from a page that was opened, back; or to what is owed before all else."""
    if isinstance(request.user, Person):
        return reverse(_owed(request))
    way_back = request.method == "GET" and not request.htmx
    query = f"?{urlencode({'next': request.get_full_path()})}" if way_back else ""
    return reverse("organization.session.sign_in") + query


def _without_post(request: Request) -> HttpResponse:
    return render(request, "organization/without_post.html", status=403)
