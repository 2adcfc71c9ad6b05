"""The main job for a firm that is set up from its own file, with a mailbox on a server of its own.

A customer's mail comes in by SMTP, is answered at the desk, leaves by the firm's server (TLS by the firm's own
authority, with a password), is answered back, solved and rated; and the ledger holds what happened.
"""

import re
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

import smtp_peer
import weather
import world
from plainspoken.cases.models import Case, Line, Type
from plainspoken.channels.email import listener
from plainspoken.channels.email.listener import Listener
from plainspoken.conversations import said
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import blobs, clock, drain
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.organization import firmfile
from plainspoken.organization.models import Firm, Person
from plainspoken.supervision.models import Survey
from smtp_peer import Peer

FILE = Path(__file__).parents[1] / "other_firm.toml"
ADDRESS, CUSTOMER = "help@linjiang.example", "he.rui@example.com"
QUESTION = "您好，请问首套房贷现在的利率是多少？"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank at work: where its mail comes in, and the server by which it leaves."""

    door: Listener
    server: Peer

    def letters(self) -> list[EmailMessage]:
        return [one.mail for one in self.server.received]


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    monkeypatch.setenv("PLAINSPOKEN_SECRET_MAILBOX_HELP", "by the river")
    monkeypatch.setenv("PLAINSPOKEN_SECRET_STAFF_PASSWORD", world.PASSWORD)
    authority = smtp_peer.authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with ExitStack() as stack:
        known = smtp_peer.knowing(ADDRESS, "by the river")
        server = stack.enter_context(smtp_peer.serving(Peer(), ssl_context=authority.context, **known))
        Firm.objects.get_or_create(defaults={"id": uuid7()})
        firmfile.apply_text(FILE.read_text().replace("465", str(server.port)), by=firmfile.actor())
        door = listener.controller("127.0.0.1", 0)
        door.start()
        stack.callback(door.stop)
        yield Bank(door, server)


def customer_sends(bank: Bank, text: str, answering: EmailMessage | None = None) -> EmailMessage:
    """The customer writes, or answers a mail of ours as mail programs do, by SMTP."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"何蕊 <{CUSTOMER}>", ADDRESS
    mail["Message-ID"] = f"<{uuid7()}@example.com>"
    mail["Subject"] = str(answering["Subject"]) if answering else "房贷利率"
    if answering:
        mail["In-Reply-To"] = str(answering["Message-ID"])
        mail["References"] = f"{answering['References']} {answering['Message-ID']}"
        text += "".join(f"\n> {line}" for line in words(answering).splitlines())
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", bank.door.port) as server:
        server.send_message(mail)
    drain.run_until_empty()
    return mail


def words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def clerk() -> Client:
    """A browser in which the clerk has signed in with the password that the file names."""
    browser = Client()
    answer = browser.post("/sign-in", {"login": "ou", "password": world.PASSWORD})
    assert answer.status_code == 302
    return browser


def done(browser: Client, verb: str, *about: object, **given: object) -> None:
    """Something done at the desk; it is answered by a way to go on."""
    answer = browser.post(reverse(verb, args=[*about]), given)
    assert answer.status_code in (302, 303), answer.content.decode()


def the_undo_time_passes() -> None:
    with clock.moved(clock.now() + timedelta(seconds=16)):
        drain.run_until_empty()


def follow(letter: EmailMessage, **given: object) -> None:
    """The customer opens the link of a letter and presses a button there."""
    link = re.search(r"https?://\S+", words(letter))
    assert link
    path = urlsplit(link[0]).path
    customer = Client()
    assert customer.get(path).status_code == 200
    assert customer.post(path, given).status_code in (302, 303)
    drain.run_until_empty()


def ids(letter: EmailMessage) -> tuple[str, list[str]]:
    return str(letter["In-Reply-To"]), str(letter["References"]).split()


