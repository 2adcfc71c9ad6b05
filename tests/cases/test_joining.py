"""A conversation we began that is about the matter of a case: read and answered there, and a way back (4.3.1 b)."""

import threading
from email.message import EmailMessage

import pytest
from django.db import connection
from django.urls import reverse

import mailroom
import story
import world
from plainspoken.cases.actions import follow_up, intake, joining
from plainspoken.cases.models import Case, Closure, Joining
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Conversation
from plainspoken.customers.models import ContactPoint
from plainspoken.desk.queries import merged
from plainspoken.kernel import ledger
from plainspoken.kernel.errors import PermissionDenied, Refused


@pytest.fixture(autouse=True)
def desk(db: None) -> None:
    story.set_up()


def begun() -> Conversation:
    """We write first to the customer of the case."""
    to = ContactPoint.objects.earliest("id")
    subject, text = "补充材料", "请补充身份证明。"
    message = send.start(Mailbox.objects.get(), by=world.actor("li"), to=to, subject=subject, text=text)
    story.let_leave()
    return message.conversation


def answers(conversation: Conversation, text: str = "材料见附件。") -> Case:
    ours = conversation.messages.get(kind="out")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = story.CUSTOMER, mailroom.ADDRESS, "Re: 补充材料"
    mail["Message-ID"], mail["In-Reply-To"] = "<again@example.com>", f"<{ours.header_id}>"
    mail.set_content(text)
    raw = story.arrives(mail.as_bytes())
    assert raw.message.conversation == conversation
    return Case.objects.latest("last_at")


@pytest.mark.duty("4.3.1b")
def test_it_is_read_in_the_case_and_an_answer_is_heard_there() -> None:
    case = story.triaged()
    conversation = begun()
    joining.join(conversation, by=world.actor("li"), into=case)
    assert merged.origins(story.fresh(case), [], world.actor("li")) == {conversation.pk: "补充材料"}
    assert answers(conversation) == case
    assert Case.objects.count() == 1
    page = world.client("li").get(reverse("desk.case", args=[case.pk])).content.decode()
    assert "材料见附件。" in page


def test_the_ledger_says_so() -> None:
    case = story.triaged()
    conversation = begun()
    made = joining.join(conversation, by=world.actor("li"), into=case)
    (entry,) = world.entries("cases.conversation.join")
    assert (entry.subject_id, ledger.facts(bytes(entry.body))["case"]) == (conversation.pk, str(case.pk))
    assert (made.by, made.undone_at) == (world.person("li"), None)


def test_taken_out_again_an_answer_opens_a_case_of_its_own() -> None:
    case = story.triaged()
    conversation = begun()
    joining.join(conversation, by=world.actor("li"), into=case)
    joining.part(conversation, by=world.actor("li"))
    assert merged.origins(case, [], world.actor("li")) == {}
    assert answers(conversation) != case
    assert world.entries("cases.conversation.part")


def test_a_case_closed_long_ago_hears_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    case = story.triaged()
    conversation = begun()
    joining.join(conversation, by=world.actor("li"), into=case)
    follow_up_closed(case)
    assert intake.current(conversation) == story.fresh(case)
    monkeypatch.setattr(intake, "REOPENS_WITHIN", -intake.REOPENS_WITHIN)
    assert intake.current(conversation) is None


def follow_up_closed(case: Case) -> None:
    from plainspoken.cases.actions import answering

    answering.answer(case, by=world.actor("li"), text="已收到。")
    story.let_leave()
    follow_up.close(story.fresh(case), by=world.actor("li"), how=Closure.How.BY_OWNER)


def refused(reason: str, conversation: Conversation, into: Case) -> None:
    standing = Joining.objects.count()
    with pytest.raises(Refused, match=reason):
        joining.join(conversation, by=world.actor("li"), into=into)
    assert Joining.objects.count() == standing
    assert len(world.entries("cases.conversation.join", reason)) == 1


def test_one_that_has_a_case_is_merged_as_a_case() -> None:
    case, other = story.triaged(), story.received("再问一次", subject="另一件")
    refused("has_a_case", other.conversation, case)


def test_it_belongs_to_one_case_at_a_time() -> None:
    case, other = story.triaged(), story.received("再问一次", subject="另一件")
    conversation = begun()
    joining.join(conversation, by=world.actor("li"), into=case)
    refused("joined_already", conversation, other)


def test_another_customers_case_is_none_of_it() -> None:
    story.triaged()
    conversation = begun()
    refused("case_of_another_customer", conversation, story.received(sender="other@example.com", name="别人"))


def test_a_case_that_is_not_in_work_takes_nothing() -> None:
    case = story.closed()
    refused("case_not_open", begun(), case)


def test_what_was_not_joined_is_not_taken_out() -> None:
    story.triaged()
    conversation = begun()
    with pytest.raises(Refused, match="not_joined"):
        joining.part(conversation, by=world.actor("li"))


def test_who_may_not_is_refused() -> None:
    case = story.triaged()
    conversation = begun()
    with pytest.raises(PermissionDenied):
        joining.join(conversation, by=world.actor("sun"), into=case)


def test_on_the_screen() -> None:
    case = story.triaged()
    conversation = begun()
    browser, at = world.client("li"), reverse("desk.conversation", args=[conversation.pk])
    address = reverse("cases.conversation.join", args=[conversation.pk])
    assert address in browser.get(at).content.decode()
    assert case.number in browser.get(address).content.decode()
    assert (
        story.post(browser, "cases.conversation.join", conversation.pk, {"into": case.pk}).status_code == 303
    )
    shown = browser.get(at).content.decode()
    assert case.number in shown
    assert browser.get(reverse("cases.conversation.part", args=[conversation.pk])).status_code == 405
    assert story.post(browser, "cases.conversation.part", conversation.pk).status_code == 303
    assert not Joining.objects.filter(undone_at=None).exists()
    stranger = world.client("chen")
    assert stranger.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told() -> None:
    case = story.triaged()
    conversation, ends = begun(), list[str]()

    def tries() -> None:
        try:
            joining.join(conversation, by=world.actor("li"), into=case)
            ends.append("joined")
        except Refused as error:
            ends.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=tries) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ends) == ["joined", "joined_already"]
