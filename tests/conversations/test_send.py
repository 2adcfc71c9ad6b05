"""What leaves the house and what is said inside: the words, who may send them, and where they stand then."""

from datetime import timedelta
from typing import Any

import pytest

import mailroom
import world
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.actions.send import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, UNDO_SECONDS
from plainspoken.conversations.models import Attachment, Conversation, Draft, Message, Outgoing
from plainspoken.customers import actions as customers
from plainspoken.kernel import access, blobs, clock, drain, ledger, search
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused, WrongState

pytestmark = pytest.mark.usefixtures("mailbox")
SHEET = ("账单.pdf", "application/pdf", b"%PDF-1.7")


def conversation() -> Conversation:
    return mailroom.received().conversation


@pytest.mark.duty("4.3.1b")
def test_a_reply_waits_for_its_author_to_think_again() -> None:
    about, before = conversation(), clock.now()
    message = send.reply(about, by=world.actor("li"), text="  年费可以减免。 ")
    outgoing = message.outgoing
    assert (message.kind, message.text, message.author) == ("out", "年费可以减免。", world.person("li"))
    assert (outgoing.state, outgoing.to.value) == ("waiting", "wang@example.com")
    assert outgoing.leaves_at >= before + timedelta(seconds=UNDO_SECONDS)
    assert message.header_id == f"{message.pk}@haian.example"


def test_the_ledger_keeps_what_was_said_apart_from_that_it_was_said() -> None:
    message = send.reply(conversation(), by=world.actor("li"), text="可以减免", files=(SHEET,))
    (entry,) = world.entries("conversations.reply.send")
    facts = ledger.facts(bytes(entry.body))
    assert (facts["message"], facts["outgoing"]) == (str(message.pk), str(message.outgoing.pk))
    assert (entry.actor_id, entry.actor_post) == (world.person("li").pk, "cs-agent")
    assert "可以减免".encode() not in bytes(entry.body)
    assert entry.opening.values["text"][1] == "可以减免"


