"""What strangers sent: HTML under a policy of its own, files only to be saved, pictures only inside that HTML."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

import story
import world
from plainspoken.conversations.models import Attachment, Message
from plainspoken.kernel.models import Read
from plainspoken.ui import policy

pytestmark = pytest.mark.usefixtures("desk")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
NASTY = (
    "<p onclick='x()'>您好</p><script>alert(1)</script><img src='cid:logo@example.com'>"
    "<img src='https://tracker.example/x.png'><iframe src='https://evil.example'></iframe>"
    "<a href='javascript:x()'>click</a><form action='https://evil.example'><input></form>"
)


def incoming(**more: object) -> Message:
    return story.received(**more).conversation.messages.get(kind="in")  # type: ignore[arg-type]


def read(name: str, pk: object, username: str = "li") -> HttpResponse:
    return world.client(username).get(reverse(name, args=[pk]))


def test_html_runs_nothing_fetches_nothing_and_is_framed_by_us_alone() -> None:
    answer = read("desk.message.html", incoming(html=NASTY, picture=PICTURE).pk)
    shown = answer.content.decode()
    assert answer.status_code == 200
    for banned in (
        "<script",
        "onclick",
        "javascript:",
        "tracker.example",
        "evil.example",
        "<iframe",
        "<form",
        "cid:",
    ):
        assert banned not in shown
    assert answer[policy.HEADER] == policy.MAIL
    assert "sandbox" in answer[policy.HEADER]
    assert "allow-scripts" not in answer[policy.HEADER]
    assert "default-src 'none'" in answer[policy.HEADER]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_html_shows_pictures_that_came_with_it_and_counts_those_left_out() -> None:
    message = incoming(html=NASTY, picture=PICTURE)
    shown = read("desk.message.html", message.pk).content.decode()
    picture = message.attachments.get(content_id__contains="logo")
    assert f'src="{reverse("desk.attachment.inline", args=[picture.pk])}"' in shown
    assert 'class="left-out"' in shown


def test_a_message_without_html_has_no_such_page() -> None:
    assert read("desk.message.html", incoming().pk).status_code == 404


def test_the_whole_text_is_plain() -> None:
    answer = read("desk.message.text", incoming(text="<b>您好</b>\n> 引用").pk)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer[policy.HEADER]
    assert "<b>您好</b>\n> 引用" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html"),
        ("b.svg", "image/svg+xml"),
        ("c.png", "image/png"),
        ("d.pdf", "application/pdf"),
    ],
)
def test_a_file_is_saved_never_opened(name: str, content_type: str) -> None:
    message = incoming(files=((name, content_type, b"<script>alert(1)</script>"),))
    answer = read("desk.attachment", message.attachments.get().pk)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer[policy.HEADER]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content == b"<script>alert(1)</script>"


def test_a_name_in_chinese_is_kept() -> None:
    message = incoming(files=(("对账单\r\n.pdf", "application/pdf", b"x"),))
    answer = read("desk.attachment", message.attachments.get().pk)
    assert "filename*=utf-8''%E5%AF%B9" in answer["Content-Disposition"]


def test_only_pictures_of_the_html_are_shown_in_place() -> None:
    message = incoming(html=NASTY, picture=PICTURE, files=(("c.png", "image/png", PICTURE),))
    shown = message.attachments.get(content_id__contains="logo")
    answer = read("desk.attachment.inline", shown.pk)
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/png", PICTURE)
    assert "sandbox" in answer[policy.HEADER]
    assert answer["X-Content-Type-Options"] == "nosniff"
    plain = message.attachments.get(name="c.png")
    assert read("desk.attachment.inline", plain.pk).status_code == 404


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html"])
def test_what_can_carry_script_is_never_shown_in_place(content_type: str) -> None:
    message = incoming(html=NASTY, picture=PICTURE)
    message.attachments.update(content_type=content_type)
    assert read("desk.attachment.inline", message.attachments.get().pk).status_code == 404


@pytest.mark.duty("5.1.4b")
def test_all_of_it_is_for_those_who_see_the_conversation_and_leaves_a_trace() -> None:
    message = incoming(html=NASTY, picture=PICTURE)
    file = message.attachments.get()
    addresses = [("desk.message.html", message.pk), ("desk.message.text", message.pk)]
    addresses += [("desk.attachment", file.pk), ("desk.attachment.inline", file.pk)]
    for name, key in addresses:
        assert read(name, key, "chen").status_code == 404
        assert world.client("li").post(reverse(name, args=[key])).status_code == 405
    assert not Read.objects.exists()
    read("desk.attachment", file.pk)
    assert Read.objects.get().purpose == "attachment"


def test_files_are_never_in_the_page() -> None:
    message = incoming(files=(("a.svg", "image/svg+xml", b"<svg/>"),))
    case = message.conversation.cases.get()
    shown = world.client("li").get(reverse("desk.case", args=[case.pk])).content.decode()
    assert f'href="{reverse("desk.attachment", args=[Attachment.objects.get().pk])}" download' in shown
