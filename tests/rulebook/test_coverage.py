"""The rulebook tells the truth: what serves a duty, and whether it is in force."""

import os
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

import world
from plainspoken.kernel import controls
from plainspoken.law import clauses
from plainspoken.law.clauses import Means
from plainspoken.organization.models import Firm
from plainspoken.rulebook import standing, tested
from plainspoken.rulebook.tested import Proof, Proofs

TESTS = Path(__file__).parent.parent
SNAPSHOT = TESTS / "snapshots" / "uncovered_duties.txt"
OURS = [duty for duty in clauses.duties() if duty.means in standing.OURS]
KNOWN = {duty.number for duty in clauses.duties()}


def test_every_duty_that_is_named_exists() -> None:
    marked = {
        number
        for path in TESTS.rglob("test_*.py")
        for number in re.findall(r'mark\.duty\("([^"]+)"\)', path.read_text())
    }
    assert set(controls.duties()) - KNOWN == set()
    assert marked - KNOWN == set()


@pytest.mark.parametrize(
    "duty", [duty for duty in clauses.duties() if duty.means in standing.OURS], ids=lambda d: d.number
)
def test_what_is_said_to_be_served_has_a_control(duty: clauses.Duty) -> None:
    assert controls.of(duty.number), f"{duty.number} is {duty.means}, and nothing in the system names it"


def test_what_is_planned_is_not_said_to_be_served() -> None:
    planned = {duty.number for duty in clauses.duties() if duty.means is Means.PLANNED}
    assert planned & set(controls.duties()) == set()


def test_the_list_of_uncovered_duties_only_shrinks() -> None:
    now = standing.uncovered()
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") == "write":
        SNAPSHOT.write_text("\n".join(now) + "\n")
    assert now == SNAPSHOT.read_text().split(), "Fewer is good: write the snapshot anew. More is not."


def given(monkeypatch: pytest.MonkeyPatch, *, this_build: bool = True, passed: bool = True) -> None:
    found = Proofs(None, this_build, {"4.3.1a": (Proof("tests/cases/test_intake.py::test_x", passed),)})
    monkeypatch.setattr(tested, "tested", lambda: found)


@pytest.mark.parametrize(
    ("this_build", "passed", "proved"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_tests_of_this_build_that_passed_prove(
    this_build: bool, passed: bool, proved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, this_build=this_build, passed=passed)
    assert tested.tested().proves("4.3.1a") is proved


def test_in_force_takes_a_control_a_measure_with_data_and_a_test(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch)
    duty = standing.clause("4.3.1").duties[0]
    assert (duty.controlled, duty.measured, duty.tested, duty.in_force) == (True, False, True, False)


def test_in_force_with_data(mailbox: object, monkeypatch: pytest.MonkeyPatch) -> None:
    import story

    given(monkeypatch)
    story.closed()
    assert standing.clause("4.3.1").duties[0].in_force


def test_the_pages_are_for_the_staff(firm: Firm) -> None:

    assert (
        Client().get(reverse("rulebook.coverage")).status_code == 303
        or Client().get("/rulebook/").status_code == 302
    )
    for name in ("li", "chen", "sun", "admin"):
        assert world.client(name).get(reverse("rulebook.coverage")).status_code == 200


@pytest.mark.parametrize("clause", clauses.clauses(), ids=lambda one: one.number)
def test_every_clause_has_its_page(clause: clauses.Clause, firm: Firm) -> None:
    answer = world.client("li").get(reverse("rulebook.clause", args=[clause.number]))
    assert answer.status_code == 200
    assert clause.title_zh in answer.content.decode() or clause.title_en in answer.content.decode()


def test_a_number_that_is_none_is_not_found(firm: Firm) -> None:
    assert world.client("li").get(reverse("rulebook.clause", args=["9.9.9"])).status_code == 404


def test_pages_are_only_read(firm: Firm) -> None:
    assert world.client("li").post(reverse("rulebook.coverage")).status_code == 405


def test_it_can_be_narrowed(firm: Firm) -> None:
    page = (
        world.client("li")
        .get(reverse("rulebook.coverage"), {"means": "enforced", "words": "4.3.1"})
        .content.decode()
    )
    assert "4.3.1" in page
    assert ">6.2.3 " not in page


def test_what_an_action_left_is_counted_up_to_a_limit(
    mailbox: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import story

    monkeypatch.setattr(standing, "ENTRIES_COUNTED_MAX", 2)
    for subject in ("一", "二", "三"):
        story.received(subject=subject)
    page = world.client("li").get(reverse("rulebook.clause", args=["4.3.1"])).content.decode()
    assert ">2+<" in page


def test_entries_are_opened_by_those_who_may_see_the_ledger(firm: Firm) -> None:
    address = f"{reverse('desk.ledger')}?code=cases.inquiry.hand_over"
    for username, sees in (("li", False), ("sun", True)):
        page = world.client(username).get(reverse("rulebook.clause", args=["4.3.1"])).content.decode()
        assert (address in page) is sees