def test_files_go_along_in_their_order() -> None:
    files = (SHEET, ("n" * 300 + ".txt", "text/html", b""))
    message = send.reply(conversation(), by=world.actor("li"), text="见附件", files=files)
    first, second = message.attachments.order_by("position")
    assert (first.name, first.content_type, blobs.read(first.blob)) == SHEET
    assert (len(second.name), second.content_type, second.blob.size) == (255, "text/plain", 0)
    assert second.name.endswith(".txt")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("text_missing", {"text": " \n\t"}),
        ("text_too_long", {"text": "长" * 100_001}),
        ("variable_unfilled", {"text": "尊敬的{{ customer }}"}),
        ("attachments_too_many", {"text": "附件", "files": (SHEET,) * (ATTACHMENTS_MAX + 1)}),
        ("attachment_too_large", {"text": "附件", "files": (("x", "y/z", bytes(ATTACHMENT_BYTES_MAX + 1)),)}),
        (
            "attachments_too_large",
            {"text": "附件", "files": (("x", "y/z", bytes(ATTACHMENT_BYTES_MAX // 2 + 1)),) * 2},
        ),
        ("attachment_kind", {"text": "附件", "files": (SHEET, ("a.html", "text/plain", b"<p>"))}),
        ("attachment_content", {"text": "附件", "files": (("a.pdf", "application/pdf", b"MZ\x90"),)}),
    ],
)
def test_a_reply_that_cannot_leave_is_refused_and_leaves_nothing(reason: str, said: dict[str, Any]) -> None:
    about = conversation()
    drafts.save_draft(about, by=world.actor("li"), text="草稿")
    with pytest.raises(Refused) as refused:
        send.reply(about, by=world.actor("li"), **said)
    assert refused.value.code == reason
    assert len(world.entries("conversations.reply.send", reason)) == 1
    assert not Message.objects.filter(kind="out").exists()
    assert (Attachment.objects.count(), Draft.objects.get().text) == (0, "草稿")


def test_the_supervisor_says_nothing_to_customers() -> None:
    about = conversation()
    with pytest.raises(PermissionDenied):
        send.reply(about, by=world.actor("sun"), text="您好")
    assert len(world.entries("conversations.reply.send", "permission_denied")) == 1


def test_the_answer_goes_to_who_wrote_last() -> None:
    about = conversation()
    second = customers.meet(
        world.unit("customer-service"),
        by=system("t", "customers.prospect.meet"),
        kind="email",
        value="second@example.com",
        name="李",
    )
    about.participants.create(contact_point=second)
    ours = about.messages.get(kind="automatic").header_id
    with clock.moved(clock.now() + timedelta(minutes=1)):
        mailroom.arrives(mailroom.mail("我来补充", sender="second@example.com", In_Reply_To=f"<{ours}>"))
        assert send.reply(about, by=world.actor("li"), text="好").outgoing.to == second


@pytest.mark.duty("4.3.1b")
def test_a_note_stays_inside() -> None:
    about = conversation()
    note = send.add_note(about, by=world.actor("li"), text="客户语气很急")
    assert (note.kind, note.author, note.header_id) == ("note", world.person("li"), "")
    assert not Outgoing.objects.filter(message=note).exists()
    (entry,) = world.entries("conversations.note.add")
    assert entry.opening.values["text"][1] == "客户语气很急"


@pytest.mark.parametrize(("text", "reason"), [("", "text_missing"), ("长" * 100_001, "text_too_long")])
def test_a_note_says_something_and_not_too_much(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        send.add_note(conversation(), by=world.actor("li"), text=text)


def test_without_a_certificate_one_may_still_note() -> None:
    assert send.add_note(conversation(), by=world.actor("xin"), text="来电询问").author == world.person("xin")


@pytest.mark.duty("4.3.1g")
def test_forwarded_inside_the_other_unit_sees_and_finds_it_all() -> None:
    about, chen = conversation(), world.actor("chen")
    seen = access.visible(Conversation.objects.filter(pk=about.pk), chen)
    assert not seen.exists()
    message = send.forward_inside(about, by=world.actor("li"), to=world.unit("personal-finance"), text="请看")
    drain.run_until_empty()
    assert seen.exists()
    assert (message.kind, message.unit) == ("inside", world.unit("personal-finance"))
    own = world.unit("personal-finance").pk
    assert search.find("信用卡年费").filter(units__contains=[own]).count() == 1
    assert not Outgoing.objects.filter(message=message).exists()


def test_forwarded_twice_the_unit_works_on_it_once() -> None:
    about = conversation()
    for text in ("请看", "再看"):
        send.forward_inside(about, by=world.actor("li"), to=world.unit("personal-finance"), text=text)
    assert sorted(one.unit.code for one in about.units.all()) == ["customer-service", "personal-finance"]
    with pytest.raises(Refused, match="text_missing"):
        send.forward_inside(about, by=world.actor("li"), to=world.unit("marketing"), text=" ")
    assert about.units.count() == 2


def test_a_draft_is_kept_a_person_and_goes_when_it_is_sent_or_emptied() -> None:
    about, li, wang = conversation(), world.actor("li"), world.actor("wang")
    drafts.save_draft(about, by=li, text="写到一半")
    drafts.save_draft(about, by=wang, text="我的")
    drafts.save_draft(about, by=li, text="写完了")
    assert sorted(Draft.objects.values_list("text", flat=True)) == ["写完了", "我的"]
    send.reply(about, by=li, text="写完了")
    assert Draft.objects.get().person == world.person("wang")
    assert drafts.save_draft(about, by=wang, text="  ") is None
    assert not Draft.objects.exists()
    assert all("text" not in entry.opening.values for entry in world.entries("conversations.draft.save"))


def test_taken_back_it_is_a_draft_again_and_never_leaves() -> None:
    about, li = conversation(), world.actor("li")
    message = send.reply(about, by=li, text="写错了")
    draft = send.undo(message.outgoing, by=li)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        drain.run_until_empty()
    message.outgoing.refresh_from_db()
    assert (draft.text, message.outgoing.state, message.outgoing.attempts) == ("写错了", "withdrawn", 0)
    with pytest.raises(WrongState):
        send.undo(message.outgoing, by=li)


def test_what_has_left_is_not_taken_back() -> None:
    about, li = conversation(), world.actor("li")
    message = send.reply(about, by=li, text="已发")
    with clock.moved(clock.now() + timedelta(minutes=1)):
        drain.run_until_empty()
    with pytest.raises(WrongState):
        send.undo(message.outgoing, by=li)
    assert not Draft.objects.exists()


def test_nobody_takes_back_what_a_machine_or_another_wrote() -> None:
    about = conversation()
    theirs = send.reply(about, by=world.actor("wang"), text="我写的").outgoing
    automatic = send.send_automatic(
        about, by=system("t", "conversations.automatic.send"), text="自动"
    ).outgoing
    for outgoing in (theirs, automatic):
        with pytest.raises(Refused, match="not_the_author"):
            send.undo(outgoing, by=world.actor("li"))
    assert len(world.entries("conversations.outgoing.undo", "not_the_author")) == 2


def test_what_a_machine_writes_leaves_at_once() -> None:
    before = clock.now()
    message = send.send_automatic(
        conversation(), by=system("t", "conversations.automatic.send"), text="请评分", subject="评分"
    )
    assert (message.kind, message.author, message.subject) == ("automatic", None, "评分")
    assert before <= message.outgoing.leaves_at <= clock.now()


@pytest.mark.parametrize("say", ["note", "inside", "reply"])
def test_what_was_said_is_no_draft_any_more(say: str) -> None:
    about, li = conversation(), world.actor("li")
    drafts.save_draft(about, by=li, text="请核实")
    if say == "note":
        send.add_note(about, by=li, text="请核实年费")
    elif say == "inside":
        send.forward_inside(about, by=li, to=world.unit("credit-card"), text="请核实年费")
    else:
        send.reply(about, by=li, text="请核实年费")
    assert not Draft.objects.exists()
