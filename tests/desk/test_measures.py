"""Figures on screen: whose they are, what they stand on, and the records behind them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

import cost
import story
import world
from plainspoken.cases.actions import answering, follow_up
from plainspoken.cases.models import Closure, Reopening
from plainspoken.conversations.models import Exclusion
from plainspoken.desk import asked, figures, periods
from plainspoken.desk.asked import Asked
from plainspoken.desk.figures import Row
from plainspoken.desk.periods import Period
from plainspoken.kernel import clock, drain, measures
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import MeasureDay, MeasureDirty
from plainspoken.supervision import survey
from plainspoken.supervision.models import Survey
from plainspoken.ui import tables

pytestmark = pytest.mark.usefixtures("desk")
MEASURES = "/measures/"
RECEIVED = reverse("desk.measure.records", args=["cases.received"])
PAGE_STATEMENTS_MAX = 55
RECORDS_STATEMENTS_MAX = 25


@pytest.fixture(autouse=True)
def wall() -> Iterator[None]:
    """The reader's clock, as a request has it."""
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        yield


def counted() -> None:
    drain.run_until_empty("measures")


def page(username: str, address: str = MEASURES, **given: str) -> str:
    browser = world.client(username)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = browser.get(address, given)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(username: str, address: str = RECEIVED, **given: str) -> list[str]:
    return re.findall(r">(Q-\d{4}-\d+)</a>", page(username, address, **given))


def whole(username: str, code: str, **values: str) -> tuple[int, int]:
    (cell,) = figures.cells(Asked(periods.this_year(), values), world.actor(username), [code])
    return cell.figure.counting, cell.figure.population


def test_who_has_not_signed_in_is_asked_to() -> None:
    for address in (MEASURES, RECEIVED):
        assert Client().get(address)["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    for address in (MEASURES, RECEIVED):
        assert world.client("zhao").post(address).status_code == 405


def test_an_unknown_measure_is_not_there() -> None:
    address = reverse("desk.measure.records", args=["cases.nonsense"])
    assert world.client("zhao").get(address).status_code == 404


def test_everybody_sees_the_figures_of_the_own_units() -> None:
    story.taken("li")
    story.taken("wang")
    counted()
    for username, population in (("li", 2), ("zhao", 2), ("sun", 2), ("chen", 0), ("qian", 0)):
        assert whole(username, "cases.received") == (population, population), username


def rows_of(question: Asked, username: str, dimension: str, code: str) -> list[Row]:
    parts = figures.Parts(question, world.actor(username), dimension, [code])
    return parts.rows(parts.keys)


def test_by_name_an_agent_sees_the_own_only() -> None:
    story.taken("li")
    story.taken("wang")
    counted()
    question = Asked(periods.this_year(), {})
    labels = {
        username: [row.label for row in rows_of(question, username, "staff", "cases.received")]
        for username in ("li", "zhao")
    }
    assert labels["li"] == [world.person("li").name_zh]
    assert len(labels["zhao"]) == 2
    wang = str(world.person("wang").pk)
    assert whole("li", "cases.received", staff=wang) == (0, 0)
    assert whole("zhao", "cases.received", staff=wang) == (1, 1)
    assert listed("li", staff=wang) == []


@pytest.mark.parametrize("dimension", ["unit", "staff", "channel", "line", "day"])
def test_the_parts_add_up_to_the_whole(dimension: str) -> None:
    story.taken("li")
    story.answered("wang")
    counted()
    for code in measures.measures:
        rows = rows_of(Asked(periods.this_year(), {}), "zhao", dimension, code)
        parts = [row.cells[0].figure for row in rows]
        total = (sum(one.counting for one in parts), sum(one.population for one in parts))
        assert total == whole("zhao", code)


def rolled_up(count: int) -> None:
    """As many days, each with an inquiry of somebody else."""
    team, today = world.unit("cs-team-1").pk, clock.now().date()
    MeasureDay.objects.bulk_create(
        MeasureDay(
            measure="cases.received", day=today - timedelta(days=number % 25), unit_id=team, staff_id=uuid7(),
            channel="email", population=1, counting=1,
        )
        for number in range(count)
    )  # fmt: skip


def test_many_parts_are_read_page_by_page() -> None:
    rolled_up(tables.PAGE_ROWS + 7)
    asked_for = {"since": str(periods.last_days(60).since), "until": str(clock.now().date()), "by": "staff"}
    first = page("zhao", **asked_for)
    assert first.count('<th scope="row">') == tables.PAGE_ROWS
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page("zhao", MEASURES + following.replace("&amp;", "&"))
    assert second.count('<th scope="row">') == 7
    assert 'rel="prev"' in second


@pytest.mark.parametrize("place", ["x", "9" * 5_000])
def test_a_page_that_cannot_be_is_refused(place: str) -> None:
    assert world.client("zhao").get(MEASURES, {"after": place}).status_code == 400


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True)])
def test_home_leads_on_to_the_parts_it_leaves_out(more: int, told: bool) -> None:
    rolled_up(tables.PAGE_ROWS + more)
    home = page("zhao", "/", by="staff")
    assert home.count('<th scope="row"><a href="/measures/') == tables.PAGE_ROWS
    assert ("Show all" in home) is told


