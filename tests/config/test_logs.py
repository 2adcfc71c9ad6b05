"""Log lines name routes and lines of code, never what people wrote."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from structlog.stdlib import ProcessorFormatter

from plainspoken.config import logs

PRIVATE = "wang.fang@mail.example"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the handler of the settings would write to standard error."""
    handler = next(one for one in logging.root.handlers if isinstance(one.formatter, ProcessorFormatter))
    stream = io.StringIO()
    copy = logging.StreamHandler(stream)
    copy.setFormatter(handler.formatter)
    logging.root.addHandler(copy)
    yield stream
    logging.root.removeHandler(copy)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_named_by_its_route_and_carries_its_id(client: Client, written: io.StringIO) -> None:
    answer = client.get("/healthz", {"from": PRIVATE})
    (line,) = lines(written)
    assert line["event"] == "request"
    assert line["route"] == "healthz"
    assert line["status"] == 200
    assert line["request"] == answer.headers["X-Request-ID"]
    assert PRIVATE not in written.getvalue()


def test_each_request_has_an_id_of_its_own(client: Client) -> None:
    ids = {
        client.get("/healthz", headers={"X-Request-ID": "chosen"}).headers["X-Request-ID"] for _ in range(2)
    }
    assert len(ids) == 2
    assert "chosen" not in ids


def test_an_exception_is_logged_by_type_and_place_only(written: io.StringIO) -> None:
    try:
        raise ValueError(PRIVATE)
    except ValueError:
        structlog.get_logger("plainspoken.test").exception("work.failed")
        logging.getLogger("plainspoken.other").exception("work.failed")
    for line in lines(written):
        assert line["exception"] == "ValueError"
        assert "test_logs.py" in line["at"][0]
    assert len(lines(written)) == 2
    assert PRIVATE not in written.getvalue()


def test_django_names_no_path(written: io.StringIO) -> None:
    logging.getLogger("django.request").error("%s: %s", "Internal Server Error", f"/link/{PRIVATE}")
    (line,) = lines(written)
    assert line["event"] == "django.request"
    assert PRIVATE not in written.getvalue()


def test_lines_inside_a_request_carry_its_id(rf: RequestFactory, written: io.StringIO) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        structlog.get_logger("plainspoken.test").info("worked")
        return HttpResponse()

    answer = logs.request_log(view)(rf.get("/"))
    assert [line["request"] for line in lines(written)] == [answer.headers["X-Request-ID"]] * 2
