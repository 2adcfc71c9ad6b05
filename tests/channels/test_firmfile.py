"""Mailboxes in a firm file."""

import pytest

from plainspoken.channels.models import Mailbox
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import FirmFileRefused

FILE = """
[[mailboxes]]
address = "Service@bank.example"
unit = "{unit}"
name_zh = "客户服务"
name_en = "Customer Service"
smtp_host = "smtp.bank.example"
smtp_port = 587
smtp_security = "{security}"
smtp_user = "service"
{secret}
"""
pytestmark = pytest.mark.usefixtures("firm")


def given(
    unit: str = "customer-service", security: str = "starttls", secret: str = 'secret = "service"'
) -> str:
    return FILE.format(unit=unit, security=security, secret=secret)


@pytest.mark.duty("4.1.1a")
def test_a_mailbox_is_made_and_left_alone_the_second_time() -> None:
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == ["mailbox Service@bank.example"]
    mailbox = Mailbox.objects.get(address="service@bank.example")
    assert (mailbox.unit.code, mailbox.smtp_security, mailbox.secret) == (
        "customer-service",
        "starttls",
        "service",
    )
    assert firmfile.apply_text(given(), by=firmfile.actor()).made == []


def test_it_is_changed_by_a_changed_file() -> None:
    firmfile.apply_text(given(), by=firmfile.actor())
    report = firmfile.apply_text(given(security="tls"), by=firmfile.actor())
    assert report.changed == ["mailbox Service@bank.example"]
    assert Mailbox.objects.get().smtp_security == "tls"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (given(unit="nowhere"), 'mailboxes[0].unit: no unit "nowhere"'),
        (given(secret=""), "mailboxes[0].secret: smtp_user and secret belong together"),
        (given(security="ssl"), "mailboxes[0].smtp_security: must be one of"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(file: str, words: str) -> None:
    with pytest.raises(FirmFileRefused) as refused:
        firmfile.apply_text(file, by=firmfile.actor())
    assert words in str(refused.value)
    assert not Mailbox.objects.exists()
