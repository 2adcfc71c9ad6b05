"""What is asked for many times in one outermost action or one batch, and done once at its end for all of it."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T", bound=Hashable)
_Asked = dict[Callable[[Sequence[Any]], None], dict[Any, None]]
_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


def at_end(work: Callable[[Sequence[T]], None], items: Sequence[T]) -> None:
    """Do the work for the items, each once, before the running action or batch commits; at once where none runs.

    What an item of `many` asked for before it was put aside is done too, so the work must do no harm in vain.
    """
    asked = _asked.get()
    if asked is None:
        work(items)
    else:
        asked.setdefault(work, {}).update(dict.fromkeys(items))


@contextmanager
def gathered() -> Iterator[None]:
    """Inside the block `at_end` waits; its end, unless it fails, does what was asked for. A block within joins it."""
    if _asked.get() is not None:
        yield
        return
    asked: _Asked = {}
    token = _asked.set(asked)
    try:
        yield
        while asked:
            work = next(iter(asked))
            work(list(asked.pop(work)))
    finally:
        _asked.reset(token)
