"""Natural days, working days and their pauses."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from plainspoken.kernel import worktime
from plainspoken.kernel.worktime import Kind, Pause, WorkCalendar
from plainspoken.law import calendars

SHANGHAI = "Asia/Shanghai"
BANKING = ((time(9), time(12)), (time(13, 30), time(18)))
WEEK = ((BANKING,) * 5) + ((), ())


def local(written: str, tz: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(tz))


def china() -> WorkCalendar:
    return calendars.source("CN").work_calendar(code="cn", version="1", tz=SHANGHAI, weekly=WEEK)


def test_the_example_of_the_rule_ends_with_the_make_up_day() -> None:
    due = worktime.natural_days(SHANGHAI, local("2026-09-25 08:00"), 15)
    assert due.at == datetime(2026, 10, 10, 16, tzinfo=UTC) == local("2026-10-11 00:00")
    assert (due.derivation[0].day, due.derivation[0].kind) == (date(2026, 9, 25), Kind.NOT_COUNTED)
    assert [step.remaining for step in due.derivation] == [15, *range(14, -1, -1)]
    assert (due.unit, due.provisional) == (worktime.Unit.NATURAL_DAY, False)


@pytest.mark.parametrize("clock", ["00:00:00", "12:00:00", "23:59:59"])
def test_the_hour_of_receipt_does_not_matter(clock: str) -> None:
    assert worktime.natural_days(SHANGHAI, local(f"2026-09-25 {clock}"), 15).at == local("2026-10-11 00:00")


def test_the_day_is_that_of_the_place_and_not_of_utc() -> None:
    late = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)
    assert worktime.natural_days(SHANGHAI, late, 1).at == local("2026-09-27 00:00")


def test_it_is_not_moved_for_a_holiday() -> None:
    assert worktime.natural_days(SHANGHAI, local("2026-09-16 09:00"), 15).at == local("2026-10-02 00:00")


def test_no_days_end_with_the_day_itself() -> None:
    due = worktime.natural_days(SHANGHAI, local("2026-11-20 09:00"), 0)
    assert due.at == local("2026-11-21 00:00")
    assert worktime.working_days(china(), local("2026-11-20 09:00"), 0).at == due.at


def test_days_on_which_a_pause_starts_or_ends_do_not_count() -> None:
    pause = Pause(local("2026-11-10 15:00"), local("2026-11-12 08:00"))
    due = worktime.natural_days(SHANGHAI, local("2026-11-08 09:00"), 3, [pause])
    assert due.at == local("2026-11-15 00:00")
    assert [step.kind for step in due.derivation] == [
        Kind.NOT_COUNTED,
        Kind.COUNTED,
        Kind.PAUSED,
        Kind.PAUSED,
        Kind.PAUSED,
        Kind.COUNTED,
        Kind.COUNTED,
    ]


def test_a_pause_within_one_day_takes_that_day() -> None:
    pause = Pause(local("2026-11-10 15:00"), local("2026-11-10 16:00"))
    assert worktime.natural_days(SHANGHAI, local("2026-11-09 09:00"), 1, [pause]).at == local(
        "2026-11-12 00:00"
    )


def test_overlapping_pauses_take_each_day_once_and_later_ones_nothing() -> None:
    pauses = [
        Pause(local("2026-11-10 15:00"), local("2026-11-12 08:00")),
        Pause(local("2026-11-11 15:00"), local("2026-11-13 08:00")),
        Pause(local("2026-11-30 15:00"), local("2026-12-13 08:00")),
    ]
    assert worktime.natural_days(SHANGHAI, local("2026-11-09 09:00"), 2, pauses).at == local(
        "2026-11-16 00:00"
    )


def test_a_pause_on_the_first_day_takes_nothing_more() -> None:
    pause = Pause(local("2026-11-09 10:00"), local("2026-11-09 11:00"))
    assert worktime.natural_days(SHANGHAI, local("2026-11-09 09:00"), 1, [pause]).at == local(
        "2026-11-11 00:00"
    )


def test_a_pause_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before its start"):
        Pause(local("2026-11-10 15:00"), local("2026-11-10 14:00"))


def test_days_whose_midnight_the_clock_leaps_over_end_at_the_leap() -> None:
    before = local("2018-11-02 12:00", "America/Sao_Paulo")
    due = worktime.natural_days("America/Sao_Paulo", before, 1)
    assert due.at == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_local_day_that_never_was_is_still_a_day_of_the_calendar() -> None:
    due = worktime.natural_days("Pacific/Apia", local("2011-12-29 12:00", "Pacific/Apia"), 1)
    assert due.at == local("2011-12-31 00:00", "Pacific/Apia")


def test_working_days_leave_out_holidays_and_count_make_up_days() -> None:
    due = worktime.working_days(china(), local("2026-09-30 17:00"), 3)
    assert due.at == local("2026-10-11 00:00")
    kinds = [step.kind for step in due.derivation]
    assert kinds == [Kind.NOT_COUNTED, *[Kind.HOLIDAY] * 7, Kind.WORKED, Kind.WORKED, Kind.MAKE_UP]
    assert due.derivation[1].holiday == worktime.HolidayName("国庆节", "National Day")
    assert due.unit is worktime.Unit.WORKING_DAY


def test_working_days_can_be_paused() -> None:
    pause = Pause(local("2026-11-17 15:00"), local("2026-11-18 08:00"))
    assert worktime.working_days(china(), local("2026-11-16 17:00"), 2, [pause]).at == local(
        "2026-11-21 00:00"
    )


def test_working_days_in_a_missing_year_are_provisional() -> None:
    due = worktime.working_days(china(), local("2026-12-30 17:00"), 2)
    assert (due.at, due.missing_years) == (local("2027-01-02 00:00"), (2027,))
    assert due.derivation[-1].kind is Kind.PROVISIONAL
    assert not worktime.working_days(china(), local("2026-12-24 17:00"), 1).provisional


def test_natural_days_need_no_calendar_year() -> None:
    assert not worktime.natural_days(SHANGHAI, local("2030-01-01 09:00"), 60).provisional


def test_limits() -> None:
    start = local("2026-11-20 09:00")
    with pytest.raises(ValueError, match="-1 days"):
        worktime.natural_days(SHANGHAI, start, -1)
    last = worktime.natural_days(SHANGHAI, start, worktime.DERIVATION_DAYS_MAX - 1)
    assert len(last.derivation) == worktime.DERIVATION_DAYS_MAX
    with pytest.raises(worktime.DerivationTooLong):
        worktime.natural_days(SHANGHAI, start, worktime.DERIVATION_DAYS_MAX)
    with pytest.raises(worktime.DerivationTooLong):
        worktime.natural_days(SHANGHAI, start, 1, [Pause(start, start + timedelta(days=500))])
    with pytest.raises(ValueError, match="time zone"):
        worktime.natural_days(SHANGHAI, datetime(2026, 11, 20), 1)  # noqa: DTZ001
