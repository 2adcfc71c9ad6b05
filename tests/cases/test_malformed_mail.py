"""A thousand malformed mails through the real intake: every one is accounted for."""

from collections import Counter

import pytest
from structlog.testing import capture_logs

import mailroom
from channels.email import mutations
from plainspoken.cases.intake import FAILED
from plainspoken.cases.models import Case
from plainspoken.channels import actions as channels
from plainspoken.channels.email.troubles import Trouble
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.conversations.models import Message
from plainspoken.desk import words
from plainspoken.kernel import drain
from plainspoken.kernel.actor import system
from plainspoken.work.models import Task

MAILS, SEED = 1_000, 20261120
KEEPER = system("tests.malformed", "channels.raw.store")


@pytest.mark.duty("4.3.1b")
def test_each_of_a_thousand_malformed_mails_has_one_outcome(mailbox: Mailbox) -> None:
    with capture_logs() as logged:
        kept = [channels.store(mailbox, by=KEEPER, content=raw).pk for raw in mutations.mails(MAILS, SEED)]
        drain.run_until_empty("intake")
    outcomes = Counter(Raw.objects.values_list("state", flat=True))
    assert set(Raw.objects.values_list("pk", flat=True)) == set(kept)
    assert set(outcomes) == {"received", "held", "ignored", "duplicate"}
    loud = [line for line in logged if line["log_level"] in ("error", "critical", "warning")]
    assert not loud, [repr(line["exc_info"].__context__) for line in loud if "exc_info" in line]
    received = Message.objects.filter(kind="in").values_list("raw", flat=True)
    assert sorted(received) == sorted(Raw.objects.filter(state="received").values_list("pk", flat=True))
    assert Case.objects.filter(conversation__messages__raw__state="received").exists()
    _each_held_one_waits_for_a_person()


def _each_held_one_waits_for_a_person() -> None:
    held = dict(Raw.objects.filter(state="held").values_list("pk", "reason"))
    tasks = Counter(
        Task.objects.filter(kind="channels.held", state="open").values_list("subject_id", flat=True)
    )
    assert tasks == Counter(held.keys())
    assert set(held.values()) <= {str(trouble) for trouble in Trouble}
    assert not {FAILED, str(Trouble.UNPARSEABLE)} & set(held.values())
    assert all(words.held_reason(reason) for reason in held.values())


def test_the_one_behind_a_bad_one_is_received(mailbox: Mailbox) -> None:
    for number, raw in enumerate(mutations.mails(3, SEED)):
        mailroom.arrives(raw)
        mailroom.arrives(mailroom.mail(f"第 {number} 封好邮件", sender=f"c{number}@example.com"))
    texts = set(Message.objects.filter(kind="in").values_list("text", flat=True))
    assert {f"第 {number} 封好邮件" for number in range(3)} <= texts


def test_a_sender_too_long_to_be_one_is_held(mailbox: Mailbox) -> None:
    raw = mailroom.arrives(b"From: " + b"a" * 300 + b"@example.com\r\nSubject: s\r\n\r\nx")
    assert (raw.state, raw.reason) == ("held", "no_sender")
    assert Task.objects.get(kind="channels.held").subject_id == raw.pk
