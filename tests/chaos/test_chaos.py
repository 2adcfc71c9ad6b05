"""A short storm over the real processes; `make chaos` lets longer ones rage, one after the other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SEED = "7"
SECONDS_MAX = 600


@pytest.mark.processes
@pytest.mark.duty("4.3.1b")
def test_whatever_befalls_the_firm_nothing_is_lost_and_nothing_happens_twice() -> None:
    path = os.pathsep.join(str(CHECKOUT / folder) for folder in ("src", "tests", "."))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PLAINSPOKEN", "DATABASE"))
    }
    words = ["--short", "--nodes", "1", "--first", SEED]
    done = subprocess.run(
        [sys.executable, "-m", "chaos", *words],
        env={**kept, "PYTHONPATH": path},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all holds" in done.stdout
