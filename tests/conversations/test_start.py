"""Writing first: to customers we know and to addresses we do not."""

import pytest

import mailroom
import world
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.actions import send, start
from plainspoken.conversations.models import Conversation
from plainspoken.customers import actions as customers
from plainspoken.customers.models import ContactPoint
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.models import Entry

pytestmark = pytest.mark.usefixtures("mailbox")
SHEET = ("账单.pdf", "application/pdf", b"%PDF-1.7")


def known_customer(**about: str) -> ContactPoint:
    """A customer with an address from the file."""
    by = system("tests.file", "customers.customer.put", "customers.contact_point.put")
    customer = customers.put(
        world.unit("personal-finance"),
        by=by,
        kind="individual",
        number="C-1",
        name="陈婉清",
        language=about.get("language", ""),
    )
    return customers.put_contact_point(
        customer,
        by=by,
        kind=about.get("kind", "email"),
        value=about.get("value", "chen@example.com"),
        verified="file",
    )


@pytest.mark.duty("4.4.1d")
def test_without_a_certificate_nobody_writes_first() -> None:
    with pytest.raises(Refused, match="not_qualified"):
        start.write_first(
            Mailbox.objects.get(), by=world.actor("xin"), address="a@example.com", subject="s", text="t"
        )
    assert not ContactPoint.objects.exists()


@pytest.mark.duty("3.3a")
def test_writing_first_opens_a_conversation_of_the_mailboxs_unit() -> None:
    to = known_customer()
    message = send.start(
        Mailbox.objects.get(),
        by=world.actor("li"),
        to=to,
        subject=" 账单 ",
        text="您的账单已出。",
        files=(SHEET,),
    )
    about = message.conversation
    assert (about.subject, about.customer, about.language) == ("账单", to.customer, "zh-hans")
    assert [one.unit.code for one in about.units.all()] == ["customer-service"]
    assert about.participants.get().contact_point == to
    assert message.attachments.count() == 1
    assert len(world.entries("conversations.start")) == 1


def test_we_write_in_the_language_a_person_has_set() -> None:
    to = known_customer(language="en")
    message = send.start(
        Mailbox.objects.get(), by=world.actor("li"), to=to, subject="账单", text="账单已出。"
    )
    assert message.conversation.language == "en"


def test_an_address_that_is_known_is_not_met_again() -> None:
    to = known_customer()
    message = start.write_first(
        Mailbox.objects.get(),
        by=world.actor("li"),
        address=" CHEN@example.com",
        subject="s",
        text="Hello there",
    )
    assert (message.outgoing.to, message.conversation.customer) == (to, to.customer)
    assert ContactPoint.objects.count() == 1


@pytest.mark.duty("2e")
def test_an_address_that_nobody_knows_becomes_a_prospects() -> None:
    message = start.write_first(
        Mailbox.objects.get(), by=world.actor("li"), address="neu@example.com", subject="s", text="您好"
    )
    point = message.outgoing.to
    assert (point.verified, point.customer.prospect, point.value) == ("claimed", True, "neu@example.com")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("subject_missing", {"subject": "  "}),
        ("subject_too_long", {"subject": "题" * 501}),
        ("variable_unfilled", {"subject": "{{customer}}"}),
        ("subject_of_several_lines", {"subject": "s\nBcc: all@example.com"}),
        ("cannot_be_addressed", {"address": "nobody"}),
        ("cannot_be_addressed", {"address": ""}),
        ("cannot_be_addressed", {"address": "a b@example.com"}),
        ("cannot_be_addressed", {"address": "a@example.com\nBcc: all@example.com"}),
        ("cannot_be_addressed", {"address": "a@example.com, b@example.com"}),
        ("text_missing", {"text": ""}),
        ("variable_unfilled", {"text": "{{customer}}"}),
    ],
)
def test_what_cannot_be_begun_is_refused_and_leaves_nobody(reason: str, said: dict[str, str]) -> None:
    given = {"address": "neu@example.com", "subject": "s", "text": "您好", **said}
    with pytest.raises(Refused) as refused:
        start.write_first(Mailbox.objects.get(), by=world.actor("li"), **given)
    assert refused.value.code == reason
    assert (
        Entry.objects.filter(
            refusal=reason, code__in=["conversations.start", "conversations.write_first"]
        ).count()
        == 1
    )
    assert (Conversation.objects.count(), ContactPoint.objects.count()) == (0, 0)


def test_no_mail_is_begun_to_a_telephone() -> None:
    to = known_customer(kind="phone", value="+86 138 0013 8000")
    with pytest.raises(Refused, match="cannot_be_addressed"):
        send.start(Mailbox.objects.get(), by=world.actor("li"), to=to, subject="s", text="您好")


def test_nobody_writes_from_a_mailbox_of_another_unit() -> None:
    with pytest.raises(Refused, match="mailbox_of_another_unit"):
        start.write_first(
            Mailbox.objects.get(), by=world.actor("chen"), address="a@example.com", subject="s", text="您好"
        )
    assert len(world.entries("conversations.start", "mailbox_of_another_unit")) == 1


def test_what_a_customer_answers_to_a_first_word_of_ours_opens_a_case_in_it() -> None:
    message = start.write_first(
        Mailbox.objects.get(),
        by=world.actor("li"),
        address="wang@example.com",
        subject="账单",
        text="您的账单已出。",
    )
    mailroom.arrives(mailroom.mail("金额不对", In_Reply_To=f"<{message.header_id}>"))
    assert mailroom.case().conversation == message.conversation
