"""What must hold whatever has happened, once everything that flows has come to rest.

Asked by the chaos runs, the simulated year and whoever restores a backup. Each function says what is wrong, in
sentences; nothing said means all is well.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from plainspoken.cases.models import Case
from plainspoken.channels.models import Raw, Seen
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import blobs, clock, measures, sums, verify
from plainspoken.kernel.models import (
    Blob,
    Deadline,
    Delivery,
    Entry,
    MeasureDay,
    MeasureDirty,
    SearchPending,
    SearchRow,
    Unsealed,
)
from plainspoken.work.models import Task

TOLD_MAX = 5
ENDED = ("closed", "no_inquiry", "merged")


@dataclass
class Outside:
    """What the world saw.

    `accepted`: how often each mail (by its digest) was answered with 250. `tokens`: words each in one mail that was.
    `delivered`: how often each Message-ID came to a customer's server. `answered`: words of answers that the pages
    took. `fetched`: words of mails that lay in a mailbox fetched by IMAP.
    """

    accepted: Mapping[bytes, int] = field(default_factory=dict)
    tokens: Iterable[str] = ()
    delivered: Mapping[str, int] = field(default_factory=dict)
    answered: Iterable[str] = ()
    fetched: Iterable[str] = ()


def at_rest() -> list[str]:
    """What still flows; once it is empty the invariants can be asked. What waits for its moment does not count."""
    now = clock.now()
    flowing = {
        "mail waits for intake": Raw.objects.filter(state="waiting"),
        "subscribers are owed": Delivery.objects.filter(done_at=None, stuck_at=None),
        "letters wait": Outgoing.objects.filter(state="waiting", leaves_at__lte=now),
        "letters are leaving": Outgoing.objects.filter(state="leaving"),
        "steps of deadlines are reached": Deadline.objects.filter(state="running", next_at__lte=now),
        "entries are not sealed": Unsealed.objects.all(),
        "days are to be counted again": MeasureDirty.objects.all(),
        "texts are not indexed": SearchPending.objects.all(),
    }
    return [f"{what}: {rows.count()}" for what, rows in flowing.items() if rows.exists()]


def broken(outside: Outside | None = None) -> list[str]:
    """Everything that does not hold. With `outside`, also what the world was promised."""
    inside: list[Callable[[], Iterator[str]]] = [
        arrivals,
        letters,
        promises,
        homes,
        the_ledger,
        roll_ups,
        subscribers,
        contents,
    ]
    found = [words for one in inside for words in one()]
    if outside:
        found += [words for one in (mail_in, mail_out, answers) for words in one(outside)]
    return found


def arrivals() -> Iterator[str]:
    """Every arrival has one outcome; of the same mail one has become something, the others are duplicates."""
    yield from _each("has no outcome", Raw.objects.filter(state="waiting"))
    firsts = Raw.objects.exclude(state="duplicate").values("mailbox", "digest")
    for row in firsts.annotate(times=Count("pk")).exclude(times=1)[:TOLD_MAX]:
        yield f"one mail is in {row['times']} times: {bytes(row['digest']).hex()}"
    message = Message.objects.filter(raw=OuterRef("pk"))
    received = Raw.objects.filter(state="received")
    yield from _each("was received and is no message", received.filter(~Exists(message)))
    yield from _each(
        "is a message and was not received", Raw.objects.filter(Exists(message)).exclude(state="received")
    )
    place = Seen.objects.filter(mailbox=OuterRef("mailbox"), digest=OuterRef("digest"))
    yield from _each("is a duplicate of nothing", Raw.objects.filter(~Exists(place), state="duplicate"))
    task = Task.objects.filter(kind="channels.held", subject_id=OuterRef("pk"), state="open")
    yield from _each("is held before nobody", Raw.objects.filter(~Exists(task), state="held"))


def letters() -> Iterator[str]:
    """What was to leave has left, waits for its moment, or stands before a person."""
    yield from _each("is still leaving", Outgoing.objects.filter(state="leaving"))
    late = Outgoing.objects.filter(state="waiting", leaves_at__lte=clock.now())
    yield from _each("should have left", late)
    for kind, state in (("cases.uncertain", "uncertain"), ("cases.not_delivered", "failed")):
        tasks = set(Task.objects.filter(kind=kind, state="open").values_list("key", flat=True))
        rows = Outgoing.objects.filter(state=state)
        yield from _told(f"is {state} before nobody", [row for row in rows if str(row.pk) not in tasks])
    double = Message.objects.filter(outgoing__isnull=False).values("header_id").annotate(times=Count("pk"))
    yield from _told("is the id of two letters", [row["header_id"] for row in double.exclude(times=1)])


def promises() -> Iterator[str]:
    """A promise that was not kept in time is a broken one, and one that was kept in time is none."""
    now = clock.now()
    running = Deadline.objects.filter(state="running")
    yield from _each("is overdue and not broken", running.filter(due_at__lt=now, breached_at=None))
    yield from _each("has a step of its ladder behind it", running.filter(next_at__lte=now))
    met = Deadline.objects.filter(state="met")
    late = met.filter(met_at__gt=F("due_at"), paused_at=None)
    yield from _each("was met late and is not broken", late.filter(breached_at=None))
    yield from _each(
        "was met in time and is broken", met.filter(met_at__lte=F("due_at"), breached_at=F("due_at"))
    )
    reached = Entry.objects.filter(code="deadlines.reach", refusal="", subject_id=OuterRef("pk"))
    unsaid = running.filter(breached_at__isnull=False, next_step__gt=0)
    yield from _each("was broken in silence", unsaid.filter(~Exists(reached)))


def homes() -> Iterator[str]:
    """A case in work has an owner; one that waits stands in a queue, with a promise; a merged one goes on."""
    working = Case.objects.exclude(state__in=[*ENDED, "received"])
    yield from _each("is in work and nobody's", working.filter(owner=None))
    promise = Deadline.objects.filter(subject_id=OuterRef("pk"), kind="cases.first_reply")
    yield from _each("has no promise of a first reply", Case.objects.filter(~Exists(promise)))
    waiting = Case.objects.filter(state="received", first_reply_at=None)
    open_one = promise.filter(state__in=["running", "paused"])
    yield from _each("waits without a promise", waiting.filter(~Exists(open_one)))
    followed = Deadline.objects.filter(subject_id=OuterRef("pk"), kind="cases.follow_up", state="running")
    yield from _each(
        "is answered and not followed up", Case.objects.filter(~Exists(followed), state="answered")
    )
    standing = Q(mergers__undone_at=None, mergers__isnull=False)
    yield from _each("is merged into nothing", Case.objects.filter(state="merged").exclude(standing))
    no_case = Message.objects.filter(kind="in", conversation__cases=None, conversation__joinings=None)
    yield from _each("was received and is in no case", no_case)


def the_ledger() -> Iterator[str]:
    report = verify.verify()
    if report.trouble:
        yield f"the ledger is not what it was: {report.trouble.row}: {report.trouble.what}"
    if report.unsealed:
        yield f"{report.unsealed} entries of the ledger are not sealed"


def roll_ups() -> Iterator[str]:
    """Every figure is what its records say when they are counted again."""
    since, until = _span()
    for code in measures.measures:
        rolled = _as_counted(MeasureDay.objects.filter(measure=code))
        counted = _as_counted(measures.recount(code, since, until))
        different = set(rolled.items()) ^ set(counted.items())
        yield from _told(f"is rolled up otherwise than it is counted, of {code}", sorted(map(str, different)))
    yield from _told("sums something else than the roll-up", sums.differing())


def subscribers() -> Iterator[str]:
    """Nothing is owed, and nothing gave up."""
    for row in Delivery.objects.filter(done_at=None).select_related("entry")[:TOLD_MAX]:
        yield f"{row.subscriber} was not told of {row.entry.code}: {row.trouble or 'it waits'}"
    text = Message.objects.filter(~Exists(SearchRow.objects.filter(pk=OuterRef("pk"))))
    yield from _each("cannot be found by its words", text)


def contents() -> Iterator[str]:
    """Every content is whole."""
    lost = [row for row in Blob.objects.iterator(500) if not blobs.verify(row)]
    yield from _told("is not what was kept", lost)


def mail_in(outside: Outside) -> Iterator[str]:
    """What was answered with 250 is in, exactly once."""
    held = Counter(bytes(digest) for digest in Raw.objects.values_list("digest", flat=True))
    for digest, times in outside.accepted.items():
        if held[digest] < times:
            yield f"a mail was answered with 250 {times} times and is in {held[digest]} times: {digest.hex()}"
    texts = list(Message.objects.filter(kind="in").values_list("text", flat=True))
    yield from _not_once("came in", [*outside.tokens, *outside.fetched], texts)


def mail_out(outside: Outside) -> Iterator[str]:
    """What has left came to the customer, and nothing twice but the words of a machine under the same id."""
    rows = Outgoing.objects.select_related("message")
    known = {row.message.header_id: row for row in rows}
    yield from _told("came to a customer and is no letter of ours", set(outside.delivered) - set(known))
    for header_id, row in known.items():
        times = outside.delivered.get(header_id, 0)
        by_machine = row.message.kind == Message.Kind.AUTOMATIC
        if row.state == "left" and not times:
            yield f"{header_id} has left and never came"
        if times > 1 and not by_machine:
            yield f"{header_id} of a person came {times} times"
        if times and row.state not in ("left", "uncertain") and not (by_machine and row.state == "waiting"):
            yield f"{header_id} came and is {row.state}"


def answers(outside: Outside) -> Iterator[str]:
    """An answer that a page took stands in its conversation, once."""
    texts = list(Message.objects.filter(kind="out").values_list("text", flat=True))
    yield from _not_once("was taken by a page", outside.answered, texts)


def _not_once(what: str, tokens: Iterable[str], texts: list[str]) -> Iterator[str]:
    found = Counter(word for text in texts for word in text.split())
    for token in tokens:
        if found[token] != 1:
            yield f"{token} {what} and stands here {found[token]} times"


def _span() -> tuple[date, date]:
    days = MeasureDay.objects.aggregate(first=Min("day"), last=Max("day"))
    moments = Deadline.objects.aggregate(first=Min("opened_at"), last=Max("due_at"))
    told = [day for day in days.values() if day]
    told += [moment.date() for moment in (*moments.values(), clock.now()) if moment]
    return date.fromordinal(min(told).toordinal() - 2), date.fromordinal(max(told).toordinal() + 2)


def _as_counted(rows: Iterable[MeasureDay]) -> dict[tuple[Any, ...], tuple[int, int]]:
    return {
        (row.day, row.unit_id, row.staff_id, row.channel, row.line_id): (row.population, row.counting)
        for row in rows
    }


def _each(what: str, rows: QuerySet[Any]) -> Iterator[str]:
    yield from _told(what, list(rows[: TOLD_MAX + 1]))


def _told(what: str, found: Iterable[Any]) -> Iterator[str]:
    rows = list(found)
    for row in rows[:TOLD_MAX]:
        name = f"{type(row).__name__} {row.pk} ({getattr(row, 'state', '')})" if hasattr(row, "pk") else row
        yield f"{name} {what}"
    if len(rows) > TOLD_MAX:
        yield f"… and more: {what}"
