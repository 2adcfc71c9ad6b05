"""A message as the bytes that leave: its thread, its subject, its signature, its link, what marks a machine's."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.db import connection

import mailroom
import world
from plainspoken.cases.actions import answering, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels import actions as channels
from plainspoken.conversations import letter
from plainspoken.conversations.actions import send
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.customers import actions as customers
from plainspoken.customers import links
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.actor import system

pytestmark = pytest.mark.usefixtures("mailbox")
CLERK = "li"


def signed(**columns: str) -> None:
    """The mailbox with a signature in both languages."""
    by = mailroom.OPENER
    signatures = {"signature_zh": "海岸银行客服 95500", "signature_en": "Haian Bank, call 95500"}
    names = {"name_zh": "海岸银行客服", "name_en": "Haian Bank"}
    channels.put_mailbox(
        world.unit("customer-service"), by=by, address=mailroom.ADDRESS, **{**names, **signatures, **columns}
    )


def left(message: Message) -> EmailMessage:
    """The mail as it left."""
    with clock.moved(clock.now() + timedelta(seconds=send.UNDO_SECONDS + 1)):
        drain.run_until_empty()
    outgoing = Outgoing.objects.select_related("sent").get(message=message)
    assert outgoing.state == "left", outgoing.trouble
    assert outgoing.sent
    return message_from_bytes(blobs.read(outgoing.sent), policy=policy.default)


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def said(case: Case, text: str = "答复") -> Message:
    return send.reply(case.conversation, by=world.actor(CLERK), text=text)


def customer_answers(to: EmailMessage, own: str) -> None:
    """The customer answers our mail under an id of the own, as mail programs do."""
    mail = mailroom.mail(
        "还有一个问题",
        subject=str(to["Subject"]),
        Message_ID=own,
        In_Reply_To=str(to["Message-ID"]),
        References=f"{to['References']} {to['Message-ID']}",
    )
    mailroom.arrives(mail)


def test_three_rounds_are_one_thread() -> None:
    case = mailroom.received(Message_ID="<first@example.com>")
    sent = left(case.conversation.messages.get(kind="automatic"))
    thread = ["<first@example.com>"]
    for number in range(3):
        assert (sent["In-Reply-To"], sent["References"].split()) == (thread[-1], thread)
        with clock.moved(clock.now() + timedelta(hours=number)):
            customer_answers(sent, f"<round{number}@example.com>")
            thread += [sent["Message-ID"], f"<round{number}@example.com>"]
            sent = left(said(case, f"第 {number} 次答复"))
    assert (sent["In-Reply-To"], sent["References"].split()) == (thread[-1], thread)
    assert Case.objects.count() == 1
    assert case.conversation.messages.filter(kind="in").count() == 4


def test_what_was_taken_back_is_in_no_thread() -> None:
    case = mailroom.received(Message_ID="<first@example.com>")
    taken_back = said(case, "写错了")
    send.undo(taken_back.outgoing, by=world.actor(CLERK))
    sent = left(said(case))
    assert taken_back.header_id not in sent["References"]
    assert sent["In-Reply-To"] == f"<{case.conversation.messages.get(kind='automatic').header_id}>"


def test_a_long_thread_keeps_its_first_id_and_the_newest() -> None:
    case = mailroom.received(Message_ID="<first@example.com>")
    with clock.moved(clock.now() + timedelta(minutes=1)):
        ours = [said(case, f"第 {number} 条") for number in range(25)]
        ids = left(ours[-1])["References"].split()
    assert (len(ids), ids[0], ids[-1]) == (20, "<first@example.com>", f"<{ours[-2].header_id}>")


def test_the_first_word_of_ours_begins_a_thread() -> None:
    case = mailroom.received()
    to = case.conversation.participants.get().contact_point
    sent = left(
        send.start(
            case.conversation.mailbox, by=world.actor(CLERK), to=to, subject="Re: 账单", text="您的账单已出。"
        )
    )
    assert (sent["In-Reply-To"], sent["References"], sent["Subject"]) == (None, None, "Re: 账单")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("年费", "Re: 年费"),
        ("Re: 年费", "Re: 年费"),
        ("RE: 年费", "RE: 年费"),
        ("回复：年费", "Re: 回复：年费"),
        ("Reading my bill", "Re: Reading my bill"),
        ("", "Re:"),
        ("=?utf-8?q?fee=0D=0ABcc:_all=40example.com?=", "Re: fee Bcc: all@example.com"),
    ],
)
def test_the_subject_is_answered_once(theirs: str, ours: str) -> None:
    content = mailroom.mail(subject="SUBJECT").replace(b"Subject: SUBJECT", b"Subject: " + theirs.encode())
    mailroom.arrives(content)
    sent = left(said(mailroom.case()))
    assert sent["Subject"].strip() == ours
    assert sent["Bcc"] is None


@pytest.mark.parametrize(
    ("text", "name", "signature"),
    [
        ("请问年费怎么收？", "海岸银行客服", "海岸银行客服 95500"),
        ("How much is the yearly fee of my credit card?", "Haian Bank", "Haian Bank, call 95500"),
    ],
)
def test_signed_in_the_language_of_the_conversation(text: str, name: str, signature: str) -> None:
    signed()
    case = mailroom.received(text=text, subject="fee" if text.isascii() else "费")
    sent = left(said(case, "TEXT"))
    assert words(sent) == f"TEXT\n\n{signature}"
    assert sent["From"] == f"{name} <{mailroom.ADDRESS}>"
    assert (sent["To"], sent["Content-Language"]) == (
        "wang@example.com",
        "zh-hans" if not text.isascii() else "en",
    )


def test_the_language_a_person_set_goes_before_the_one_that_was_guessed() -> None:
    signed()
    case = mailroom.received()
    by = system("t", "customers.customer.set_language")
    customers.set_language(case.customer, by=by, language="en")
    sent = left(said(case, "TEXT"))
    assert words(sent) == "TEXT\n\nHaian Bank, call 95500"
    assert (sent["From"], sent["Content-Language"]) == (f"Haian Bank <{mailroom.ADDRESS}>", "en")
    html = sent.get_body(("html",))
    assert html
    assert '<html lang="en">' in html.get_content()


def test_a_machines_letter_says_so_and_a_persons_does_not() -> None:
    case = mailroom.received()
    automatic = left(case.conversation.messages.get(kind="automatic"))
    assert (automatic["Auto-Submitted"], automatic["X-Loop"]) == ("auto-replied", mailroom.ADDRESS)
    sent = left(said(case))
    assert (sent["Auto-Submitted"], sent["X-Loop"], sent["X-Auto-Response-Suppress"]) == (None, None, None)
    assert sent["X-Plainspoken-Id"] == str(Message.objects.get(kind="out").pk)


def test_the_link_is_in_what_left_and_in_no_text_that_is_kept() -> None:
    signed()
    case = mailroom.received()
    triage.triage(
        case, by=world.actor(CLERK), type=Type.objects.get(code="fee"), line=Line.objects.get(code="card")
    )
    message = answering.answer(case, by=world.actor(CLERK), text="年费 200 元。")
    assert message.outgoing.link
    address = links.address(message.outgoing.link)
    sent = left(message)
    assert words(sent) == f"年费 200 元。\n\n问题解决了吗？{address}\n\n海岸银行客服 95500"
    html = sent.get_body(("html",))
    assert html
    assert address in html.get_content()
    assert kept(address.rsplit("/", 2)[1]) == []


def kept(secret: str) -> list[str]:
    """The tables with a row in which the secret can be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{secret}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_files_leave_as_they_were_given() -> None:
    case = mailroom.received()
    files = (
        ("账单 三月.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n\x00"),
        ("a.txt", "text/plain", b"From: x\n\n.\n"),
    )
    sent = left(send.reply(case.conversation, by=world.actor(CLERK), text="见附件", files=files))
    got = [
        (one.get_filename(), one.get_content_type(), one.get_payload(decode=True))
        for one in sent.iter_attachments()
    ]
    assert got[0] == files[0]
    assert got[1] == files[1]


def test_lines_of_a_single_dot_and_very_long_lines_arrive() -> None:
    text = "第一行\n.\n..\n" + "长" * 3_000 + "\nx" * 3
    assert words(left(said(mailroom.received(), text))) == text


def test_every_attempt_is_the_same_mail() -> None:
    case = mailroom.received()
    message = said(case)
    first = letter.bytes_of(Outgoing.objects.get(message=message))
    with clock.moved(clock.now() + timedelta(hours=3)):
        assert letter.bytes_of(Outgoing.objects.get(message=message)) == first


def test_an_automatic_letter_can_have_a_subject_of_its_own() -> None:
    case = mailroom.received()
    by = system("t", "conversations.automatic.send")
    assert (
        left(send.send_automatic(case.conversation, by=by, text="t", subject="评分"))["Subject"] == "Re: 评分"
    )
