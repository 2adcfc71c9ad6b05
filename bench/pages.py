"""Pages, by HTTP: the worst of the variants stands under each name, beside an empty view under the same server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from urllib.parse import quote, urlencode
from uuid import UUID

from django.db.models import Count

from bench import browser, house
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from plainspoken.cases.actions import ownership, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.conversations.models import Message
from plainspoken.desk import asking
from plainspoken.desk.queries import hits, inbox
from plainspoken.kernel import clock, drain
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import actors
from plainspoken.organization.models import Person

LOOKS, WORST = 25, 4
MESSAGES = 10
REPLIES_MAX = 260
AGENT, HEAD, SUPERVISOR = "lin", "zhou", "bai"
READERS = (AGENT, HEAD, SUPERVISOR)
WORDS = {
    "a common word": "信用卡",
    "one character": "卡",
    "two words": "年费 手机银行",
    "a phrase": '"个工作小时内答复您"',
    "a sentence": "请问需要带什么材料",
    "common English": "account",
    "two English words": "passport salary",
    "the beginning of a word": "transf",
    "a rare number": "",
    "a name": "",
    "nothing": "量子纠缠",
}
Variants = dict[str, tuple[str, str]]


@cache
def limit() -> Figure:
    """The empty view."""
    with house.pages("bench.empty:application"):
        visitor = Browser()
        seconds = browser.timed(lambda: visitor.get("/"), browser.READINGS)
        rate = browser.per_second([Browser() for _ in range(browser.READERS)], lambda one: one.get("/"), 200)
    return Figure("limit", 0, p50(seconds), p95(seconds), rate)


def inboxes(size: int) -> list[Figure]:
    """Every filter in every order it has, and a further page of it, for an agent, a head and the supervision."""
    variants: Variants = {}
    for reader in READERS:
        for code, one in inbox.FILTERS.items():
            for order in ("-last", "due") if one.counted else ("-last",):
                variants[f"{reader} {code} {order}"] = (reader, f"/cases/?show={code}&sort={order}")
    return [_page("inbox", size, variants)]


def cases(size: int) -> list[Figure]:
    """The newest, an answered, a closed one, and one of the customer who comes most."""
    rows = Case.objects.filter(unit__in=_actor(HEAD).units).order_by("-received_at", "-id")
    busiest = rows.order_by().values("customer").annotate(cases=Count("pk")).order_by("-cases")[0]["customer"]
    found = {"newest": rows.first(), "busiest customer": rows.filter(customer=busiest).first()}
    long = rows.filter(state="answered").exclude(customer=busiest).last()
    found["ten messages"] = long and _lengthened(long)
    found |= {state: rows.filter(state=state).first() for state in ("with_department", "answered", "closed")}
    variants = {
        f"{reader} {name}": (reader, f"/cases/{case.pk}/")
        for reader in (HEAD, SUPERVISOR)
        for name, case in found.items()
        if case
    }
    return [_page("case", size, variants)]


def _lengthened(case: Case) -> Case:
    """The case, in whose thread there are ten messages now."""
    said = list(Message.objects.filter(conversation=case.conversation_id).order_by("-at"))
    copies = (said[number % len(said)] for number in range(MESSAGES - len(said)))
    for number, message in enumerate(copies):
        message.pk, message.header_id, message.raw_id = uuid7(), "", None
        message.at += timedelta(seconds=number + 1)
        message.save(force_insert=True)
    return case


def searches(size: int) -> list[Figure]:
    """Every kind of words, for an agent and for the supervision; the bare limit is the query by itself."""
    variants = {
        f"{reader}: {kind}": (reader, words) for kind, words in _words().items() for reader in READERS
    }
    addresses = {name: (reader, _address(words)) for name, (reader, words) in variants.items()}
    found = _page("search", size, addresses)
    reader, words = variants[found.worst]
    bare = p50(browser.timed(lambda: _bare_search(words, _actor(reader)), browser.readings(size)))
    assert found.p50_ms
    return [
        Figure(
            found.name,
            size,
            found.p50_ms,
            found.p95_ms,
            found.per_second,
            found.p50_ms / bare,
            None,
            found.worst,
        )
    ]


@dataclass(frozen=True, slots=True)
class Answered:
    """`seen` is the last message its author has seen of it."""

    case: Case
    seen: UUID

    def post(self, writer: Browser) -> None:
        words = {"text": "您好，年费为每年二百元，首年免费。", "seen": str(self.seen), "knowingly": "on"}
        writer.post(f"/cases/{self.case.pk}/answer/", words)


def answers(username: str) -> Iterator[Answered]:
    """Cases of the agent, each to be answered once: whoever answers again has to read the first answer before."""
    mine = _in_work(_actor(username))
    said = Message.objects.filter(conversation__in=[case.conversation_id for case in mine])
    seen = dict(said.order_by("at", "id").values_list("conversation_id", "pk"))
    return iter([Answered(case, seen[case.conversation_id]) for case in mine])


def replies(size: int) -> list[Figure]:
    """An agent answers: the form is sent, the answer waits in the outbox, the next page is named."""
    with house.pages():
        writer, mine = Browser().sign_in(AGENT), answers(AGENT)
        seconds = browser.timed(lambda: next(mine).post(writer), browser.readings(size))
    ratio = p50(seconds) / (limit().p50_ms or 1)
    return [Figure("reply", size, p50(seconds), p95(seconds), 1 / (sum(seconds) / len(seconds)), ratio)]


def measures(size: int) -> list[Figure]:
    """The page of figures over one quarter, the last three months, and the head's home."""
    today = clock.now().date()
    quarter = urlencode({"since": today - timedelta(days=91), "until": today})
    variants = {
        "head": (HEAD, f"/measures/?{quarter}"),
        "supervision": (SUPERVISOR, f"/measures/?{quarter}"),
        "by staff": (SUPERVISOR, f"/measures/?{quarter}&by=staff"),
        "home": (HEAD, "/"),
    }
    return [_page("measures", size, variants)]


