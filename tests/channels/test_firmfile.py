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


FETCHED = """
imap_host = "imap.bank.example"
imap_user = "service"
imap_since = 2026-01-01
"""


def fetched(text: str = FETCHED) -> str:
    return given() + text


def test_a_mailbox_that_is_fetched() -> None:
    firmfile.apply_text(fetched(FETCHED + 'imap_secret = "fetching"'), by=firmfile.actor())
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_port, mailbox.imap_security, mailbox.imap_folder) == (993, "tls", "INBOX")
    assert (mailbox.imap_secret, mailbox.imap_afterwards, str(mailbox.imap_since)) == (
        "fetching",
        "seen",
        "2026-01-01",
    )
    again = firmfile.apply_text(fetched(FETCHED + 'imap_secret = "fetching"'), by=firmfile.actor())
    assert again.changed == []


def test_what_has_been_read_is_kept_until_it_is_fetched_from_elsewhere() -> None:
    firmfile.apply_text(fetched(), by=firmfile.actor())
    Mailbox.objects.update(imap_validity=7, imap_read_uid=12, imap_done_uid=12)
    firmfile.apply_text(fetched(FETCHED + "imap_port = 1993"), by=firmfile.actor())
    assert Mailbox.objects.get().imap_read_uid == 12
    firmfile.apply_text(fetched(FETCHED + 'imap_folder = "Customers"'), by=firmfile.actor())
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_validity, mailbox.imap_read_uid, mailbox.imap_done_uid) == (None, 0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('imap_user = "service"', "imap_host: say from which server"),
        ('imap_host = "imap.bank.example"', "imap_user: say as whom"),
        (FETCHED.replace("imap_since = 2026-01-01", ""), "imap_since: say from which day"),
        (FETCHED + 'imap_afterwards = "move"', "imap_move_to: imap_afterwards"),
        (FETCHED + 'imap_move_to = "Done"', "imap_move_to: imap_afterwards"),
        (
            FETCHED + 'imap_afterwards = "move"\nimap_move_to = "INBOX"',
            "imap_move_to: must be another folder",
        ),
        (FETCHED + 'imap_afterwards = "burn"', "imap_afterwards: must be one of seen, move, delete"),
        (
            FETCHED + 'imap_security = "none"',
            "Without TLS mail may be fetched only from a server on this machine",
        ),
    ],
)
def test_what_is_wrong_with_fetching_is_named(text: str, words: str) -> None:
    with pytest.raises(FirmFileRefused) as refused:
        firmfile.apply_text(fetched(text), by=firmfile.actor())
    assert words in str(refused.value)
    assert not Mailbox.objects.exists()


def test_fetching_needs_a_password() -> None:
    text = given(secret="").replace('smtp_user = "service"', "") + FETCHED
    with pytest.raises(FirmFileRefused, match="imap_secret: name the password of imap_user"):
        firmfile.apply_text(text, by=firmfile.actor())
