"""Two people answering at once: the second is told before anything leaves."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

import mailroom
import world
from plainspoken.conversations import said
from plainspoken.conversations.actions import notes, send
from plainspoken.conversations.models import Conversation, Message
from plainspoken.kernel import clock, ledger
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7

PATIENCE_SECONDS = 30


def conversation() -> Conversation:
    return mailroom.received().conversation


def writes_again(about: Conversation, text: str = "还有一个问题") -> None:
    ours = about.messages.get(kind="automatic").header_id
    mailroom.arrives(mailroom.mail(text, In_Reply_To=f"<{ours}>"))


@pytest.mark.usefixtures("mailbox")
def test_who_has_seen_the_last_word_sends() -> None:
    about, li = conversation(), world.actor("li")
    seen = said.newest(about)
    message = send.reply(about, by=li, text="可以减免", seen=seen)
    facts = ledger.facts(bytes(world.entries("conversations.reply.send")[0].body))
    assert (facts["seen"], facts.get("knowingly")) == (str(seen), None)
    assert said.newest(about) == message.pk


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("who", ["a colleague", "the customer", "the customer on our page"])
def test_what_was_said_meanwhile_is_seen_before_anything_leaves(who: str) -> None:
    about, li = conversation(), world.actor("li")
    seen = said.newest(about)
    if who == "a colleague":
        send.reply(about, by=world.actor("wang"), text="我先答了")
    elif who == "the customer":
        writes_again(about)
    else:
        by = system("t", "conversations.note.relay")
        notes.relay(about, by=by, point=about.participants.get().contact_point, text="还没有解决")
    before = about.messages.count()
    with pytest.raises(Refused, match="said_meanwhile"):
        send.reply(about, by=li, text="可以减免", seen=seen)
    assert about.messages.count() == before
    assert len(world.entries("conversations.reply.send", "said_meanwhile")) == 1
    send.reply(about, by=li, text="可以减免", seen=said.newest(about), knowingly=True)
    last = world.entries("conversations.reply.send")[-1]
    assert ledger.facts(bytes(last.body))["knowingly"] is True


@pytest.mark.usefixtures("mailbox")
def test_to_know_of_the_first_is_not_to_know_of_the_second() -> None:
    about, li, wang = conversation(), world.actor("li"), world.actor("wang")
    first = send.reply(about, by=wang, text="第一句")
    send.reply(about, by=wang, text="第二句")
    with pytest.raises(Refused, match="said_meanwhile"):
        send.reply(about, by=li, text="好", seen=first.pk, knowingly=True)


@pytest.mark.usefixtures("mailbox")
def test_mail_that_waited_for_intake_is_new_although_it_was_written_before() -> None:
    about, li, wang = conversation(), world.actor("li"), world.actor("wang")
    with clock.moved(clock.now() + timedelta(minutes=10)):
        seen = send.reply(about, by=wang, text="我先答了").pk
    with clock.moved(clock.now() + timedelta(minutes=20)):
        writes_again(about)
        late = about.messages.filter(kind="in").latest("id")
        Message.objects.filter(pk=late.pk).update(at=clock.now() - timedelta(minutes=15))
        with pytest.raises(Refused, match="said_meanwhile"):
            send.reply(about, by=li, text="好", seen=seen)


@pytest.mark.usefixtures("mailbox")
def test_notes_and_what_was_taken_back_and_what_machines_wrote_are_no_news() -> None:
    about, li, wang = conversation(), world.actor("li"), world.actor("wang")
    seen = said.newest(about)
    send.add_note(about, by=wang, text="客户语气很急")
    send.undo(send.reply(about, by=wang, text="写错了").outgoing, by=wang)
    send.send_automatic(about, by=system("t", "conversations.automatic.send"), text="自动")
    assert send.reply(about, by=li, text="好", seen=seen)


@pytest.mark.usefixtures("mailbox")
def test_who_names_a_message_of_elsewhere_has_seen_nothing() -> None:
    about = conversation()
    with pytest.raises(Refused, match="said_meanwhile"):
        send.reply(about, by=world.actor("li"), text="好", seen=uuid7())


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told() -> None:
    """On two connections: the second waits for the first, and then finds what it said."""
    mailroom.opened()
    about = conversation()
    seen, told, gate = said.newest(about), [], threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def answers(username: str) -> None:
        by = world.actor(username)
        gate.wait()
        try:
            send.reply(about, by=by, text=f"{username} 答复", seen=seen)
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    both = [threading.Thread(target=answers, args=(username,)) for username in ("li", "wang")]
    for one in both:
        one.start()
    for one in both:
        one.join(PATIENCE_SECONDS)
    assert told == ["said_meanwhile"]
    assert about.messages.filter(kind="out").count() == 1
