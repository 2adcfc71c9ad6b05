"""The demo customers' mails are read as they were written, whatever their program declares."""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from plainspoken.channels.email.addresses import Address
from plainspoken.channels.email.automatic import Automatic
from plainspoken.channels.email.parse import parse
from plainspoken.channels.email.troubles import Trouble
from plainspoken.demo import mail, words
from plainspoken.demo.inquiries import CHARSETS
from plainspoken.demo.mail import Mail

AT = datetime(2026, 11, 3, 2, 5, tzinfo=UTC)
LETTER = Mail(
    "1@mail.example",
    "王芳",
    "wang@mail.example",
    "service@haian.example",
    "信用卡年费怎么收",
    "您好，请核实。",
    AT,
)


@pytest.mark.parametrize("charset", sorted(set(CHARSETS)))
@pytest.mark.parametrize("html", [True, False])
@pytest.mark.parametrize("attachment", [words.SCREENSHOT, None])
def test_a_mail_is_read_as_it_was_written(
    charset: str, html: bool, attachment: tuple[str, bytes] | None
) -> None:
    letter = Mail(
        **{name: getattr(LETTER, name) for name in Mail.__slots__}
        | {
            "charset": charset,
            "html": html,
            "attachment": attachment,
        }
    )
    read = parse(mail.as_bytes(letter))
    assert (read.from_name, read.from_address, read.subject) == (
        "王芳",
        "wang@mail.example",
        "信用卡年费怎么收",
    )
    assert (read.text.strip(), read.date, read.message_id) == ("您好，请核实。", AT, "1@mail.example")
    assert [one.name for one in read.attachments] == (["截图.png"] if attachment else [])
    assert (read.trouble, read.automatic) == (None, None)


@pytest.mark.parametrize("english", [True, False])
def test_a_reply_shows_only_what_is_new(english: bool) -> None:
    words_ = "Thank you!" if english else "谢谢！"
    text = mail.quoting(
        words_, Address("海岸银行", "service@haian.example"), AT, "您好\n答复", english=english
    )
    letter = Mail(
        "2@mail.example",
        "王芳",
        "wang@mail.example",
        "service@haian.example",
        "Re: 年费",
        text,
        AT,
        headers=mail.answering("ours@haian.example", "<1@mail.example>"),
    )
    read = parse(mail.as_bytes(letter))
    assert read.visible_text == words_
    assert read.in_reply_to == ("ours@haian.example",)
    assert read.references == ("1@mail.example", "ours@haian.example")


def test_a_delivery_report_names_its_mail() -> None:
    letter = Mail(
        "3@mail.example", "", "mailer-daemon@mail.example", "service@haian.example", "退信通知", "已满", AT
    )
    read = parse(mail.delivery_report(letter, "ours@haian.example", "wang@mail.example"))
    assert read.automatic is Automatic.DELIVERY_REPORT
    assert read.delivery_report
    assert (read.delivery_report.original_message_id, read.delivery_report.failed) == (
        "ours@haian.example",
        True,
    )


def test_what_is_sealed_cannot_be_read() -> None:
    assert parse(mail.sealed(LETTER, b"secret" * 20)).trouble is Trouble.ENCRYPTED


def test_a_letter_beyond_the_charset_turns_the_mail_to_utf_8() -> None:
    letter = Mail("2@mail.example", "王芳", LETTER.address, LETTER.to, "年费", "年费 — 多少？", AT, "gb2312")
    made = message_from_bytes(mail.as_bytes(letter))
    assert made.get_content_charset() == "utf-8"
