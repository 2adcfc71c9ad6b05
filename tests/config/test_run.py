"""`plainspoken run` as a person meets it: it comes up, it says what is wrong, it leaves nothing behind."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from config.conftest import Home
from config.copies import Copy, Start, free_port, processes_of, wait_until

pytestmark = pytest.mark.processes


def ports() -> dict[str, str]:
    return {"PORT": str(free_port()), "SMTP_IN_PORT": str(free_port())}


def running(start: Start, home: Path) -> Copy:
    copy = start("run", home=home, **ports())
    copy.wait_for("is ready")
    return copy


def ready(copy: Copy) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{copy.environment['PORT']}/readyz", timeout=5
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def children_of(copy: Copy, word: str) -> list[int]:
    return [
        pid
        for pid in processes_of(copy.home)
        if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes() and pid != copy.process.pid
    ]


def test_two_copies_side_by_side_and_each_ends_whole(start: Start, firm_home: Home) -> None:
    first, second = (start("run", home=firm_home(name), **ports()) for name in ("first", "second"))
    first.wait_for("is ready")
    second.wait_for("is ready")
    assert ready(first)
    assert ready(second)

    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(30) == 0
    assert processes_of(first.home) == []
    assert ready(second)

    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(30) == 0
    assert processes_of(second.home) == []
    assert not (second.home / "database" / "postmaster.pid").exists()


def test_what_dies_is_started_again_and_nothing_survives_the_parent(start: Start, firm_home: Home) -> None:
    copy = running(start, firm_home("home"))
    web = min(children_of(copy, "granian"))
    os.kill(web, signal.SIGKILL)
    copy.wait_for("The web process ended; it is started again in 1 s.")
    wait_until(lambda: ready(copy), "pages are served again")

    os.kill(min(children_of(copy, "postgres")), signal.SIGKILL)
    copy.wait_for("The database process ended; it is started again in 1 s.")
    wait_until(lambda: ready(copy), "the database is back")

    copy.process.kill()
    wait_until(copy.all_ended, "nothing is left of a killed parent")


@pytest.mark.parametrize("variable", ["PORT", "SMTP_IN_PORT", "LMTP_IN_PORT"])
def test_a_taken_port_is_said_with_what_to_do(start: Start, tmp_path: Path, variable: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        copy = start("run", home=tmp_path / "home", **{**ports(), variable: str(taken)})
        assert copy.process.wait(30) == 2
    assert f"Port {taken} is taken by another program" in copy.told()
    assert f"{variable}={taken + 1}" in copy.told()
    assert "Traceback" not in copy.told()
    assert not (tmp_path / "home").exists()


def test_a_second_run_in_the_same_home_is_refused(start: Start, firm_home: Home) -> None:
    home = firm_home("home")
    holder = start("database", "--not-durable", home=home)
    holder.wait_for("postgresql://")
    first = start("run", home=home, **ports())
    second = start("run", home=home, **ports())
    wait_until(
        lambda: second.process.poll() is not None or first.process.poll() is not None, "one is refused"
    )
    told = second.told() if second.process.poll() is not None else first.told()
    assert "runs in" in told
    assert "already" in told


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PORT": "http"}, "PORT must be a port number from 1 to 65535, not 'http'"),
        ({"PORT": "70000"}, "PORT must be a port number"),
        ({"SMTP_IN_PORT": "0"}, "SMTP_IN_PORT must be a port number"),
        ({"HOST": "0.0.0.0"}, "serves this machine only"),
        ({"HOST": "bank.example"}, "HOST must be an IP address"),
    ],
)
def test_a_wrong_variable_is_said_plainly(
    start: Start, tmp_path: Path, variables: dict[str, str], says: str
) -> None:
    copy = start("run", "--demo", home=tmp_path / "home", **{**ports(), **variables})
    assert copy.process.wait(30) == 2
    assert says in copy.told()
    assert "Traceback" not in copy.told()


def test_a_database_that_does_not_answer_is_said_plainly(start: Start, tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    copy = start("run", home=tmp_path / "home", DATABASE_URL=url, **ports())
    assert copy.process.wait(60) == 2
    assert "The database does not answer" in copy.told()
    assert "Traceback" not in copy.told()
