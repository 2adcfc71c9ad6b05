"""Authentication-Results: believed when the firm's own relay wrote them, and from nobody else."""

import pytest
from django.urls import reverse

import mailroom
import world
from plainspoken.channels import actions as channels
from plainspoken.channels.email import relay
from plainspoken.conversations.models import Message

pytestmark = pytest.mark.usefixtures("mailbox")
OURS, FORGED = "mx.haian.example; spf=pass", "mx.haian.example; dmarc=pass"


def named(name: str) -> None:
    channels.put_mailbox(
        world.unit("customer-service"), by=mailroom.OPENER, address=mailroom.ADDRESS, relay=name
    )


def kept(*results: str) -> str:
    head = b"".join(f"Authentication-Results: {one}\r\n".encode() for one in results)
    mailroom.arrives(head + mailroom.mail())
    return Message.objects.get(kind="in").authentication


@pytest.mark.duty("5.1.4a")
def test_what_our_own_relay_wrote_is_kept() -> None:
    named("mx.haian.example")
    assert kept(OURS, "MX.haian.example 1; dkim=pass") == f"{OURS}\nMX.haian.example 1; dkim=pass"


def test_what_others_wrote_is_not_and_nothing_below_it() -> None:
    named("mx.haian.example")
    assert kept("mx.mallory.example; spf=pass", FORGED) == ""


def test_without_a_named_relay_nothing_is_believed() -> None:
    assert kept(OURS) == ""


def test_a_relay_named_later_makes_no_old_word_ours() -> None:
    named("mx.haian.example")
    kept(OURS)
    case = mailroom.case()
    address = reverse("desk.case", args=[case.pk])
    assert "spf=pass" in world.client("li").get(address).content.decode()
    named("mx2.haian.example")
    assert "spf=pass" not in world.client("li").get(address).content.decode()


@pytest.mark.parametrize(
    ("results", "believed"),
    [
        ([], 0),
        ([OURS], 1),
        ([OURS, "other.example; spf=fail", FORGED], 1),
        (["mx.haian.example.evil.example; spf=pass"], 0),
        (["; spf=pass"], 0),
        (["mx.haian.example"], 1),
    ],
)
def test_only_what_stands_above_every_other_server(results: list[str], believed: int) -> None:
    assert len(relay.checked(results, "mx.haian.example")) == believed
    assert relay.checked(results, "") == []
