"""Writing: to the customer, among us, to another unit. What cannot be said comes back with its words."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Case, Line, Type
from plainspoken.conversations.actions import drafts
from plainspoken.conversations.models import Attachment, Draft, Outgoing

pytestmark = pytest.mark.usefixtures("desk")


def composer(username: str, case: Case, **query: str) -> str:
    shown = world.client(username).get(reverse("desk.case", args=[case.pk]), query).content.decode()
    return shown.partition("<ps-composer")[2].partition("</ps-composer>")[0]


def judged() -> dict[str, object]:
    return {"type": Type.objects.get(code="fee").pk, "line": Line.objects.get(code="card").pk}


@pytest.mark.duty("4.3.1e")
def test_answering_leaves_after_the_time_to_undo() -> None:
    case = story.triaged()
    answer = story.post(
        world.client("li"), "cases.inquiry.answer", case.pk, {"text": "第一行\r\n第二行"}, fragment=True
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("desk.case", args=[case.pk]))
    outgoing = Outgoing.objects.get(message__kind="out")
    assert (outgoing.state, outgoing.message.text) == ("waiting", "第一行\n第二行")
    assert story.fresh(case).state == "triaged"
    story.let_leave()
    assert story.fresh(case).state == "answered"
    assert [entry.refusal for entry in story.entries("cases.inquiry.answer")] == [""]


@pytest.mark.duty("4.3.1e")
def test_a_simple_question_is_judged_and_answered_in_one_stroke() -> None:
    case = story.received()
    assert 'name="type"' in composer("li", case)
    answer = story.post(
        world.client("li"), "cases.inquiry.answer_at_once", case.pk, {"text": "您好", **judged()}
    )
    assert answer.status_code == 303
    story.let_leave()
    case = story.fresh(case)
    assert (case.state, case.owner, case.type.code) == ("answered", world.person("li"), "fee")
    outer, inner = story.entries("cases.inquiry.answer_at_once")[0], story.entries("cases.inquiry.triage")[0]
    assert inner.cause == outer.id


def test_without_type_and_line_it_is_not_answered_at_once() -> None:
    case = story.received()
    answer = story.post(
        world.client("li"), "cases.inquiry.answer_at_once", case.pk, {"text": "您好"}, fragment=True
    )
    assert answer.status_code == 422
    assert "您好" in answer.content.decode()
    assert not Outgoing.objects.filter(message__kind="out").exists()


@pytest.mark.duty("4.2.1b")
def test_an_unfilled_variable_comes_back_with_the_words() -> None:
    case = story.triaged()
    answer = story.post(
        world.client("li"), "cases.inquiry.answer", case.pk, {"text": "{{name}}您好"}, fragment=True
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "variable_unfilled" in shown
    assert "4.2.1b" in shown
    assert "{{name}}您好</textarea>" in shown


def test_without_script_the_whole_page_comes_back_with_the_words() -> None:
    case = story.triaged()
    answer = story.post(world.client("li"), "cases.inquiry.answer", case.pk, {"text": "{{name}}您好"})
    assert answer.status_code == 422
    assert "<html" in answer.content.decode()
    assert "{{name}}您好</textarea>" in answer.content.decode()


@pytest.mark.duty("4.4.1d")
def test_who_holds_no_certificate_says_nothing_to_a_customer() -> None:
    case = story.received()
    answer = story.post(
        world.client("xin"),
        "cases.inquiry.answer_at_once",
        case.pk,
        {"text": "您好", **judged()},
        fragment=True,
    )
    assert answer.status_code == 422
    assert "not_qualified" in answer.content.decode()
    assert story.fresh(case).state == "received"


def test_only_the_owner_answers_and_others_are_told_who_does() -> None:
    case = story.triaged("wang")
    assert reverse("cases.inquiry.answer", args=[case.pk]) not in composer("li", case)
    assert "王芳" in composer("li", case)
    answer = story.post(world.client("li"), "cases.inquiry.answer", case.pk, {"text": "您好"})
    assert answer.status_code == 422
    assert "not_the_owner" in answer.content.decode()


def test_files_go_with_the_answer_and_are_kept_as_they_are() -> None:
    case = story.triaged()
    files = [SimpleUploadedFile("对账单.pdf", b"%PDF", "application/pdf"), SimpleUploadedFile("b.txt", b"b")]
    sent = {"text": "见附件", "files": files}
    assert story.post(world.client("li"), "cases.inquiry.answer", case.pk, sent).status_code == 303
    kept = Attachment.objects.filter(message__kind="out").order_by("position")
    assert [(one.name, one.blob.size) for one in kept] == [("对账单.pdf", 4), ("b.txt", 1)]


@pytest.mark.parametrize(("limit", "value"), [("ATTACHMENTS_MAX", 1), ("ATTACHMENT_BYTES_MAX", 3)])
def test_too_much_is_said_before_anything_is_sent(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = story.triaged()
    monkeypatch.setattr(f"plainspoken.desk.fields.{limit}", value)
    files = [SimpleUploadedFile(f"{n}.txt", b"four") for n in range(2)]
    answer = story.post(
        world.client("li"), "cases.inquiry.answer", case.pk, {"text": "见附件", "files": files}
    )
    assert answer.status_code == 422
    assert "见附件</textarea>" in answer.content.decode()
    assert not Outgoing.objects.filter(message__kind="out").exists()


@pytest.mark.duty("4.3.1b")
def test_a_note_is_seen_by_colleagues_only() -> None:
    case = story.triaged()
    assert story.post(world.client("wang"), "desk.case.note", case.pk, {"text": "请留意"}).status_code == 303
    assert case.conversation.messages.get(kind="note").text == "请留意"
    assert not Outgoing.objects.filter(message__kind="note").exists()
    assert story.entries("conversations.note.add")[0].subject_id == case.conversation_id


@pytest.mark.duty("4.3.1g")
def test_forwarding_inside_lets_the_unit_see_it() -> None:
    case, address = story.triaged(), "desk.case.forward"
    sent = {"to": world.unit("personal-finance").pk, "text": "供参考"}
    assert world.client("chen").get(reverse("desk.case", args=[case.pk])).status_code == 404
    assert story.post(world.client("li"), address, case.pk, sent).status_code == 303
    assert world.client("chen").get(reverse("desk.case", args=[case.pk])).status_code == 200
    assert story.fresh(case).owner == world.person("li")


def test_forwarding_needs_a_unit_and_keeps_the_words() -> None:
    case = story.triaged()
    answer = story.post(world.client("li"), "desk.case.forward", case.pk, {"text": "供参考", "to": ""})
    assert answer.status_code == 422
    assert "供参考</textarea>" in answer.content.decode()


@pytest.mark.parametrize("made", [story.answered, story.closed])
def test_after_the_answer_one_writes_only_inside(made: object) -> None:
    shown = composer("li", made())  # type: ignore[operator]
    assert 'name="files"' not in shown
    assert 'value="conversations.note.add"' in shown


def test_a_draft_is_kept_as_it_is_typed() -> None:
    case, browser = story.triaged(), world.client("li")
    answer = story.post(browser, "desk.draft", case.pk, {"text": "尊敬的"}, fragment=True)
    assert answer.status_code == 200
    assert Draft.objects.get(person=world.person("li")).text == "尊敬的"
    assert "尊敬的</textarea>" in composer("li", case)
    assert "尊敬的" not in composer("wang", case)
    story.post(browser, "desk.draft", case.pk, {"text": " "}, fragment=True)
    assert not Draft.objects.exists()


def test_changing_the_mode_keeps_the_words() -> None:
    case, browser = story.triaged(), world.client("li")
    sent = {"text": "尊敬的", "mode": "conversations.note.add"}
    answer = story.post(browser, "desk.draft", case.pk, sent, fragment=True)
    assert "尊敬的</textarea>" in answer.content.decode()
    assert 'class="composer composer-note"' in answer.content.decode()
    answer = story.post(browser, "desk.draft", case.pk, sent)
    assert answer["Location"].endswith("?mode=conversations.note.add")
    assert "composer-note" in browser.get(answer["Location"]).content.decode()


def test_what_was_sent_is_no_draft_any_more() -> None:
    case, browser = story.triaged(), world.client("li")
    story.post(browser, "desk.draft", case.pk, {"text": "尊敬的"})
    story.post(browser, "cases.inquiry.answer", case.pk, {"text": "尊敬的客户"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["desk.case.note", "desk.case.forward", "desk.draft"])
def test_writing_is_refused_to_strangers_and_without_permission_and_by_other_methods(name: str) -> None:
    case = story.triaged()
    sent = {"text": "供参考", "to": world.unit("marketing").pk}
    assert story.post(world.client("chen"), name, case.pk, sent).status_code == 404
    assert story.post(world.client("sun"), name, case.pk, sent).status_code == 403
    assert world.client("li").get(reverse(name, args=[case.pk])).status_code == 405


def test_scripts_are_filled_as_far_as_is_known_and_found_by_their_words() -> None:
    case, browser = story.triaged(), world.client("li")
    address = reverse("desk.scripts", args=[case.pk])
    shown = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'data-insert="陈婉清您好，年费已减免。李敏"' in shown
    assert "{{until}}" in shown
    assert "acknowledgement" not in shown
    found = browser.get(address, {"q": "减免"}, headers={"HX-Request": "true"}).content.decode()
    assert found.count("data-insert") == 1
    assert "data-insert" not in browser.get(address, {"q": "无此话术"}).content.decode()
    assert world.client("chen").get(address).status_code == 404
    assert browser.post(address).status_code == 405


def test_without_script_a_link_puts_the_words_behind_the_draft() -> None:
    case, browser = story.triaged(), world.client("li")
    drafts.save_draft(case.conversation, by=world.actor("li"), text="您好")
    assert "您好\n\n陈婉清您好，年费已减免。李敏</textarea>" in composer("li", case, script="waived")
    assert browser.get(reverse("desk.case", args=[case.pk]), {"script": "nonsense"}).status_code == 200


def keys(case: Case, **asked: str) -> list[str]:
    """The keys of the ways to write that the composer may change to."""
    page = world.client("li").get(reverse("desk.case", args=[case.pk]), asked).content.decode()
    return re.findall(r'aria-pressed="false" data-key="([^"]+)"', page)


def test_one_key_switches_between_what_the_customer_reads_and_what_only_colleagues_do() -> None:
    assert keys(story.triaged()) == ["x,i", "f"]
    assert keys(story.triaged(), mode="conversations.note.add") == ["r,i", "f"]
    assert keys(story.answered()) == ["f"]


def test_scripts_to_pick_are_those_that_may_be_used_here_filled() -> None:
    case, headers = story.triaged(), {"HX-Request": "true"}
    address = reverse("desk.scripts", args=[case.pk])
    picked = world.client("li").get(address, {"pick": "1"}, headers=headers).content.decode()
    assert 'data-text="陈婉清您好，年费已减免。李敏"' in picked
    assert "{{until}}" in picked
    assert picked.count('role="option"') == 2
    assert world.client("chen").get(address, {"pick": "1"}, headers=headers).status_code == 404
