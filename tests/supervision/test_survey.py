"""After a case is closed its customer is asked, once, how our answer was (6.1.2)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

import story
import world
from plainspoken.cases.actions import answering, follow_up
from plainspoken.cases.models import Case, Closure, Reopening
from plainspoken.content.models import Script
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers.models import Link
from plainspoken.kernel import clock, drain, ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import MeasureDay, Opening
from plainspoken.organization import queries as organization
from plainspoken.supervision import survey
from plainspoken.supervision.models import Survey
from plainspoken.work.models import Task

CUSTOMER = system("tests.customer", "supervision.survey.rate")


@pytest.fixture
def case(db: None) -> Case:
    """Closed by its owner, and everything that follows by itself done."""
    story.set_up()
    case = story.answered()
    follow_up.close(case, by=world.actor("li"), how=Closure.How.BY_OWNER)
    drain.run_until_empty()
    return case


def asked() -> Survey:
    return Survey.objects.get()


def rated(score: int, comment: str = "") -> Survey:
    return survey.rate(asked(), by=CUSTOMER, score=score, comment=comment)


@pytest.mark.duty("6.1.2a")
def test_a_closed_case_is_asked_about(case: Case) -> None:
    assert (asked().case, asked().score, asked().rated_at) == (case, None, None)
    outgoing = Outgoing.objects.get(message=asked().message)
    assert (outgoing.message.kind, outgoing.state) == ("automatic", "left")
    assert outgoing.link is not None
    assert (outgoing.link.purpose, outgoing.link.subject_id) == (Link.Purpose.RATE, case.pk)
    assert case.number in outgoing.message.text
    entry = world.entries("supervision.survey.ask")[0]
    assert entry.cause == world.entries("cases.inquiry.close")[0].pk
    assert ledger.facts(bytes(entry.body))["message"] == str(asked().message_id)


@pytest.mark.duty("6.1.2a")
def test_once_however_often_it_is_closed(case: Case) -> None:
    follow_up.reopen(case, by=world.actor("li"), how=Reopening.How.BY_STAFF)
    answering.answer(case, by=world.actor("li"), text="更正如下。")
    story.let_leave()
    follow_up.close(story.fresh(case), by=world.actor("li"), how=Closure.How.BY_OWNER)
    drain.run_until_empty()
    assert case.closures.count() == 2
    assert survey.ask(case, by=system("tests.asker", "supervision.survey.ask")) is None
    assert Survey.objects.count() == 1


@pytest.mark.duty("6.1.2a")
@pytest.mark.parametrize("score", [1, 3, 5])
def test_a_rating_from_1_to_5(case: Case, score: int) -> None:
    rated(score, "  很好，谢谢。 ")
    assert (asked().score, asked().comment, asked().rated_at is not None) == (score, "很好，谢谢。", True)
    entry = world.entries("supervision.survey.rate")[0]
    assert ledger.facts(bytes(entry.body)) == {"score": score}
    assert Opening.objects.get(entry=entry).values["comment"][1] == "很好，谢谢。"


@pytest.mark.parametrize("score", [0, 6, -1, 100])
def test_and_no_other(case: Case, score: int) -> None:
    with pytest.raises(Refused, match="score_out_of_range"):
        rated(score)
    assert asked().score is None
    assert len(world.entries("supervision.survey.rate", "score_out_of_range")) == 1


@pytest.mark.parametrize("score", [0, 6])
def test_the_database_holds_it_too(case: Case, score: int) -> None:
    with pytest.raises(IntegrityError, match="supervision_survey_score_1_to_5"), transaction.atomic():
        Survey.objects.update(score=score, rated_at=clock.now())
    with pytest.raises(IntegrityError, match="supervision_survey_score_1_to_5"), transaction.atomic():
        Survey.objects.update(score=5, rated_at=None)


def test_a_later_rating_replaces_the_earlier_and_both_stay_in_the_ledger(case: Case) -> None:
    rated(2, "太慢")
    rated(5)
    assert (asked().score, asked().comment) == (5, "")
    scores = [ledger.facts(bytes(entry.body))["score"] for entry in world.entries("supervision.survey.rate")]
    assert scores == [2, 5]


def test_a_long_comment_is_cut(case: Case) -> None:
    rated(3, "长" * (survey.COMMENT_CHARACTERS_MAX + 1))
    assert len(asked().comment) == survey.COMMENT_CHARACTERS_MAX


def test_nobody_on_the_staff_rates(case: Case) -> None:
    for name in ("li", "zhao", "sun", "admin"):
        with pytest.raises(PermissionDenied):
            survey.rate(asked(), by=world.actor(name), score=5, comment="")


@pytest.mark.duty("6.1.2b")
@pytest.mark.parametrize(("score", "counting"), [(1, 0), (3, 0), (4, 1), (5, 1)])
def test_four_and_five_are_satisfied(case: Case, score: int, counting: int) -> None:
    rated(score)
    drain.run_until_empty()
    (row,) = MeasureDay.objects.filter(measure="supervision.satisfaction")
    assert (row.population, row.counting, row.staff_id) == (1, counting, world.person("li").pk)
    (row,) = MeasureDay.objects.filter(measure="supervision.response")
    assert (row.population, row.counting) == (1, 1)


def test_a_rating_on_a_later_day_leaves_the_earlier_day(case: Case) -> None:
    rated(2)
    with clock.moved(clock.now() + timedelta(days=3)):
        rated(5)
        drain.run_until_empty()
    (row,) = MeasureDay.objects.filter(measure="supervision.satisfaction")
    assert row.day == organization.local_day(world.unit("haian"), asked().rated_at)


def test_without_a_script_it_stands_before_a_person(db: None) -> None:
    story.set_up()
    case = story.answered()
    Script.objects.filter(scene="survey").update(retired_at=clock.now())
    follow_up.close(case, by=world.actor("li"), how=Closure.How.BY_OWNER)
    drain.run_until_empty()
    assert not Survey.objects.exists()
    assert Task.objects.get(kind="work.stuck").facts["trouble"] == "NoScript: survey"
    assert Case.objects.get(pk=case.pk).state == "closed"
    assert not Message.objects.filter(kind="automatic", at__gte=case.answered_at).exists()
