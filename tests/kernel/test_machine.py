"""State machines are tables of edges, and PostgreSQL holds what they say."""

from itertools import product
from types import SimpleNamespace

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from plainspoken.cases.machine import INQUIRY
from plainspoken.channels.models import RAW
from plainspoken.conversations.models import OUTGOING
from plainspoken.kernel import action
from plainspoken.kernel.errors import WrongState
from plainspoken.kernel.machine import Edge, Machine, State
from plainspoken.kernel.models import DEADLINE
from plainspoken.work.models import TASK

MACHINES = [INQUIRY, RAW, OUTGOING, TASK, DEADLINE]
DOOR = Machine(
    "tests.door",
    [State("closed", "Closed", open=False), State("ajar", "Ajar"), State("open", "Open")],
    [
        Edge("push", ("closed", "ajar"), "open"),
        Edge("knock", ("closed", "ajar", "open"), None),
        Edge("shut", ("open", "ajar"), "closed"),
        Edge("hold", ("open",), "open"),
    ],
)


def test_the_first_state_is_the_beginning() -> None:
    assert DOOR.initial == "closed"
    assert DOOR.choices == [("closed", "Closed"), ("ajar", "Ajar"), ("open", "Open")]
    assert DOOR.open_states == ["ajar", "open"]
    assert DOOR.label("ajar") == "Ajar"


def test_an_edge_is_found_by_its_name() -> None:
    assert DOOR.push.target == "open"
    assert [edge.name for edge in DOOR] == ["push", "knock", "shut", "hold"]
    with pytest.raises(AttributeError, match="tests.door has no edge kick"):
        DOOR.kick  # noqa: B018


def test_the_edges_one_may_take_from_a_state() -> None:
    assert [edge.name for edge in DOOR.leaving("closed")] == ["push", "knock"]
    assert [edge.name for edge in DOOR.leaving("open")] == ["knock", "shut", "hold"]


def test_what_leaves_the_state_as_it_is_is_no_transition() -> None:
    assert DOOR.transitions == [("ajar", "closed"), ("ajar", "open"), ("closed", "open"), ("open", "closed")]


def test_an_edge_refuses_every_other_state() -> None:
    DOOR.push.check("ajar")
    with pytest.raises(WrongState) as refused:
        DOOR.push.check("open")
    assert (refused.value.code, refused.value.facts) == ("wrong_state", {"state": "open", "edge": "push"})


def test_an_edge_may_lead_back_to_where_a_subject_came_from() -> None:
    back = Edge("undo", ("closed",), None, back_to=("ajar", "open"))
    machine = Machine("tests.back", DOOR.states.values(), [back])
    assert machine.transitions == [("closed", "ajar"), ("closed", "open")]
    assert back.leads_to(SimpleNamespace(state="ajar")) == "ajar"
    with pytest.raises(AssertionError, match="undo does not lead back to closed"):
        back.leads_to(SimpleNamespace(state="closed"))
    assert DOOR.push.leads_to(SimpleNamespace(state="closed")) == "open"


@pytest.mark.parametrize("edge", [Edge("fly", ("window",), "open"), Edge("fly", ("open",), "window")])
def test_an_edge_to_nowhere_is_a_mistake(edge: Edge) -> None:
    with pytest.raises(AssertionError, match=r"tests\.door\.fly names unknown states: \{'window'\}"):
        Machine("tests.door", [State("open", "Open")], [edge])


def test_two_edges_of_one_name_are_a_mistake() -> None:
    twice = [Edge("push", ("closed",), "open"), Edge("push", ("open",), "closed")]
    with pytest.raises(AssertionError, match="tests.door: an edge stands there twice"):
        Machine("tests.door", [State("closed", "Closed"), State("open", "Open")], twice)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_every_state_can_be_reached(machine: Machine) -> None:
    found, border = {machine.initial}, {machine.initial}
    while border:
        border = {target for source, target in machine.transitions if source in border} - found
        found |= border
    assert found == set(machine.states)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_an_open_state_has_a_way_to_an_end(machine: Machine) -> None:
    ends = {name for name, state in machine.states.items() if not state.open}
    for name in machine.open_states:
        found, border = {name}, {name}
        while border:
            border = {target for source, target in machine.transitions if source in border} - found
            found |= border
        assert found & ends, f"{machine.name}: from {name} there is no way to an end"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
def test_every_edge_is_somebodys(machine: Machine) -> None:
    """Deadlines are moved by functions of the kernel inside the actions of slices; all others by an action each."""
    if machine is DEADLINE:
        return
    used = {spec.edge for spec in action.specs.values()}
    assert [edge.name for edge in machine if edge not in used] == []


def moved_by_the_database() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if any(isinstance(one, pgtrigger.FSM) for one in getattr(model._meta, "triggers", []))
    ]


def test_every_machine_is_held_by_a_trigger() -> None:
    names = {model._meta.label_lower for model in moved_by_the_database()}
    assert names == {
        "cases.case", "channels.raw", "conversations.outgoing", "work.task", "kernel.deadline"
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "trigger"),
    pgtrigger.registered(),
    ids=lambda one: getattr(one, "name", getattr(one, "__name__", "")),
)
def test_every_trigger_is_in_the_database_as_the_code_has_it(
    model: type[models.Model], trigger: pgtrigger.Trigger
) -> None:
    assert trigger.get_installation_status(model) == ("INSTALLED", True)


@pytest.fixture
def doors(db: None) -> None:
    """A table of doors, with the triggers of the machine."""
    fsm, begins = DOOR.triggers()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tests_door (id int PRIMARY KEY, kind text, state text NOT NULL)")
        for trigger in (fsm, begins):
            cursor.execute(_installed(trigger))


def _installed(trigger: pgtrigger.Trigger) -> str:
    compiled = trigger.compile(_Door)
    return compiled.install_sql


class _Door(models.Model):
    id = models.IntegerField(primary_key=True)
    kind = models.TextField()
    state = models.TextField()

    class Meta:
        app_label = "kernel"
        db_table = "tests_door"
        managed = False


apps.all_models["kernel"].pop("_door")
apps.clear_cache()


def _put(state: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO tests_door VALUES (1, 'front', %s)", [state])


def _move(state: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tests_door SET state = %s", [state])


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize("state", ["ajar", "open"])
def test_the_database_refuses_another_beginning(state: str) -> None:
    with pytest.raises(DatabaseError, match="Cannot insert"):
        _put(state)
    _put("closed")


@pytest.mark.usefixtures("doors")
@pytest.mark.parametrize(("source", "target"), list(product(DOOR.states, DOOR.states)))
def test_the_database_lets_through_the_edges_and_nothing_else(source: str, target: str) -> None:
    _put("closed")
    if source != "closed":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE tests_door DISABLE TRIGGER USER")
            cursor.execute("UPDATE tests_door SET state = %s", [source])
            cursor.execute("ALTER TABLE tests_door ENABLE TRIGGER USER")
    if source == target or (source, target) in DOOR.transitions:
        _move(target)
    else:
        with pytest.raises(DatabaseError, match="Invalid transition"):
            _move(target)
