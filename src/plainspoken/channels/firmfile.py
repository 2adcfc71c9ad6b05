"""What the firm file says of channels: mailboxes."""

from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from typing import Any

from plainspoken.channels import actions
from plainspoken.channels.models import Mailbox
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import File, Row
from plainspoken.organization.models import Unit


@dataclass(frozen=True, kw_only=True)
class MailboxRow(Row):
    """`secret` names the password of `smtp_user`, kept as `mailbox.<secret>` among the installation's secrets.

    `imap_secret` names that of `imap_user` in the same way; without it both have the same.
    `relay` is the authserv-id under which the mail server before us writes Authentication-Results.
    """

    address: str
    unit: str
    name_zh: str
    name_en: str
    signature_zh: str = ""
    signature_en: str = ""
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: Mailbox.Security = Mailbox.Security.TLS
    smtp_user: str = ""
    secret: str = ""
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Mailbox.Security = Mailbox.Security.TLS
    imap_user: str = ""
    imap_secret: str = ""
    imap_folder: str = "INBOX"
    imap_since: date | None = None
    imap_afterwards: Mailbox.Afterwards = Mailbox.Afterwards.SEEN
    imap_move_to: str = ""
    relay: str = ""


@firmfile.section(
    "mailboxes", MailboxRow, order=100, may=["channels.mailbox.put"], declares=Mailbox, key="address"
)
def mailboxes(rows: list[MailboxRow], file: File) -> None:
    for row in rows:
        with file.trying(row):
            _mailbox(row, file)


def _mailbox(row: MailboxRow, file: File) -> None:
    unit = file.find(Unit, row.unit, row.at("unit"))
    if bool(row.smtp_user) != bool(row.secret):
        raise file.trouble(row.at("secret"), "smtp_user and secret belong together: write both or neither")
    _check_fetching(row, file)
    columns: dict[str, Any] = {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "signature_zh": row.signature_zh.strip(),
        "signature_en": row.signature_en.strip(),
        "smtp_host": row.smtp_host,
        "smtp_port": row.smtp_port,
        "smtp_security": row.smtp_security,
        "smtp_user": row.smtp_user,
        "secret": row.secret,
        **{field.name: getattr(row, field.name) for field in fields(row) if field.name.startswith("imap_")},
        "relay": row.relay.strip(),
    }
    standing = Mailbox.objects.filter(address=row.address.lower()).first()
    put = partial(actions.put_mailbox, unit, by=file.by, address=row.address, **columns)
    file.put(standing, {"unit": unit, **columns}, put, f"mailbox {row.address}")


def _check_fetching(row: MailboxRow, file: File) -> None:
    if not row.imap_host:
        if row.imap_user or row.imap_secret or row.imap_since:
            raise file.trouble(row.at("imap_host"), "say from which server mail is fetched")
        return
    if not row.imap_user:
        raise file.trouble(row.at("imap_user"), "say as whom to sign in at imap_host")
    if not row.imap_secret and not row.secret:
        raise file.trouble(row.at("imap_secret"), "name the password of imap_user, or secret for both")
    if row.imap_since is None:
        raise file.trouble(
            row.at("imap_since"),
            "say from which day on mail is taken in; what came before stays on the server",
        )
    _check_afterwards(row, file)


def _check_afterwards(row: MailboxRow, file: File) -> None:
    moves = row.imap_afterwards == Mailbox.Afterwards.MOVE
    if moves != bool(row.imap_move_to):
        raise file.trouble(
            row.at("imap_move_to"),
            'imap_afterwards = "move" and imap_move_to belong together: write both or neither',
        )
    if moves and row.imap_move_to == row.imap_folder:
        raise file.trouble(row.at("imap_move_to"), "must be another folder than imap_folder")
