"""allauth's way into our actions: what it does to sessions and passwords is throttled and recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import LoginStage
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import Refused
from plainspoken.organization import actors, throttle
from plainspoken.organization import sessions as store
from plainspoken.organization.actions import people, sessions
from plainspoken.organization.models import Firm, Person, SecondFactor


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or the password is wrong."),
        "account_inactive": _("This account may not sign in. Ask your administrator."),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The person of that username and password. Raises ValidationError when too many were wrong."""
        username = str(credentials["username"]).lower()
        person = Person.objects.filter(username=username).first()
        address = str(self.get_client_ip(request))
        device = throttle.device_of(request, person)
        try:
            places = throttle.PASSWORD.begin(username, address, device)
        except throttle.TooMany as too_many:
            raise self._too_many(person or Firm.objects.get(), username, address, too_many) from None
        found = authenticate(request, username=username, password=credentials["password"])
        if isinstance(found, Person):
            throttle.give_back(places)
            return found
        whose = person or Firm.objects.get()
        sessions.fail(whose, by=sessions.DOOR, username=username, address=address, wait=0)
        return None

    @contextmanager
    def trying_code(self, request: HttpRequest, person: Person) -> Iterator[None]:
        """Within, a code of the person's second factor is looked at. Raises ValidationError when that is refused."""
        address = str(self.get_client_ip(request))
        device = throttle.device_of(request, person)
        try:
            places = throttle.CODE.begin(person.username, address, device)
            yield
        except throttle.TooMany as too_many:
            raise self._too_many(person, person.username, address, too_many) from None
        except Refused as refused:
            raise ValidationError(str(refused.message), code=refused.code) from None
        throttle.give_back(places)

    def get_login_stages(self) -> list[str]:
        return [f"{SecondFactorStage.__module__}.{SecondFactorStage.__name__}"]

    def login(self, request: HttpRequest, user: Person) -> None:
        address = str(self.get_client_ip(request))
        with transaction.atomic():
            sessions.sign_in(user, by=actors.now(user), address=address)
            super().login(request, user)
            store.open_for(request.session, address, request.headers.get("User-Agent", ""))
            # Nobody who has a second factor comes here without a code: the stage below stands before.
            request.session[store.SECOND_FACTOR] = SecondFactor.objects.filter(person=user).exists()

    def post_login(self, request: HttpRequest, user: Person, **given: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **given)
        throttle.remember(response, request, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            if isinstance(request.user, Person):
                sessions.sign_out(request.user, by=actors.now(request.user))
            super().logout(request)

    def set_password(self, user: Person, password: str) -> None:
        people.change_password(user, by=actors.now(user), password=password)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *given: Any, **named: Any) -> None:
        """Says nothing: the screen that follows shows what happened."""

    def _too_many(
        self, whose: Person | Firm, username: str, address: str, too_many: throttle.TooMany
    ) -> ValidationError:
        wait = too_many.minutes
        try:
            sessions.fail(whose, by=sessions.DOOR, username=username, address=address, wait=wait)
        except Refused as refused:
            return ValidationError(str(refused.message), code=refused.code, params={"minutes": wait})
        raise AssertionError("An attempt that was not looked at is refused.")


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Between the password and the session: whoever has a second factor shows a code first."""

    key = "second_factor"
    urlname = "organization.second_factor.use"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if SecondFactor.objects.filter(person=self.login.user).exists():
            return HttpResponseRedirect(reverse(self.urlname), status=303), True
        return None, True
