"""Who is let in to the API, how often, and how what went wrong is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

import programs
import world
from plainspoken.kernel import clock
from plainspoken.kernel.models import Entry
from plainspoken.organization.actions import integrations
from plainspoken.organization.models import Appointment, Integration, Person

pytestmark = pytest.mark.usefixtures("desk")
CHOICES = "/api/v1/choices/"


def asked(authorization: str = "", **headers: str) -> Any:
    given = {"Authorization": authorization} if authorization else {}
    return Client().get(CHOICES, headers={"Accept-Language": "en", **given, **headers})


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "token_missing"),
        ("Basic bGk6bGk=", "token_missing"),
        ("Bearer", "token_unknown"),
        ("Bearer plainspoken_nothing", "token_unknown"),
        ("Bearer \udcff", "token_unknown"),
    ],
)
def test_without_a_token_of_ours_nobody_is_let_in(authorization: str, code: str) -> None:
    answer = asked(authorization)
    refused(answer, 401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_being_signed_in_as_a_person_opens_nothing() -> None:
    refused(world.client("zhao").get(CHOICES), 401, "token_missing")


def test_a_token_ends_with_its_last_day() -> None:
    program = programs.connected(days=1)
    assert program.get("choices/").status_code == 200
    with clock.moved(clock.now() + timedelta(days=2)):
        refused(program.get("choices/"), 401, "token_expired")


def test_a_token_ends_when_the_program_is_disconnected() -> None:
    program = programs.connected()
    integrations.end(program.row, by=programs.CONNECTOR)
    refused(program.get("choices/"), 401, "token_ended")


def test_a_token_ends_when_nobody_answers_for_it() -> None:
    first, second = programs.connected(person="li"), programs.connected(person="wang")
    Appointment.objects.filter(person=world.person("li")).update(to_day="2025-12-31")
    refused(first.get("choices/"), 401, "token_abandoned")
    Person.objects.filter(username="wang").update(may_sign_in=False)
    refused(second.get("choices/"), 401, "token_abandoned")


def test_more_than_was_allowed_is_told_when_to_come_again() -> None:
    program, other = programs.connected(requests_a_minute=2), programs.connected(requests_a_minute=2)
    now = clock.now()
    with clock.moved(now):
        assert [program.get("choices/").status_code for _ in range(2)] == [200, 200]
        answer = program.get("choices/")
        refused(answer, 429, "too_many_requests")
        assert answer.headers["Retry-After"] in ("30", "31")
        assert other.get("choices/").status_code == 200
    with clock.moved(now + timedelta(seconds=31)):
        assert program.get("choices/").status_code == 200
        assert program.get("choices/").status_code == 429


def test_too_many_requests_are_in_the_ledger_and_others_are_not() -> None:
    program = programs.connected(requests_a_minute=1)
    for _ in range(3):
        program.get("choices/")
    (entry,) = Entry.objects.filter(code="organization.integration.use")
    assert (entry.actor_kind, entry.actor_id, entry.refusal) == (
        "integration",
        program.row.pk,
        "too_many_requests",
    )


def test_when_it_was_used_last_is_kept() -> None:
    program = programs.connected()
    program.get("choices/")
    assert Integration.objects.get(pk=program.row.pk).last_used_at is not None


def test_words_are_in_the_language_that_was_asked_for() -> None:
    english = refused(asked(), 401, "token_missing")
    chinese = refused(asked(**{"Accept-Language": "zh-CN"}), 401, "token_missing")
    assert english["detail"].isascii()
    assert not chinese["detail"].isascii()
    assert english["detail"] != chinese["detail"]


@pytest.mark.parametrize("path", ["", "v1/", "v1/nothing/", "v2/cases/", "docs"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    refused(Client().get(f"/api/{path}"), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "head", "post"])
def test_no_other_method(method: str) -> None:
    program = programs.connected()
    answer = getattr(Client(), method)(CHOICES, headers=program.headers)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_answers_are_kept_by_no_cache() -> None:
    program = programs.connected()
    assert program.get("choices/").headers["Cache-Control"] == "no-store"
