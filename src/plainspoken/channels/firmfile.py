"""What the firm file says of channels: mailboxes."""

from dataclasses import dataclass
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
        "relay": row.relay.strip(),
    }
    standing = Mailbox.objects.filter(address=row.address.lower()).first()
    put = partial(actions.put_mailbox, unit, by=file.by, address=row.address, **columns)
    file.put(standing, {"unit": unit, **columns}, put, f"mailbox {row.address}")
