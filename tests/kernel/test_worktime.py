"""Working minutes: vectors that others computed, the days of the year that are odd, and every limit."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import chinese_calendar
import pytest

from plainspoken.kernel import worktime
from plainspoken.kernel.worktime import HolidayName, Kind, Window, WorkCalendar
from plainspoken.law import calendars

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "business_time.jsonl"
VECTOR_YEARS = range(2020, 2027)
BANKING = ((time(9), time(12)), (time(13, 30), time(18)))
NINE_TO_FIVE = ((time(9), time(17)),)
ROUND_THE_CLOCK = ((time(0), time(0)),)
SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"

Week = tuple[tuple[Window, ...], ...]


def week(
    windows: tuple[Window, ...], saturday: tuple[Window, ...] = (), sunday: tuple[Window, ...] = ()
) -> Week:
    return ((windows,) * 5) + (saturday, sunday)


def china(**changes: Any) -> WorkCalendar:
    fields = {"code": "cn-banking", "version": "1", "tz": SHANGHAI, "weekly": week(BANKING)} | changes
    return calendars.source("CN").work_calendar(**fields)


def plain(tz: str, weekly: Week, *off: date) -> WorkCalendar:
    return WorkCalendar("plain", "1", tz, weekly, None, dict.fromkeys(off, ()))


def moment(written: str, tz: str = "UTC") -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(tz))


def vector_calendars() -> dict[str, WorkCalendar]:
    off = dict(_differing_days(off=True))
    make_up = dict(_differing_days(off=False))
    years = frozenset(VECTOR_YEARS)
    every_day = week(ROUND_THE_CLOCK, ROUND_THE_CLOCK, ROUND_THE_CLOCK)
    new_york_off = (date(2024, 7, 4), date(2025, 7, 4), date(2025, 12, 25))
    return {
        "cn-banking": WorkCalendar("cn", "1", SHANGHAI, week(BANKING), years, off | make_up),
        "cn-banking-no-makeup": WorkCalendar("cn-plain", "1", SHANGHAI, week(BANKING), years, off),
        "us-east-dst": plain(NEW_YORK, week(NINE_TO_FIVE), *new_york_off),
        "london-sat": plain("Europe/London", week(((time(8), time(18)),), ((time(10), time(14)),))),
        "night-24h": plain(SHANGHAI, every_day),
    }


def _differing_days(*, off: bool) -> Iterator[tuple[date, tuple[Window, ...]]]:
    """The days of the vectors' years: the older from the package, the shipped ones from the product."""
    shipped = calendars.source("CN")
    for year in VECTOR_YEARS:
        if year in shipped.years:
            wanted = calendars.DayKind.OFF if off else calendars.DayKind.WORK
            yield from ((d.day, () if off else BANKING) for d in shipped.days(year) if d.kind is wanted)
            continue
        for day in chinese_calendar.get_dates(date(year, 1, 1), date(year, 12, 31)):
            if chinese_calendar.is_workday(day) != (day.weekday() < 5) and off == (day.weekday() < 5):
                yield day, () if off else BANKING


def answer(calendar: WorkCalendar, vector: dict[str, Any]) -> object:
    start = datetime.fromisoformat(vector["from"])
    if vector["op"] == "minutes_between":
        return worktime.minutes_between(calendar, start, datetime.fromisoformat(vector["to"]))
    if vector["op"] == "add_minutes":
        return worktime.add_minutes(calendar, start, vector["minutes"]).at
    return worktime.in_hours(calendar, start)


def test_the_vectors_of_others() -> None:
    if not VECTORS.exists():
        pytest.skip("the shared test data is not on this machine")
    known = vector_calendars()
    vectors = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
    for vector in vectors:
        if vector["op"] == "add_minutes":
            vector["expected"] = datetime.fromisoformat(vector["expected"])
    wrong = [v for v in vectors if answer(known[v["calendar"]], v) != v["expected"]]
    assert (len(vectors), wrong) == (3000, [])


def test_derivation_is_printed_day_by_day() -> None:
    due = worktime.add_minutes(china(), moment("2026-09-24 17:00", SHANGHAI), 600)
    mid_autumn = HolidayName("中秋节", "Mid-Autumn Festival")
    assert due.at == moment("2026-09-29 10:30", SHANGHAI)
    assert [(s.day.day, s.kind, s.counted, s.remaining, s.holiday) for s in due.derivation] == [
        (24, Kind.WORKED, 60, 540, None),
        (25, Kind.HOLIDAY, 0, 540, mid_autumn),
        (26, Kind.HOLIDAY, 0, 540, mid_autumn),
        (27, Kind.HOLIDAY, 0, 540, mid_autumn),
        (28, Kind.WORKED, 450, 90, None),
        (29, Kind.WORKED, 90, 0, None),
    ]
    assert due.unit is worktime.Unit.WORKING_MINUTE
    assert not due.provisional


