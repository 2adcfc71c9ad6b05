"""Mail that comes in: by SMTP until 250 is said, and from there until it is a message of a case."""

import itertools
import random
import smtplib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection, transaction

from bench import browser, copying, house, letters, limits, mails
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from bench.letters import Letter
from bench.words import Words
from plainspoken.channels.email import identity
from plainspoken.channels.models import Mailbox, Raw
from plainspoken.config import environment
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import clock, drain, language
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Blob

CLIENTS = 8
WORKERS = 2
BURST_MAX = 5_000
TRICKLE = 20
REPLY_EVERY = 10
TO = "service@haian.example"
_seeds = itertools.count()


def intake(size: int) -> list[Figure]:
    """A burst that waits and is settled by two workers; then single mails, each from its commit to its message."""
    count = _burst(size)
    with house.workers(WORKERS):
        rate = burst(size)
        alone = [_alone(letter) for letter in _letters(min(TRICKLE, count))]
    ratio = limits.commits(WORKERS, limits.INTAKE, count) / rate
    return [Figure("intake", size, p50(alone), p95(alone), rate, ratio)]


def burst(size: int) -> float:
    """Mails a second, of many that come at once, while workers run."""
    count = _burst(size)
    made = _letters(count)
    began = time.perf_counter()
    _store(made)
    house.until(lambda: not _waiting(), "all mail is taken in", 1_200)
    rate = count / (time.perf_counter() - began)
    _quiet()
    return rate


def found(size: int) -> list[Figure]:
    """From the commit of a mail until the search page shows it to an agent."""
    with house.workers(), house.pages():
        reader = Browser().sign_in("lin")
        seconds = [
            _until_found(reader, f"bz{uuid7().hex}") for _ in range(min(browser.readings(size), TRICKLE))
        ]
    return [Figure("found", size, p50(seconds), p95(seconds))]


def _until_found(reader: Browser, word: str) -> float:
    now, shown = clock.now(), f"Re {word[::-1]}"
    began = time.perf_counter()
    _store(
        [letters.multipart(Letter(f"{word}@mail.example", "Anna", "anna@mail.example", TO, shown, word, now))]
    )
    while shown.encode() not in reader.get(f"/search/?q={word}"):
        time.sleep(0.02)
    return time.perf_counter() - began


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
    """Half Chinese; one in ten replies to an answer of ours, three in four of the rest are from somebody new."""
    words, known = Words(random.Random(next(_seeds))), _answered(count // REPLY_EVERY + 1)
    return [
        letters.multipart(
            _reply(words, known[number // REPLY_EVERY])
            if number % REPLY_EVERY == 0 and number // REPLY_EVERY < len(known)
            else _new(words, number)
        )
        for number in range(count)
    ]


def _new(words: Words, number: int) -> Letter:
    spoken = language.ENGLISH if number % 2 else language.CHINESE
    matter, now = words.of(spoken), clock.now()
    address = f"c{number}@mail.example" if number % 4 == 3 else f"{uuid7()}@mail.example"
    text = words.asked(matter, spoken, now)
    return Letter(f"{uuid7()}@mail.example", words.person(spoken), address, TO, matter.subject, text, now)


def _reply(words: Words, ours: Outgoing) -> Letter:
    customer, now = ours.message.conversation.customer, clock.now()
    spoken = customer.language or language.CHINESE
    return Letter(
        f"{uuid7()}@mail.example", customer.name, ours.to.value, TO, f"Re: {ours.message.subject}",
        words.again(spoken, now), now, ours.message.header_id,
    )  # fmt: skip


def _answered(count: int) -> list[Outgoing]:
    """Answers of ours that have left, the newest first."""
    left = Outgoing.objects.filter(state="left", message__kind=Message.Kind.OUT)
    return list(left.select_related("to", "message__conversation__customer").order_by("-id")[:count])


def _store(letters: Sequence[bytes]) -> None:
    """All of them at once, as after a night in which no worker ran."""
    mailbox, now = Mailbox.objects.get(address=TO), clock.now()
    with transaction.atomic():
        copying.load(row for content in letters for row in _raw(mailbox, content, now))
        drain.wake("intake")


def _raw(mailbox: Mailbox, content: bytes, now: datetime) -> tuple[Blob, Raw]:
    kept, digest = mails.blob(content, now), identity.digest(content)
    return kept, copying.born(
        Raw, id=uuid7(), mailbox_id=mailbox.pk, blob_id=kept.id, digest=digest, arrived_at=now
    )


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
            client.sendmail("sender@mail.example", TO, content)
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
