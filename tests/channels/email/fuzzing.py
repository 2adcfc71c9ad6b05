"""What must hold for any bytes at all: checked in short by hypothesis, and by `make fuzz` for as long as it is told.

Each takes bytes and fails when something leaves it that should not. `SEEDS` are what damaged inputs are made from.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import strategies as st

from plainspoken.channels.email import (
    charset,
    cms,
    headers,
    invitations,
    limits,
    quotes,
    rtf,
    structure,
    tnef,
    transfer,
    uuencoded,
)
from plainspoken.channels.email.html import clean, to_text
from plainspoken.channels.email.parse import parse, read

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
Check = Callable[[bytes], None]

# In the frame of a mail nothing runs, nothing is fetched, nothing is sent.
TAGS = re.compile(r"script|style|i?frame|form|input|button|base|svg|math|object|embed|link|meta|video|audio")
ATTRIBUTES = re.compile(r"on.*|srcset|background|poster|action|formaction|ping|data|id|class|name")
FETCHED = re.compile(r"url|image-set|@import|expression|javascript", re.IGNORECASE)
LINK = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)


def mail(raw: bytes) -> None:
    """A mail is read by the inner door too, which lets faults through; the outer makes them a trouble."""
    parsed = read(raw)
    assert parse(raw) == parsed
    texts = [parsed.subject, parsed.text, parsed.visible_text, parsed.from_name, parsed.from_address]
    for text in (*texts, parsed.message_id, *parsed.references, *(one.name for one in parsed.attachments)):
        storable(text)
    assert len(parsed.attachments) <= limits.PARTS_MAX
    nothing_lost(parsed.text)


def markup(raw: bytes) -> None:
    html = raw.decode("utf-8", "replace")
    cleaned = clean(html, lambda _: None).html
    harmless(cleaned)
    assert not [tag for tag, attributes in Tags(cleaned).found if "src" in attributes]
    assert Tags(clean(cleaned, lambda _: None).html) == Tags(cleaned), "cleaned again it is another"
    harmless(clean(html, lambda key: "/inline/1" if key == "a" else None).html)
    to_text(html)


class Tags(HTMLParser):
    """The tags of some HTML with their attributes, and the words among them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.words += f"<{tag}>"

    def handle_endtag(self, tag: str) -> None:
        self.words += f"</{tag}>"

    def handle_data(self, data: str) -> None:
        self.words += data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tags) and (self.found, self.words) == (other.found, other.words)

    __hash__ = None


