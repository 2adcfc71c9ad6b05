"""The only way anything changes: a function `verb(subject, *, by, ...)` behind `@action`.

`@action` opens the transaction, locks and re-reads the subject, checks the permission of the same name,
the edge and `not_by`, runs the body, writes the ledger entry, queues what subscribers owe, and wakes the
workers and screens on commit. Nothing switches any of it off.
"""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, cast, overload

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from plainspoken.kernel import controls, ledger, live, refusals, subscriptions, together, writing
from plainspoken.kernel.actor import Actor
from plainspoken.kernel.errors import PermissionDenied, Refusal, Refused, Text
from plainspoken.kernel.machine import Edge

S = TypeVar("S", bound=Model)
R = TypeVar("R")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Spec:
    """What one action is: its code is also its permission, ledger code and docs anchor; `label` is for people."""

    code: str
    label: Text
    edge: Edge | None
    duties: tuple[str, ...]
    not_by: str
    unrecorded: frozenset[str]
    creates: bool
    passing: bool
    many: bool
    body: Callable[..., Any]


@dataclass(slots=True)
class _Run:
    """The outermost action that is running, with the entries of all inside it."""

    depth: int
    cause: Any
    drafts: list[ledger.Draft] = field(default_factory=list)
    stack: list[ledger.Draft] = field(default_factory=list)


@dataclass(slots=True)
class Outcome(Generic[S, R]):
    """What `many` did: the results in order, and what was put aside with the reason."""

    done: list[tuple[S, R]] = field(default_factory=list)
    aside: list[tuple[S, Refusal]] = field(default_factory=list)


specs: dict[str, Spec] = {}
_of_body: dict[Any, Spec] = {}
_run: ContextVar[_Run | None] = ContextVar("run", default=None)
_chain: ContextVar[tuple[int, Any]] = ContextVar("chain", default=(0, None))


@overload
def action(
    code: str,
    label: Text,
    *,
    edge: Edge | None = ...,
    duties: Iterable[str] = ...,
    not_by: str = ...,
    many: Literal[False] = ...,
    unrecorded: Iterable[str] = ...,
    creates: bool = ...,
    passing: bool = ...,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]: ...
@overload
def action(
    code: str,
    label: Text,
    *,
    edge: Edge | None = ...,
    duties: Iterable[str] = ...,
    not_by: str = ...,
    many: Literal[True],
    unrecorded: Iterable[str] = ...,
    creates: bool = ...,
    passing: bool = ...,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[list[S], P], Outcome[S, R]]]: ...
def action(
    code: str,
    label: Text,
    *,
    edge: Edge | None = None,
    duties: Iterable[str] = (),
    not_by: str = "",
    many: bool = False,
    unrecorded: Iterable[str] = (),
    creates: bool = False,
    passing: bool = False,
) -> Callable[..., Any]:
    """Make a body an action that people call `label`.

    `many` lets it take a list; `unrecorded` names arguments the entry leaves out.

    `creates`: the subject is only the row under which a new one is born, so it is not locked.
    `passing`: it changes nothing but what the actor alone sees and nobody relies on (docs/decisions/0006-live.md);
    refused it leaves an entry as any other, done it leaves none.
    """

    def decorate(body: Callable[..., R]) -> Callable[..., Any]:
        assert code not in specs, f"two actions are called {code}"
        spec = Spec(
            code, label, edge, tuple(duties), not_by, frozenset(unrecorded), creates, passing, many, body
        )
        specs[code] = _of_body[body] = spec
        controls.register("action", code, spec.duties)

        @functools.wraps(body)
        def one(subject: Model, /, *, by: Actor, **given: Any) -> R:
            with _outermost(by):
                return cast(R, _do(spec, subject, by, given, lock=not creates))

        @functools.wraps(body)
        def each(subjects: list[Model], /, *, by: Actor, **given: Any) -> Outcome[Any, Any]:
            with _outermost(by):
                return _do_many(spec, subjects, by, given, ())

        return each if many else one

    return decorate


def each(
    verb: Callable[Concatenate[S, P], R],
    subjects: list[S],
    *,
    by: Actor,
    unmoved: tuple[str, ...] = (),
    **given: Any,
) -> Outcome[S, R]:
    """Do what an action does to one to each of many, in one transaction; what is refused is put aside.

    `unmoved` names fields a row must still have as its subject has them: as the person saw it who chose it.
    """
    with _outermost(by):
        return _do_many(_of_body[inspect.unwrap(verb)], list(subjects), by, given, unmoved)


def rehearse(
    verb: Callable[Concatenate[S, P], R], subjects: list[S], *, by: Actor, **given: Any
) -> Outcome[S, R]:
    """What `each` would come to now, by the same rules; nothing of it stays."""
    assert not running(), "A rehearsal stands alone: within an action it would be played."
    with transaction.atomic():
        outcome = each(verb, subjects, by=by, **given)
        transaction.set_rollback(True)
    return outcome


@contextmanager
def as_one(*, by: Actor) -> Iterator[None]:
    """Inside the block actions are done, or fail, as one: one transaction, their entries written once at its end."""
    with _outermost(by):
        yield


