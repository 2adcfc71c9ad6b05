"""The rule pack: what it holds against the facts, what it answers, and which packs are refused."""

import csv
from datetime import date
from pathlib import Path

import pytest

from plainspoken.law import packs
from plainspoken.law.packs import Unit

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "deadlines.csv"
TODAY = date(2026, 11, 23)
UNITS = {"calendar_day": "natural_day"}

SOUND = """
jurisdiction = "XX"
version = "1"
signed_off_by = ""
[sources.act]
number = "Act 1"
valid_from = 2020-03-01
[[rules]]
id = "XX-A"
zh = "答复"
en = "Reply"
value = 15
unit = "natural_day"
starts = "receipt"
source = "act"
article = "18"
status = "verified"
"""


def test_the_pack_says_what_the_facts_say() -> None:
    if not FACTS.exists():
        pytest.skip("the shared facts are not on this machine")
    lines = FACTS.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    facts = [row for row in rows if row["rule_id"].startswith("CN-")]
    shipped = {rule.id: rule for rule in packs.pack("CN").rules if rule.unit is not Unit.COUNTING}
    assert shipped.keys() == {row["rule_id"] for row in facts}
    for row in facts:
        rule = shipped[row["rule_id"]]
        value = rule.month_day or ("" if rule.value is None else str(rule.value))
        assert (value, rule.unit, rule.status) == (
            row["value"],
            UNITS.get(row["unit"], row["unit"]),
            row["status"],
        )


@pytest.mark.parametrize(("rule_id", "days"), [("CN-BI-15", 15), ("CN-BI-30", 30), ("CN-BI-60", 60)])
def test_a_complaint_period_carries_its_source(rule_id: str, days: int) -> None:
    period = packs.period(rule_id, TODAY)
    assert (period.value, period.unit) == (days, Unit.NATURAL_DAY)
    assert (period.article, period.verified) == ("18", True)
    assert period.source.number == "银保监会令2020年第3号"
    assert (period.valid_from, period.valid_to) == (date(2020, 3, 1), None)


def test_an_inquiry_has_no_statutory_period() -> None:
    with pytest.raises(packs.NoStatutoryPeriod, match="own targets"):
        packs.period("CN-INQUIRY", TODAY)


@pytest.mark.parametrize(
    ("rule_id", "on"),
    [
        ("CN-BI-14", TODAY),
        ("ZZ-BI-15", TODAY),
        ("CN-BI-15", date(2020, 2, 29)),
        ("CN-BI-STOP1", TODAY),
        ("CN-BI-MAJ", TODAY),
        ("CN-PBC-SELF", TODAY),
        ("CN-SEC-15-60", TODAY),
    ],
)
def test_what_is_no_period_in_force_is_refused(rule_id: str, on: date) -> None:
    with pytest.raises(packs.NoSuchRule):
        packs.period(rule_id, on)


def test_other_rules_are_asked_as_rules() -> None:
    assert packs.rule("CN-BI-MAJ", TODAY).value == 20
    assert packs.rule("CN-PBC-SELF", TODAY).month_day == "01-31"
    assert packs.rule("CN-BI-STOP2", TODAY).value is None


def test_how_days_are_counted_is_marked_as_far_as_it_was_verified() -> None:
    counting = {rule.id: rule.verified for rule in packs.pack().rules if rule.unit is Unit.COUNTING}
    assert counting == {
        "CN-COUNT-NATURAL": True,
        "CN-COUNT-INCLUSIVE": True,
        "CN-COUNT-FIRST-DAY": False,
        "CN-COUNT-NO-ROLL": False,
        "CN-COUNT-PAUSE-DAY": False,
    }


def test_nobody_has_signed_the_pack_off() -> None:
    assert packs.pack().signed_off_by == ""


def test_a_rule_that_changes_has_one_text_a_day() -> None:
    rule = SOUND[SOUND.index("[[rules]]") :]
    changed = SOUND + "valid_to = 2026-12-31\n" + rule.replace("15", "10") + "valid_from = 2027-01-01\n"
    old, new = packs.read(changed).rules
    assert (old.in_force(date(2026, 12, 31)), new.in_force(date(2026, 12, 31))) == (True, False)
    assert (old.in_force(date(2027, 1, 1)), new.in_force(date(2027, 1, 1))) == (False, True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = "act"', 'source = "hearsay"', "unknown source"),
        ("value = 15", "", "number is missing"),
        ('unit = "natural_day"', 'unit = "pause"', "out of place"),
        ('unit = "natural_day"', 'unit = "moon"', "unknown unit"),
        ('starts = "receipt"', "", "when it starts"),
        ('article = "18"', 'article = ""', "names no article"),
        ('status = "verified"', 'status = "verified"\nvalid_to = 2020-02-29', "ends before"),
        ("[[rules]]", SOUND[SOUND.index("[[rules]]") :] + "[[rules]]", "twice for the same day"),
    ],
)
def test_an_unsound_pack_is_refused(old: str, new: str, message: str) -> None:
    assert packs.read(SOUND).rules
    with pytest.raises(packs.UnsoundPack, match=message):
        packs.read(SOUND.replace(old, new))
