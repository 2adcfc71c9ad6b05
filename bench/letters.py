"""The mails of the measured firm as a customer's program writes them, made quickly: text alone, or text and HTML."""

from base64 import b64encode, encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORD_CHARACTERS_MAX = 12
LINE = '<p class="MsoNormal" style="margin:0;line-height:150%"><span style="font-size:10.5pt">{}</span></p>\n'
PAGE = "<html><head><style>{style}</style></head><body>\n{lines}</body></html>\n"
STYLE = (
    "p.MsoNormal, li.MsoNormal, div.MsoNormal {margin: 0cm; font-size: 10.5pt; font-family: DengXian;}\n" * 18
)


@dataclass(frozen=True, slots=True)
class Letter:
    """`answers` is the Message-ID of the mail it replies to."""

    id: str
    name: str
    address: str
    to: str
    subject: str
    text: str
    at: datetime
    answers: str = ""


def plain(letter: Letter) -> bytes:
    """Text alone, about 1 KB."""
    return _head(letter) + _part("plain", letter.text)


def multipart(letter: Letter) -> bytes:
    """Text and HTML, about 5 KB."""
    lines = "".join(LINE.format(escape(line)) for line in letter.text.splitlines())
    page = PAGE.format(style=STYLE, lines=lines)
    border = f"=_{letter.id[:30]}"
    parts = b"".join(
        b"--%s\r\n%s" % (border.encode(), one) for one in (_part("plain", letter.text), _part("html", page))
    )
    kind = f'Content-Type: multipart/alternative; boundary="{border}"\r\n\r\n'
    return _head(letter) + kind.encode() + parts + f"--{border}--\r\n".encode()


def _head(letter: Letter) -> bytes:
    lines = [
        f"From: {_words(letter.name)} <{letter.address}>",
        f"To: {letter.to}",
        f"Subject: {_words(letter.subject)}",
        f"Date: {format_datetime(letter.at.astimezone(SHANGHAI))}",
        f"Message-ID: <{letter.id}>",
        *([f"In-Reply-To: <{letter.answers}>", f"References: <{letter.answers}>"] if letter.answers else []),
        "MIME-Version: 1.0",
        "",
    ]
    return "\r\n".join(lines).encode()


def _part(kind: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + encodebytes(text.encode()).replace(b"\n", b"\r\n")


def _words(text: str) -> str:
    """Encoded words (RFC 2047) where the text is not ASCII."""
    if text.isascii():
        return text
    pieces = (text[at : at + WORD_CHARACTERS_MAX] for at in range(0, len(text), WORD_CHARACTERS_MAX))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(one.encode()).decode()}?=" for one in pieces)
