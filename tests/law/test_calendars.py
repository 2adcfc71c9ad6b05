"""China's holidays: what ships against an independent package, and every way a loaded year is refused."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from plainspoken.law import calendars
from plainspoken.law.calendars import DayKind, reading

SHIPPED = Path(calendars.__file__).parent / "cn.csv"
NOTICE = "国办发明电〔2026〕9号"
HEADER = ",".join(reading.COLUMNS)
YEAR_2026 = [
    HEADER,
    *[line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.startswith("2026")],
]


def refused(lines: list[str], year: int = 2026, extra_days: int = 0) -> list[tuple[str, int | None]]:
    with pytest.raises(calendars.CalendarRefused) as caught:
        calendars.parse("\n".join(lines), year, extra_days=extra_days)
    return [(problem.code, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize("year", [2025, 2026])
def test_shipped_days_agree_with_an_independent_package(year: int) -> None:
    off = {day.day for day in calendars.source().days(year) if day.kind is DayKind.OFF}
    work = {day.day for day in calendars.source().days(year) if day.kind is DayKind.WORK}
    for offset in range(365):
        day = date(year, 1, 1) + timedelta(days=offset)
        worked = day in work or (day.weekday() < 5 and day not in off)
        assert chinese_calendar.is_workday(day) == worked, day


def test_each_shipped_day_names_its_holiday_and_its_notice() -> None:
    days = [day for year in calendars.source().years for day in calendars.source().days(year)]
    assert calendars.source().years == {2025, 2026}
    assert len(days) == 72
    assert all(day.name.zh and day.name.en and day.source.startswith("https://www.gov.cn/") for day in days)


def test_a_year_that_is_not_loaded_is_not_guessed() -> None:
    with pytest.raises(calendars.YearNotLoaded, match="2027"):
        calendars.source().days(2027)
    with pytest.raises(FileNotFoundError):
        calendars.source("XX")


def test_a_loaded_year_joins_the_shipped_ones_and_replaces_its_like() -> None:
    lines = [*YEAR_2026, f"2026-09-03,off,抗战纪念日,Memorial Day,{NOTICE}"]
    special = calendars.parse("\n".join(lines), 2026, extra_days=1)
    loaded = calendars.source().loading(special)
    assert loaded.years == {2025, 2026}
    assert len(loaded.days(2026)) == len(calendars.source().days(2026)) + 1
    assert [day.day for day in loaded.days(2026)] == sorted(day.day for day in loaded.days(2026))


def test_a_file_saved_by_a_spreadsheet_is_read() -> None:
    text = "\ufeff" + "\r\n".join(YEAR_2026) + "\r\n\r\n"
    assert calendars.parse(text, 2026) == calendars.parse("\n".join(YEAR_2026), 2026)


def changed(number: int, change: Callable[[str], str]) -> list[str]:
    return [*YEAR_2026[: number - 1], change(YEAR_2026[number - 1]), *YEAR_2026[number:]]


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("columns", ",off,", ",off,,"),
        ("date", "2026-01-01", "2026/1/1"),
        ("date", "2026-01-01", "2026-02-30"),
        ("year", "2026-01-01", "2027-01-01"),
        ("kind", ",off,", ",probably off,"),
        ("name", "元旦", " "),
        ("name", "New Year's Day", ""),
        ("source", "https://", "heard it on the radio: "),
    ],
)
def test_a_wrong_row_is_named_by_its_line(code: str, old: str, new: str) -> None:
    assert refused(changed(2, lambda line: line.replace(old, new))) == [(code, 2)]


def test_each_wrong_row_is_told_at_once_with_what_to_do() -> None:
    lines = changed(3, lambda line: line.replace("2026-01-02", "2026-01-01"))
    lines.append(f"2026-11-20,work,国庆节,National Day,{NOTICE}")
    with pytest.raises(calendars.CalendarRefused) as caught:
        calendars.parse("\n".join(lines), 2026)
    assert str(caught.value).splitlines() == [
        "Line 3: 2026-01-01 stands in the file twice. Keep the row the notice names.",
        "Line 41: 2026-11-20 is an ordinary workday. Only weekends can be made up.",
    ]


def test_a_holiday_left_out_is_missed() -> None:
    assert refused([line for line in YEAR_2026 if "端午节" not in line]) == [
        ("holiday_left_out", None),
        ("days_off", None),
    ]


@pytest.mark.parametrize("left_out", ["2026-02-14", "2026-10-07"])
def test_a_row_left_out_does_not_add_up(left_out: str) -> None:
    assert refused([line for line in YEAR_2026 if not line.startswith(left_out)]) == [("days_off", None)]
    assert refused(YEAR_2026, extra_days=1) == [("days_off", None)]


def test_a_header_is_needed_and_size_is_limited() -> None:
    assert refused([]) == [("header", 1)]
    assert refused(YEAR_2026[1:]) == [("header", 1)]
    assert refused([HEADER, *["x"] * (reading.ROWS_MAX + 1)]) == [("too_many_rows", None)]
    assert refused([HEADER, "x" * reading.TEXT_CHARACTERS_MAX]) == [("text_too_long", None)]


def test_every_problem_can_be_said() -> None:
    facts = {"found": "x", "max": 1, "year": 2027}
    said = {str(calendars.Problem(code, 1, dict(facts))) for code in calendars.PROBLEMS}
    assert len(said) == len(calendars.PROBLEMS)
    assert not any("%(" in text for text in said)


def test_a_work_calendar_follows_the_holidays() -> None:
    hours = ((time(9), time(17)),)
    week = (hours,) * 5 + ((), ())
    calendar = calendars.source().work_calendar(code="c", version="1", tz="Asia/Shanghai", weekly=week)
    assert calendar.years == {2025, 2026}
    assert calendar.windows(date(2026, 10, 10)) == hours
    assert calendar.windows(date(2026, 10, 1)) == ()
    assert calendar.holidays[date(2026, 10, 10)].en == "National Day"
