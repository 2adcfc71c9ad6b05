"""How to reach us: the public register of channels (4.1.1)."""

from datetime import time

import pytest
from django.test import Client

import story
from plainspoken.portal import hours, said


@pytest.mark.duty("4.1.1a")
@pytest.mark.duty("4.1.2a")
def test_every_mailbox_stands_there_with_its_hours(db: None, visitor: Client) -> None:
    story.set_up()
    page = visitor.get("/help/", {"language": "en"})
    assert page.status_code == 200
    for words in ("service@haian.example", "Monday to Friday", "within 4 working hours"):
        assert words in page.content.decode()


def test_it_is_for_everybody_and_only_read(db: None, visitor: Client) -> None:
    story.set_up()
    assert "星期一" in visitor.get("/help/").content.decode()
    assert Client().post("/help/").status_code == 405


def test_without_a_channel_it_says_so(firm: object, visitor: Client) -> None:
    assert "No channel" in visitor.get("/help/", {"language": "en"}).content.decode()


def test_too_many_requests_are_turned_away(firm: object, visitor: Client) -> None:
    assert [visitor.get("/help/").status_code for _ in range(61)][-2:] == [200, 429]
    for language, words in (("zh-hans", "请在10分钟后重试"), ("en", "try again in 10 minutes")):
        answer = visitor.get("/help/", {"language": language})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
        assert words in answer.content.decode()


NINE = ((time(9), time(12)), (time(13, 30), time(18)))


@pytest.mark.parametrize(
    ("week", "told"),
    [
        ((NINE,) * 5 + ((), ()), [("Monday to Friday", 2)]),
        (
            (NINE, (), NINE, (), (), NINE[:1], NINE[:1]),
            [("Monday", 2), ("Wednesday", 2), ("Saturday to Sunday", 1)],
        ),
        (((),) * 7, []),
    ],
)
def test_days_in_a_row_are_told_together(week: hours.calendars.Week, told: list[tuple[str, int]]) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert [(one.days, len(one.windows)) for one in hours._grouped(week)] == told


def test_the_end_of_a_day_is_midnight() -> None:
    assert hours._window((time(8), time(0))) == "08:00–24:00"


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("信用卡年费", "信用卡年费"),
        ("卡号6222 0212 3456 7890的账单", "卡号****的账单"),
        ("电话 138-0013-8000", "电话 ****"),
        ("2026年账单", "****年账单"),
        ("问" * 60, "问" * 39 + "…"),
    ],
)
def test_long_numbers_and_long_subjects_are_hidden(subject: str, shown: str) -> None:
    assert said.masked(subject) == shown
