"""Mail that another program received, handed in by the API."""

from typing import Any

import pytest

import programs
import story
import world
from plainspoken.channels.email import limits
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.kernel import blobs, drain
from plainspoken.kernel.models import Entry

pytestmark = pytest.mark.usefixtures("desk")
MAIL = "message/rfc822"


def handed_in(content: bytes, *, role: str = "mail_gateway", content_type: str = MAIL) -> Any:
    mailbox = Mailbox.objects.get()
    program = programs.connected(role)
    return program.post(f"mailboxes/{mailbox.pk}/messages/", content, content_type=content_type)


def test_it_is_kept_as_it_came_and_becomes_a_case() -> None:
    content = story.mail()
    answer = handed_in(content)
    raw = Raw.objects.get(pk=answer.json()["id"])
    assert (answer.status_code, answer.json()["state"], blobs.read(raw.blob)) == (202, "waiting", content)
    entry = Entry.objects.get(code="channels.raw.store")
    assert entry.actor_kind == "integration"
    drain.run_until_empty()
    assert raw.message.conversation.cases.get().state == "received"


def test_handed_in_twice_it_is_one_case() -> None:
    content = story.mail()
    handed_in(content)
    handed_in(content)
    drain.run_until_empty()
    assert sorted(Raw.objects.values_list("state", flat=True)) == ["duplicate", "received"]


def test_only_programs_for_it_hand_in_mail() -> None:
    answer = handed_in(story.mail(), role="agent")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Raw.objects.exists()


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{}", "application/json", 415, "not_a_mail"),
        (b" \r\n", MAIL, 422, "mail_empty"),
    ],
)
def test_what_is_no_mail_is_not_kept(content: bytes, content_type: str, status: int, code: str) -> None:
    answer = handed_in(content, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Raw.objects.exists()


def test_a_mail_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BYTES_MAX", 100)
    answer = handed_in(story.mail())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_full_disk_asks_for_it_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise blobs.DiskFull

    monkeypatch.setattr(blobs, "_write", full)
    answer = handed_in(story.mail(files=(("a.bin", "application/octet-stream", b"x" * 100_000),)))
    assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
    assert answer.headers["Retry-After"]


def test_the_mailboxes_of_its_units_are_listed() -> None:
    (shown,) = programs.connected(unit="haian").get("mailboxes/").json()["items"]
    assert (shown["address"], shown["unit"]) == (Mailbox.objects.get().address, "cs-team-1")
    assert world.unit("cs-team-1").code == shown["unit"]
