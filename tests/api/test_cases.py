"""Reading through the API: the same rows, and no others, as a person of that unit sees at the desk."""

from typing import Any

import pytest

import programs
import story
import world
from plainspoken.conversations.models import Exclusion
from plainspoken.customers import actions as customers
from plainspoken.desk.queries import inbox
from plainspoken.kernel import clock, drain
from plainspoken.kernel.ids import uuid7
from plainspoken.kernel.models import Entry, Read

pytestmark = pytest.mark.usefixtures("desk")


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["items"]]


def test_the_list_is_the_inbox() -> None:
    program, mine, waiting = programs.connected(), story.taken("li"), story.received()
    assert numbers(program.get("cases/")) == [waiting.number, mine.number]
    assert numbers(program.get("cases/", show="waiting")) == [waiting.number]
    assert numbers(program.get("cases/", show="mine", sort="due")) == [mine.number]
    assert numbers(program.get("cases/", show="closed")) == []
    (row,) = program.get("cases/", owner="li").json()["items"]
    assert (row["unit"], row["owner"], row["state"]) == ("cs-team-1", "li", "received")
    assert row["due_at"] > row["received_at"]


def test_a_long_list_has_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE_ROWS", 2)
    program, made = programs.connected(), [story.received().number for _ in range(3)]
    first = program.get("cases/").json()
    second = program.get("cases/", after=first["next"])
    assert [row["number"] for row in first["items"]] + numbers(second) == made[::-1]
    assert numbers(program.get("cases/", before=second.json()["previous"])) == made[:0:-1]


@pytest.mark.parametrize(
    ("query", "status", "at"),
    [
        ({"show": "everything"}, 422, "query.show"),
        ({"sort": "subject"}, 422, "query.sort"),
        ({"type": "no such/type"}, 422, "query.type"),
        ({"since": "yesterday"}, 422, "query.since"),
        ({"stat": "received"}, 422, "query.stat"),
        ({"since": "2026-02-30"}, 400, ""),
        ({"after": "nonsense"}, 400, ""),
        ({"show": "closed", "sort": "due"}, 400, ""),
    ],
)
def test_a_list_that_cannot_be_asked_for(query: dict[str, str], status: int, at: str) -> None:
    answer = programs.connected().get("cases/", **query)
    assert answer.status_code == status
    assert [one["at"] for one in answer.json()["faults"]] == ([at] if at else [])


def test_a_case_says_what_may_be_done_with_it() -> None:
    program, case = programs.connected(), story.triaged("li")
    told = program.get(f"cases/{case.pk}/").json()
    assert (told["number"], told["state"], told["owner"]) == (case.number, "triaged", "li")
    assert {"answer", "hand_over", "tell_time"} <= set(told["operations"])
    assert "triage" not in told["operations"]
    assert told["messages"]["items"][0]["text"] == story.QUESTION
    assert [one["kind"] for one in told["deadlines"]] == ["cases.first_reply"]
    other = programs.connected(person="wang").get(f"cases/{case.pk}/").json()
    assert "answer" not in other["operations"]
    assert programs.connected("supervisor").get(f"cases/{case.pk}/").json()["operations"] == []


def test_earlier_messages_are_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainspoken.desk.queries.thread.MESSAGES_SHOWN", 1)
    program, case = programs.connected(), story.received()
    told = program.get(f"cases/{case.pk}/").json()["messages"]
    assert [one["kind"] for one in told["items"]] == ["automatic"]
    earlier = program.get(f"cases/{case.pk}/messages/", before=told["earlier"]).json()
    assert ([one["kind"] for one in earlier["items"]], earlier["earlier"]) == (["in"], None)
    assert program.get(f"cases/{case.pk}/messages/", before=case.pk).status_code == 404


def test_each_reading_of_a_record_is_in_the_journal() -> None:
    program, case = programs.connected(), story.received()
    program.get("cases/")
    program.get(f"cases/{case.pk}/")
    program.get(f"customers/{case.customer_id}/")
    rows = Read.objects.filter(actor_id=program.row.pk).order_by("at", "id")
    assert list(rows.values_list("subject_id", "purpose")) == [(case.pk, "api"), (case.customer_id, "api")]


