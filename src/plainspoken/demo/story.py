"""Sixty days of the demo firm: who asks what, when, who answers, and how it ends."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from plainspoken.customers.models import Customer
from plainspoken.demo import incidents, matters
from plainspoken.demo.inquiries import End, Halt, Inquiry
from plainspoken.demo.matters import Asked, Client
from plainspoken.demo.stage import Stage, Steps

DAYS = 60
HOURS = (7, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 19, 20, 21, 22)
AGENTS = ("lin", "he", "shen", "lin", "he", "feng", "tang", "shen")
ENDS = (
    End.YES,
    End.SILENCE,
    End.YES,
    End.THANKS,
    End.YES,
    End.OWNER,
    End.SILENCE,
    End.YES,
    End.THANKS,
    End.YES,
)
LATE = {9, 33, 51}
SLOW_DEPARTMENT = 2

# Where inquiries stand now, and how many working minutes ago each came.
TODAY = (
    (Halt.REOPENED, 1500),
    (Halt.REOPENED, 1200),
    (Halt.WITH_DEPARTMENT, 760),
    (Halt.WITH_DEPARTMENT, 420),
    (Halt.WITH_DEPARTMENT, 200),
    (Halt.DEPARTMENT_ANSWERED, 900),
    (Halt.DEPARTMENT_ANSWERED, 640),
    (Halt.DEPARTMENT_ANSWERED, 600),
    (Halt.ANSWERED, 1300),
    (Halt.ANSWERED, 900),
    (Halt.ANSWERED, 500),
    (Halt.ANSWERED, 260),
    (Halt.TRIAGED, 230),
    (Halt.TRIAGED, 210),
    (Halt.TRIAGED, 160),
    (Halt.TAKEN, 130),
    (Halt.TAKEN, 110),
    (Halt.RECEIVED, 320),
    (Halt.RECEIVED, 190),
    (Halt.RECEIVED, 95),
    (Halt.RECEIVED, 40),
    (Halt.RECEIVED, 5),
)


def tales(stage: Stage) -> list[Steps]:
    """Everything that happens, each tale for itself."""
    waiting = matters.asked()
    stage.chance.shuffle(waiting)
    visitors = _visitors(stage)
    today = [_today(stage, number, waiting, visitors) for number in range(len(TODAY))]
    past = [_past(stage, number, asked, visitors) for number, asked in enumerate(waiting)]
    return [one.steps() for one in past + today] + list(_incidents(stage, past, today))


def _visitors(stage: Stage) -> dict[tuple[str, str], Iterator[Client]]:
    """Customers of each kind and language in turn, so that some come again."""
    groups: dict[tuple[str, str], list[Client]] = defaultdict(list)
    for client in matters.clients():
        groups[client.kind, client.language].append(client)
    for group in groups.values():
        stage.chance.shuffle(group)
    return {key: cycle(group) for key, group in groups.items()}


def _today(
    stage: Stage, number: int, waiting: list[Asked], visitors: dict[tuple[str, str], Iterator[Client]]
) -> Inquiry:
    halt, minutes = TODAY[number]
    asked = next(one for one in waiting if _fits(one, halt))
    waiting.remove(asked)
    end = End.WRITES_AGAIN if halt is Halt.REOPENED and minutes < 1400 else End.NOT_YET
    return Inquiry(
        stage,
        200 + number,
        asked,
        next(visitors[asked.of, asked.language]),
        "tang" if asked.english else "lin",
        stage.ago(minutes),
        end=end,
        halt=halt,
        slow_department=minutes == 760,
    )


def _fits(asked: Asked, halt: Halt) -> bool:
    if halt is Halt.REOPENED:
        return bool(asked.again)
    if halt in (Halt.WITH_DEPARTMENT, Halt.DEPARTMENT_ANSWERED):
        return bool(asked.ask)
    return not asked.ask and not asked.again and asked.of == Customer.Kind.INDIVIDUAL


def _past(
    stage: Stage, number: int, asked: Asked, visitors: dict[tuple[str, str], Iterator[Client]]
) -> Inquiry:
    starts = _some_day(stage, number)
    mailbox, agent = _desk(stage, number, asked, starts)
    again = End.NOT_YET if number % 2 else End.WRITES_AGAIN
    return Inquiry(
        stage,
        number,
        asked,
        next(visitors[asked.of, asked.language]),
        agent,
        starts,
        mailbox,
        end=again if asked.again else ENDS[number % len(ENDS)],
        late=number in LATE,
        slow_department=bool(asked.ask) and number % 11 == SLOW_DEPARTMENT,
        rates=stage.chance.random() < 0.62,
    )


def _some_day(stage: Stage, number: int) -> datetime:
    """Spread over the days before the last two, in the hours in which people write; less on weekends."""
    share = (number * 0.618) % 1
    day = stage.ends - timedelta(days=2 + share * (DAYS - 2))
    local = day.astimezone(stage.zone)
    if local.weekday() >= 5 and stage.chance.random() < 0.7:
        local += timedelta(days=2) if day + timedelta(days=4) < stage.ends else timedelta(days=-2)
    return local.replace(hour=stage.chance.choice(HOURS), minute=stage.chance.randrange(60), second=17)


def _desk(stage: Stage, number: int, asked: Asked, starts: datetime) -> tuple[str, str]:
    """Who gets it: mostly customer service, at times the department's own mailbox."""
    if asked.line == "card" and number % 4 == 0:
        return "card@haian.example", "jiang"
    if asked.line == "corporate" and number % 3 == 0:
        return "corporate@haian.example", "yuan"
    if asked.english:
        return incidents.SERVICE, "tang" if number % 3 else "lin"
    agent = AGENTS[number % len(AGENTS)]
    away = agent == "feng" and starts > stage.ends - timedelta(days=9)
    return incidents.SERVICE, "shen" if away else agent


def _incidents(stage: Stage, past: list[Inquiry], today: list[Inquiry]) -> Iterator[Steps]:
    plain = [
        one for one in past if not one.asked.ask and not one.asked.again and one.mailbox == incidents.SERVICE
    ]
    by_owner = next(one for one in plain if one.end is End.OWNER and not one.late)
    repeated, absent, called = plain[3], plain[5], plain[7]
    in_work = [one for one in today if one.halt is Halt.TRIAGED]
    received = next(one for one in today if one.halt is Halt.RECEIVED)
    for days, letter, agent in zip(
        (41, 26, 17, 8), incidents.NO_INQUIRIES, ("he", "lin", "shen", "lin"), strict=True
    ):
        yield incidents.no_inquiry(stage, letter, stage.ends - timedelta(days=days, hours=3), agent)
    yield incidents.asks_twice(repeated, repeated.starts + timedelta(hours=1, minutes=50))
    yield incidents.comes_twice(stage.ends - timedelta(days=3), incidents.NO_INQUIRIES[0])
    yield incidents.is_away(absent, stage.later(absent.starts, 200, 260))
    yield incidents.comes_back(by_owner, stage.later(by_owner.starts, 220, 280))
    yield incidents.calls_back(stage, called, stage.later(called.starts, 10, 30))
    yield incidents.nobody_can_read(stage.ago(75))
    yield incidents.line_breaks(in_work[0], stage.ago(45))
    yield incidents.takes_back(in_work[1], stage.ago(60))
    yield incidents.urges(in_work[2], stage.ago(60))
    yield incidents.newcomer_tries(stage, received, stage.ago(30))
    yield incidents.goes_away(stage, stage.ends - timedelta(days=4))
    yield incidents.department_writes_first(stage, stage.ends - timedelta(days=12))
    yield incidents.look_at_their_bells(stage, stage.ago(240))
