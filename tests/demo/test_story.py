"""The demo firm, told once: everything that can happen has happened, and the books agree with it."""

import os
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from plainspoken import demo
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case, Closure, Dismissal, Merger, Reopening, Tagging
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Message as Said
from plainspoken.conversations.models import Outgoing
from plainspoken.customers.models import ContactPoint, Customer
from plainspoken.kernel import clock, measures, verify
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Deadline, Delivery, Entry, MeasureDay, Read
from plainspoken.organization.models import Absence, Firm, Person
from plainspoken.supervision.models import Survey
from plainspoken.work.models import Task

DAYS_SHOWN = 30


@pytest.fixture(scope="module", autouse=True)
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Told once for the whole module, and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        Firm.objects.get_or_create(defaults={"id": uuid7()})
        demo.apply()
        yield
        transaction.set_rollback(True)


def test_every_state_is_there() -> None:
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(states) == set(INQUIRY.states)
    assert 80 <= states.total() <= 120
    assert set(Closure.objects.values_list("how", flat=True)) == set(Closure.How.values)
    assert set(Dismissal.objects.values_list("reason", flat=True)) == set(Dismissal.Reason.values)
    assert set(Reopening.objects.values_list("how", flat=True)) >= {"not_solved", "wrote_again"}
    assert {"received", "duplicate", "held", "ignored"} <= set(Raw.objects.values_list("state", flat=True))
    assert {"left", "failed", "uncertain", "withdrawn"} <= set(
        Outgoing.objects.values_list("state", flat=True)
    )


def test_cases_bear_tags_and_one_is_merged_into_another() -> None:
    assert set(Tagging.objects.values_list("tag__code", flat=True)) >= {"urged", "elderly", "waiver"}
    merger = Merger.objects.get()
    assert (merger.case.state, merger.into.state, merger.undone_at) == ("merged", "triaged", None)
    assert merger.case.customer == merger.into.customer


def test_sixty_customers_are_verified_and_senders_nobody_knows_are_prospects() -> None:
    known = Customer.objects.filter(prospect=False)
    assert (known.count(), len(set(known.values_list("kind", flat=True)))) == (60, 3)
    points = ContactPoint.objects.filter(customer__prospect=False)
    assert set(points.values_list("verified", flat=True)) == {ContactPoint.Verified.FILE}
    assert Customer.objects.filter(prospect=True).exists()


def test_nothing_is_stuck_and_nobody_did_what_they_may_not() -> None:
    assert not Delivery.objects.filter(stuck_at__isnull=False).exists()
    assert list(Entry.objects.exclude(refusal="").values_list("code", "refusal")) == [
        ("cases.inquiry.take", "not_qualified")
    ]


def test_promises_were_kept_and_broken() -> None:
    now = clock.now()
    broken = Counter(Deadline.objects.filter(breached_at__isnull=False).values_list("kind", "state"))
    for kind in ("cases.first_reply", "cases.department_answer", "cases.told_time"):
        assert broken[kind, "met"]
    assert broken["cases.first_reply", "running"]
    assert Deadline.objects.filter(kind="cases.first_reply", state="running", due_at__gt=now).exists()


def test_some_letters_said_in_gbk_are_said_in_chinese() -> None:
    texts = Said.objects.filter(kind=Said.Kind.IN, conversation__language="zh-hans").values_list(
        "text", flat=True
    )
    assert texts
    assert not any("\ufffd" in text or "Ã" in text for text in texts)


def test_every_measure_has_figures_that_agree_with_their_records() -> None:
    today = clock.now().date() + timedelta(days=1)
    since = today - timedelta(days=DAYS_SHOWN)
    for code in measures.measures:
        (whole,) = measures.figures(code, since, today)
        assert whole.population == measures.facts(code, since, today).count() > 0, code
    assert not MeasureDay.objects.filter(population=0).exists()


def test_people_are_asked_and_away_and_read_what_they_open() -> None:
    assert Survey.objects.filter(score__isnull=False).count() > 20
    assert Absence.objects.get().person.username == "feng"
    assert Read.objects.exists()
    assert {"open", "done"} <= set(Task.objects.values_list("state", flat=True))


def test_the_ledger_verifies() -> None:
    report = verify.verify()
    assert report.trouble is None
    assert (report.sealed, report.unsealed) == (Entry.objects.count(), 0)


def test_everybody_signs_in_with_the_one_password() -> None:
    people = Person.objects.order_by("username")
    assert 25 <= len(people) <= 30
    assert people.get(username="lin").check_password("haian-demo-2026")


def test_a_second_start_leaves_it_alone() -> None:
    before = Entry.objects.count()
    demo.apply()
    assert Entry.objects.count() == before


def test_a_real_firm_is_never_filled_with_stories() -> None:
    with transaction.atomic():
        Firm.objects.update(demo=False)
        with pytest.raises(ImproperlyConfigured, match="without --demo"):
            demo.apply()
        transaction.set_rollback(True)


def test_the_welcome_says_who_may_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_IN_PORT", "2626")
    words = demo.welcome()
    for part in ("haian-demo-2026", "lin ", "客服专员", "Lin Wanqing 林晚晴", "2626", "/demo/outbox/"):
        assert part in words


class Kept(Message):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.mark.parametrize("program", ["curl", "python3"])
def test_the_first_mail_is_sent_as_the_welcome_says(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"This machine has no {program}.")
    kept, port = Kept(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        monkeypatch.setenv("SMTP_IN_PORT", str(port))
        (line,) = [line for line in demo.welcome().splitlines() if f"{program} -" in line]
        subprocess.run(["sh", "-c", line], check=True, timeout=30, env={"PATH": os.environ["PATH"]})
    finally:
        server.stop()
    (mail,) = kept.mails
    assert (mail["To"], mail["Subject"]) == ("service@haian.example", "Annual fee")
    assert "gold card" in mail.get_payload()
