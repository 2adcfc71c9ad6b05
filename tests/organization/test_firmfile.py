import re

import pytest

import world
from plainspoken.kernel.models import Entry
from plainspoken.organization import firmfile
from plainspoken.organization.models import (
    Appointment,
    Calendar,
    Firm,
    Person,
    Post,
    Qualification,
    Role,
    Target,
    Unit,
)

TEXT = world.FILE.read_text(encoding="utf-8")


def apply(text: str) -> firmfile.Report:
    return firmfile.apply_text(text, by=firmfile.actor())


def troubles(text: str) -> list[str]:
    with pytest.raises(firmfile.FirmFileRefused) as refused:
        apply(text)
    return [str(trouble) for trouble in refused.value.troubles]


def test_everything_of_the_file_is_there_and_through_actions(firm):
    counts = [model.objects.count() for model in (Unit, Post, Person, Appointment, Qualification, Calendar)]
    assert counts == [9, 7, 9, 9, 6, 1]
    assert firm.name_en == "Haian Bank"
    assert all(entry.actor_kind == "system" for entry in Entry.objects.all())
    assert {"agent", "head", "administrator"} <= {role.code for role in Role.objects.all()}


def test_applying_it_twice_changes_nothing(firm):
    before = Entry.objects.count()
    report = firmfile.apply(world.FILE, by=firmfile.actor())
    assert (report.made, report.changed) == ([], [])
    assert str(report) == "0 made, 0 changed."
    assert Entry.objects.count() == before


def test_a_change_is_told_and_nothing_else_is_touched(firm):
    before = Entry.objects.count()
    text = TEXT.replace('name_en = "Marketing"', 'name_en = "Marketing and brand"')
    report = apply(
        text + '\n[[targets]]\nkind = "cases.first_reply"\namount = 200\ncounted_in = "working_minutes"\n'
    )
    assert report.changed == ["unit marketing"]
    assert report.made == ["target cases.first_reply"]
    assert Entry.objects.count() == before + 2
    assert Target.objects.get().amount == 200


def test_units_may_stand_in_any_order(firm):
    apply(
        '[[units]]\ncode = "b"\nkind = "team"\nname_zh = "b"\nname_en = "b"\nparent = "a"\n'
        '[[units]]\ncode = "a"\nkind = "department"\nname_zh = "a"\nname_en = "a"\nparent = "haian"\n'
    )
    assert world.unit("b").parent == world.unit("a")


def test_a_role_of_the_firms_own_takes_the_place_of_the_shipped(firm):
    own = (
        '[[roles]]\ncode = "agent"\nname_zh = "坐席"\nname_en = "Clerk"\n'
        'permissions = ["conversations.note.add"]\n'
    )
    assert apply(own).changed == ["role agent"]
    assert apply(TEXT).changed == []
    assert Role.objects.get(code="agent").permissions == ["conversations.note.add"]


def test_a_password_one_has_is_left(firm):
    li = world.person("li")
    li.set_password("three green lanterns")
    li.save(update_fields=["password"])
    apply(TEXT)
    assert world.person("li").check_password("three green lanterns")


def test_dated_appointments(firm):
    one = (
        '[[people]]\nusername = "wu"\nname_zh = "吴昊"\nname_en = "Wu Hao"\n'
        'appointments = [{ post = "cs-agent", from_day = 2026-01-01%s }]\n'
    )
    assert apply(one % "").made == ["person wu", "wu as cs-agent"]
    assert apply(one % ", to_day = 2026-06-30").changed == ["wu as cs-agent"]
    assert apply(one % ", to_day = 2026-06-30").changed == []


def test_every_trouble_of_the_shape_is_named_with_its_place(firm):
    text = (
        "[rooms]\n[[units]]\ncode = 7\nkind = 'shop'\nname_zh = 'x'\ncolour = 'red'\n"
        "[[people]]\nusername = 'wu'\nname_zh = '吴'\nname_en = 'Wu'\nposts = 'cs-agent'\n"
        "qualifications = [{ kind = 'customer_contact', valid_from = '2026', valid_to = 2026-12-31 }]\n"
    )
    assert [trouble.partition(": ")[0] for trouble in troubles(text)] == [
        "rooms",
        "units[0]",
        "units[0].code",
        "units[0].colour",
        "units[0].kind",
        "people[0].posts",
        "people[0].qualifications[0].valid_from",
    ]
    assert "units[0].kind: must be one of legal_entity, branch, department, team, found 'shop'" in troubles(
        text
    )


