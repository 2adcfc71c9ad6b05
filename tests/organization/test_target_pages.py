"""Targets on screen, beside what the law allows."""

import pytest
from django.urls import reverse

import filling
import world
from plainspoken.kernel import deadlines
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ledger import Code
from plainspoken.organization import promises, targets
from plainspoken.organization.actions.targets import drop_target
from plainspoken.organization.models import Firm, Target

pytestmark = pytest.mark.usefixtures("firm")
LEGAL = deadlines.kind("tests.target_pages", "测试法定期限", duties=[])
targets.bind(LEGAL.code, "CN-BI-15")
KIND = "cases.first_reply"
SHEET = reverse("organization.target.set", args=[KIND])
DROP = reverse("organization.target.drop", args=[KIND])


@pytest.mark.duty("4.1.2b")
@pytest.mark.parametrize("channel", ["", "email"])
def test_a_target_of_the_firms_own(channel: str) -> None:
    address = f"{SHEET}?channel={channel}"
    answer = filling.send(world.client("admin"), address, amount=120)
    assert (answer.status_code, answer["Location"]) == (303, reverse("organization.targets"))
    assert targets.find(KIND, "email").amount == 120
    assert Target.objects.get().channel == channel


def test_the_form_begins_with_what_holds() -> None:
    form = world.client("admin").get(SHEET).context["form"]
    assert (form["amount"].value(), form["counted_in"].value()) == (240, "working_minutes")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"amount": 0}, "amount"), ({"amount": "x"}, "amount"), ({"counted_in": "moment"}, "counted_in")],
)
def test_what_cannot_be_is_said_at_its_field(changed: dict[str, object], field: str) -> None:
    answer = filling.send(world.client("admin"), SHEET, **changed)
    assert (answer.status_code, list(filling.errors(answer))) == (422, [field])


@pytest.mark.duty("4.1.2b")
def test_looser_than_law_is_refused_with_the_article_and_the_limit_stands_beside() -> None:
    browser, sheet = world.client("admin"), reverse("organization.target.set", args=[LEGAL.code])
    answer = filling.send(browser, sheet, amount=400, counted_in="natural_days")
    assert (answer.status_code, list(filling.errors(answer))) == (422, ["amount"])
    assert filling.send(browser, sheet, amount=10, counted_in="natural_days").status_code == 303
    (row,) = [one for one in promises.promised() if (one.kind, one.channel) == (LEGAL.code, "")]
    assert row.limit
    assert row.limit.article in filling.errors(answer)["amount"][0]
    assert row.limit.article in browser.get(reverse("organization.targets")).content.decode()
    assert world.entries("organization.target.set", "looser_than_law")


def test_two_at_once_the_second_is_told() -> None:
    browser = world.client("admin")
    seen = filling.shown(browser.get(SHEET).context["form"])
    filling.send(browser, SHEET, amount=60)
    assert browser.post(SHEET, {**seen, "amount": 90}).status_code == 422
    assert Target.objects.get().amount == 60


def test_the_firms_own_is_dropped() -> None:
    browser = world.client("admin")
    filling.send(browser, SHEET, amount=60)
    assert browser.post(DROP).status_code == 303
    assert not Target.objects.exists()
    assert targets.find(KIND, "email").amount == 240
    assert world.entries("organization.target.drop")


def test_what_was_never_set_is_not_dropped() -> None:
    answer = world.client("admin").post(DROP)
    assert answer.status_code == 422
    with pytest.raises(Refused, match="no_own_target"):
        drop_target(Firm.objects.get(), by=world.actor("admin"), kind=Code(KIND))
    with pytest.raises(PermissionDenied):
        drop_target(Firm.objects.get(), by=world.actor("zhao"), kind=Code(KIND))


@pytest.mark.parametrize(
    "address", [reverse("organization.target.set", args=["no.kind"]), SHEET + "?channel=pigeon"]
)
def test_what_is_no_kind_or_channel_is_not_found(address: str) -> None:
    assert world.client("admin").get(address).status_code == 404
