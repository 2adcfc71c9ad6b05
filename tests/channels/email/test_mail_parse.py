"""No bytes at all make the parser raise; limits hold; what cannot be read is named."""

import base64
import email
import email.policy
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email import limits, tnef
from plainspoken.channels.email.parse import Parsed, parse, read
from plainspoken.channels.email.troubles import Trouble

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*.eml"))]
HEAD = b"From: a@b.example\r\nTo: service@haian.example\r\nMessage-ID: <m@b.example>\r\n"
PIECES = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"--",
        b"--b1",
        b"--b1--",
        b"=?gb2312?B?",
        b"?=",
        b"=?utf-8?Q?",
        b"\x00",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=b1\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"\xff",
        b"\xd5\xc5",
    ),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"charset=utf-7",
    ),
    *(
        b"charset=utf-16",
        b"charset=hz",
        b"charset=iso-2022-jp",
        b"\x1b$B",
        b"\x1b$)A\x0e",
        b"<",
        b">",
        b'"',
        b"(",
    ),
    *(
        b"<html>",
        b"<blockquote>",
        b"&#xd800;",
        b"&#0;",
        b"filename*0*=x''%",
        b"Date: ",
        b"From: ",
        b"@",
        b",",
        b";",
    ),
]


def _sound(parsed: Parsed) -> None:
    """What the database and the screen rely on."""
    texts = [
        parsed.text,
        parsed.visible_text,
        parsed.html,
        parsed.subject,
        parsed.from_name,
        parsed.from_address,
    ]
    texts += [parsed.message_id, *parsed.references, *parsed.in_reply_to, parsed.reply_to, parsed.marker]
    texts += [one.name for one in parsed.attachments] + [one.address for one in (*parsed.to, *parsed.cc)]
    for text in texts:
        assert "\x00" not in text
        text.encode()
    for line in (
        parsed.subject,
        parsed.from_name,
        parsed.from_address,
        *(one.name for one in parsed.attachments),
    ):
        assert "\n" not in line
        assert "\r" not in line
    assert parsed.date is None or parsed.date.tzinfo is not None
    assert parsed.trouble or parsed.from_address or parsed.automatic


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_arbitrary_bytes(raw: bytes):
    _sound(read(raw))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=60))
def test_arbitrary_bytes_that_look_like_mail(pieces: list[bytes]):
    _sound(read(HEAD + b"".join(pieces)))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(CORPUS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        until = at + draw(st.sampled_from([0, 0, 1, 1, 5, 40]))
        raw[at:until] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)))
    return bytes(raw)


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_mutated_mails(raw: bytes):
    _sound(read(raw))


@pytest.mark.parametrize("length", range(0, 2000, 61))
def test_mails_cut_anywhere(length: int):
    for raw in CORPUS:
        _sound(read(raw[:length]))


@pytest.mark.parametrize("error", [ValueError, RecursionError, UnicodeError, struct.error])
def test_what_falls_through_is_held_as_unparseable(error: type[Exception], monkeypatch: pytest.MonkeyPatch):
    def broken(_: bytes) -> Parsed:
        raise error

    monkeypatch.setattr("plainspoken.channels.email.parse.read", broken)
    assert parse(CORPUS[0]) == Parsed(trouble=Trouble.UNPARSEABLE)


def test_an_empty_mail():
    assert parse(b"").trouble == Trouble.EMPTY


@pytest.mark.parametrize(("lines", "trouble"), [(10_000, None), (25_000, Trouble.TOO_MANY_HEADERS)])
def test_ten_thousand_header_lines_are_read_and_many_more_are_held(lines: int, trouble: Trouble | None):
    filler = b"".join(b"X-Filler-%d: x\r\n" % n for n in range(lines))
    parsed = read(HEAD + filler + b"Subject: last\r\n\r\nHello\r\n")
    assert (parsed.trouble, parsed.subject, parsed.text) == (trouble, "last", "Hello")


def test_a_head_of_more_than_a_megabyte_is_held():
    filler = b"".join(b"X-Filler: " + b"x" * 70_000 + b"\r\n" for _ in range(16))
    parsed = read(HEAD + filler + b"Subject: last\r\n\r\nHello\r\n")
    assert (parsed.trouble, parsed.text) == (Trouble.TOO_MANY_HEADERS, "Hello")


def test_a_mail_nested_too_deep_is_held():
    raw = b"Content-Type: text/plain\r\n\r\ncore\r\n"
    for depth in range(limits.NESTING_DEPTH_MAX + 5):
        mark = b"n%d" % depth
        raw = b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n%b\r\n--%b--\r\n" % (
            mark,
            mark,
            raw,
            mark,
        )
    assert read(HEAD + raw).trouble == Trouble.TOO_DEEP


def test_a_mail_of_too_many_parts_is_held():
    body = b"--b\r\n\r\nx\r\n" * (limits.PARTS_MAX + 1) + b"--b--\r\n"
    parsed = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert parsed.trouble == Trouble.TOO_MANY_PARTS


def test_a_mail_too_large_is_held_with_its_headers():
    parsed = read(HEAD + b"Subject: big\r\n\r\n" + b"x" * limits.MESSAGE_BYTES_MAX)
    assert (parsed.trouble, parsed.subject, parsed.from_address) == (Trouble.TOO_LARGE, "big", "a@b.example")


def test_a_large_attachment_comes_whole():
    content = bytes(range(256)) * 4096 * 24
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\n"
    part = b"Content-Disposition: attachment; filename=s.tiff\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    parsed = read(HEAD + head + part + base64.encodebytes(content) + b"\r\n--b--\r\n")
    assert (parsed.trouble, parsed.text, parsed.attachments[0].content == content) == (None, "see", True)


@pytest.mark.parametrize(
    "header",
    [
        b'From: "' + b'\\"' * 30_000,
        b"From: " + b"a" * 60_000,
        b"From: " + b"<" * 60_000,
        b"Subject: " + b"=?a?q?" * 10_000,
        b"Subject: " + b" " * 60_000 + b"x",
        b"Content-Type: text/plain" + b';a="\\"' * 10_000,
        b"References: " + b"<a@" * 20_000,
    ],
)
def test_headers_made_to_be_slow_are_read_all_the_same(header: bytes):
    _sound(read(header + b"\r\nMessage-ID: <m@b.example>\r\n\r\nHello"))


@pytest.mark.parametrize("raw", CORPUS)
def test_structure_agrees_with_the_standard_library_where_a_mail_is_well_formed(raw: bytes):
    theirs = email.message_from_bytes(raw, policy=email.policy.compat32)
    ours = read(raw)
    if any(part.defects for part in theirs.walk()) or ours.trouble or not theirs.is_multipart():
        return
    files = [part for part in theirs.walk() if part.get_filename() and part.get_content_disposition()]
    kept = [one.content for one in ours.attachments]
    for part in files:
        assert part.get_content_type() in tnef.TYPES or part.get_payload(decode=True) in kept


def test_an_automatic_mail_that_names_no_sender_is_held_too() -> None:
    """There is nobody whose message it could be; found by a storm of malformed mails (docs/reliability.md)."""
    machine = b"Auto-Submitted: auto-generated\r\n\r\nFrom the form on your site"
    assert parse(machine).trouble == Trouble.NO_SENDER
    assert parse(b"From: forms@mail.example\r\n" + machine).trouble is None
