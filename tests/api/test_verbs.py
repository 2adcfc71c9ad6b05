"""What programs do with cases: the same actions, rules and entries as at the desk."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

import programs
import story
import world
from plainspoken.api.verbs import router
from plainspoken.cases.actions import ownership
from plainspoken.cases.machine import INQUIRY
from plainspoken.cases.models import Case
from plainspoken.conversations import said
from plainspoken.conversations.models import Message
from plainspoken.kernel import clock
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry
from plainspoken.organization.models import Qualification
from programs import Program

SAID = {"text": "好。", "seen": str(uuid7())}
OF_MACHINES = {"mark_answered"}
pytestmark = pytest.mark.usefixtures("desk")


def does(program: Program, case: Case, verb: str, **body: Any) -> dict[str, Any]:
    answer = program.post(f"cases/{case.pk}/{verb}/", body or None)
    assert answer.status_code == 200, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def refused(program: Program, case: Case, verb: str, **body: Any) -> tuple[int, str]:
    answer = program.post(f"cases/{case.pk}/{verb}/", body or None)
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def seen(case: Case) -> UUID:
    return said.newest(case.conversation)


def last(code: str) -> Entry:
    return Entry.objects.filter(code=f"cases.inquiry.{code}").latest("at", "id")


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


def test_every_verb_of_the_inquiry_is_there() -> None:
    offered = {path.split("/")[2] for path in router.path_operations}
    assert offered == {edge.name for edge in INQUIRY} - OF_MACHINES | {"take"}


def test_from_arrival_to_closing() -> None:
    program, case = programs.connected(), story.received()
    assert does(program, case, "take")["owner"] == "li"
    assert does(program, case, "triage", type="fee", line="card")["state"] == "triaged"
    assert does(program, case, "reclassify", type="product", line="card")["state"] == "triaged"
    does(program, case, "tell_time", text="三天内答复。", told_at=in_days(3), seen=str(seen(case)))
    asked = does(program, case, "hand_over", to="credit-card", question="请核实。")
    assert (asked["state"], "take_back" in asked["operations"]) == ("with_department", True)
    assert does(program, case, "take_back")["state"] == "triaged"
    told = does(program, case, "answer", text="年费已退回。", seen=str(seen(case)))
    message = Message.objects.get(pk=told["message"])
    assert (message.text, message.author) == ("年费已退回。", world.person("li"))
    story.let_leave()
    assert does(program, case, "close")["state"] == "closed"
    assert does(program, case, "reopen")["state"] == "triaged"
    assert does(program, case, "assign", owner="wang")["owner"] == "wang"


def test_the_entry_names_the_program_and_the_row_who_answers_for_it() -> None:
    program, case = programs.connected(person="wang"), story.received()
    does(program, case, "answer_at_once", text="免。", type="fee", line="card", seen=str(seen(case)))
    entry = last("answer")
    assert (entry.actor_kind, entry.actor_id, entry.refusal) == ("integration", program.row.pk, "")
    assert story.fresh(case).owner == world.person("wang")


def test_a_department_answers_inside() -> None:
    case = story.asked("li")
    department = programs.connected("department_expert", unit="credit-card", person="zhao")
    told = does(department, case, "answer_inside", text="年费可退。")
    assert told["state"] == "department_answered"
    assert Message.objects.get(pk=told["message"]).kind == "inside"


def test_what_is_no_inquiry_is_dismissed_and_brought_back() -> None:
    program, case, other = programs.connected(), story.received(), story.received()
    assert refused(program, case, "dismiss", reason="duplicate") == (422, "duplicate_of_what")
    assert does(program, case, "dismiss", reason="duplicate", of=str(other.pk))["state"] == "no_inquiry"
    assert does(program, case, "restore")["state"] == "received"


def test_two_cases_of_one_matter() -> None:
    program, case, other = programs.connected(), story.received(), story.received()
    assert does(program, case, "merge", into=str(other.pk))["state"] == "merged"
    assert does(program, case, "unmerge")["state"] == "received"
    assert refused(program, case, "merge", into=str(case.pk)) == (422, "into_itself")


def test_one_person_answers_for_a_case_also_by_program() -> None:
    case, program = story.triaged("wang"), programs.connected(person="li")
    told = {"text": "好。", "seen": str(seen(case))}
    assert refused(program, case, "answer", **told) == (422, "not_the_owner")
    assert last("answer").refusal == "not_the_owner"
    answered = story.answered("wang")
    assert refused(program, answered, "close") == (422, "not_the_owner")
    assert refused(program, answered, "reopen") == (422, "not_the_owner")


def test_who_may_not_answer_customers_does_not_by_program_either() -> None:
    case, program = story.triaged("li"), programs.connected(person="li")
    Qualification.objects.filter(person=world.person("li")).update(valid_to="2025-12-31")
    told = {"text": "好。", "seen": str(seen(case))}
    assert refused(program, case, "answer", **told) == (422, "not_qualified")
    assert refused(program, story.received(), "take") == (422, "not_qualified")


def test_a_verb_whose_permission_the_role_has_not() -> None:
    case, program = story.received(), programs.connected("mail_gateway")
    assert refused(program, case, "take") == (403, "permission_denied")
    entry = last("take")
    assert (entry.actor_kind, entry.refusal) == ("integration", "permission_denied")


def test_a_verb_from_the_wrong_state() -> None:
    assert refused(programs.connected(), story.received(), "close") == (409, "wrong_state")


def test_a_case_that_is_not_there() -> None:
    program = programs.connected()
    assert program.post(f"cases/{uuid7()}/take/").status_code == 404
    assert program.post("cases/Q-2026-000001/take/").status_code == 404


@pytest.mark.parametrize(
    ("verb", "body", "at", "code"),
    [
        ("triage", {"type": "fee"}, "body.line", "missing"),
        ("triage", {"type": "fee", "line": "nothing"}, "body.line", "not_found"),
        ("triage", {"type": "fee", "line": "card", "by": "li"}, "body.by", "extra_forbidden"),
        ("assign", {"owner": "nobody"}, "body.owner", "not_found"),
        ("answer", {"text": "", "seen": str(uuid7())}, "body.text", "string_too_short"),
        ("answer", {"text": "a\x00b", "seen": str(uuid7())}, "body.text", "string_pattern_mismatch"),
        ("answer", {"text": "好。", "seen": "the last"}, "body.seen", "uuid_parsing"),
        ("tell_time", {**SAID, "told_at": "2026-03-03T10:00"}, "body.told_at", "timezone_aware"),
        ("tell_time", {**SAID, "told_at": "9999-12-31T23:59:59Z"}, "body.told_at", "moment_unfit"),
        ("hand_over", {"to": "haian", "question": "？", "told_at": "2030-01-01T00:00Z"}, "body.seen", "missing"),
        ("dismiss", {"reason": "boring"}, "body.reason", "not_offered"),
        ("merge", {"into": str(uuid7())}, "body.into", "not_found"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named(verb: str, body: dict[str, str], at: str, code: str) -> None:
    answer = programs.connected().post(f"cases/{story.received().pk}/{verb}/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [(one["at"], one["code"]) for one in answer.json()["faults"]] == [(at, code)]
    assert all(one["said"] for one in answer.json()["faults"])


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 200_000])
def test_a_body_that_is_no_json(body: bytes) -> None:
    answer = programs.connected().post(f"cases/{story.received().pk}/assign/", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_body_that_is_too_large() -> None:
    body = b'{"owner": "' + b"a" * 3_000_000 + b'"}'
    assert programs.connected().post(f"cases/{story.received().pk}/assign/", body).status_code == 413


def test_merging_into_a_case_of_another_unit_is_not_offered() -> None:
    case, other = story.received(), story.received()
    program = programs.connected()
    Case.objects.filter(pk=other.pk).update(unit=world.unit("credit-card"))
    other.conversation.units.update(unit=world.unit("credit-card"))
    assert refused(program, case, "merge", into=str(other.pk)) == (422, "invalid")


@pytest.mark.django_db(transaction=True)
def test_of_two_programs_that_answer_at_once_one_is_told_to_read_first() -> None:
    case = ownership.take(story.received(), by=world.actor("li"))
    does(programs.connected(), case, "triage", type="fee", line="card")
    body, gate = {"text": "已减免。", "seen": str(seen(case))}, threading.Barrier(2, timeout=20)
    told: list[int] = []

    def answers(program: Program) -> None:
        gate.wait()
        told.append(program.post(f"cases/{case.pk}/answer/", body).status_code)
        connection.close()

    both = [threading.Thread(target=answers, args=(programs.connected(),)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == [200, 422]
    assert last("answer").actor_kind == "integration"
    assert Message.objects.filter(conversation=case.conversation, kind="out").count() == 1
