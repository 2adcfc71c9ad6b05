"""kill -9 of the worker at any moment of intake: nothing is lost, nothing happens twice."""

import os
import random
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

import mailroom
from plainspoken.cases.models import Case
from plainspoken.channels.email import listener
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import clock, drain, verify
from plainspoken.kernel.models import Deadline, Unsealed

KILLS = 60
LONGEST_SECONDS = 0.12


def _worker() -> int:
    """A process of its own that does what flows until it is killed."""
    child = os.fork()
    if child:
        return child
    connection.connection = None
    while True:
        drain.run_until_empty("intake", "subscriptions", "outbox", "sealing")
        time.sleep(0.001)


def _store(number: int) -> None:
    content = mailroom.mail(f"第 {number} 个问题", sender=f"客户{number} <c{number}@example.com>")
    listener.store([mailroom.ADDRESS], f"c{number}@example.com", content)
    if number % 5 == 0:
        listener.store([mailroom.ADDRESS], f"c{number}@example.com", content)


def _kill_at_a_random_moment(moments: random.Random) -> None:
    child = _worker()
    time.sleep(moments.uniform(0.0, LONGEST_SECONDS))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.processes
@pytest.mark.duty("4.3.1b")
@pytest.mark.django_db(transaction=True)
def test_killed_at_sixty_moments_each_mail_is_in_exactly_once() -> None:
    mailroom.opened()
    moments = random.Random(20261123)
    for number in range(KILLS):
        _store(number)
        _kill_at_a_random_moment(moments)
    with clock.moved(clock.now() + timedelta(minutes=2)):
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
