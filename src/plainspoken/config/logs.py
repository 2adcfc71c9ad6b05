"""Log lines: JSON on standard error, each with its request, never with what people wrote or their addresses.

Paths, parameters and the messages of exceptions can hold such text, so none of them is logged: a request is
named by its route, an exception by its type and the lines of code it passed.
"""

import logging
import logging.config
import sys
import time
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

REQUEST_ID_HEADER = "X-Request-ID"
FRAMES_MAX = 30

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def configure(options: dict[str, str]) -> None:
    """Django calls this with settings.LOGGING: {"level": …}."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_handlers(options["level"], shared))


def request_log(get_response: GetResponse) -> GetResponse:
    """Middleware: an id for each request, carried by its log lines and its answer, and one line for it."""
    log = structlog.get_logger("plainspoken.request")

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex
        began = time.monotonic()
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = get_response(request)
            route = request.resolver_match.route if request.resolver_match else None
            took = round((time.monotonic() - began) * 1000, 1)
            facts = {"route": route, "status": response.status_code, "milliseconds": took}
            log.info("request", method=request.method, **facts)
        response.headers[REQUEST_ID_HEADER] = request_id
        return response

    return middleware


def without_values(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """An exception becomes its type and place; a message of Django, which quotes the path, its logger."""
    record = event.get("_record")
    if record is not None and record.name.startswith("django."):
        event["event"] = record.name
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = type(error).__qualname__
        event["at"] = _places(error)
    return event


def _exception(given: object) -> BaseException | None:
    """`exc_info` is True, an exception, its three facts or nothing."""
    if isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        return given
    return sys.exc_info()[1] if given else None


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _handlers(level: str, shared: list[Processor]) -> dict[str, object]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # At DEBUG the IMAP library logs what people wrote.
            "imapclient": {"level": "ERROR"},
            # aiosmtpd logs addresses; Django's request warnings repeat what the request line says.
            "mail": {"level": "ERROR"},
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
