"""People at the sign-in page: passwords that are quick to check, authenticator apps, browsers of known addresses."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

import world
from plainspoken.kernel import clock
from plainspoken.organization import totp
from plainspoken.organization.actions import second_factors
from plainspoken.organization.models import Person, SecondFactor

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
WRONG = "a loud harbour at noon"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE = "/sign-in/code"
SET_UP = "/account/second-factor"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def quick_passwords(settings: Any) -> None:
    """The password of the firm's people is as it was, and costs nothing to check."""
    settings.PASSWORD_HASHERS = [QUICK, *settings.PASSWORD_HASHERS]
    Person.objects.update(password=make_password(world.PASSWORD, hasher="md5"))


def sign_in(browser: Client, username: str = "li", password: str = world.PASSWORD, **given: str) -> Any:
    return browser.post("/sign-in", {"login": username, "password": password, **given})


def code(secret: str = SECRET, steps: int = 0) -> str:
    """What the app shows, so many half minutes from now."""
    return totp.code(secret, totp.step_at(clock.now()) + steps)


def with_factor(username: str = "li") -> list[str]:
    """The person has an app, set up a while ago; their recovery codes."""
    with clock.moved(clock.now() - timedelta(minutes=5)):
        return second_factors.set_up(
            world.person(username), by=world.actor(username), secret=SECRET, code=code()
        )


def enter(browser: Client, given: str) -> Any:
    return browser.post(CODE, {"code": given})


def signed_in_with_code(username: str = "li", **client: Any) -> Client:
    """A browser in which the person signed in with password and code."""
    browser = Client(**client)
    assert sign_in(browser, username).headers["Location"] == CODE
    SecondFactor.objects.update(last_step=0)
    assert enter(browser, code()).status_code == 302
    SecondFactor.objects.update(last_step=0)
    return browser
