"""Starting real copies of Plainspoken, each in a home of its own, none left running."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.copies import Copy, Start, wait_until, without_database


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """start("run", home=…, PORT=…) runs `plainspoken run` with these variables; all is killed in the end."""
    copies: list[Copy] = []

    def started(*words: str, home: Path, **variables: str) -> Copy:
        environment = {**without_database(), "PLAINSPOKEN_HOME": str(home), **variables}
        output = tmp_path / f"output-{len(copies)}"
        with output.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "plainspoken.cli", *words],
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        copies.append(Copy(home, environment, process, output))
        return copies[-1]

    yield started
    for copy in copies:
        copy.process.kill()
        copy.process.wait()
    for copy in copies:
        wait_until(copy.all_ended, f"{copy.home} is left")
