import pytest

import world
from plainspoken.kernel import deadlines
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.kernel.ledger import Code
from plainspoken.kernel.models import Deadline
from plainspoken.organization import queries, targets
from plainspoken.organization.actions.targets import set_target
from plainspoken.organization.models import Firm, Target

MINUTES, DAYS, MOMENT = (
    Deadline.CountedIn.WORKING_MINUTES,
    Deadline.CountedIn.NATURAL_DAYS,
    Deadline.CountedIn.MOMENT,
)
DECISION = deadlines.kind("tests.targets.decision", "测试期限", duties=[])
INQUIRY = deadlines.kind("tests.targets.inquiry", "测试咨询期限", duties=[])
targets.bind(DECISION.code, "CN-BI-15")
targets.bind(INQUIRY.code, "CN-INQUIRY")


def put(
    firm: Firm, kind: str, amount: int, counted_in: Deadline.CountedIn = DAYS, channel: str = ""
) -> Target:
    return set_target(
        firm,
        by=world.actor("admin"),
        kind=Code(kind),
        amount=amount,
        counted_in=counted_in,
        channel=Code(channel),
    )


def test_the_channels_own_goes_before_that_for_all_and_both_before_the_shipped(firm):
    kind = "cases.first_reply"
    shipped = queries.target(kind, "email").amount
    put(firm, kind, shipped - 30, MINUTES)
    put(firm, kind, shipped - 60, MINUTES, "email")
    assert queries.target(kind, "email").amount == shipped - 60
    assert queries.target(kind, "chat").amount == shipped - 30
    put(firm, kind, shipped - 90, MINUTES, "email")
    assert Target.objects.filter(kind=kind, channel="email").get().amount == shipped - 90
    assert len(world.entries("organization.target.set")) == 3


def test_without_any_it_says_so(firm):
    with pytest.raises(targets.NoTarget, match="set one"):
        queries.target(INQUIRY.code, "email")


def test_every_shipped_target_is_of_a_kind_there_is():
    assert set(targets.shipped()) <= set(deadlines.kinds)


@pytest.mark.duty("4.1.2b")
def test_stricter_than_law_or_equal(firm):
    assert put(firm, DECISION.code, 15).amount == 15
    assert put(firm, DECISION.code, 10).amount == 10


def test_never_looser(firm):
    with pytest.raises(Refused, match="looser_than_law") as refused:
        put(firm, DECISION.code, 16)
    assert "银保监会令2020年第3号" in str(refused.value.message)
    with pytest.raises(Refused, match="looser_than_law"):
        put(firm, DECISION.code, 11, Deadline.CountedIn.WORKING_DAYS)
    assert world.entries("organization.target.set", "looser_than_law")


def test_a_saved_target_that_a_new_pack_makes_looser_is_found(firm):
    put(firm, DECISION.code, 15)
    assert targets.all_looser(queries.today(queries.root())) == []
    Target.objects.filter(kind=DECISION.code).update(amount=16)
    [(row, period)] = targets.all_looser(queries.today(queries.root()))
    assert (row.amount, period.rule) == (16, "CN-BI-15")


def test_what_no_law_limits_is_the_firms_to_choose(firm):
    assert put(firm, INQUIRY.code, 400).amount == 400


def test_refused_by_rule(firm):
    for kind, amount, counted_in, why in [
        ("cases.no_such", 1, DAYS, "kind_unknown"),
        (INQUIRY.code, 0, DAYS, "target_uncountable"),
        (INQUIRY.code, 1, MOMENT, "target_uncountable"),
    ]:
        with pytest.raises(Refused, match=why):
            put(firm, kind, amount, counted_in)


def test_refused_by_role(firm):
    with pytest.raises(PermissionDenied):
        set_target(firm, by=world.actor("zhao"), kind=Code(INQUIRY.code), amount=1, counted_in=DAYS)
