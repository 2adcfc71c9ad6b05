"""Mail that comes in: by SMTP until 250 is said, and from there until it is a message of a case."""

import itertools
import random
import smtplib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from bench import house, limits, mails
from bench.figures import Figure, p50, p95
from bench.people import Client
from bench.words import Words
from plainspoken.channels.email import identity
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.config import environment
from plainspoken.conversations.models import Outgoing
from plainspoken.demo.mail import Mail, answering, as_bytes
from plainspoken.kernel import clock, drain, language
from plainspoken.kernel.ids import uuid7

CLIENTS = 8
WORKERS = 2
BURST_MAX = 500
TRICKLE = 20
TENTH = 10
TEXT_BYTES = {language.CHINESE: 1_300, language.ENGLISH: 1_900}
_seeds = itertools.count()


def intake(size: int) -> list[Figure]:
    """A burst that waits and is settled by two workers; then single mails, each from its commit to its message."""
    count = _burst(size)
    with house.workers(WORKERS):
        began = time.perf_counter()
        _store(_letters(count))
        house.until(lambda: not _waiting(), "all mail is taken in", 1_200)
        rate = count / (time.perf_counter() - began)
        _quiet()
        alone = [_alone(letter) for letter in _letters(min(TRICKLE, count))]
    return [
        Figure(
            "intake", size, p50(alone), p95(alone), rate, limits.commits(WORKERS, limits.INTAKE, count) / rate
        )
    ]


def smtp(size: int) -> list[Figure]:
    """Eight clients hand over mail, one message a transaction, while one worker does all it does."""
    count = _burst(size)
    with house.workers():
        shares = [_letters(count // CLIENTS) for _ in range(CLIENTS)]
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as threads:
            seconds = [one for found in threads.map(_deliver, shares) for one in found]
        rate = len(seconds) / (time.perf_counter() - began)
        house.until(lambda: not _waiting(), "all mail is taken in", 1_200)
    return [
        Figure("smtp", size, p50(seconds), p95(seconds), rate, limits.commits(4, limits.STORED, count) / rate)
    ]


def _burst(size: int) -> int:
    return min(BURST_MAX, max(CLIENTS * 2, size // 50))


def _letters(count: int) -> list[bytes]:
    """Multipart mails of some 5 KB, half Chinese: one in ten a reply, two of known senders."""
    words, made = Words(random.Random(next(_seeds))), []
    replies = _replied_to(count // TENTH)
    for number in range(count):
        spoken = language.ENGLISH if number % 2 else language.CHINESE
        address = f"c{number}@mail.example" if number % TENTH < 3 else f"{uuid7()}@mail.example"
        sender = Client(uuid7(), uuid7(), words.person(spoken), address, spoken, company=False)
        ours = replies.pop() if number % TENTH == 0 and replies else None
        made.append(_letter(words, sender, ours))
    return made


def _letter(words: Words, sender: Client, ours: Outgoing | None) -> bytes:
    matter, now = words.of(sender.language), clock.now()
    text = words.asked(matter, sender.language, now)
    while len(text.encode()) < TEXT_BYTES[sender.language]:
        text += f"\n\n{words.asked(matter, sender.language, now)}"
    mail = Mail(
        f"{uuid4()}@mail.example",
        sender.name,
        ours.to.value if ours else sender.address,
        "service@haian.example",
        matter.subject,
        text,
        now,
        html=True,
        headers=answering(ours.message.header_id, "") if ours else (),
    )
    return as_bytes(mail)


def _replied_to(count: int) -> list[Outgoing]:
    """The newest of our letters, one a conversation."""
    left = Outgoing.objects.filter(
        state="left", message__conversation__mailbox__address="service@haian.example"
    )
    newest = left.select_related("message", "to").order_by("-id")[: count * 5]
    return list({one.message.conversation_id: one for one in newest}.values())[:count]


def _store(letters: Sequence[bytes]) -> None:
    """All of them at once, as after a night in which no worker ran."""
    mailbox, now = Mailbox.objects.get(address="service@haian.example"), clock.now()
    rows = [(mails.blob(content, now), content) for content in letters]
    with transaction.atomic():
        type(rows[0][0]).objects.bulk_create(blob for blob, _ in rows)
        Raw.objects.bulk_create(_raw(mailbox, blob.pk, content, now) for blob, content in rows)
        drain.wake("intake")


def _raw(mailbox: Mailbox, blob: UUID, content: bytes, now: datetime) -> Raw:
    return Raw(id=uuid7(), mailbox=mailbox, blob_id=blob, digest=identity.digest(content), arrived_at=now)


def _alone(content: bytes) -> float:
    began = time.perf_counter()
    _store([content])
    while _waiting():
        time.sleep(0.002)
    return time.perf_counter() - began


def _deliver(letters: Sequence[bytes]) -> list[float]:
    seconds = []
    with smtplib.SMTP("127.0.0.1", environment.smtp_in_port(), timeout=60) as client:
        for content in letters:
            began = time.perf_counter()
            client.sendmail("sender@mail.example", "service@haian.example", content)
            seconds.append(time.perf_counter() - began)
    return seconds


def _waiting() -> bool:
    return Raw.objects.filter(state="waiting").exists()


def _quiet() -> None:
    """What follows from a burst is done."""
    follow = (
        "SELECT EXISTS (SELECT FROM kernel_delivery WHERE done_at IS NULL AND stuck_at IS NULL)"
        " OR EXISTS (SELECT FROM kernel_search_pending) OR EXISTS (SELECT FROM kernel_measure_dirty)"
    )

    def done() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(follow)
            return not cursor.fetchone()[0]

    house.until(done, "what follows is done", 1_200)
