"""What comes back when something was said meanwhile or another device has kept a text: the words, and a choice."""

import pytest
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Case, Line, Type
from plainspoken.conversations.actions import drafts, send
from plainspoken.conversations.models import Draft, Outgoing
from plainspoken.desk import composer, forms

pytestmark = pytest.mark.usefixtures("desk")
WORDS = "年费已减免。"


def value(shown: str, name: str) -> str:
    """Of a hidden field."""
    return shown.partition(f'<input type="hidden" name="{name}" value="')[2].partition('"')[0]


def shown_to(username: str, case: Case) -> str:
    return world.client(username).get(reverse("desk.case", args=[case.pk])).content.decode()


@pytest.mark.parametrize("fragment", [True, False])
def test_a_second_press_sends_knowingly(fragment: bool) -> None:
    case, browser = story.triaged(), world.client("li")
    sent = {"text": WORDS, "seen": value(shown_to("li", case), "seen")}
    send.reply(case.conversation, by=world.actor("wang"), text="请稍等。")
    answer = story.post(browser, "cases.inquiry.answer", case.pk, sent, fragment=fragment)
    shown = answer.content.decode().partition("<ps-composer")[2].partition("</ps-composer>")[0]
    assert answer.status_code == 422
    assert "said_meanwhile" in shown
    assert "请稍等。" in shown.partition('class="news"')[2]
    assert f"{WORDS}</textarea>" in shown
    assert 'name="knowingly" value="on"' in shown
    assert Outgoing.objects.filter(message__kind="out").count() == 1

    again = {"text": WORDS, "seen": value(shown, "seen"), "knowingly": "on"}
    assert story.post(browser, "cases.inquiry.answer", case.pk, again).status_code == 303
    assert Outgoing.objects.filter(message__kind="out").count() == 2


def test_who_comes_second_to_a_new_case_keeps_the_words() -> None:
    case = story.received()
    judged = {"type": Type.objects.get(code="fee").pk, "line": Line.objects.get(code="card").pk}
    sent = {"text": "我来回答。", "seen": value(shown_to("wang", case), "seen"), **judged}
    story.post(world.client("li"), "cases.inquiry.answer_at_once", case.pk, {"text": WORDS, **judged})
    answer = story.post(world.client("wang"), "cases.inquiry.answer_at_once", case.pk, sent, fragment=True)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert WORDS in shown.partition('class="news"')[2]
    assert "我来回答。</textarea>" in shown
    assert 'value="conversations.note.add"' in shown
    assert story.fresh(case).owner == world.person("li")


def test_without_saying_what_was_seen_nothing_is_sent_to_a_customer() -> None:
    case = story.triaged()
    answer = story.post(world.client("li"), "cases.inquiry.answer", case.pk, {"text": WORDS, "seen": ""})
    assert answer.status_code == 422
    assert not Outgoing.objects.filter(message__kind="out").exists()


def test_the_dialogs_that_write_to_the_customer_carry_it_too() -> None:
    case = story.triaged()
    for name in ("cases.inquiry.tell_time", "cases.inquiry.hand_over"):
        shown = world.client("li").get(reverse(name, args=[case.pk])).content.decode()
        assert f'name="seen" value="{story.seen(case.pk)}"' in shown


def test_every_mode_that_writes_to_the_customer_carries_what_was_seen() -> None:
    outside = [mode for mode in composer.MODES.values() if "files" in mode.form.base_fields]
    assert {mode.code for mode in outside} == {
        "cases.inquiry.answer",
        "cases.inquiry.answer_at_once",
        "conversations.reply.send",
    }
    assert all(issubclass(mode.form, forms.ToTheCustomer) for mode in outside)


def test_the_second_device_is_told_and_either_text_can_stay() -> None:
    case, browser = story.triaged(), world.client("li")
    drafts.save_draft(case.conversation, by=world.actor("li"), text="在电脑上")
    sent = {"text": "在手机上", "draft": ""}
    answer = story.post(browser, "desk.draft", case.pk, sent, fragment=True)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "two-texts" in shown
    assert reverse("desk.case", args=[case.pk]) in shown
    assert Draft.objects.get().text == "在电脑上"
    theirs = shown.partition('name="over" value="')[2].partition('"')[0]
    kept = story.post(browser, "desk.draft", case.pk, {**sent, "over": theirs}, fragment=True)
    assert kept.status_code == 200
    assert Draft.objects.get().text == "在手机上"
    assert value(kept.content.decode(), "draft") == str(Draft.objects.get().version)


def test_a_draft_sent_elsewhere_may_be_begun_anew_by_choice() -> None:
    case, browser = story.triaged(), world.client("li")
    over = drafts.version(drafts.save_draft(case.conversation, by=world.actor("li"), text="草稿"))
    drafts.save_draft(case.conversation, by=world.actor("li"), text="")
    sent = {"text": "草稿二", "draft": over}
    shown = story.post(browser, "desk.draft", case.pk, sent, fragment=True).content.decode()
    assert 'name="over" value="none"' in shown
    assert "data-forget" not in shown
    assert (
        story.post(browser, "desk.draft", case.pk, {**sent, "over": "none"}, fragment=True).status_code == 200
    )
    assert Draft.objects.get().text == "草稿二"


def test_without_script_the_page_comes_back_with_the_words_and_the_choice() -> None:
    case, browser = story.triaged(), world.client("li")
    drafts.save_draft(case.conversation, by=world.actor("li"), text="在电脑上")
    sent = {"text": "在手机上", "draft": "", "mode": "conversations.note.add"}
    answer = story.post(browser, "desk.draft", case.pk, sent)
    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert "在手机上</textarea>" in answer.content.decode()
    assert "two-texts" in answer.content.decode()
