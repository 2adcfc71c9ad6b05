"""Calendars on screen: the week, the years, what loading one counts again, and a year on the wall."""

from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import filling
import mailroom
import world
from plainspoken.kernel import clock
from plainspoken.kernel.models import Deadline
from plainspoken.kernel.worktime import Kind
from plainspoken.law import calendars as law
from plainspoken.organization import calendars, promises
from plainspoken.organization.calendar_forms import PROBLEMS
from plainspoken.organization.models import Calendar, CalendarDay, CalendarYear

pytestmark = pytest.mark.usefixtures("firm")
NEW = reverse("organization.calendar.add")
HEADER = "date,kind,holiday_zh,holiday_en,source"


def banking() -> Calendar:
    return Calendar.objects.get(code="cn-banking")


def at(name: str) -> str:
    return reverse(name, args=[banking().pk])


def without(year: int) -> None:
    CalendarDay.objects.filter(year__year=year).delete()
    CalendarYear.objects.filter(year=year).delete()
    row = banking()
    row.version = calendars.content(row).version
    row.save(update_fields=["version"])


def csv(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("2026.csv", "\n".join([HEADER, *rows]).encode())


@pytest.mark.duty("4.1.2a")
def test_a_hotline_is_added() -> None:
    given = {"name_zh": "热线", "name_en": "Hotline", "code": "hotline", "monday": "08:00-12:00，13:00-24:00"}
    assert filling.send(world.client("admin"), NEW, **given).status_code == 303
    week = calendars.week(Calendar.objects.get(code="hotline"))
    assert week[0] == ((time(8), time(12)), (time(13), time(0)))
    assert week[1:] == ((),) * 6


def test_what_is_shown_of_a_week_can_be_sent_back() -> None:
    before = calendars.week(banking())
    answer = filling.send(world.client("admin"), at("organization.calendar.put"), name_en="Bank")
    assert answer.status_code == 303
    assert (banking().name_en, calendars.week(banking())) == ("Bank", before)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"tuesday": "9 to 5"}, "tuesday"),
        ({"friday": "09:00-24:30"}, "friday"),
        ({"monday": "09:00-12:00, 11:00-13:00"}, "monday"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"jurisdiction": "XX"}, "jurisdiction"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, str], field: str) -> None:
    answer = filling.send(world.client("admin"), at("organization.calendar.put"), **changed)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert answer.context["form"][field].value() == changed[field]


def test_two_at_once_the_second_is_told_also_of_hours() -> None:
    browser, address = world.client("admin"), at("organization.calendar.put")
    seen = filling.shown(browser.get(address).context["form"])
    filling.send(browser, address, monday="10:00-12:00")
    answer = browser.post(address, {**seen, "name_en": "Other"})
    assert answer.status_code == 422
    assert "10:00-12:00" in filling.errors(answer)["monday"][0]
    assert banking().name_en == "Banking hours"


@pytest.mark.duty("4.1.2a")
def test_a_shipped_year_is_loaded_and_what_it_counts_again_is_said_before() -> None:
    mailroom.opened()
    without(2026)
    with clock.moved(mailroom.TUESDAY):
        mailroom.received()
    waiting = Deadline.objects.filter(provisional=True).count()
    assert waiting
    browser = world.client("admin")
    assert promises.not_loaded(banking()) == [2026]
    assert str(waiting) in browser.get(at("organization.calendar.load_year")).context["sheet"].lead
    assert filling.send(browser, at("organization.calendar.load_year"), shipped=2026).status_code == 303
    assert not Deadline.objects.filter(provisional=True).exists()
    assert banking().years.filter(year=2026).exists()
    assert world.entries("organization.calendar.load_year")


def test_a_notice_is_loaded_from_its_file() -> None:
    days = [
        f"{one.day},{one.kind},{one.name.zh},{one.name.en},{one.source}"
        for one in law.source().loaded[2026].days
    ]
    without(2026)
    answer = filling.send(
        world.client("admin"), at("organization.calendar.load_year"), year=2026, notice=csv(*days)
    )
    assert answer.status_code == 303
    assert CalendarDay.objects.filter(year__year=2026).count() == len(days)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "__all__", "年份"),
        ({"year": 2027}, "__all__", "年份"),
        ({"year": 2027, "notice": csv("2027-01-01,party,元旦,New Year,x")}, "notice", "第2行"),
        ({"year": 2027, "notice": SimpleUploadedFile("a", b"date")}, "notice", "第1行"),
        ({"year": 2027, "notice": SimpleUploadedFile("a", b"\xff\xfe")}, "notice", "UTF-8"),
        ({"year": 2027, "notice": SimpleUploadedFile("a", b"x" * 300_000)}, "notice", "过大"),
        ({"shipped": 1999}, "shipped", ""),
    ],
)
def test_what_is_no_year_is_refused_line_by_line(given: dict[str, Any], field: str, words: str) -> None:
    if "notice" in given:
        given["notice"].seek(0)
    answer = filling.send(world.client("admin"), at("organization.calendar.load_year"), **given)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])
    assert words in filling.errors(answer)[field][0]
    assert not world.entries("organization.calendar.load_year")[2:]


def test_every_problem_of_a_file_has_words_of_its_own() -> None:
    assert PROBLEMS.keys() == law.PROBLEMS.keys()


def test_a_year_hangs_on_the_wall() -> None:
    months = promises.months(banking(), 2026)
    days = {one.day: one for month in months for week in month.weeks for one in week if one.day}
    assert len(days) == 365
    assert days[date(2026, 10, 1)].kind == Kind.HOLIDAY
    assert days[date(2026, 2, 14)].kind == Kind.MAKE_UP
    assert days[date(2026, 10, 1)].name


@pytest.mark.parametrize("year", [1900, 2031, 9999])
def test_a_year_that_is_not_loaded_does_not(year: int) -> None:
    address = reverse("organization.calendar.year", args=[banking().pk, year])
    assert world.client("admin").get(address).status_code == 404
