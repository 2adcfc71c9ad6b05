"""allauth's way into our actions: what it does to sessions and passwords is throttled and recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel.errors import Refused
from plainspoken.organization import actors, throttle
from plainspoken.organization.actions import people, sessions
from plainspoken.organization.models import Firm, Person


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
        places = throttle.begin(username, address, device)
        found = places and authenticate(request, username=username, password=credentials["password"])
        if places and isinstance(found, Person):
            throttle.give_back(places)
            return found
        self._failed(person or Firm.objects.get(), username, address, throttled=places is None)
        return None

    def login(self, request: HttpRequest, user: Person) -> None:
        with transaction.atomic():
            sessions.sign_in(user, by=actors.now(user), address=str(self.get_client_ip(request)))
            super().login(request, user)

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

    def _failed(self, whose: Person | Firm, username: str, address: str, *, throttled: bool) -> None:
        try:
            sessions.fail(whose, by=sessions.DOOR, username=username, address=address, throttled=throttled)
        except Refused as refused:
            raise ValidationError(str(refused.message), code=refused.code) from None
