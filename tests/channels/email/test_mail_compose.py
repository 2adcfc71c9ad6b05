"""What we send is read by others as we meant it, and nobody writes a header of ours but us."""

import dataclasses
import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.channels.email.addresses import Address
from plainspoken.channels.email.compose import File, Outgoing, compose, needs_smtputf8
from plainspoken.channels.email.parse import read

LETTER = Outgoing(
    message_id="0193.1@haian.example",
    own_id="0193-abc",
    date=datetime(2026, 11, 20, 2, 20, 31, tzinfo=UTC),
    from_name="海岸银行客户服务中心",
    from_address="service@haian.example",
    to_name="张三",
    to_address="zhang.san@mail.example",
    subject="Re: 关于理财产品赎回的问题",
    text="张先生，您好：\n\n您的赎回款已于今日到账。\n\n-- \n海岸银行",
    language="zh-Hans",
    cc=(Address("Wang, Li", "wl@haian.example"),),
    reply_to="service@haian.example",
    in_reply_to="m1@mail.example",
    references=("first@haian.example", "m1@mail.example"),
    attachments=(
        File("赎回确认书（2026年11月）.pdf", "application/pdf", b"%PDF" * 999),
        File("a.txt", "text/plain", b"x\r\n"),
    ),
)
PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Co", "Cn"]), max_size=120
)
BREAKS = ["\r\nBcc: x@y.example", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028"]


def test_it_is_read_again_as_it_was_meant():
    parsed = read(compose(LETTER))
    assert (parsed.message_id, parsed.marker) == (LETTER.message_id, LETTER.own_id)
    assert (parsed.from_name, parsed.from_address) == (LETTER.from_name, LETTER.from_address)
    assert parsed.to == (Address(LETTER.to_name, LETTER.to_address),)
    assert parsed.cc == LETTER.cc
    assert (parsed.reply_to, parsed.subject, parsed.date) == (LETTER.reply_to, LETTER.subject, LETTER.date)
    assert (parsed.in_reply_to, parsed.references) == ((LETTER.in_reply_to,), LETTER.references)
    assert parsed.text == LETTER.text
    assert "<p>您的赎回款已于今日到账。</p>" in parsed.html
    assert [(one.name, one.content_type, one.content) for one in parsed.attachments] == [
        (one.name, one.content_type, one.content) for one in LETTER.attachments
    ]
    assert (parsed.trouble, parsed.automatic) == (None, None)


def test_the_standard_library_reads_the_same():
    theirs = email.message_from_bytes(compose(LETTER), policy=email.policy.default)
    assert not any(part.defects for part in theirs.walk())
    assert theirs["Subject"] == LETTER.subject
    assert theirs["From"].addresses[0].display_name == LETTER.from_name
    assert theirs["Cc"].addresses[0].addr_spec == "wl@haian.example"
    assert theirs["References"].split() == ["<first@haian.example>", "<m1@mail.example>"]
    assert theirs.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == LETTER.text
    assert [part.get_filename() for part in theirs.iter_attachments()] == [
        one.name for one in LETTER.attachments
    ]


def test_the_wire_is_ascii_in_short_lines_and_always_the_same():
    raw = compose(LETTER)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert compose(LETTER) == raw


def test_an_automatic_mail_says_so_and_would_not_be_answered():
    parsed = read(compose(dataclasses.replace(LETTER, automatic=True)))
    assert parsed.automatic == "loop"
    raw = compose(dataclasses.replace(LETTER, automatic=True))
    assert b"\r\nAuto-Submitted: auto-replied\r\n" in raw
    assert read(raw.replace(b"X-Loop: service@haian.example\r\n", b"")).automatic == "auto_reply"


@settings(max_examples=200, deadline=None)
@given(
    subject=PRINTABLE, name=PRINTABLE, text=PRINTABLE, file=PRINTABLE.filter(lambda name: name.strip(" ."))
)
def test_any_words_come_back(subject: str, name: str, text: str, file: str):
    letter = dataclasses.replace(
        LETTER, subject=subject, to_name=name, text=text, attachments=(File(file, "x/y", b"1"),)
    )
    raw = compose(letter)
    parsed = read(raw)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert parsed.subject == subject.strip()
    assert parsed.to[0].address == LETTER.to_address
    assert parsed.text.strip() == text.strip()
    assert len(parsed.attachments) == 1


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_is_sent_and_nothing_of_it_becomes_structure(text: str):
    parsed = read(compose(dataclasses.replace(LETTER, text=text)))
    assert (len(parsed.attachments), parsed.from_address) == (2, LETTER.from_address)


@pytest.mark.parametrize("bad", BREAKS)
@pytest.mark.parametrize(
    "field",
    [
        *("subject", "from_name", "from_address", "to_name", "to_address", "reply_to"),
        *("message_id", "in_reply_to", "own_id", "language"),
    ],
)
def test_a_line_break_in_a_header_is_refused(field: str, bad: str):
    with pytest.raises(ValueError, match=r"."):
        compose(dataclasses.replace(LETTER, **{field: f"a{bad}@b.example"}))


@pytest.mark.parametrize("bad", BREAKS)
def test_a_line_break_in_a_list_is_refused(bad: str):
    lists = [
        {"references": (f"a{bad}@b.example",)},
        {"cc": (Address(f"x{bad}", "a@b.example"),)},
        {"cc": (Address("x", f"a{bad}@b.example"),)},
        {"attachments": (File(f"x{bad}.pdf", "application/pdf", b""),)},
    ]
    for changed in lists:
        with pytest.raises(ValueError, match=r"header value|not an address"):
            compose(dataclasses.replace(LETTER, **changed))


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b", "a b@c", "a@b,c@d", "<a@b>", "a@b>", '"a"@b', "a@b;c", "a@b c"]
)
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(ValueError, match="not an address"):
        compose(dataclasses.replace(LETTER, to_address=address))


def test_a_date_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        compose(dataclasses.replace(LETTER, date=datetime(2026, 11, 20)))  # noqa: DTZ001


def test_a_dangerous_content_type_is_not_passed_on():
    odd = (File("a.eml", "message/rfc822", b"x"), File("b", 'text/plain"; x="', b"y"))
    parsed = read(compose(dataclasses.replace(LETTER, attachments=odd)))
    assert [one.content_type for one in parsed.attachments] == ["application/octet-stream"] * 2


def test_long_threads_keep_their_first_and_their_newest_ids():
    chain = tuple(f"{n}@mail.example" for n in range(200))
    parsed = read(compose(dataclasses.replace(LETTER, references=chain, in_reply_to="last@mail.example")))
    assert len(parsed.references) == 20
    assert (parsed.references[0], parsed.references[-1]) == ("0@mail.example", "last@mail.example")


def test_a_strange_id_of_others_is_no_obstacle():
    parsed = read(
        compose(dataclasses.replace(LETTER, in_reply_to="no-at-sign", references=("张三@x", "a b@c", "ok@x")))
    )
    assert (parsed.in_reply_to, parsed.references) == (("no-at-sign",), ("ok@x", "no-at-sign"))


def test_addresses_beyond_ascii():
    domain = dataclasses.replace(LETTER, to_address="zs@海岸.example")
    assert b"zs@xn--" in compose(domain)
    assert not needs_smtputf8(domain)
    assert needs_smtputf8(dataclasses.replace(LETTER, to_address="张三@mail.example"))
