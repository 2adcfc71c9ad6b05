"""The mails that customers of the demo firm write, as their programs write them."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from html import escape
from zoneinfo import ZoneInfo

from plainspoken.channels.email.addresses import Address

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Mail:
    """`charset` as the program declares it; `html` adds the formatted form; `headers` come on top."""

    id: str
    name: str
    address: str
    to: str
    subject: str
    text: str
    at: datetime
    charset: str = "utf-8"
    html: bool = False
    attachment: tuple[str, bytes] | None = None
    headers: tuple[tuple[str, str], ...] = ()


def as_bytes(mail: Mail) -> bytes:
    """As its program writes it: in its own charset, or in UTF-8 where that lacks a character."""
    mail = replace(mail, charset=_charset(mail))
    made = _body(mail)
    made["From"] = formataddr((str(Header(mail.name, mail.charset)) if mail.name else "", mail.address))
    made["To"] = mail.to
    made["Subject"] = Header(mail.subject, mail.charset).encode()
    made["Date"] = format_datetime(mail.at.astimezone(SHANGHAI))
    made["Message-ID"] = f"<{mail.id}>"
    for name, value in mail.headers:
        made[name] = value
    return made.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _charset(mail: Mail) -> str:
    try:
        f"{mail.name}{mail.subject}{mail.text}".encode(mail.charset)
    except UnicodeEncodeError:
        return "utf-8"
    return mail.charset


def answering(header_id: str, thread: str) -> tuple[tuple[str, str], ...]:
    """The headers of a reply to one of our mails."""
    return (("In-Reply-To", f"<{header_id}>"), ("References", f"{thread} <{header_id}>".strip()))


def quoting(words: str, whom: Address, at: datetime, text: str, *, english: bool) -> str:
    """A reply above what it replies to, as most programs write it."""
    moment = at.astimezone(SHANGHAI)
    head = f'在 {moment:%Y-%m-%d %H:%M:%S}，"{whom.name}" <{whom.address}> 写道：'
    if english:
        head = f"On {moment:%a, %d %b %Y at %H:%M}, {whom.name} <{whom.address}> wrote:"
    return f"{words}\n\n\n{head}\n" + "\n".join(f"> {line}" for line in text.splitlines())


def delivery_report(mail: Mail, original_id: str, recipient: str) -> bytes:
    """A server says that a message could not be delivered (RFC 3464)."""
    lines = [
        f"From: {mail.address}",
        f"To: {mail.to}",
        f"Subject: {Header(mail.subject, 'utf-8').encode()}",
        f"Date: {format_datetime(mail.at.astimezone(SHANGHAI))}",
        f"Message-ID: <{mail.id}>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
        "",
        "--=_report",
        "Content-Type: text/plain; charset=utf-8",
        "",
        mail.text,
        "--=_report",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {mail.address.partition('@')[2]}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
        "",
        "--=_report",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{original_id}>",
        "",
        "--=_report--",
        "",
    ]
    return "\r\n".join(lines).encode()


def sealed(mail: Mail, secret: bytes) -> bytes:
    """A mail encrypted for somebody else: it cannot be read here."""
    made = MIMEBase("application", "pkcs7-mime")
    made.set_param("smime-type", "enveloped-data")
    made.set_param("name", "smime.p7m")
    made.set_payload(base64.encodebytes(secret).decode())
    made["Content-Transfer-Encoding"] = "base64"
    made["From"] = formataddr((str(Header(mail.name, "utf-8")), mail.address))
    made["To"], made["Subject"] = mail.to, Header(mail.subject, "utf-8").encode()
    made["Date"], made["Message-ID"] = format_datetime(mail.at.astimezone(SHANGHAI)), f"<{mail.id}>"
    return made.as_bytes().replace(b"\n", b"\r\n")


def _body(mail: Mail) -> MIMEText | MIMEMultipart:
    text = MIMEText(mail.text, "plain", mail.charset)
    body: MIMEText | MIMEMultipart = text
    if mail.html:
        body = MIMEMultipart("alternative")
        lines = "<br>".join(escape(mail.text).splitlines())
        body.attach(text)
        body.attach(MIMEText(f"<html><body><div>{lines}</div></body></html>", "html", mail.charset))
    if mail.attachment is None:
        return body
    whole = MIMEMultipart()
    whole.attach(body)
    whole.attach(_file(*mail.attachment))
    return whole


def _file(name: str, content: bytes) -> MIMEBase:
    part = MIMEBase("image", "png")
    part.set_payload(base64.encodebytes(content).decode())
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part
