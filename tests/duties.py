"""Keeps which tests prove which duties: `PLAINSPOKEN_SNAPSHOTS=write make test` writes rulebook/tests.json."""

import os
from collections import defaultdict
from datetime import UTC, datetime

import pytest

_outcomes: dict[str, dict[str, str]] = defaultdict(dict)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The marks travel with the reports, so that they come back from the processes of pytest-xdist."""
    for item in items:
        item.user_properties += [("duty", mark.args[0]) for mark in item.iter_markers("duty")]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        for name, duty in report.user_properties:
            if name == "duty":
                _outcomes[str(duty)][report.nodeid] = report.outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("PLAINSPOKEN_SNAPSHOTS") != "write" or hasattr(session.config, "workerinput"):
        return
    if session.config.args == session.config.getini("testpaths"):
        from plainspoken.rulebook import tested

        tested.write(datetime.now(UTC), dict(_outcomes))
