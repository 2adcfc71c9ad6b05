import pytest

import world
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, Refused
from plainspoken.organization import queries, tree
from plainspoken.organization.actions.firm import found, put_unit
from plainspoken.organization.models import Calendar, Firm, Unit

PUT = "organization.unit.put"


def put(firm: Firm, code: str, **given):
    given = {"kind": Unit.Kind.TEAM, "name_zh": code, "name_en": code, **given}
    return put_unit(firm, by=world.actor("admin"), code=code, **given)


def test_a_unit_is_made_and_recorded(firm):
    team = put(firm, "cs-team-2", parent=world.unit("customer-service"))
    assert team.parent == world.unit("customer-service")
    assert world.entries(PUT)[-1].actor_id == world.person("admin").pk


def test_putting_it_again_changes_it(firm):
    team = world.unit("cs-team-1")
    put(firm, "cs-team-1", parent=world.unit("customer-service"), name_en="First team")
    team.refresh_from_db()
    assert team.name_en == "First team"


def test_a_moved_unit_takes_what_is_below_along(firm):
    put(firm, "customer-service", kind=Unit.Kind.DEPARTMENT, parent=world.unit("management"))
    assert [unit.code for unit in tree.path(world.unit("cs-team-1").pk)] == [
        "cs-team-1",
        "customer-service",
        "management",
        "haian",
    ]


def test_refused_by_role(firm):
    with pytest.raises(PermissionDenied):
        put_unit(firm, by=world.actor("li"), code="x", kind=Unit.Kind.TEAM, name_zh="x", name_en="x")
    assert world.entries(PUT, "permission_denied")


@pytest.mark.parametrize(
    ("code", "given", "why"),
    [
        ("x", {}, "parent_missing"),
        ("x", {"time_zone": "Asia/Shanghai", "parent": "haian"}, "zone_misplaced"),
        ("x", {"kind": Unit.Kind.LEGAL_ENTITY}, "zone_misplaced"),
        ("x", {"kind": Unit.Kind.LEGAL_ENTITY, "time_zone": "Mars/Olympus"}, "zone_unknown"),
        ("customer-service", {"parent": "customer-service"}, "unit_below_itself"),
        ("customer-service", {"parent": "cs-team-1"}, "unit_below_itself"),
    ],
)
def test_refused_by_rule(firm, code, given, why):
    if "parent" in given:
        given = given | {"parent": world.unit(given["parent"])}
    with pytest.raises(Refused) as refused:
        put(firm, code, **given)
    assert refused.value.code == why
    assert world.entries(PUT, why)


def test_the_tree_has_a_depth(firm):
    above = world.unit("cs-team-1")
    for number in range(tree.DEPTH_MAX - 3):
        above = put(firm, f"deep-{number}", parent=above)
    with pytest.raises(Refused, match="tree_too_deep"):
        put(firm, "too-deep", parent=above)
    with pytest.raises(Refused, match="tree_too_deep"):
        put(firm, "cs-team-1", parent=put(firm, "aside", parent=world.unit("customer-service")))


def test_what_a_unit_has_from_above(firm):
    team = world.unit("cs-team-1")
    assert queries.legal_entity(team).code == "haian"
    assert queries.time_zone(team).key == "Asia/Shanghai"
    assert queries.calendar_of(team).code == "cn-banking"


def test_a_subsidiary_has_its_own_zone(firm):
    london = put(
        firm,
        "haian-uk",
        kind=Unit.Kind.LEGAL_ENTITY,
        time_zone="Europe/London",
        parent=world.unit("haian"),
    )
    desk = put(firm, "london-desk", parent=london)
    assert queries.legal_entity(desk) == london
    assert queries.time_zone(desk).key == "Europe/London"


def test_a_firm_without_calendar_says_so(firm):
    put(firm, "haian", kind=Unit.Kind.LEGAL_ENTITY, time_zone="Asia/Shanghai")
    with pytest.raises(queries.NoCalendar, match="give one to its legal entity"):
        queries.calendar_of(world.unit("cs-team-1"))
    assert Calendar.objects.exists()


def test_the_tree_is_read_depth_first(firm):
    rows = [(depth, unit.code) for depth, unit in queries.unit_tree()]
    assert rows[:4] == [(0, "haian"), (1, "credit-card"), (1, "customer-service"), (2, "cs-team-1")]


FOUNDER = system("test.founder", "organization.firm.found")


def test_a_firm_is_renamed_by_its_file_and_by_an_administrator(firm):
    found(firm, by=FOUNDER, name_zh="海岸", name_en="Haian", demo=False)
    found(Firm.objects.get(), by=world.actor("admin"), name_zh="海岸银行", name_en="Haian Bank", demo=False)
    assert Firm.objects.get().name_en == "Haian Bank"
    with pytest.raises(PermissionDenied):
        found(firm, by=world.actor("zhao"), name_zh="x", name_en="x", demo=False)


def test_a_real_firm_never_becomes_a_demo(firm):
    with pytest.raises(Refused, match="demo_is_for_good"):
        found(firm, by=FOUNDER, name_zh="海岸", name_en="Haian", demo=True)
