"""Judging type and business line, the suggestion chosen beforehand; correcting; finding no inquiry."""

import pytest
from django.urls import reverse

import story
import world
from plainspoken.cases.models import Line, Type
from plainspoken.kernel import ledger

pytestmark = pytest.mark.usefixtures("desk")


def judged(type_code: str = "fee", line_code: str = "card") -> dict[str, object]:
    return {"type": Type.objects.get(code=type_code).pk, "line": Line.objects.get(code=line_code).pk}


@pytest.mark.duty("4.3.1c")
@pytest.mark.duty("4.3.1d")
def test_the_suggestion_is_chosen_beforehand_and_a_person_confirms() -> None:
    case, browser = story.received(), world.client("li")
    shown = browser.get(reverse("cases.inquiry.triage", args=[case.pk])).content.decode()
    for code in judged().values():
        assert f'value="{code}" selected' in shown
    assert story.post(browser, "cases.inquiry.triage", case.pk, judged()).status_code == 303
    case = story.fresh(case)
    assert (case.state, case.owner, case.type.code, case.line.code) == (
        "triaged", world.person("li"), "fee", "card",
    )  # fmt: skip
    assert ledger.facts(bytes(story.entries("cases.inquiry.triage")[0].body))["as_suggested"] is True


def test_nothing_chosen_comes_back_with_what_is_missing() -> None:
    case = story.received()
    answer = story.post(
        world.client("li"), "cases.inquiry.triage", case.pk, {"type": "", "line": ""}, fragment=True
    )
    assert answer.status_code == 422
    assert answer.content.decode().count('aria-invalid="true"') == 2
    assert story.fresh(case).state == "received"


@pytest.mark.duty("4.4.1e")
def test_a_refused_rule_comes_back_beside_what_was_chosen() -> None:
    case = story.received()
    answer = story.post(world.client("xin"), "cases.inquiry.triage", case.pk, judged(), fragment=True)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "4.4.1e" in shown
    assert "<form" in shown
    assert "HX-Retarget" not in answer.headers


def test_correcting_a_judgement() -> None:
    case = story.triaged()
    assert (
        story.post(
            world.client("li"), "cases.inquiry.reclassify", case.pk, judged("product", "wealth")
        ).status_code
        == 303
    )
    assert story.fresh(case).line.code == "wealth"
    assert story.entries("cases.inquiry.reclassify")[0].subject_id == case.pk


def test_only_the_owner_corrects() -> None:
    case = story.triaged("wang")
    answer = story.post(world.client("li"), "cases.inquiry.reclassify", case.pk, judged("product", "wealth"))
    assert answer.status_code == 422
    assert "not_the_owner" in answer.content.decode()


@pytest.mark.parametrize("reason", ["spam", "misdirected", "automatic"])
def test_finding_no_inquiry(reason: str) -> None:
    case = story.received()
    assert (
        story.post(world.client("li"), "cases.inquiry.dismiss", case.pk, {"reason": reason}).status_code
        == 303
    )
    assert story.fresh(case).state == "no_inquiry"
    facts = ledger.facts(bytes(story.entries("cases.inquiry.dismiss")[0].body))
    assert (facts["reason"], facts["state_before"], facts["state_now"]) == (reason, "received", "no_inquiry")


def test_a_duplicate_names_the_case_it_repeats() -> None:
    first, second = story.received(), story.received(sender="other@example.com")
    browser = world.client("li")
    answer = story.post(browser, "cases.inquiry.dismiss", second.pk, {"reason": "duplicate"})
    assert answer.status_code == 422
    assert "duplicate_of_what" in answer.content.decode()
    answer = story.post(
        browser, "cases.inquiry.dismiss", second.pk, {"reason": "duplicate", "of": first.number.lower()}
    )
    assert answer.status_code == 303
    assert second.dismissals.get().of == first


def test_a_number_opens_nothing_one_may_not_see() -> None:
    hidden, case = story.received(), story.received(sender="other@example.com")
    hidden.conversation.exclusions.create(person=world.person("li"), since=hidden.received_at)
    sent = {"reason": "duplicate", "of": hidden.number}
    assert story.post(world.client("li"), "cases.inquiry.dismiss", case.pk, sent).status_code == 422


def test_without_a_reason_nothing_is_dismissed() -> None:
    case = story.received()
    assert story.post(world.client("li"), "cases.inquiry.dismiss", case.pk, {}).status_code == 422
    assert story.fresh(case).state == "received"


def test_restoring_it() -> None:
    case = story.dismissed()
    assert story.post(world.client("li"), "cases.inquiry.restore", case.pk).status_code == 303
    assert story.fresh(case).state == "received"
    assert story.entries("cases.inquiry.restore")[0].subject_id == case.pk