@pytest.mark.parametrize("dimension", ["unit", "staff", "channel", "line", "day", "nonsense"])
def test_each_part_narrows_the_question_to_itself(dimension: str) -> None:
    story.answered("li")
    counted()
    shown = page("zhao", by=dimension)
    links = re.findall(r'<th scope="row"><a href="([^"]+)"', shown)
    assert len(links) == 1
    assert page("zhao", links[0].replace("&amp;", "&"))


@pytest.mark.duty("1.1d")
def test_every_figure_opens_as_many_records_as_it_counts() -> None:
    story.taken("li")
    story.answered("wang")
    story.closed("li")
    counted()
    shown = page("zhao").replace("&amp;", "&")
    links = set(re.findall(r'href="(/measures/[a-z_.]+/records/\?[^"]+)"', shown))
    assert links
    for address in links:
        records = world.client("zhao").get(address).content.decode()
        rows = records.split("<tbody>")[1].count("<tr>") if "<tbody>" in records else 0
        code = address.split("/")[2]
        question, _form = asked.read(dict(pair.split("=") for pair in address.split("?")[1].split("&")))
        (cell,) = figures.cells(question, world.actor("zhao"), [code])
        assert rows == cell.figure.population, address


@pytest.mark.duty("1.1b")
def test_those_that_count_are_told_from_those_that_do_not() -> None:
    kept = story.answered("li")
    late = story.taken("li")
    with clock.moved(clock.now() + timedelta(days=10)):
        drain.run_until_empty()
        address = reverse("desk.measure.records", args=["cases.first_reply_on_time"])
        days = {"since": "2026-01-01", "until": "2026-12-31"}
        assert sorted(listed("zhao", address, **days)) == sorted([kept.number, late.number])
        assert listed("zhao", address, counts="yes", **days) == [kept.number]
        assert listed("zhao", address, counts="no", **days) == [late.number]


@pytest.mark.duty("1.1c")
def test_what_came_back_was_not_settled_at_the_first_contact() -> None:
    case = story.closed("li")
    follow_up.reopen(case, by=story.everything(), how=Reopening.How.NOT_SOLVED)
    answering.answer(story.fresh(case), by=world.actor("li"), text="已再次核实。")
    story.let_leave()
    follow_up.close(story.fresh(case), by=world.actor("li"), how=Closure.How.BY_OWNER)
    counted()
    assert whole("zhao", "cases.first_contact") == (0, 1)
    address = reverse("desk.measure.records", args=["cases.first_contact"])
    assert listed("zhao", address, counts="no") == [case.number]


def test_records_are_those_in_sight() -> None:
    case = story.received()
    assert listed("li") == [case.number]
    Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    assert listed("li") == []
    assert listed("chen") == []
    assert listed("sun") == [case.number]