def harmless(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert not TAGS.fullmatch(tag), tag
        assert not [name for name in attributes if ATTRIBUTES.fullmatch(name)], attributes
        assert not FETCHED.search(attributes.get("style", "")), attributes
        assert LINK.match(attributes.get("href", "http://")), attributes
        assert attributes.get("src", "/inline/1") == "/inline/1", attributes


def words(raw: bytes) -> None:
    nothing_lost(raw.decode("utf-8", "replace"))


def nothing_lost(text: str) -> None:
    """What is shown first and what is folded away are together the whole; nothing is invented."""
    from plainspoken.desk.queries import thread

    visible = quotes.visible(text)
    shown, folded = thread.split(text, visible)
    both = squeezed(shown + folded)
    assert all(squeezed(line) in both for line in text.split("\n"))
    plain = text.replace("\r\n", "\n").replace("&nbsp;", " ")
    assert all(line.strip() in plain for line in visible.split("\n"))


def squeezed(text: str) -> str:
    """A head of a quotation may begin within a line, which is cut there."""
    return "".join(text.split())


def letters(raw: bytes) -> None:
    """Any bytes under any declared charset; the first byte chooses it."""
    declared = CHARSETS[raw[0] % len(CHARSETS)] if raw else None
    found = charset.decode(raw[1:], declared)
    storable(found.text)
    assert len(found.text) <= 4 * len(raw) + 4
    storable(headers.text(raw[1:]).text)


def outlook(raw: bytes) -> None:
    package = tnef.read(raw)
    assert sum(len(one.content) for one in package.files) <= 50 * len(raw) + limits.HTML_CHARS_MAX
    storable(package.text)


def rich(raw: bytes) -> None:
    storable(rtf.to_text(raw))
    assert len(rtf.decompressed(PACKED + raw)) <= limits.HTML_CHARS_MAX


def files_in_text(raw: bytes) -> None:
    found = uuencoded.split(raw)
    assert len(found.text) <= len(raw)
    assert sum(len(content) for _name, content in found.files) <= 45 * len(raw)
    transfer.decode(raw, "base64")
    transfer.decode(raw, "quoted-printable")


def signed(raw: bytes) -> None:
    content = cms.signed_content(raw)
    assert content is None or len(content) <= len(raw)
    storable(invitations.words(charset.decode(raw, "utf-8").text))


def storable(text: str) -> None:
    assert "\x00" not in text
    text.encode()


CHARSETS = [
    None,
    "utf-8",
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "iso-2022-jp",
    "hz",
    "utf-7",
    "utf-16",
    "us-ascii",
]
CHARSETS += ["x-unknown", "euc-kr", "shift_jis", "idna", "base64", "rot13", "windows-1252"]
PACKED = b"\0\0\0\0\xff\xff\0\0LZFu\0\0\0\0"
MAILS = [path.read_bytes() for path in CORPUS]
LEAVES = [leaf for raw in MAILS for leaf in structure.read(raw)[0].leaves()]


def _of(kind: str) -> list[bytes]:
    return [leaf.content() for leaf in LEAVES if leaf.content_type.startswith(kind)]


HTML = [
    b'<p style="background-color:url(//x);width:expression(x);color:red">a</p><td style="border:1px url(//x)">',
    b'<p style="color:red;background:url(//x)">a<img src=cid:a><img src=//x/p.gif><a href=javascript:x>b</a>',
    b"<svg><style><img src=x onerror=x></style></svg><math><mtext><table><mglyph><style><!--</style>",
    b'<div title="<script>">x</div><noscript><p title="</noscript><img src=x onerror=x>"></noscript>',
    b"<table background=//x><td background=//x><form action=//x><button formaction=//x><input>",
    b'<blockquote type="cite"><a href="https://x.example">\xe4\xb8\xad</a></blockquote><!-- --!><base href=//x>',
]
RICH = [
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 x;}}\uc1 \u20320?\'c4\'e3{\*\htmltag <b>}\par a\~b\\\{\}\tab}",
    bytes.fromhex("03000a00726370673132354232 0af3206865 6c090020 627705b06c647d0a800fa0"),
]
UU = [
    b"Hello\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\nBye\r\n",
    b"begin 644 b\n#86)C\n`\nend\nbegin 644 c\n",
]
TEXTS = [
    "好的\n\n在 2026年3月3日，王芳 <wang@example.com> 写道：\n> 原文\n>> 更早\n\n谢谢".encode(),
    b"Yes\n\nOn Tue, 3 Mar 2026 at 10:20, A <a@b.example> wrote:\n> no\n-- \nA\nSent from my iPhone",
    "您好\n发件人: a@b.example\n发送时间: 2026年3月3日 10:20\n收件人: c@d.example\n主题: 年费\n\n正文".encode(),
    b"-----Original Message-----\nFrom: a\n\nx\n-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n"
    b"-----BEGIN PGP SIGNATURE-----",
]
SEEDS: dict[str, list[bytes]] = {
    "mail": MAILS,
    "markup": [*HTML, *_of("text/html")],
    "words": [*TEXTS, *_of("text/plain")],
    "letters": [bytes([number]) + text for number in (1, 3, 5, 6, 7, 8, 9) for text in TEXTS[:2]],
    "outlook": _of("application/ms-tnef") + _of("application/vnd.ms-tnef"),
    "rich": RICH,
    "files_in_text": UU,
    "signed": _of("application/pkcs7") + _of("application/x-pkcs7") + _of("text/calendar"),
}
CHECKS: dict[str, Check] = {
    "mail": mail,
    "markup": markup,
    "words": words,
    "letters": letters,
    "outlook": outlook,
    "rich": rich,
    "files_in_text": files_in_text,
    "signed": signed,
}


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """A seed with pieces of itself and of others taken out, put in and doubled."""
    raw = bytearray(draw(st.sampled_from(SEEDS[name])))
    other = draw(st.sampled_from(SEEDS[name]))
    for _ in range(draw(st.integers(1, 6))):
        at, until = draw(st.integers(0, len(raw))), draw(st.integers(0, 40))
        start = draw(st.integers(0, len(other)))
        piece = other[start : start + draw(st.integers(0, 40))]
        raw[at : at + until] = draw(st.one_of(st.just(piece), st.binary(max_size=6)))
    return bytes(raw)
