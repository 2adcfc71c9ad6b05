"""Drafts: kept as they are typed, on every device; nothing is overwritten in silence."""

import threading

import pytest
from django.db import connection

import mailroom
import world
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Conversation, Draft
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Entry

PATIENCE_SECONDS = 30


def conversation() -> Conversation:
    return mailroom.received().conversation


@pytest.mark.usefixtures("mailbox")
def test_keeping_a_draft_leaves_no_entry_and_being_refused_leaves_one() -> None:
    about, before = conversation(), Entry.objects.count()
    drafts.save_draft(about, by=world.actor("li"), text="尊敬的")
    drafts.save_draft(about, by=world.actor("li"), text=" ")
    assert Entry.objects.count() == before
    with pytest.raises(PermissionDenied):
        drafts.save_draft(about, by=world.actor("sun"), text="您好")
    assert len(world.entries("conversations.draft.save", "permission_denied")) == 1


@pytest.mark.usefixtures("mailbox")
def test_one_device_types_on_over_what_it_kept() -> None:
    about, li, over = conversation(), world.actor("li"), ""
    for text in ("尊", "尊敬", "尊敬的"):
        kept = drafts.save_draft(about, by=li, text=text, over=over)
        assert drafts.version(kept) != over
        over = drafts.version(kept)
    assert Draft.objects.get().text == "尊敬的"


@pytest.mark.usefixtures("mailbox")
def test_the_second_device_is_told_and_overwrites_nothing() -> None:
    about, li = conversation(), world.actor("li")
    first = drafts.version(drafts.save_draft(about, by=li, text="在电脑上", over=""))
    drafts.save_draft(about, by=li, text="在电脑上写完", over=first)
    for over in ("", first):
        with pytest.raises(Refused, match="draft_changed_elsewhere"):
            drafts.save_draft(about, by=li, text="在手机上", over=over)
    assert Draft.objects.get().text == "在电脑上写完"
    with pytest.raises(Refused, match="draft_changed_elsewhere"):
        drafts.save_draft(about, by=li, text="", over=first)
    assert drafts.save_draft(about, by=li, text="在电脑上写完", over="")
    chosen = drafts.save_draft(about, by=li, text="在手机上", over=drafts.version(Draft.objects.get()))
    assert chosen
    assert Draft.objects.get().text == "在手机上"


@pytest.mark.usefixtures("mailbox")
def test_a_draft_that_was_sent_from_another_device_is_not_begun_anew_in_silence() -> None:
    about, li = conversation(), world.actor("li")
    over = drafts.version(drafts.save_draft(about, by=li, text="可以减免", over=""))
    send.reply(about, by=li, text="可以减免")
    with pytest.raises(Refused, match="draft_changed_elsewhere"):
        drafts.save_draft(about, by=li, text="可以减免年费", over=over)
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("mailbox")
def test_what_is_taken_back_stands_before_what_was_begun_meanwhile() -> None:
    about, li = conversation(), world.actor("li")
    message = send.reply(about, by=li, text="写错了")
    drafts.save_draft(about, by=li, text="再补充一句")
    assert send.undo(message.outgoing, by=li).text == "写错了\n\n再补充一句"


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_that_begin_at_once_one_is_told() -> None:
    mailroom.opened()
    about, li = conversation(), world.actor("li")
    told, gate = [], threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def types(text: str) -> None:
        gate.wait()
        try:
            drafts.save_draft(about, by=li, text=text, over="")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    both = [threading.Thread(target=types, args=(text,)) for text in ("在电脑上", "在手机上")]
    for one in both:
        one.start()
    for one in both:
        one.join(PATIENCE_SECONDS)
    assert told == ["draft_changed_elsewhere"]
    assert Draft.objects.count() == 1
