"""Raw bytes to a parsed mail. Nothing raises: what is strange is named in `trouble` beside what was read."""

import codecs
import re
import struct
from dataclasses import dataclass
from datetime import datetime

from plainspoken.channels.email import (
    addresses,
    automatic,
    content,
    headers,
    html,
    limits,
    packages,
    quotes,
    structure,
)
from plainspoken.channels.email.addresses import Address
from plainspoken.channels.email.automatic import Automatic, DeliveryReport
from plainspoken.channels.email.charset import Decoded
from plainspoken.channels.email.content import Attachment
from plainspoken.channels.email.headers import Headers
from plainspoken.channels.email.structure import Part
from plainspoken.channels.email.troubles import Trouble

MARKER = "x-plainspoken-id"
PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----"
FORWARD_MARKS = ("fw:", "fwd:", "fw：", "转发:", "转发：", "轉寄:", "轉寄：", "wg:", "tr:")
BLANK_LINES = re.compile(rb"\A(?:[ \t]{0,80}[\r\n])+")
BARE_RETURN = re.compile(rb"\r(?!\n)")
RETURN_ENDS_FIRST_LINE = re.compile(rb"[^\r\n]{1,2000}\r[!-9;-~]{1,80}:")
FEED_BEFORE_RETURN = re.compile(rb"[^\r\n]{1,2000}\n\r(?!\n)")
READING_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail as far as it could be read; empty is what it does not say. Ids stand without their brackets.

    `automatic`: why no person wrote it. `trouble`: why a person must look at it first. `marker`: the value of
    our own header, which only a desk like this one sets. `damaged`: some characters are replaced by U+FFFD.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    automatic: Automatic | None = None
    marker: str = ""
    authentication_results: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    visible_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    delivery_report: DeliveryReport | None = None
    damaged: bool = False
    trouble: Trouble | None = None


def parse(raw: bytes) -> Parsed:
    """Read a whole mail of at most `limits.MESSAGE_BYTES_MAX`; of a larger one only its first megabyte."""
    try:
        return read(raw)
    except READING_ERRORS:
        return Parsed(trouble=Trouble.UNPARSEABLE)


def read(raw: bytes) -> Parsed:
    """`parse` without its net, for tests that look for what would fall into it."""
    troubles = [Trouble.TOO_LARGE] if len(raw) > limits.MESSAGE_BYTES_MAX else []
    raw = raw[: limits.HEADER_BYTES_MAX] if troubles else raw
    top, found = structure.read(_with_line_feeds(raw))
    troubles += found if raw.strip() else [Trouble.EMPTY]
    top, found = packages.opened(top)
    troubles += found
    hint = content.declared_charset(top)
    fields = top.headers
    subject = headers.text(fields.first("subject"), hint)
    sender, several = _sender(fields, hint)
    body = content.body(top)
    report = automatic.delivery_report(top, sender.address)
    reason = automatic.reason(top, subject.text, sender.address, report)
    troubles += _troubles(top, body, subject)
    answerable = reason not in automatic.NOTHING_TO_ANSWER
    troubles += [Trouble.NO_SENDER] if answerable and not addresses.is_reachable(sender.address) else []
    troubles += [Trouble.SEVERAL_SENDERS] if several else []
    forwarded = subject.text.lower().startswith(FORWARD_MARKS)
    return Parsed(
        message_id=next(iter(addresses.message_ids(fields.first("message-id"))), ""),
        in_reply_to=addresses.message_ids(fields.first("in-reply-to")),
        references=addresses.message_ids(fields.first("references")),
        subject=subject.text,
        from_name=sender.name,
        from_address=sender.address,
        reply_to=_reply_to(fields, hint),
        to=_all_addresses(fields, "to", hint),
        cc=_all_addresses(fields, "cc", hint),
        date=headers.date(fields.first("date")),
        automatic=reason,
        marker=headers.text(fields.first(MARKER)).text,
        authentication_results=tuple(headers.text(raw).text for raw in fields.all("authentication-results")),
        text=body.text,
        html=body.html,
        visible_text=quotes.visible(body.text, forwarded=forwarded),
        attachments=content.attachments(top, hint),
        delivery_report=report,
        damaged=body.damaged or subject.damaged,
        trouble=min(troubles, key=list(Trouble).index, default=None),
    )


def reply_to(raw: bytes) -> str:
    """The address at which the sender wants the answer; empty when none is named."""
    fields, _ = headers.split(_with_line_feeds(raw))
    return _reply_to(fields, None)


def _reply_to(fields: Headers, hint: str | None) -> str:
    return next((one.address for one in addresses.read(fields.first("reply-to"), hint)), "")


def _with_line_feeds(raw: bytes) -> bytes:
    """Without what stands before the first line, and lines that end as in no standard made to end."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode()
    raw = BLANK_LINES.sub(b"", raw.removeprefix(codecs.BOM_UTF8), count=1)
    if b"\r\r\n" in raw:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    if FEED_BEFORE_RETURN.match(raw):
        return raw.replace(b"\n\r", b"\n")
    if b"\n" not in raw:
        return raw.replace(b"\r", b"\n")
    return BARE_RETURN.sub(b"\n", raw) if RETURN_ENDS_FIRST_LINE.match(raw) else raw


def _sender(fields: Headers, hint: str | None) -> tuple[Address, bool]:
    """From, else Sender, else where it wants its answer; and whether several claim to be it, none as the one."""
    named = [address for raw in fields.all("from") for address in addresses.read(raw, hint)]
    sending = list(addresses.read(fields.first("sender"), hint))
    reachable = [address for address in named or sending if address.address]
    if len({address.address.lower() for address in reachable}) > 1:
        chosen = [one for one in reachable if sending and one.address.lower() == sending[0].address.lower()]
        return next(iter([*chosen, *reachable])), not chosen
    sender = next(iter([*reachable, *named]), Address("", ""))
    if sender.address:
        return sender, False
    answered = next((one for one in addresses.read(fields.first("reply-to"), hint) if one.address), sender)
    return Address(sender.name or answered.name, answered.address), False


def _all_addresses(fields: Headers, name: str, hint: str | None) -> tuple[Address, ...]:
    found = [address for raw in fields.all(name) for address in addresses.read(raw, hint)]
    return tuple(found[: limits.ADDRESSES_MAX])


def _troubles(top: Part, body: content.Body, subject: Decoded) -> list[Trouble]:
    """What keeps the content from being read as ordinary text and files."""
    found = [Trouble.UNREADABLE_CHARSET] if body.unreadable or subject.unreadable else []
    if html.too_long(body.html):
        found.append(Trouble.TOO_LARGE)
    if top.content_type == "multipart/encrypted" or PGP_MESSAGE in body.text:
        found.append(Trouble.ENCRYPTED)
    return found
