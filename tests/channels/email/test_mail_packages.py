"""Packages by themselves: winmail.dat, rich text, signed blocks, invitations, files in the text."""

import binascii
import json
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email import cms, invitations, limits, rtf, structure, tnef, uuencoded
from plainspoken.channels.email.parse import read
from plainspoken.channels.email.troubles import Trouble

CORPUS = Path(__file__).parent / "corpus"


def _packed(*stems: str) -> list[bytes]:
    """The packages of these mails, as they lie in them."""
    trees = [structure.read((CORPUS / f"{stem}.eml").read_bytes())[0] for stem in stems]
    leaves = [leaf for tree in trees for leaf in tree.leaves()]
    return [leaf.content() for leaf in leaves if leaf.content_type.startswith("application/")]


WINMAIL = _packed(*(path.stem for path in sorted(CORPUS.glob("*winmail_*.eml"))))
SIGNED = _packed("zh_smime_signed_block", "zh_smime_signed_in_pieces_without_type")
RICH = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 x;}}\uc1 \u20320?\'c4\'e3{\*\htmltag <b>}\par a\~b\\\{\}\tab}"


@st.composite
def damaged(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    raw = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(raw[: draw(st.integers(0, len(raw)))])


@settings(max_examples=400, deadline=None)
@given(damaged(WINMAIL))
def test_a_damaged_winmail_is_read_as_far_as_it_goes(raw: bytes):
    package = tnef.read(raw)
    assert all(one.content or one.name for one in package.files)


@pytest.mark.parametrize("whole", WINMAIL)
def test_a_winmail_cut_anywhere_says_that_it_is_not_complete(whole: bytes):
    complete = [length for length in range(len(whole)) if tnef.read(whole[:length]).complete]
    begins_an_attribute = (1, 2)
    assert all(whole[length] in begins_an_attribute for length in complete)


def test_winmail_of_too_many_files_is_not_complete():
    begun = struct.pack("<BIIH", 2, 0x00069002, 0, 0)
    package = tnef.read(tnef.SIGNATURE + b"\0\0" + begun * (limits.PARTS_MAX + 5))
    assert (package.complete, package.files) == (False, [])


def test_a_winmail_that_is_none_is_held_with_its_file():
    head = b"From: a@b.example\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n"
    parsed = read(head + b"not a package")
    assert (parsed.trouble, [one.name for one in parsed.attachments]) == (Trouble.WINMAIL, ["winmail.dat"])


@settings(max_examples=300, deadline=None)
@given(damaged(SIGNED))
def test_a_damaged_signed_block_is_opened_or_not(raw: bytes):
    content = cms.signed_content(raw)
    assert content is None or content in raw or len(content) < len(raw)


@pytest.mark.parametrize("raw", [b"", b"\x30", b"0\x80" * 5000, b"\x30\xff" + b"\xff" * 127, b"$\x80" * 99])
def test_what_is_no_signed_block_has_no_content(raw: bytes):
    assert cms.signed_content(raw) is None


def test_signed_blocks_within_signed_blocks_end_somewhere():
    expected = json.loads((CORPUS / "zh_smime_signed_block.json").read_text())
    assert read((CORPUS / "zh_smime_signed_block.eml").read_bytes()).text == expected["text"]
    raw = b"Content-Type: text/plain\r\n\r\ncore"
    for _ in range(8):
        raw = b"Content-Type: application/pkcs7-mime\r\n\r\n" + _signed(raw)
    assert read(b"From: a@b.example\r\n" + raw).trouble == Trouble.SIGNED_OPAQUE


def _signed(content: bytes) -> bytes:
    """The four levels around a content that nobody signed."""
    data = bytes.fromhex("06092a864886f70d010701") + _level(0xA0, _level(0x04, content))
    signed = b"\x02\x01\x01" + b"\x31\x00" + _level(0x30, data)
    return _level(0x30, cms.SIGNED + _level(0xA0, _level(0x30, signed)))


def _level(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def test_rich_text():
    assert rtf.to_text(RICH) == "你你\na b\\{}"


@settings(max_examples=300, deadline=None)
@given(damaged([RICH]), st.binary(max_size=200))
def test_any_rich_text_is_read(raw: bytes, packed: bytes):
    rtf.to_text(raw).encode()
    rtf.decompressed(b"\0\0\0\0\xff\xff\0\0LZFu\0\0\0\0" + packed)


def test_rich_text_repeats_what_stands_in_its_window():
    # From MS-OXRTFCP 3.1.1: literals and references, into the words every package begins with too.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af3206865 6c090020 627705b06c647d0a800fa0"
    )
    assert rtf.decompressed(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='BEGIN:VEVENT\r\n;"=DTSTART2026T0Z,\\nORGANIZER mailto:@', max_size=400))
