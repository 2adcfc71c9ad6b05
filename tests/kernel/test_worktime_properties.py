"""What must hold for any calendar, start and length."""

from bisect import insort
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plainspoken.kernel import worktime
from plainspoken.kernel.worktime import Pause, Window, WorkCalendar

ZONES = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]
FIRST_DAY = date(2025, 12, 1)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows of one day; a last one may run to 24:00."""
    edges: list[int] = []
    for minute in draw(st.sets(st.integers(0, 1440), max_size=6)):
        insort(edges, minute)
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple((time(a // 60, a % 60), time(b // 60 % 24, b % 60)) for a, b in pairs)


@st.composite
def work_calendars(draw: st.DrawFn) -> WorkCalendar:
    """One that opens on Mondays at least, with some days changed, over a year that is loaded or not."""
    other_days = draw(st.tuples(*[windows()] * 6))
    changed = draw(st.dictionaries(st.integers(0, 120), windows(), max_size=12))
    return WorkCalendar(
        code="any",
        version="1",
        tz=draw(st.sampled_from(ZONES)),
        weekly=(((time(9), time(17, 20)),), *other_days),
        years=draw(st.sampled_from([None, frozenset({2025}), frozenset({2025, 2026})])),
        exceptions={FIRST_DAY + timedelta(days=offset): value for offset, value in changed.items()},
    )


starts = st.datetimes(datetime(2025, 12, 1), datetime(2026, 11, 20), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.integers(0, 4000)


@settings(deadline=None)
@given(work_calendars(), starts, lengths)
def test_between_undoes_add(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    due = worktime.add_minutes(calendar, start, minutes)
    assert worktime.minutes_between(calendar, start, due.at) == minutes
    assert worktime.remaining_minutes(calendar, start, minutes, due.at) == 0


@settings(deadline=None)
@given(work_calendars(), starts, lengths)
def test_the_derivation_adds_up(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    steps = worktime.add_minutes(calendar, start, minutes).derivation
    assert sum(step.counted for step in steps) == minutes
    left = minutes
    for step in steps:
        left -= step.counted
        assert step.remaining == left
    assert [step.day for step in steps] == sorted({step.day for step in steps})


@settings(deadline=None)
@given(work_calendars(), starts, lengths, lengths)
def test_add_is_additive_and_monotonic(calendar: WorkCalendar, start: datetime, one: int, two: int) -> None:
    first = worktime.add_minutes(calendar, start, one).at
    assert (
        worktime.add_minutes(calendar, first, two).at == worktime.add_minutes(calendar, start, one + two).at
    )
    assert start <= first < worktime.add_minutes(calendar, start, one + 1).at


@settings(deadline=None)
@given(work_calendars(), starts, starts, lengths)
def test_a_later_start_is_never_due_earlier(
    calendar: WorkCalendar, one: datetime, two: datetime, minutes: int
) -> None:
    early, late = sorted([one, two])
    due = [worktime.add_minutes(calendar, start, minutes).at for start in (early, late)]
    assert due == sorted(due)


@settings(deadline=None)
@given(work_calendars(), starts, starts, starts)
def test_between_is_additive_but_for_begun_minutes(
    calendar: WorkCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted([one, two, three])
    parts = [worktime.minutes_between(calendar, a, b) for a, b in ((first, middle), (middle, last))]
    assert 0 <= worktime.minutes_between(calendar, first, last) - sum(parts) <= 1


@settings(deadline=None)
@given(work_calendars(), starts, lengths)
def test_between_counts_what_the_clock_shows(calendar: WorkCalendar, start: datetime, length: int) -> None:
    """Against the slowest way: asking every minute whether it is worked."""
    start = start.replace(second=0, microsecond=0)
    minutes = length % 1500
    asked = sum(worktime.in_hours(calendar, start + timedelta(minutes=n)) for n in range(minutes))
    assert worktime.minutes_between(calendar, start, start + timedelta(minutes=minutes)) == asked


@settings(deadline=None)
@given(work_calendars(), starts)
def test_next_open_is_open_with_nothing_worked_before(calendar: WorkCalendar, start: datetime) -> None:
    opening = worktime.next_open(calendar, start)
    assert opening >= start
    assert worktime.in_hours(calendar, opening)
    assert worktime.minutes_between(calendar, start, opening) == 0


@settings(deadline=None)
@given(work_calendars(), starts, lengths)
def test_provisional_says_which_years_are_missing(
    calendar: WorkCalendar, start: datetime, minutes: int
) -> None:
    due = worktime.add_minutes(calendar, start, minutes)
    years = {year for step in due.derivation for year in (step.day.year, (step.day + timedelta(days=4)).year)}
    assert set(due.missing_years) == (years - calendar.years if calendar.years is not None else set())


@settings(deadline=None)
@given(work_calendars(), starts, st.integers(0, 5), lengths)
def test_a_pause_never_shortens_nor_lengthens_the_work(
    calendar: WorkCalendar, start: datetime, days_worked: int, minutes: int
) -> None:
    paused = start + timedelta(days=days_worked)
    left = worktime.remaining_minutes(calendar, start, minutes, paused)
    used = worktime.minutes_between(calendar, start, paused)
    assert left == 0 or 0 <= minutes - used - left <= 1
    assert left <= minutes


@settings(deadline=None)
@given(st.sampled_from(ZONES), starts, st.integers(0, 90))
def test_natural_days_end_at_local_midnight_that_many_days_on(tz: str, start: datetime, days: int) -> None:
    calendar = WorkCalendar("z", "1", tz, (((time(9), time(17)),),) * 7, None)
    due = worktime.natural_days(tz, start, days)
    end = due.at.astimezone(calendar.zone)
    assert (end.date() - calendar.local_day(start)).days == days + 1
    assert end.time() == time(0)
    assert sum(step.counted for step in due.derivation) == days


@settings(deadline=None)
@given(
    work_calendars(), starts, st.integers(0, 30), st.lists(st.tuples(starts, st.integers(0, 200)), max_size=4)
)
def test_pauses_only_ever_move_the_end_back(
    calendar: WorkCalendar, start: datetime, days: int, drawn: list[tuple[datetime, int]]
) -> None:
    pauses = [Pause(begin, begin + timedelta(hours=hours)) for begin, hours in drawn]
    for count in (
        lambda p: worktime.natural_days(calendar.tz, start, days, p),
        lambda p: worktime.working_days(calendar, start, days, p),
    ):
        due = count(pauses)
        assert due.at >= count([]).at
        assert sum(step.counted for step in due.derivation) == days


@settings(deadline=None)
@given(work_calendars(), starts, st.integers(0, 30))
def test_working_days_are_never_fewer_than_natural_days(
    calendar: WorkCalendar, start: datetime, days: int
) -> None:
    assert (
        worktime.working_days(calendar, start, days).at >= worktime.natural_days(calendar.tz, start, days).at
    )
