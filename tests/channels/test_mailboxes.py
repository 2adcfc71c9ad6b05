"""Mailboxes of the firm, and how what they send leaves."""

from datetime import date
from typing import Any

import pytest

import mailroom
import world
from plainspoken.channels import actions
from plainspoken.channels.models import Mailbox
from plainspoken.kernel import ledger
from plainspoken.kernel.errors import PermissionDenied, Refused

NAMES = {"name_zh": "客服", "name_en": "Service"}
pytestmark = pytest.mark.usefixtures("firm")


def put(address: str = "service@haian.example", unit: str = "customer-service", **columns: Any) -> Mailbox:
    given = {**NAMES, **columns}
    return actions.put_mailbox(world.unit(unit), by=mailroom.OPENER, address=address, **given)


@pytest.mark.duty("4.1.1a")
def test_a_mailbox_of_a_unit() -> None:
    mailbox = put("Service@Haian.example")
    assert (mailbox.address, mailbox.unit.code) == ("service@haian.example", "customer-service")
    (entry,) = world.entries("channels.mailbox.put")
    assert (entry.subject_id, ledger.facts(bytes(entry.body))) == (
        world.unit("customer-service").pk,
        {"mailbox": str(mailbox.pk), "made": True},
    )


def test_put_again_the_rest_is_changed() -> None:
    first = put(signature_zh="旧")
    again = put("SERVICE@haian.example", unit="cs-team-1", smtp_host="mail.haian.example")
    assert (again.pk, Mailbox.objects.count()) == (first.pk, 1)
    assert (again.unit.code, again.signature_zh, again.smtp_security) == ("cs-team-1", "旧", "tls")
    assert ledger.facts(bytes(world.entries("channels.mailbox.put")[-1].body))["made"] is False


def test_only_an_administrator_puts_one() -> None:
    with pytest.raises(PermissionDenied):
        actions.put_mailbox(
            world.unit("customer-service"), by=world.actor("li"), address="a@b.example", **NAMES
        )
    assert not Mailbox.objects.exists()


@pytest.mark.duty("5.1.4a")
@pytest.mark.parametrize("host", ["mail.haian.example", "192.0.2.1", "localhost.haian.example"])
def test_without_encryption_nothing_leaves_this_machine(host: str) -> None:
    with pytest.raises(Refused, match="line_open_to_others"):
        put(smtp_host=host, smtp_security="none")
    assert not Mailbox.objects.exists()
    assert len(world.entries("channels.mailbox.put", "line_open_to_others")) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", ""])
def test_to_a_server_on_this_machine_it_may(host: str) -> None:
    assert put(smtp_host=host, smtp_security="none").smtp_host == host


def test_without_encryption_nothing_is_fetched_from_another_machine() -> None:
    fetched = {"imap_user": "service", "imap_since": date(2026, 1, 1), "imap_security": "none"}
    with pytest.raises(Refused, match="fetched_openly"):
        put(imap_host="imap.haian.example", **fetched)
    assert not Mailbox.objects.exists()
    assert put(imap_host="localhost", **fetched).imap_host == "localhost"


def test_an_open_line_is_not_turned_to_others_afterwards() -> None:
    put(smtp_host="localhost", smtp_security="none")
    with pytest.raises(Refused, match="line_open_to_others"):
        put(smtp_host="mail.haian.example")
    assert Mailbox.objects.get().smtp_host == "localhost"
