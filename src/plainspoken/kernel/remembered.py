"""What a batch of a drain, or a page, reads once: settings of the firm, which do not change for the moment it takes."""

import functools
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


def once(read: Callable[P, R]) -> Callable[P, R]:
    """The same answer for the same arguments within a batch; elsewhere it is read each time."""

    @functools.wraps(read)
    def reading(*args: P.args, **given: P.kwargs) -> R:
        known = _known.get()
        if known is None:
            return read(*args, **given)
        key = (read, args, tuple(sorted(given.items())))
        if key not in known:
            known[key] = read(*args, **given)
        return cast(R, known[key])

    return reading


@contextmanager
def in_a_batch() -> Iterator[None]:
    """Inside the block what was read once is not read again."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)