def test_every_trouble_of_the_content_is_named_and_nothing_applied(firm):
    before = Entry.objects.count()
    text = (
        '[[posts]]\ncode = "p"\nunit = "no-unit"\nname_zh = "p"\nname_en = "p"\nroles = []\n'
        '[[posts]]\ncode = "q"\nunit = "marketing"\nname_zh = "q"\nname_en = "q"\nroles = ["king"]\n'
        '[[posts]]\ncode = "good"\nunit = "marketing"\nname_zh = "q"\nname_en = "q"\nroles = []\n'
        '[[people]]\nusername = "Wu"\nname_zh = "吴"\nname_en = "Wu"\n'
        '[[people]]\nusername = "wu"\nname_zh = "吴"\nname_en = "Wu"\npassword = "aaaaaaaaaaaaaa"\n'
        '[[people]]\nusername = "wei"\nname_zh = "魏"\nname_en = "Wei"\nposts = ["p", "good"]\n'
    )
    found = troubles(text)
    assert found[0].startswith('posts[0].unit: no unit "no-unit"; defined are credit-card, cs-team-1')
    assert found[1].startswith('posts[1].roles[0]: no role "king"; defined are administrator, agent')
    assert found[2] == "people[0]: A username has small letters, digits, dots, dashes and underscores."
    assert found[3].startswith("people[1].password: only a demo firm's file holds passwords")
    assert len(found) == 4, "what hangs on a row with a trouble is not named again"
    assert not Post.objects.filter(code="good").exists()
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('"mon-fri"', r"calendars\[0\].hours\[0\].days"),
        ('"13:30-18:00"', r"calendars\[0\].hours\[0\].windows\[1\]"),
        ("2026]", r"calendars\[0\].years\[1\]: this release has no holidays of 2040"),
    ],
)
def test_calendars_are_read_with_care(db, change, words):
    bad = {'"mon-fri"': '"fri-mon"', '"13:30-18:00"': '"13:30-25:00"', "2026]": "2040]"}[change]
    assert re.match(words, troubles(TEXT.replace(change, bad))[0])


def test_a_missing_secret_says_where_to_put_it(firm):
    text = '[[people]]\nusername = "wu"\nname_zh = "吴"\nname_en = "Wu"\npassword_secret = "staff.wu"\n'
    assert re.search(r"PLAINSPOKEN_SECRET_STAFF_WU", troubles(text)[0])


def test_a_circle_of_units_is_refused(firm):
    text = (
        '[[units]]\ncode = "a"\nkind = "team"\nname_zh = "a"\nname_en = "a"\nparent = "b"\n'
        '[[units]]\ncode = "b"\nkind = "team"\nname_zh = "b"\nname_en = "b"\nparent = "a"\n'
    )
    assert troubles(text) == [
        "units[0].parent: stands below itself, by way of b",
        "units[1].parent: stands below itself, by way of a",
    ]


def test_what_the_database_refuses_is_a_trouble_too(firm):
    text = f'[[people]]\nusername = "wu"\nname_zh = "{"吴" * 81}"\nname_en = "Wu"\n'
    assert troubles(text)[0].startswith("people[0]: the database refuses this")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= broken", "this is not TOML"),
        ("firm = 3", r"firm: must be one table, \[firm\]"),
        ("[units]", r"units: must be a list of tables, \[\[units\]\]"),
        ("units = [1]", r"units\[0\]: must be a table, found 1"),
        ('[[people]]\nusername = "wu"\nname_zh = "x"\nname_en = "x"\nposts = ["cs-agent"]', "since when"),
    ],
)
def test_what_is_no_firm_file(firm, text, words):
    assert re.search(words, troubles(text)[0])


def test_a_file_that_is_too_large_is_not_read(firm, tmp_path, monkeypatch):
    monkeypatch.setattr(firmfile, "FILE_BYTES_MAX", 10)
    with pytest.raises(firmfile.FirmFileRefused, match="more than 10 bytes"):
        firmfile.apply(world.FILE, by=firmfile.actor())


def test_a_demo_firm_may_hold_passwords(db):
    text = TEXT.replace("since = 2025-01-01\n", "since = 2025-01-01\ndemo = true\n", 1)
    apply(text.replace('password_secret = "staff.password"', 'password = "a boat on a grey sea"'))
    assert Firm.objects.get().demo
    assert world.person("li").check_password("a boat on a grey sea")
