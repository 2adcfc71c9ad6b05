"""kill -9 of the worker at any moment of intake: nothing is lost, nothing happens twice."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

import mailroom
import weather
from plainspoken.cases.models import Case
from plainspoken.channels.email import storing
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import clock, drain, verify
from plainspoken.kernel.models import Deadline, Unsealed

KILLS = 60
LONGEST_SECONDS = 0.12


def _work() -> None:
    drain.run_until_empty("intake", "subscriptions", "outbox", "sealing")
    time.sleep(0.001)


def _store(number: int) -> None:
    content = mailroom.mail(f"第 {number} 个问题", sender=f"客户{number} <c{number}@example.com>")
    storing.store([mailroom.ADDRESS], f"c{number}@example.com", content)
    if number % 5 == 0:
        storing.store([mailroom.ADDRESS], f"c{number}@example.com", content)


def _kill_at_a_random_moment(moments: random.Random) -> None:
    child = weather.forked(_work)
    time.sleep(moments.uniform(0.0, LONGEST_SECONDS))
    weather.killed(child)


@pytest.mark.processes
@pytest.mark.duty("4.3.1b")
@pytest.mark.django_db(transaction=True)
def test_killed_at_sixty_moments_each_mail_is_in_exactly_once() -> None:
    mailroom.opened()
    moments = random.Random(20261123)
    for number in range(KILLS):
        _store(number)
        _kill_at_a_random_moment(moments)
    for later in (timedelta(minutes=2), timedelta(minutes=5)):  # what was abandoned while leaving goes again
        with clock.moved(clock.now() + later):
            drain.run_until_empty()

    assert set(Raw.objects.values_list("state", "reason")) == {("received", ""), ("duplicate", "")}
    assert Message.objects.filter(kind="in").count() == KILLS
    assert Case.objects.count() == KILLS
    assert Deadline.objects.filter(kind="cases.first_reply").count() == KILLS
    acknowledgements = Outgoing.objects.filter(message__kind="automatic")
    assert (acknowledgements.count(), acknowledgements.exclude(state="left").count()) == (KILLS, 0)
    assert len(list((Path(settings.HOME) / "outbox").glob("*.eml"))) >= KILLS
    assert not Unsealed.objects.exists()
    assert verify.verify().trouble is None
