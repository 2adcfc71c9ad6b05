"""A Reply-To that differs: shown, and used only when the writer chooses it."""

import pytest
from django.urls import reverse

import mailroom
import story
import world
from plainspoken.cases.models import Case
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Outgoing
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel import ledger
from plainspoken.kernel.errors import Refused

pytestmark = pytest.mark.usefixtures("mailbox")
OTHER = "assistant@other.example"


def asked(reply_to: str = OTHER) -> Case:
    return mailroom.received(Reply_To=reply_to)


def test_the_sender_is_answered_unless_somebody_chooses_otherwise() -> None:
    message = send.reply(asked().conversation, by=world.actor("li"), text="您好")
    assert message.outgoing.to.value == "wang@example.com"
    assert not ContactPoint.objects.filter(masked="as***@other.example").exists()


def test_by_choice_it_goes_to_the_other_address_and_the_ledger_says_so() -> None:
    case = asked()
    message = send.reply(case.conversation, by=world.actor("li"), text="您好", elsewhere=True)
    to = message.outgoing.to
    assert (to.value, to.verified, to.customer.prospect) == (OTHER, "claimed", True)
    assert to.customer != case.customer
    facts = ledger.facts(bytes(world.entries("conversations.reply.send")[-1].body))
    assert facts["elsewhere"] == str(to.pk)


def test_whoever_answers_from_there_joins_the_conversation() -> None:
    case = asked()
    ours = send.reply(case.conversation, by=world.actor("li"), text="您好", elsewhere=True)
    mailroom.arrives(mailroom.mail("收到", sender=OTHER, In_Reply_To=f"<{ours.header_id}>"))
    assert Case.objects.count() == 1


def test_chosen_twice_it_is_one_contact_point() -> None:
    case = asked()
    for _ in range(2):
        send.reply(case.conversation, by=world.actor("li"), text="您好", elsewhere=True)
    assert len({one.to_id for one in Outgoing.objects.filter(message__kind="out")}) == 1


@pytest.mark.parametrize("reply_to", ["", "wang@example.com", "WANG@example.com", mailroom.ADDRESS])
def test_without_another_address_there_is_no_choice(reply_to: str) -> None:
    case = asked(reply_to) if reply_to else mailroom.received()
    with pytest.raises(Refused, match="no_other_address"):
        send.reply(case.conversation, by=world.actor("li"), text="您好", elsewhere=True)
    assert len(world.entries("conversations.reply.send", "no_other_address")) == 1
    assert not Outgoing.objects.filter(message__kind="out").exists()


def test_the_composer_offers_it_masked_and_not_chosen() -> None:
    page = world.client("li").get(reverse("desk.case", args=[asked().pk])).content.decode()
    assert "as***@other.example" in page
    assert OTHER not in page
    assert 'name="elsewhere">' in page


def test_where_nobody_asks_the_composer_offers_nothing() -> None:
    page = world.client("li").get(reverse("desk.case", args=[mailroom.received().pk])).content.decode()
    assert 'name="elsewhere"' not in page


@pytest.mark.parametrize(("chosen", "to"), [({}, "wang@example.com"), ({"elsewhere": "on"}, OTHER)])
def test_the_form_says_it_once_for_this_answer(chosen: dict[str, str], to: str) -> None:
    case = asked()
    about = {"type": case.suggested_type_id, "line": case.suggested_line_id}
    filled = {"text": "您好", **about, **chosen}
    answer = story.post(world.client("li"), "cases.inquiry.answer_at_once", case.pk, filled)
    assert answer.status_code in (302, 303), answer.content.decode()
    assert Outgoing.objects.get(message__kind="out").to.value == to
