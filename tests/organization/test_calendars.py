from datetime import UTC, date, datetime, time

import pytest

import world
from plainspoken.kernel import clock, deadlines, worktime
from plainspoken.kernel.action import action
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Deadline
from plainspoken.law import calendars as law
from plainspoken.organization import queries
from plainspoken.organization.actions.calendars import load_year, put_calendar
from plainspoken.organization.models import Calendar, Firm
from plainspoken.organization.queries import calendar_of

NINE_TO_FIVE = ((time(9), time(17)),)
WEEK = (NINE_TO_FIVE,) * 5 + ((), ())
KIND = deadlines.kind("tests.calendars", "测试", duties=[])
OPENER = system("test.opener", "tests.calendars.open")


def put(firm: Firm, **given) -> Calendar:
    given = {"name_zh": "热线", "name_en": "Hotline", "time_zone": "Asia/Shanghai", "week": WEEK, **given}
    return put_calendar(firm, by=world.actor("admin"), code="hotline", **given)


@action("tests.calendars.open", "测试", creates=True)
def open_deadline(firm, *, by):
    calendar = calendar_of(world.unit("haian"))
    unit = world.unit("haian").pk
    return deadlines.open(
        KIND, firm, calendar=calendar, counted_in=Deadline.CountedIn.WORKING_DAYS, amount=3, unit=unit
    )


@pytest.mark.duty("4.1.2a")
def test_banking_hours_of_the_firm_file(firm):
    calendar = calendar_of(world.unit("cs-team-1"))
    make_up, holiday = date(2026, 2, 14), date(2026, 10, 1)
    assert calendar.windows(date(2026, 11, 24)) == ((time(9), time(12)), (time(13, 30), time(18)))
    assert calendar.kind(make_up) == worktime.Kind.MAKE_UP
    assert calendar.kind(holiday) == worktime.Kind.HOLIDAY
    assert calendar.holidays[holiday].zh == "国庆节"
    assert calendar.years == {2025, 2026}


def test_a_calendar_is_put_and_its_windows_recorded(firm):
    calendar = put(firm)
    entry = world.entries("organization.calendar.put")[-1]
    assert b'["09:00:00","17:00:00"]' in bytes(entry.body)
    assert calendar.windows.count() == 5


def test_a_change_is_counted_by_at_once(firm):
    before = calendar_of(world.unit("haian"))
    row = Calendar.objects.get(code="cn-banking")
    put_calendar(
        firm,
        by=world.actor("admin"),
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        time_zone=row.time_zone,
        jurisdiction="CN",
        week=WEEK,
    )
    after = calendar_of(world.unit("haian"))
    assert after.windows(date(2026, 11, 24)) == NINE_TO_FIVE
    assert after != before
    assert after.years == before.years


def test_one_without_jurisdiction_misses_no_year(firm):
    calendar = put(firm, week=(((time(0), time(0)),),) * 7)
    assert queries.calendars.work_calendar(calendar).knows(2040)
    with pytest.raises(Refused, match="follows_no_holidays"):
        load_year(calendar, by=world.actor("admin"), holidays=law.source().loaded[2026])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"time_zone": "Asia/Nowhere"}, "zone_unknown"),
        ({"week": ((),) * 7}, "week_unsound"),
        ({"week": (((time(9), time(12)), (time(11), time(13))),) * 7}, "week_unsound"),
        ({"week": (((time(12), time(9)),),) * 7}, "week_unsound"),
    ],
)
def test_refused_by_rule(firm, given, why):
    with pytest.raises(Refused, match=why):
        put(firm, **given)
    assert world.entries("organization.calendar.put", why)


def test_refused_by_role(firm):
    with pytest.raises(PermissionDenied):
        put_calendar(
            firm,
            by=world.actor("zhao"),
            code="x",
            name_zh="x",
            name_en="x",
            time_zone="Asia/Shanghai",
            week=WEEK,
        )
    with pytest.raises(PermissionDenied):
        load_year(Calendar.objects.get(), by=world.actor("zhao"), holidays=law.source().loaded[2026])


NOTICE_2027 = "date,kind,holiday_zh,holiday_en,source\n" + "".join(
    f"2027-{day},off,{zh},{zh},国办发明电〔2026〕9号\n"
    for day, zh in [
        ("01-01", "元旦"),
        ("02-05", "春节"),
        ("02-08", "春节"),
        ("02-09", "春节"),
        ("02-10", "春节"),
        ("04-05", "清明节"),
        ("05-03", "劳动节"),
        ("05-04", "劳动节"),
        ("06-09", "端午节"),
        ("09-15", "中秋节"),
        ("10-01", "国庆节"),
        ("10-04", "国庆节"),
        ("10-05", "国庆节"),
    ]
)


@pytest.mark.duty("4.1.2a")
def test_loading_a_year_counts_its_provisional_deadlines_anew(firm):
    with clock.moved(datetime(2026, 12, 29, 1, tzinfo=UTC)):
        provisional = open_deadline(firm, by=OPENER)
    assert provisional.provisional
    assert provisional.missing_years == [2027]
    assert provisional.due_at == datetime(2027, 1, 1, 16, tzinfo=UTC)
    calendar = Calendar.objects.get(code="cn-banking")
    load_year(calendar, by=world.actor("admin"), holidays=law.parse(NOTICE_2027, 2027))
    certain = Deadline.objects.get(pk=provisional.pk)
    assert not certain.provisional
    assert certain.due_at == datetime(2027, 1, 4, 16, tzinfo=UTC)
    assert world.entries("organization.calendar.load_year")[-1].subject_id == calendar.pk


def test_a_year_is_loaded_again_when_the_notice_changes(firm):
    calendar = Calendar.objects.get(code="cn-banking")
    before = calendar.version
    load_year(calendar, by=world.actor("admin"), holidays=law.source().loaded[2026])
    assert Calendar.objects.get(pk=calendar.pk).version == before
    fewer = law.HolidayYear(2026, law.source().loaded[2026].days[:-1])
    load_year(calendar, by=world.actor("admin"), holidays=fewer)
    assert Calendar.objects.get(pk=calendar.pk).version != before
    assert calendar.years.get(year=2026).days.count() == len(fewer.days)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_the_days_of_a_unit_are_those_of_its_legal_entity(firm, moment, day):
    with clock.moved(moment):
        assert queries.today(world.unit("cs-team-1")) == day
