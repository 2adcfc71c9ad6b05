"""The second factor of the demo: one role demands it, and the account that has the role shows it.

Its secret is published, as the password of the demo is: nobody else's can be told from it.
"""

from plainspoken.kernel import clock

USERNAME = "yao"
ROLE = "security_officer"
SECRET = "HAIANDEMOHAIANDEMOHAIANDEMO23456"  # noqa: S105


def code() -> str:
    """What an authenticator app with the demo's secret shows now."""
    from plainspoken.organization import totp

    return totp.code(SECRET, totp.step_at(clock.now()))


def put() -> None:
    """An administrator demands it of the role, and who has the role sets it up."""
    from plainspoken.organization import actors
    from plainspoken.organization.actions import second_factors
    from plainspoken.organization.models import Person, Role

    officer, administrator = (Person.objects.get(username=name) for name in (USERNAME, "dai"))
    second_factors.demand(Role.objects.get(code=ROLE), by=actors.now(administrator), demanded=True)
    second_factors.set_up(officer, by=actors.now(officer), secret=SECRET, code=code())
