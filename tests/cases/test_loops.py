"""Machines that answer machines: every exchange ends, and nobody from outside steers us by a header."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

import mailroom
import world
from mailroom import arrives, mail
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.email import storing
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers import actions as customers
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.actor import system
from plainspoken.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("mailbox")
OURS, THEIRS = "service@haian.example", "desk@linjiang.example"
ROUNDS_MAX = 8
# What a gateway that knows no better might take away: all that says a machine wrote it.
HONEST = re.compile(
    rb"(?:auto-submitted|x-auto-response-suppress|x-loop|precedence):[^\r\n]*\r\n", re.IGNORECASE
)


def seen_from_outside(content: bytes) -> bytes:
    """As the other installation gets it: ours goes by another name there, and theirs by its own."""
    for inside, outside in (
        (b"haian.example", b"haian-seen.example"),
        (b"linjiang.example", b"linjiang-seen.example"),
    ):
        content = content.replace(outside, b"\x00").replace(inside, outside).replace(b"\x00", inside)
    return re.sub(rb"X-Plainspoken-Id: \S+", f"X-Plainspoken-Id: {uuid7()}".encode(), content)


def two_desks(*, stripped: bool) -> list[str]:
    """One of them writes to the other, and each gets what the other sends; the subjects of all that went over."""
    channels.put_mailbox(
        world.unit("customer-service"), by=mailroom.OPENER, address=THEIRS, name_zh="临江", name_en="Linjiang"
    )
    theirs = channels.Mailbox.objects.get(address=THEIRS)
    to = customers.meet(
        theirs.unit,
        by=system("t", "customers.prospect.meet"),
        kind="email",
        value="service@haian-seen.example",
        name="",
    )
    send.start(theirs, by=world.actor("li"), to=to, subject="询问", text="请问年费怎么收？")
    went: list[str] = []
    for number in range(ROUNDS_MAX):
        with clock.moved(clock.now() + timedelta(minutes=number + 1)):
            drain.run_until_empty()
            letters = Outgoing.objects.filter(state="left").order_by("left_at")[len(went) :]
            for one in letters:
                went.append(one.message.kind)
                _carried(one, stripped=stripped)
    return went


def _carried(outgoing: Outgoing, *, stripped: bool) -> None:
    assert outgoing.sent
    content = seen_from_outside(blobs.read(outgoing.sent))
    content = HONEST.sub(b"", content) if stripped else content
    to = THEIRS if outgoing.message.conversation.mailbox.address == OURS else OURS
    sender = str(message_from_bytes(content, policy=policy.default)["From"].addresses[0].addr_spec)
    storing.store([to], sender, content)


def test_two_desks_end_after_one_acknowledgement() -> None:
    assert two_desks(stripped=False) == ["out", "automatic"]
    assert Case.objects.count() == 1


def test_even_when_all_marks_are_lost_on_the_way_each_acknowledges_once() -> None:
    assert two_desks(stripped=True) == ["out", "automatic", "automatic"]


@pytest.mark.parametrize("suppressed", ["All", "OOF, AutoReply", "autoreply"])
def test_who_wants_no_answer_of_a_machine_gets_none(suppressed: str) -> None:
    assert arrives(mail(X_Auto_Response_Suppress=suppressed)).state == "received"
    assert (Case.objects.count(), Message.objects.filter(kind="automatic").count()) == (1, 0)


@pytest.mark.parametrize("suppressed", ["OOF", "DR, RN", ""])
def test_who_forbids_only_other_machines_is_acknowledged(suppressed: str) -> None:
    arrives(mail(X_Auto_Response_Suppress=suppressed))
    assert Message.objects.filter(kind="automatic").count() == 1


def test_whoever_writes_under_an_address_of_ours_is_not_acknowledged() -> None:
    arrives(mail(sender="海岸 <SERVICE@haian.example>"))
    assert (Case.objects.count(), Message.objects.filter(kind="automatic").count()) == (1, 0)


def test_the_null_sender_is_not_acknowledged() -> None:
    storing.store([OURS], "", mail())
    drain.run_until_empty()
    assert (Case.objects.count(), Message.objects.filter(kind="automatic").count()) == (1, 0)


@pytest.mark.parametrize("precedence", ["bulk", "list", "junk", "auto_reply"])
def test_mail_of_lists_and_machines_is_not_acknowledged(precedence: str) -> None:
    arrives(mail(Precedence=precedence))
    assert not Message.objects.filter(kind="automatic").exists()


def test_one_acknowledgement_a_day_however_the_address_is_written() -> None:
    for sender in ("王芳 <wang@example.com>", "wang@EXAMPLE.com", "W <wang@example.com>"):
        arrives(mail(f"{sender} 的问题", subject=sender, sender=sender))
    assert (Case.objects.count(), Message.objects.filter(kind="automatic").count()) == (3, 1)


@pytest.mark.parametrize(
    "header", ["X_Priority", "Importance", "Priority", "X_Plainspoken_Unit", "X_Plainspoken_Owner", "X_Queue"]
)
def test_no_header_from_outside_steers(header: str) -> None:
    arrives(mail(**{header: "1 (Highest) management li"}))
    arrives(mail("另一个问题", sender="second@example.com"))
    first, second = Case.objects.order_by("received_at")
    assert (first.unit, first.owner, first.line, first.state) == (second.unit, None, None, "received")