def test_a_dismissed_case_is_in_no_figure() -> None:
    story.dismissed("li")
    counted()
    assert whole("zhao", "cases.received") == (0, 0)
    assert listed("zhao") == []


@pytest.mark.duty("1.1a")
@pytest.mark.duty("6.1.2a")
def test_satisfaction_is_shown_with_the_share_of_those_who_answered() -> None:
    for _ in range(2):
        story.closed("li")
    drain.run_until_empty()
    rated = Survey.objects.order_by("pk").first()
    assert rated
    survey.rate(rated, by=story.everything(), score=5, comment="")
    counted()
    (cell,) = figures.cells(Asked(periods.this_year(), {}), world.actor("zhao"), ["supervision.satisfaction"])
    assert cell.beside
    assert (cell.value, cell.beside.value) == ("100%", "50%")
    assert "1 rating, 50% of 2 asked" in page("zhao")


def test_nothing_to_share_is_no_figure() -> None:
    (cell,) = figures.cells(Asked(periods.this_year(), {}), world.actor("zhao"), ["supervision.satisfaction"])
    assert cell.value == "–"


@pytest.mark.parametrize(("share", "words"), [(1.0, "100%"), (2 / 3, "66.7%"), (0.0, "0%"), (0.125, "12.5%")])
def test_a_share_is_rounded(share: float, words: str) -> None:
    assert figures.percent(share) == words


def test_the_formulas_stand_in_words() -> None:
    shown = page("li")
    with translation.override("en"):
        for one in measures.measures.values():
            assert escape(str(one.formula)) in shown


def test_it_says_how_far_it_has_counted() -> None:
    story.received()
    assert MeasureDirty.objects.exists() is False
    assert "Counted until" in page("li")
    measures.touch("cases.received", clock.now())
    assert "still being counted" in page("li")


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"since": "yesterday", "until": "today"},
        {"since": "2026-03-01"},
    ],
)
def test_days_that_cannot_be_are_refused_and_this_month_is_shown(days: dict[str, str]) -> None:
    assert world.client("li").get(MEASURES, days).status_code == 422
    question, form = asked.read(days)
    assert form.errors
    assert question.period == periods.this_month()


def test_values_that_cannot_be_are_left_out() -> None:
    question, _form = asked.read({"unit": "nonsense", "staff": "", "line": "none", "channel": "email"})
    assert dict(question.values) == {"line": "none", "channel": "email"}


def test_what_a_question_is_narrowed_to_can_be_taken_away() -> None:
    li = str(world.person("li").pk)
    shown = page("li", staff=li, since="2026-03-01", until="2026-03-31")
    assert world.person("li").name_en in shown
    assert 'name="staff"' in shown
    assert "?since=2026-03-01&amp;until=2026-03-31&amp;by=unit" in shown


def test_the_quick_periods_hold_what_they_say() -> None:
    today = periods.today()
    assert periods.last_days(30) == Period(today - timedelta(days=29), today)
    assert periods.last_month().until == periods.this_month().since - timedelta(days=1)
    assert periods.this_week().since.weekday() == 0
    assert periods.this_quarter().since.month in (1, 4, 7, 10)
    weeks = periods.weeks(8)
    assert weeks[-1].since <= today <= weeks[-1].until
    follow = zip(weeks, weeks[1:], strict=False)
    assert all(later.since - earlier.until == timedelta(days=1) for earlier, later in follow)


@pytest.mark.parametrize(
    ("address", "most"), [(MEASURES, PAGE_STATEMENTS_MAX), (RECEIVED, RECORDS_STATEMENTS_MAX)]
)
def test_a_page_costs_the_same_for_one_case_and_for_many(address: str, most: int) -> None:
    story.answered("li")
    counted()
    few = cost.statements("zhao", address)
    for _ in range(4):
        story.answered("wang")
    counted()
    assert cost.statements("zhao", address) <= few <= most
