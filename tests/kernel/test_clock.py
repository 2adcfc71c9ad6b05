"""Time that is moved: in one block of a test, and in all processes that follow a file."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plainspoken.kernel import clock

LEAP_DAY = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
NEAR = timedelta(minutes=1)
FOLLOWER = """
import sys
from pathlib import Path
from plainspoken.kernel import clock
clock.follow(Path(sys.argv[1]))
for _ in sys.stdin:
    print(clock.now().isoformat(), flush=True)
"""


def test_inside_the_block_time_goes_on_from_the_moment() -> None:
    with clock.moved(LEAP_DAY):
        assert LEAP_DAY <= clock.now() < LEAP_DAY + NEAR
        with clock.moved(LEAP_DAY + timedelta(days=1)):
            assert clock.now() - LEAP_DAY >= timedelta(days=1)
        assert clock.now() < LEAP_DAY + NEAR
    assert abs(clock.now() - datetime.now(UTC)) < NEAR


def test_a_moment_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="aware"), clock.moved(datetime(2028, 2, 29)):  # noqa: DTZ001
        pass


def test_another_process_follows_the_file_wherever_it_leads(tmp_path: Path) -> None:
    file = tmp_path / "test-clock"
    clock.set_shared(file, LEAP_DAY)
    command = [sys.executable, "-c", FOLLOWER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for moment in (LEAP_DAY, LEAP_DAY + timedelta(days=400)):
            clock.set_shared(file, moment)
            process.stdin.write("what time is it?\n")
            process.stdin.flush()
            assert timedelta() <= datetime.fromisoformat(process.stdout.readline().strip()) - moment < NEAR
        process.stdin.close()