def _page(name: str, size: int, variants: Variants) -> Figure:
    """Each variant is looked at by one reader alone, the worst are measured, the worst of all also by many at once."""
    with house.pages():
        readers = {one: Browser().sign_in(one) for one in sorted({reader for reader, _ in variants.values()})}
        times = browser.readings(size)

        def read(some: Iterable[str], count: int) -> dict[str, list[float]]:
            return {one: _read(readers[variants[one][0]], variants[one][1], count) for one in some}

        looks = read(variants, min(LOOKS, times))
        found = read(sorted(looks, key=lambda one: p95(looks[one]), reverse=True)[:WORST], times)
        worst = max(found, key=lambda one: p95(found[one]))
        reader, address = variants[worst]
        many = [Browser().sign_in(reader) for _ in range(browser.READERS)]
        rate = browser.per_second(many, lambda one: one.get(address), max(times // browser.READERS, 1))
    seconds = found[worst]
    ratio = p50(seconds) / (limit().p50_ms or 1)
    return Figure(name, size, p50(seconds), p95(seconds), rate, ratio, None, worst)


def _read(reader: Browser, address: str, count: int) -> list[float]:
    """On a connection of its own: the server closes one that has been idle."""
    reader.connection.close()
    return browser.timed(lambda: reader.get(address), count)


def _words() -> dict[str, str]:
    """The rare ones are taken from the firm."""
    message = Message.objects.filter(kind=Message.Kind.IN, text__contains="BZ").order_by("-at").first()
    number = message.text[message.text.index("BZ") :][:10] if message else "BZ00000000"
    name = message.from_name if message else "王芳"
    return WORDS | {"a rare number": number, "a name": name}


def _address(words: str) -> str:
    return f"/search/?q={quote(words)}"


def _bare_search(words: str, by: Actor) -> None:
    """What the page asks the database first: the newest rows with the words that the reader may see."""
    rows = hits.rows(asking.read(words), by)
    assert rows is not None
    list(rows)


def _actor(username: str) -> Actor:
    return actors.now(Person.objects.get(username=username))


def _in_work(by: Actor) -> list[Case]:
    """Cases the agent has in work, some of them just taken and judged from those that wait."""
    waiting = Case.objects.filter(unit__in=by.units, state="received", owner__isnull=True)
    line, kind = Line.objects.earliest("code"), Type.objects.earliest("code")
    for case in waiting.order_by("-received_at")[:REPLIES_MAX]:
        triage.triage(ownership.take(case, by=by), by=by, type=kind, line=line)
    drain.run_until_empty("sealing", "search")
    mine = list(Case.objects.filter(owner=by.id, state="triaged").order_by("-received_at")[:REPLIES_MAX])
    assert len(mine) > 4, "Hardly anybody waits in this firm: measure a larger one."
    return mine