def test_kinds_of_days() -> None:
    half_day = {date(2026, 12, 31): ((time(9), time(12)),), date(2026, 12, 30): BANKING}
    calendar = WorkCalendar("c", "1", SHANGHAI, week(BANKING), frozenset({2026}), half_day)
    kinds = [calendar.kind(date(2026, 12, day)) for day in (25, 26, 29, 30, 31)]
    assert kinds == [Kind.WORKED, Kind.WEEKEND, Kind.PROVISIONAL, Kind.WORKED, Kind.CHANGED_HOURS]
    assert calendar.kind(date(2027, 1, 1)) is Kind.PROVISIONAL
    assert china().kind(date(2026, 10, 10)) is Kind.MAKE_UP


def test_make_up_days_may_have_hours_of_their_own_or_none() -> None:
    short = china(make_up=((time(9), time(12)),))
    assert short.windows(date(2026, 10, 10)) == ((time(9), time(12)),)
    assert china(make_up=()).kind(date(2026, 10, 10)) is Kind.WEEKEND


def test_a_period_that_fills_a_window_ends_with_the_next_opening() -> None:
    due = worktime.add_minutes(china(), moment("2026-11-20 09:00", SHANGHAI), 450)
    assert due.at == moment("2026-11-23 09:00", SHANGHAI)
    kinds = [(step.kind, step.counted) for step in due.derivation]
    assert kinds == [(Kind.WORKED, 450), (Kind.WEEKEND, 0), (Kind.WEEKEND, 0), (Kind.WORKED, 0)]


def test_no_minutes_are_over_at_once_or_with_the_next_opening() -> None:
    worked, closed = moment("2026-11-20 10:00", SHANGHAI), moment("2026-11-21 03:00", SHANGHAI)
    assert worktime.add_minutes(china(), worked, 0).at == worked
    assert worktime.add_minutes(china(), closed, 0).at == moment("2026-11-23 09:00", SHANGHAI)


def test_after_closing_the_day_is_not_counted() -> None:
    first, second = worktime.add_minutes(china(), moment("2026-11-19 18:00", SHANGHAI), 30).derivation
    assert (first.kind, first.counted) == (Kind.NOT_COUNTED, 0)
    assert (second.kind, second.counted) == (Kind.WORKED, 30)


def test_seconds_are_kept_and_steps_tell_whole_minutes() -> None:
    due = worktime.add_minutes(china(), moment("2026-11-19 17:58:30", SHANGHAI), 3)
    assert due.at == moment("2026-11-20 09:01:30", SHANGHAI)
    assert [(step.counted, step.remaining) for step in due.derivation] == [(1, 2), (2, 0)]


def test_a_missing_year_is_provisional_and_not_guessed_in_silence() -> None:
    due = worktime.add_minutes(china(), moment("2026-12-31 17:00", SHANGHAI), 90)
    assert due.at == moment("2027-01-01 09:30", SHANGHAI)
    assert (due.provisional, due.missing_years) == (True, (2027,))
    assert [step.kind for step in due.derivation] == [Kind.PROVISIONAL, Kind.PROVISIONAL]


def test_a_missing_year_that_is_not_reached_changes_nothing() -> None:
    assert not worktime.add_minutes(china(), moment("2026-12-25 09:00", SHANGHAI), 449).provisional


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    due = worktime.add_minutes(china(), moment("2026-12-28 09:00", SHANGHAI), 60)
    assert (due.at, due.missing_years) == (moment("2026-12-28 10:00", SHANGHAI), (2027,))
    assert not worktime.add_minutes(china(), moment("2025-12-29 09:00", SHANGHAI), 60).provisional


def test_the_firms_own_closing_day_holds_in_a_missing_year() -> None:
    closed = {date(2027, 1, 4): ()}
    calendar = WorkCalendar("c", "1", SHANGHAI, week(BANKING), frozenset({2026}), closed)
    due = worktime.add_minutes(calendar, moment("2027-01-03 12:00", SHANGHAI), 10)
    assert (due.at, due.missing_years) == (moment("2027-01-05 09:10", SHANGHAI), (2027,))


