"""A mail of ours as bytes: RFC 5322 and 2046, ASCII on the wire, lines far below 998 characters.

Every header value is checked here, so nothing a customer wrote in a subject or a name can become a header.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from plainspoken.channels.email import encode, formatting
from plainspoken.channels.email.addresses import Address

OWN_ID = re.compile(r"[\x21-\x7e]{1,200}")
MESSAGE_ID = re.compile(r"[^\s<>@\x00-\x1f\x7f-\U0010ffff]{1,120}@[^\s<>@\x00-\x1f\x7f-\U0010ffff]{1,120}")
FOREIGN_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
REFERENCES_KEPT = 20
EOL = b"\r\n"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment to send."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What to say to whom. Message-IDs without brackets; `date` aware; `language` in BCP 47.

    `references` is the thread, oldest first, which `in_reply_to` ends. `automatic`: no person wrote it.
    `own_id` stands in a header only a desk like this one sets. Without `html` it is made from the text and the
    `signature`, which stands under it in both forms.
    """

    message_id: str
    own_id: str
    date: datetime
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    text: str
    language: str
    signature: str = ""
    html: str = ""
    cc: tuple[Address, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[File, ...] = ()
    automatic: bool = False


def compose(mail: Outgoing) -> bytes:
    """The mail as it goes over the wire, always the same bytes for the same values.

    Raises ValueError for a line break in a header value, for an address or an id that is none, a naive date.
    """
    if mail.date.tzinfo is None:
        raise ValueError("a mail's date needs a time zone")
    return EOL.join([*_headers(mail), *_body(mail)]) + EOL


def needs_smtputf8(mail: Outgoing) -> bool:
    """Whether an address has letters beyond ASCII before its @, which only a server with SMTPUTF8 takes."""
    everyone = [mail.from_address, mail.to_address, mail.reply_to, *(one.address for one in mail.cc)]
    return any(not address.rpartition("@")[0].isascii() for address in everyone)


def _headers(mail: Outgoing) -> list[bytes]:
    fields = {
        "From": encode.mailboxes([Address(mail.from_name, mail.from_address)]),
        "To": encode.mailboxes([Address(mail.to_name, mail.to_address)]),
        "Cc": encode.mailboxes(mail.cc),
        "Reply-To": encode.mailboxes([Address("", mail.reply_to)] if mail.reply_to else []),
        "Subject": encode.words(mail.subject),
        "Date": [format_datetime(mail.date)],
        "Message-ID": [f"<{_matching(MESSAGE_ID, mail.message_id)}>"],
        "In-Reply-To": _foreign([mail.in_reply_to]),
        "References": _foreign(_chain(mail)),
        "X-Plainspoken-Id": [_matching(OWN_ID, mail.own_id)],
        "Content-Language": [_matching(LANGUAGE, mail.language)],
    }
    if mail.automatic:
        fields["Auto-Submitted"] = ["auto-replied"]
        fields["X-Auto-Response-Suppress"] = ["All"]
        fields["X-Loop"] = [mail.from_address]
    fields["MIME-Version"] = ["1.0"]
    return [encode.field(name, words) for name, words in fields.items() if words or name == "Subject"]


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(f"not fit for a header: {value!r}")
    return value


def _foreign(ids: list[str]) -> list[str]:
    """Ids as other programs made them; one unfit for a header is left out, a line break refused."""
    return [f"<{one}>" for one in map(encode.one_line, ids) if FOREIGN_ID.fullmatch(one)]


def _chain(mail: Outgoing) -> list[str]:
    """The first id, which names the thread, and the newest ones."""
    ids = list(dict.fromkeys([*mail.references, mail.in_reply_to][::-1]))[::-1]
    return ids if len(ids) <= REFERENCES_KEPT else [ids[0], *ids[1 - REFERENCES_KEPT :]]


def _body(mail: Outgoing) -> list[bytes]:
    formatted = mail.html or formatting.html(mail.text, mail.signature, mail.language)
    plain = "\n\n".join(part for part in (mail.text, mail.signature) if part)
    forms = _multipart("alternative", mail, [encode.text("plain", plain), encode.text("html", formatted)])
    if not mail.attachments:
        return forms
    files = [encode.file(one.name, one.content_type, one.content) for one in mail.attachments]
    return _multipart("mixed", mail, [forms, *files])


def _multipart(kind: str, mail: Outgoing, parts: list[list[bytes]]) -> list[bytes]:
    """Parts between boundaries; `=_` cannot stand in base64 or quoted-printable."""
    boundary = f"=_{hashlib.sha256(f'{kind} {mail.message_id}'.encode()).hexdigest()[:24]}".encode()
    lines = [b"Content-Type: multipart/" + kind.encode() + b';\r\n boundary="' + boundary + b'"', b""]
    for part in parts:
        lines += [b"--" + boundary, *part]
    return [*lines, b"--" + boundary + b"--"]