def record(**values: Any) -> None:
    """Add facts (codes, ids, numbers, times) and private texts to the entry of the running action."""
    _current().record(values)


def running() -> bool:
    return _run.get() is not None


def cause() -> Any:
    """The id of the entry that the running action will leave."""
    return _current().id


@contextmanager
def chained(depth: int, cause: Any) -> Iterator[None]:
    """Inside the block, outermost actions are the work of a subscriber at this depth of the chain."""
    token = _chain.set((depth, cause))
    try:
        yield
    finally:
        _chain.reset(token)


def _current() -> ledger.Draft:
    run = _run.get()
    assert run, "This may only be called inside an action."
    assert run.stack
    return run.stack[-1]


@contextmanager
def _outermost(by: Actor) -> Iterator[None]:
    """The transaction of the outermost action; what it wrote is appended once, at its end."""
    assert isinstance(by, Actor), "An action needs the actor who does it."
    if _run.get() is not None:
        # The outermost action rolls everything back: without a savepoint of its own, a failure cannot be lived with.
        with transaction.atomic(savepoint=False):
            yield
        return
    run = _Run(*_chain.get())
    token = _run.set(run)
    try:
        with transaction.atomic(), together.gathered():
            yield
            _leave_entries(run)
    except Refusal as refusal:
        refusals.write(refusal)
        raise
    finally:
        _run.reset(token)


def _leave_entries(run: _Run) -> None:
    """What was done is written, owed to subscribers and told to screens; what only passes is not."""
    writing.written()
    lasting = [draft for draft in run.drafts if not draft.passing]
    if lasting:
        subscriptions.queue(ledger.write(lasting), lasting, run.depth)
        live.tell(lasting)


def _do(
    spec: Spec, subject: Model, by: Actor, given: dict[str, Any], *, lock: bool, moved: bool = False
) -> Any:
    run = _run.get()
    assert run
    outer = run.stack[-1].id if run.stack else run.cause
    draft = ledger.Draft(spec.code, subject, by, spec.duties, outer, passing=spec.passing)
    mark = len(run.drafts)
    run.drafts.append(draft)
    run.stack.append(draft)
    try:
        if lock and not writing.held(subject):
            subject.refresh_from_db(from_queryset=_for_update(type(subject)))
        return _perform(spec, draft, subject, by, given, moved=moved)
    except BaseException as error:
        del run.drafts[mark:]
        refusals.remember(error, draft)
        raise
    finally:
        run.stack.pop()


def _perform(
    spec: Spec, draft: ledger.Draft, subject: Model, by: Actor, given: dict[str, Any], *, moved: bool
) -> Any:
    if not by.may(spec.code):
        raise PermissionDenied(spec.code)
    if moved:
        raise Refused("moved_on", _("Somebody has changed it since you looked."))
    before = subject.state if spec.edge else None  # type: ignore[attr-defined]
    if spec.edge:
        spec.edge.check(str(before))
    if (
        spec.not_by
        and getattr(subject, f"{spec.not_by}_id", getattr(subject, spec.not_by, None)) == by.person
    ):
        raise Refused("same_person", _("A second person has to do this: you prepared it yourself."))
    draft.record({name: value for name, value in given.items() if name not in spec.unrecorded})
    result = spec.body(subject, by=by, **given)
    if spec.edge and (target := spec.edge.leads_to(subject)):
        _move(subject, target, draft, str(before))
    return result


def _move(subject: Any, target: str, draft: ledger.Draft, before: str) -> None:
    subject.state = target
    writing.update(subject, "state")
    draft.facts |= {"state_before": before, "state_now": target}


def _do_many(
    spec: Spec, subjects: list[Any], by: Actor, given: dict[str, Any], unmoved: tuple[str, ...]
) -> Outcome[Any, Any]:
    outcome: Outcome[Any, Any] = Outcome()
    rows = subjects if spec.creates or all(map(writing.held, subjects)) else _locked(subjects)
    for seen, subject in zip(subjects, rows, strict=True):
        moved = any(getattr(seen, name) != getattr(subject, name) for name in unmoved)
        try:
            with transaction.atomic(savepoint=not writing.waiting()):
                done = _do(spec, subject, by, given, lock=False, moved=moved)
                outcome.done.append((subject, done))
        except Refusal as refusal:
            if writing.waiting():
                raise
            refusals.write(refusal)
            outcome.aside.append((subject, refusal))
    return outcome


def _locked(subjects: list[Model]) -> list[Model]:
    """The same rows in the same order, locked in the order of their keys by one query."""
    if not subjects:
        return []
    keys = [subject.pk for subject in subjects]
    rows = {row.pk: row for row in _for_update(type(subjects[0])).filter(pk__in=keys).order_by("pk")}
    return [rows[key] for key in keys]


def _for_update(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.select_for_update(of=("self",), no_key=True)


def bound(spec: Spec) -> list[str]:
    """The keyword arguments an action's body takes besides `by`."""
    return [name for name in inspect.signature(spec.body).parameters if name != "by"][1:]
