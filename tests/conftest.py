"""One PostgreSQL for a test run, a home of its own for each worker, and no way out of this machine."""

import atexit
import contextlib
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plainspoken.config import embedded, lock

pytest_plugins = ["given", "duties"]
BUILD = Path(__file__).resolve().parent.parent / "build"
TEST_DATABASES_MAX = 16
OF_AN_INSTALLATION = (
    "PORT",
    "SMTP_IN_PORT",
    "LMTP_IN_PORT",
    "HOST",
    "PUBLIC_URL",
    "SESSION_IDLE_MINUTES",
    "PLAINSPOKEN_DEMO",
    "PLAINSPOKEN_PROCESS",
)

_opened = contextlib.ExitStack()
atexit.register(_opened.close)


def _home() -> Path:
    """Below one folder a run, which its first process removes: workers end without a farewell."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        return Path(os.environ["PLAINSPOKEN_HOME"]).parent / worker
    BUILD.mkdir(exist_ok=True)
    homes = Path(tempfile.mkdtemp(prefix="test-homes-", dir=BUILD))
    _opened.callback(shutil.rmtree, homes, ignore_errors=True)
    return homes / "first"


def _free_slot() -> Path:
    """A database folder no other test run uses now: each keeps its lock while it runs."""
    for number in range(TEST_DATABASES_MAX):
        home = BUILD / f"test-database-{number}"
        home.mkdir(parents=True, exist_ok=True)
        if _opened.enter_context(lock.held(home / "run.lock")):
            return home
    raise RuntimeError(f"{TEST_DATABASES_MAX} test runs are going on in {BUILD} already.")


def _prepare() -> None:
    """Before Django reads its settings; workers of pytest-xdist inherit the database of the first process."""
    for name in OF_AN_INSTALLATION:
        os.environ.pop(name, None)
    os.environ["PLAINSPOKEN_HOME"] = str(_home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainspoken.config.settings")
    if not os.environ.get("DATABASE_URL"):
        home = _free_slot()
        _opened.enter_context(embedded.running(home, durable=False))
        os.environ["DATABASE_URL"] = embedded.url(home)


_prepare()

import pgtrigger  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
    f"test_{os.environ.get('PLAINSPOKEN_TEST_DB') or settings.DATABASES['default']['NAME']}"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """An inherited variable would have the workers read the settings before they have a home of their own."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def _local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    if address[0] == "localhost":
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that reaches out of this machine fails, saying where it wanted to go."""
    connect = socket.socket.connect

    def local_connect(self: socket.socket, address: Any) -> None:
        if not _local(address):
            raise AssertionError(f"Tests do not reach out of this machine, but this one went to {address!r}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", local_connect)
        yield


@pytest.fixture(autouse=True, scope="session")
def emptied_between_tests() -> Iterator[None]:
    """Tests that commit are followed by TRUNCATE, which the append-only tables refuse to everyone else."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown_of_all(self: TransactionTestCase) -> None:
        from plainspoken.kernel.ids import uuid7
        from plainspoken.organization.models import Firm

        with pgtrigger.ignore():
            teardown(self)
        Firm.objects.get_or_create(defaults={"id": uuid7()})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown_of_all)
        yield
