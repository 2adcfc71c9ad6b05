"""The first page: what an agent has to do now, and how it goes in a manager's units."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import cost
import mailroom
import story
import world
from plainspoken.cases.actions import follow_up
from plainspoken.cases.models import Case, Reopening
from plainspoken.conversations.models import Message
from plainspoken.desk.home import Home
from plainspoken.kernel import clock, drain
from plainspoken.work import actions as work
from plainspoken.work import kinds

pytestmark = pytest.mark.usefixtures("desk")
LOOK = kinds.tasks["channels.held"]
AGENT_STATEMENTS_MAX = 70
MANAGER_STATEMENTS_MAX = 90


@pytest.fixture(autouse=True)
def wall() -> Iterator[None]:
    """The reader's clock, as a request has it."""
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        yield


def home(username: str) -> Home:
    return Home(world.actor(username))


def page(username: str, **asked: str) -> str:
    answer = world.client(username).get("/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def write_again(case: Case) -> None:
    ours = Message.objects.filter(conversation=case.conversation_id, kind__in=["out", "automatic"]).latest(
        "at"
    )
    sender = f"陈婉清 <{story.CUSTOMER}>"
    mailroom.arrives(mailroom.mail("请问有结果了吗？", sender=sender, In_Reply_To=ours.header_id))


def test_who_has_not_signed_in_is_asked_to() -> None:
    answer = Client().get("/")
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("organization.session.sign_in"))


def test_no_other_method() -> None:
    assert world.client("li").post("/").status_code == 405


def test_an_agent_sees_what_is_due_and_nobody_elses() -> None:
    mine, others = story.taken("li"), story.taken("wang")
    assert [one.case for one in home("li").due] == [mine]
    shown = page("li")
    assert mine.number in shown
    assert others.number not in shown


def test_what_is_late_is_counted_apart_from_what_is_due_today() -> None:
    case = story.taken("li")
    due_at = home("li").due[0].deadline.due_at
    with clock.moved(due_at - timedelta(minutes=1)):
        assert (home("li").today_count, home("li").overdue_count) == (1, 0)
    with clock.moved(due_at + timedelta(minutes=1)):
        assert (home("li").today_count, home("li").overdue_count) == (0, 1)
        assert home("li").due[0].case == case


def test_a_reopened_case_came_back() -> None:
    case = story.answered("li")
    assert home("li").came_back == []
    follow_up.reopen(case, by=story.everything(), how=Reopening.How.NOT_SOLVED)
    assert home("li").came_back == [case]


def test_a_customer_who_wrote_again_waits() -> None:
    case = story.triaged("li")
    assert home("li").came_back == []
    with clock.moved(clock.now() + timedelta(minutes=5)):
        write_again(case)
        assert home("li").came_back == [case]
        assert home("wang").came_back == []


def test_the_queue_is_shown_to_who_may_take_from_it() -> None:
    story.received()
    assert home("li").queue == 1
    assert reverse("cases.queue.take_next") in page("li")
    assert home("chen").queue is None
    assert reverse("cases.queue.take_next") not in page("chen")


def test_tasks_are_those_of_the_reader_and_those_nobody_has() -> None:
    unit, by = world.unit("cs-team-1"), story.everything()
    case = story.received()
    for key, owner in (("mine", "li"), ("nobodys", ""), ("others", "wang")):
        person = world.person(owner) if owner else None
        work.open_task(unit, by=by, kind=LOOK.code, about=case, key=key, owner=person)
    assert {told.task.key for told in home("li").tasks} == {"mine", "nobodys"}


def test_own_figures_stand_beside_those_of_the_unit() -> None:
    story.taken("li")
    story.taken("wang")
    drain.run_until_empty("measures")
    received = home("li").own_figures[0]
    assert received.own.measure.code == "cases.received"
    assert (received.own.figure.population, received.units.figure.population) == (1, 2)
    assert received.own.href in page("li").replace("&amp;", "&")


def test_who_may_not_read_measures_has_no_overview() -> None:
    assert home("li").overview is None
    assert "Week by week" not in page("li")


def test_a_head_sees_what_is_late_and_whose() -> None:
    case = story.taken("li")
    overview = home("zhao").overview
    assert overview
    due_at = home("li").due[0].deadline.due_at
    with clock.moved(due_at + timedelta(hours=1)):
        late = Home(world.actor("zhao")).overview
        assert late
        assert [(one.case, one.owner) for one in late.late] == [(case, world.person("li").name_zh)]
        assert late.late_count == 1
    assert overview.late_count == 0


def test_a_head_of_another_unit_does_not() -> None:
    story.taken("li")
    with clock.moved(clock.now() + timedelta(days=3)):
        overview = home("qian").overview
        assert overview
        assert (overview.late_count, overview.standing) == (0, [])


def test_a_departments_answer_that_is_late_is_seen_on_both_sides() -> None:
    story.asked("li", "personal-finance")
    with clock.moved(clock.now() + timedelta(days=30)):
        for head in ("zhao", "qian"):
            overview = home(head).overview
            assert overview
            assert overview.asked_in_vain == 1
        supervised = home("sun").overview
        assert supervised
        assert supervised.asked_in_vain == 1


def test_open_cases_are_counted_by_unit_and_state() -> None:
    story.received()
    story.triaged()
    story.answered()
    story.closed()
    overview = home("zhao").overview
    assert overview
    (team,) = overview.standing
    assert (team.counts, team.total, overview.in_work) == ([1, 1, 0, 0, 1], 3, 2)


@pytest.mark.duty("1.1f")
def test_the_trend_adds_up_to_the_figure() -> None:
    story.answered()
    drain.run_until_empty("measures")
    overview = home("zhao").overview
    assert overview
    received = next(one for one in overview.trends if one.cells[0].measure.code == "cases.received")
    assert [cell.figure.population for cell in received.cells] == [0] * 7 + [1]
    assert len(overview.weeks) == 8


@pytest.mark.parametrize("dimension", ["unit", "staff", "channel", "nonsense"])
def test_the_parts_are_by_what_is_asked_for(dimension: str) -> None:
    story.answered()
    drain.run_until_empty("measures")
    assert page("zhao", by=dimension)
    overview = Home(world.actor("zhao"), dimension).overview
    assert overview
    assert overview.dimension == ("unit" if dimension == "nonsense" else dimension)
    assert len(overview.rows) == 1


def test_an_administrator_sees_tasks_only() -> None:
    story.taken("li")
    shown = page("admin")
    assert "row-number" not in shown


@pytest.mark.parametrize(
    ("username", "most"), [("li", AGENT_STATEMENTS_MAX), ("zhao", MANAGER_STATEMENTS_MAX)]
)
def test_the_page_costs_the_same_for_one_case_and_for_many(username: str, most: int) -> None:
    story.asked("li")
    few = cost.statements(username, "/")
    for _ in range(4):
        story.taken("li")
        story.answered("wang")
    assert cost.statements(username, "/") <= few <= most


def test_what_the_chart_draws_is_what_the_table_says() -> None:
    story.answered()
    drain.run_until_empty()
    head = page("zhao")
    row = r'<tr data-drawn="(bar|line)"( data-hidden)?><th scope="row">([^<]+)</th>(.*?)</tr>'
    drawn = {
        label: (kind, not hidden, re.findall(r'data-value="([^"]*)"', cells))
        for kind, hidden, label, cells in re.findall(row, head, re.DOTALL)
    }
    assert drawn["已收到"] == ("bar", True, ["0"] * 7 + ["1"])
    assert drawn["首次答复及时率"] == ("line", True, [""] * 7 + ["100.0"])
    assert drawn["评价回收率"][1] is False
