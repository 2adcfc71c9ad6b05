"""Tags of the firm, and cases that bear them."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import story
import world
from plainspoken.cases.actions import tags
from plainspoken.cases.models import Case, Tag, Tagging
from plainspoken.kernel import action, clock, ledger
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ids import uuid7
from plainspoken.organization import firmfile
from plainspoken.organization.firmfile import FirmFileRefused
from plainspoken.organization.models import Firm

FILE = """
[[tags]]
code = "urged"
name_zh = "客户催办"
name_en = "Customer urges"
colour = "{colour}"
"""
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(db: None) -> None:
    story.set_up()


def put(code: str = "urged", by: str = "zhao", **more: Any) -> Tag:
    values = {"name_zh": "客户催办", "name_en": "Customer urges", "colour": Tag.Colour.AMBER, **more}
    return tags.put(Firm.objects.get(), by=world.actor(by), code=code, **values)


@pytest.mark.parametrize("name", ["zhao", "admin"])
def test_heads_and_administrators_make_them(name: str) -> None:
    made = put(by=name)
    again = put(by=name, name_en="Urged")
    assert (again.pk, again.name_en, again.colour) == (made.pk, "Urged", "amber")
    facts = [ledger.facts(bytes(one.body)) for one in world.entries("cases.tag.put")]
    assert [(one["row"], one["made"]) for one in facts] == [(str(made.pk), True), (str(made.pk), False)]


@pytest.mark.parametrize("name", ["li", "zhou", "sun"])
def test_nobody_else_does(name: str) -> None:
    with pytest.raises(PermissionDenied):
        put(by=name)
    made = put()
    with pytest.raises(PermissionDenied):
        tags.retire(made, by=world.actor(name))
    assert Tag.objects.get().retired_at is None


def test_retired_it_stays_where_it_is_and_goes_nowhere_new() -> None:
    made, first, second = put(), story.received(), story.received()
    tags.tag(first, by=world.actor("li"), tag=made)
    tags.retire(made, by=world.actor("zhao"))
    with pytest.raises(Refused, match="tag_retired"):
        tags.tag(second, by=world.actor("li"), tag=made)
    assert list(Tagging.objects.values_list("case", flat=True)) == [first.pk]
    assert world.entries("cases.tag.retire")[0].subject_id == made.pk
    assert put().retired_at is None


def test_put_on_and_taken_off_by_who_works_on_it() -> None:
    made, case = put(), story.received()
    tagging = tags.tag(case, by=world.actor("li"), tag=made)
    assert (tagging.case, tagging.tag, tagging.by) == (case, made, world.person("li"))
    tags.untag(case, by=world.actor("wang"), tag=made)
    assert not Tagging.objects.exists()
    for code in ("cases.tagging.put", "cases.tagging.remove"):
        (entry,) = world.entries(code)
        assert (entry.subject_id, ledger.facts(bytes(entry.body))["tag"]) == (case.pk, str(made.pk))


def test_who_only_looks_tags_nothing() -> None:
    made, case = put(), story.received()
    for verb in (tags.tag, tags.untag):
        with pytest.raises(PermissionDenied):
            verb(case, by=world.actor("sun"), tag=made)


def test_once_and_no_more_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "TAGS_OF_A_CASE_MAX", 1)
    first, second, case, li = put(), put("media"), story.received(), world.actor("li")
    tags.tag(case, by=li, tag=first)
    with pytest.raises(Refused, match="tagged_already"):
        tags.tag(case, by=li, tag=first)
    with pytest.raises(Refused, match="tags_too_many"):
        tags.tag(case, by=li, tag=second)
    with pytest.raises(Refused, match="not_tagged"):
        tags.untag(case, by=li, tag=second)


def test_once_says_the_database() -> None:
    made, case = put(), story.received()
    tags.tag(case, by=world.actor("li"), tag=made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tagging.objects.create(id=uuid7(), case=case, tag=made, at=clock.now(), by=world.person("li"))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tag_it_once() -> None:
    made, case = put(), story.received()
    refused: list[str] = []

    def tag(username: str) -> None:
        try:
            tags.tag(Case.objects.get(pk=case.pk), by=world.actor(username), tag=made)
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    people = [threading.Thread(target=tag, args=(name,)) for name in ("li", "wang")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert refused == ["tagged_already"]
    assert Tagging.objects.count() == 1


def test_many_are_tagged_and_the_one_that_has_it_stands_aside() -> None:
    made, first, second, li = put(), story.received(), story.received(), world.actor("li")
    tags.tag(first, by=li, tag=made)
    outcome = action.each(tags.tag, [first, second], by=li, tag=made)
    assert [case.pk for case, _tagging in outcome.done] == [second.pk]
    assert [(case.pk, why.code) for case, why in outcome.aside] == [(first.pk, "tagged_already")]


def test_the_firm_file_makes_them() -> None:
    by = firmfile.actor()
    assert firmfile.apply_text(FILE.format(colour="red"), by=by).made == ["tag urged"]
    assert firmfile.apply_text(FILE.format(colour="red"), by=by).made == []
    assert firmfile.apply_text(FILE.format(colour="blue"), by=by).changed == ["tag urged"]
    assert Tag.objects.get().colour == "blue"


def test_a_colour_that_is_none_is_named() -> None:
    with pytest.raises(FirmFileRefused, match=r"tags\[0\].colour"):
        firmfile.apply_text(FILE.format(colour="mauve"), by=firmfile.actor())
    assert not Tag.objects.exists()