def test_any_calendar_is_read(calendar: str):
    invitations.words(calendar)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_text_around_files_is_all_there(text: bytes):
    block = b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n"
    found = uuencoded.split(text + b"\r\n" + block + text)
    assert found.text.startswith(text)
    assert (b"a", b"abc") in found.files


def test_what_claims_to_be_larger_than_any_mail_is_left_in_the_text(monkeypatch: pytest.MonkeyPatch):
    """A line that lost its blanks stands for 45 bytes: two bytes of a mail would be as many zeros."""
    monkeypatch.setattr(limits, "MESSAGE_BYTES_MAX", 450)
    few, many = b"begin 644 a\n" + b"M\n" * 9 + b"end\n", b"begin 644 b\n" + b"M\n" * 11 + b"end\n"
    assert uuencoded.split(few).files == [(b"a", bytes(405))]
    assert uuencoded.split(few + many) == (few + many, [])


@pytest.mark.parametrize("rich", [rb"{\rtf1 a\u0 b}", b"{\\rtf1 a\\\0b}", rb"{\rtf1 a\'00b}"])
def test_rich_text_says_nothing_that_no_database_takes(rich: bytes):
    assert rtf.to_text(rich).replace("\ufffd", "") in ("ab", "a b", "a")


@pytest.mark.parametrize("piece", [b"begin 644 a\n", b"begin 644 a\n" + b"M" * 61 + b"\n", b"end\n"])
def test_text_made_to_be_slow_is_split_all_the_same(piece: bytes):
    uuencoded.split(piece * 20_000)


LARGE = bytes(range(256)) * 4096 * 24


def test_25_megabytes_come_whole_out_of_a_winmail():
    begun, title = (
        struct.pack("<BIIH", 2, 0x00069002, 0, 0),
        struct.pack("<BII", 2, 0x00018010, 4) + b"a.b\0\0\0",
    )
    raw = tnef.SIGNATURE + b"\0\0" + begun + title + struct.pack("<BII", 2, 0x0006800F, len(LARGE)) + LARGE
    package = tnef.read(raw + b"\0\0")
    assert (package.complete, package.files[0].name, package.files[0].content == LARGE) == (True, "a.b", True)


def test_25_megabytes_come_whole_out_of_a_signed_block():
    assert cms.signed_content(_signed(LARGE)) == LARGE


def test_25_megabytes_come_whole_out_of_the_text():
    lines = b"".join(binascii.b2a_uu(LARGE[at : at + 45]) for at in range(0, len(LARGE), 45))
    found = uuencoded.split(b"See below\nbegin 644 a.b\n" + lines + b"`\nend\n")
    assert (found.text, found.files == [(b"a.b", LARGE)]) == (b"See below\n", True)


@pytest.mark.parametrize(
    "body",
    [
        b"--" + b" " * 500_000 + b"\n",
        b"--x\n" * 200_000,
        b"begin 644 " + b" " * 300_000 + b"\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\n" * 30_000 + b"-----BEGIN PGP SIGNATURE-----\n",
        b"a \n" * 300_000,
        b"~{" * 300_000,
        b"\x1b$)A\x0e" * 100_000,
    ],
    ids=["dashes", "delimiters", "begin", "pgp", "flowed", "hz", "shifts"],
)
@pytest.mark.parametrize("kind", ["multipart/mixed; boundary=b", "text/plain; format=flowed"])
def test_bodies_made_to_be_slow_are_read_all_the_same(kind: str, body: bytes):
    read(b"From: a@b.example\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + body)


def test_base64_made_to_be_slow_is_read_all_the_same():
    head = b"From: a@b.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    line = b"QUJD" * 19 + b"\r\n"
    for body in (
        line * 100_000 + b"!",
        b"!" + line * 100_000,
        (line + b"!\r\n") * 50_000,
        line * 9 + b" a\n" * 90_000,
    ):
        read(head + body)


def test_strings_within_strings_of_a_signed_block_end_somewhere():
    inner = b"\x04\x01x"
    for _ in range(2_000):
        inner = _level(0x24, inner)
    data = bytes.fromhex("06092a864886f70d010701") + _level(0xA0, inner)
    signed = b"\x02\x01\x01" + b"\x31\x00" + _level(0x30, data)
    assert cms.signed_content(_level(0x30, cms.SIGNED + _level(0xA0, _level(0x30, signed)))) is None