def test_a_window_over_the_change_of_the_clock_has_the_minutes_that_pass() -> None:
    night = plain(NEW_YORK, week((), sunday=((time(1), time(5)),)))
    spring = moment("2026-03-08 00:00", NEW_YORK)
    autumn = moment("2026-11-01 00:00", NEW_YORK)
    assert worktime.minutes_between(night, spring, spring + timedelta(hours=20)) == 180
    assert worktime.minutes_between(night, autumn, autumn + timedelta(hours=20)) == 300
    assert worktime.add_minutes(night, spring, 179).at == moment("2026-03-08 04:59", NEW_YORK)


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(time(2, 30), time(5), 120), (time(1), time(2, 30), 60), (time(2, 10), time(2, 50), 0)],
)
def test_a_time_the_clock_leaps_over_is_the_moment_of_the_leap(
    opens: time, closes: time, minutes: int
) -> None:
    calendar = plain(NEW_YORK, week(NINE_TO_FIVE, sunday=((opens, closes),)))
    day = moment("2026-03-08 00:00", NEW_YORK)
    assert worktime.minutes_between(calendar, day, day + timedelta(hours=9)) == minutes


def test_round_the_clock_days_have_their_true_length() -> None:
    calendar = plain(NEW_YORK, week(ROUND_THE_CLOCK, ROUND_THE_CLOCK, ROUND_THE_CLOCK))
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert worktime.minutes_between(calendar, start, end) == 730 * 24 * 60
    steps = worktime.add_minutes(calendar, moment("2026-03-07 00:00", NEW_YORK), 3 * 1440).derivation
    assert [step.counted for step in steps] == [1440, 1380, 1440, 60]


def test_in_hours_holds_from_the_opening_and_not_at_the_close() -> None:
    opening, closing = moment("2026-11-20 09:00", SHANGHAI), moment("2026-11-20 12:00", SHANGHAI)
    assert worktime.in_hours(china(), opening)
    assert not worktime.in_hours(china(), closing)
    assert not worktime.in_hours(china(), opening - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("written", "opening"),
    [
        ("2026-11-20 10:00:07", "2026-11-20 10:00:07"),
        ("2026-11-20 12:00", "2026-11-20 13:30"),
        ("2026-09-24 18:00", "2026-09-28 09:00"),
        ("2025-12-31 20:00", "2026-01-04 09:00"),
    ],
)
def test_next_open(written: str, opening: str) -> None:
    assert worktime.next_open(china(), moment(written, SHANGHAI)) == moment(opening, SHANGHAI)


def test_next_open_says_when_it_never_opens() -> None:
    closed = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(730)]
    calendar = plain("UTC", week(NINE_TO_FIVE), *closed)
    with pytest.raises(worktime.NeverOpen):
        worktime.next_open(calendar, moment("2026-05-01 10:00"))


def test_remaining_minutes_carry_a_pause() -> None:
    start, paused = moment("2026-11-19 16:00", SHANGHAI), moment("2026-11-20 10:00", SHANGHAI)
    left = worktime.remaining_minutes(china(), start, 480, paused)
    assert left == 480 - 120 - 60
    resumed = worktime.add_minutes(china(), moment("2026-11-23 11:00", SHANGHAI), left)
    assert resumed.at == moment("2026-11-23 16:30", SHANGHAI) + timedelta(hours=1)


def test_remaining_minutes_never_grow_by_a_begun_minute_nor_fall_below_zero() -> None:
    start = moment("2026-11-20 09:00", SHANGHAI)
    assert worktime.remaining_minutes(china(), start, 60, start + timedelta(seconds=1)) == 59
    assert worktime.remaining_minutes(china(), start, 60, start + timedelta(days=9)) == 0


def test_limits() -> None:
    start = moment("2026-11-20 09:00", SHANGHAI)
    with pytest.raises(worktime.DerivationTooLong):
        worktime.add_minutes(china(), start, 450 * 400)
    with pytest.raises(ValueError, match="-1 minutes"):
        worktime.add_minutes(china(), start, -1)
    with pytest.raises(ValueError, match="lies before"):
        worktime.minutes_between(china(), start, start - timedelta(seconds=1))
    with pytest.raises(ValueError, match="time zone"):
        worktime.add_minutes(china(), datetime(2026, 11, 20), 1)  # noqa: DTZ001


def test_calendars_that_make_no_sense() -> None:
    for windows in (
        ((time(12), time(9)),),
        ((time(9), time(12)), (time(11), time(18))),
        (*ROUND_THE_CLOCK, *BANKING),
    ):
        with pytest.raises(ValueError, match="bad: "):
            WorkCalendar("bad", "1", SHANGHAI, week(windows), None)
    with pytest.raises(ValueError, match="seven days"):
        WorkCalendar("bad", "1", SHANGHAI, week(()), None)
    with pytest.raises(ZoneInfoNotFoundError):
        WorkCalendar("bad", "1", "Asia/Haian", week(BANKING), None)


def test_a_calendar_is_its_code_and_version_and_cannot_be_changed() -> None:
    assert len({china(), china(), china(version="2")}) == 2
    with pytest.raises(TypeError):
        china().exceptions[date(2026, 11, 20)] = ()  # type: ignore[index]
