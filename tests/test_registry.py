"""What the registries hold: codes are named alike and live where they say, names lead to something that exists."""

import ast
import re
import sys
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import signals

from plainspoken.desk import subjects
from plainspoken.kernel import action, controls, deadlines, drain, ledger, measures, subscriptions
from plainspoken.kernel.actor import Actor, Kind
from plainspoken.law import clauses
from plainspoken.organization import firmfile, permissions
from plainspoken.portal import visitors
from plainspoken.work import kinds

CHECKOUT = Path(__file__).resolve().parent.parent
SOURCE = CHECKOUT / "src" / "plainspoken"
THREE_WORDS = re.compile(r"[a-z]+\.[a-z_]+\.[a-z_]+")
TWO_WORDS = re.compile(r"[a-z]+\.[a-z_]+")

REGISTER = {("deadlines", "kind"), ("kinds", "task"), ("kinds", "notice"), ("", "measure")}

# The kernel knows no slice: what it does itself is named after what it does it to.
OF_THE_KERNEL = {
    "deadlines.reach": "kernel",
    "chores.finish": "kernel",
    "ledger.verify": "desk",
    "ledger.export": "desk",
}
# The conversation itself begins here, so there is no thing within the slice to name.
WITHOUT_A_THING = {"conversations.start", "conversations.write_first"}
# Written before the rule; a new migration may rename them.
NAMED_OTHERWISE = {"ledger_node_place", "delivery_once"}


def slices() -> list[str]:
    """From the lowest to the highest, as import-linter holds them."""
    contract = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][
        0
    ]
    return [layer.strip("()") for layer in reversed(contract["layers"])]


HEIGHT = {name: height for height, name in enumerate(slices())}


def of_the_house(code: str) -> bool:
    return not code.startswith(("test.", "tests."))


ACTIONS = sorted(code for code in action.specs if of_the_house(code))
SUBSCRIBERS = sorted(name for name, one in subscriptions.subscribers.items() if of_the_house(one.code))
REGISTERED = sorted(
    {
        *filter(of_the_house, deadlines.kinds),
        *measures.measures,
        *kinds.tasks,
        *kinds.notices,
    }
)


def home(code: str) -> str:
    """The slice in which the action of the code lives."""
    return action.specs[code].body.__module__.split(".")[1]


@pytest.mark.parametrize("code", ACTIONS)
def test_an_action_says_slice_thing_and_verb_and_lives_in_that_slice(code: str) -> None:
    if code in OF_THE_KERNEL:
        assert home(code) == OF_THE_KERNEL[code]
        return
    assert (TWO_WORDS if code in WITHOUT_A_THING else THREE_WORDS).fullmatch(code)
    assert home(code) == code.split(".")[0]


@pytest.mark.parametrize("code", ACTIONS)
def test_an_action_says_what_it_does(code: str) -> None:
    assert action.specs[code].body.__doc__, f"{code}: say in a sentence what it does."


@pytest.mark.parametrize("code", ACTIONS)
def test_what_an_action_acts_on_has_a_name_in_the_ledger(code: str) -> None:
    body = action.specs[code].body
    acted_on = next(iter(typing.get_type_hints(body).values()))
    models_acted_on = typing.get_args(acted_on) or (acted_on,)
    assert {ledger.code_of(model) for model in models_acted_on} <= set(subjects.TYPES)


def test_no_two_actions_are_called_alike() -> None:
    labels = [str(action.specs[code].label) for code in ACTIONS]
    assert sorted(set(labels)) == sorted(labels)


def test_no_exception_has_outlived_its_reason() -> None:
    assert {*OF_THE_KERNEL, *WITHOUT_A_THING} <= set(ACTIONS)


@pytest.mark.parametrize("code", REGISTERED)
def test_what_is_counted_promised_or_told_names_its_slice(code: str) -> None:
    assert TWO_WORDS.fullmatch(code)
    assert code.split(".")[0] in HEIGHT


