"""Every action there is refuses a stranger and every state its edge does not name, and says so in the ledger.

What each action refuses by rule is tested beside it; the last test here looks that no rule was forgotten.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.models import Model

import mailroom
import programs
import world
from plainspoken.cases.actions import answering, tags, triage
from plainspoken.cases.models import Line, Type
from plainspoken.customers import actions as customers
from plainspoken.desk import actions as desk
from plainspoken.kernel import action as kernel
from plainspoken.kernel import chores, clock, drain, ledger
from plainspoken.kernel.action import Spec
from plainspoken.kernel.actor import system
from plainspoken.kernel.errors import PermissionDenied, WrongState
from plainspoken.kernel.models import Entry
from plainspoken.organization.actions import absences
from plainspoken.organization.models import Firm, Qualification
from plainspoken.supervision import actions as supervision
from plainspoken.work import actions as work
from plainspoken.work.models import Task

STRANGER = system("tests.stranger")
TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "plainspoken"
CODES = sorted(code for code in kernel.specs if not code.startswith(("test.", "tests.")))
pytestmark = pytest.mark.django_db
MOVING = [code for code in CODES if kernel.specs[code].edge]


def call(spec: Spec) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(sys.modules[spec.body.__module__], spec.body.__name__)
    return function


def subject_model(spec: Spec) -> type[Model]:
    """The type of the first argument."""
    first = next(iter(inspect.signature(spec.body, eval_str=True).parameters.values())).annotation
    return first if isinstance(first, type) else get_args(first)[0]


def told() -> None:
    """A short history that leaves at least one row of every table an action acts on."""
    mailroom.opened()
    case = mailroom.received()
    li, zhao, today = world.actor("li"), world.actor("zhao"), clock.now().date()
    triage.triage(case, by=li, type=Type.objects.get(code="fee"), line=Line.objects.get(code="card"))
    answering.answer(case, by=li, text="答复")
    for later in (timedelta(minutes=1), timedelta(days=9)):
        with clock.moved(clock.now() + later):
            drain.run_until_empty()
    work.open_task(world.unit("cs-team-1"), by=work.REPORTER, kind=work.STUCK.code, about=case)
    customers.put_identifier(case.customer, by=zhao, kind="account", value="6222020200112233")
    absences.report(
        world.person("wang"),
        by=zhao,
        deputy=world.person("li"),
        from_day=today,
        to_day=today + timedelta(days=1),
    )
    tags.put(Firm.objects.get(), by=zhao, code="urged", name_zh="催办", name_en="Urged", colour="amber")
    programs.connected()
    desk.save_view(world.person("li"), by=li, name="急", asked="show=mine&due=overdue")
    chores.do_due(lambda: today)
    supervision.put(Firm.objects.get(), by=world.actor("admin"), folder="/mnt/worm", after_entries=1_000)
    assert Task.objects.exists()
    assert Qualification.objects.exists()


def row_of(model: type[Model]) -> Any:
    found = model._default_manager.order_by("pk").first()
    assert found is not None, f"told() leaves no row of {model.__name__}: let it leave one"
    return found


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Told once for the whole module: every test below is refused, so nothing of it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        told()
        yield
        transaction.set_rollback(True)


def refused(code: str, error: type[Exception], by: Any, subject: Any) -> None:
    run = call(kernel.specs[code])
    if kernel.specs[code].many:
        outcome = run([subject], by=by)
        assert [type(refusal) for _, refusal in outcome.aside] == [error]
    else:
        with pytest.raises(error):
            run(subject, by=by)


@pytest.mark.parametrize("code", CODES)
def test_a_stranger_is_refused(code: str, history: Any) -> None:
    subject = row_of(subject_model(kernel.specs[code]))
    refused(code, PermissionDenied, STRANGER, subject)
    last = Entry.objects.filter(code=code, subject_id=subject.pk, refusal="permission_denied").latest(
        "at", "id"
    )
    assert (last.actor_id, last.subject_type) == (STRANGER.id, ledger.code_of(subject))


def every_wrong_state() -> list[tuple[str, str]]:
    pairs = []
    for code in MOVING:
        model = subject_model(kernel.specs[code])
        states = [value for value, _ in model._meta.get_field("state").choices or ()]
        edge = kernel.specs[code].edge
        assert edge
        pairs += [(code, state) for state in states if state not in edge.sources]
    return pairs


@pytest.mark.parametrize(("code", "state"), every_wrong_state())
def test_every_other_state_refuses_the_verb(code: str, state: str, history: Any) -> None:
    subject = row_of(subject_model(kernel.specs[code]))
    before = subject.state
    with pgtrigger.ignore():
        put(subject, state)
        refused(code, WrongState, system("tests.allowed", code), subject)
        put(subject, before)


def put(subject: Any, state: str) -> None:
    """The state alone, whatever else the row says: the action must not come so far as to ask."""
    table = subject._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in _checks(table):
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        cursor.execute(f'UPDATE "{table}" SET state = %s WHERE id = %s', [state, subject.pk])


def _checks(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
            " AND pg_get_constraintdef(oid) LIKE '%%state%%'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def reasons() -> list[tuple[str, str]]:
    """Every reason the source gives to `Refused`, with the file it stands in."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name == "Refused" and isinstance(node.args[0], ast.Constant):
                    found.add((str(node.args[0].value), str(path.relative_to(SOURCE))))
    return sorted(found)


@pytest.mark.parametrize(("reason", "where"), reasons())
def test_every_rule_that_refuses_is_tested(reason: str, where: str) -> None:
    said = any(
        re.search(rf'["\']{reason}["\']', path.read_text())
        for path in TESTS.rglob("test_*.py")
        if path.name != Path(__file__).name
    )
    assert said, f"{where} refuses with {reason!r}, and no test has seen it."
