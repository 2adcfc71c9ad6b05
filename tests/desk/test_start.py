"""Writing first, and the conversation it begins until it becomes a case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import story
import world
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Conversation, Outgoing
from plainspoken.customers import actions
from plainspoken.customers.models import ContactPoint, Customer

pytestmark = pytest.mark.usefixtures("desk")
NEW = "/conversations/new/"


def filled(**more: object) -> dict[str, object]:
    mailbox = Mailbox.objects.get().pk
    return {"mailbox": mailbox, "address": "new@example.com", "subject": "到期提醒", "text": "您好", **more}


def known(name: str = "周建国", number: str = "C1001", address: str = "zhou@example.com") -> ContactPoint:
    by = story.everything()
    customer = actions.put(
        world.unit("cs-team-1"), by=by, kind="individual", number=number, name=name, language="zh-hans"
    )
    return actions.put_contact_point(customer, by=by, kind="email", value=address, verified="file")


def test_to_an_address_nobody_knows() -> None:
    answer = world.client("li").post(NEW, filled(files=[SimpleUploadedFile("a.txt", b"a")]))
    conversation = Conversation.objects.get()
    assert answer["Location"] == reverse("desk.conversation", args=[conversation.pk])
    assert conversation.customer.prospect
    outgoing = Outgoing.objects.get()
    assert (outgoing.to.value, outgoing.message.text) == ("new@example.com", "您好")
    assert outgoing.message.attachments.get().name == "a.txt"
    outer = story.entries("conversations.write_first")[0]
    assert story.entries("conversations.start")[0].cause == outer.id
    assert story.entries("customers.prospect.meet")[0].cause == outer.id


def test_to_an_address_we_know_makes_no_second_customer() -> None:
    point = known()
    world.client("li").post(NEW, filled(address="ZHOU@example.com"))
    assert Conversation.objects.get().customer == point.customer
    assert Customer.objects.count() == 1


def test_to_a_customer_found_by_name_or_number() -> None:
    point, browser = known(), world.client("li")
    for words in ("周建", "c1001"):
        shown = browser.get(
            NEW + "recipients/", {"q": words}, headers={"HX-Request": "true"}
        ).content.decode()
        assert str(point.pk) in shown
        assert "zhou@example.com" not in shown
    for words in ("周", "无此人"):
        assert str(point.pk) not in browser.get(NEW + "recipients/", {"q": words}).content.decode()
    answer = browser.post(NEW, filled(to=point.pk, address=""))
    assert answer.status_code == 303
    assert Conversation.objects.get().customer == point.customer


@pytest.mark.parametrize(
    "missing", [{"address": ""}, {"subject": " "}, {"text": ""}, {"address": "no address"}]
)
def test_what_is_missing_comes_back_with_the_rest(missing: dict[str, str]) -> None:
    point = known()
    answer = world.client("li").post(
        NEW, filled(**{"text": "稍后致电", **missing}), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert not Conversation.objects.exists()
    kept = world.client("li").post(NEW, filled(to=point.pk, subject=""))
    assert f'value="{point.pk}" checked' in kept.content.decode()


def test_a_mailbox_of_another_unit_cannot_be_chosen() -> None:
    answer = world.client("chen").post(NEW, filled())
    assert answer.status_code == 422
    assert not Conversation.objects.exists()


@pytest.mark.duty("4.4.1d")
def test_who_holds_no_certificate_writes_to_nobody_and_keeps_the_words() -> None:
    answer = world.client("xin").post(NEW, filled())
    assert answer.status_code == 422
    assert "not_qualified" in answer.content.decode()
    assert "您好</textarea>" in answer.content.decode()
    assert not Customer.objects.exists()


def test_an_unfilled_variable_is_refused() -> None:
    answer = world.client("li").post(NEW, filled(text="{{name}}您好"))
    assert answer.status_code == 422
    assert "variable_unfilled" in answer.content.decode()


def test_who_may_not_write_first_and_other_methods() -> None:
    mine = filled()
    assert world.client("admin").get(NEW).status_code == 403
    assert world.client("admin").post(NEW, mine).status_code in (403, 422)
    assert world.client("li").delete(NEW).status_code == 405
    assert world.client("li").post(NEW + "recipients/").status_code == 405
    assert not Conversation.objects.exists()


@pytest.fixture
def begun() -> Conversation:
    world.client("li").post(NEW, filled())
    return Conversation.objects.get()


def test_the_conversation_stands_by_itself(begun: Conversation) -> None:
    browser = world.client("li")
    shown = browser.get(reverse("desk.conversation", args=[begun.pk])).content.decode()
    assert "到期提醒" in shown
    assert reverse("conversations.reply.send", args=[begun.pk]) in shown
    fragment = browser.get(reverse("desk.conversation", args=[begun.pk]), headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()


def test_one_goes_on_writing_in_it(begun: Conversation) -> None:
    answer = story.post(world.client("li"), "conversations.reply.send", begun.pk, {"text": "补充一点"})
    assert answer["Location"] == reverse("desk.conversation", args=[begun.pk])
    assert begun.messages.filter(kind="out").count() == 2
    story.post(world.client("wang"), "conversations.note.add", begun.pk, {"text": "已致电"})
    assert begun.messages.get(kind="note").author == world.person("wang")
    answer = story.post(
        world.client("li"), "conversations.reply.send", begun.pk, {"text": "{{x}}"}, fragment=True
    )
    assert answer.status_code == 422
    assert "{{x}}</textarea>" in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "conversations.reply.send",
        "conversations.note.add",
        "conversations.inside.forward",
        "conversations.draft.save",
    ],
)
def test_it_is_refused_like_all_else(begun: Conversation, name: str) -> None:
    sent = {"text": "补充", "to": world.unit("marketing").pk}
    assert world.client("chen").get(reverse("desk.conversation", args=[begun.pk])).status_code == 404
    assert story.post(world.client("chen"), name, begun.pk, sent).status_code == 404
    assert story.post(world.client("sun"), name, begun.pk, sent).status_code == 403
    assert world.client("li").get(reverse(name, args=[begun.pk])).status_code == 405


def test_its_drafts_and_scripts(begun: Conversation) -> None:
    browser = world.client("li")
    story.post(browser, "conversations.draft.save", begun.pk, {"text": "补充"}, fragment=True)
    assert "补充</textarea>" in browser.get(reverse("desk.conversation", args=[begun.pk])).content.decode()
    assert (
        "data-insert" in browser.get(reverse("desk.conversation.scripts", args=[begun.pk])).content.decode()
    )