@pytest.mark.duty("4.3.1a")
@pytest.mark.duty("4.3.1b")
@pytest.mark.duty("4.3.1e")
@pytest.mark.duty("4.3.1i")
@pytest.mark.duty("6.1.2a")
def test_a_customers_mail_becomes_an_answered_rated_and_provable_inquiry(bank: Bank) -> None:
    question = customer_sends(bank, QUESTION)
    case = Case.objects.get()
    (acknowledged,) = bank.letters()
    assert case.number in words(acknowledged)
    assert ids(acknowledged) == (question["Message-ID"], [question["Message-ID"]])

    browser = clerk()
    done(browser, "cases.queue.take_next")
    done(browser, "cases.inquiry.triage", case.pk, type=Type.objects.get().pk, line=Line.objects.get().pk)
    seen = said.newest(case.conversation)
    done(browser, "cases.inquiry.answer", case.pk, text="首套房贷利率为 3.05%。", seen=seen)
    the_undo_time_passes()
    case.refresh_from_db()
    answer = bank.letters()[-1]
    assert (case.state, case.owner) == ("answered", Person.objects.get(username="ou"))
    check_answer(bank, answer, [question["Message-ID"], acknowledged["Message-ID"]])

    customer_sends(bank, "谢谢。那二套呢？", answering=answer)
    case.refresh_from_db()
    assert (Case.objects.count(), case.state, case.reopenings.get().how) == (1, "triaged", "wrote_again")
    assert Message.objects.filter(kind="in").latest("at").visible_text == "谢谢。那二套呢？"

    seen = said.newest(case.conversation)
    done(browser, "cases.inquiry.answer", case.pk, text="二套为 3.25%。", seen=seen)
    the_undo_time_passes()
    follow(bank.letters()[-1], yes="1")
    case.refresh_from_db()
    assert (case.state, case.closures.get().how) == ("closed", "solved")

    follow(bank.letters()[-1], score="5", comment="很快")
    assert (Survey.objects.get().score, Survey.objects.get().case) == (5, case)
    assert set(Outgoing.objects.values_list("state", flat=True)) == {"left"}
    drain.run_until_empty()
    check_ledger()


def check_answer(bank: Bank, answer: EmailMessage, thread: list[str]) -> None:
    """Threaded, signed, asking whether it is solved; sent by the mailbox's own account, and kept as it left."""
    received, sent = bank.server.received[-1], Outgoing.objects.get(message__kind="out").sent
    assert sent
    assert ids(answer) == (thread[-1], thread)
    assert answer["Subject"] == "Re: 房贷利率"
    assert re.fullmatch(
        r"首套房贷利率为 3.05%。\n\n问题解决了吗？http\S+/solved/\S+\n\n临江银行 · 021-5555", words(answer)
    )
    assert (received.user, received.sender, received.recipients) == (ADDRESS, ADDRESS, [CUSTOMER])
    assert blobs.read(sent) == received.content


def check_ledger() -> None:
    """It verifies; after one row is changed behind its back it does not, and says which."""
    good = weather.plainspoken("verify")
    assert (good.returncode, "is what it was" in good.stdout) == (0, True), good.stdout + good.stderr
    changed, table = Entry.objects.get(code="cases.inquiry.triage"), Entry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET actor_post = 'help-head' WHERE id = %s", [changed.pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    bad = weather.plainspoken("verify")
    assert bad.returncode == 1
    assert f"First bad row: entry {changed.pk}: " in bad.stdout
    assert "[column_changed:actor_post]" in bad.stdout


def test_the_file_again_changes_nothing(bank: Bank) -> None:
    again = firmfile.apply_text(FILE.read_text().replace("465", str(bank.server.port)), by=firmfile.actor())
    assert (again.made, again.changed) == ([], [])


def test_the_firms_own_promise_counts(bank: Bank) -> None:
    customer_sends(bank, QUESTION)
    promise = Deadline.objects.get(kind="cases.first_reply")
    assert (promise.amount, promise.counted_in) == (180, "working_minutes")
