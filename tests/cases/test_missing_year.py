"""The last days of a year whose successor has no holidays yet: nothing stops, nothing is guessed in silence."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

import world
from mailroom import arrives, mail
from plainspoken.cases.models import Case
from plainspoken.channels.models import Mailbox
from plainspoken.conversations.models import Message, Outgoing
from plainspoken.kernel import clock, ledger
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.models import Deadline
from plainspoken.law import calendars as law
from plainspoken.law.calendars import CalendarRefused
from plainspoken.organization.actions import calendars
from plainspoken.organization.models import Calendar
from plainspoken.work.models import Task

AFTERNOON = datetime(2026, 12, 28, 8, 0, tzinfo=UTC)
SOURCE = "国办发明电〔2026〕99号"


@pytest.fixture(autouse=True)
def december(mailbox: Mailbox) -> Iterator[None]:
    with clock.moved(AFTERNOON):
        yield


def holidays(*new_year: str) -> str:
    """A year of holidays made up for this test: the days of its new year, and as many more as the law grants."""
    days = {
        "元旦,New Year's Day": [*new_year],
        "春节,Spring Festival": ["02-05", "02-06", "02-07", "02-08", "02-09", "02-10"],
        "清明节,Qingming Festival": ["04-05"],
        "劳动节,Labour Day": ["05-03", "05-04"],
        "端午节,Dragon Boat Festival": ["06-09"],
        "中秋节,Mid-Autumn Festival": ["09-15"],
        "国庆节,National Day": ["10-01", "10-04", "10-05"],
    }
    rows = [f"2027-{day},off,{names},{SOURCE}" for names, each in days.items() for day in each]
    return "\n".join(["date,kind,holiday_zh,holiday_en,source", *rows])


def load(text: str, by: Actor | None = None) -> int:
    """What the administrator does when the notice has come."""
    calendar = Calendar.objects.get(code="cn-banking")
    return calendars.load_year(calendar, by=by or world.actor("admin"), holidays=law.parse(text, 2027))


def promise() -> Deadline:
    return Deadline.objects.get(kind="cases.first_reply")


def due() -> datetime:
    """To the minute: a mail takes a moment to come in."""
    return promise().due_at.replace(second=0, microsecond=0)


@pytest.mark.duty("4.1.2a")
@pytest.mark.duty("4.3.1a")
def test_a_mail_opens_its_case_and_the_promise_says_that_it_is_provisional() -> None:
    arrives(mail())
    assert (Case.objects.get().state, promise().provisional, promise().missing_years) == (
        "received",
        True,
        [2027],
    )
    assert due() == datetime(2026, 12, 29, 3, 0, tzinfo=UTC)
    letter = Message.objects.get(kind="automatic")
    assert Case.objects.get().number in letter.text
    assert Outgoing.objects.get(message=letter).state == "left"


def test_one_task_stands_before_the_administrator_however_many_mails_come() -> None:
    for number in range(3):
        arrives(mail(f"第 {number} 个", subject=str(number), sender=f"c{number}@example.com"))
    assert Deadline.objects.filter(kind="cases.first_reply", provisional=True).count() == 3
    task = Task.objects.get(kind="work.calendar_year")
    assert (task.unit, task.state) == (world.unit("technology"), "open")
    assert task.facts["year"] == 2027


@pytest.mark.duty("4.1.2a")
def test_when_the_year_is_loaded_the_promise_is_counted_anew() -> None:
    with clock.moved(datetime(2026, 12, 31, 8, 0, tzinfo=UTC)):
        arrives(mail())
        assert due() == datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
        assert load(holidays("01-01")) == 1
    after = promise()
    assert (after.provisional, after.missing_years) == (False, [])
    assert due() == datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
    worked = [one["day"] for one in after.derivation if one["counted"]]
    assert (worked, len(after.derivation)) == (["2026-12-31", "2027-01-04"], 5)


def test_the_ledger_says_which_year_and_how_many_promises() -> None:
    arrives(mail())
    load(holidays("01-01"))
    facts = ledger.facts(bytes(world.entries("organization.calendar.load_year")[-1].body))
    assert (facts["year"], facts["recomputed"], facts["made"]) == (2027, 1, True)


def test_what_comes_after_the_year_is_loaded_is_not_provisional() -> None:
    load(holidays("01-01"))
    arrives(mail())
    assert not promise().provisional
    assert not Task.objects.filter(kind="work.calendar_year").exists()


def test_a_promise_that_is_kept_is_not_counted_anew() -> None:
    arrives(mail())
    Deadline.objects.update(state="met", met_at=clock.now(), next_at=None)
    assert load(holidays("01-01")) == 0


def test_only_who_may_loads_a_year() -> None:
    with pytest.raises(PermissionDenied):
        load(holidays("01-01"), by=world.actor("li"))
    assert len(world.entries("organization.calendar.load_year", "permission_denied")) == 1


def test_a_calendar_that_follows_no_holidays_takes_none() -> None:
    Calendar.objects.update(jurisdiction="")
    with pytest.raises(Refused, match="follows_no_holidays"):
        load(holidays("01-01"))


def test_a_year_that_does_not_add_up_is_not_loaded() -> None:
    with pytest.raises(CalendarRefused, match="the law grants 13"):
        load(holidays("01-01", "01-04"))


def test_in_january_the_year_is_missing_still_and_work_goes_on() -> None:
    with clock.moved(AFTERNOON + timedelta(days=10)):
        arrives(mail())
    assert (promise().provisional, promise().missing_years) == (True, [2027])
    assert promise().due_at.date() == date(2027, 1, 8)