def test_rows_of_another_unit_are_not_there() -> None:
    case = story.received()
    other = programs.connected(unit="credit-card", person="zhao")
    for path in (
        f"cases/{case.pk}/",
        f"cases/{case.pk}/messages/?before={case.pk}",
        f"customers/{case.customer_id}/",
    ):
        assert other.get(path).status_code == 404
    assert other.post(f"cases/{case.pk}/take/").status_code == 404
    mailbox = case.conversation.mailbox_id
    assert (
        other.post(f"mailboxes/{mailbox}/messages/", story.mail(), content_type="message/rfc822").status_code
        == 404
    )
    for path in ("cases/", "customers/?kind=prospects", "mailboxes/", "search/?q=年费"):
        assert other.get(path).json()["items"] == []
    assert other.get(f"search/?q={case.number}").json()["cases"] == []
    assert not Read.objects.filter(actor_id=other.row.pk).exists()


def test_a_role_that_sees_everything_lets_a_program_see_its_unit_only() -> None:
    case = story.received()
    assert programs.connected("supervisor").get(f"cases/{case.pk}/").status_code == 200
    elsewhere = programs.connected("supervisor", unit="credit-card")
    assert elsewhere.get(f"cases/{case.pk}/").status_code == 404


def test_who_is_kept_from_a_conversation_does_not_read_it_by_a_program() -> None:
    case = story.received()
    Exclusion.objects.create(conversation=case.conversation, person=world.person("li"), since=clock.now())
    program = programs.connected(person="li")
    drain.run_until_empty()
    assert program.get(f"cases/{case.pk}/").status_code == 404
    assert numbers(program.get("cases/")) == []
    assert program.get("search/?q=年费").json()["items"] == []
    assert programs.connected(person="wang").get(f"cases/{case.pk}/").status_code == 200


def test_customers_are_shown_masked() -> None:
    case = story.received()
    customers.put_identifier(case.customer, by=world.actor("zhao"), kind="account", value="6222020200112233")
    program = programs.connected()
    (row,) = program.get("customers/", kind="prospects", q=story.CUSTOMER).json()["items"]
    assert (row["id"], row["open_cases"]) == (str(case.customer_id), 1)
    answer = program.get(f"customers/{case.customer_id}/")
    assert answer.json()["contact_points"] == [{"kind": "email", "masked": "ch***@example.com"}]
    assert "6222020200112233" not in answer.content.decode()
    assert story.CUSTOMER not in answer.content.decode()
    assert program.get(f"customers/{uuid7()}/").status_code == 404


def test_search_finds_what_the_unit_sees() -> None:
    case, program = story.received(), programs.connected()
    found = program.get("search/", q=f"{case.number}").json()
    assert [one["id"] for one in found["cases"]] == [str(case.pk)]
    (hit,) = program.get("search/", q="kind:in 年费").json()["items"]
    assert (hit["case"], hit["number"]) == (str(case.pk), case.number)
    assert "年费" in hit["text"]
    assert program.get("search/").status_code == 422
    wrong = program.get("search/", q="state:nowhere").json()
    assert [(one["at"], one["code"]) for one in wrong["faults"]] == [("query.q.state", "not_offered")]


def test_an_entry_is_proved_to_those_who_may_read_the_ledger() -> None:
    story.received()
    entry = Entry.objects.order_by("at").first()
    assert entry
    assert programs.connected("agent").get(f"ledger/{entry.pk}/proof/").status_code == 403
    program = programs.connected("supervisor")
    assert program.get(f"ledger/{uuid7()}/proof/").status_code == 404
    proof = program.get(f"ledger/{entry.pk}/proof/")
    assert (proof.status_code, proof.json()["entry"]) == (200, str(entry.pk))
    young = Entry.objects.latest("at", "id")
    late = program.get(f"ledger/{young.pk}/proof/")
    assert (late.status_code, late.json()["code"]) == (409, "not_sealed")
    assert late.headers["Retry-After"]


def test_choices_are_named_in_the_readers_language() -> None:
    told = programs.connected().get("choices/").json()
    assert {"code": "fee", "name": "fee"} in told["types"]
    assert {"code": "credit-card", "name": "Credit cards"} in told["units"]
    assert [one["code"] for one in told["reasons"]] == ["spam", "misdirected", "automatic", "duplicate"]
