"""The ledger on screen: its entries, the proof of one, and whether it is what it was."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

import cost
import story
import world
from plainspoken.kernel import chores, clock, drain, ledger, proofs
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Chore, Entry, Read, Seal

pytestmark = pytest.mark.usefixtures("desk")
LEDGER = "/ledger/"
VERIFY = reverse("ledger.verify")
LIST_STATEMENTS_MAX = 35


def listed(username: str = "sun", **asked: str) -> list[str]:
    """The codes of the entries in the list, in order."""
    page = world.client(username).get(LEDGER, asked)
    assert page.status_code == 200
    keys = re.findall(r'<a href="/ledger/([0-9a-f-]+)/">', page.content.decode())
    codes = {str(key): code for key, code in Entry.objects.filter(pk__in=keys).values_list("pk", "code")}
    return [codes[key] for key in keys]


def entry(code: str) -> Entry:
    return Entry.objects.filter(code=code).latest("at")


def shown(username: str, one: Entry) -> str:
    page = world.client(username).get(reverse("desk.entry", args=[one.pk]))
    assert page.status_code == 200
    return page.content.decode()


def test_who_has_not_signed_in_is_asked_to() -> None:
    story.received()
    one = entry("cases.inquiry.open")
    for address in (LEDGER, reverse("desk.entry", args=[one.pk]), reverse("desk.entry.proof", args=[one.pk])):
        assert Client().get(address)["Location"].startswith(reverse("organization.session.sign_in"))
    assert Client().post(VERIFY).status_code == 303


@pytest.mark.parametrize("username", ["li", "zhao", "chen"])
def test_who_may_not_verify_sees_nothing(username: str) -> None:
    story.received()
    one, browser = entry("cases.inquiry.open"), world.client(username)
    for address in (LEDGER, reverse("desk.entry", args=[one.pk]), reverse("desk.entry.proof", args=[one.pk])):
        assert browser.get(address).status_code == 403
    assert LEDGER not in browser.get("/").content.decode()


def test_no_other_method() -> None:
    story.received()
    one, browser = entry("cases.inquiry.open"), world.client("sun")
    assert browser.get(VERIFY).status_code == 405
    for address in (LEDGER, reverse("desk.entry", args=[one.pk]), reverse("desk.entry.proof", args=[one.pk])):
        assert browser.post(address).status_code == 405


def test_the_newest_comes_first() -> None:
    story.taken("li")
    codes = listed()
    assert codes.index("cases.inquiry.take") < codes.index("cases.inquiry.open")


def test_by_code_and_by_person() -> None:
    story.taken("li")
    story.taken("wang")
    assert listed(code="cases.inquiry.take") == ["cases.inquiry.take"] * 2
    for who in ("li", "1001", world.person("li").name_zh, world.person("li").name_en):
        assert listed(code="cases.inquiry.take", who=who) == ["cases.inquiry.take"]


def test_by_the_number_of_a_case_come_its_conversations_entries_too() -> None:
    case, other = story.taken("li"), story.received()
    codes = listed(about=case.number)
    assert {"cases.inquiry.take", "cases.inquiry.open"} <= set(codes)
    assert "cases.inquiry.take" not in listed(about=other.number)
    assert "cases.inquiry.take" in listed(about=str(case.pk))


def test_by_day() -> None:
    story.received()
    today = clock.now().astimezone().date()
    far = today + timedelta(days=2)
    assert listed(code="cases.inquiry.open", since=(today - timedelta(days=2)).isoformat())
    assert not listed(code="cases.inquiry.open", since=far.isoformat())
    assert not listed(code="cases.inquiry.open", until=(today - timedelta(days=2)).isoformat())
    assert listed(code="cases.inquiry.open", until=far.isoformat())


def test_refusals_alone() -> None:
    case = story.taken("li")
    story.post(world.client("chen"), "cases.inquiry.take", case.pk)
    story.post(world.client("xin"), "cases.inquiry.take", case.pk)
    assert listed(refused="on") == ["cases.inquiry.take"]
    page = world.client("sun").get(LEDGER, {"refused": "on"}).content.decode()
    assert "not_qualified" in page


@pytest.mark.parametrize(
    "asked", [{"code": "nonsense"}, {"who": "nobody"}, {"about": "Q-1999-000001"}, {"since": "yesterday"}]
)
def test_what_cannot_be_looked_for_is_said(asked: dict[str, str]) -> None:
    assert world.client("sun").get(LEDGER, asked).status_code == 422


def test_texts_are_open_to_who_may_read_them_and_that_is_noted() -> None:
    case = story.triaged("li")
    story.post(world.client("li"), "cases.inquiry.answer", case.pk, {"text": "年费已退回，请查收。"})
    one = entry("conversations.reply.send")
    assert "年费已退回" in shown("sun", one)
    assert Read.objects.get(subject_id=one.pk).actor_id == world.person("sun").pk
    assert "年费已退回" not in shown("admin", one)
    assert ledger.commitment(*one.opening.values["text"]) in shown("admin", one)
    assert Read.objects.filter(subject_id=one.pk).count() == 1


def test_a_subject_is_named_to_who_may_see_it() -> None:
    case = story.taken("li")
    one = entry("cases.inquiry.take")
    assert case.number in shown("sun", one)
    assert case.number not in shown("admin", one)
    assert str(case.pk) in shown("admin", one)


def test_a_proof_can_be_taken_away_and_checked_elsewhere() -> None:
    story.received()
    drain.run_until_empty("sealing")
    one = entry("cases.inquiry.open")
    answer = world.client("sun").get(reverse("desk.entry.proof", args=[one.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="entry-{one.pk}.json"'
    document = json.loads(answer.content)
    proofs.check(document)
    assert document["entry"] == str(one.pk)


def test_what_is_not_sealed_yet_has_no_proof_yet() -> None:
    story.taken("li")
    browser, one = world.client("sun"), entry("cases.inquiry.take")
    address = reverse("desk.entry", args=[one.pk])
    assert browser.get(reverse("desk.entry.proof", args=[one.pk]))["Location"] == address
    drain.run_until_empty("sealing")
    assert reverse("desk.entry.proof", args=[one.pk]) in browser.get(address).content.decode()


def test_what_is_not_there_is_not_found() -> None:
    for name in ("desk.entry", "desk.entry.proof"):
        assert world.client("sun").get(reverse(name, args=[uuid4()])).status_code == 404


def test_verifying_is_an_action_that_leaves_what_it_found() -> None:
    story.received()
    drain.run_until_empty("sealing")
    browser = world.client("sun")
    assert browser.post(VERIFY).status_code == 303
    facts = ledger.facts(bytes(entry("ledger.verify").body))
    assert facts["sealed"] == Seal.objects.count()
    assert "row" not in facts
    assert "tone-done" in browser.get(LEDGER).content.decode()


def test_what_was_changed_behind_the_back_is_named() -> None:
    story.received()
    drain.run_until_empty("sealing")
    one = entry("cases.inquiry.open")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_ledger_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE kernel_ledger_entry SET actor_post = 'head' WHERE id = %s", [one.pk])
        cursor.execute("ALTER TABLE kernel_ledger_entry ENABLE TRIGGER USER")
    browser = world.client("sun")
    browser.post(VERIFY)
    facts = ledger.facts(bytes(entry("ledger.verify").body))
    assert (facts["row"], facts["what"]) == (f"entry {one.pk}", "column_changed:actor_post")
    assert f"entry {one.pk}" in browser.get(LEDGER).content.decode()


@pytest.mark.parametrize(
    ("trouble", "told"), [({}, "tone-done"), ({"trouble": Code("entry 1: body_changed")}, "body_changed")]
)
def test_what_the_daily_look_found_is_told_too(trouble: dict[str, str], told: str) -> None:
    chore = Chore.objects.create(id=uuid4(), name="ledger.verify")
    found = {"sealed": 5, "unsealed": 0, "checkpoints": 1, **trouble}
    chores.finish(chore, by=chores.KEEPER, day=clock.now().date(), found=found)
    assert told in world.client("sun").get(LEDGER).content.decode().split("<table")[0]


def test_who_may_not_verify_is_refused_and_that_is_kept() -> None:
    assert world.client("li").post(VERIFY).status_code == 403
    assert story.entries("ledger.verify", refusal="permission_denied")


def test_the_list_costs_the_same_for_few_and_for_many() -> None:
    story.taken("li")
    few = cost.statements("sun", LEDGER)
    for _ in range(3):
        story.taken("wang")
    assert cost.statements("sun", LEDGER) <= few <= LIST_STATEMENTS_MAX
