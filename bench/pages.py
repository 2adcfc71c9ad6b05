"""Pages, by HTTP: the worst of the variants stands under each name, beside an empty view under the same server."""

from functools import cache
from urllib.parse import quote

from django.db.models import Count

from bench import browser, house
from bench.browser import Browser
from bench.figures import Figure, p50, p95
from plainspoken.cases.actions import ownership, triage
from plainspoken.cases.models import Case, Line, Type
from plainspoken.conversations.models import Message
from plainspoken.desk import asking
from plainspoken.desk.queries import hits, inbox
from plainspoken.kernel import drain
from plainspoken.kernel.actor import Actor
from plainspoken.organization import actors
from plainspoken.organization.models import Person

TIMES, TIMES_OF_A_SMALL_FIRM, SMALL = 20, 1, 1_000
REPLIES_MAX = 60
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
        seconds = browser.timed(lambda: visitor.get("/"), TIMES * 10)
        rate = browser.per_second([Browser() for _ in range(browser.READERS)], lambda one: one.get("/"), 200)
    return Figure("limit", 0, p50(seconds), p95(seconds), rate)


def times(size: int) -> int:
    """How often each page is read; of a firm that is too small to tell anything, only to see that it can be."""
    return TIMES if size >= SMALL else TIMES_OF_A_SMALL_FIRM


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
    found |= {state: rows.filter(state=state).first() for state in ("with_department", "answered", "closed")}
    variants = {
        f"{reader} {name}": (reader, f"/cases/{case.pk}/")
        for reader in (HEAD, SUPERVISOR)
        for name, case in found.items()
        if case
    }
    return [_page("case", size, variants)]


def searches(size: int) -> list[Figure]:
    """Every kind of words, for an agent and for the supervision; the bare limit is the query by itself."""
    variants = {
        f"{reader}: {kind}": (reader, words)
        for kind, words in _words().items()
        for reader in (AGENT, SUPERVISOR)
    }
    addresses = {name: (reader, _address(words)) for name, (reader, words) in variants.items()}
    found = _page("search", size, addresses)
    reader, words = variants[found.worst]
    bare = p50(browser.timed(lambda: _bare_search(words, _actor(reader)), times(size)))
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


def replies(size: int) -> list[Figure]:
    """An agent answers: the form is sent, the answer waits in the outbox, the next page is named."""
    actor = _actor(AGENT)
    mine = _in_work(actor)
    with house.pages():
        writer = Browser().sign_in(AGENT)
        turns = iter(range(10**9))

        def answer() -> None:
            case = mine[next(turns) % len(mine)]
            writer.post(f"/cases/{case.pk}/answer/", {"text": "您好，年费为每年二百元，首年免费。"})

        seconds = browser.timed(answer, times(size) * 2)
    ratio = p50(seconds) / (limit().p50_ms or 1)
    return [Figure("reply", size, p50(seconds), p95(seconds), 1 / (sum(seconds) / len(seconds)), ratio)]


def measures(size: int) -> list[Figure]:
    """The page of figures, over the last month and over everything."""
    variants = {"head": (HEAD, "/measures/"), "supervision": (SUPERVISOR, "/measures/"), "home": (HEAD, "/")}
    return [_page("measures", size, variants)]


def _page(name: str, size: int, variants: Variants) -> Figure:
    """Each variant by one reader alone; the worst also by several at once."""
    with house.pages():
        readers = {one: Browser().sign_in(one) for one in sorted({reader for reader, _ in variants.values()})}
        found = {
            variant: _read(readers[reader], address, times(size))
            for variant, (reader, address) in variants.items()
        }
        worst = max(found, key=lambda one: p95(found[one]))
        reader, address = variants[worst]
        many = [Browser().sign_in(reader) for _ in range(browser.READERS)]
        rate = browser.per_second(many, lambda one: one.get(address), times(size))
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
    """Cases the agent has just taken and judged, from those that wait."""
    waiting = Case.objects.filter(unit__in=by.units, state="received", owner__isnull=True)
    line, kind = Line.objects.earliest("code"), Type.objects.earliest("code")
    taken = [
        triage.triage(ownership.take(case, by=by), by=by, type=kind, line=line)
        for case in waiting.order_by("-received_at")[:REPLIES_MAX]
    ]
    assert taken, "Nobody waits in this firm: measure a larger one."
    drain.run_until_empty("sealing", "search")
    return taken
