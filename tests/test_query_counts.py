"""How many statements the daily work sends to the database, as a committed snapshot: a change of it is reviewed.

Written anew by `PLAINSPOKEN_SNAPSHOTS=write pytest tests/test_query_counts.py`.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import mailroom
import story
import world
from plainspoken.cases.actions import answering, follow_up, hand_over, ownership, triage
from plainspoken.cases.models import Case, Closure, Line, Type
from plainspoken.channels.email import storing
from plainspoken.conversations.actions import send
from plainspoken.kernel import clock, drain, ledger, measures
from plainspoken.kernel.actor import system
from plainspoken.kernel.models import MeasureDirty
from plainspoken.organization.models import Firm

SNAPSHOT = Path(__file__).parent / "snapshots" / "query_counts.json"
WRITER = system("tests.writer")
A_DAY = date(2026, 3, 3)
Work = Callable[[], object]


def statements(work: Work) -> int:
    with CaptureQueriesContext(connection) as sent:
        work()
    return len(sent)


def stored(count: int) -> None:
    """Mail from so many people nobody knows yet."""
    for number in range(count):
        content = mailroom.mail(sender=f"客户 <c{number}-{count}@example.com>")
        storing.store([mailroom.ADDRESS], "sender@example.com", content)


def intake(count: int) -> Work:
    drain.run_until_empty()
    stored(count)
    return lambda: drain.run_until_empty("intake")


def in_work() -> Case:
    case = mailroom.received()
    line = Line.objects.get(code="card")
    return triage.triage(case, by=world.actor("li"), type=Type.objects.get(code="fee"), line=line)


def answer() -> Work:
    case, li = in_work(), world.actor("li")
    return lambda: answering.answer(case, by=li, text="年费 200 元。")


def leave() -> Work:
    """The answer leaves, and what follows from that is done."""
    _leaves()
    answer()()
    return _leaves


def _leaves() -> None:
    with clock.moved(clock.now() + timedelta(seconds=send.UNDO_SECONDS + 1)):
        drain.run_until_empty("outbox", "subscriptions")


def hand() -> Work:
    case, li, to = in_work(), world.actor("li"), world.unit("credit-card")
    told = clock.now() + timedelta(days=2)
    return lambda: hand_over.hand_over(case, by=li, to=to, question="？", told_at=told, text="两天内答复")


def take_next() -> Work:
    mailroom.received()
    unit, li = world.unit("customer-service"), world.actor("li")
    return lambda: ownership.take_next(unit, by=li)


def close() -> Work:
    answer()()
    story.let_leave()
    case, li = Case.objects.latest("received_at"), world.actor("li")
    return lambda: follow_up.close(case, by=li, how=Closure.How.BY_OWNER)


def seal(count: int) -> Work:
    drain.run_until_empty()
    firm = Firm.objects.get()
    ledger.write([ledger.Draft("tests.note", firm, WRITER) for _ in range(count)])
    return lambda: drain.run_until_empty("sealing")


def roll_up() -> Work:
    """A day of every measure, on which a mail came."""
    with clock.moved(mailroom.TUESDAY):
        mailroom.received()
    MeasureDirty.objects.bulk_create(MeasureDirty(measure=code, day=A_DAY) for code in measures.measures)
    return lambda: drain.run_until_empty("measures")


WORKS: dict[str, Callable[[], Work]] = {
    "take in a mail": lambda: intake(1),
    "take in ten mails": lambda: intake(10),
    "take the next case": take_next,
    "answer": answer,
    "an answer leaves": leave,
    "hand over": hand,
    "close": close,
    "seal an entry": lambda: seal(1),
    "seal a hundred entries": lambda: seal(100),
    "roll up a day": roll_up,
}


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """Each work a second time, so that what a process remembers does not count."""
    with django_db_blocker.unblock(), transaction.atomic():
        mailroom.opened()
        for prepare in WORKS.values():
            prepare()()
        yield {name: statements(prepare()) for name, prepare in WORKS.items()}
        transaction.set_rollback(True)


def test_the_daily_work_costs_what_was_committed(counts: dict[str, int]) -> None:
    written = json.dumps(counts, indent=1) + "\n"
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        SNAPSHOT.write_text(written, encoding="utf-8")
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == counts


def test_ten_mails_cost_less_than_ten_times_one(counts: dict[str, int]) -> None:
    assert counts["take in ten mails"] < 10 * counts["take in a mail"]


def test_sealing_costs_the_same_for_any_number(counts: dict[str, int]) -> None:
    assert counts["seal a hundred entries"] - counts["seal an entry"] <= 10
