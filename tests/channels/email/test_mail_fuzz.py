"""Damaged inputs, a few of each kind; `make fuzz SECONDS=…` goes on for as long as it is told."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from channels.email import fuzzing

EXAMPLES = 120


@pytest.mark.parametrize("name", fuzzing.CHECKS)
def test_whatever_comes_it_is_read(name: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(fuzzing.damaged(name))
    def reads(raw: bytes) -> None:
        fuzzing.CHECKS[name](raw)

    reads()


@pytest.mark.parametrize("name", fuzzing.CHECKS)
def test_what_is_whole_is_read_too(name: str) -> None:
    assert fuzzing.SEEDS[name]
    for raw in (b"", b"\x00", *fuzzing.SEEDS[name]):
        fuzzing.CHECKS[name](raw)