def registered_in() -> Iterator[tuple[str, str]]:
    """The codes that a module registers, with the slice it stands in."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and _called(node) in REGISTER
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value), path.relative_to(SOURCE).parts[0]


def _called(node: ast.Call) -> tuple[str, str]:
    match node.func:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner, name
        case ast.Name(id=name):
            return "", name
    return "", ""


def test_what_a_slice_registers_bears_its_name() -> None:
    found = dict(registered_in())
    assert set(REGISTERED) <= set(found)
    assert {code: where for code, where in found.items() if code.split(".")[0] != where} == {}


@pytest.mark.parametrize("name", SUBSCRIBERS)
def test_a_subscriber_hears_its_own_slice_or_a_lower_one(name: str) -> None:
    one = subscriptions.subscribers[name]
    assert one.code in action.specs, f"{name} waits for {one.code}, which never comes."
    assert HEIGHT[home(one.code)] <= HEIGHT[name.split(".")[0]]


@pytest.mark.parametrize("name", SUBSCRIBERS)
def test_a_subscriber_may_only_what_there_is(name: str) -> None:
    assert set(subscriptions.subscribers[name].actor.permissions) <= set(action.specs)


@pytest.mark.parametrize("name", SUBSCRIBERS)
def test_a_subscriber_does_nothing_in_a_higher_slice(name: str) -> None:
    own = HEIGHT[name.split(".")[0]]
    above = [code for code in subscriptions.subscribers[name].actor.permissions if HEIGHT[home(code)] > own]
    assert above == []


def machines() -> dict[str, Actor]:
    """Every actor of the house that is a machine, by its name."""
    found = [
        value
        for module in [one for name, one in sys.modules.items() if name.startswith("plainspoken.")]
        for value in vars(module).values()
        if isinstance(value, Actor) and value.kind is Kind.SYSTEM
    ]
    return {one.name: one for one in [*found, firmfile.actor()]}


@pytest.mark.parametrize("name", sorted(machines()))
def test_a_machine_may_only_what_there_is(name: str) -> None:
    assert permissions.unknown(machines()[name].permissions) == []


def test_no_two_machines_share_an_identity() -> None:
    every = [*machines().values(), *(one.actor for one in subscriptions.subscribers.values())]
    assert len({one.id for one in every}) == len({one.name for one in every})


@pytest.mark.parametrize("purpose", visitors.MAY)
def test_a_customer_may_only_what_there_is(purpose: str) -> None:
    assert set(visitors.MAY[purpose]) <= set(action.specs)


def duties_refused_by() -> Iterator[tuple[str, str]]:
    """The duties that refusals name, with the file."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "duty" and isinstance(node.value, ast.Constant):
                yield str(node.value.value), str(path.relative_to(SOURCE))


def test_every_duty_that_is_named_is_one() -> None:
    known = {duty.number for duty in clauses.duties()}
    assert set(controls.duties()) <= known
    assert {(duty, where) for duty, where in duties_refused_by() if duty and duty not in known} == set()


def test_every_drain_that_is_woken_exists() -> None:
    woken = set()
    for path in SOURCE.rglob("*.py"):
        woken |= set(re.findall(r'drain\.wake\("([a-z]+)"', path.read_text()))
    assert woken <= set(drain.drains)


def ours(receiver: Any) -> bool:
    return str(getattr(receiver, "__module__", "")).startswith("plainspoken")


def test_nothing_happens_behind_the_back_of_an_action() -> None:
    """No Django signal is received by us: what follows from an entry is a subscriber."""
    found = [
        receiver
        for signal in vars(signals).values()
        if isinstance(signal, signals.ModelSignal)
        for _key, reference, *_more in signal.receivers
        if ours(receiver := reference() if isinstance(reference, ref) else reference)
    ]
    assert found == []
    assert not [
        path for path in SOURCE.rglob("*.py") if re.search(r"^@receiver\(", path.read_text(), re.MULTILINE)
    ]


TABLES = [model for model in apps.get_models() if ours(model)]


def label(model: type[models.Model]) -> str:
    return model._meta.label_lower


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_nothing_is_taken_away_with_something_else(model: type[models.Model]) -> None:
    keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    assert [key.name for key in keys if key.remote_field.on_delete is not models.PROTECT] == []


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_a_table_says_no_order_of_its_own(model: type[models.Model]) -> None:
    assert not model._meta.ordering


@pytest.mark.django_db
def test_constraints_are_named_after_their_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
            " WHERE contype IN ('c', 'u', 'x') AND relname = ANY(%s)",
            [[model._meta.db_table for model in TABLES]],
        )
        odd = {name for table, name in cursor.fetchall() if not name.startswith(table + "_")}
    unique = {one.name for model in TABLES for one in model._meta.constraints}
    odd |= {
        one.name
        for model in TABLES
        for one in model._meta.constraints
        if not one.name.startswith(model._meta.db_table + "_")
    }
    assert odd == NAMED_OTHERWISE & unique
