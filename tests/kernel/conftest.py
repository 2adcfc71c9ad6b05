from collections.abc import Iterator

import pytest


@pytest.fixture
def promises(db: None) -> Iterator[None]:
    """The kinds of deadline of `promises` are known."""
    import promises
    from plainspoken.kernel import deadlines

    added = {kind.code: kind for kind in (promises.PROMISE, promises.OTHER)}
    deadlines.kinds.update(added)
    yield
    for code in added:
        del deadlines.kinds[code]
