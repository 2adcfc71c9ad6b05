"""The simulated year holds every invariant; `make chaos` tells longer ones."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

YEARS, STEPS = int(os.environ.get("SIMULATION_YEARS", "3")), int(os.environ.get("SIMULATION_STEPS", "6"))


@pytest.mark.django_db
def test_after_a_year_told_by_chance_everything_holds() -> None:
    from simulation.year import Year

    told = settings(
        max_examples=YEARS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize="SIMULATION_YEARS" not in os.environ,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Year, settings=told)


@pytest.mark.django_db
def test_the_year_knows_every_verb_that_staff_have_on_a_case() -> None:
    import world
    from simulation import choices

    world.firm()
    assert choices.staffs_own() == set(choices.VERBS)
