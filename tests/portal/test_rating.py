"""How was our answer? The page behind the link in the survey (6.1.2 a)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

import world
from plainspoken.cases.models import Case
from plainspoken.customers.models import Link
from plainspoken.kernel import clock
from plainspoken.kernel.actor import Kind
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.models import Entry
from plainspoken.portal import actions, door, visitors
from plainspoken.supervision.models import Survey

RATE = Link.Purpose.RATE
Path = Callable[[Case, Link.Purpose], str]


def test_the_page_asks_and_changes_nothing(closed: Case, path: Path, visitor: Client) -> None:
    before = Entry.objects.count()
    page = visitor.get(path(closed, RATE))
    assert page.status_code == 200
    assert page.content.decode().count('type="radio"') == 5
    assert Survey.objects.get(case=closed).score is None
    assert Entry.objects.count() == before


@pytest.mark.duty("6.1.2a")
@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_a_rating_is_kept(score: int, closed: Case, path: Path, visitor: Client) -> None:
    answer = visitor.post(path(closed, RATE), {"score": score, "comment": "很清楚"})
    assert answer.status_code == 303
    survey = Survey.objects.get(case=closed)
    assert (survey.score, survey.comment) == (score, "很清楚")
    assert "很清楚" in visitor.get(answer.url).content.decode()


def test_the_ledger_says_that_the_customer_did_it(closed: Case, path: Path, visitor: Client) -> None:
    visitor.post(path(closed, RATE), {"score": 5})
    (outer,) = world.entries("portal.rating.give")
    (inner,) = world.entries("supervision.survey.rate")
    assert (outer.actor_kind, inner.cause, inner.actor_id) == (Kind.CUSTOMER, outer.pk, closed.customer_id)


def test_a_customer_may_think_again(closed: Case, path: Path, visitor: Client) -> None:
    visitor.post(path(closed, RATE), {"score": 2})
    visitor.post(path(closed, RATE), {"score": 4})
    assert Survey.objects.get(case=closed).score == 4
    assert len(world.entries("supervision.survey.rate")) == 2
    assert len(world.entries("customers.link.use")) == 1


@pytest.mark.parametrize("score", ["", "0", "6", "five"])
def test_no_other_score_is_taken(score: str, closed: Case, path: Path, visitor: Client) -> None:
    assert visitor.post(path(closed, RATE), {"score": score}).status_code == 422
    assert Survey.objects.get(case=closed).score is None


def test_an_expired_link_rates_nothing(closed: Case, path: Path, visitor: Client) -> None:
    link = Link.objects.select_related("customer").get(purpose=RATE)
    with clock.moved(link.expires_at + timedelta(seconds=1)):
        assert visitor.post(path(closed, RATE), {"score": 5}).status_code == 410
        with pytest.raises(Refused, match="link_expired"):
            actions.give_rating(link, by=visitors.actor(link), score=5, comment="")
    assert Survey.objects.get(case=closed).score is None


def test_an_unknown_link_is_not_found(closed: Case, visitor: Client) -> None:
    assert visitor.get(f"/rate/{'0' * 32}/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(method: str, closed: Case, path: Path, visitor: Client) -> None:
    assert getattr(visitor, method)(path(closed, RATE)).status_code == 405


def test_too_many_requests_of_one_link_are_turned_away(closed: Case, path: Path, visitor: Client) -> None:
    address = path(closed, RATE)
    for _ in range(door.TOKEN.attempts):
        door.TOKEN.take(address.split("/")[2])
    answer = visitor.post(address, {"score": 5})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert Survey.objects.get(case=closed).score is None
