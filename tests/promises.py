"""Deadlines of a kind that belongs to no slice, and how time and people deal with them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from plainspoken.kernel import action as kernel
from plainspoken.kernel import clock, deadlines, drain, ledger
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import Actor, system
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Deadline, Entry
from plainspoken.kernel.worktime import WorkCalendar
from plainspoken.organization.models import Firm

PROMISE = deadlines.Kind("tests.promise", "A promise", deadlines.LADDER)
OTHER = deadlines.Kind("tests.other", "Another promise", deadlines.AT_DUE)
DOER = system("tests.promises", "tests.deadline")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MINUTES, DAYS, NATURAL = "working_minutes", "working_days", "natural_days"


@action("tests.deadline", "测试", creates=True, unrecorded=["body"])
def do(firm: Firm, *, by: Actor, body: Callable[[], Any]) -> Any:
    """Whatever the body does to deadlines."""
    return body()


# It is none of the verbs of the house.
kernel.specs.pop("tests.deadline")


def local(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """A moment on the clocks of Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - 8 * HOUR


TUESDAY = local(3, 3, 10)
WEEK = (((time(9), time(12)), (time(13, 30), time(18))),) * 5 + ((), ())


def calendar(**changes: Any) -> WorkCalendar:
    """Banking hours; the holidays of 2026 are loaded, but there are none."""
    facts = {"code": "cn", "version": "1", "tz": "Asia/Shanghai", "weekly": WEEK, "years": frozenset({2026})}
    return WorkCalendar(**{**facts, **changes})


CALENDAR = calendar(version="0", years=frozenset({2025, 2026}))


def the_firm() -> Firm:
    """Whose promises they are."""
    return Firm.objects.get_or_create(defaults={"id": uuid7()})[0]


def at(moment: datetime, body: Callable[[], Any]) -> Any:
    """Do it inside an action, at a moment."""
    with clock.moved(moment):
        return do(the_firm(), by=DOER, body=body)


def promise(
    amount: int = 240, counted_in: str = MINUTES, start: datetime = TUESDAY, by: WorkCalendar = CALENDAR
) -> Deadline:
    return at(start, lambda: opened(PROMISE, amount, counted_in, start, by))


def opened(kind: deadlines.Kind, amount: int, counted_in: str, start: datetime, by: WorkCalendar) -> Deadline:
    return deadlines.open(
        kind, the_firm(), calendar=by, counted_in=counted_in, amount=amount, unit=uuid7(), start=start
    )


def named(until: datetime) -> Deadline:
    """Somebody has named the moment, on Tuesday."""
    opening = {"due_at": until, "calendar": CALENDAR, "unit": uuid7()}
    return at(TUESDAY, lambda: deadlines.open_until(PROMISE, the_firm(), **opening))


def pause(deadline: Deadline, moment: datetime, by: WorkCalendar = CALENDAR) -> None:
    """A second before the moment, because a begun minute counts as used."""
    at(moment - SECOND, lambda: deadlines.pause(deadline, calendar=by))


def resume(deadline: Deadline, moment: datetime, by: WorkCalendar = CALENDAR) -> None:
    at(moment, lambda: deadlines.resume(deadline, calendar=by))


def move(deadline: Deadline, moment: datetime, until: datetime) -> None:
    at(moment, lambda: deadlines.move(deadline, due_at=until))


def meet(moment: datetime, told: datetime | None = None) -> Deadline | None:
    """Kept at a moment; the news may come later."""
    return at(told or moment, lambda: deadlines.meet(the_firm(), PROMISE, at=moment))


def drop(moment: datetime, *kinds: deadlines.Kind) -> None:
    at(moment, lambda: deadlines.drop(the_firm(), *kinds))


def time_passes(moment: datetime) -> None:
    """The worker looks at the moment."""
    with clock.moved(moment):
        drain.run_until_empty("deadlines")


def reached() -> list[Any]:
    """The steps of the ladder, in the order in which they were reached."""
    entries = Entry.objects.filter(code="deadlines.reach").order_by("at", "id")
    return [ledger.facts(bytes(entry.body))["step"] for entry in entries]


def facts(code: str = "tests.deadline") -> dict[str, Any]:
    """What the latest entry says."""
    return ledger.facts(bytes(Entry.objects.filter(code=code).latest("at", "id").body))


def stored() -> Deadline:
    return Deadline.objects.get(kind=PROMISE.code)


def minutes(*moments: datetime) -> list[datetime]:
    """To the minute: a moved clock goes on."""
    return [(moment + 30 * SECOND).replace(second=0, microsecond=0) for moment in moments]
