"""Messages that nobody could settle by machine: kept as they came, before a person, never in the way of others."""

from dataclasses import replace

import pytest

import mailroom
import world
from plainspoken.cases import intake
from plainspoken.cases.models import Case
from plainspoken.channels.email import storing
from plainspoken.channels.models import Raw
from plainspoken.conversations.models import Message
from plainspoken.kernel import drain, ledger
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState
from plainspoken.kernel.models import Entry
from plainspoken.work.models import Task

pytestmark = pytest.mark.usefixtures("mailbox")
NOBODY = b"To: service@haian.example\r\nSubject: ?\r\n\r\nnobody wrote this\r\n"


def stored(content: bytes) -> Raw:
    storing.store([mailroom.ADDRESS], "sender@example.com", content)
    return Raw.objects.latest("arrived_at", "id")


def held(content: bytes) -> Raw:
    """As when the machine had failed at it."""
    raw = stored(content)
    intake.Intake().stuck(raw, ZeroDivisionError())
    raw.refresh_from_db()
    assert raw.state == "held"
    return raw


def test_what_fails_is_held_and_stands_before_the_unit() -> None:
    raw = held(mailroom.mail())
    task = Task.objects.get(kind="channels.held")
    assert (raw.reason, task.unit, task.subject_id) == (
        "could_not_be_processed",
        world.unit("customer-service"),
        raw.pk,
    )
    assert not Case.objects.exists()


def test_what_is_refused_is_held_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    mailroom.received(sender="王芳 <wang@example.com>")
    fewer = intake.TAKER.permissions - {"customers.prospect.meet"}
    monkeypatch.setattr(intake, "TAKER", replace(intake.TAKER, permissions=fewer))
    unknown = stored(mailroom.mail(sender="陈静 <chen@example.com>"))
    known = stored(mailroom.mail(sender="王芳 <wang@example.com>"))
    drain.run_until_empty("intake")
    unknown.refresh_from_db()
    known.refresh_from_db()
    assert (unknown.state, known.state) == ("held", "received")
    assert Task.objects.get(kind="channels.held").subject_id == unknown.pk
    assert len(world.entries("customers.prospect.meet", "permission_denied")) == 1


@pytest.mark.duty("4.3.1b")
def test_a_person_takes_it_in_after_all() -> None:
    raw = held(mailroom.mail())
    case = intake.release(raw, by=world.actor("li"))
    raw.refresh_from_db()
    assert (raw.state, case.state, Task.objects.get().state) == ("received", "received", "dropped")
    entry = world.entries("cases.intake.release")[0]
    assert ledger.facts(bytes(entry.body))["case"] == str(case.pk)
    assert {
        one.cause for one in Entry.objects.filter(code__in=["cases.inquiry.open", "work.task.settle"])
    } == {entry.pk}


def test_nobody_is_answered_whose_address_cannot_be_read() -> None:
    raw = held(NOBODY)
    with pytest.raises(Refused, match="sender_unreadable"):
        intake.release(raw, by=world.actor("li"))
    assert Raw.objects.get(pk=raw.pk).state == "held"


def test_what_has_come_again_meanwhile_is_not_taken_in_twice() -> None:
    content = mailroom.mail()
    raw = held(content)
    assert mailroom.arrives(content).state == "received"
    with pytest.raises(Refused, match="came_already"):
        intake.release(raw, by=world.actor("li"))
    assert (Case.objects.count(), Message.objects.filter(kind="in").count()) == (1, 1)
    intake.ignore(raw, by=world.actor("li"), reason=intake.Needless.DUPLICATE)
    assert Raw.objects.get(pk=raw.pk).state == "ignored"


def test_what_was_taken_in_makes_later_ones_duplicates() -> None:
    content = mailroom.mail()
    intake.release(held(content), by=world.actor("li"))
    assert mailroom.arrives(content).state == "duplicate"


@pytest.mark.parametrize("reason", intake.Needless)
def test_a_person_finds_that_it_needs_no_conversation(reason: intake.Needless) -> None:
    raw = held(mailroom.mail())
    intake.ignore(raw, by=world.actor("li"), reason=reason)
    raw.refresh_from_db()
    assert (raw.state, raw.reason, Task.objects.get().state) == ("ignored", reason, "dropped")
    assert not Case.objects.exists()
    entry = world.entries("cases.intake.ignore")[0]
    assert ledger.facts(bytes(entry.body))["reason"] == reason.value


def test_once_settled_it_stays_settled() -> None:
    raw, li = held(mailroom.mail()), world.actor("li")
    intake.release(raw, by=li)
    with pytest.raises(WrongState):
        intake.release(raw, by=li)
    with pytest.raises(WrongState):
        intake.ignore(raw, by=li, reason=intake.Needless.SPAM)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("name", ["zhou", "sun", "admin"])
def test_not_by_everybody(name: str) -> None:
    raw = held(mailroom.mail())
    with pytest.raises(PermissionDenied):
        intake.release(raw, by=world.actor(name))
    with pytest.raises(PermissionDenied):
        intake.ignore(raw, by=world.actor(name), reason=intake.Needless.SPAM)
