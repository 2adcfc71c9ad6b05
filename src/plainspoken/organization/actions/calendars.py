"""The calendars deadlines are counted by."""

from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import deadlines
from plainspoken.kernel.action import action, record
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.law.calendars import HolidayYear
from plainspoken.organization import calendars
from plainspoken.organization.actions import rows
from plainspoken.organization.calendars import Content, Week
from plainspoken.organization.models import Calendar, CalendarDay, CalendarWindow, CalendarYear, Firm


@action("organization.calendar.put", _("Set up a calendar"), duties=["4.1.2a"], unrecorded=["week", "shown"])
def put_calendar(
    firm: Firm,
    *,
    by: Actor,
    code: str,
    name_zh: str,
    name_en: str,
    time_zone: str,
    week: Week,
    jurisdiction: str = "",
    shown: str | None = None,
) -> Calendar:
    """Make the calendar of that code, or change it. `week`: seven days, Monday first, each with its windows.

    Deadlines that run keep their due moments.
    """
    rows.check_zone(time_zone)
    _check_week(code, Content(jurisdiction, time_zone, week, ()))
    record(week=[[[opens.isoformat(), closes.isoformat()] for opens, closes in day] for day in week])
    values = {"name_zh": name_zh, "name_en": name_en, "time_zone": time_zone, "jurisdiction": jurisdiction}
    calendar = rows.put(Calendar, values, shown=shown, code=code)
    _write_windows(calendar, week)
    _stamp(calendar)
    return calendar


@action(
    "organization.calendar.load_year", _("Load a year's holidays"), duties=["4.1.2a"], unrecorded=["holidays"]
)
def load_year(calendar: Calendar, *, by: Actor, holidays: HolidayYear) -> int:
    """Load the holidays of a year, or load them again; how many provisional deadlines were counted anew.

    `holidays` is what `law.calendars` read from a notice, or ships.
    """
    if not calendar.jurisdiction:
        raise Refused("follows_no_holidays", _("This calendar follows no public holidays."))
    year, made = CalendarYear.objects.get_or_create(
        calendar=calendar, year=holidays.year, defaults={"id": uuid7()}
    )
    CalendarDay.objects.filter(year=year).delete()
    CalendarDay.objects.bulk_create(_days(year, holidays))
    _stamp(calendar)
    counted = deadlines.recompute(calendars.work_calendar(calendar))
    record(year=holidays.year, days=len(holidays.days), made=made, recomputed=counted)
    return counted


def _check_week(code: str, content: Content) -> None:
    try:
        content.work_calendar(code)
    except ValueError:
        raise Refused(
            "week_unsound", _("There is no window, or windows of one day overlap or are out of order.")
        ) from None


def _write_windows(calendar: Calendar, week: Week) -> None:
    CalendarWindow.objects.filter(calendar=calendar).delete()
    CalendarWindow.objects.bulk_create(
        CalendarWindow(id=uuid7(), calendar=calendar, weekday=weekday, opens=opens, closes=closes)
        for weekday, windows in enumerate(week)
        for opens, closes in windows
    )


def _days(year: CalendarYear, holidays: HolidayYear) -> list[CalendarDay]:
    return [
        CalendarDay(
            id=uuid7(),
            year=year,
            day=day.day,
            kind=day.kind,
            name_zh=day.name.zh,
            name_en=day.name.en,
            source=day.source,
        )
        for day in holidays.days
    ]


def _stamp(calendar: Calendar) -> None:
    calendar.version = calendars.content(calendar).version
    calendar.save(update_fields=["version"])
